"""What a DataArray says of the place of its cells, by the conventions of its community (CF); nothing is guessed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from zoning.errors import GeometryError
from zoning.messages import fault

__all__ = ["declared_crs", "degrees", "require_rows_first"]

_NAMES = {"lon": ("lon", "longitude", "xlong"), "lat": ("lat", "latitude", "xlat")}
_STANDARD = {"lon": "longitude", "lat": "latitude"}
_UNITS = {"lon": ("degrees_east", "degree_east", "degrees_e", "degree_e"),
          "lat": ("degrees_north", "degree_north", "degrees_n", "degree_n")}  # fmt: skip


def declared_crs(array: xr.DataArray) -> object:
    """Return what a DataArray says of its system (attribute ``crs``, or ``spatial_ref.crs_wkt``); None if nothing."""
    reference = array.coords.get("spatial_ref")
    return array.attrs.get("crs") or (reference.attrs.get("crs_wkt") if reference is not None else None)


def degrees(array: xr.DataArray) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the 2-D longitudes and latitudes of the cell centres, shape (rows, cols) each; None if not both are there.

    They are coordinates along the last two dimensions, known by ``standard_name``, by ``units`` (``degrees_east``,
    ``degrees_north``) or by their names (``lon, longitude, XLONG``; ``lat, latitude, XLAT``).

    Examples
    --------
    >>> lon, lat = np.meshgrid([118.0, 118.1], [25.0, 24.9, 24.8])
    >>> array = xr.DataArray(np.ones((3, 2)), dims=("y", "x"), coords={"XLONG": (("y", "x"), lon)})
    >>> degrees(array) is None, degrees(array.assign_coords(XLAT=(("y", "x"), lat)))[1].shape
    (True, (3, 2))
    """
    plane = array.dims[-2:]
    found: dict[str, NDArray[np.float64]] = {}
    for name, coordinate in array.coords.items():
        if coordinate.ndim == 2 and set(coordinate.dims) == set(plane):
            for axis in _NAMES:
                if _is_axis(axis, name, coordinate.attrs):
                    found[axis] = np.asarray(coordinate.transpose(*plane), dtype=np.float64)
    return (found["lon"], found["lat"]) if len(found) == len(_NAMES) else None


def require_rows_first(array: xr.DataArray) -> None:
    """Refuse cells whose dimensions say that columns come before rows: read as rows, they would lie elsewhere.

    Raises
    ------
    GeometryError
        If the last two dimensions are called as (x, y) or (lon, lat) are.
    """
    y, x = (str(name).lower() for name in array.dims[-2:])
    if y in ("x", "easting", *_NAMES["lon"]) or x in ("y", "northing", *_NAMES["lat"]):
        raise fault(GeometryError, "overlay.turned_axes", dims=", ".join(map(str, array.dims[-2:])))


def _is_axis(axis: str, name: Hashable, attributes: Mapping[Hashable, object]) -> bool:
    stated = str(attributes.get("units", "")).lower()
    standard = attributes.get("standard_name") == _STANDARD[axis]
    return standard or stated in _UNITS[axis] or str(name).lower() in _NAMES[axis]
