"""A Grid that can be read from a raster file."""

from __future__ import annotations

from pathlib import Path

from zoning import supports
from zoning.io.read.geotiff import read_geotiff

__all__ = ["Grid"]


class Grid(supports.Grid):
    """A regular grid as :class:`zoning.supports.Grid` describes it, that a raster file can give as well."""

    @classmethod
    def from_raster(cls, path: str | Path) -> Grid:
        """Return the grid of a raster file.

        Raises
        ------
        InputError
            If the file cannot be read.
        CrsError, GeometryError
            If it has no CRS or is rotated.
        """
        raw = read_geotiff(Path(path), str(path))
        return cls(raw.crs, raw.transform, raw.blocks.shape)
