"""The look of a study: the packaged table of classes and limits, with what the study puts in the place of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from zoning.errors import TableError
from zoning.messages import fault
from zoning.study import LimitInput, Study, SymbolInput
from zoning.symbology.model import ClassLimit, Symbol
from zoning.tables import Row, read

__all__ = ["Look", "look_of", "packaged_look"]


@dataclass(frozen=True)
class Look:
    """Class → label, fill, outline, hatch; number → class; for every theme.

    Attributes
    ----------
    classes : mapping of str to tuple of Symbol
        Theme → its classes in the order of the legend.
    limits : mapping of str to tuple of ClassLimit
        Theme of numbers → its classes, lowest first.
    """

    classes: Mapping[str, tuple[Symbol, ...]]
    limits: Mapping[str, tuple[ClassLimit, ...]]

    @property
    def themes(self) -> tuple[str, ...]:
        """Themes of classes, in the order of the table."""
        return tuple(self.classes)

    @property
    def numeric_themes(self) -> tuple[str, ...]:
        """Themes of numbers, in the order of the table."""
        return tuple(self.limits)

    def label(self, theme: str, code: str, lang: str) -> str:
        """Return what a class is called, as the study words it; a code that the theme does not have stays as it is.

        Examples
        --------
        >>> packaged_look().label("decision", "NEED", "en"), packaged_look().label("decision", "?", "en")
        ('needs a carbon clause', '?')
        """
        known = {one.code: one for one in self.symbols(theme)}
        return known[code].label(lang) if code in known else code

    @property
    def no_data(self) -> Symbol:
        """How something without a value is shown; never as 0."""
        return self.symbol("missing", "NO_DATA")

    def symbols(self, theme: str) -> tuple[Symbol, ...]:
        """Return the classes of a theme in the order of its legend.

        Raises
        ------
        TableError
            If there is no such theme.
        """
        if theme not in self.classes:
            raise fault(TableError, "legend.theme_unknown", theme=theme, known=", ".join(self.classes))
        return self.classes[theme]

    def symbol(self, theme: str, code: str) -> Symbol:
        """Return how one class of a theme is shown.

        Raises
        ------
        TableError
            If there is no such theme or class.

        Examples
        --------
        >>> look = packaged_look()
        >>> look.symbol("decision", "NEED").fill, look.symbol("zones.energy", "NOBURN_2").hatch
        ('#A50026', 'slash')
        """
        found = next((one for one in self.symbols(theme) if one.code == str(code)), None)
        if found is None:
            raise fault(TableError, "legend.code_unknown", theme=theme, code=code)
        return found

    def class_limits(self, theme: str) -> tuple[ClassLimit, ...]:
        """Return the classes of a theme of numbers, lowest first.

        Raises
        ------
        TableError
            If there is no such theme.
        """
        if theme not in self.limits:
            raise fault(TableError, "legend.theme_unknown", theme=theme, known=", ".join(self.limits))
        return self.limits[theme]

    def class_of(self, theme: str, value: float) -> ClassLimit | None:
        """Return the class a number falls into; None for NaN («no data») and below all classes.

        Raises
        ------
        TableError
            If there is no such theme.

        Examples
        --------
        >>> look = packaged_look()
        >>> look.class_of("density.CO2", 300.0).label(), look.class_of("density.CO2", float("nan"))
        ('300–1,000', None)
        """
        return next((limit for limit in self.class_limits(theme) if limit.lower <= value < limit.upper), None)


@cache
def packaged_look() -> Look:
    """Return the look of the packaged tables."""
    classes: dict[str, list[Row]] = {}
    for row in read("symbology"):
        classes.setdefault(row["theme"], []).append(row)
    limits: dict[str, list[ClassLimit]] = {}
    for row in read("class_limits"):
        lower, upper = float(row["lower"] or "-inf"), float(row["upper"] or "inf")
        limit = ClassLimit(row["theme"], lower, upper, row["fill"], row["outline"], row["unit"])
        limits.setdefault(row["theme"], []).append(limit)
    return Look(
        {theme: _symbols(theme, rows) for theme, rows in classes.items()},
        {theme: tuple(sorted(found, key=lambda limit: limit.lower)) for theme, found in limits.items()},
    )


def _symbols(theme: str, rows: list[Row]) -> tuple[Symbol, ...]:
    return tuple(
        Symbol(theme, row["code"], row["zh"], row["en"], row["fill"], row["outline"], row["hatch"])
        for row in sorted(rows, key=lambda row: int(row["order"]))
    )


def look_of(study: Study) -> Look:
    """Return the look of a study: the packaged one, with the classes and limits the study states in their place.

    A theme whose limits are stated has those alone; of a class only what is stated is changed.

    Raises
    ------
    TableError
        If a theme or class that is stated does not exist.
    """
    look, own = packaged_look(), study.symbology
    if own is None:
        return look
    classes = dict(look.classes)
    for theme, stated in own.classes.items():
        for code in stated:
            look.symbol(theme, code)
        classes[theme] = tuple(_changed(one, stated.get(one.code)) for one in look.symbols(theme))
    limits = {theme: _limits(look.class_limits(theme), stated) for theme, stated in own.limits.items()}
    return Look(classes, {**look.limits, **limits})


def _changed(one: Symbol, stated: SymbolInput | None) -> Symbol:
    return one if stated is None else replace(one, **stated.model_dump(exclude_unset=True))


def _limits(packaged: tuple[ClassLimit, ...], stated: tuple[LimitInput, ...]) -> tuple[ClassLimit, ...]:
    about = packaged[0]
    made = [ClassLimit(about.theme, one.lower, one.upper, one.fill, about.outline, about.unit) for one in stated]
    return tuple(sorted(made, key=lambda limit: limit.lower))
