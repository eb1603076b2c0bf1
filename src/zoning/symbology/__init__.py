"""One look for every deliverable: class → label, fill, outline, hatch; number → class.

Nothing is drawn here. Maps, workbooks, the front page and QGIS styles look their colours up in two tables,
``tables/symbology.csv`` (classes) and ``tables/class_limits.csv`` (numbers), so that one colour means one thing, and
the same tonnes, on every page, in every year and scenario. Classes of a theme differ in lightness or in their hatch, so
that they can be told apart in greyscale and with a red-green deficiency.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from zoning.errors import TableError
from zoning.messages import fault, say
from zoning.tables import Row, read

__all__ = [
    "HATCHES",
    "NO_DATA",
    "ClassLimit",
    "Hatch",
    "Symbol",
    "class_limits",
    "class_of",
    "numeric_themes",
    "symbol",
    "symbols",
    "themes",
    "unit_text",
]


@dataclass(frozen=True, slots=True)
class Hatch:
    """How the word of a hatch is drawn: lines at these angles, or dots, in the colour of the outline.

    Attributes
    ----------
    angles : tuple of int
        Degrees counter-clockwise from east, one family of parallel lines each; empty for dots.
    spacing : float
        Millimetres between lines or dots on paper.
    """

    angles: tuple[int, ...]
    spacing: float


HATCHES: Mapping[str, Hatch] = MappingProxyType(
    {
        "slash": Hatch((45,), 1.6),
        "slash_wide": Hatch((45,), 3.2),
        "backslash": Hatch((135,), 1.6),
        "cross": Hatch((45, 135), 2.0),
        "horizontal": Hatch((0,), 1.6),
        "vertical": Hatch((90,), 1.6),
        "grid": Hatch((0, 90), 2.6),
        "dots": Hatch((), 1.8),
    }
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one class of a theme is shown.

    Attributes
    ----------
    theme, code : str
        ``decision``, ``NEED``.
    zh, en : str
        Label in the legend.
    fill, outline : str
        ``#RRGGBB``; an empty fill leaves what is below visible.
    hatch : str
        A word of :data:`HATCHES`, or empty.
    """

    theme: str
    code: str
    zh: str
    en: str
    fill: str
    outline: str
    hatch: str

    def label(self, lang: str = "zh") -> str:
        """Return the label in one language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class ClassLimit:
    """One class of a numeric theme: ``lower <= value < upper``, in ``unit``; open ends are infinite."""

    theme: str
    lower: float
    upper: float
    fill: str
    outline: str
    unit: str

    def label(self, lang: str = "zh") -> str:
        """Return the limits as text, without the unit (it stands in the title of the legend).

        Examples
        --------
        >>> [limit.label() for limit in class_limits("density.CO2")][:3], class_limits("density.CO2")[-1].label()
        (['< 0', '0–300', '300–1,000'], '≥ 100,000')
        """
        if math.isinf(self.lower):
            return say("legend.below", lang, upper=f"{self.upper:,g}")
        if math.isinf(self.upper):
            return say("legend.above", lang, lower=f"{self.lower:,g}")
        return say("legend.between", lang, lower=f"{self.lower:,g}", upper=f"{self.upper:,g}")


@cache
def _table() -> Mapping[str, tuple[Symbol, ...]]:
    grouped: dict[str, list[Row]] = {}
    for row in read("symbology"):
        grouped.setdefault(row["theme"], []).append(row)
    return {
        theme: tuple(
            Symbol(theme, row["code"], row["zh"], row["en"], row["fill"], row["outline"], row["hatch"])
            for row in sorted(rows, key=lambda row: int(row["order"]))
        )
        for theme, rows in grouped.items()
    }


@cache
def _limits() -> Mapping[str, tuple[ClassLimit, ...]]:
    grouped: dict[str, list[ClassLimit]] = {}
    for row in read("class_limits"):
        lower, upper = float(row["lower"] or "-inf"), float(row["upper"] or "inf")
        limit = ClassLimit(row["theme"], lower, upper, row["fill"], row["outline"], row["unit"])
        grouped.setdefault(row["theme"], []).append(limit)
    return {theme: tuple(sorted(limits, key=lambda limit: limit.lower)) for theme, limits in grouped.items()}


def themes() -> tuple[str, ...]:
    """Return the themes of classes, in the order of the table."""
    return tuple(_table())


def numeric_themes() -> tuple[str, ...]:
    """Return the themes of numbers, in the order of the table."""
    return tuple(_limits())


def symbols(theme: str) -> tuple[Symbol, ...]:
    """Return the classes of a theme in the order of its legend.

    Raises
    ------
    TableError
        If the table has no such theme.

    Examples
    --------
    >>> [one.code for one in symbols("unit_class")]
    ['PRIORITY', 'KEY', 'GENERAL']
    """
    if theme not in _table():
        raise fault(TableError, "legend.theme_unknown", theme=theme, known=", ".join(_table()))
    return _table()[theme]


def symbol(theme: str, code: str) -> Symbol:
    """Return how one class of a theme is shown.

    Raises
    ------
    TableError
        If the theme or the class is not in the table.

    Examples
    --------
    >>> symbol("decision", "NEED").fill, symbol("zones.energy", "NOBURN_2").hatch
    ('#A50026', 'slash')
    """
    found = next((one for one in symbols(theme) if one.code == str(code)), None)
    if found is None:
        raise fault(TableError, "legend.code_unknown", theme=theme, code=code)
    return found


def class_limits(theme: str) -> tuple[ClassLimit, ...]:
    """Return the classes of a numeric theme, lowest first.

    Raises
    ------
    TableError
        If the table has no such theme.
    """
    if theme not in _limits():
        raise fault(TableError, "legend.theme_unknown", theme=theme, known=", ".join(_limits()))
    return _limits()[theme]


def class_of(theme: str, value: float) -> ClassLimit | None:
    """Return the class a number falls into; None for NaN («no data», shown by :data:`NO_DATA`) and below all classes.

    Parameters
    ----------
    theme : str
        ``density.CO2``, ``uncovered`` …
    value : float
        In the unit of the theme.

    Raises
    ------
    TableError
        If the table has no such theme.

    Examples
    --------
    >>> class_of("density.CO2", 300.0).label(), class_of("density.CO2", 299.9).label()
    ('300–1,000', '0–300')
    >>> class_of("density.CO2", float("nan")) is None
    True
    """
    return next((limit for limit in class_limits(theme) if limit.lower <= value < limit.upper), None)


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


NO_DATA = symbol("missing", "NO_DATA")
"""How a unit without a value is shown; never as 0."""
