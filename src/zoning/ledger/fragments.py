"""Fragments unit ∩ zone in the ledger: which there are, how large each is, which cells it covers; drawn when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import same_crs
from zoning.overlay import Coverage, Laying, fragments
from zoning.overlay.pairs.fragment_cover import fragment_coverage
from zoning.overlay.pairs.intersections import on_one_plane, shared
from zoning.overlay.polygons import Layer, read_layer
from zoning.supports import AnyGrid, ControlUnits, CurvedGrid, ElementZones

__all__ = ["Drawing", "Pieces", "pieces_of"]

_COLUMNS = ["element", "unit", "zone", "subtype", "area_m2"]


@dataclass(frozen=True)
class Drawing:
    """Fragments as they can be drawn: what a map needs and a ledger does not.

    Attributes
    ----------
    table : DataFrame
        ``element, unit, zone, subtype, area_m2``; one row per fragment.
    units, zones : ControlUnits, tuple of ElementZones
        What is cut.
    crs : CRS
        System of the drawing.
    densify : float
        Longest edge that is projected as a straight line, m.
    """

    table: pd.DataFrame
    units: ControlUnits
    zones: tuple[ElementZones, ...]
    crs: CRS
    densify: float

    def drawn(self) -> gpd.GeoDataFrame:
        """Return the table with the geometry of every fragment; one too thin to be drawn has an empty one."""
        left = self.units.frame.set_index("code").geometry
        shapes = np.full(len(self.table), shapely.Polygon(), dtype=object)
        for layer in self.zones:
            found = fragments(left, layer.frame.set_index("code").geometry, self.crs, densify=self.densify)
            rows = np.flatnonzero(self.table["element"] == layer.element)
            wanted = pd.MultiIndex.from_frame(self.table.iloc[rows][["unit", "zone"]])
            at = pd.MultiIndex.from_arrays([found["a"], found["b"]]).get_indexer(wanted)
            shapes[rows[at >= 0]] = found.geometry.to_numpy()[at[at >= 0]]
        return gpd.GeoDataFrame(self.table, geometry=shapes, crs=self.crs)


@dataclass(frozen=True)
class Pieces:
    """All fragments of a study, layer after layer of zones.

    Attributes
    ----------
    drawing : Drawing
        Their table, and how to draw them.
    units : Layer
        The units, checked, in their own system.
    zones : tuple of Layer
        The zones, the same.
    pairs : tuple of int64 (pairs, 2)
        For each layer of zones the positions of unit and zone.
    """

    drawing: Drawing
    units: Layer
    zones: tuple[Layer, ...]
    pairs: tuple[NDArray[np.int64], ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per fragment."""
        return self.drawing.table

    @cached_property
    def drawn(self) -> gpd.GeoSeries:
        """The geometry: for grids whose cells are polygons themselves."""
        return self.drawing.drawn().geometry

    def covers(self, units: Mapping[AnyGrid, Coverage], laying: Laying) -> dict[AnyGrid, list[Coverage]]:
        """Return the coverages of every grid by the fragments of all layers, in the order of the table.

        Every layer goes once to the system of a grid.

        Parameters
        ----------
        units : mapping
            Grid → its coverage by the units.
        laying : Laying
            Lays the zones.
        """
        placed: list[tuple[CRS, Layer, list[Layer]]] = []
        found: dict[AnyGrid, list[Coverage]] = {}
        for grid, cover in units.items():
            if isinstance(grid, CurvedGrid):
                found[grid] = [laying.cover(self.drawn, grid)] if len(self.table) else []
                continue
            if not any(same_crs(crs, grid.crs) for crs, _, _ in placed):
                ways = [layer.projected(grid.crs, laying.densify) for layer in (self.units, *self.zones)]
                placed.append((grid.crs, ways[0], ways[1:]))
            _, own, others = next(entry for entry in placed if same_crs(entry[0], grid.crs))
            found[grid] = [
                fragment_coverage(pairs, (own, other), (cover, laying.cover(_labelled(layer), grid)))
                for pairs, other, layer in zip(self.pairs, others, self.drawing.zones, strict=True)
            ]
        return found


def pieces_of(units: ControlUnits, zones: tuple[ElementZones, ...], crs: CRS, densify: float) -> Pieces:
    """Return all fragments of units by layers of zones.

    Parameters
    ----------
    units, zones : ControlUnits, tuple of ElementZones
        Supports, in any known CRS.
    crs : CRS
        System in which they are drawn.
    densify : float
        Longest edge that is projected as a straight line, m.
    """
    one = read_layer(_labelled(units))
    others = tuple(read_layer(_labelled(layer)) for layer in zones)
    tables, pairs = [], []
    for layer, other in zip(zones, others, strict=True):
        (left, right), ground = on_one_plane([one, other], None, densify)
        met = shared(left, right, ground=ground)
        subtype = layer.frame["subtype"].to_numpy()[met.b]
        values = (layer.element, one.index.take(met.a), other.index.take(met.b), subtype, met.area)
        tables.append(pd.DataFrame(dict(zip(_COLUMNS, values, strict=True)), index=pd.RangeIndex(len(met.a))))
        pairs.append(np.column_stack([met.a, met.b]))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({name: [] for name in _COLUMNS})
    return Pieces(Drawing(table, units, zones, crs, densify), one, others, tuple(pairs))


def _labelled(layer: ControlUnits | ElementZones) -> gpd.GeoSeries:
    return layer.frame.set_index("code").geometry
