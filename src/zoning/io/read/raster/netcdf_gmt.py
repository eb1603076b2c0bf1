"""The old NetCDF layout of GMT, in which MEIC is published: one long ``z`` beside the ranges and the spacing.

``x_range, y_range, spacing, dimension`` are pairs; ``z`` runs row by row from the north-west corner; ``node_offset`` 1
says that the ranges are cell edges, 0 that they are centres of the outer cells. A header of a MEIC file stands in
forum.cmascenter.org/t/2568; that its rows start in the north is how public
readers turn it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from zoning.intake import RawRaster, Window, require_window
from zoning.io.read.guard import require_cells
from zoning.io.read.raster.lattice import even_step
from zoning.io.read.raster.netcdf_header import Header, Variable, read_numbers
from zoning.io.read.raster.sources import Source
from zoning.io.read.unreadable import unreadable

__all__ = ["GmtBlocks", "is_gmt", "read_gmt"]

_PARTS = ("x_range", "y_range", "spacing", "dimension", "z")


@dataclass(frozen=True)
class GmtBlocks:
    """Blocks of the flat ``z``: whole rows are read, then cut to the columns wanted. Picklable."""

    source: Source
    variable: Variable
    shape: tuple[int, int]

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a window, or the whole layer; errors as those of other NetCDF files."""
        box = require_window(window, self.shape)
        if 0 in box.shape:
            return np.empty(box.shape)
        cols = self.shape[1]
        flat = read_numbers(self.source, self.variable, [slice(box.row0 * cols, box.row1 * cols)], box)
        return np.ascontiguousarray(flat.reshape(-1, cols)[:, box.col0 : box.col1])


def is_gmt(header: Header) -> bool:
    """Tell whether a file is in this layout."""
    return all(name in header.variables for name in _PARTS) and len(header.variables["z"].dims) == 1


def read_gmt(header: Header) -> RawRaster:
    """Return the one layer of a file in this layout; it states no coordinate system.

    Raises
    ------
    InputError
        If ranges, spacing and dimensions do not agree.
    """
    z = header.variables["z"]
    pairs = [header.numbers(header.variables[name]).ravel() for name in _PARTS[:4]]
    if any(len(pair) != 2 or not np.isfinite(pair).all() for pair in pairs):
        raise unreadable("FILE_UNREADABLE", header.file, "gmt")
    x_range, y_range, spacing, dimension = pairs
    cols, rows = int(dimension[0]), int(dimension[1])
    require_cells(math.prod((max(rows, 0), max(cols, 0))), header.file, "layer_cells")
    outside = 0.0 if int(_float(z.text("node_offset"))) == 1 else 0.5
    west, east = x_range[0] - outside * spacing[0], x_range[1] + outside * spacing[0]
    south, north = y_range[0] - outside * spacing[1], y_range[1] + outside * spacing[1]
    fits = min(rows, cols, *spacing) > 0 and rows * cols == z.shape[0]
    for low, high, size, count in ((west, east, spacing[0], cols), (south, north, spacing[1], rows)):
        fits = fits and even_step(np.array([low, low + size * count / 2, high])) is not None
    if not fits:
        raise unreadable("FILE_UNREADABLE", header.file, "gmt")
    return RawRaster(
        file=header.file,
        layer="z",
        blocks=GmtBlocks(header.source, z, (rows, cols)),
        crs="",
        transform=Affine((east - west) / cols, 0, west, 0, (south - north) / rows, north),
        nodata=_float(z.text("nodata_value")) if "nodata_value" in z.attributes else None,
        unit_tag=z.text("units"),
        species_tag=z.text("long_name"),
        tags={name: text for name in header.attributes if (text := str(header.attributes[name]).strip())},
    )


def _float(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
