"""The words by which subjects are told, asked in one place: rows of ``tables/comparison_subjects.csv``."""

from __future__ import annotations

from functools import cache

from zoning.clauses.lexicon import Hit, Lexicon
from zoning.tables import read

__all__ = ["apart", "contained", "subject_label", "subject_words"]


@cache
def subject_words() -> Lexicon:
    """Return the rules by which acts, things, places, measures and grades are told."""
    return Lexicon(read("comparison_subjects"))


@cache
def contained() -> dict[str, frozenset[str]]:
    """Return thing → the things that it takes in.

    Examples
    --------
    >>> sorted(contained()["HIGH_FUEL"])
    ['COAL_USE', 'LOOSE_COAL', 'OIL_USE']
    """
    rows = [row for row in read("comparison_subjects") if row["kind"] == "contains"]
    return {row["value"]: frozenset(row["pattern"].split("|")) for row in rows}


@cache
def _labels() -> dict[str, tuple[str, str]]:
    return {row["value"]: (row["zh"], row["en"]) for row in read("comparison_subjects") if row["zh"]}


def subject_label(subject: str, lang: str = "zh") -> str:
    """Return the words for a subject as :func:`clashes` gives it.

    Examples
    --------
    >>> subject_label("BUILD:BOILER"), subject_label("WATER_REUSE", "en")
    ('新建·锅炉', 'reuse of industrial water')
    """
    column = int(lang == "en")
    words = [
        _labels().get(code, (code, code))[column] for part in subject.split(":") for code in part.split("+") if code
    ]
    return " · ".join(words) if column else "·".join(words)


def apart(kind: str, text: str) -> tuple[Hit, ...]:
    """Return the hits of a kind in the order of the text; where they overlap, the row that stands first wins."""
    kept: list[Hit] = []
    for hit in subject_words().all(kind, text):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.start))
