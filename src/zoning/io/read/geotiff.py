"""GeoTIFF → RawRaster; values stay on disk behind the Blocks port until they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioIOError
from rasterio.windows import Window as RasterWindow

from zoning.intake import RawRaster, Window
from zoning.io.read.unreadable import unreadable

__all__ = ["GeoTiffBlocks", "read_geotiff"]


@dataclass(frozen=True)
class GeoTiffBlocks:
    """Blocks of one band of a GeoTIFF: no-data → NaN, scale and offset applied, float64. Picklable: it holds a path."""

    path: Path
    shape: tuple[int, int]
    band: int = 1

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a window, or the whole band."""
        box = (
            None if window is None else RasterWindow.from_slices((window.row0, window.row1), (window.col0, window.col1))
        )
        with rasterio.open(self.path) as dataset:
            stored = dataset.read(self.band, window=box, masked=True)
            scale, offset = dataset.scales[self.band - 1], dataset.offsets[self.band - 1]
        values: NDArray[np.float64] = stored.astype(np.float64).filled(np.nan)
        return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def read_geotiff(path: Path, file: str, band: int = 1) -> RawRaster:
    """Read the header of a GeoTIFF.

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Its name as the study writes it, for messages.
    band : int
        Band, from 1.

    Raises
    ------
    InputError
        If the file is missing or GDAL cannot read it.
    """
    if not path.is_file():
        raise unreadable("PATH_MISSING", file)
    try:
        with rasterio.open(path) as dataset:
            tags = dataset.tags() | dataset.tags(band)
            return RawRaster(
                file=file,
                blocks=GeoTiffBlocks(path, (dataset.height, dataset.width), band),
                crs=dataset.crs.to_wkt() if dataset.crs else "",
                transform=dataset.transform,
                nodata=None if dataset.nodata is None else float(dataset.nodata),
                unit_tag=dataset.units[band - 1] or tags.get("units", tags.get("unit", "")),
            )
    except RasterioIOError as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error
