"""GeoTIFF → RawRaster; values stay on disk behind the Blocks port until they are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.windows import Window as RasterWindow

from zoning.intake import RawRaster, Window, require_window
from zoning.io.read.guard import require_blocks, require_cells, require_file, require_magic
from zoning.io.read.raster.gdal import BROKEN, open_geotiff, reading
from zoning.io.read.raster.sources import Source, source_of
from zoning.io.read.unreadable import unreadable
from zoning.overlay.rings import in_threads, workers
from zoning.tables import numbers

__all__ = ["GeoTiffBlocks", "read_geotiff", "read_geotiff_bands"]

_SPECIES = ("species", "substance", "pollutant", "long_name")
_MASKS = (MaskFlags.per_dataset, MaskFlags.alpha)
_WIDE = ("int64", "uint64")  # their no-data value need not be a float64: GDAL compares it before they are converted
_ULPS = 4  # GDAL takes a float for the no-data value if it is nearer than this many of its last digits
_CUT_SHORT = 1e-5  # the largest float is a common no-data value and often written with six digits
_MANY_CELLS = 1_000_000  # in a smaller window a second thread costs more than it gives
_STRIP_CELLS = 131_072  # no-data is looked for in strips of 1 MB, which stay in the cache of the processor


@dataclass(frozen=True)
class Stored:
    """How numbers of a band are stored: which of them are no data, and what the others are multiplied by and added to.

    ``nodata`` is the closed interval of what counts as no data; None if nothing does. ``masked``: a mask or an alpha
    band says where there are data. ``wide``: no-data has to be found before the numbers become float64.
    """

    nodata: tuple[float, float] | None = None
    masked: bool = False
    wide: bool = False
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class GeoTiffBlocks:
    """Blocks of one band of a GeoTIFF: no-data → NaN, scale and offset applied, float64. Picklable: it holds a path.

    Attributes
    ----------
    source : Source
        The file as it was when its header was read.
    shape, chunk : tuple of int
        (rows, cols) of the band and of its tiles or strips.
    band : int
        From 1.
    stored : Stored
        How its numbers are stored.
    cache : int
        Bytes of one row of tiles (of all bands that lie side by side in them).
    """

    source: Source
    shape: tuple[int, int]
    chunk: tuple[int, int]
    band: int = 1
    stored: Stored = Stored()
    cache: int = 0

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a window, or the whole band.

        Raises
        ------
        GeometryError
            If the window leaves the raster.
        InputError
            If the file is damaged there (there is no partial result), was changed since its header was read, or more
            is asked for than the limits allow.
        """
        box = require_window(window, self.shape)
        require_cells(math.prod(box.shape), self.source.file, "raster_cells", "span")
        values = np.empty(box.shape)
        self.read_into(box, values)
        return values

    def read_into(self, window: Window, out: NDArray[np.float64]) -> None:
        """Read a window into memory of the caller, (rows, cols), contiguous; after an error there is no telling what.

        Fresh memory for every window costs a large part of unpacking it.
        """
        box = require_window(window, self.shape)
        if out.size:
            in_threads(lambda row, end: self._fill(box, out, (row, end)), self._rows_of_tiles(box))

    def _rows_of_tiles(self, box: Window) -> list[tuple[int, int]]:
        """Cut a large window between two rows of tiles, once for each thread: unpacking is what takes the time."""
        height = self.chunk[0]
        tiles = -(-box.row1 // height) - box.row0 // height
        count = min(workers(), tiles) if math.prod(box.shape) >= _MANY_CELLS else 1
        cuts = (box.row0 // height + np.arange(1, count) * tiles // count) * height
        return list(pairwise([box.row0, *(int(cut) for cut in cuts), box.row1]))

    def _fill(self, box: Window, values: NDArray[np.float64], rows: tuple[int, int]) -> None:
        part = Window(*rows, box.col0, box.col1)
        inside = values[rows[0] - box.row0 : rows[1] - box.row0]
        try:
            with self.source.lent(open_geotiff) as dataset, reading(self.cache):
                self._fill_from(dataset, part, inside)
        except BROKEN as error:
            raise self.source.damaged(error, part) from error

    def _fill_from(self, dataset: Any, box: Window, values: NDArray[np.float64]) -> None:  # noqa: ANN401
        window = RasterWindow(box.col0, box.row0, box.col1 - box.col0, box.row1 - box.row0)
        if self.stored.wide:
            values[:] = dataset.read(self.band, window=window, masked=True).astype(np.float64).filled(np.nan)
        else:
            dataset.read(self.band, window=window, out=values)
        mask = dataset.read_masks(self.band, window=window) if self.stored.masked else None
        height = max(1, _STRIP_CELLS // values.shape[1])
        for row in range(0, len(values), height):
            part = slice(row, row + height)
            _unpack(values[part], None if mask is None else mask[part], self.stored)


def _unpack(values: NDArray[np.float64], mask: NDArray[np.uint8] | None, stored: Stored) -> None:
    """Turn stored numbers into values, in their place."""
    if stored.nodata is not None:
        low, high = stored.nodata
        none = values == low if low == high else (values >= low) & (values <= high)
        if none.any():
            values[none] = np.nan
    if mask is not None:
        values[mask == 0] = np.nan
    if (stored.scale, stored.offset) != (1.0, 0.0):
        values *= stored.scale
        values += stored.offset


def _stored(dataset: Any, band: int) -> Stored:  # noqa: ANN401
    """Return how the numbers of a band are stored."""
    dtype, flags = dataset.dtypes[band - 1], dataset.mask_flag_enums[band - 1]
    masked, wide = any(one in flags for one in _MASKS), dtype in _WIDE
    nodata = dataset.nodatavals[band - 1]
    none = None if masked or wide or nodata is None or np.isnan(nodata) else _no_data(float(nodata), np.dtype(dtype))
    return Stored(none, masked and not wide, wide, dataset.scales[band - 1], dataset.offsets[band - 1])


def _no_data(nodata: float, dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the lowest and the highest stored number that is meant by a no-data value.

    Examples
    --------
    >>> _no_data(255.0, np.dtype("u1")), _no_data(-np.inf, np.dtype("f4"))
    ((255.0, 255.0), (-inf, -inf))
    """
    if dtype.kind != "f":
        return (nodata, nodata)
    with np.errstate(over="ignore"):  # a number that the type cannot hold was stored as infinity
        nearest = float(np.asarray(nodata).astype(dtype))
    kind = np.finfo(dtype)
    if np.isinf(nearest):
        return (nearest, nearest)
    relative = _CUT_SHORT if abs(nearest) > kind.max / 2 else _ULPS * float(kind.eps)
    return (nearest - abs(nearest) * relative, nearest + abs(nearest) * relative)


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
    source, about = _header(path, file)
    count = about["count"]
    if (band is None and count > 1) or (band is not None and not 1 <= band <= count):
        key = "bands" if band is None else "band"
        raise unreadable("PATH_MISSING", file, key, band=band or "", count=count, bands=about["names"])
    return _raster(source, band or 1, about)


def read_geotiff_bands(path: Path, file: str) -> tuple[RawRaster, ...]:
    """Read the header of a GeoTIFF whose bands are layers of one kind; errors as :func:`read_geotiff`.

    An alpha band says where the others have data and is no layer.
    """
    source, about = _header(path, file)
    return tuple(_raster(source, band, about) for band in range(1, about["count"] + 1) if band not in about["alpha"])


def _header(path: Path, file: str) -> tuple[Source, dict[str, Any]]:
    require_file(path, file)
    require_magic(path, file)
    source = source_of(path, file)
    try:
        with source.lent(open_geotiff) as dataset, reading():
            about = _about(dataset)
    except BROKEN as error:
        raise source.damaged(error) from error
    require_cells(math.prod(about["shape"]), file, "layer_cells")
    for block in about["blocks"]:
        require_blocks(block, math.prod(block) * about["side_by_side"], file)
    if about["transform"] == rasterio.Affine.identity():
        raise unreadable("CRS_MISSING", file, "georeference")
    return source, about


def _about(dataset: Any) -> dict[str, Any]:  # noqa: ANN401 - rasterio has no useful types
    """Return what the file says of itself, as plain values."""
    bands = range(1, dataset.count + 1)
    pixels = dataset.profile.get("interleave") == "pixel"
    return {
        "shape": (dataset.height, dataset.width),
        "blocks": tuple(dataset.block_shapes),
        "side_by_side": dataset.count if pixels else 1,
        "count": dataset.count,
        "alpha": [one for one in bands if dataset.colorinterp[one - 1] == ColorInterp.alpha],
        "dtypes": dataset.dtypes,
        "stored": [_stored(dataset, one) for one in bands],
        "names": ", ".join(f"{one} {dataset.descriptions[one - 1] or ''}".strip() for one in bands),
        "crs": dataset.crs.to_wkt() if dataset.crs else "",
        "transform": dataset.transform,
        "nodata": dataset.nodatavals,
        "units": dataset.units,
        "descriptions": dataset.descriptions,
        "tags": [dataset.tags() | dataset.tags(one) for one in bands],
    }


def _raster(source: Source, band: int, about: Mapping[str, Any]) -> RawRaster:
    dtype = about["dtypes"][band - 1]
    if dtype.startswith("complex"):
        raise unreadable("FILE_UNREADABLE", source.file, "dtype", dtype=dtype)
    tags = {name: str(value) for name, value in about["tags"][band - 1].items()}
    lower = {name.lower(): value for name, value in tags.items()}
    nodata, description = about["nodata"][band - 1], about["descriptions"][band - 1] or ""
    said = [description, *(lower.get(name, "") for name in _SPECIES)]
    return RawRaster(
        file=source.file,
        layer=f"band {band} {description}".strip(),
        blocks=_blocks(source, band, about),
        crs=about["crs"],
        transform=about["transform"],
        nodata=None if nodata is None else float(nodata),
        unit_tag=about["units"][band - 1] or lower.get("units", lower.get("unit", "")),
        species_tag=" ".join(dict.fromkeys(one for one in said if one)),
        tags=tags,
    )


def _blocks(source: Source, band: int, about: Mapping[str, Any]) -> GeoTiffBlocks:
    rows, cols = about["shape"]
    height, width = about["blocks"][band - 1]
    across = -(-cols // width) * width
    cache = 2 * height * across * np.dtype(about["dtypes"][band - 1]).itemsize * about["side_by_side"]
    largest = int(numbers("limits")["gdal_cache_most"])
    return GeoTiffBlocks(
        source, (rows, cols), (min(height, rows), min(width, cols)), band, about["stored"][band - 1],
        min(cache, largest),
    )  # fmt: skip
