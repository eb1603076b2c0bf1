"""Strength: WEAK without a binding word, STRONG with a calendar year and one more number, else MEDIUM."""

from __future__ import annotations

import re
from typing import NamedTuple

from zoning.clauses.lexicon import Hit, Lexicon
from zoning.clauses.reading import blotted

__all__ = ["Numbers", "numbers", "strength"]

_FIGURES = re.compile(r"[0-9]|十[一-十]五")


class Numbers(NamedTuple):
    """The numbers of a text that count: not those of standards, documents, ordinals, formulas, months and days."""

    years: tuple[Hit, ...]
    counts: tuple[Hit, ...]
    text: str

    @property
    def year(self) -> Hit | None:
        """The first calendar year or plan period."""
        return self.years[0] if self.years else None

    @property
    def any(self) -> bool:
        """Whether there is an Arabic number, years included (a plan period written 十四五 is none)."""
        return bool(self.counts) or (self.year is not None and self.year.value == "digits")


def numbers(text: str, lexicon: Lexicon) -> Numbers:
    """Return the numbers that count in a normal text, titles and names already blotted out.

    Examples
    --------
    >>> from zoning.clauses.lexicon import default_lexicon
    >>> found = numbers("到2027年SO2浓度按GB13271-2014降至35毫克", default_lexicon())
    >>> found.year.start, [found.text[hit.start : hit.end] for hit in found.counts]
    (1, ['35'])
    """
    if not _FIGURES.search(text):
        return Numbers((), (), text)
    years = [_year(hit, text) for hit in lexicon.all("number.year", text)]
    rest = blotted(text, years) if years else text
    for rule in lexicon.rules("number.not"):
        rest = blotted(rest, rule.hits(rest))
    return Numbers(tuple(years), tuple(lexicon.all("number.count", rest)), rest)


def _year(hit: Hit, text: str) -> Hit:
    return Hit(hit.rule, "digits" if text[hit.start].isdecimal() else "plan", hit.start, hit.end)


def strength(modality: str, found: Numbers) -> str:
    """Return ``WEAK, MEDIUM`` or ``STRONG``.

    Examples
    --------
    >>> strength("HORTATORY", Numbers((), (), ""))
    'WEAK'
    """
    if modality in ("HORTATORY", "STATEMENT"):
        return "WEAK"
    return "STRONG" if found.year is not None and found.counts else "MEDIUM"
