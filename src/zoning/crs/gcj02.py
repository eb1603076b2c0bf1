"""The coordinate shifts of Chinese web maps: GCJ-02 (火星坐标) and BD-09 on top of it, forward and back.

The shift is not official; the formula is the one that is published everywhere and reproduces the maps to about a metre:
polynomials and sines of the place, in metres, divided by the radii of the Krassowsky ellipsoid.

References
----------
.. [1] «coordTransform_py», github.com/wandergis/coordTransform_py (MIT).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHIFTS", "from_shifted", "to_bd09", "to_gcj02"]

_Places = NDArray[np.float64]

_A = 6378245.0
_E2 = 0.00669342162296594323


def to_gcj02(places: _Places) -> _Places:
    """Return places (lon, lat in degrees, shape (n, 2)) as a web map shows them.

    Examples
    --------
    >>> to_gcj02(np.array([[118.6, 24.8]])).round(6).tolist()
    [[118.604437, 24.796984]]
    """
    x, y = places[:, 0] - 105.0, places[:, 1] - 35.0
    waves = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3
    north += (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3
    east += (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
    latitude = np.radians(places[:, 1])
    bend = 1 - _E2 * np.sin(latitude) ** 2
    meridian, parallel = _A * (1 - _E2) / bend**1.5, _A / np.sqrt(bend) * np.cos(latitude)
    return np.asarray(places + np.degrees(np.column_stack([east / parallel, north / meridian])))


def to_bd09(places: _Places) -> _Places:
    """Return places (lon, lat in degrees) as Baidu's map shows them: GCJ-02, turned and moved once more."""
    x, y = to_gcj02(places).T
    turn = 3000 * np.pi / 180
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * turn)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


SHIFTS: dict[str, Callable[[_Places], _Places]] = {"GCJ-02": to_gcj02, "BD-09": to_bd09}
"""Name → forward shift."""


def from_shifted(places: _Places, shift: Callable[[_Places], _Places], rounds: int = 4) -> _Places:
    """Return where shifted places truly are, by fixed-point rounds (each gains about four digits).

    Examples
    --------
    >>> there = np.array([[118.6, 24.8], [87.6, 43.8]])
    >>> bool(np.allclose(from_shifted(to_bd09(there), to_bd09), there, atol=1e-9))
    True
    """
    true = places.copy()
    for _ in range(rounds):
        true = true + (places - shift(true))
    return true
