"""Numbers as tables write them, and by how many powers of ten one is off another."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from zoning.messages import Both
from zoning.quantities import canonical
from zoning.tables import numbers
from zoning.vocab import value

__all__ = ["A_NUMBER", "number", "slip", "without_year", "year_of"]

A_NUMBER = Both("数字", "a number")
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?%?", re.IGNORECASE)
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?%?")


def number(text: str) -> float:
    """Return a number as tables write it (``1,234.5``, ``85%``); NaN for an empty cell or a dash.

    A comma counts only where it parts thousands: ``118,57`` is no number.

    Raises
    ------
    ValueError
        If it is no number.

    Examples
    --------
    >>> number("1,234.5"), number("85%"), number("—")
    (1234.5, 0.85, nan)
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if not plain or value("no_data", plain) or value("no_data", text):
        return math.nan
    if not (_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        raise ValueError(text)
    amount = float(plain.replace(",", "").removesuffix("%")) / (100.0 if plain.endswith("%") else 1.0)
    if math.isinf(amount):
        raise ValueError(text)
    return amount


def year_of(text: str) -> float:
    """Return a year, with or without 年 behind it; NaN for an empty cell.

    Raises
    ------
    ValueError
        If it is no number.

    Examples
    --------
    >>> year_of("2025年")
    2025.0
    """
    return number(text.strip().removesuffix("年"))


def without_year(unit: str) -> str:
    """Return the unit of a yearly total without its year: ``t/a`` and ``t`` of a year are one amount.

    Raises
    ------
    QuantityError
        If the unit is not known.

    Examples
    --------
    >>> without_year("t/a"), without_year("万立方米")
    ('t', '万立方米')
    """
    full = canonical(unit)
    return full.removesuffix(" yr-1") if full.endswith(" yr-1") else unit


def slip(amount: float, reference: float, powers: Sequence[int] = (3, 4, 8)) -> int:
    """Return by which power of ten an amount is off its reference, as a wrong unit puts it; 0 if it is not.

    Within ``unit_slip_width`` (powers of ten, ``tables/thresholds.csv``) of ±3 (千), ±4 (万) or ±8 (亿).

    Examples
    --------
    >>> slip(3_180_000.0, 309.7), slip(0.31, 309.7), slip(999_999.0, 309.7)
    (4, -3, 0)
    """
    if not (math.isfinite(amount) and math.isfinite(reference) and amount > 0 and reference > 0):
        return 0
    off = math.log10(amount / reference)
    width = numbers("thresholds")["unit_slip_width"]
    return next((sign * power for power in powers for sign in (1, -1) if abs(off - sign * power) <= width), 0)
