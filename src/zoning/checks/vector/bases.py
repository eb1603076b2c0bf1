"""Layers of a base map → BaseLayer: placed, named, cut to what a sheet can show; counted in nothing."""

from __future__ import annotations

import difflib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.judged import Judged
from zoning.checks.vector.addressed import Addressed
from zoning.checks.vector.placing import system_of
from zoning.crs import DENSIFY, project, transformer
from zoning.errors import Finding, Severity
from zoning.intake import RawLayer
from zoning.messages import finding
from zoning.study import BaseInput
from zoning.supports import BaseLayer, ControlUnits
from zoning.tables import numbers

__all__ = ["check_base"]

_WHOLE = ("nation", "sea")  # drawn in insets of the whole country: kept as they are, but simplified
_COLLECTION = 7
_MULTI = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)
_DEGREE = 111_320.0  # metres of a degree of latitude

_Shapes = NDArray[np.object_]


def check_base(raw: RawLayer, declared: BaseInput, units: ControlUnits) -> Judged[BaseLayer]:
    """Judge one layer of a base map and bring it into the coordinate system of the units.

    Shapes far from the units are left out, so that a large layer stays small; outlines of the nation and of its seas
    are kept whole and simplified, none of their islands is lost. Invalid polygons are repaired: nothing is measured
    on them.

    Parameters
    ----------
    raw : RawLayer
        As it was read.
    declared : BaseInput
        What the study says of it.
    units : ControlUnits
        Whose surroundings are kept.

    Returns
    -------
    Judged of BaseLayer
        The value is None if it cannot be placed, its column of names is missing, or it lies elsewhere.
    """
    shapes = shapely.force_2d(raw.frame.geometry.to_numpy())
    named = Addressed(raw, np.full(len(shapes), "", dtype=object))
    labels, findings = _labels(raw, declared)
    there = np.flatnonzero(_finite(shapes))
    if not len(there):
        return Judged(None, (*findings, finding("GEOM_EMPTY", "layer", where=named.file)))
    bounds = shapely.total_bounds(shapes[there])
    where = named.file | {"value": ", ".join(f"{edge:.10g}" for edge in np.round(bounds, 4))}
    crs, faults = _system(raw, shapes[there], where)
    if crs is None or labels is None:
        return Judged(None, (*findings, *faults))
    shapes[there], more = _repaired(named, shapes[there])
    at, placed = _placed(shapes, there, (crs, units), whole=declared.role in _WHOLE)
    if declared.role != "sea" and not shapely.intersects(placed, shapely.box(*_bounds(units))).any():
        said = finding("BASE_OUTSIDE", where=where, name=declared.name, crs=crs.name)
        return Judged(None, (*findings, *more, said))
    frame = gpd.GeoDataFrame({"label": labels[at]}, geometry=placed, crs=units.crs)
    made = BaseLayer(declared.role, declared.name, declared.approval, declared.source, _ordered(frame))
    return Judged(made, (*findings, *more))


def _finite(shapes: _Shapes) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(shapely.bounds(shapes)).all(axis=1))


def _bounds(units: ControlUnits) -> NDArray[np.float64]:
    return np.asarray(shapely.total_bounds(units.geometries))


def _labels(raw: RawLayer, declared: BaseInput) -> tuple[NDArray[np.object_] | None, tuple[Finding, ...]]:
    """Return the text to write at each shape; None if the column that the study names is not there."""
    attributes = raw.frame.drop(columns=raw.frame.geometry.name)
    if not declared.label:
        return np.full(len(attributes), "", dtype=object), ()
    headers = [str(header) for header in attributes.columns]
    if declared.label not in headers:
        near = difflib.get_close_matches(declared.label, headers, n=1, cutoff=0.0)
        where = {"file": raw.file, "layer": raw.layer, "field": "label", "value": declared.label}
        known = "、".join(headers) or "—"
        return None, (
            finding("FIELD_MISSING", "base", where=where, name=declared.name, headers=known, nearest=(*near, "—")[0]),
        )
    column = attributes.iloc[:, headers.index(declared.label)]
    texts = ["" if pd.isna(cell) else _text(cell) for cell in column]
    return np.array(texts, dtype=object), ()


def _text(cell: object) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _system(raw: RawLayer, shapes: _Shapes, where: dict[str, object]) -> tuple[CRS | None, tuple[Finding, ...]]:
    """Return the system of a layer; where it lies is not held against the province: a base map may be of the nation."""
    bounds = shapely.bounds(shapes)
    middles = ((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2, None)
    return system_of(raw.frame, raw.declared.get("crs", ""), where, middles)


def _repaired(named: Addressed, shapes: _Shapes) -> tuple[_Shapes, tuple[Finding, ...]]:
    """Return valid shapes, each of one kind; how many were not is said."""
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        shapes = shapes.copy()
        shapes[invalid] = shapely.make_valid(shapes[invalid])
    said = (
        finding("GEOM_INVALID", "base", severity=Severity.INFO, where=named.file, count=int(invalid.sum())),
    ) if invalid.any() else ()  # fmt: skip
    return _of_one_kind(shapes), said


def _of_one_kind(shapes: _Shapes) -> _Shapes:
    """Replace collections by their parts of the most dimensions."""
    plain = shapes.copy()
    for number in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION):
        parts = shapely.get_parts(shapes[[number]])
        while (shapely.get_type_id(parts) >= _COLLECTION - 3).any():
            parts = shapely.get_parts(parts)
        dimensions = shapely.get_dimensions(parts)
        most = int(dimensions.max(initial=0))
        plain[number] = _MULTI[most](list(parts[dimensions == most]))
    return plain


def _placed(
    shapes: _Shapes, there: NDArray[np.int64], systems: tuple[CRS, ControlUnits], *, whole: bool
) -> tuple[NDArray[np.int64], _Shapes]:
    """Return which shapes are kept, and what is left of each in the system of the units."""
    crs, units = systems
    kept = (
        shapes[there]
        if whole
        else _of_one_kind(shapely.intersection(shapes[there], _around(crs, units, shapes[there])))
    )
    some = ~shapely.is_empty(kept)
    at, kept = there[some], kept[some]
    limits = numbers("limits")
    placed = project(kept, crs, units.crs, limits["base_step"] if whole else DENSIFY)
    if whole:
        unit = _DEGREE if units.crs.is_geographic else units.crs.axis_info[0].unit_conversion_factor
        placed = shapely.simplify(placed, limits["base_tolerance"] / unit)
    known = _finite(placed)
    return at[known], np.asarray(placed[known], dtype=object)


def _around(crs: CRS, units: ControlUnits, shapes: _Shapes) -> shapely.Geometry:
    """Return the surroundings of the units in another system; all of the shapes if they have no box in it."""
    west, south, east, north = _bounds(units)
    margin = numbers("limits")["base_margin"] * max(east - west, north - south)
    box = (west - margin, south - margin, east + margin, north + margin)
    edges = np.array(transformer(units.crs, crs).transform_bounds(*box))
    return shapely.box(*(edges if np.isfinite(edges).all() else shapely.total_bounds(shapes)))


def _ordered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return shapes in an order that does not depend on that of the file."""
    keys = pd.DataFrame({"label": frame["label"], "shape": shapely.to_wkb(frame.geometry.to_numpy(), hex=True)})
    order = keys.sort_values(["label", "shape"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)
