"""Polygons as they are given, and the checks that make them safe to read: chunk by chunk, so that memory stays small.

```
GeoDataFrame, GeoSeries ──╮                     not polygons? not finite? surely valid (kernel), else valid (GEOS)?
                          ├→ rings of a chunk → across the antimeridian? → projected → lost on the way?
WkbPolygons (GeoParquet) ─╯                     faults are gathered over all chunks and then raised with their labels
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import as_crs, same_crs
from zoning.errors import CrsError, GeometryError, InputError
from zoning.messages import fault
from zoning.overlay.kernels.soundness import certified
from zoning.overlay.kernels.wkb import OTHER, POLYGONAL, wkb_rings, wkb_sizes
from zoning.overlay.rings import Rings, chunks_of, in_threads, joined

__all__ = [
    "Checked",
    "Faults",
    "Layer",
    "Polygons",
    "WkbPolygons",
    "checked_rings",
    "polygons_of",
    "raise_faults",
    "read_layer",
    "refuse",
    "require_length",
    "shown_labels",
]

_LABELS_SHOWN = 10
_POLYGONAL, _MISSING = (3, 6), -1  # shapely type ids of Polygon and MultiPolygon, and of None
_CHUNK_VERTICES = 200_000

_Marks = NDArray[np.bool_]
Faults = dict[str, _Marks]


class Polygons(Protocol):
    """Polygons with labels and a system, read in chunks."""

    @property
    def index(self) -> pd.Index:
        """Labels."""
        ...

    @property
    def crs(self) -> CRS:
        """Coordinate system."""
        ...

    @property
    def vertex_ptr(self) -> NDArray[np.int64]:
        """About where the vertices of each polygon begin, (polygons + 1,): what chunks of equal work are cut by."""
        ...

    def rings(self, begin: int, end: int) -> tuple[Rings, Faults]:
        """Return the rings of some polygons; those that are marked by a fault have none."""
        ...

    def shapes(self, positions: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return some polygons as shapely geometries, for a complete test of validity."""
        ...


@dataclass(frozen=True, eq=False)
class _Shapes:
    """Polygons that are shapely geometries; a missing one is an empty one."""

    index: pd.Index
    crs: CRS
    geometries: NDArray[np.object_]

    @property
    def vertex_ptr(self) -> NDArray[np.int64]:
        return np.append(0, np.cumsum(shapely.get_num_coordinates(self.geometries), dtype=np.int64))

    def rings(self, begin: int, end: int) -> tuple[Rings, Faults]:
        part = self.geometries[begin:end]
        kinds = shapely.get_type_id(part)
        polygonal = (kinds == _POLYGONAL[0]) | (kinds == _POLYGONAL[1])
        if not polygonal.all():
            part = np.where(polygonal, part, shapely.Polygon())
        return Rings.of(part), {"overlay.not_polygon": ~polygonal & (kinds != _MISSING)}

    def shapes(self, positions: NDArray[np.int64]) -> NDArray[np.object_]:
        return self.geometries[positions]


@dataclass(frozen=True, eq=False)
class WkbPolygons:
    """Polygons that are well-known binary in one buffer, as GeoParquet and Arrow hold them.

    Attributes
    ----------
    index : Index
        Labels.
    crs : CRS
        Coordinate system.
    data : uint8 (bytes,)
        All features one after the other.
    offsets : int64 (polygons + 1,)
        Where each begins; a feature of no bytes is a missing one.
    """

    index: pd.Index
    crs: CRS
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @property
    def vertex_ptr(self) -> NDArray[np.int64]:
        """Sixteen bytes are about a vertex."""
        return self.offsets // 16

    def rings(self, begin: int, end: int) -> tuple[Rings, Faults]:
        """Return the rings of some polygons; those whose bytes are damaged, or are no polygon, are marked."""
        offsets = self.offsets[begin : end + 1]
        counts, vertices, state = wkb_sizes(self.data, offsets)
        if (state == OTHER).any():  # another byte order, or no polygon: rare, and for GEOS to tell
            shapes = self.shapes(np.arange(begin, end))
            rings, faults = _Shapes(self.index, self.crs, shapes).rings(0, end - begin)
            return rings, {"overlay.damaged": shapely.is_missing(shapes) & (np.diff(offsets) > 0), **faults}
        x, y = np.empty((2, int(vertices.sum())), dtype=np.uint64)
        ring_ptr, outer = np.empty(int(counts.sum()) + 1, dtype=np.int64), np.empty(int(counts.sum()), dtype=bool)
        wkb_rings(self.data, offsets, state == POLYGONAL, x, y, ring_ptr, outer)
        unit_ptr = np.append(0, np.cumsum(counts))
        rings = Rings(x.view(np.float64), y.view(np.float64), ring_ptr, outer, unit_ptr)
        return rings, {"overlay.damaged": state != POLYGONAL}

    def shapes(self, positions: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return some polygons as shapely geometries; bytes that make none (a ring that is not closed) give None."""
        starts, ends = self.offsets[positions], self.offsets[positions + 1]
        parts = [bytes(self.data[a:b]) or None for a, b in zip(starts, ends, strict=True)]
        return np.asarray(shapely.from_wkb(np.array(parts, dtype=object), on_invalid="ignore"))


def polygons_of(given: gpd.GeoDataFrame | gpd.GeoSeries | WkbPolygons) -> Polygons:
    """Return polygons in any form as something that can be read in chunks.

    Raises
    ------
    InputError
        If they are no layer, or have no column of geometry.
    CrsError
        If they have no coordinate system.
    """
    if isinstance(given, WkbPolygons):
        return given
    if not isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries) or _without_geometry(given):
        raise fault(InputError, "overlay.no_layer", type=type(given).__name__)
    if given.crs is None:
        raise fault(CrsError, "crs.missing")
    series = given.geometry
    return _Shapes(series.index, as_crs(series.crs), np.array(series.array, dtype=object))


def _without_geometry(given: gpd.GeoDataFrame | gpd.GeoSeries) -> bool:
    return isinstance(given, gpd.GeoDataFrame) and given.active_geometry_name is None


@dataclass(frozen=True)
class Checked:
    """The rings of a chunk in the system they are wanted in, and which polygons may not be used, by fault.

    Attributes
    ----------
    rings : Rings
        Good for a kernel only if no polygon is marked.
    faults : dict of message key → bool (polygons,)
        In the order in which they are to be raised.
    """

    rings: Rings
    faults: Faults

    @property
    def sound(self) -> bool:
        """True if no polygon is marked."""
        return not any(marks.any() for marks in self.faults.values())


def checked_rings(polygons: Polygons, begin: int, end: int, target: CRS, densify: float) -> Checked:
    """Read, check and project a chunk of polygons; nothing is raised for what a single polygon does wrong."""
    rings, faults = polygons.rings(begin, end)
    faults["overlay.not_finite"] = rings.units_where(~rings.finite())
    if Checked(rings, faults).sound:
        faults["overlay.invalid"] = _invalid(rings, polygons, begin)
    if polygons.crs.is_geographic:
        faults["overlay.off_earth"] = rings.units_where(rings.off_earth())
        faults["overlay.antimeridian"] = rings.wraps()
    if same_crs(polygons.crs, target) or not Checked(rings, faults).sound:
        return Checked(rings, faults)
    rings = rings.projected(polygons.crs, target, densify)
    faults["overlay.outside_crs"] = rings.units_where(~rings.finite())
    if target.is_geographic:
        faults["overlay.antimeridian"] = rings.wraps()
    else:
        faults["overlay.torn"] = rings.torn(target, densify)
    return Checked(rings, faults)


def _invalid(rings: Rings, polygons: Polygons, begin: int) -> _Marks:
    """Tell which polygons are invalid: those that the kernel cannot certify are judged by GEOS."""
    unsure = ~certified(rings.x, rings.y, rings.ring_ptr, rings.outer, rings.unit_ptr)
    if unsure.any():
        unsure[unsure] = ~shapely.is_valid(polygons.shapes(begin + np.flatnonzero(unsure)))
    return unsure


@dataclass(frozen=True)
class Layer:
    """Polygons that were checked: labels, rings, coordinate system."""

    index: pd.Index
    rings: Rings
    crs: CRS

    def projected(self, target: CRS, densify: float) -> Layer:
        """Return the layer in another system.

        Raises
        ------
        CrsError
            If the datum shift is not exact offline.
        GeometryError
            If a polygon has no place in the target system, or crosses its antimeridian or the edge of its map.
        InputError
            If ``densify`` is not a positive number.
        """
        require_length(densify)
        rings = self.rings.projected(self.crs, target, densify)
        lost = rings.units_where(~rings.finite())
        refuse(self.index, lost, "overlay.outside_crs", crs=target.name)
        if target.is_geographic:
            refuse(self.index, rings.wraps(), "overlay.antimeridian")
        elif rings is not self.rings:
            refuse(self.index, rings.torn(target, densify), "overlay.torn", crs=target.name)
        return Layer(self.index, rings, target)


def read_layer(given: gpd.GeoDataFrame | gpd.GeoSeries | WkbPolygons) -> Layer:
    """Check polygons and flatten them, in their own system.

    Raises
    ------
    CrsError
        If the layer has no coordinate system.
    GeometryError
        If a geometry is not a polygon, is invalid, has a coordinate that is no number, or crosses the antimeridian;
        the message names the index labels.
    """
    polygons = polygons_of(given)
    chunks = chunks_of(polygons.vertex_ptr, _CHUNK_VERTICES)
    parts = in_threads(lambda begin, end: checked_rings(polygons, begin, end, polygons.crs, np.inf), chunks)
    raise_faults(polygons, {begin: part.faults for (begin, _), part in zip(chunks, parts, strict=True)}, polygons.crs)
    return Layer(polygons.index, joined([part.rings for part in parts]), polygons.crs)


def raise_faults(polygons: Polygons, found: Mapping[int, Faults], target: CRS) -> None:
    """Raise the first kind of fault that any chunk has, with the labels of all polygons that have it.

    Parameters
    ----------
    found : mapping of int → faults
        By the first polygon of the chunk.

    Raises
    ------
    GeometryError
        As :func:`read_layer`, and if a polygon has no place in the target system.
    """
    for key in dict.fromkeys(key for faults in found.values() for key in faults):
        marks = np.zeros(len(polygons.index), dtype=bool)
        for begin, faults in found.items():
            if key in faults:
                marks[begin : begin + len(faults[key])] = faults[key]
        refuse(polygons.index, marks, key, crs=target.name)


def refuse(index: pd.Index, bad: _Marks, key: str, **slots: str) -> None:
    """Raise a fault that names the labels of what is marked, the first few of them."""
    if not bad.any():
        return
    raise fault(GeometryError, key, labels=shown_labels(index, bad), count=bad.sum(), **slots)


def shown_labels(index: pd.Index, marked: _Marks) -> str:
    """Return the first few labels of what is marked."""
    labels = [str(label) for label in index[marked][: _LABELS_SHOWN + 1]]
    return ", ".join(labels[:_LABELS_SHOWN]) + (" …" if len(labels) > _LABELS_SHOWN else "")


def require_length(densify: float) -> None:
    """Refuse a longest edge that is no length.

    Raises
    ------
    InputError
        If it is not a positive number.
    """
    if not 0 < densify < np.inf:
        raise fault(InputError, "overlay.densify", value=densify)
