"""NetCDF → RawRaster: CF axes in any order, packed numbers, time steps, curvilinear grids; values stay in the file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.intake import Blocks, RawRaster, Step, Window, require_window
from zoning.io.read.guard import require_blocks, require_cells
from zoning.io.read.raster.netcdf_axes import Placement, axis_of, is_named, locate_cells
from zoning.io.read.raster.netcdf_gmt import is_gmt, read_gmt
from zoning.io.read.raster.netcdf_header import Header, Variable, read_header, read_numbers
from zoning.io.read.raster.netcdf_time import Moment, read_moments
from zoning.io.read.raster.sources import Source
from zoning.io.read.unreadable import unreadable

__all__ = ["NetCdfBlocks", "data_variables", "dimension_names", "read_netcdf"]

_POINTERS = ("coordinates", "bounds", "grid_mapping", "cell_measures", "ancillary_variables", "climatology")
_SPECIES = ("species", "substance", "pollutant", "standard_name", "long_name", "molecular_weight", "molecular_mass")
_NODATA = ("_FillValue", "missing_value")


@dataclass(frozen=True)
class NetCdfBlocks:
    """Blocks of one step of a variable. Picklable: it holds a path.

    ``where`` gives, for each dimension as stored, a fixed index, or ``y`` or ``x``. Columns are stored from the east if
    ``mirrored``, and the first ``shift`` of them belong at the end.
    """

    source: Source
    variable: Variable
    where: tuple[int | str, ...]
    shape: tuple[int, int]
    mirrored: bool = False
    shift: int = 0

    @property
    def chunk(self) -> tuple[int, int]:
        """Rows and columns of the chunks of the file."""
        chunks = self.variable.chunks
        if not chunks:
            return (1, self.shape[1])
        return (chunks[self.where.index("y")], chunks[self.where.index("x")])

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Read a window, or the whole layer.

        Raises
        ------
        GeometryError
            If the window leaves the layer.
        InputError
            If the file is damaged there, was changed since its header was read, or more is asked for than the limits
            allow.
        """
        box = require_window(window, self.shape)
        if 0 in box.shape:
            return np.empty(box.shape)
        cols = self.shape[1]
        turn = cols - self.shift
        spans = [(box.col0, min(box.col1, turn), self.shift), (max(box.col0, turn), box.col1, self.shift - cols)]
        parts = [self._columns(box, start + by, end + by) for start, end, by in spans if end > start]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _columns(self, box: Window, col0: int, col1: int) -> NDArray[np.float64]:
        cols = self.shape[1]
        across = slice(cols - col1, cols - col0) if self.mirrored else slice(col0, col1)
        plane = {"y": slice(box.row0, box.row1), "x": across}
        parts = [plane[at] if isinstance(at, str) else at for at in self.where]
        values = read_numbers(self.source, self.variable, parts, box)
        if self.where.index("x") < self.where.index("y"):
            values = values.T
        return np.ascontiguousarray(values[:, ::-1] if self.mirrored else values)


def data_variables(path: Path, file: str) -> tuple[str, ...]:
    """Return the names of the variables that hold layers: no coordinates, bounds, grid mappings or cell areas.

    Raises
    ------
    InputError
        If the file is missing or cannot be read.
    """
    header = read_header(path, file)
    return ("z",) if is_gmt(header) else tuple(one.name for one in _layers(header))


def dimension_names(path: Path, file: str, variable: str, dim: str) -> tuple[str, ...]:
    """Return what the entries along a further dimension are called (``ids`` = «0: Agriculture; 1: Energy …»).

    Entries without a name have their number; nothing if there is no such dimension.
    """
    header = read_header(path, file)
    chosen = header.variables.get(variable)
    if chosen is None or dim not in chosen.dims:
        return ()
    count = chosen.shape[chosen.dims.index(dim)]
    axis = axis_of(header, dim, chosen)
    said = axis.text("ids") if axis is not None else ""
    named = dict(re.findall(r"(\d+)\s*:\s*([^;]+)", said))
    return tuple(named.get(str(number), str(number)).strip() for number in range(count))


def read_netcdf(path: Path, file: str, chosen: str = "") -> RawRaster:
    """Read the header of a layer of a NetCDF file.

    Parameters
    ----------
    path : Path
        Where it lies.
    file : str
        Its name as the study writes it, for messages.
    chosen : str
        ``variable``, ``variable/sector=2`` (coordinate value, else index, of a further dimension), or empty where
        there is only one variable.

    Raises
    ------
    InputError
        If the file cannot be read, or what is chosen is not in it or not one layer.
    """
    header = read_header(path, file)
    name, picks = _parsed(chosen)
    if is_gmt(header) and name in ("", "z") and not picks:
        return read_gmt(header)
    variable = _variable(header, name)
    placement = locate_cells(header, variable)
    plane = (placement.y_dim, placement.x_dim)
    time = next((dim for dim in variable.dims if dim not in plane and _is_time(header, variable, dim)), "")
    places: dict[str, int | str] = {placement.y_dim: "y", placement.x_dim: "x"}
    places |= _fixed(header, variable, (*plane, time), picks)
    size = dict(zip(variable.dims, variable.shape, strict=True))
    shape = (size[placement.y_dim], size[placement.x_dim])
    require_cells(float(shape[0]) * shape[1], file, "layer_cells")
    moments, marks = _moments(header, variable, time)
    turned = (placement.mirrored, placement.shift)
    chosen_steps: list[dict[str, int | str]] = [{time: number} for number in range(len(moments))] or [{}]
    wheres = [tuple((places | step)[dim] for dim in variable.dims) for step in chosen_steps]
    layers = [NetCdfBlocks(header.source, variable, where, shape, *turned) for where in wheres]
    require_blocks(layers[0].chunk, math.prod(variable.chunks), file)
    steps = tuple(Step(one.label, one.year, one.days, blocks) for one, blocks in zip(moments, layers, strict=False))
    return _raster(header, variable, placement, steps, layers[0], marks)


def _raster(
    header: Header, variable: Variable, placement: Placement, steps: tuple[Step, ...], blocks: Blocks,
    marks: tuple[str, ...],
) -> RawRaster:  # fmt: skip
    said = [variable.name, *(variable.text(name) for name in _SPECIES)]
    return RawRaster(
        file=header.file,
        layer=variable.name,
        blocks=blocks,
        crs=placement.crs,
        transform=placement.transform,
        nodata=_nodata(variable),
        unit_tag=variable.text("units") or variable.text("unit"),
        species_tag=" ".join(dict.fromkeys(one for one in said if one)),
        steps=steps,
        corners=placement.corners,
        marks=(*placement.marks, *marks),
        tags=_tags(header, variable),
    )


def _nodata(variable: Variable) -> float | None:
    said = (_float(variable.text(name)) if name in variable.attributes else None for name in _NODATA)
    return next((one for one in said if one is not None), None)


def _tags(header: Header, variable: Variable) -> dict[str, str]:
    owners = (Variable("", (), (), variable.dtype, header.attributes), variable)
    return {name: text for owner in owners for name in owner.attributes if (text := owner.text(name))}


def _parsed(chosen: str) -> tuple[str, dict[str, str]]:
    parts = [part.strip() for part in chosen.split("/") if part.strip()]
    picks = dict(part.split("=", 1) for part in parts if "=" in part)
    return "/".join(part for part in parts if "=" not in part), {key.strip(): one.strip() for key, one in picks.items()}


def _layers(header: Header) -> tuple[Variable, ...]:
    pointed = {
        one.name
        for variable in header.variables.values()
        for name in _POINTERS
        for one in header.named(variable.text(name))
    }
    return tuple(
        one
        for one in header.variables.values()
        if one.numeric and len(one.dims) >= 2 and one.name not in pointed and not _supports(header, one)
    )


def _supports(header: Header, variable: Variable) -> bool:
    """Tell whether a variable is an axis, bounds by their custom of naming, or the area of cells."""
    base = re.sub(r"_(bnds|bounds)$|^bounds_", "", variable.name)
    coordinate = is_named("x", variable) or is_named("y", variable) or is_named("t", variable)
    return coordinate or is_named("area", variable) or (base != variable.name and base in header.variables)


def _variable(header: Header, name: str) -> Variable:
    layers = _layers(header)
    shown = ", ".join(one.name for one in layers) or "—"
    if name:
        found = header.variables.get(name)
        if found is None or not found.numeric or len(found.dims) < 2:
            raise unreadable("PATH_MISSING", header.file, "variable", variable=name, variables=shown)
        return found
    if len(layers) != 1:
        raise unreadable("PATH_MISSING", header.file, "variables" if layers else "nolayer", variables=shown)
    return layers[0]


def _is_time(header: Header, variable: Variable, dim: str) -> bool:
    axis = axis_of(header, dim, variable)
    return axis is not None and (is_named("t", axis) or " since " in axis.text("units"))


def _moments(header: Header, variable: Variable, time: str) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    axis = axis_of(header, time, variable) if time else None
    if axis is None:
        return (), ()
    require_cells(axis.shape[0], header.file, "raster_steps")
    if not axis.shape[0]:
        raise unreadable("TIME_AMBIGUOUS", header.file, "nosteps", axis=axis.name)
    return read_moments(header, axis)


def _fixed(header: Header, variable: Variable, taken: tuple[str, ...], picks: Mapping[str, str]) -> dict[str, int]:
    """Return the index along each further dimension: the one picked, or the only one."""
    further = [dim for dim in variable.dims if dim not in taken]
    unknown = [name for name in picks if name not in further]
    if unknown:
        shown = ", ".join(further) or "—"
        raise unreadable("PATH_MISSING", header.file, "nodimension", dim=unknown[0], dims=shown, variable=variable.name)
    return {dim: _index(header, variable, dim, picks.get(dim)) for dim in further}


def _index(header: Header, variable: Variable, dim: str, pick: str | None) -> int:
    size = variable.shape[variable.dims.index(dim)]
    if pick is None and size == 1:
        return 0
    axis = axis_of(header, dim, variable)
    values = header.numbers(axis) if axis is not None else np.arange(size, dtype=np.float64)
    hits = np.flatnonzero(values == _float(pick))
    if len(hits) == 1:
        return int(hits[0])
    names = dimension_names(header.source.path, header.file, variable.name, dim)
    shown = ", ".join(f"{value:g}={name}" for value, name in zip(values, names, strict=True))
    key = "dimension" if pick is None else "nopick"
    raise unreadable("PATH_MISSING", header.file, key, variable=variable.name, dim=dim, pick=pick or "", values=shown)


def _float(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return np.nan
