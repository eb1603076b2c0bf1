"""Supports with a name: control units, element zones and emitters, each keyed, sorted and in a known system."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from zoning.errors import CrsError, GeometryError
from zoning.messages import fault

__all__ = ["ControlUnits", "ElementZones", "Emitters"]


class _Frame:
    """A GeoDataFrame that is copied on entry, keyed by ``code``, with a known CRS and the promised columns."""

    columns: tuple[str, ...] = ("code", "name")

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        if frame.crs is None:
            raise fault(CrsError, "crs.missing")
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise fault(GeometryError, "frame.columns", missing=", ".join(missing))
        copied = frame.copy().sort_values("code", kind="stable").reset_index(drop=True)
        if copied["code"].duplicated().any():
            raise fault(GeometryError, "frame.duplicate", codes=", ".join(copied["code"][copied["code"].duplicated()]))
        self._frame = copied

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """A copy of the table, sorted by code."""
        return self._frame.copy()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in their fixed order (sorted)."""
        return tuple(self._frame["code"])

    @property
    def crs(self) -> CRS:
        """Coordinate system of the geometries."""
        return CRS.from_user_input(self._frame.crs)

    @property
    def geometries(self) -> NDArray[np.object_]:
        """Geometries in the order of :attr:`codes`."""
        return np.asarray(self._frame.geometry.to_numpy(), dtype=object)

    def __len__(self) -> int:
        return len(self._frame)


class ControlUnits(_Frame):
    """Environmental control units (环境管控单元): ``code, name, unit_class, admin_code, geometry``.

    ``unit_class`` is ``PRIORITY``, ``KEY`` or ``GENERAL`` (vocab); further columns of the source are kept.
    """

    columns = ("code", "name", "unit_class", "admin_code")


class ElementZones(_Frame):
    """Element-control zones (要素管控分区) of one element: ``code, name, subtype, geometry``.

    ``subtype`` is a code of ``tables/zone_vocab.csv`` (``AIR_HIGH``, ``NOBURN_2`` …).
    """

    columns = ("code", "name", "subtype")

    def __init__(self, element: str, frame: gpd.GeoDataFrame) -> None:
        super().__init__(frame)
        self.element = element


@dataclass(frozen=True)
class Emitters:
    """Located emitters: one row per enterprise (or stack) × fuel or process.

    Attributes
    ----------
    frame : GeoDataFrame
        ``record`` (unique), ``emitter`` (enterprise id), ``name``, ``industry`` (GB/T 4754 digits), ``sector``,
        ``fuel`` (``coal, oil, gas, …`` or ``process``), ``activity``, ``activity_unit``, ``year``, ``in_grid``
        (``yes, no, unknown``), point geometry, and one column per species in t yr-1.
    species : tuple of str
        Names of the species columns; NaN in them means not determined, never 0.
    counted : bool
        False for emitters that are context only; they enter no sum.
    """

    frame: gpd.GeoDataFrame
    species: tuple[str, ...]
    counted: bool = True

    @property
    def crs(self) -> CRS:
        """Coordinate system of the points."""
        return CRS.from_user_input(self.frame.crs)

    def __len__(self) -> int:
        return len(self.frame)
