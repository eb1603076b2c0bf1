"""How numbers and codes are written for readers: the same on every page, with unit, and absent never as 0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from zoning.messages import say
from zoning.symbology import unit_text
from zoning.tables import read
from zoning.vocab import label

__all__ = ["absent", "amount", "bounds", "named", "number", "share", "species_text"]

_BLANK = "\N{NO-BREAK SPACE}"  # a number and its unit stay on one line
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def absent(value: object) -> bool:
    """Tell whether a cell of a table holds nothing: None, NaN or an empty text.

    Examples
    --------
    >>> absent(None), absent(float("nan")), absent(""), absent(0.0)
    (True, True, True, False)
    """
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN is the one value unlike itself


def number(value: float, lang: str = "zh") -> str:
    """Return a number with three significant digits, whole from a hundred on or if it is whole; NaN is «no data».

    Examples
    --------
    >>> number(1234567.8), number(41.26), number(0.0312), number(0.0), number(float("nan"), "en")
    ('1,234,568', '41.3', '0.0312', '0', 'no data')
    """
    if math.isnan(value):
        return say("legend.no_data", lang)
    if float(value).is_integer():  # a sum over nothing is an int, which learnt this in Python 3.12
        return f"{value:,.0f}"
    size = abs(value)
    decimals = next((places for limit, places in ((99.95, 0), (9.995, 1), (0.9995, 2)) if size >= limit), None)
    return f"{value:,.3g}" if decimals is None else f"{value:,.{decimals}f}"


def amount(value: float, unit: str, lang: str = "zh") -> str:
    r"""Return a number with its unit; NaN is «no data», without unit.

    Examples
    --------
    >>> amount(26000.0, "t yr-1"), amount(float("nan"), "t yr-1")
    ('26,000\xa0t/a', '无数据')
    """
    if math.isnan(value):
        return number(value, lang)
    return f"{number(value, lang)}{_BLANK}{unit_text(unit, lang)}".rstrip(_BLANK)


def bounds(lower: float, upper: float, unit: str, lang: str = "zh") -> str:
    r"""Return an interval with its unit, as one number where both ends read the same.

    Examples
    --------
    >>> bounds(1200.0, 41000.0, "t yr-1"), bounds(3.001, 3.002, "t yr-1", "en")
    ('1,200–41,000\xa0t/a', '3.00\xa0t/yr')
    """
    low, high = number(lower, lang), number(upper, lang)
    if low == high:
        return amount(lower, unit, lang)
    return f"{low}–{high}{_BLANK}{unit_text(unit, lang)}".rstrip(_BLANK)


def share(value: float, lang: str = "zh") -> str:
    """Return a share as per cent, with one decimal below ten; NaN is «no data».

    Examples
    --------
    >>> share(0.2875), share(0.034)
    ('29%', '3.4%')
    """
    if math.isnan(value):
        return number(value, lang)
    percent = 100.0 * value
    return f"{percent:.1f}%" if 0 < abs(percent) < 9.95 else f"{percent:.0f}%"


def named(code: str, lang: str = "zh") -> str:
    """Return a code with its name behind it where there is one; a dash for an empty code.

    Names come from the vocabulary, else from the table of fields that the workbook has its names from.

    Examples
    --------
    >>> named("R1-KEY", "en"), named(""), named("X9")
    ('R1-KEY key emitter under no counting clause', '—', 'X9')
    """
    known = label(code, lang)
    name = _names().get(code, (known, known))[lang == "en"] if known == code else known
    return (code if name == code else f"{code} {name}") or "—"


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    return {row["field"]: (row["zh"], row["en"]) for row in read("deliverable_fields") if row["sheet"] == "code"}


def species_text(species: str) -> str:
    """Return a species as it is written in print: the digits of a formula as subscripts, a particle size as it is.

    Examples
    --------
    >>> species_text("CO2"), species_text("NOx"), species_text("PM2.5")
    ('CO₂', 'NOx', 'PM2.5')
    """
    return species if species.startswith("PM") else species.translate(_SUBSCRIPTS)
