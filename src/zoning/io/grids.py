"""A Grid that can be read from a raster file."""

from __future__ import annotations

from pathlib import Path

from zoning import supports
from zoning.errors import GeometryError
from zoning.io.read.raster.rasters import read_rasters
from zoning.messages import fault
from zoning.supports import AnyGrid

__all__ = ["Grid", "grid_of_raster"]


class Grid(supports.Grid):
    """A regular grid as :class:`zoning.supports.Grid` describes it, that a raster file can give as well."""

    @classmethod
    def from_raster(cls, path: str | Path) -> Grid:
        """Return the grid of a raster file (GeoTIFF, NetCDF, text grid; ``file.nc#variable`` names a layer).

        Raises
        ------
        InputError
            If the file cannot be read, or has several variables and none is named; bands share their cells.
        CrsError, GeometryError
            If it has no CRS, is rotated, or is curvilinear.
        """
        raw = read_rasters(str(path))[0]
        if raw.corners is not None:
            raise fault(GeometryError, "grid.curvilinear_file", file=path)
        return cls(raw.crs, raw.transform, raw.blocks.shape)


def grid_of_raster(path: str | Path) -> AnyGrid:
    """Return the cells of a raster file, regular or curvilinear.

    Raises
    ------
    InputError, CrsError, GeometryError
        As :meth:`Grid.from_raster`.
    """
    raw = read_rasters(str(path))[0]
    if raw.corners is None:
        return Grid(raw.crs, raw.transform, raw.blocks.shape)
    return supports.CurvedGrid(raw.crs, raw.corners.x, raw.corners.y)
