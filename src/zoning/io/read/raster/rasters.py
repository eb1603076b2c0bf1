"""A reference of the study (file, «file#variable», folder of yearly files, several to be added) → RawRaster.

```
emissions/CO2.tif                 only band                  emissions/CO2.tif#2        a band
edgar/2020.nc                     only variable              ceds.nc#CO2_em_anthro/sector=1
meic/2019.asc                     ESRI ASCII grid            cells.csv#corner=sw        table of cells
edgar                             folder: the file of the year, or its twelve monthly files
meic/2019_*__power__CO2.nc        the same, of the files that the pattern names; * is the month or the year
```
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from zoning.intake import Blocks, Corners, NamedBlocks, RawRaster, Step, WeightedBlocks
from zoning.io.read.raster.geotiff import read_geotiff, read_geotiff_bands
from zoning.io.read.raster.netcdf import read_netcdf
from zoning.io.read.raster.netcdf_time import month_days
from zoning.io.read.raster.textgrid import read_ascii_grid, read_cell_table
from zoning.io.read.raster.yearly import DatedFile, files_of_year
from zoning.io.read.unreadable import unreadable

__all__ = [
    "RASTER_SUFFIXES",
    "open_layers",
    "raster_files",
    "read_layers",
    "read_raster",
    "read_rasters",
    "split_reference",
]

_READERS: dict[str, Callable[[Path, str, str], RawRaster]] = {
    **dict.fromkeys((".tif", ".tiff"), lambda path, file, chosen: read_geotiff(path, file, _band(file, chosen))),
    **dict.fromkeys((".nc", ".nc4"), read_netcdf),
    ".asc": lambda path, file, _: read_ascii_grid(path, file),
    **dict.fromkeys((".txt", ".csv", ".xyz"), read_cell_table),
}
RASTER_SUFFIXES = tuple(_READERS)


def read_raster(references: tuple[str, ...], year: int | None, locate: Callable[[str], Path] = Path) -> RawRaster:
    """Read what a sector of the study names.

    Parameters
    ----------
    references : tuple of str
        As the study writes them; several are added cell by cell.
    year : int or None
        Year wanted of a folder of yearly files; None takes a file only.
    locate : callable
        Where a path of the study lies.

    Returns
    -------
    RawRaster
        With all steps of a time axis: which of them make the year is judged, not read.

    Raises
    ------
    InputError
        If a file is missing or cannot be read, what is named is ambiguous, or parts that are to be added differ in
        grid, unit or steps.
    """
    if not references:
        raise unreadable("PATH_MISSING", "sectors", "noreference")
    parts = [_one(reference, year, locate) for reference in references]
    return parts[0] if len(parts) == 1 else _added(parts)


def open_layers(path: str | Path) -> Blocks | tuple[NamedBlocks, ...]:
    """Open the layers of a raster as they are; nothing is read. Of a bare path neither unit nor kind is known.

    Raises
    ------
    InputError
        As :func:`read_raster`.
    """
    layers = read_layers(str(path))
    return layers[0].blocks if len(layers) == 1 else layers


def read_layers(reference: str) -> tuple[NamedBlocks, ...]:
    """Read the headers of all layers that one reference names: bands of a GeoTIFF, steps of a time axis.

    Parameters
    ----------
    reference : str
        A file, or «file#band», «file#variable».

    Returns
    -------
    tuple of NamedBlocks
        Named by the description of the band, else its number; by the step; or ``value`` where there is only one layer.

    Raises
    ------
    InputError
        If the file is missing or cannot be read, or what is named is ambiguous.
    """
    rasters = read_rasters(reference)
    if len(rasters) > 1:
        return _named([(_band_name(raster, number), raster.blocks) for number, raster in enumerate(rasters, 1)])
    if len(rasters[0].steps) > 1:
        return _named([(step.label, step.blocks) for step in rasters[0].steps])
    return (NamedBlocks("value", rasters[0].blocks),)


def read_rasters(reference: str) -> tuple[RawRaster, ...]:
    """Read the headers of all bands of a GeoTIFF, or the one raster that a reference names; errors as above."""
    file, chosen = split_reference(reference)
    place = Path(file)
    if not chosen and place.suffix.lower() in (".tif", ".tiff"):
        return read_geotiff_bands(place, file)
    return (read_raster((reference,), None),)


def _band_name(raster: RawRaster, number: int) -> str:
    return raster.layer.removeprefix(f"band {number}").strip() or f"{number}"


def _named(layers: Sequence[tuple[str, Blocks]]) -> tuple[NamedBlocks, ...]:
    """Give each layer its name, «name (2)» where another one has it already: a column has one name."""
    seen: Counter[str] = Counter()
    named = []
    for name, blocks in layers:
        seen[name] += 1
        named.append(NamedBlocks(name if seen[name] == 1 else f"{name} ({seen[name]})", blocks))
    return tuple(named)


def raster_files(
    references: tuple[str, ...], year: int | None, locate: Callable[[str], Path] = Path
) -> tuple[Path, ...]:
    """Return every file that reading these references opens, for the record of inputs; what is missing is left out."""
    found: list[Path] = []
    for reference in references:
        file, _ = split_reference(reference, locate)
        place = locate(file)
        if place.is_dir() or "*" in place.name:
            found += [one.path for one in files_of_year(place, file, year, RASTER_SUFFIXES)]
        elif place.is_file():
            found.append(place)
    return tuple(dict.fromkeys(found))


def split_reference(reference: str, locate: Callable[[str], Path] = Path) -> tuple[str, str]:
    """Split «file#variable»; a file whose own name has a # in it is that file.

    Examples
    --------
    >>> split_reference("ceds.nc#CO2_em_anthro/sector=1")
    ('ceds.nc', 'CO2_em_anthro/sector=1')
    """
    file, mark, chosen = reference.rpartition("#")
    if not mark or locate(reference).exists():
        return reference, ""
    return file.strip(), chosen.strip()


def _one(reference: str, year: int | None, locate: Callable[[str], Path]) -> RawRaster:
    file, chosen = split_reference(reference, locate)
    place = locate(file)
    if not place.is_dir() and "*" not in place.name:
        return _file(place, file, chosen)
    dated = files_of_year(place, file, year, RASTER_SUFFIXES)
    rasters = [_file(one.path, one.file, chosen) for one in dated]
    if len(dated) == 1 and dated[0].month is None:
        return rasters[0]
    return _months(file, dated, rasters)


def _file(path: Path, file: str, chosen: str) -> RawRaster:
    reader = _READERS.get(path.suffix.lower())
    if path.name.lower().endswith((".gz", ".zip", ".rar", ".7z")) and reader is None:
        raise unreadable("FILE_UNREADABLE", file, "packed")
    if reader is None:
        raise unreadable("FILE_UNREADABLE", file, "format", allowed=" ".join(RASTER_SUFFIXES))
    return reader(path, file, chosen)


def _band(file: str, chosen: str) -> int | None:
    if not chosen:
        return None
    digits = chosen.removeprefix("band").strip()
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise unreadable("PATH_MISSING", file, "noband", band=chosen)
    return int(digits)


def _months(file: str, dated: Sequence[DatedFile], rasters: Sequence[RawRaster]) -> RawRaster:
    """Join the monthly files of one year: each is a step."""
    steps = []
    for one, raster in zip(dated, rasters, strict=True):
        if len(raster.steps) > 1:
            raise unreadable("TIME_AMBIGUOUS", one.file, "monthsteps", count=len(raster.steps))
        _require_alike(rasters[0], raster)
        label, days = f"{one.year:04d}-{one.month:02d}", month_days(one.year, one.month or 1)
        steps.append(Step(label, one.year, days, raster.blocks))
    return replace(rasters[0], file=file, steps=tuple(steps))


def _added(parts: Sequence[RawRaster]) -> RawRaster:
    first = parts[0]
    for part in parts[1:]:
        _require_alike(first, part)
        _require_same_steps(first, part)
    files = list(dict.fromkeys(part.file for part in parts))
    steps = tuple(
        Step(step.label, step.year, step.days, _sum([part.steps[number].blocks for part in parts]))
        for number, step in enumerate(first.steps)
    )
    return replace(
        first,
        file=files[0] if len(files) == 1 else f"{files[0]} …（{len(files)}）",
        layer=" + ".join(dict.fromkeys(part.layer for part in parts)),
        blocks=steps[0].blocks if steps else _sum([part.blocks for part in parts]),
        steps=steps,
        marks=tuple(dict.fromkeys(mark for part in parts for mark in part.marks)),
    )


def _sum(blocks: list[Blocks]) -> WeightedBlocks:
    return WeightedBlocks(tuple(blocks), (1.0,) * len(blocks))


def _require_alike(first: RawRaster, other: RawRaster) -> None:
    """Refuse parts that do not have one grid and one unit."""
    close = np.allclose(tuple(first.transform)[:6], tuple(other.transform)[:6], rtol=1e-9, atol=0)
    if (
        first.blocks.shape != other.blocks.shape
        or first.crs != other.crs
        or not close
        or not _equal(first.corners, other.corners)
    ):
        raise unreadable("FILE_UNREADABLE", other.file, "othergrid", other=first.file, layer=other.layer)
    if first.unit_tag != other.unit_tag:
        units = f"{first.unit_tag or '—'} / {other.unit_tag or '—'}"
        raise unreadable("UNIT_MIXED", other.file, "parts", other=first.file, units=units)


def _equal(one: Corners | None, other: Corners | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)


def _require_same_steps(first: RawRaster, other: RawRaster) -> None:
    labels = [[step.label for step in raster.steps] for raster in (first, other)]
    if labels[0] != labels[1]:
        shown = " / ".join(f"{len(names)}" for names in labels)
        raise unreadable("TIME_AMBIGUOUS", other.file, "othersteps", other=first.file, counts=shown)
