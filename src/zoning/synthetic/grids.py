"""Gridded emissions: every cell is the sum of the emitters in it plus a residual spread by invented proxies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from zoning.crs import as_crs, transformer
from zoning.field import Field, Kind, Origin
from zoning.intake import ArrayBlocks
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
        What is not from located emitters, t per cell; cells without data are NaN.
    total_co2 : ndarray
        Sum of the CO2 sectors of the primary series, a check on its parts.
    """

    grid: Grid
    fields: tuple[Field, ...]
    residual: Mapping[tuple[str, str], Floats]
    total_co2: Floats


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
    fields = []
    for species in SPECIES:
        for sector in SECTORS:
            values = residual[species, sector] + located.get((species, sector), 0.0)
            fields.append(_field(grid, np.where(valid, values, np.nan), species, sector, works))
    parts = [one.values() for one in fields if one.species == "CO2"]
    kept = {key: np.where(valid, values, np.nan) for key, values in residual.items()}
    fields.append(_alternative(land, works, _cells(land, booked, 2 * cell), shared_proxy=shared_proxy))
    return Grids(grid, tuple(fields), kept, np.asarray(sum(parts[1:], parts[0])))


def _cells(land: Layout, booked: NDArray[np.bool_], cell: float) -> _Cells:
    """Return the grid around the region, which cells hold values, and the proxies in them (each sums to 1).

    In tiles that are ``booked`` nearly all industry is in the emitter table, so little is left to spread there.
    """
    change = transformer(as_crs(PLANE), as_crs("EPSG:4490"))
    points = land.place(land.tiles.seeds[land.inside])
    lon, lat = change.transform(points[:, 0], points[:, 1])
    pad = (np.ceil(_BUFFER_CELLS) + 1) * cell + 2 * land.tiles.spacing / 90_000.0
    west, south = (np.floor((np.min(axis) - pad) / cell) * cell for axis in (lon, lat))
    cols, rows = (int(np.ceil((np.max(axis) + pad - low) / cell)) for axis, low in ((lon, west), (lat, south)))
    west, north = round(float(west), 9), round(float(south + rows * cell), 9)
    grid = Grid("EPSG:4490", Affine(cell, 0, west, 0, -cell, north), (rows, cols))
    x, y = np.meshgrid(west + (np.arange(cols) + 0.5) * cell, north - (np.arange(rows) + 0.5) * cell)
    local = to_plane(x.ravel(), y.ravel()) - np.asarray(land.origin)
    away, _ = cKDTree(land.tiles.seeds[land.inside]).query(local)
    valid = away <= _BUFFER_CELLS * cell * 111_000.0 + 1.2 * land.tiles.spacing
    _, tile = cKDTree(land.tiles.seeds).query(local)
    dry = valid & (land.inside[tile] | (land.country.offshore(land.tiles.seeds[tile]) < 0))
    proxies = _proxies(land, local[dry], np.where(booked[tile[dry]], setting("unbooked"), 1.0))
    return grid, valid.reshape(rows, cols), {name: _placed(dry, one, (rows, cols)) for name, one in proxies.items()}


def _proxies(land: Layout, points: Floats, unbooked: Floats) -> Mapping[str, Floats]:
    country = land.country
    roads = country.roads(points)
    return {
        "people": country.people(points),
        "countryside": country.countryside(points),
        "built": country.built(points),
        "workshops": country.workshops(points) * unbooked,
        "factories": country.factories(points) * unbooked,
        "roads": roads,
        "freight": roads * country.freight(points),
    }


def _placed(dry: NDArray[np.bool_], values: Floats, shape: tuple[int, int]) -> Floats:
    """Values of dry cells as an array of all cells that sums to 1."""
    cells = np.zeros(len(dry))
    cells[dry] = values / values.sum()
    return cells.reshape(shape)


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
    mixed = sum(weight * proxies[name] for weight, name in zip(weights, PROXIES, strict=True))
    noise = np.exp(setting("mixture_noise") * rng.standard_normal(mixed.shape))
    if np.count_nonzero(weights) > 1:
        mixed = mixed * noise
    return np.asarray(np.round(mixed / mixed.sum() * total, 6))


def _located(works: Firms, grid: Grid) -> Mapping[tuple[str, str], Floats]:
    """Tonnes per cell of the emitters contained in the grid, by species and sector."""
    frame = works.emitters.frame
    frame = frame[frame["in_grid"] == "yes"]
    col = np.floor((frame.geometry.x.to_numpy() - grid.transform.c) / grid.dx).astype(np.int64)
    row = np.floor((grid.transform.f - frame.geometry.y.to_numpy()) / grid.dy).astype(np.int64)
    located = {}
    for sector in sorted(set(frame["sector"])):
        own = (frame["sector"] == sector).to_numpy()
        for species in SPECIES:
            cells = np.zeros(grid.shape)
            np.add.at(cells, (row[own], col[own]), frame[species].to_numpy()[own])
            located[species, sector] = cells
    return located


def _field(grid: Grid, values: Floats, species: str, sector: str, works: Firms) -> Field:
    return Field(
        grid=grid,
        blocks=ArrayBlocks(values),
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
        values = values + _located(works, grid)["CO2", "industry"]
    return replace(
        _field(grid, np.where(valid, values, np.nan), "CO2", "industry", works),
        series=ALTERNATIVE,
        proxy="建成区与工业片区",
        source="示例数据：由生成器虚构（另一套格网）",
    )
