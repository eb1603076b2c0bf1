"""How colours are seen: lightness in greyscale, and the difference that is left with a red-green deficiency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFICIENCIES", "difference", "lightness"]

_Vector = NDArray[np.float64]
DEFICIENCIES: Mapping[str, _Vector] = MappingProxyType(
    {
        "protanopia": np.array(
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        ),
        "deuteranopia": np.array(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        ),
    }
)
"""Deficiency → what it makes of linear RGB: Machado, Oliveira & Fernandes 2009, table of full severity."""
_XYZ = np.array(  # IEC 61966-2-1: linear sRGB → CIE XYZ under D65
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_PAPER = "#FFFFFF"  # what is seen through a class without fill


def lightness(colour: str) -> float:
    """Return the lightness L* of a colour (CIE 1976), which is what is left of it in greyscale: 0 black, 100 white.

    Parameters
    ----------
    colour : str
        ``#RRGGBB``; an empty one is paper.

    Examples
    --------
    >>> round(lightness("#FFFFFF"), 1), round(lightness("#777777"), 1), round(lightness(""), 1)
    (100.0, 50.0, 100.0)
    """
    return float(_lab(_linear(colour))[0])


def difference(one: str, other: str, deficiency: str) -> float:
    """Return how far two colours lie apart for a reader with a deficiency (ΔE*ab of CIE 1976).

    Parameters
    ----------
    one, other : str
        ``#RRGGBB``; an empty one is paper.
    deficiency : str
        A key of :data:`DEFICIENCIES`.

    Examples
    --------
    >>> difference("#D7301F", "#2E8B2E", "deuteranopia") < difference("#D7301F", "#2B7BB5", "deuteranopia")
    True
    """
    matrix = DEFICIENCIES[deficiency]
    return float(np.linalg.norm(_lab(matrix @ _linear(one)) - _lab(matrix @ _linear(other))))


def _linear(colour: str) -> _Vector:
    """Return linear RGB of an sRGB colour (IEC 61966-2-1)."""
    channels = np.array([int((colour or _PAPER)[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _lab(rgb: _Vector) -> _Vector:
    """Return CIE L*a*b* of linear RGB; what no screen can show is clipped to what it does show."""
    ratios = (_XYZ @ np.clip(rgb, 0, 1)) / _WHITE
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
