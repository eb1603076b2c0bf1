"""Gridded emissions: every cell is the sum of the emitters in it plus a residual spread by invented proxies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from zoning.crs import as_crs, transformer
from zoning.field import Field, Kind, Origin
from zoning.intake import ArrayBlocks, Blocks, Window
from zoning.supports import Grid
from zoning.synthetic.emitters import SPECIES, Firms
from zoning.synthetic.layout import PLANE, Layout, to_plane
from zoning.synthetic.plan import Plan
from zoning.synthetic.settings import setting
from zoning.tables import read

__all__ = ["ALTERNATIVE", "PROXIES", "SECTORS", "Grids", "grids"]

Floats = NDArray[np.float64]

SECTORS = ("power", "industry", "residential", "transport")
PROXIES = ("people", "countryside", "built", "workshops", "factories", "roads", "freight")
ALTERNATIVE = "alternative"
_Cells = tuple[Grid, NDArray[np.bool_], Mapping[str, Floats]]
_PLACES = 600_000  # places the country is asked at, at most: of a larger grid so many blocks share one answer
_BUFFER_CELLS = 2.5  # cells around the land that still hold values; further out is no data


@dataclass(frozen=True)
class Grids:
    """Emission grids and what they were made of.

    Attributes
    ----------
    grid : Grid
        Cells in EPSG:4490.
    fields : tuple of Field
        Primary series, species × sector, t per cell and year; then CO2 of industry of the series ``alternative``.
    residual : dict (species, sector) → ndarray
        What is not from located emitters, t per cell; cells without data are NaN. The fields hold no copy of it.
    """

    grid: Grid
    fields: tuple[Field, ...]
    residual: Mapping[tuple[str, str], Floats]

    @property
    def total_co2(self) -> Floats:
        """Sum of the CO2 sectors of the primary series, a check on its parts."""
        primary = (one for one in self.fields if one.species == "CO2" and one.series != ALTERNATIVE)
        total = next(primary).values()
        for one in primary:
            total = total + one.values()
        return total


@dataclass(frozen=True)
class _WithEmitters:
    """Blocks of a residual and what the located emitters add to some cells (flat numbers, each once)."""

    residual: Floats
    cells: NDArray[np.int64]
    tonnes: Floats

    @property
    def shape(self) -> tuple[int, int]:
        return (self.residual.shape[0], self.residual.shape[1])

    def read(self, window: Window | None = None) -> Floats:
        box = window or Window(0, self.shape[0], 0, self.shape[1])
        values = self.residual[box.row0 : box.row1, box.col0 : box.col1].copy()
        row, col = np.divmod(self.cells, self.shape[1])
        inside = (row >= box.row0) & (row < box.row1) & (col >= box.col0) & (col < box.col1)
        values[row[inside] - box.row0, col[inside] - box.col0] += self.tonnes[inside]
        return values


def grids(land: Layout, part: Plan, works: Firms, seed: int, cell: float, *, shared_proxy: bool) -> Grids:
    """Return the grids of a region on cells of ``cell`` degrees.

    With ``shared_proxy`` nothing is located and every layer is one proxy times a constant: the region in which any
    association of two layers is an artefact.
    """
    rng = np.random.default_rng([seed, 5])
    booked = np.isin(land.unit_of, part.units("covered", "covered_dated", "covered_by_city"))
    grid, valid, proxies = _cells(land, booked, cell)
    residual = {
        key: _spread(rng, weights, total, proxies) for key, weights, total in _recipes(land, shared_proxy=shared_proxy)
    }
    located = _located(works, grid) if not shared_proxy else {}
    for values in residual.values():
        values[~valid] = np.nan
    fields = [
        _field(grid, _WithEmitters(residual[species, sector], *located[species, sector]), species, sector, works)
        if (species, sector) in located
        else _field(grid, ArrayBlocks(residual[species, sector]), species, sector, works)
        for species in SPECIES
        for sector in SECTORS
    ]
    fields.append(_alternative(land, works, _cells(land, booked, 2 * cell), shared_proxy=shared_proxy))
    return Grids(grid, tuple(fields), residual)


def _cells(land: Layout, booked: NDArray[np.bool_], cell: float) -> _Cells:
    """Return the grid around the region, which cells hold values, and the proxies in them (each sums to 1).

    Of a large grid the country is asked at the middle of blocks of cells. In tiles that are ``booked`` nearly all
    industry is in the emitter table, so little is left to spread there.
    """
    change = transformer(as_crs(PLANE), as_crs("EPSG:4490"))
    points = land.place(land.tiles.seeds[land.inside])
    lon, lat = change.transform(points[:, 0], points[:, 1])
    pad = (np.ceil(_BUFFER_CELLS) + 1) * cell + 2 * land.tiles.spacing / 90_000.0
    west, south = (np.floor((np.min(axis) - pad) / cell) * cell for axis in (lon, lat))
    cols, rows = (int(np.ceil((np.max(axis) + pad - low) / cell)) for axis, low in ((lon, west), (lat, south)))
    west, north = round(float(west), 9), round(float(south + rows * cell), 9)
    grid = Grid("EPSG:4490", Affine(cell, 0, west, 0, -cell, north), (rows, cols))
    side = int(np.ceil(np.sqrt(rows * cols / _PLACES)))
    x = west + (np.arange(-(-cols // side)) + 0.5) * (side * cell)
    y = north - (np.arange(-(-rows // side)) + 0.5) * (side * cell)
    local = to_plane(*(axis.ravel() for axis in np.meshgrid(x, y))) - np.asarray(land.origin)
    away, _ = cKDTree(land.tiles.seeds[land.inside]).query(local, workers=-1)
    valid = away <= _BUFFER_CELLS * cell * 111_000.0 + 1.2 * land.tiles.spacing
    _, tile = cKDTree(land.tiles.seeds).query(local, workers=-1)
    dry = valid & (land.inside[tile] | (land.country.at(land.tiles.seeds).offshore < 0)[tile])
    proxies = _proxies(land, local[dry], np.where(booked[tile[dry]], setting("unbooked"), 1.0))

    def as_cells(values: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(np.repeat(values.reshape(len(y), len(x)), side, 0)[:rows], side, 1)[:, :cols]

    return grid, as_cells(valid), {name: _placed(as_cells, dry, one) for name, one in proxies.items()}


def _proxies(land: Layout, points: Floats, unbooked: Floats) -> Mapping[str, Floats]:
    places = land.country.at(points)
    return {
        "people": places.people,
        "countryside": places.countryside,
        "built": places.built,
        "workshops": places.workshops * unbooked,
        "factories": places.factories * unbooked,
        "roads": places.roads,
        "freight": places.roads * places.freight,
    }


def _placed(as_cells: Callable[[NDArray[Any]], NDArray[Any]], dry: NDArray[np.bool_], values: Floats) -> Floats:
    """Values of dry places as an array of all cells that sums to 1."""
    places = np.zeros(len(dry))
    places[dry] = values / values.sum()
    cells = as_cells(places)
    return cells if cells.size == places.size else cells / cells.sum()


def _recipes(land: Layout, *, shared_proxy: bool) -> list[tuple[tuple[str, str], Floats, float]]:
    """(species, sector), weights of the proxies, tonnes; totals of the table are those of 80 units."""
    recipes = []
    for row in read("synthetic_residuals"):
        weights = np.array([float(row[name]) for name in PROXIES])
        if shared_proxy:
            weights = np.eye(len(PROXIES))[0]
        recipes.append(((row["species"], row["sector"]), weights, float(row["total_t"]) * len(land.codes) / 80.0))
    return recipes


def _spread(rng: np.random.Generator, weights: Floats, total: float, proxies: Mapping[str, Floats]) -> Floats:
    """Tonnes per cell, to a gram; a mixture of proxies has noise of its own, a single proxy is copied as it is."""
    used = [(weight, proxies[name]) for weight, name in zip(weights, PROXIES, strict=True) if weight]
    mixed = used[0][0] * used[0][1]
    for weight, proxy in used[1:]:
        mixed += weight * proxy
    noise = rng.standard_normal(mixed.shape)
    if len(used) > 1:
        mixed *= np.exp(np.multiply(noise, setting("mixture_noise"), out=noise), out=noise)
    mixed /= mixed.sum()
    mixed *= total
    return np.asarray(np.round(mixed, 6, out=mixed))


def _located(works: Firms, grid: Grid) -> Mapping[tuple[str, str], tuple[NDArray[np.int64], Floats]]:
    """Cells (flat numbers) with emitters contained in the grid and their tonnes, by species and sector."""
    frame = works.emitters.frame
    frame = frame[frame["in_grid"] == "yes"]
    col = np.floor((frame.geometry.x.to_numpy() - grid.transform.c) / grid.dx).astype(np.int64)
    row = np.floor((grid.transform.f - frame.geometry.y.to_numpy()) / grid.dy).astype(np.int64)
    located = {}
    for sector in sorted(set(frame["sector"])):
        own = (frame["sector"] == sector).to_numpy()
        cells, place = np.unique(row[own] * grid.shape[1] + col[own], return_inverse=True)
        for species in SPECIES:
            tonnes = np.zeros(len(cells))
            np.add.at(tonnes, place, frame[species].to_numpy()[own])
            located[species, sector] = (cells, tonnes)
    return located


def _field(grid: Grid, blocks: Blocks, species: str, sector: str, works: Firms) -> Field:
    return Field(
        grid=grid,
        blocks=blocks,
        species=species,
        sector=sector,
        year=int(works.emitters.frame["year"].iloc[0]),
        unit="t",
        kind=Kind.TOTAL,
        basis="NO2" if species == "NOx" else species,
        origin=Origin.SPREAD,
        proxy="人口、道路、建成区、工业片区",
        comparable_with_target=True,
        source="示例数据：由生成器虚构",
    )


def _alternative(land: Layout, works: Firms, wide: _Cells, *, shared_proxy: bool) -> Field:
    """CO2 of industry once more, on cells twice as wide: the same emitters, another residual spread otherwise."""
    grid, valid, proxies = wide
    total = next(tonnes for key, _, tonnes in _recipes(land, shared_proxy=shared_proxy) if key == ("CO2", "industry"))
    shares = {name: setting(f"alternative_{name}") for name in ("built", "factories")}
    values = np.round(total * sum(share * proxies[name] for name, share in shares.items()), 6)
    if not shared_proxy:
        cells, tonnes = _located(works, grid)["CO2", "industry"]
        values.ravel()[cells] += tonnes
    return replace(
        _field(grid, ArrayBlocks(np.where(valid, values, np.nan)), "CO2", "industry", works),
        series=ALTERNATIVE,
        proxy="建成区与工业片区",
        source="示例数据：由生成器虚构（另一套格网）",
    )
