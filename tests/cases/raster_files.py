"""Small files in the layouts of raster formats and published inventories, made by the tests."""

from __future__ import annotations

import netCDF4
import numpy as np
import rasterio
from affine import Affine

NORTH_UP = Affine(1.0, 0, 110.0, 0, -1.0, 32.0)
CELLS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
"""Rows from the north: latitudes 31.5 and 30.5, longitudes 110.5 to 112.5."""


def write_tif(path, values=CELLS, transform=NORTH_UP, crs="EPSG:4326", **extra):
    bands = np.atleast_3d(values.T).T
    tags = extra.pop("tags", {})
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=bands.shape[0],
        dtype=extra.pop("dtype", "float64"), crs=crs, transform=transform, **extra,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
        dataset.update_tags(**tags)
    return path


def write_nc(path, variables, form="NETCDF4", **attributes):
    """Write variables: name → (dims, values, attributes); ``_FillValue`` among the attributes is set on creation."""
    with netCDF4.Dataset(path, "w", format=form) as dataset:
        dataset.setncatts(attributes)
        for name, (dims, given, said) in variables.items():
            values, about = np.asarray(given), dict(said)
            for dim, size in zip(dims, values.shape, strict=True):
                if dim not in dataset.dimensions:
                    dataset.createDimension(dim, size)
            stored = dataset.createVariable(name, values.dtype, dims, fill_value=about.pop("_FillValue", None))
            stored.set_auto_maskandscale(False)
            stored.setncatts(about)
            stored[...] = values
    return path


def lonlat(lon=(110.5, 111.5, 112.5), lat=(31.5, 30.5), *, bounds=True):
    """Return the coordinate variables of a regular grid, with bounds or without."""
    axes = {}
    for name, given, unit in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
        centres = np.asarray(given, dtype=np.float64)
        about = {"units": unit} | ({"bounds": f"{name}_bnds"} if bounds else {})
        axes[name] = ((name,), centres, about)
        if bounds:
            half = abs(centres[1] - centres[0]) / 2
            axes[f"{name}_bnds"] = ((name, "bnds"), np.stack([centres - half, centres + half], axis=1), {})
    return axes


def write_meic(path, values=CELLS, west=110.0, south=30.0, spacing=1.0):
    rows, cols = values.shape
    pairs = {
        "x_range": [west, west + cols * spacing], "y_range": [south, south + rows * spacing],
        "spacing": [spacing, spacing],
    }  # fmt: skip
    variables = {name: (("side",), np.array(pair), {}) for name, pair in pairs.items()}
    variables["dimension"] = (("side",), np.array([cols, rows], dtype=np.int32), {})
    about = {"scale_factor": 1.0, "add_offset": 0.0, "node_offset": np.int32(1), "nodata_value": -9999.0}
    variables["z"] = (("xysize",), values.ravel().astype(np.float32), about)
    return write_nc(path, variables, "NETCDF3_CLASSIC", title="", source="MEIC Core gridding - GMTEngine")


def write_asc(path, values=CELLS, corner="corner", shift=0.0):
    header = f"ncols {values.shape[1]}\nnrows {values.shape[0]}\nxll{corner} {110 + shift}\nyll{corner} {30 + shift}\n"
    rows = "\n".join(" ".join(f"{value:g}" for value in row) for row in values)
    path.write_text(f"{header}cellsize 1\nNODATA_value -9999\n{rows}\n", encoding="utf-8")
    return path
