"""The region on the ground: land with a coast, control units, counties; every border from one mosaic of tiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from math import pi, sqrt

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from zoning.crs import as_crs, transformer
from zoning.synthetic.landscape import Landscape, Places, landscape, settled
from zoning.synthetic.mosaic import Mosaic, mosaic, roughen
from zoning.tables import read

__all__ = ["CENTRE", "PLANE", "PROVINCE", "Layout", "layout", "to_plane"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENTRE = (120.3, 34.95)  # open sea: the example city lies where no city is
PLANE = "EPSG:4549"  # CGCS2000, 3-degree Gauss–Krüger, central meridian 120 E, as units are measured
PROVINCE = "示例省"
_TILES = 14  # tiles of a unit, on average
_MANY_UNITS = 5_000  # a larger region is cut out of its square before tiles are made
_SIGHT = 12  # spacings from the coast to the islands
_RIM = 30  # spacings around what may become land
_CLASSES = ("PRIORITY", "KEY", "GENERAL")
_SHARES = (0.36, 0.49)  # of 优先 and 重点 units, by count; the rest are 一般


@dataclass(frozen=True)
class Layout:
    """Who borders on whom, before anything is emitted.

    Attributes
    ----------
    country : Landscape
        What the land is like.
    tiles : Mosaic
        Smallest pieces of land and sea, metres east and north of the middle.
    origin : tuple of float
        Where that middle is in ``PLANE``.
    unit_of, county_of : ndarray of int
        Unit and county of every tile; −1 outside the region. Units are counted in the order of :attr:`codes`.
    classes : tuple of str
        Class of every unit.
    names, codes : tuple of str
        Of every unit.
    counties : tuple of (code, name)
        Fictitious counties; codes 990101 … belong to no place.
    city : tuple of (code, name)
        Fictitious city.
    """

    country: Landscape
    tiles: Mosaic
    origin: tuple[float, float]
    unit_of: Ints
    county_of: Ints
    classes: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    counties: tuple[tuple[str, str], ...]
    city: tuple[str, str]

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Which tiles belong to the region."""
        return self.unit_of >= 0

    @cached_property
    def unit_county(self) -> Ints:
        """County (position) of every unit."""
        county = np.zeros(len(self.codes), dtype=np.int64)
        county[self.unit_of[self.inside]] = self.county_of[self.inside]
        return county

    @cached_property
    def _tiles_by_unit(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.unit_of, kind="stable")
        return order, np.searchsorted(self.unit_of[order], np.arange(len(self.codes) + 1))

    def tiles_of(self, unit: int) -> Ints:
        """Return the tiles of a unit (position), sorted."""
        order, edges = self._tiles_by_unit
        return order[edges[unit] : edges[unit + 1]]

    def place(self, points: Floats) -> Floats:
        """Return local points in ``PLANE``."""
        return np.asarray(points + np.asarray(self.origin))

    def layer(self, labels: Ints) -> gpd.GeoSeries:
        """Return the tiles of each label as one geometry, in ``PLANE``; −1 is left out."""
        shapes = self.tiles.dissolve(labels)
        moved = shapely.transform(shapes, lambda points: np.round(self.place(points), 3))
        return gpd.GeoSeries(moved, crs=PLANE)

    @cached_property
    def _places(self) -> Places:
        return self.country.at(self.tiles.seeds[self.inside])

    def at_tiles(self, name: str) -> Floats:
        """Return what the country is like at every tile of the region: ``height``, ``people`` …; 0 elsewhere."""
        values = np.zeros(len(self.unit_of))
        values[self.inside] = getattr(self._places, name)
        return values

    def unit_mean(self, values: Floats) -> Floats:
        """Return the mean over tiles of every unit."""
        unit = self.unit_of[self.inside]
        return np.asarray(np.bincount(unit, values[self.inside]) / np.bincount(unit))


def to_plane(lon: Floats, lat: Floats) -> Floats:
    """Return longitudes and latitudes (EPSG:4490) in ``PLANE``, shape (n, 2)."""
    return np.column_stack(transformer(as_crs("EPSG:4490"), as_crs(PLANE)).transform(lon, lat))


def layout(units: int, seed: int, unit_km2: float) -> Layout:
    """Return a layout with exactly so many units, of so many km² on average."""
    rng = np.random.default_rng([seed, 1])
    radius = sqrt(units * unit_km2 * 1e6 / (0.72 * pi))
    country = landscape(rng, radius)
    spacing = sqrt(unit_km2 * 1e6 / _TILES * 2 / sqrt(3))
    near = partial(_near, country, units, spacing) if units > _MANY_UNITS else None
    tiles = mosaic(rng, 1.55 * radius + 4 * spacing, spacing, near)
    land, island = _land(country, tiles, units)
    tiles = roughen(rng, tiles, land | island, spacing / 12)
    country = settled(rng, country, tiles.seeds[land], max(2, round(units / 16)))
    unit_of = _units(rng, country, tiles, land, island, units)
    county_of, unit_county = _counties(tiles, unit_of, units)
    kinds = _classes(country, tiles, unit_of, units)
    order = np.lexsort((np.arange(units), kinds, unit_county))
    rank = np.empty(units, dtype=np.int64)
    rank[order] = np.arange(units)
    unit_of = np.where(unit_of >= 0, rank[unit_of], -1)
    classes, unit_county = tuple(_CLASSES[one] for one in kinds[order]), unit_county[order]
    counties = _county_names(int(unit_county.max()) + 1)
    codes, names = _name(classes, unit_county, counties)
    city = ("990100", "示例滨海市") if len(counties) < 100 else ("990000", PROVINCE)
    middle = np.round(to_plane(*np.atleast_1d(*CENTRE))[0], 0).tolist()
    return Layout(country, tiles, (middle[0], middle[1]), unit_of, county_of, classes, codes, names, counties, city)


def _near(country: Landscape, units: int, spacing: float, seeds: Floats) -> NDArray[np.bool_]:
    """Return the seeds of a large square that may become land, and a rim around them; most of it is far from both."""
    places = country.at(seeds)
    dry = np.sort(places.belonging[places.offshore < 0])
    islands = country.at(_isles(country, spacing)[None]).belonging[0]
    return np.asarray(places.belonging > min(dry[-_TILES * units], islands) - _RIM * spacing / country.radius)


def _isles(country: Landscape, spacing: float) -> Floats:
    """Return the middle of the group of islands: off the coast, in a large country still in sight of it."""
    south = -0.25 * country.radius
    east = np.linspace(0.0, country.radius, 1001)
    dry = country.at(np.column_stack([east, np.full(len(east), south)])).offshore < 0
    coast = float(east[dry].max(initial=0.0))
    return np.array([min(0.85 * country.radius, coast + _SIGHT * spacing), south])


def _land(country: Landscape, tiles: Mosaic, units: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tiles of the mainland part of the region, lakes filled, and of its island group (none in a small region)."""
    places = country.at(tiles.seeds)
    dry = places.offshore < 0
    belonging = np.where(dry, places.belonging, -np.inf)
    wanted = np.zeros(len(tiles.seeds), dtype=bool)
    wanted[np.argsort(-belonging, kind="stable")[: _TILES * units]] = True
    component = tiles.components(wanted.astype(np.int64))
    wanted &= component == np.bincount(component[wanted]).argmax()
    component = tiles.components(wanted.astype(np.int64))
    far = np.abs(tiles.seeds).max(axis=1)
    wanted |= ~np.isin(component, component[far > far.max() - 2 * tiles.spacing])
    return wanted, _islands(country, tiles, wanted, dry) if units >= 20 else np.zeros_like(wanted)


def _islands(
    country: Landscape, tiles: Mosaic, mainland: NDArray[np.bool_], dry: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Three small islands off the coast, one tile of water apart at least."""
    chosen = np.zeros_like(mainland)
    barred = mainland | dry
    barred[tiles.neighbours(barred)] = True
    middle = _isles(country, tiles.spacing)
    for turn, size in zip((0.0, 2.2, 4.1), (5, 3, 2), strict=True):
        site = middle + 3.4 * tiles.spacing * np.array([np.cos(turn), np.sin(turn)])
        away = np.where(barred, np.inf, np.hypot(*(tiles.seeds - site).T))
        island = np.zeros_like(mainland)
        island[np.argsort(away, kind="stable")[:size]] = True
        chosen |= island
        barred |= island
        barred[tiles.neighbours(island)] = True
    return chosen


def _units(
    rng: np.random.Generator,
    country: Landscape,
    tiles: Mosaic,
    land: NDArray[np.bool_],
    island: NDArray[np.bool_],
    units: int,
) -> Ints:
    """Return the unit of every tile: the nearest centre; centres lie closer together where more is built."""
    mainland = np.flatnonzero(land)
    count = units - int(island.any())
    points = tiles.seeds[mainland]
    weight = 0.15 + country.at(points).built
    nearest = _cluster(rng, points, weight, count)
    unit_of = np.full(len(tiles.seeds), -1)
    unit_of[mainland] = nearest
    _tidy(tiles, unit_of)
    unit_of[island] = units - 1
    return unit_of


def _cluster(rng: np.random.Generator, points: Floats, weight: Floats, count: int) -> Ints:
    """Weighted k-means whose centres end on points of their own, so that no cluster is empty."""
    chosen = rng.choice(len(points), count, replace=False, p=weight / weight.sum())
    centres = points[np.sort(chosen)]
    for _ in range(8):
        _, nearest = cKDTree(centres).query(points)
        mass = np.bincount(nearest, weight, count)
        moved = np.column_stack([np.bincount(nearest, weight * axis, count) for axis in points.T])
        centres = np.where(mass[:, None] > 0, moved / np.maximum(mass, 1e-300)[:, None], centres)
    _, own = cKDTree(points).query(centres)
    free = np.setdiff1d(np.arange(len(points)), own)
    _, first = np.unique(own, return_index=True)
    doubled = np.setdiff1d(np.arange(count), first)
    own[doubled] = rng.choice(free, len(doubled), replace=False)
    return np.asarray(cKDTree(points[own]).query(points)[1], dtype=np.int64)


def _tidy(tiles: Mosaic, unit_of: Ints) -> None:
    """Give tiles cut off from the main part of their unit to a neighbour, where they have one on land."""
    for _ in range(4):
        component = tiles.components(unit_of)
        size = np.bincount(component)
        land = np.flatnonzero(unit_of >= 0)
        largest = np.zeros(unit_of.max() + 1, dtype=np.int64)
        np.maximum.at(largest, unit_of[land], size[component[land]])
        main = np.full(len(largest), -1)
        is_main = size[component[land]] == largest[unit_of[land]]
        main[unit_of[land][is_main][::-1]] = component[land][is_main][::-1]
        loose = (unit_of >= 0) & (component != main[unit_of])
        one, other = np.concatenate([tiles.ridges, tiles.ridges[:, ::-1]]).T
        useful = loose[one] & (unit_of[other] >= 0) & ~loose[other]
        if not useful.any():
            return
        unit_of[one[useful][::-1]] = unit_of[other[useful]][::-1]


def _counties(tiles: Mosaic, unit_of: Ints, units: int) -> tuple[Ints, Ints]:
    """County of every tile and of every unit: units go to the nearest of about one centre in twenty units."""
    inside = unit_of >= 0
    size = np.bincount(unit_of[inside])
    middle = np.column_stack([np.bincount(unit_of[inside], axis) / size for axis in tiles.seeds[inside].T])
    rng = np.random.default_rng([units, 7])
    county = _cluster(rng, middle, np.ones(units), max(1, round(units / 20)))
    west = np.bincount(county, middle[:, 0]) / np.bincount(county)
    rank = np.argsort(np.argsort(-west, kind="stable"), kind="stable")
    return np.where(inside, rank[county][unit_of], -1), rank[county]


def _classes(country: Landscape, tiles: Mosaic, unit_of: Ints, units: int) -> Ints:
    """Class of every unit, as place in ``_CLASSES``: hills and islands, what is most built-up, the rest."""
    inside = unit_of >= 0
    size = np.bincount(unit_of[inside])
    places = country.at(tiles.seeds[inside])
    used = np.bincount(unit_of[inside], places.built - 0.25 * places.height) / size
    used = np.where(np.bincount(unit_of[inside], places.offshore) / size > 0, -9.0, used)
    order = np.argsort(used, kind="stable")
    priority, key = (round(share * units) for share in _SHARES)
    classes = np.full(units, 2)
    classes[order[:priority]] = 0
    classes[order[units - key :]] = 1
    return classes


def _county_names(count: int) -> tuple[tuple[str, str], ...]:
    """Fictitious county codes and names, east to west."""
    words = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "county"]
    return tuple(
        (
            str(990101 + 100 * (number // 99) + number % 99),
            words[number] if number < len(words) else f"示例第{number + 1}县",
        )
        for number in range(count)
    )


def _name(
    classes: tuple[str, ...], unit_county: Ints, counties: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes ZH + county + class digit + serial, and names."""
    digits = {"PRIORITY": ("1", "优先保护单元"), "KEY": ("2", "重点管控单元"), "GENERAL": ("3", "一般管控单元")}
    towns = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "town"]
    serial: dict[tuple[int, str], int] = {}
    codes, names = [], []
    for position, (kind, county) in enumerate(zip(classes, unit_county.tolist(), strict=True)):
        serial[county, kind] = number = serial.get((county, kind), 0) + 1
        digit, word = digits[kind]
        codes.append(f"ZH{counties[county][0]}{digit}{number:04d}")
        names.append(f"{counties[county][1]}{towns[position % len(towns)]}{word}{number}")
    return tuple(codes), tuple(names)
