"""``zoning new`` from the user's own files: what each is, what it says, and a study file that says why."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zoning import checks
from zoning.checks.grouping import grouped
from zoning.checks.guesses import Guess, guess_columns, guess_raster, guess_region, guess_years
from zoning.checks.table.departments.roles import kinds
from zoning.checks.table.kinds import guess_kind
from zoning.checks.table.list_levels import levels_of
from zoning.clauses import LEVELS
from zoning.errors import Finding, InputError, ResultError, Severity, StudyError
from zoning.factors import fuel_series
from zoning.intake import RawLayer, RawRaster, RawTable
from zoning.io.read.raster.inventories import Recognised, recognise
from zoning.io.read.raster.netcdf import data_variables
from zoning.io.read.raster.rasters import RASTER_SUFFIXES, read_raster
from zoning.io.read.studies import read_study
from zoning.io.read.vector.vectors import VECTOR_SUFFIXES, read_layer
from zoning.io.write.begun_study import Entry, Key, study_file_text
from zoning.messages import fault, say
from zoning.pipeline.checking import examine
from zoning.pipeline.reading import DOCUMENTS, layer_kind, tables_in
from zoning.study import LayerInput
from zoning.tables import read

__all__ = ["Begun", "begin_study"]

_STUDY = "study.toml"
_ANY_YEAR = 2020  # stands where no file says a year, with the request to fill it in
_NETCDF = (".nc", ".nc4")
_LISTS = {"unit": "list"} | {level: f"list.{level}" for level in reversed(LEVELS) if level != "unit"}
_ONCE = ("points", "targets", "projects", "overrides")


@dataclass(frozen=True)
class Begun:
    """A study that was begun: its file, and the findings that are still open."""

    study: Path
    findings: tuple[Finding, ...]


@dataclass
class _Seen:
    """What the files gave, by kind, in the order of their names."""

    layers: dict[str, list[tuple[RawLayer, str]]] = field(default_factory=lambda: defaultdict(list))
    rasters: list[tuple[str, RawRaster]] = field(default_factory=list)
    inventories: dict[tuple[Recognised, str], int] = field(default_factory=Counter)
    tables: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)


def begin_study(folder: Path, files: Iterable[Path], lang: str = "zh") -> Begun:
    """Write ``study.toml`` from files that the user has; nothing of them is moved or changed.

    Parameters
    ----------
    folder : Path
        Where the study file goes; it must hold none.
    files : iterable of Path
        Layers, rasters, tables, and folders to search for them.
    lang : str
        Of the comments.

    Raises
    ------
    ResultError
        If the folder has a study file, or no file could be used.
    """
    study = folder / _STUDY
    if study.exists():
        raise fault(ResultError, "new.exists", folder=folder)
    seen = _Seen()
    for path in sorted(_single_files(files)):
        name = _name(path, folder)
        try:
            _look(path, name, seen)
        except InputError as error:
            seen.findings += error.findings
    if not (seen.layers or seen.rasters or seen.inventories or seen.tables):
        raise fault(ResultError, "new.nothing", folder=folder)
    entries = _entries(seen, folder.resolve().name, lang)
    folder.mkdir(parents=True, exist_ok=True)
    study.write_text(study_file_text(entries, (), lang), encoding="utf-8", newline="\n")
    found = grouped((*seen.findings, *_open(study)))
    pressing = [one for one in found if one.severity is not Severity.INFO]
    study.write_text(study_file_text(entries, pressing, lang), encoding="utf-8", newline="\n")
    return Begun(study, found)


def _name(path: Path, folder: Path) -> str:
    """Return a path as the study writes it: relative to its folder, absolute where only the root is shared."""
    beside = os.path.relpath(path, folder)
    shared = os.path.commonpath([path.resolve(), folder.resolve()])
    return (path.resolve() if shared == path.resolve().anchor else Path(beside)).as_posix()


def _open(study: Path) -> tuple[Finding, ...]:
    """Return what is still to be settled before the study can run."""
    try:
        return examine(read_study(study)).findings
    except StudyError as error:
        return error.findings


def _single_files(files: Iterable[Path]) -> set[Path]:
    """Return files and geodatabase folders, folders searched; hidden files and what is no input are left out."""
    single: set[Path] = set()
    for path in files:
        if path.is_dir() and path.suffix.lower() != ".gdb":
            single |= _single_files(p for p in path.iterdir() if not p.name.startswith("."))
        elif path.suffix.lower() in (*VECTOR_SUFFIXES, *RASTER_SUFFIXES, *DOCUMENTS):
            single.add(path)
    return single


def _look(path: Path, name: str, seen: _Seen) -> None:
    """Read a file and note what it is."""
    suffix = path.suffix.lower()
    published = recognise(path.name)
    if published is not None:
        seen.inventories[published, Path(name).parent.as_posix()] += 1
    elif suffix in VECTOR_SUFFIXES:
        raw = read_layer(path, LayerInput(path=name))
        seen.layers[layer_kind(raw)].append((raw, name))
    elif suffix in DOCUMENTS:
        tables = tables_in(path, name, paragraphs=True)
        kind = max((guess_kind(table) for table in tables), key=lambda guess: guess[1], default=("", 0.0))[0]
        seen.tables[_list_kind(tables) if kind in ("", "list") else kind].append(name)
    else:
        variables = data_variables(path, name) if suffix in _NETCDF else ()
        for part in [f"#{one}" for one in variables] if len(variables) > 1 else [""]:
            reference = f"{name}{part}"
            seen.rasters.append(
                (reference, read_raster((reference,), None, lambda given: path if given == name else Path(given)))
            )


def _list_kind(tables: tuple[RawTable, ...]) -> str:
    """Return the kind of a list by its level; a file with units and other levels is one of units."""
    levels = levels_of(tables)
    return _LISTS["unit" if "unit" in levels else levels[0]] if levels else ""


def _entries(seen: _Seen, name: str, lang: str) -> list[Entry]:
    years = Counter(year for reference, raw in seen.rasters for year in _years(raw, reference))
    years.update(one.year for one, _ in seen.inventories if one.year is not None)
    base = max(sorted(years), key=lambda year: years[year], default=0)
    entries = [*_head(seen, name, base, lang)]
    for kind in sorted(filter(None, seen.layers), key=lambda kind: (kind != "units", kind)):
        layers = seen.layers[kind][:1] if kind == "units" else seen.layers[kind]
        entries += [_layer(kind, raw, path, lang) for raw, path in layers]
    entries += [_inventory(one, folder, count, lang) for (one, folder), count in seen.inventories.items()]
    entries += _blocks(seen.rasters, base, lang)
    for kind in _ONCE:
        entries += [_table(kind, path, lang) for path in seen.tables[kind][:1]]
    entries += _departments(seen, lang)
    lists = [Key(level, seen.tables[kind][0]) for level, kind in _LISTS.items() if seen.tables[kind]]
    if seen.tables["list"]:
        entries.append(Entry("access_list", tuple(lists)))
    return entries


def _years(raw: RawRaster, reference: str) -> tuple[int, ...]:
    guess = guess_raster(raw, Path(reference).stem).get("year")
    return (int(guess.value),) if guess else guess_years(reference)


def _head(seen: _Seen, name: str, base: int, lang: str) -> list[Entry]:
    units = [raw for raw, _ in seen.layers["units"]]
    codes = [code for raw in units for code in checks.unit_codes(raw) or ()]
    region = guess_region(codes)
    named = _key("admin_code", region, lang) if region else Key("admin_code", "000000", say("begun.fill", lang))
    identity = (Key("name", name), named, Key("seed", 1))
    year = Key("base", base or _ANY_YEAR, say("begun.base" if base else "begun.fill", lang))
    unused = _unused(seen)
    note = say("begun.unused", lang, files="、".join(unused)) if unused else ""
    return [Entry("study", identity, note), Entry("years", (year,))]


def _unused(seen: _Seen) -> list[str]:
    """Return files that fit nowhere, or a place that another file has already."""
    layers = [path for _, path in (*seen.layers[""], *seen.layers["units"][1:])]
    tables = [path for kind in (*_ONCE, *_LISTS.values()) for path in seen.tables[kind][1:]]
    return sorted([*layers, *tables, *seen.tables[""]])


def _key(name: str, guess: Guess, lang: str) -> Key:
    return Key(name, int(guess.value) if name == "year" else guess.value, guess.reason.text(lang))


def _layer(kind: str, raw: RawLayer, path: str, lang: str) -> Entry:
    section, _, element = kind.partition(".")
    keys = [Key("element", element)] if element else []
    keys.append(Key("path", path, say("begun.layer", lang, count=len(raw.frame))))
    keys.append(Key("layer", raw.layer))
    if raw.encoding_source == "guessed":
        keys.append(Key("encoding", raw.encoding, say("begun.encoding", lang)))
    if raw.frame.crs is None:
        keys.append(Key("crs", "", say("begun.crs", lang), proposed=True))
    columns = guess_columns(raw, kind)
    if columns:
        reason = "；".join(f"{guess.value}: {guess.reason.text(lang)}" for guess in columns.values())
        keys.append(Key("fields", {name: guess.value for name, guess in columns.items()}, reason))
    return Entry(section, tuple(keys))


def _inventory(one: Recognised, folder: str, count: int, lang: str) -> Entry:
    """Return the section of a published inventory: its preset knows unit, kind, basis, sectors, licence and source."""
    year = Key("year", one.year) if one.year is not None else Key("year", _ANY_YEAR, say("begun.fill", lang))
    preset = Key("preset", one.preset, say("begun.preset", lang, count=count))
    return Entry("emissions", (Key("species", one.species), preset, Key("path", folder), year))


def _blocks(rasters: list[tuple[str, RawRaster]], base: int, lang: str) -> list[Entry]:
    """Return one section per species, year, unit and place of rasters; files of one sector twice make two series."""
    blocks: dict[tuple[str, ...], list[tuple[str, RawRaster, Mapping[str, Guess]]]] = defaultdict(list)
    for reference, raw in rasters:
        says = guess_raster(raw, Path(reference.partition("#")[0]).stem)
        species = says["species"].value if "species" in says else ""
        year = says["year"].value if "year" in says else str(base or _ANY_YEAR)
        grid = (str(raw.blocks.shape), str(raw.transform))
        blocks[species, year, raw.unit_tag, *grid].append((reference, raw, says))
    series: Counter[tuple[str, str]] = Counter()
    entries = []
    for (species, year, *_), parts in sorted(blocks.items(), key=lambda item: item[0][:2]):
        series[species, year] += 1
        entries.append(_block(parts, (species, year, series[species, year]), lang))
    return entries


def _block(parts: list[tuple[str, RawRaster, Mapping[str, Guess]]], about: tuple[str, str, int], lang: str) -> Entry:
    species, year, number = about
    fill = say("begun.fill", lang)
    _, raw, says = parts[0]
    keys = [_key("species", says["species"], lang) if species else Key("species", "", fill)]
    bases = [row["basis"] for row in read("species_basis") if row["species"] == species]
    keys.append(Key("mass_basis", bases[0]) if len(bases) == 1 else Key("mass_basis", "", say("begun.basis", lang)))
    keys.append(_key("unit", says["unit"], lang) if "unit" in says else Key("unit", "", say("begun.unit", lang)))
    keys.append(_key("kind", says["kind"], lang) if "kind" in says else Key("kind", "", say("begun.kind", lang)))
    keys.append(_key("year", says["year"], lang) if "year" in says else Key("year", int(year), fill))
    if len(raw.steps) > 1:
        keys.append(Key("period", _period(raw), say("begun.period", lang, count=len(raw.steps))))
    if number > 1:
        keys.append(Key("series", f"series-{number}", say("begun.series", lang)))
    sectors, total, doubled = _sectors(parts)
    keys.append(Key("sectors", sectors))
    keys += [Key("total", total, say("begun.total", lang))] if total else []
    note = say("begun.doubled", lang, files="、".join(doubled)) if doubled else ""
    return Entry("emissions", tuple(keys), note)


def _sectors(
    parts: list[tuple[str, RawRaster, Mapping[str, Guess]]],
) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """Return sector → raster, the total beside its parts, and files whose sector another one has already."""
    sectors: dict[str, str] = {}
    doubled: list[str] = []
    for reference, _, says in parts:
        sector = says["sector"].value if "sector" in says else "all"
        if sector in sectors:
            doubled.append(reference)
        else:
            sectors[sector] = reference
    total = sectors.pop("all") if "all" in sectors and len(sectors) > 1 else ""
    return sectors, total, tuple(doubled)


def _period(raw: RawRaster) -> str:
    """Return what one step of a time axis is by its length; empty where the file does not say."""
    lengths = {round(step.days) for step in raw.steps if step.days == step.days}
    if lengths and lengths <= set(range(28, 32)):
        return "monthly"
    return {frozenset({1}): "daily", frozenset({365}): "annual", frozenset({366}): "annual",
            frozenset({365, 366}): "annual"}.get(frozenset(lengths), "")  # fmt: skip


def _departments(seen: _Seen, lang: str) -> list[Entry]:
    """Return the section of an inventory with one block per department table; what no table says stays open."""
    found = [(kind, path) for kind in kinds() for path in seen.tables[kind]]
    if not found:
        return []
    keys = (
        Key("crs", "", say("begun.point_crs", lang)),
        Key("in_grid", "unknown", say("begun.firms_in_grid", lang)),
        Key("series", "", say("begun.series_of_factors", lang, known="、".join(fuel_series()))),
    )
    blocks = [Entry("inventory.tables", (Key("kind", kind), Key("path", path))) for kind, path in found]
    return [Entry("inventory", keys, say("begun.departments", lang)), *blocks]


def _table(kind: str, path: str, lang: str) -> Entry:
    keys = [Key("path", path)]
    if kind in ("points", "projects"):
        keys.append(Key("crs", "", say("begun.point_crs", lang)))
    if kind == "points":
        keys.append(Key("in_grid", "unknown", say("begun.in_grid", lang)))
    return Entry(kind, tuple(keys))
