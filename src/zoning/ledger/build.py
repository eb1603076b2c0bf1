"""Supports and fields → ledger: one geometry pass per grid, then every layer is a product with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.crs import geodesic_area
from zoning.field import Field, Origin
from zoning.ledger.conservation import TERMS, LayerSums, conservation_row, plain_sum, stacked, with_remainder
from zoning.ledger.fragments import Drawing, pieces_of
from zoning.ledger.located import PLACED, place
from zoning.ledger.table import Column, Ledger, known_columns
from zoning.overlay import Coverage, Laying, TakenOut, take_out
from zoning.supports import AnyGrid, ControlUnits, ElementZones, Emitters
from zoning.tables import numbers

__all__ = ["Account", "build_ledger"]

_CUBE = ("unit", "species", "sector", "year")
_PIECES = ("fragment", "species", "sector", "year")


@dataclass(frozen=True)
class Account:
    """What the overlay gives: the ledger, its fragments, its conservation table and the placed emitters.

    ``fragments`` has the columns ``element, unit, zone, subtype, area_m2``; ``drawing`` draws them.
    """

    ledger: Ledger
    fragments: pd.DataFrame
    drawing: Drawing
    conservation: pd.DataFrame
    located: pd.DataFrame
    short_cells: Mapping[tuple[str, str, int], LayerSums]


_Layers = tuple[tuple[Field, ...], list[LayerSums]]


@dataclass(frozen=True)
class _Axes:
    species: tuple[str, ...]
    sectors: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        return (len(self.species), len(self.sectors), len(self.years))

    def place(self, species: str, sector: str, year: int) -> tuple[int, int, int]:
        return (self.species.index(species), self.sectors.index(sector), self.years.index(year))


def build_ledger(
    units: ControlUnits,
    zones: tuple[ElementZones, ...],
    fields: tuple[Field, ...],
    emitters: Emitters | None,
    laying: Laying | None = None,
    cells_per_unit: float = numbers("thresholds")["cells_per_unit"],
) -> Account:
    """Overlay everything and return the ledger of masses.

    Parameters
    ----------
    units, zones : ControlUnits, tuple of ElementZones
        Supports, in any known CRS.
    fields : tuple of Field
        Mass or flux layers; of several series of one quantity the first in this order is the primary one.
    emitters : Emitters or None
        Counted ones are placed exactly and, where a grid contains them, taken out of its cells first.
    laying : Laying or None
        Longest edge, store of coverages, executor of the layers.
    cells_per_unit : float
        A unit that holds fewer cells gets ``resolution`` 1, one that holds less than a cell 2.

    Returns
    -------
    Account
        Ledger columns ``area, grid_cells, resolution, valid_share, emission, emission_gridded, emission_located,
        emission_sited``, with ``fragment_area, fragment_emission, fragment_gridded`` where there are zones and
        ``emission_alternative, grid_ratio`` where a quantity has a second series.
    """
    located = place(emitters, units, zones) if emitters is not None else pd.DataFrame(columns=list(PLACED))
    axes = _axes(fields, emitters, located)
    primary = _primary(fields)
    grids = _grids([*primary, *fields])
    laying = laying or Laying()
    shapes = units.frame.set_index("code").geometry
    covers = {key: laying.cover(shapes, grid) for key, grid in grids.items()}
    found = pieces_of(units, zones, next(iter(grids)).crs if grids else units.crs, laying.densify)
    pieces = found.table
    parts = found.covers({grid: covers[grid] for grid in _grids(primary)}, laying)
    sums = _sums(primary, emitters, {grid: (covers[grid], own) for grid, own in parts.items()}, laying)

    ledger = _describe(Ledger.of_units(units.codes), units, primary, covers, laying.densify, cells_per_unit)
    if not axes.years:  # a study without any mass: lists, zones and targets can still be judged
        return Account(ledger, pieces, found.drawing, pd.DataFrame(columns=list(TERMS)), located, {})
    ledger = ledger.with_coordinates(species=axes.species, sector=axes.sectors, year=axes.years)
    ledger, conservation = _masses(ledger, axes, (primary, sums), located)
    ledger = _alternatives(ledger, axes, fields, covers)
    ledger = _fragment_columns(ledger, axes, pieces, (primary, sums), located)
    short = {field.key[1:]: one for field, one in zip(primary, sums, strict=True) if one.short_cells}
    return Account(ledger, pieces, found.drawing, conservation, located, short)


def _sums(
    primary: tuple[Field, ...],
    emitters: Emitters | None,
    covers: Mapping[AnyGrid, tuple[Coverage, list[Coverage]]],
    laying: Laying,
) -> list[LayerSums]:
    """Return what every layer gives: units, what they leave, and fragments lie on one coverage and are read once."""
    stacks = {}
    for grid, (units, pieces) in covers.items():
        stacks[grid] = (stacked([units, with_remainder(units), *pieces]), len(units))
    return laying.each(_layer, [(field, emitters, *stacks[field.grid]) for field in primary])


def _layer(job: tuple[Field, Emitters | None, Coverage, int]) -> LayerSums:
    """Take the emitters out of one layer and add it up over every row of a stack; picklable, for any executor."""
    field, emitters, cover, units = job
    left = take_out(field, emitters) if emitters is not None else TakenOut(field.mass, 0.0, 0.0, 0)
    totals = cover.total(left.rest).to_numpy()[:, 0]
    twice, outside = np.nan_to_num(totals[units : units + 2]).tolist()
    return LayerSums(
        raster_total=plain_sum(field.mass),
        taken=left.taken,
        shortfall=left.shortfall,
        short_cells=left.short_cells,
        units=totals[:units],
        fragments=totals[units + 2 :],
        counted_twice=twice,
        outside=outside,
    )


def _axes(fields: tuple[Field, ...], emitters: Emitters | None, located: pd.DataFrame) -> _Axes:
    """Return species (CO2 first and always), sectors and years that any mass is known of."""
    first = ("CO2", "SO2", "NOx", "PM2.5", "VOC")
    species = {"CO2", *(field.species for field in fields)}
    species |= set(emitters.species if emitters is not None and len(located) else ())
    sectors = {field.sector for field in fields} | set(located.get("sector", ()))
    years = {field.year for field in fields} | {int(year) for year in located.get("year", ())}
    ranked = sorted(species, key=lambda name: (first.index(name) if name in first else len(first), name))
    return _Axes(tuple(ranked), tuple(sorted(sectors)), tuple(sorted(years)))


def _primary(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the first series of every species × sector × year."""
    chosen: dict[tuple[str, str, int], Field] = {}
    for field in fields:
        chosen.setdefault(field.key[1:], field)
    return tuple(chosen.values())


def _grids(fields: Iterable[Field]) -> dict[AnyGrid, AnyGrid]:
    return {field.grid: field.grid for field in fields}


def _describe(
    ledger: Ledger,
    units: ControlUnits,
    primary: tuple[Field, ...],
    covers: Mapping[AnyGrid, Coverage],
    densify: float,
    few_cells: float,
) -> Ledger:
    area = geodesic_area(units.geometries, units.crs, densify)
    ledger = ledger.with_column("area", ("unit",), area, Column.known("area", "units"))
    if not primary:
        return ledger
    main = primary[0]
    cover = covers[main.grid]
    cells = cover.cells.to_numpy(dtype=np.float64)
    share = np.min(
        [covers[f.grid].valid_share(f.mass).to_numpy()[:, 0] for f in primary if f.species == main.species], axis=0
    )
    inside = np.nan_to_num(share) * cover.area.to_numpy() / area
    source = f"{main.series}: {main.source}"
    flag = np.where(cells < 1, 2.0, np.where(cells < few_cells, 1.0, 0.0))
    columns = known_columns(("unit",), source, grid_cells=cells, resolution=flag, valid_share=inside)
    return ledger.with_columns(columns)


def _masses(
    ledger: Ledger,
    axes: _Axes,
    layers: _Layers,
    located: pd.DataFrame,
) -> tuple[Ledger, pd.DataFrame]:
    primary = layers[0]
    gridded = np.full((len(ledger.units), *axes.shape), np.nan)
    placed = _located_cube(located, "unit", ledger.units, axes)
    sited = placed.copy()
    rows = []
    for field, sums in zip(*layers, strict=True):
        at = (slice(None), *axes.place(*field.key[1:]))
        gridded[at] = sums.units
        if field.origin is Origin.LOCATED:
            sited[at] = _plus(placed[at], sums.units)
        rows.append(conservation_row(field, sums, float(np.nansum(placed[at]))))
    both = _plus(gridded, placed)
    source = (
        "；".join(dict.fromkeys(f"{field.species} {field.year}: {field.source}" for field in primary)) or "emitters"
    )
    columns = known_columns(_CUBE, source, emission=both, emission_gridded=gridded)
    columns |= known_columns(_CUBE, "points", emission_located=placed)
    ledger = ledger.with_columns(columns | known_columns(_CUBE, source, emission_sited=sited))
    return ledger, pd.DataFrame(rows, columns=list(TERMS))


def _plus(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add where either is known; NaN only where both are no data."""
    both = np.nan_to_num(one) + np.nan_to_num(other)
    return np.where(np.isnan(one) & np.isnan(other), np.nan, both)


def _located_cube(located: pd.DataFrame, by: str, labels: tuple[str, ...], axes: _Axes) -> NDArray[np.float64]:
    """Sum placed records into label × species × sector × year; NaN where there is no record."""
    cube = np.full((len(labels), *axes.shape), np.nan)
    if located.empty:
        return cube
    at = pd.DataFrame(
        {
            "label": pd.Index(labels, dtype=object).get_indexer(pd.Index(located[by], dtype=object)),
            "sector": pd.Index(axes.sectors, dtype=object).get_indexer(pd.Index(located["sector"], dtype=object)),
            "year": pd.Index(axes.years).get_indexer(pd.Index(located["year"], dtype=np.int64)),
        }
    )
    for number, species in enumerate(axes.species):
        if species not in located.columns:
            continue
        amounts = located[species].to_numpy(dtype=np.float64)
        known = ~np.isnan(amounts) & (at["label"].to_numpy() >= 0)
        sums = at[known].assign(amount=amounts[known]).groupby(["label", "sector", "year"])["amount"].sum()
        label, sector, year = (sums.index.get_level_values(level).to_numpy() for level in range(3))
        cube[label, number, sector, year] = sums.to_numpy()
    return cube


def _alternatives(ledger: Ledger, axes: _Axes, fields: tuple[Field, ...], covers: Mapping[AnyGrid, Coverage]) -> Ledger:
    """Add every further series of a quantity, as it came, and its ratio to the primary one."""
    primary = {field.key[1:]: field for field in _primary(fields)}
    others = [field for field in fields if primary[field.key[1:]] is not field]
    if not others:
        return ledger
    series = tuple(dict.fromkeys(field.series for field in others))
    totals = np.full((len(series), len(ledger.units), *axes.shape), np.nan)
    ratio = totals.copy()
    for field in others:
        at = (series.index(field.series), slice(None), *axes.place(*field.key[1:]))
        first = primary[field.key[1:]]
        totals[at] = covers[field.grid].total(field).to_numpy()[:, 0]
        base = covers[first.grid].total(first).to_numpy()[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio[at] = np.where(base > 0, totals[at] / base, np.nan)
    source = "；".join(dict.fromkeys(f"{field.series}: {field.source}" for field in others))
    columns = known_columns(("series", *_CUBE), source, emission_alternative=totals, grid_ratio=ratio)
    return ledger.with_coordinates(series=series).with_columns(columns)


def _fragment_columns(
    ledger: Ledger, axes: _Axes, pieces: pd.DataFrame, layers: _Layers, located: pd.DataFrame
) -> Ledger:
    if pieces.empty:
        return ledger
    ledger = ledger.with_labels(
        "fragment",
        fragment_unit=list(pieces["unit"]),
        fragment_zone=list(pieces["zone"]),
        fragment_element=list(pieces["element"]),
        fragment_subtype=list(pieces["subtype"]),
    )
    gridded = np.full((len(pieces), *axes.shape), np.nan)
    for field, sums in zip(*layers, strict=True):
        gridded[(slice(None), *axes.place(*field.key[1:]))] = sums.fragments
    cube = _plus(gridded, _located_pieces(located, pieces, axes))
    area = pieces["area_m2"].to_numpy(dtype=np.float64)
    columns = known_columns(("fragment",), "units ∩ zones", fragment_area=area)
    columns |= known_columns(_PIECES, "as emission", fragment_emission=cube, fragment_gridded=gridded)
    return ledger.with_columns(columns)


def _located_pieces(located: pd.DataFrame, pieces: pd.DataFrame, axes: _Axes) -> NDArray[np.float64]:
    """Sum placed records into fragments: a record is in the fragment of its own unit and its own zone."""
    keys = list(zip(pieces["element"], pieces["unit"], pieces["zone"], strict=True))
    labels = tuple("|".join(key) for key in keys)
    cube = np.full((len(pieces), *axes.shape), np.nan)
    for element in dict.fromkeys(pieces["element"]):
        if located.empty or f"zone_{element}" not in located.columns:
            continue
        named = located.assign(fragment=element + "|" + located["unit"] + "|" + located[f"zone_{element}"])
        part = _located_cube(named, "fragment", labels, axes)
        cube = np.where(np.isnan(part), cube, part)
    return cube
