"""One look for every deliverable: class → label, fill, outline, hatch; number → class.

Nothing is drawn here. Maps, workbooks, the front page and QGIS styles look their colours up in two tables,
``tables/symbology.csv`` (classes) and ``tables/class_limits.csv`` (numbers), so that one colour means one thing, and
the same tonnes, on every page, in every year and scenario. Classes of a theme differ in lightness or in their hatch, so
that they can be told apart in greyscale and with a red-green deficiency.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from zoning.messages import say
from zoning.symbology.look import Look, look_of, packaged_look
from zoning.symbology.model import HATCHES, ClassLimit, Hatch, Symbol

__all__ = [
    "HATCHES",
    "NO_DATA",
    "ClassLimit",
    "Hatch",
    "Look",
    "Symbol",
    "look_of",
    "packaged_look",
    "symbol",
    "symbols",
    "unit_text",
]


def symbols(theme: str) -> tuple[Symbol, ...]:
    """Return the classes of a theme of the packaged look, for pages that belong to no study.

    Raises
    ------
    TableError
        If the table has no such theme.

    Examples
    --------
    >>> [one.code for one in symbols("unit_class")]
    ['PRIORITY', 'KEY', 'GENERAL']
    """
    return packaged_look().symbols(theme)


def symbol(theme: str, code: str) -> Symbol:
    """Return one class of the packaged look, for pages that belong to no study.

    Raises
    ------
    TableError
        If the theme or the class is not in the table.

    Examples
    --------
    >>> symbol("severity", "error").fill
    '#B3261E'
    """
    return packaged_look().symbol(theme, code)


def unit_text(unit: str, lang: str = "zh") -> str:
    """Return a unit of measure as readers write it: ``t yr-1`` is ``t/a`` in Chinese, ``t/yr`` in English.

    Examples
    --------
    >>> unit_text("t km-2 yr-1"), unit_text("t yr-1", "en"), unit_text("1")
    ('t/(km²·a)', 't/yr', '')
    """
    if unit in ("1", "count"):
        return ""
    return _unit_texts()[unit][lang == "en"] if unit in _unit_texts() else unit


@cache
def _unit_texts() -> Mapping[str, tuple[str, str]]:
    keys = {"t yr-1": "t_yr", "tce yr-1": "tce_yr", "t km-2 yr-1": "t_km2_yr", "km2": "km2", "m2": "m2", "yr": "yr"}
    keys["grade"] = "grade"
    return {unit: (say(f"legend.unit.{key}", "zh"), say(f"legend.unit.{key}", "en")) for unit, key in keys.items()}


NO_DATA = packaged_look().no_data
"""How a unit without a value is shown; never as 0."""
