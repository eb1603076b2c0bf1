"""Where the cells of a NetCDF variable lie: which dimensions are x and y, their edges, the coordinate system."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from zoning.errors import Severity
from zoning.intake import Corners
from zoning.io.read.raster.lattice import (
    corners_from_centres,
    corners_from_vertices,
    edges_from_bounds,
    edges_from_centres,
    even_step,
)
from zoning.io.read.raster.netcdf_header import Header, Variable
from zoning.io.read.unreadable import unreadable
from zoning.tables import read

__all__ = ["Placement", "axis_of", "is_named", "locate_cells"]

_METRES = {"km": 1000.0, "kilometer": 1000.0, "kilometers": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0}
_CIRCLE = 360.0


@dataclass(frozen=True)
class Placement:
    """Where cells lie, and how stored columns become columns from west to east.

    ``mirrored``: stored from east to west; ``shift``: so many columns are taken from the front to the end.
    """

    y_dim: str
    x_dim: str
    crs: str
    transform: Affine
    corners: Corners | None = None
    mirrored: bool = False
    shift: int = 0
    marks: tuple[str, ...] = field(default=())


@lru_cache(maxsize=1)
def _names() -> frozenset[tuple[str, str, str]]:
    return frozenset((row["axis"], row["attribute"], row["written"].lower()) for row in read("netcdf_names"))


def is_named(kind: str, variable: Variable) -> bool:
    """Tell whether attributes or name of a variable say that it is an axis (``x, y, t``) or an ``area``."""
    said = [(name, variable.text(name).lower()) for name in ("axis", "standard_name", "units")]
    said.append(("name", variable.name.rsplit("/", 1)[-1].lower()))
    return any((kind, attribute, written) in _names() for attribute, written in said if written)


def axis_of(header: Header, dim: str, within: Variable) -> Variable | None:
    """Return the coordinate variable of a dimension: the one of its name, in the group of the variable or above."""
    group = within.name.rpartition("/")[0]
    found = header.variables.get(f"{group}/{dim}") or header.variables.get(dim)
    return found if found is not None and found.dims == (dim,) and found.numeric else None


def locate_cells(header: Header, variable: Variable) -> Placement:
    """Return where the cells of a variable lie.

    Raises
    ------
    InputError
        If no coordinates are found, or they are no grid.
    """
    y, x = _plane_axis(header, variable, "y"), _plane_axis(header, variable, "x")
    plane = _plane_coordinates(header, variable)
    mapping = _mapping(header, variable)
    if y is not None and x is not None and (plane is None or _is_placed(header, x, mapping)):
        return _from_axes(header, y, x, mapping)
    if plane is None:
        dims = ", ".join(variable.dims)
        raise unreadable("CRS_MISSING", header.file, "coordinates", variable=variable.name, dims=dims)
    return _curvilinear(header, *plane)


def _is_placed(header: Header, x: Variable, mapping: Variable | None) -> bool:
    """Tell whether one-dimensional axes are to be preferred to two-dimensional ones: their system is known."""
    rotated = mapping is not None and mapping.text("grid_mapping_name") == "rotated_latitude_longitude"
    return not rotated and bool(_system(header, x, mapping))


def _plane_axis(header: Header, variable: Variable, kind: str) -> Variable | None:
    axes = [axis_of(header, dim, variable) for dim in variable.dims]
    return next((axis for axis in axes if axis is not None and is_named(kind, axis)), None)


def _plane_coordinates(header: Header, variable: Variable) -> tuple[Variable, Variable] | None:
    """Return latitude and longitude over the plane of the cells (2-D), named by ``coordinates`` or known by name."""
    named = header.named(variable.text("coordinates")) or tuple(header.variables.values())
    found: dict[str, Variable] = {}
    for kind in ("y", "x"):
        for one in named:
            plane = one.dims[-2:]
            if len(one.dims) in (2, 3) and one.numeric and is_named(kind, one) and set(plane) <= set(variable.dims):
                found.setdefault(kind, one)
    if len(found) < 2 or found["y"].dims != found["x"].dims or found["y"].shape != found["x"].shape:
        return None
    return found["y"], found["x"]


def _is_geographic(axis: Variable) -> bool:
    """Tell whether an axis is of degrees of longitude or latitude (and not of a rotated grid)."""
    units, name = axis.text("units").lower(), axis.name.rsplit("/", 1)[-1].lower()
    if axis.text("standard_name").startswith("grid_"):
        return False
    if any((kind, "units", units) in _names() for kind in ("x", "y")):
        return True
    return units in ("", "degree", "degrees") and ("geographic", "name", name) in _names()


def _mapping(header: Header, variable: Variable) -> Variable | None:
    named = header.named(variable.text("grid_mapping"))
    known = [one for one in header.variables.values() if one.text("grid_mapping_name") or one.text("crs_wkt")]
    return next(iter(named), known[0] if len(known) == 1 else None)


def _system(header: Header, x: Variable, mapping: Variable | None) -> str:
    """Return the coordinate system as the file states it; of longitudes without a datum EPSG:4326, else nothing."""
    for owner in ((mapping.attributes if mapping else {}), header.attributes):
        for name in ("crs_wkt", "spatial_ref", "esri_pe_string", "epsg_code", "crs"):
            if isinstance(owner.get(name), str) and owner[name].strip():
                return str(owner[name]).strip()
    parameters = {name: _plain(value) for name, value in (mapping.attributes if mapping else {}).items()}
    kind = parameters.get("grid_mapping_name", "latitude_longitude" if _is_geographic(x) else "")
    shaped = any(name in parameters for name in ("semi_major_axis", "earth_radius", "inverse_flattening"))
    if kind == "latitude_longitude" and not shaped:
        return "EPSG:4326" if _is_geographic(x) else ""
    try:
        return str(CRS.from_cf(parameters).to_wkt()) if kind else ""
    except (CRSError, ProjError, KeyError, ValueError, TypeError, AttributeError, IndexError):
        return ""


def _plain(value: Any) -> Any:  # noqa: ANN401 - an attribute is text, a number or some numbers
    if isinstance(value, np.ndarray):
        return [float(one) for one in value.ravel()] if value.dtype.kind in "iuf" else ""
    return value.item() if isinstance(value, np.generic) else value


def _from_axes(header: Header, y: Variable, x: Variable, mapping: Variable | None) -> Placement:
    crs, geographic = _system(header, x, mapping), _is_geographic(x)
    marks: list[str] = []
    x_edges, y_edges = (_edges(header, axis, marks) for axis in (x, y))
    mirrored = bool(x_edges[0] > x_edges[-1])
    if mirrored:
        x_edges = x_edges[::-1]
    shift = 0
    if geographic:
        x_edges, shift = _turned(x_edges, marks)
    placed = (y.dims[0], x.dims[0], crs)
    dx, dy = even_step(x_edges), even_step(y_edges)
    if dx is not None and dy is not None:
        transform = Affine(dx, 0.0, float(x_edges[0]), 0.0, dy, float(y_edges[0]))
        return Placement(*placed, transform, None, mirrored, shift, tuple(marks))
    corner_x, corner_y = np.meshgrid(x_edges, y_edges)
    return Placement(*placed, Affine.identity(), Corners(corner_x, corner_y), mirrored, shift, tuple(marks))


def _edges(header: Header, axis: Variable, marks: list[str]) -> NDArray[np.float64]:
    """Return cell edges along an axis in its stored order; half way between centres where the file has no bounds."""
    centres = header.numbers(axis) * _METRES.get(axis.text("units").lower(), 1.0)
    steps = np.diff(centres)
    if not centres.size or not np.isfinite(centres).all() or not ((steps > 0).all() or (steps < 0).all()):
        raise unreadable("FILE_UNREADABLE", header.file, "axis", axis=axis.name)
    for bounds in _bounds(header, axis):
        if bounds.dims[:1] == axis.dims and len(bounds.dims) == 2:
            scaled = header.numbers(bounds) * _METRES.get(axis.text("units").lower(), 1.0)
            edges = edges_from_bounds(scaled, descending=bool(len(steps) and steps[0] < 0))
            if edges is not None:
                return edges
    if len(centres) < 2:
        raise unreadable("CELL_BOUNDS_MISSING", header.file, "single", severity=Severity.ERROR, axis=axis.name)
    _mark(marks, "no_bounds")
    return edges_from_centres(_evened(centres))


def _evened(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evenly spaced centres without the rounding of their storage."""
    step = even_step(centres)
    return centres if step is None else centres[0] + step * np.arange(len(centres))


def _bounds(header: Header, axis: Variable) -> tuple[Variable, ...]:
    """Return the bounds that an axis names, or those called after it as is the custom."""
    named = header.named(axis.text("bounds"))
    customary = (f"{axis.name}_bnds", f"{axis.name}_bounds", f"bounds_{axis.name}")
    return named or tuple(header.variables[name] for name in customary if name in header.variables)


def _turned(edges: NDArray[np.float64], marks: list[str]) -> tuple[NDArray[np.float64], int]:
    """Turn longitudes of 0 to 360 to -180 to 180: (edges, columns that go to the end).

    A part of the circle that crosses 180 degrees cannot be turned in one piece and stays as it is; the mark stands.
    """
    middle = (edges[1:] + edges[:-1]) / 2
    beyond = middle > _CIRCLE / 2
    if not beyond.any() or middle[-1] > _CIRCLE:
        return edges, 0
    _mark(marks, "lon_0_360")
    if beyond.all():
        return edges - _CIRCLE, 0
    first = int(np.argmax(beyond))
    if abs(edges[-1] - edges[0] - _CIRCLE) > (edges[-1] - edges[0]) / len(middle) / 2:
        return edges, 0
    return np.concatenate([edges[first:-1] - _CIRCLE, edges[: first + 1]]), first


def _mark(marks: list[str], mark: str) -> None:
    if mark not in marks:
        marks.append(mark)


def _curvilinear(header: Header, lat: Variable, lon: Variable) -> Placement:
    y_dim, x_dim = lat.dims[-2:]
    first = [0] * (len(lat.dims) - 2)
    parts: list[int | slice] = [*first, *(slice(0, size) for size in lat.shape[-2:])]
    marks: list[str] = []
    x, y = header.numbers(lon, parts), header.numbers(lat, parts)
    if min(x.shape) < 2 or not (np.isfinite(x) & np.isfinite(y)).all():
        raise unreadable("FILE_UNREADABLE", header.file, "plane", axis=f"{lat.name}, {lon.name}")
    corners = _vertices(header, lon, lat)
    if corners is None:
        _mark(marks, "no_bounds")
        corners = corners_from_centres(x), corners_from_centres(y)
    corner_x, corner_y = corners
    if (x > _CIRCLE / 2).all():
        _mark(marks, "lon_0_360")
        corner_x = corner_x - _CIRCLE
    crs = _system(header, lon, None) or "EPSG:4326"
    return Placement(y_dim, x_dim, crs, Affine.identity(), Corners(corner_x, corner_y), marks=tuple(marks))


def _vertices(header: Header, lon: Variable, lat: Variable) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    for x in _bounds(header, lon):
        for y in _bounds(header, lat):
            if x.dims == y.dims and x.dims[:-1] == lon.dims and len(x.dims) == 3 and x.shape[-1] == 4:
                return corners_from_vertices(header.numbers(x), header.numbers(y))
    return None
