"""What a style for a GIS shows: classes of a theme in the order of its legend, for a layer of one kind of shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from zoning.messages import say
from zoning.symbology.look import Look, packaged_look
from zoning.symbology.model import ClassLimit, Symbol

__all__ = ["MARKER_MM", "GisClass", "Style"]

MARKER_MM = 3.0
_SMALLEST, _LARGEST = 1.8, 6.0  # mm: markers of the lowest and of the highest class of numbers


@dataclass(frozen=True, slots=True)
class GisClass:
    """One line of a legend, of either kind of theme; without value and limits it is everything that is left."""

    label: str
    fill: str
    outline: str
    hatch: str
    value: str = ""
    lower: float = -math.inf
    upper: float = math.inf
    size: float = MARKER_MM


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is to be shown.

    Attributes
    ----------
    theme : str
        A theme of the look; ``zones`` for the classes of all elements; ``theme/CODE`` shows everything as one class.
    attribute : str
        Attribute that holds the class or the number; empty takes ``subtype`` for zones, else the theme's own name.
    lang : str
        Language of the legend.
    shape : str
        ``fill`` for polygons, ``line`` or ``marker`` for lines or points (drawn in the colour of the fill).
    look : Look
        Look of the study.
    aliases : mapping of str to str
        Attribute → name shown to readers, in the order of the layer's attributes.
    rest : bool
        Whether what has no class is shown as «no data», so that it does not vanish.

    Examples
    --------
    >>> Style("base/water").classes[0].label, len(Style("zones").classes) > len(Style("zones.air").classes)
    ('水系', True)
    """

    theme: str
    attribute: str = ""
    lang: str = "zh"
    shape: str = "fill"
    look: Look = field(default_factory=packaged_look)
    aliases: Mapping[str, str] = field(default_factory=dict)
    rest: bool = False

    @property
    def name(self) -> str:
        """The attribute that holds the class."""
        return self.attribute or ("subtype" if self.theme.split(".")[0] == "zones" else self.theme)

    @property
    def numeric(self) -> bool:
        """Whether the theme is one of numbers."""
        return self.theme in self.look.numeric_themes

    @property
    def single(self) -> bool:
        """Whether everything is shown as one class."""
        return "/" in self.theme

    @property
    def classes(self) -> tuple[GisClass, ...]:
        """Classes in the order of the legend, numbers from the highest.

        Raises
        ------
        TableError
            If the look has no such theme or class.
        """
        if self.numeric:
            # Highest first: where two ranges share an end QGIS takes the first, and ours are closed below.
            return tuple(reversed(_ranges(self.look.class_limits(self.theme), self.lang)))
        theme, _, code = self.theme.partition("/")
        if code:
            return (_category(self.look.symbol(theme, code), self.lang, ""),)
        names = [one for one in self.look.themes if one.startswith("zones.")] if theme == "zones" else [theme]
        found = [_category(one, self.lang, one.code) for name in names for one in self.look.symbols(name)]
        return (*found, *((_unknown(self.look, self.lang),) if self.rest else ()))


def _category(one: Symbol, lang: str, value: str) -> GisClass:
    return GisClass(one.label(lang), one.fill, one.outline, one.hatch, value=value)


def _unknown(look: Look, lang: str) -> GisClass:
    one = look.no_data
    return GisClass(say("legend.no_data", lang), one.fill, one.outline, one.hatch)


def _ranges(limits: tuple[ClassLimit, ...], lang: str) -> list[GisClass]:
    step = (_LARGEST - _SMALLEST) / max(1, len(limits) - 1)
    return [
        GisClass(
            one.label(lang), one.fill, one.outline, "",
            lower=one.lower, upper=one.upper, size=round(_SMALLEST + number * step, 2),
        )
        for number, one in enumerate(limits)
    ]  # fmt: skip
