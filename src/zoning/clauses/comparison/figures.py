"""Numbers of a part of a clause, each with what it measures and which direction is stricter; sizes of objects."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.clauses.comparison.words import apart, subject_words
from zoning.clauses.lexicon import Hit
from zoning.clauses.quantities import Quantity

__all__ = ["Figure", "Size", "figures_of", "sizes_of"]

_RATIO = "REPLACE_RATIO"
_ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that can be stricter or less strict than another.

    Attributes
    ----------
    key : str
        What it measures: code of a ``measure`` row, else the words before the number.
    role : str
        ``level``, ``change`` (a decrease or increase by), ``times`` (replacement), ``period`` (every so often).
    value, unit : float, str
        As :class:`zoning.clauses.quantities.Quantity` gives them.
    comparator : str
        ``≤`` where less is stricter, ``≥`` where more is.
    year, base_year : int or None
        For which it holds, which it is compared with.
    open : bool
        More than ``value``, nobody says how much (倍量).
    pollutants : frozenset of str
        That the number is of.
    span : tuple of int
        Place in the normal text.
    """

    key: str
    role: str
    value: float
    unit: str
    comparator: str
    year: int | None = None
    base_year: int | None = None
    open: bool = False
    pollutants: frozenset[str] = frozenset()
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Size:
    """Capacities that a clause is limited to, in one unit."""

    unit: str
    low: float = 0.0
    high: float = _ENDLESS


def sizes_of(text: str, numbers: tuple[Quantity, ...]) -> tuple[Size, ...]:
    """Return the sizes of objects among the numbers of a part (35蒸吨/小时以下燃煤锅炉)."""
    return tuple(
        Size(one.unit, high=one.value)
        if subject_words().first("words.below", text[one.span[1] :])
        else Size(one.unit, low=one.value)
        for one in numbers
        if _is_size(text, one)
    )


def _is_size(text: str, one: Quantity) -> bool:
    return one.unit not in ("percent", "yr", "1", "times") and bool(
        subject_words().first("words.size", text[one.span[1] :])
    )


def figures_of(text: str, part: tuple[int, int], numbers: tuple[Quantity, ...]) -> tuple[Figure, ...]:
    """Return the figures of a part of a normal text; none where several numbers are dealt out (分别为)."""
    words = subject_words()
    if words.first("words.each", text[slice(*part)]):
        return ()
    found = [figure for one in numbers if not _is_size(text, one) and (figure := _figure(text, part, one))]
    if not any(figure.role == "times" for figure in found):
        found += [_in_words(hit, part) for hit in apart("times", text[slice(*part)])[:1]]
    return tuple(found)


def _in_words(hit: Hit, part: tuple[int, int]) -> Figure:
    span = (part[0] + hit.start, part[0] + hit.end)
    return Figure(_RATIO, "times", float(hit.value.rstrip("+")), "times", "≥", open=hit.value.endswith("+"), span=span)


def _figure(text: str, part: tuple[int, int], one: Quantity) -> Figure | None:
    words = subject_words()
    if one.unit == "times":
        return Figure(_RATIO, "times", one.value, one.unit, "≥", one.year, one.base_year, span=one.span)
    if words.first("words.period", text[part[0] : one.span[0]]):
        return (
            Figure("PERIOD", "period", one.value, one.unit, "≤", one.year, span=one.span) if one.unit == "yr" else None
        )
    measure = _measure(text, part, one)
    key = measure.value if measure else one.word
    if not key:
        return None
    if one.comparator in ("↓", "↑"):
        return Figure(
            f"{key}{one.comparator}", "change", one.value, one.unit, "≥", one.year, one.base_year, span=one.span
        )
    comparator = one.comparator if one.comparator in ("≤", "≥") else _direction(measure)
    if not comparator:
        return None
    pollutants = frozenset(hit.value for hit in apart("pollutant", one.word))
    return Figure(
        key, "level", one.value, one.unit, comparator, one.year, one.base_year, pollutants=pollutants, span=one.span
    )


def _measure(text: str, part: tuple[int, int], one: Quantity) -> Hit | None:
    """Return the measure that a number is of: named in its own words, behind it, or last before it."""
    behind = text[one.span[1] : part[1]]
    for where in (one.word, "" if one.word else text[part[0] : one.span[0]], "" if one.word else behind):
        hits = [*_of("measure.up", where), *_of("measure.down", where)]
        if hits:
            return max(hits, key=lambda hit: (hit.end, -hit.start))
    return None


def _of(kind: str, text: str) -> list[Hit]:
    return [Hit(kind, hit.value, hit.start, hit.end) for hit in subject_words().all(kind, text)] if text else []


def _direction(measure: Hit | None) -> str:
    """Return which way is stricter where the words do not say: more of a share of use, less of a consumption."""
    return {"measure.up": "≥", "measure.down": "≤"}.get(measure.rule if measure else "", "")
