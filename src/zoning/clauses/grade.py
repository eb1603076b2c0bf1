"""Grade: 0 no demand, 1 binding, 2 with a number and its unit, 3 with a date and a named body as well."""

from __future__ import annotations

from zoning.clauses.lexicon import Hit, Lexicon
from zoning.clauses.reading import Reading
from zoning.clauses.strength import Numbers

__all__ = ["grade"]


def grade(reading: Reading, modality: str, found: Numbers, lexicon: Lexicon) -> tuple[int, tuple[Hit, ...]]:
    """Return the grade and the words behind it (number with unit, year, body).

    Parameters
    ----------
    reading : Reading
        The clause.
    modality : str
        Its modality.
    found : Numbers
        Its numbers, those of standards, ordinals and dates blotted out.
    lexicon : Lexicon
        The rules (kinds ``grade.unit``, ``grade.body`` and ``grade.base_year``).
    """
    if modality in ("HORTATORY", "STATEMENT"):
        return 0, ()
    unit = lexicon.first("grade.unit", found.text)
    if unit is None:
        return 1, ()
    body = lexicon.first("grade.body", reading.stated)
    due = next((hit for hit in found.years if not lexicon.first("grade.base_year", _around(reading.stated, hit))), None)
    if due is None or body is None:
        return 2, (unit,)
    return 3, (unit, due, body)


def _around(text: str, year: Hit) -> str:
    """Return a year with the word before it and the two after: «较2020年水平» dates nothing."""
    return text[max(year.start - 2, 0) : year.end + 2]
