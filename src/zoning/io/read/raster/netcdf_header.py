"""What a NetCDF file says of itself, as plain values, and its numbers; only this module calls the library."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from zoning.io.read.guard import require_cells, require_file, require_magic
from zoning.io.read.raster.netcdf_classic import require_classic
from zoning.io.read.raster.netcdf_heaps import require_heaps
from zoning.io.read.unreadable import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Header", "Variable", "read_header", "read_numbers"]

Part = int | slice


@dataclass(frozen=True)
class Variable:
    """A variable: its name (with its group), dimensions, shape, kind of number, attributes."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attributes: Mapping[str, Any]

    def text(self, attribute: str) -> str:
        """Return an attribute as text, empty if there is none."""
        found = self.attributes.get(attribute, "")
        return " ".join(str(found).split()) if isinstance(found, str | int | float | np.generic) else ""

    @property
    def numeric(self) -> bool:
        """Whether its values are plain numbers."""
        return self.dtype.kind in "iuf"


@dataclass(frozen=True)
class Header:
    """Variables by name, and global attributes."""

    path: Path
    file: str
    variables: Mapping[str, Variable]
    attributes: Mapping[str, Any]

    def named(self, names: str) -> tuple[Variable, ...]:
        """Return the variables that an attribute (``coordinates``, ``bounds`` …) names."""
        return tuple(self.variables[name] for name in names.replace(":", " ").split() if name in self.variables)

    def numbers(self, variable: Variable, parts: Sequence[Part] | None = None) -> NDArray[np.float64]:
        """Return values of a (coordinate) variable: fill values as NaN, unpacked."""
        return read_numbers(self.path, self.file, variable, parts)


def read_header(path: Path, file: str) -> Header:
    """Read the header of a NetCDF file, after every look that can be had from outside.

    Raises
    ------
    InputError
        If the file is missing, too large, no NetCDF, damaged, or declares more than the limits allow.
    """
    require_file(path, file)
    require_magic(path, file)
    require_classic(path, file)
    require_heaps(path, file)
    with _opened(path, file) as dataset:
        variables = {one.name: one for one in _variables(dataset)}
        return Header(path, file, variables, _attributes(dataset))


def read_numbers(path: Path, file: str, variable: Variable, parts: Sequence[Part] | None = None) -> NDArray[np.float64]:
    """Return values of a variable or a part of it: float64, fill and invalid values as NaN, scale and offset applied.

    Raises
    ------
    InputError
        If more is asked for than the limits allow, or the file is damaged there.
    """
    wanted = tuple(parts) if parts is not None else tuple(slice(0, size) for size in variable.shape)
    sizes = [one.stop - one.start for one in wanted if isinstance(one, slice)]
    require_cells(math.prod(sizes), file, "raster_cells")
    with _opened(path, file) as dataset:
        stored = dataset[variable.name]
        stored.set_auto_maskandscale(False)
        chunks = stored.chunking()
        if isinstance(chunks, list):  # one chunk is unpacked whole, however little of it is asked for
            require_cells(math.prod(chunks), file, "raster_cells")
        raw = np.asarray(stored[wanted] if wanted else stored[...])
    return _unpacked(raw.reshape(sizes), variable.attributes)


@contextmanager
def _opened(path: Path, file: str) -> Iterator[Any]:
    """Open a file; whatever the library says of a damaged one becomes a finding."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd attributes: they are judged here, not printed
            with netCDF4.Dataset(str(path)) as dataset:
                yield dataset
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise unreadable("FILE_UNREADABLE", file, reason=str(error).replace(str(path), file)) from error


def _variables(group: Any, prefix: str = "") -> Iterator[Variable]:  # noqa: ANN401 - the library has no useful types
    for name, stored in group.variables.items():
        dtype = stored.dtype if isinstance(stored.dtype, np.dtype) else np.dtype(object)
        yield Variable(prefix + name, tuple(stored.dimensions), tuple(stored.shape), dtype, _attributes(stored))
    for name, inner in group.groups.items():
        yield from _variables(inner, f"{prefix}{name}/")


def _attributes(owner: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: owner.getncattr(name) for name in owner.ncattrs()}


def _unpacked(raw: NDArray[Any], attributes: Mapping[str, Any]) -> NDArray[np.float64]:
    if str(attributes.get("_Unsigned", "")).lower() == "true" and raw.dtype.kind == "i":
        raw = raw.view(raw.dtype.str.replace("i", "u"))
    values: NDArray[np.float64] = raw.astype(np.float64)
    values[_invalid(raw, attributes)] = np.nan
    scale, offset = _number(attributes.get("scale_factor"), 1.0), _number(attributes.get("add_offset"), 0.0)
    return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def _invalid(raw: NDArray[Any], attributes: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Tell where a stored value is a fill value or outside the valid range, both in stored units (CF §2.5)."""
    default = netCDF4.default_fillvals.get(raw.dtype.str[1:]) if raw.dtype.itemsize > 1 else None
    fills = [attributes.get("_FillValue", default), attributes.get("missing_value"), attributes.get("nodata_value")]
    invalid = np.zeros(raw.shape, dtype=np.bool_)
    for fill in fills:
        for one in _listed(fill):
            invalid |= raw == _stored(one, raw.dtype)
    low, high = (*_listed(attributes.get("valid_range")), np.nan, np.nan)[:2]
    low = _number(attributes.get("valid_min"), low)
    high = _number(attributes.get("valid_max"), high)
    return invalid | (raw < low) | (raw > high)


def _stored(value: float, dtype: np.dtype[Any]) -> float:
    """Return a fill value as the file's kind of number holds it: 1e20 written as double matches 1e20 of a float."""
    return float(np.float32(value)) if dtype == np.float32 and abs(value) < np.finfo(np.float32).max else value


def _listed(value: object) -> list[float]:
    """Return the numbers of an attribute; text that is no number gives none."""
    if value is None:
        return []
    try:
        return [float(one) for one in np.atleast_1d(np.asarray(value))]
    except (TypeError, ValueError):
        return []


def _number(value: object, default: float) -> float:
    found = _listed(value)
    return found[0] if len(found) == 1 else default
