"""Fields of a result → ``grids/*.tif``: Cloud Optimized GeoTIFFs that any GIS opens, the same bytes for the same field.

A grid of more cells than ``published_cells`` is made coarser by whole blocks of cells: its tonnes stay what they are, a
level is averaged by area, and a block is without data only where all of its cells are. Rows are written from the north.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.crs
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from zoning.errors import Finding
from zoning.field import Field, Kind
from zoning.intake import Window
from zoning.io.records import encode
from zoning.messages import finding
from zoning.result import Result
from zoning.supports import Grid
from zoning.tables import numbers

__all__ = ["FOLDER", "grid_names", "grid_records", "published_grid", "write_grids"]

FOLDER = "grids"
_NOT_TOLD = ("grid", "blocks")
_PART_BYTES = 40  # of each of the four parts of a file name, so that the whole is shorter than any system allows
_STRIP_CELLS = 4_000_000  # read at once: 32 MB
_TAKE = {"driver": "COG", "COMPRESS": "DEFLATE", "PREDICTOR": "YES", "LEVEL": "6", "BLOCKSIZE": "256",
         "OVERVIEW_RESAMPLING": "AVERAGE", "NUM_THREADS": "1"}  # fmt: skip

_Floats = NDArray[np.float64]


def write_grids(result: Result, folder: str | Path) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Write the fields of a result as GeoTIFFs into ``grids`` in a folder; values are exact unless made coarser.

    Parameters
    ----------
    result : Result
        What a run found; its fields are read here, strip by strip.
    folder : str or Path
        Folder of the run.

    Returns
    -------
    files : tuple of str
        Names relative to the folder, in the order of the fields.
    findings : tuple of Finding
        ``GRID_COARSENED`` for every field that was made coarser, or left out because its cells are no rectangles.

    Raises
    ------
    InputError
        If a raster of the study can no longer be read.
    """
    folder = Path(folder)
    files, findings = [], []
    for name, field in zip(grid_names(result.fields), result.fields, strict=True):
        if not name or not isinstance(field.grid, Grid):
            findings.append(_said(field, "curved"))
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        step = _step(field.grid.shape)
        if step > 1:
            findings.append(_said(field, "", factor=step))
        _write(folder / name, field, published_grid(field.grid), _values(field, field.grid, step))
        files.append(name)
    return tuple(files), tuple(findings)


def grid_names(given: Sequence[Field]) -> tuple[str, ...]:
    """Return the file of every field, relative to the folder of the run; empty for one whose cells are no rectangles.

    Only letters, digits, dots and dashes of the names of a user come into the name of a file; names that would be one
    to a system that does not tell capitals apart get a number.

    Examples
    --------
    >>> from zoning.field import Field, Kind
    >>> from zoning.intake import ArrayBlocks
    >>> grid, blocks = Grid("EPSG:4549", Affine(1, 0, 0, 0, -1, 0), (1, 1)), ArrayBlocks(np.ones((1, 1)))
    >>> layers = [Field(grid, blocks, "CO2", sector, 2020, "t", Kind.TOTAL, "CO2") for sector in ("../电力", "__电力")]
    >>> grid_names(layers)
    ('grids/primary_CO2_电力_2020.tif', 'grids/primary_CO2_电力_2020_2.tif')
    """
    taken: set[str] = set()
    names = []
    for field in given:
        if not isinstance(field.grid, Grid):
            names.append("")
            continue
        stem = f"{_safe(field.series)}_{_safe(field.species)}_{_safe(field.sector)}_{field.year}"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        names.append(f"{FOLDER}/{name}.tif")
    return tuple(names)


def grid_records(given: Sequence[Field]) -> list[dict[str, Any]]:
    """Return what has to be known of every file besides its values: everything a field states, and where its cells are.

    The rows of a south-up grid stand in the file from the north; its own transform is kept here.
    """
    records = []
    for name, field in zip(grid_names(given), given, strict=True):
        if name and isinstance(field.grid, Grid):
            grid = published_grid(field.grid)
            about = {"file": name, "crs": grid.crs.to_wkt(), "transform": list(grid.transform)[:6]}
            records.append(about | _stated(field))
    return records


def published_grid(grid: Grid) -> Grid:
    """Return the cells that are published: the grid itself, or blocks of its cells where there are too many.

    Examples
    --------
    >>> published_grid(Grid("EPSG:4549", Affine(100, 0, 5e5, 0, -100, 2.8e6), (10_000, 12_000)))
    Grid(('EPSG', '4549'), 1250×1500, 800×800)
    """
    step = _step(grid.shape)
    rows, cols = (-(-count // step) for count in grid.shape)
    across, _, left, _, down, top = tuple(grid.transform)[:6]
    return Grid(grid.crs, Affine(across * step, 0, left, 0, down * step, top), (rows, cols))


def _said(field: Field, key: str, factor: int = 1) -> Finding:
    where = {"file": field.source, "layer": f"{field.series} {field.species} {field.sector} {field.year}"}
    return finding("GRID_COARSENED", key, where=where, shape="×".join(map(str, field.grid.shape)), factor=factor)


def _stated(field: Field) -> dict[str, Any]:
    """Return everything a field states of its values."""
    return {one.name: encode(getattr(field, one.name)) for one in fields(Field) if one.name not in _NOT_TOLD}


def _safe(text: str) -> str:
    """Return a text of a user as part of a file name."""
    kept = "".join(
        letter if letter.isalnum() or letter in "-." else "_" for letter in unicodedata.normalize("NFC", text)
    )
    short = kept.strip("._").encode("utf-8", "ignore")[:_PART_BYTES].decode("utf-8", "ignore").rstrip("._")
    return short or "x"


def _step(shape: tuple[int, int]) -> int:
    """Return how many cells a side a published cell has: the fewest, or up to twice as many if then none is cut."""
    rows, cols = shape
    most = numbers("limits")["published_cells"]
    least = max(1, math.isqrt(math.ceil(rows * cols / most)))
    while math.ceil(rows / least) * math.ceil(cols / least) > most:
        least += 1
    whole = (step for step in range(least, 2 * least) if rows % step == 0 and cols % step == 0)
    return next(whole, least)


def _values(field: Field, grid: Grid, step: int) -> _Floats:
    """Return the values that are published, rows in the order of the grid; at most ``published_cells`` of them."""
    if step == 1:
        return field.values()
    coarse = published_grid(grid)
    values = np.empty(coarse.shape)
    for row, strip in _strips(grid, step):
        blocks = _Blocks(field.values(strip), grid.areas_of(strip), step)
        end = row - (-(strip.row1 - strip.row0) // step)
        values[row:end] = blocks.of(field.kind, coarse.areas_of(Window(row, end, 0, coarse.shape[1])))
    return values


def _strips(grid: Grid, step: int) -> Iterator[tuple[int, Window]]:
    """Give whole rows of blocks: the first of them, and the cells they are made of."""
    rows, cols = grid.shape
    height = max(1, _STRIP_CELLS // (cols * step)) * step
    for row in range(0, rows, height):
        yield row // step, Window(row, min(row + height, rows), 0, cols)


@dataclass(frozen=True)
class _Blocks:
    """Cells of a strip with their areas, to be put together by squares of ``step`` cells a side."""

    values: _Floats
    areas: _Floats
    step: int

    def of(self, kind: Kind, areas: _Floats) -> _Floats:
        """Return one value per block of the given areas; NaN where no cell of it has data."""
        known = ~np.isnan(self.values)
        values = np.where(known, self.values, 0.0)
        if kind is Kind.TOTAL:
            found = self._summed(values)
        elif kind is Kind.FLUX:  # over the whole block, so that value × area is still the mass of its cells
            found = self._summed(values * self.areas) / areas
        else:
            with np.errstate(invalid="ignore", divide="ignore"):
                found = self._summed(values * self.areas) / self._summed(known * self.areas)
        found[self._summed(known.astype(np.float64)) == 0] = np.nan
        return found

    def _summed(self, values: _Floats) -> _Floats:
        down = np.add.reduceat(values, np.arange(0, values.shape[0], self.step), axis=0)
        return np.asarray(np.add.reduceat(down, np.arange(0, values.shape[1], self.step), axis=1))


def _write(path: Path, field: Field, grid: Grid, values: _Floats) -> None:
    with np.errstate(over="ignore"):
        short = values.astype(np.float32)
    fits = bool(((short == values) | np.isnan(values)).all())  # what was stored in four bytes needs no more
    across, down, left, top = grid.transform.a, grid.transform.e, grid.transform.c, grid.transform.f
    if down > 0:
        values, top, down = values[::-1], top + grid.shape[0] * down, -down
    about = {
        "driver": "GTiff",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": 1,
        "dtype": "float32" if fits else "float64",
        "nodata": math.nan,
        "crs": rasterio.crs.CRS.from_wkt(grid.crs.to_wkt()),
        "transform": Affine(across, 0, left, 0, down, top),
    }
    with rasterio.Env(GDAL_PAM_ENABLED="NO"), MemoryFile() as memory:
        with memory.open(**about) as band:
            band.write(values.astype(about["dtype"]), 1)
            band.update_tags(**{name: _plain(value) for name, value in _stated(field).items()})
            band.descriptions = (_plain(f"{field.species} {field.sector} {field.year}"),)
            band.units = (_plain(field.unit),)
        copy(memory.name, str(path), **_TAKE)


def _plain(value: object) -> str:
    """Return a value as a tag: without characters that the XML of the tags cannot hold."""
    return "".join(letter for letter in str(value) if letter.isprintable())
