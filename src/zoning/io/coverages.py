"""Coverages on disk: a second study year over the same borders and grid costs no geometry, a stopped run resumes."""

from __future__ import annotations

import time
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from zoning.errors import InputError, ZoningError
from zoning.io.labels import labels_of, written_labels
from zoning.io.read.raster.rasters import open_layers
from zoning.io.sealed import Arrays, read_sealed, write_sealed
from zoning.io.whole import PARTIAL
from zoning.messages import fault
from zoning.overlay import KERNELS, Coverage
from zoning.overlay.laying import Labelled
from zoning.supports import AnyGrid, CellGrid, CurvedGrid, Grid
from zoning.tables import numbers

__all__ = ["CoverageFolder", "load_coverage", "save_coverage"]

_VERSIONS = {"format": 1, "kernels": KERNELS, "key": ""}
_ARRAYS = ("cell_ptr", "cell", "fraction", "run_ptr", "run_row", "run_c0", "run_c1")
_TYPES = {"cell": np.int64, "run_row": np.int32, "run_c0": np.int32, "run_c1": np.int32}
_ENDING = ".coverage"
_FOREIGN = (
    OSError, KeyError, ValueError, TypeError, AttributeError, OverflowError, MemoryError, RecursionError,
    shapely.errors.ShapelyError,
)  # fmt: skip
"""What making a coverage of a file that is not ours can raise; each of them means: this is none."""


def save_coverage(cover: Coverage, path: str | Path) -> None:
    """Save a coverage, so that further layers over the same polygons and cells cost no geometry.

    Parameters
    ----------
    cover : Coverage
        Its index may hold text, numbers, truth values, classes or several levels of these.
    path : str or Path
        The file appears whole or not at all; one that is there is replaced.

    Raises
    ------
    InputError
        If the labels are of another type, or the file cannot be written.

    Examples
    --------
    >>> import tempfile, geopandas as gpd, shapely, zoning
    >>> grid = zoning.Grid("EPSG:4549", Affine(500, 0, 500_000, 0, -500, 2_750_000), (2, 2))
    >>> unit = gpd.GeoSeries([shapely.box(500_000, 2_749_250, 501_000, 2_750_000)], index=["ZH1"], crs="EPSG:4549")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     zoning.save_coverage(zoning.coverage(unit, grid), f"{folder}/city.coverage")
    ...     zoning.load_coverage(f"{folder}/city.coverage").total(np.ones((2, 2)))
         value
    ZH1    3.0
    """
    arrays: Arrays = {}
    about = {"grid": _written_grid(cover.grid, arrays), "index": written_labels(cover.index, arrays)}
    try:
        write_sealed(Path(path), _VERSIONS | about, arrays | _compact(cover))
    except OSError as error:
        raise fault(InputError, "coverage.unwritten", path=path, reason=error.strerror or error) from error


def load_coverage(path: str | Path) -> Coverage:
    """Load a coverage that :func:`save_coverage` saved: same labels, same grid, same numbers, bit for bit.

    Values are given in any form, as to a new one: paths of rasters, too.

    Parameters
    ----------
    path : str or Path
        Where it was saved.

    Raises
    ------
    InputError
        If there is no such file, if it is none of ours, is damaged, or was saved by a version whose fractions or
        format may differ: make the coverage again.
    """
    try:
        about, arrays = _current(Path(path))
        if about["index"] is None:
            raise fault(InputError, "coverage.unlabelled", path=path)
        laid = _coverage(about, arrays, labels_of(about["index"], arrays), _grid_of(about["grid"], arrays))
        return replace(laid, reader=open_layers)
    except FileNotFoundError as error:
        raise fault(InputError, "coverage.missing", path=path) from error
    except (*_FOREIGN, ZoningError) as error:
        if isinstance(error, InputError):
            raise
        raise fault(InputError, "coverage.damaged", path=path) from error


class CoverageFolder:
    """A folder of coverages, one ``<key>.coverage`` each.

    Where it cannot be written (no space, no permission, no folder), it says so once, as a warning, and the run goes on
    without it: a store saves time and is never needed.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. Its files may be deleted at any time.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._writable = True
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as error:
            self._give_up(error)

    def get(self, key: str, polygons: Labelled, grid: AnyGrid) -> Coverage | None:
        """Return the coverage of a key; None if it is not there, is another's or is damaged."""
        try:
            about, arrays = _current(self._path(key))
            if about["key"] != key:
                return None
            return _coverage(about, arrays, polygons.index, grid)
        except (*_FOREIGN, ZoningError):
            return None

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage; the file appears whole or not at all."""
        if not self._writable:
            return
        try:
            write_sealed(self._path(key), _VERSIONS | {"grid": None, "index": None, "key": key}, _compact(cover))
        except OSError as error:
            self._give_up(error)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_ENDING}"

    def _give_up(self, error: OSError) -> None:
        self._writable = False
        said = fault(InputError, "coverage.unkept", path=self.folder, reason=error.strerror or error)
        warnings.warn(str(said), RuntimeWarning, stacklevel=2)

    def _sweep(self) -> None:
        """Remove what stopped processes left behind; what is young may still be written by another one."""
        oldest = time.time() - numbers("limits")["partial_seconds"]
        for partial in self.folder.glob(f".*{_ENDING}{PARTIAL}"):
            with suppress(OSError):
                if partial.lstat().st_mtime < oldest:
                    partial.unlink()


def _current(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Return text and arrays of a file that was saved by this version."""
    about, arrays = read_sealed(path)
    if (about["format"], about["kernels"]) != (_VERSIONS["format"], _VERSIONS["kernels"]):
        raise fault(InputError, "coverage.version", path=path)
    return about, arrays


def _compact(cover: Coverage) -> Arrays:
    """Return the arrays of a coverage, cell numbers in 4 bytes where they fit."""
    rows, cols = cover.grid.shape
    arrays = {name: getattr(cover, name) for name in _ARRAYS}
    if rows * cols <= 1 << 32:
        arrays["cell"] = cover.cell.astype("<u4")
    return arrays


def _written_grid(grid: AnyGrid, arrays: Arrays) -> dict[str, Any]:
    about: dict[str, Any] = {"crs": grid.crs.to_wkt(), "shape": grid.shape}
    if isinstance(grid, CellGrid):
        packed = shapely.to_wkb(grid.polygons, byte_order=1)
        arrays["cells"] = np.frombuffer(b"".join(packed), dtype=np.uint8)
        arrays["cell_ends"] = np.cumsum([len(one) for one in packed], dtype=np.int64)
        return about | {"labels": written_labels(grid.labels, arrays, "cell_label")}
    if isinstance(grid, CurvedGrid):
        arrays["corners_x"], arrays["corners_y"] = grid.corners_x.ravel(), grid.corners_y.ravel()
        return about
    return about | {"transform": [float(term).hex() for term in tuple(grid.transform)[:6]]}


def _grid_of(about: dict[str, Any], arrays: Arrays) -> AnyGrid:
    rows, cols = about["shape"]
    if "transform" in about:
        return Grid(about["crs"], Affine(*(float.fromhex(term) for term in about["transform"])), (rows, cols))
    if "labels" in about:
        packed = np.split(arrays["cells"], arrays["cell_ends"][:-1])
        shapes = shapely.from_wkb(np.array([one.tobytes() for one in packed], dtype=object))
        labels = labels_of(about["labels"], arrays, "cell_label")
        return CellGrid(gpd.GeoSeries(shapes, index=labels, crs=about["crs"]))
    corners = (rows + 1, cols + 1)
    return CurvedGrid(about["crs"], arrays["corners_x"].reshape(corners), arrays["corners_y"].reshape(corners))


def _coverage(about: dict[str, Any], arrays: Arrays, index: Any, grid: AnyGrid) -> Coverage:  # noqa: ANN401 - pandas
    """Return a coverage; every number is held against what a coverage may hold, since kernels do not look twice."""
    found: Any = {name: arrays[name].astype(_TYPES.get(name, arrays[name].dtype), copy=False) for name in _ARRAYS}
    cover = Coverage(index=index, grid=grid, **found)
    if not _is_sound(cover):
        raise ValueError(about["key"])
    return cover


def _is_sound(cover: Coverage) -> bool:
    rows, cols = cover.grid.shape
    pointers = ((cover.cell_ptr, cover.cell), (cover.run_ptr, cover.run_row))
    if any(not _points(pointer, len(cover), len(items)) for pointer, items in pointers):
        return False
    if not len(cover.run_row) == len(cover.run_c0) == len(cover.run_c1) or len(cover.cell) != len(cover.fraction):
        return False
    inside = _between(cover.cell, 0, rows * cols - 1) and _between(cover.run_row, 0, rows - 1)
    inside = inside and _between(cover.run_c0, 0, cols - 1) and _between(cover.run_c1, 1, cols)
    first = cover.run_row.astype(np.int64) * cols + cover.run_c0
    ordered = _rises(cover.cell, cover.cell_ptr) and _rises(first, cover.run_ptr)
    parts = bool(((cover.fraction > 0) & (cover.fraction <= 1)).all())
    return inside and ordered and parts and bool((cover.run_c0 < cover.run_c1).all())


def _points(pointer: NDArray[Any], units: int, items: int) -> bool:
    if pointer.dtype != np.int64 or len(pointer) != units + 1:
        return False
    return bool(pointer[0] == 0 and pointer[-1] == items and (np.diff(pointer) >= 0).all())


def _between(values: NDArray[Any], low: int, high: int) -> bool:
    return not len(values) or bool(values.min() >= low and values.max() <= high)


def _rises(values: NDArray[np.int64], pointer: NDArray[np.int64]) -> bool:
    """Tell whether values grow inside every unit: sums go through them in the order of the rows."""
    steps = np.diff(values) > 0
    borders = pointer[1:-1]
    steps[borders[(borders > 0) & (borders < len(values))] - 1] = True
    return bool(steps.all())
