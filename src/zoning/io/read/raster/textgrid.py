"""Grids as text → RawRaster: ESRI ASCII grids (``.asc``), and tables of cells (``lon, lat, value`` in any order)."""

from __future__ import annotations

import csv
import itertools
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from zoning.intake import ArrayBlocks, RawRaster
from zoning.io.read.guard import require_cells, require_file
from zoning.io.read.unreadable import unreadable
from zoning.tables import numbers
from zoning.vocab import normalise_header

__all__ = ["read_ascii_grid", "read_cell_table"]

_KEYS = frozenset(
    ("ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy", "nodata_value")
)
_X = ("lon", "long", "longitude", "x", "经度", "easting", "x坐标")
_Y = ("lat", "latitude", "y", "纬度", "northing", "y坐标")
_SEPARATORS = (";", ",", "\t", None)


def read_ascii_grid(path: Path, file: str) -> RawRaster:
    """Read an ESRI ASCII grid: header lines, then rows of values from the north-west.

    Its coordinate system is that of a ``.prj`` beside it, if there is one.

    Raises
    ------
    InputError
        If the file is missing or too large, a header line is missing, or the values are not as many as declared.
    """
    require_file(path, file, "table_bytes")
    lines = _text(path, file)
    header: dict[str, float] = {}
    start = 0
    for line in itertools.islice(lines.splitlines(keepends=True), len(_KEYS)):
        words = line.split()
        if len(words) != 2 or words[0].lower() not in _KEYS:
            break
        header[words[0].lower()] = _number(words[1], file, words[0])
        start += len(line)
    transform, shape = _placed(header, file)
    require_cells(float(shape[0]) * shape[1], file, "raster_cells")
    values = _values(lines[start:], shape, file)
    nodata = header.get("nodata_value")
    if nodata is not None:
        values[values == nodata] = np.nan
    return RawRaster(file, ArrayBlocks(values), _side_system(path), transform, nodata, layer=path.stem)


def _placed(header: Mapping[str, float], file: str) -> tuple[Affine, tuple[int, int]]:
    dx, dy = header.get("dx", header.get("cellsize", np.nan)), header.get("dy", header.get("cellsize", np.nan))
    west = header.get("xllcorner", header.get("xllcenter", np.nan) - dx / 2)
    south = header.get("yllcorner", header.get("yllcenter", np.nan) - dy / 2)
    rows, cols = header.get("nrows", np.nan), header.get("ncols", np.nan)
    if not np.isfinite([dx, dy, west, south, rows, cols]).all() or min(dx, dy) <= 0 or min(rows, cols) < 1:
        raise unreadable("FILE_UNREADABLE", file, "ascii", keys="ncols, nrows, xllcorner, yllcorner, cellsize")
    if rows != int(rows) or cols != int(cols):
        raise unreadable("FILE_UNREADABLE", file, "ascii", keys="ncols, nrows")
    return Affine(dx, 0, west, 0, -dy, south + rows * dy), (int(rows), int(cols))


def _values(text: str, shape: tuple[int, int], file: str) -> NDArray[np.float64]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # older numpy warns where newer ones raise
            values = np.fromstring(text, dtype=np.float64, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        bad = next((word for word in text.split() if not _is_number(word)), "")
        raise unreadable("FILE_UNREADABLE", file, "values", text=bad[:40]) from error
    if values.size != shape[0] * shape[1]:
        raise unreadable("FILE_UNREADABLE", file, "count", rows=shape[0], cols=shape[1], count=values.size)
    return values.reshape(shape)


def _side_system(path: Path) -> str:
    """Return the coordinate system of the ``.prj`` beside a file; nothing if there is none or it is not understood."""
    side = path.with_suffix(".prj")
    try:
        if not side.is_file() or side.stat().st_size > numbers("limits")["prj_bytes"]:
            return ""
        return str(CRS.from_wkt(side.read_text(encoding="utf-8", errors="replace").strip()).to_wkt())
    except (CRSError, OSError):
        return ""


def _text(path: Path, file: str) -> str:
    content = path.read_bytes()
    if b"\x00" in content:
        raise unreadable("FILE_UNREADABLE", file, "nottext")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("FILE_UNREADABLE", file, "nottext")


def _number(text: str, file: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise unreadable("FILE_UNREADABLE", file, "headernumber", name=name, text=text[:40]) from error


@dataclass(frozen=True)
class _Layout:
    """Where a table of cells has what: lines above the cells, separator, columns of x, y and value."""

    skip: int
    separator: str | None
    x: int
    y: int
    value: int
    header: tuple[str, ...]


def read_cell_table(path: Path, file: str, chosen: str = "") -> RawRaster:
    """Read a table with one line per cell; places without a line have no data.

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Its name as the study writes it, for messages.
    chosen : str
        ``corner=sw`` where coordinates are those of the south-west corners (else of centres, and the cell edges are
        marked as taken half way); ``absent=zero`` where the table lists emitting cells only; ``column=name``.

    Raises
    ------
    InputError
        If the file is missing or no such table, or the places are not those of a regular grid.
    """
    require_file(path, file, "table_bytes")
    options = dict(part.split("=", 1) for part in chosen.split("/") if "=" in part)
    text = _text(path, file)
    layout = _layout(text, file, options.get("column", ""))
    cells = _cells(text, layout, file)
    x, y, value = (cells[:, column] for column in range(3))
    columns, x0, dx = _places(x, file, layout.header[layout.x])
    rows, y0, dy = _places(y, file, layout.header[layout.y])
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    require_cells(float(shape[0]) * shape[1], file, "raster_cells")
    _require_single(rows * shape[1] + columns, x, y, file)
    grid = np.full(shape, 0.0 if options.get("absent") == "zero" else np.nan)
    grid[shape[0] - 1 - rows, columns] = value
    inset = 0.0 if options.get("corner") == "sw" else 0.5
    transform = Affine(dx, 0, x0 - inset * dx, 0, -dy, y0 - inset * dy + shape[0] * dy)
    name = layout.header[layout.value]
    unit = re.search(r"[（(]([^（）()]+)[)）]", name)
    marks = () if options.get("corner") == "sw" else ("no_bounds",)
    return RawRaster(file, ArrayBlocks(grid), "", transform, unit_tag=unit[1] if unit else "", layer=name, marks=marks)


def _layout(text: str, file: str, column: str) -> _Layout:
    """Find the first line of numbers; the line above it names the columns."""
    above: list[str] = []
    for line in StringIO(text):
        for separator in _SEPARATORS:
            words = _split(line, separator)
            if len(words) >= 3 and all(_is_number(word) for word in words if word) and any(words):
                return _columns(above, separator, len(words), file, column)
        above.append(line)
        if len(above) > int(numbers("limits")["header_lines"]):
            break
    raise unreadable("FILE_UNREADABLE", file, "nocells")


def _split(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    try:
        return [word.strip() for word in next(csv.reader([line.strip()], delimiter=separator), [])]
    except csv.Error:
        return []


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _columns(above: list[str], separator: str | None, width: int, file: str, column: str) -> _Layout:
    named = _split(above[-1], separator) if above else []
    header = tuple(named) if len(named) == width else tuple(f"{number}" for number in range(1, width + 1))
    names = [normalise_header(re.sub(r"[（(].*", "", name)) for name in header]
    x, y = (next((at for at, name in enumerate(names) if name in known), None) for known in (_X, _Y))
    if x is None or y is None:
        if (above and len(named) == width) or width > 3:
            raise unreadable("FILE_UNREADABLE", file, "nocolumns", columns=", ".join(header))
        x, y = 0, 1  # three bare columns: x y z, as every program writes them
    rest = [at for at in range(width) if at not in (x, y)]
    picked = [at for at in rest if header[at] == column] if column else rest
    if len(picked) != 1:
        key = "nocolumn" if column else "columns"
        raise unreadable("PATH_MISSING", file, key, column=column, columns=", ".join(header[at] for at in rest))
    return _Layout(len(above), separator, x, y, picked[0], header)


def _cells(text: str, layout: _Layout, file: str) -> NDArray[np.float64]:
    """Return (cells, 3): x, y, value; an empty value is no data."""
    wanted = [layout.x, layout.y, layout.value]
    try:
        frame = pd.read_csv(
            StringIO(text), sep=layout.separator or r"\s+", header=None, skiprows=layout.skip, usecols=wanted,
            dtype=np.float64, skipinitialspace=True,
        )  # fmt: skip
    except (ValueError, OverflowError, pd.errors.ParserError) as error:
        raise _bad_line(text, layout, file) from error
    cells: NDArray[np.float64] = frame[wanted].to_numpy(dtype=np.float64)
    if not len(cells) or not np.isfinite(cells[:, :2]).all():
        raise _bad_line(text, layout, file)
    return cells


def _bad_line(text: str, layout: _Layout, file: str) -> Exception:
    """Return the error of the first line that is no cell, with its row."""
    for row, line in enumerate(StringIO(text), start=1):
        words = _split(line, layout.separator)
        if row <= layout.skip or not any(words):
            continue
        place = [words[at] for at in (layout.x, layout.y) if at < len(words)]
        value = words[layout.value] if layout.value < len(words) else ""
        sound = len(place) == 2 and all(_is_number(word) and np.isfinite(float(word)) for word in place)
        if not sound or (value and not _is_number(value)) or len(words) > len(layout.header):
            return unreadable("FILE_UNREADABLE", file, "line", line=row, text=line.strip()[:60])
    return unreadable("FILE_UNREADABLE", file, "nocells")


def _places(positions: NDArray[np.float64], file: str, axis: str) -> tuple[NDArray[np.int64], float, float]:
    """Return the index of each position along a regular axis, its first position and its step."""
    places = np.unique(positions)
    gaps = np.diff(places)
    off = numbers("limits")["lattice_deviation"]
    wide = gaps[gaps > off * np.median(gaps)] if gaps.size else gaps  # narrower ones are rounding, not cells
    if not wide.size:
        raise unreadable("FILE_UNREADABLE", file, "onerow", axis=axis)
    rough = float(wide.min())
    span = float(places[-1] - places[0])
    if not np.isfinite(span / rough) or span / rough > numbers("limits")["raster_cells"]:
        raise unreadable("FILE_UNREADABLE", file, "uneven", axis=axis, step=f"{rough:.6g}", value=f"{places[0]:.8g}")
    step = span / round(span / rough)
    index = np.rint((positions - places[0]) / step)
    astray = np.abs(positions - places[0] - index * step) > off * step
    if astray.any() or len(wide) + 1 < numbers("limits")["lattice_filled"] * (index.max() + 1):
        shown = f"{positions[int(np.argmax(astray))]:.8g}"
        raise unreadable("FILE_UNREADABLE", file, "uneven", axis=axis, step=f"{step:.6g}", value=shown)
    return index.astype(np.int64), float(places[0]), step


def _require_single(place: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64], file: str) -> None:
    order = np.argsort(place, kind="stable")
    again = order[1:][place[order][1:] == place[order][:-1]]
    if again.size:
        first = int(again.min())
        raise unreadable("FILE_UNREADABLE", file, "twice", place=f"{x[first]:.8g}, {y[first]:.8g}", count=again.size)
