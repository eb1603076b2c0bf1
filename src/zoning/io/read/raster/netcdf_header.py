"""What a NetCDF file says of itself, as plain values, and its numbers; only this module calls the library.

The library is not made for threads: one call at a time, whichever files they are of. Unpacking is outside of it.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from zoning.intake import Window
from zoning.io.read.guard import require_blocks, require_cells, require_file, require_magic
from zoning.io.read.raster.netcdf_classic import require_classic
from zoning.io.read.raster.netcdf_heaps import require_heaps
from zoning.io.read.raster.sources import Source, source_of
from zoning.tables import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Header", "Variable", "read_header", "read_numbers"]

Part = int | slice

_LIBRARY = threading.RLock()  # several calls of one thread may be nested: a file that is dropped is closed at once
_BROKEN = (OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True)
class Variable:
    """A variable: its name (with its group), dimensions, shape, kind of number, attributes, shape of its chunks.

    Without chunks (``()``) its numbers lie one after the other and any part of them can be read alone.
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attributes: Mapping[str, Any]
    chunks: tuple[int, ...] = ()

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

    source: Source
    variables: Mapping[str, Variable]
    attributes: Mapping[str, Any]

    @property
    def file(self) -> str:
        """Name of the file as the study writes it."""
        return self.source.file

    def named(self, names: str) -> tuple[Variable, ...]:
        """Return the variables that an attribute (``coordinates``, ``bounds`` …) names."""
        return tuple(self.variables[name] for name in names.replace(":", " ").split() if name in self.variables)

    def numbers(self, variable: Variable, parts: Sequence[Part] | None = None) -> NDArray[np.float64]:
        """Return values of a (coordinate) variable: fill values as NaN, unpacked."""
        return read_numbers(self.source, variable, parts)


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
    source = source_of(path, file)
    with _lent(source) as dataset, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd attributes: they are judged here, not printed
        variables = {one.name: one for one in _variables(dataset)}
        return Header(source, variables, _attributes(dataset))


def read_numbers(
    source: Source, variable: Variable, parts: Sequence[Part] | None = None, window: Window | None = None
) -> NDArray[np.float64]:
    """Return values of a variable or a part of it: float64, fill and invalid values as NaN, scale and offset applied.

    ``window`` is what the part is called in messages.

    Raises
    ------
    InputError
        If more is asked for than the limits allow, or the file is damaged there or was changed.
    """
    wanted = tuple(parts) if parts is not None else tuple(slice(0, size) for size in variable.shape)
    sizes = [one.stop - one.start for one in wanted if isinstance(one, slice)]
    require_cells(math.prod(sizes), source.file, "raster_cells", "span")
    rows, cols = (1, 1, *variable.chunks)[-2:]
    require_blocks((rows, cols), math.prod(variable.chunks), source.file)
    with _lent(source, window) as dataset:
        stored = dataset[variable.name]
        stored.set_auto_maskandscale(False)
        _keep_chunks(stored, variable, wanted)
        raw = np.asarray(stored[wanted] if wanted else stored[...])
    return _unpacked(raw.reshape(sizes), variable.attributes)


def _keep_chunks(stored: Any, variable: Variable, wanted: Sequence[Part]) -> None:  # noqa: ANN401
    """Let the library keep the chunks that the wanted part lies in: the next rows are mostly in the same ones."""
    if not variable.chunks:
        return
    touched = [
        -(-one.stop // size) - one.start // size if isinstance(one, slice) else 1
        for one, size in zip(wanted, variable.chunks, strict=True)
    ]
    needed = math.prod(touched) * math.prod(variable.chunks) * variable.dtype.itemsize
    most = min(needed, int(numbers("limits")["chunk_cache_bytes"]))
    if most > stored.get_var_chunk_cache()[0]:
        stored.set_var_chunk_cache(size=most)


class _Dataset:
    """An open file that is closed when nobody else is in the library."""

    def __init__(self, path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.inside = netCDF4.Dataset(str(path))

    def close(self) -> None:
        with _LIBRARY:
            self.inside.close()


@contextmanager
def _lent(source: Source, window: Window | None = None) -> Iterator[Any]:
    """Lend an open file, alone in the library; whatever that says of a damaged file becomes a finding."""
    try:
        with _LIBRARY, source.lent(_Dataset) as lent:
            yield lent.inside
    except _BROKEN as error:
        raise source.damaged(error, window) from error


def _variables(group: Any, prefix: str = "") -> Iterator[Variable]:  # noqa: ANN401 - the library has no useful types
    for name, stored in group.variables.items():
        dtype = stored.dtype if isinstance(stored.dtype, np.dtype) else np.dtype(object)
        chunks = stored.chunking()
        in_chunks = tuple(chunks) if isinstance(chunks, list) else ()  # else «contiguous», or None of a classic file
        dims, shape = tuple(stored.dimensions), tuple(stored.shape)
        yield Variable(prefix + name, dims, shape, dtype, _attributes(stored), in_chunks)
    for name, inner in group.groups.items():
        yield from _variables(inner, f"{prefix}{name}/")


def _attributes(owner: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: owner.getncattr(name) for name in owner.ncattrs()}


def _unpacked(raw: NDArray[Any], attributes: Mapping[str, Any]) -> NDArray[np.float64]:
    if str(attributes.get("_Unsigned", "")).lower() == "true" and raw.dtype.kind == "i":
        raw = raw.view(raw.dtype.str.replace("i", "u"))
    values: NDArray[np.float64] = raw.astype(np.float64)
    invalid = _invalid(raw, attributes)
    if invalid is not None:
        values[invalid] = np.nan
    scale, offset = _number(attributes.get("scale_factor"), 1.0), _number(attributes.get("add_offset"), 0.0)
    if (scale, offset) != (1.0, 0.0):
        values *= scale
        values += offset
    return values


def _invalid(raw: NDArray[Any], attributes: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """Tell where a stored value is a fill value or outside the valid range, both in stored units (CF §2.5)."""
    default = netCDF4.default_fillvals.get(raw.dtype.str[1:]) if raw.dtype.itemsize > 1 else None
    fills = [attributes.get("_FillValue", default), attributes.get("missing_value"), attributes.get("nodata_value")]
    found = [
        raw == one for one in {_stored(one, raw.dtype) for fill in fills for one in _listed(fill)} if not np.isnan(one)
    ]
    low, high = (*_listed(attributes.get("valid_range")), np.nan, np.nan)[:2]
    low = _number(attributes.get("valid_min"), low)
    high = _number(attributes.get("valid_max"), high)
    found += [raw < low] if not np.isnan(low) else []
    found += [raw > high] if not np.isnan(high) else []
    return np.logical_or.reduce(found) if found else None


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
