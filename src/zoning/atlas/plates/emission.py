"""排放: density of each species, in total and by sector, with one set of limits; located emitters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import Setting, threshold_text
from zoning.cartography.cells import densities_of
from zoning.cartography.layers import cells_of, density_theme, emitter_points, emitter_table, value_legend
from zoning.cartography.model import Layer
from zoning.cartography.themes import nearest_year
from zoning.field import Field, Kind
from zoning.symbology import unit_text
from zoning.symbology.figures import amount, number, share, species_text
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["emitters", "sectors", "species_of", "totals"]

_CARBON = "CO2"
_PANELS = 6  # frames of one sheet at most
_TOP = 20  # rows of the table of the largest emitters


def species_of(setting: Setting) -> tuple[str, ...]:
    """Return the species with numbers, CO2 first, then in the order of the ledger."""
    ledger, base = setting.result.ledger, setting.result.study.years.base
    if "emission" not in ledger:
        return ()
    names = [str(name) for name in ledger["emission"]["species"].values]
    known = [name for name in names if nearest_year(ledger, name, base) is not None]
    return tuple(sorted(known, key=lambda name: name != _CARBON))


def totals(setting: Setting) -> Iterator[Plate]:
    """Return a sheet per species: density by cells of the grid where there is one, else by units."""
    for species in species_of(setting):
        yield _total(setting, species)


def sectors(setting: Setting) -> Iterator[Plate]:
    """Return sheets of small maps by sector, all with the limits of the total."""
    for species in species_of(setting):
        names = _sectors(setting, species)
        if len(names) > 1:
            parts = [names[start : start + _PANELS] for start in range(0, len(names), _PANELS)]
            for number_, part in enumerate(parts, 1):
                yield _by_sector(setting, species, part, number_)


def emitters(setting: Setting) -> tuple[Plate, ...]:
    """Return the map of located emitters by the size of their CO2."""
    table = emitter_table(setting.result)
    points = emitter_points(setting.result, table, setting.lang)
    year = int(table["year"].iloc[0])
    mass = table["CO2"].to_numpy(dtype=np.float64)
    whole = float(np.nansum(mass))
    key = setting.result.study.threshold("key_emitter_co2")
    rows = tuple(
        (str(place), str(row["name"]), label(str(row["sector"]), setting.lang), number(float(row["CO2"]), setting.lang))
        for place, row in enumerate(table.head(_TOP).to_dict("records"), 1)
    )
    header = tuple(setting.say(f"plate.column.{name}") for name in ("rank", "enterprise", "sector", "co2"))
    note = setting.say(
        "plate.note.emitters",
        count=len(table),
        large=int((mass >= key).sum()),
        tonnes=amount(whole, "t yr-1", setting.lang),
        part=share(float(np.nansum(mass[mass >= key])) / whole if whole > 0 else float("nan"), setting.lang),
    )
    beyond = "" if setting.result.emitters is None or setting.result.emitters.counted else "plate.note.emitters.context"
    plate = setting.plate(
        "emitters",
        "emission",
        [setting.panel(setting.plain_outlines, points)],
        subtitle=setting.say("plate.subtitle.emitters", year=year, unit=unit_text("t yr-1", setting.lang)),
        notes=(note, threshold_text(setting, "key_emitter_co2"), *((setting.say(beyond),) if beyond else ())),
        sources=_emitter_source(setting),
        tables=(Table(setting.say("plate.table.emitters", count=len(rows)), header, rows, frozenset({0, 3})),),
    )
    return (plate,)


def _total(setting: Setting, species: str) -> Plate:
    shown = _shown(setting, species, None, numbers("limits")["atlas_cells"])
    return setting.plate(
        "emission",
        "emission",
        [setting.panel(*shown.layers)],
        id=f"emission.{species}",
        title=setting.say("sheet.emission.of", species=species_text(species)),
        subtitle=_subtitle(setting, shown),
        notes=(
            *_found(setting, species, shown.year),
            *_reading(setting, shown),
            *_beside(setting, species, shown),
            *(() if shown.merged else (setting.coding,)),
        ),
        sources=_sources(setting, species, shown),
        tables=(_sector_table(setting, species, shown.year),),
    )


def _by_sector(setting: Setting, species: str, names: Sequence[str], place: int) -> Plate:
    most = numbers("limits")["atlas_cells"] / len(names)
    shown = [_shown(setting, species, name, most) for name in names]
    panels = [
        setting.panel(*one.layers, title=label(name, setting.lang)) for name, one in zip(names, shown, strict=True)
    ]
    return setting.plate(
        "sectors",
        "emission",
        panels,
        **setting.part(f"sectors.{species}", setting.say("sheet.sectors.of", species=species_text(species)), place),
        subtitle=_subtitle(setting, shown[0]),
        notes=(setting.say("plate.note.sectors"), *_reading(setting, shown[0])),
        sources=_sources(setting, species, shown[0]),
        tables=(_sector_table(setting, species, shown[0].year),),
    )


@dataclass(frozen=True)
class _Shown:
    """Layers of one map of densities, of which year, and whether they are cells (and of how many of the data)."""

    layers: tuple[Layer, ...]
    year: int
    merged: int = 0
    sources: tuple[str, ...] = ()


def _shown(setting: Setting, species: str, sector: str | None, most: float) -> _Shown:
    """Return cells where a grid of the primary series holds the species (and sector), else the units."""
    theme = density_theme(setting.look, species)
    fields = _fields(setting, species)
    own = [field for field in fields if sector is None or field.sector == sector]
    if own:
        found = densities_of(own, setting.region, setting.crs, most)
        if found is not None:
            cells = cells_of(setting.look, found, theme, setting.lang)
            sources = tuple(dict.fromkeys(field.source for field in own))
            return _Shown((cells, setting.plain_outlines), own[0].year, found.merged, sources)
    year = fields[0].year if fields else _ledger_year(setting, species)
    mass = _unit_mass(setting, species, year, sector)
    legend = value_legend(setting.look, theme, mass / setting.km2.to_numpy(dtype=np.float64), setting.lang)
    return _Shown((setting.units(legend, labelled=sector is None),), year)


def _fields(setting: Setting, species: str) -> list[Field]:
    """Return the grids of a species in the year nearest to the base year, of every sector its primary series."""
    every = [one for one in setting.result.fields if one.species == species and one.kind is not Kind.INTENSIVE]
    known = set(setting.result.ledger["emission"]["year"].values.tolist())
    years = [one.year for one in every if one.year in known]
    base = setting.result.study.years.base
    nearest = min(years, key=lambda year: (abs(year - base), year), default=None)
    primary: dict[str, Field] = {}
    for one in every:
        if one.year == nearest:
            primary.setdefault(one.sector, one)
    return list(primary.values())


def _ledger_year(setting: Setting, species: str) -> int:
    base = setting.result.study.years.base
    found = nearest_year(setting.result.ledger, species, base)
    return base if found is None else found


def _unit_mass(setting: Setting, species: str, year: int, sector: str | None) -> NDArray[np.float64]:
    where: dict[str, object] = {"species": species, "year": year} | ({} if sector is None else {"sector": sector})
    return setting.of_unit("emission", **where)


def _sectors(setting: Setting, species: str) -> list[str]:
    """Return the sectors with mass of the species in the year that is shown, largest first."""
    masses = _sector_masses(setting, species, _year(setting, species))
    return [name for name, mass in masses.items() if mass != 0]


def _year(setting: Setting, species: str) -> int:
    fields = _fields(setting, species)
    return fields[0].year if fields else _ledger_year(setting, species)


def _sector_masses(setting: Setting, species: str, year: int) -> dict[str, float]:
    names = [str(name) for name in setting.result.ledger["emission"]["sector"].values]
    masses = {name: _unit_mass(setting, species, year, name) for name in names}
    sums = {name: float(np.nansum(mass)) for name, mass in masses.items() if np.isfinite(mass).any()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _sector_table(setting: Setting, species: str, year: int) -> Table:
    masses = _sector_masses(setting, species, year)
    whole = sum(masses.values(), start=0.0)
    rows = [
        (label(name, setting.lang), number(mass, setting.lang), share(mass / whole, setting.lang) if whole > 0 else "—")
        for name, mass in masses.items()
    ]
    rows.append((setting.say("plate.total"), number(whole, setting.lang), ""))
    unit = unit_text("t yr-1", setting.lang)
    header = (setting.say("plate.column.sector"), setting.say("plate.column.mass", unit=unit),
              setting.say("plate.column.mass_share"))  # fmt: skip
    title = setting.say("plate.table.sectors", species=species_text(species), year=year)
    return Table(title, header, tuple(rows), frozenset({1, 2}))


def _subtitle(setting: Setting, shown: _Shown) -> str:
    key = "plate.subtitle.cells" if shown.merged else "plate.subtitle.density"
    return setting.say(key, year=shown.year, unit=unit_text("t km-2 yr-1", setting.lang))


def _found(setting: Setting, species: str, year: int) -> tuple[str, ...]:
    """Return the sentence on the total and on the unit with most of it."""
    mass = _unit_mass(setting, species, year, None)
    whole = float(np.nansum(mass))
    if not np.isfinite(mass).any() or whole <= 0:
        return ()
    top = int(np.nanargmax(mass))
    slots = {
        "species": species_text(species), "year": year, "tonnes": amount(whole, "t yr-1", setting.lang),
        "code": setting.result.units.codes[top], "name": setting.names[top],
        "part": share(float(mass[top]) / whole, setting.lang),
    }  # fmt: skip
    return (setting.say("plate.note.total", **slots),)


def _reading(setting: Setting, shown: _Shown) -> tuple[str, ...]:
    """Return how the colours came about, and that years differ if they do."""
    if not shown.merged:
        notes = [setting.say("plate.note.density")]
    elif shown.merged == 1:
        notes = [setting.say("plate.note.cells")]
    else:
        notes = [setting.say("plate.note.cells"), setting.say("plate.note.blocks", side=shown.merged)]
    base = setting.result.study.years.base
    return (*notes, *((setting.say("plate.note.year", year=shown.year, base=base),) if shown.year != base else ()))


def _beside(setting: Setting, species: str, shown: _Shown) -> tuple[str, ...]:
    """Return what a map of cells leaves out: emitters that no grid contains."""
    emitters_ = setting.result.emitters
    if not shown.merged or emitters_ is None or not emitters_.counted or species not in emitters_.frame:
        return ()
    frame = emitters_.frame
    mass = float(frame.loc[(frame["in_grid"] == "no") & (frame["year"] == shown.year), species].sum())
    return (setting.say("plate.note.beside", tonnes=amount(mass, "t yr-1", setting.lang)),) if mass > 0 else ()


def _sources(setting: Setting, species: str, shown: _Shown) -> tuple[str, ...]:
    declared = [one for one in setting.result.study.emissions if one.species == species and one.year == shown.year]
    texts = shown.sources or tuple(one.source for one in declared)
    grids = tuple(setting.say("plate.source.grid", source=text or setting.say("plate.source.unstated"), year=shown.year)
                  for text in dict.fromkeys(texts))  # fmt: skip
    return (*grids, *_emitter_source(setting), *setting.unit_source)


def _emitter_source(setting: Setting) -> tuple[str, ...]:
    study = setting.result.study
    texts = [study.points.source] if study.points is not None else []
    texts += [table.source for table in study.inventory.tables] if study.inventory is not None else []
    return setting.source("emitters", *texts) if texts else ()
