"""Published inventories by their preset: which file, variable, unit and basis a species of a year has in each of them.

What is known of the layouts stands in ``tables/inventory_presets.csv`` (file names, units, citation),
``inventory_species.csv`` (names and mass basis) and ``inventory_sectors.csv`` (their sectors → ours). What a study says
itself is never overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zoning.errors import InputError
from zoning.io.read.raster.netcdf import data_variables, dimension_names
from zoning.io.read.raster.rasters import split_reference
from zoning.io.read.raster.yearly import first_names
from zoning.io.read.unreadable import unreadable
from zoning.study import EmissionsInput
from zoning.tables import Row, numbers, read
from zoning.vocab import allowed, normalise_header, value

__all__ = ["Recognised", "expand", "preset_names", "recognise"]

_TOTAL = "total"


@dataclass(frozen=True)
class _Found:
    """A file of an inventory whose name was understood."""

    path: Path
    reference: str
    layout: Row
    match: re.Match[str]

    def part(self, name: str) -> str:
        return self.match.groupdict().get(name) or ""


def preset_names() -> tuple[str, ...]:
    """Return the presets that are known.

    Examples
    --------
    >>> preset_names()
    ('EDGAR', 'MEIC', 'ODIAC', 'CEDS', 'CAMS-GLOB-ANT')
    """
    return tuple(dict.fromkeys(row["id"] for row in read("inventory_presets")))


@dataclass(frozen=True)
class Recognised:
    """What the name of a file of an inventory says; the year is None where the name has none or several."""

    preset: str
    species: str
    year: int | None


def recognise(name: str) -> Recognised | None:
    """Return which inventory a file is of by its name, None if it is of none that is known.

    Examples
    --------
    >>> recognise("2017_01__power__CO2.nc")
    Recognised(preset='MEIC', species='CO2', year=2017)
    >>> recognise("CO2_industry_2019.tif") is None
    True
    """
    for row in read("inventory_presets"):
        match = re.fullmatch(row["pattern"], name, re.IGNORECASE)
        if match is None:
            continue
        part = match.groupdict()
        written = part.get("species")
        known = [one["species"] for one in _rows("inventory_species", row)
                 if written is None or _key(one["written"]) == _key(written)]  # fmt: skip
        if not known:
            continue
        short = part.get("short")
        year = part.get("year") or (f"20{short}" if short else None)
        return Recognised(row["id"], known[0], int(year) if year else None)
    return None


def expand(declared: EmissionsInput, locate: Callable[[str], Path] = Path) -> EmissionsInput:
    """Return a copy of an emissions block in which its preset has filled what the study left empty.

    Sectors (references for :func:`~zoning.io.read.raster.rasters.read_raster`), total, unit, kind, mass basis, period,
    coordinate system, source and licence. The layer of all sectors becomes ``total`` where there are parts, and the
    sector ``all`` where there are none: it is never added to its parts.

    Parameters
    ----------
    declared : EmissionsInput
        Block of the study; without ``preset`` it comes back as it is.
    locate : callable
        Where a path of the study lies.

    Raises
    ------
    InputError
        If the preset, the species or a sector is unknown, or no file or several files fit; the finding names them.
    """
    if not declared.preset:
        return declared
    layouts = [
        row for row in read("inventory_presets") if _key(declared.preset) in map(_key, row["written"].split("|"))
    ]
    if not layouts:
        raise _unknown(declared, "preset", declared.preset, preset_names())
    species = [row for row in _rows("inventory_species", layouts[0]) if row["species"] == _species(declared)]
    if not species:
        known = dict.fromkeys(row["species"] for row in _rows("inventory_species", layouts[0]))
        raise _unknown(declared, "preset_species", declared.species, tuple(known))
    if declared.sectors:
        return _filled(declared, _layout_named(declared, layouts, locate), layouts[0], species[0], {})
    found = _files(declared, layouts, [row["written"] for row in species], locate)
    sectors = _sectors(declared, _references(declared, found))
    basis = next(row for row in species if _key(row["written"]) == _key(found[0].part("species")))
    return _filled(declared, found[0].layout, layouts[0], basis, sectors)


def _layout_named(declared: EmissionsInput, layouts: Sequence[Row], locate: Callable[[str], Path]) -> Row | None:
    """Return the layout that all files which the study names itself are called after; None if there is not one."""
    parts = declared.model_copy(update={"path": ""}).references
    names = [split_reference(one, locate)[0].rpartition("/")[2].replace("*", "01") for one in parts]
    fitting = [row for row in layouts if all(re.fullmatch(row["pattern"], name, re.IGNORECASE) for name in names)]
    return fitting[0] if len(fitting) == 1 else None


def _key(text: str) -> str:
    return normalise_header(text)


def _rows(table: str, layout: Row) -> tuple[Row, ...]:
    return tuple(row for row in read(table) if row["preset"] == layout["id"])


def _species(declared: EmissionsInput) -> str:
    found = value("species", declared.species)
    if found is None:
        raise unreadable(
            "VALUE_UNKNOWN", declared.path or declared.preset, field="species", value=declared.species, row="", count=1,
            allowed=allowed("species"),
        )  # fmt: skip
    return found


def _unknown(declared: EmissionsInput, key: str, written: str, known: Sequence[str]) -> InputError:
    shown = ", ".join(known)
    return unreadable("VALUE_UNKNOWN", declared.path or declared.preset, key, preset=declared.preset, written=written,
                      known=shown)  # fmt: skip


def _filled(
    declared: EmissionsInput, layout: Row | None, any_layout: Row, species: Row, sectors: Mapping[str, tuple[str, ...]]
) -> EmissionsInput:
    """Return the block with its empty keys filled; what belongs to a layout only where the layout is known."""
    given: dict[str, object] = {"mass_basis": species["mass_basis"]}
    given |= {"source": any_layout["citation"], "licence": any_layout["licence"]}
    if layout is not None:
        given |= {name: layout[name] for name in ("unit", "kind", "period", "crs")}
    parts = {code: refs for code, refs in sectors.items() if code != _TOTAL}
    if sectors:
        given["sectors"] = parts or {"all": sectors[_TOTAL]}
    if parts and _TOTAL in sectors and len(sectors[_TOTAL]) == 1:
        given["total"] = sectors[_TOTAL][0]
    return declared.model_copy(update={name: one for name, one in given.items() if one and not getattr(declared, name)})


def _files(
    declared: EmissionsInput, layouts: Sequence[Row], species: Sequence[str], locate: Callable[[str], Path]
) -> list[_Found]:
    """Return the files of the species and the year, all in one layout."""
    inside = _inside(declared, locate)
    known = [
        _Found(path, reference, row, match)
        for path, reference in inside
        for row in layouts
        if (match := re.fullmatch(row["pattern"], path.name, re.IGNORECASE))
    ]
    seen = first_names([path.name for path, _ in inside])
    if not known:
        raise unreadable("PATH_MISSING", declared.path, "preset", preset=declared.preset, files=seen)
    names = {_key(name) for name in species}
    fitting = [one for one in known if _key(one.part("species")) in names]
    if not fitting:
        there = first_names([one.part("species") for one in known])
        raise unreadable("PATH_MISSING", declared.path, "preset_species", species=declared.species, there=there)
    dated = [one for one in fitting if _has_year(one, declared.year)]
    if not dated:
        files = first_names([one.path.name for one in fitting])
        raise unreadable("PATH_MISSING", declared.path, "year", year=declared.year, files=files)
    titles = dict.fromkeys(one.layout["title"] for one in dated)
    if len(titles) > 1 or len({_key(one.part("species")) for one in dated}) > 1:
        files = first_names([one.path.name for one in dated])
        raise unreadable("PATH_MISSING", declared.path, "layouts", layouts=", ".join(titles), files=files)
    return dated


def _inside(declared: EmissionsInput, locate: Callable[[str], Path]) -> list[tuple[Path, str]]:
    """Return the file, or all files of the folder and its sub-folders, with the reference a study would write."""
    place = locate(declared.path)
    if place.is_file():
        return [(place, declared.path)]
    if not declared.path or not place.is_dir():
        raise unreadable("PATH_MISSING", declared.path or declared.preset)
    try:
        paths = sorted(path for path in place.rglob("*") if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise unreadable("FILE_UNREADABLE", declared.path, reason=error) from error
    largest = int(numbers("limits")["inventory_files"])
    if len(paths) > largest:
        raise unreadable("FILE_UNREADABLE", declared.path, "manyfiles", count=len(paths), limit=largest)
    base = declared.path.replace("\\", "/").rstrip("/")
    return [(path, f"{base}/{path.relative_to(place).as_posix()}") for path in paths]


def _has_year(found: _Found, year: int) -> bool:
    if first := found.part("from"):
        return int(first) <= year <= int(found.part("to"))
    if short := found.part("short"):
        return int(short) == year % 100
    return not found.part("year") or int(found.part("year")) == year


def _references(declared: EmissionsInput, found: Sequence[_Found]) -> dict[str, str]:
    """Return sector as the inventory writes it → reference of its raster."""
    layout = found[0].layout
    if layout["variable"] == "*":
        file = _only(declared, found)
        return {name: f"{file.reference}#{name}" for name in data_variables(file.path, file.reference)}
    if layout["options"].startswith("sectors="):
        return _by_dimension(_only(declared, found), layout["options"].removeprefix("sectors="))
    chosen = "#".join(["", *(one for one in (layout["variable"], layout["options"]) if one)])
    groups: dict[str, list[_Found]] = {}
    for one in found:
        groups.setdefault(one.part("sector"), []).append(one)
    return {sector: _joined(declared, files) + chosen for sector, files in groups.items()}


def _only(declared: EmissionsInput, files: Sequence[_Found]) -> _Found:
    if len(files) > 1:
        shown = first_names([one.reference for one in files])
        raise unreadable("PATH_MISSING", declared.path, "years", year=declared.year, files=shown)
    return files[0]


def _by_dimension(file: _Found, dim: str) -> dict[str, str]:
    variable = file.layout["variable"].format(species=file.part("species"))
    names = dimension_names(file.path, file.reference, variable, dim)
    if not names:
        shown = ", ".join(data_variables(file.path, file.reference)) or "—"
        raise unreadable("PATH_MISSING", file.reference, "variable", variable=f"{variable}({dim})", variables=shown)
    return {name: f"{file.reference}#{variable}/{dim}={number}" for number, name in enumerate(names)}


def _joined(declared: EmissionsInput, files: Sequence[_Found]) -> str:
    """Return the reference of the one file of a sector, or the pattern that names its monthly files."""
    if not files[0].part("month"):
        return _only(declared, files).reference
    stars = {_starred(one) for one in files}
    if len(stars) > 1:
        raise unreadable("PATH_MISSING", declared.path, "years", year=declared.year, files=first_names(sorted(stars)))
    return stars.pop()


def _starred(one: _Found) -> str:
    start, end = one.match.span("month")
    folder, slash, name = one.reference.rpartition("/")
    return f"{folder}{slash}{name[:start]}*{name[end:]}"


def _sectors(declared: EmissionsInput, references: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return our sector → references; a sector that lies within another one that is there is left out."""
    rows = _rows("inventory_sectors", _rows_of(declared))
    known = {_key(row["written"]): row for row in rows} | {_key(row["title"]): row for row in rows if row["title"]}
    unknown = [name for name in references if _key(name) not in known]
    if unknown:
        raise _unknown(declared, "preset_sector", ", ".join(unknown), tuple(row["written"] for row in rows))
    chosen = {known[_key(name)]["written"]: (known[_key(name)], reference) for name, reference in references.items()}
    sectors: dict[str, tuple[str, ...]] = {}
    for row, reference in chosen.values():
        if not any(outer in chosen for outer in row["within"].split("|") if outer):
            sectors[row["sector"]] = (*sectors.get(row["sector"], ()), reference)
    return sectors


def _rows_of(declared: EmissionsInput) -> Row:
    return next({"id": row["id"]} for row in read("inventory_presets") if _key(declared.preset) in map(
        _key, row["written"].split("|")))  # fmt: skip
