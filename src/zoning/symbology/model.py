"""How one class, or one range of numbers, is shown; and how the word of a hatch is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from zoning.messages import say

__all__ = ["HATCHES", "ClassLimit", "Hatch", "Symbol"]


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
        >>> ClassLimit("density.CO2", 300.0, 1000.0, "#FEE3BD", "#4A4A4A", "t km-2 yr-1").label()
        '300–1,000'
        """
        if math.isinf(self.lower):
            return say("legend.below", lang, upper=f"{self.upper:,g}")
        if math.isinf(self.upper):
            return say("legend.above", lang, lower=f"{self.lower:,g}")
        return say("legend.between", lang, lower=f"{self.lower:,g}", upper=f"{self.upper:,g}")
