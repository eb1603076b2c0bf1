"""Industries named in a clause, as tags of ``industry_codes``: the longest word wins where words overlap.

A row of ``clause_industries`` without tag is a phrase that names none (a park that is only the destination).
"""

from __future__ import annotations

from functools import lru_cache

from zoning.clauses.lexicon import INDUSTRY as KIND
from zoning.clauses.lexicon import Hit, Lexicon, default_lexicon
from zoning.tables import read

__all__ = ["industries", "tag_codes"]

_TO_CHOOSE_FROM = 2


@lru_cache(maxsize=1)
def tag_codes() -> dict[str, tuple[str, ...]]:
    """Return tag → digits of GB/T 4754-2017 (several for some, none for 两高).

    Examples
    --------
    >>> tag_codes()["水泥"], tag_codes()["食品"]
    (('3011',), ('13', '14'))
    """
    return {
        row["tag"]: tuple(code[1:] for code in row["gb_t_4754_2017"].split(";") if code)
        for row in read("industry_codes")
    }


def industries(text: str, lexicon: Lexicon | None = None) -> tuple[Hit, ...]:
    """Return one hit for every industry named in a normal text, in the order of the text.

    Examples
    --------
    >>> [hit.value for hit in industries("钢铁、煤化工项目和建筑陶瓷企业")]
    ['钢铁', '煤化工', '建筑陶瓷']
    """
    found = (lexicon or default_lexicon()).all(KIND, text)
    if len(found) < _TO_CHOOSE_FROM:
        return tuple(hit for hit in found if hit.value)
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start, hit.rule)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    first: dict[str, Hit] = {}
    for hit in sorted(kept, key=lambda hit: hit.start):
        first.setdefault(hit.value, hit)
    return tuple(hit for tag, hit in first.items() if tag)
