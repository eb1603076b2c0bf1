"""GeoTIFF → RawRaster; values stay on disk behind the Blocks port until they are asked for."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window as RasterWindow

from zoning.intake import RawRaster, Window
from zoning.io.read.guard import require_cells, require_file, require_magic
from zoning.io.read.unreadable import unreadable

__all__ = ["GeoTiffBlocks", "read_geotiff"]

_SPECIES = ("species", "substance", "pollutant", "long_name")


@dataclass(frozen=True)
class GeoTiffBlocks:
    """Blocks of one band of a GeoTIFF: no-data → NaN, scale and offset applied, float64. Picklable: it holds a path."""

    path: Path
    shape: tuple[int, int]
    band: int = 1
    file: str = ""

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a window, or the whole band.

        Raises
        ------
        InputError
            If the file is damaged there.
        """
        box = (
            None if window is None else RasterWindow.from_slices((window.row0, window.row1), (window.col0, window.col1))
        )
        with _opened(self.path, self.file or self.path.name) as dataset:
            stored = dataset.read(self.band, window=box, masked=True)
            scale, offset = dataset.scales[self.band - 1], dataset.offsets[self.band - 1]
        values: NDArray[np.float64] = stored.astype(np.float64).filled(np.nan)
        return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


@contextmanager
def _opened(path: Path, file: str) -> Iterator[Any]:
    """Open a file as GeoTIFF and nothing else: GDAL would follow a virtual format under this name to any other file."""
    try:
        with warnings.catch_warnings(), _undecodable_passed_over():
            warnings.simplefilter("ignore")  # a missing georeference is a finding of ours, not a line on the screen
            with rasterio.open(path, driver="GTiff") as dataset:
                yield dataset
    except (RasterioError, OSError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise unreadable("FILE_UNREADABLE", file, reason=str(error).replace(str(path), file)) from error


@contextmanager
def _undecodable_passed_over() -> Iterator[None]:
    """Keep off the screen that rasterio cannot decode what GDAL says of a damaged tag; the fault itself is raised."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:  # noqa: ANN401 - typeshed names this type for checkers only
        if not isinstance(unraisable.exc_value, UnicodeDecodeError):
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def read_geotiff(path: Path, file: str, band: int | None = None) -> RawRaster:
    """Read the header of a GeoTIFF.

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Its name as the study writes it, for messages.
    band : int or None
        Band, from 1; None takes the only one.

    Raises
    ------
    InputError
        If the file is missing, no GeoTIFF, too large, without a place on earth, or has several bands and none chosen.
    """
    require_file(path, file)
    require_magic(path, file)
    with _opened(path, file) as dataset:
        about = _about(dataset)
    require_cells(math.prod(about["shape"]), file, "raster_cells")
    require_cells(about["block"], file, "raster_cells")
    count = about["count"]
    if (band is None and count > 1) or (band is not None and not 1 <= band <= count):
        key = "bands" if band is None else "band"
        raise unreadable("PATH_MISSING", file, key, band=band or "", count=count, bands=about["names"])
    chosen = band or 1
    if about["dtypes"][chosen - 1].startswith("complex"):
        raise unreadable("FILE_UNREADABLE", file, "dtype", dtype=about["dtypes"][chosen - 1])
    if about["transform"] == rasterio.Affine.identity():
        raise unreadable("CRS_MISSING", file, "georeference")
    return _raster(path, file, chosen, about)


def _about(dataset: Any) -> dict[str, Any]:  # noqa: ANN401 - rasterio has no useful types
    """Return what the file says of itself, as plain values."""
    bands = range(1, dataset.count + 1)
    return {
        "shape": (dataset.height, dataset.width),
        "block": max((rows * cols for rows, cols in dataset.block_shapes), default=1),
        "count": dataset.count,
        "dtypes": dataset.dtypes,
        "names": ", ".join(f"{one} {dataset.descriptions[one - 1] or ''}".strip() for one in bands),
        "crs": dataset.crs.to_wkt() if dataset.crs else "",
        "transform": dataset.transform,
        "nodata": dataset.nodatavals,
        "units": dataset.units,
        "descriptions": dataset.descriptions,
        "tags": [dataset.tags() | dataset.tags(one) for one in bands],
    }


def _raster(path: Path, file: str, band: int, about: Mapping[str, Any]) -> RawRaster:
    tags = {name: str(value) for name, value in about["tags"][band - 1].items()}
    lower = {name.lower(): value for name, value in tags.items()}
    nodata, description = about["nodata"][band - 1], about["descriptions"][band - 1] or ""
    said = [description, *(lower.get(name, "") for name in _SPECIES)]
    return RawRaster(
        file=file,
        layer=f"band {band} {description}".strip(),
        blocks=GeoTiffBlocks(path, about["shape"], band, file),
        crs=about["crs"],
        transform=about["transform"],
        nodata=None if nodata is None else float(nodata),
        unit_tag=about["units"][band - 1] or lower.get("units", lower.get("unit", "")),
        species_tag=" ".join(dict.fromkeys(one for one in said if one)),
        tags=tags,
    )
