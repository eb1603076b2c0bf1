"""Element zones: air and water partitions that cross unit borders, ecology as patches, no-burn zones around towns."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from zoning.crs import as_crs, transformer
from zoning.supports import ElementZones
from zoning.synthetic.layout import PLANE, Layout
from zoning.tables import read

__all__ = ["ZoneMap", "to_degrees", "zone_word", "zones"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ELEMENT_ZH = {"大气": "大气环境", "水": "水环境"}


@dataclass(frozen=True)
class ZoneMap:
    """The zones of one element, and the sub-type of every tile where the zones are made of tiles.

    Attributes
    ----------
    zones : ElementZones
        Polygons in EPSG:4490 with ``code, name, subtype, county, fuel_class``.
    tile_subtype : ndarray of str
        Sub-type code per tile, "" outside; for no-burn zones that of the tile's seed.
    """

    zones: ElementZones
    tile_subtype: NDArray[np.object_]


def zones(land: Layout, seed: int) -> dict[str, ZoneMap]:
    """Return the zones of the four elements of a layout."""
    rng = np.random.default_rng([seed, 2])
    return {
        "air": _of_tiles(land, "air", *_air(rng, land)),
        "energy": _no_burn(rng, land),
        "water": _of_tiles(land, "water", *_water(rng, land)),
        "ecology": _of_tiles(land, "ecology", *_ecology(land)),
    }


def zone_word(subtype: str) -> str:
    """Return the name of a sub-type as zone layers write it.

    Examples
    --------
    >>> zone_word("AIR_HIGH"), zone_word("ECO_REDLINE"), zone_word("NOBURN_2")
    ('大气环境高排放重点管控区', '生态保护红线', '高污染燃料禁燃区')
    """
    row = next(row for row in read("zone_vocab") if row["code"] == subtype)
    return _ELEMENT_ZH.get(row["element_zh"], "") + row["subtype_zh"].split("（")[0]


def _air(rng: np.random.Generator, land: Layout) -> tuple[Ints, list[str]]:
    """Air zones: patches of their own, named by what prevails in each."""
    patch, mean = _patches(rng, land, 2.5)
    factories, people = mean(land.at_tiles("factories")), mean(land.at_tiles("people"))
    height, sea = mean(land.at_tiles("height")), mean(land.at_tiles("offshore"))
    count = len(factories)
    subtype = np.full(count, "AIR_GENERAL", dtype=object)
    subtype[_top(height, 0.28)] = "AIR_PRIORITY"
    middle = np.flatnonzero((subtype == "AIR_GENERAL") & (height > np.quantile(height, 0.5)))
    subtype[middle[::2]] = "AIR_WEAK"
    subtype[_top(sea, 0.12)] = "AIR_LAYOUT"
    subtype[_top(factories, 0.22)] = "AIR_HIGH"
    subtype[_top(people, 0.12)] = "AIR_RECEPTOR"
    return patch, [str(one) for one in subtype]


def _water(rng: np.random.Generator, land: Layout) -> tuple[Ints, list[str]]:
    """Water zones: catchments, named by what prevails in each."""
    patch, mean = _patches(rng, land, 4.0)
    factories, people = mean(land.at_tiles("factories")), mean(land.at_tiles("people"))
    height, farms = mean(land.at_tiles("height")), mean(land.at_tiles("countryside"))
    subtype = np.full(len(factories), "WATER_GENERAL", dtype=object)
    subtype[_top(farms, 0.35)] = "WATER_AGRI"
    subtype[_top(height, 0.3)] = "WATER_PRIORITY"
    subtype[_top(factories, 0.2)] = "WATER_IND"
    subtype[_top(people, 0.15)] = "WATER_URBAN"
    return patch, [str(one) for one in subtype]


def _ecology(land: Layout) -> tuple[Ints, list[str]]:
    """Red lines and other ecological space: patches of hills and islands, only inside 优先 units; no partition."""
    priority = np.array([kind == "PRIORITY" for kind in land.classes])
    kept = land.inside & priority[land.unit_of]
    seeds = land.tiles.seeds
    worth = land.at_tiles("height") + 0.35 * land.country.waves[4](seeds) + 2.0 * (land.at_tiles("offshore") > 0)
    high, low = (np.quantile(worth[kept], share) for share in (0.55, 0.25)) if kept.any() else (np.inf, np.inf)
    kind = np.where(kept & (worth >= high), 0, np.where(kept & (worth >= low), 1, -1))
    names = ["ECO_REDLINE", "ECO_SPACE"]
    patch, first = _relabel(np.where(kind >= 0, land.tiles.components(kind), -1))
    return patch, [names[kind[one]] for one in first]


def _patches(rng: np.random.Generator, land: Layout, units_each: float) -> tuple[Ints, _Mean]:
    """Tiles grouped around random centres, about so many units' worth of tiles each; and the mean per group."""
    inside = np.flatnonzero(land.inside)
    count = max(2, round(len(land.codes) / units_each))
    centres = land.tiles.seeds[rng.choice(inside, count, replace=False)]
    points = land.tiles.seeds[inside]
    for _ in range(2):
        nearest = cKDTree(centres).query(points)[1]
        size = np.maximum(np.bincount(nearest, minlength=count), 1)
        centres = np.column_stack([np.bincount(nearest, axis, count) / size for axis in points.T])
    patch = np.full(len(land.inside), -1)
    patch[inside] = cKDTree(centres).query(points)[1]
    patch, _ = _relabel(patch)
    return patch, _Mean(patch)


@dataclass(frozen=True)
class _Mean:
    """Mean of a tile value per patch."""

    patch: Ints

    def __call__(self, values: Floats) -> Floats:
        kept = self.patch >= 0
        return np.asarray(np.bincount(self.patch[kept], values[kept]) / np.bincount(self.patch[kept]))


def _top(values: Floats, share: float) -> Ints:
    return np.argsort(-values, kind="stable")[: max(1, round(share * len(values)))]


def _relabel(labels: Ints) -> tuple[Ints, Ints]:
    """Labels renumbered 0, 1, 2 …, and one tile of each; −1 stays."""
    kept = labels >= 0
    _, first, renumbered = np.unique(labels[kept], return_index=True, return_inverse=True)
    result = np.full(len(labels), -1)
    result[kept] = renumbered
    return result, np.flatnonzero(kept)[first]


def _of_tiles(land: Layout, element: str, patch: Ints, subtypes: list[str]) -> ZoneMap:
    """Zones made of tiles: one per patch and county, so that each has a county's code."""
    kinds = np.asarray([*subtypes, ""], dtype=object)
    pair, first = _relabel(np.where(patch >= 0, patch * len(land.counties) + land.county_of, -1))
    kind, county = kinds[patch[first]], land.county_of[first]
    frame = _frame(land, kind, county)
    shapes = to_degrees(land.layer(pair).to_numpy())
    return ZoneMap(ElementZones(element, gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490")), kinds[patch])


def _frame(land: Layout, kind: NDArray[np.object_], county: Ints) -> dict[str, list[str]]:
    """Codes YS + county + class, element and sub-type digits + serial, and names."""
    vocabulary = {row["code"]: row for row in read("zone_vocab")}
    serial: dict[tuple[str, int], int] = {}
    rows: dict[str, list[str]] = {"code": [], "name": [], "subtype": [], "county": [], "fuel_class": []}
    for subtype, place in zip(kind.tolist(), county.tolist(), strict=True):
        digits = vocabulary[subtype]["code_digits_9_11"]
        serial[digits, place] = number = serial.get((digits, place), 0) + 1
        code, name = land.counties[place]
        word = zone_word(subtype)
        rows["code"].append(f"YS{code}{digits}{number:04d}")
        rows["name"].append(f"{name}{word}{number}")
        rows["subtype"].append(subtype)
        rows["county"].append(name)
        rows["fuel_class"].append({"NOBURN_2": "Ⅱ类（较严）", "NOBURN_3": "Ⅲ类（严格）"}.get(subtype, ""))
    return rows


def _no_burn(rng: np.random.Generator, land: Layout) -> ZoneMap:
    """No-burn zones: one rough blob around every town, class Ⅲ around the larger half, cut at the county's border."""
    towns = land.country.towns
    counties = land.layer(land.county_of).to_numpy()
    owner = land.county_of[cKDTree(land.tiles.seeds).query(towns[:, :2])[1]]
    kept = np.flatnonzero(owner >= 0)
    blobs = _blobs(rng, land, towns[kept])
    cut = shapely.intersection(blobs, counties[owner[kept]])
    shapely.prepare(cut)
    kind = np.where(towns[kept, 2] >= np.median(towns[kept, 2]), "NOBURN_3", "NOBURN_2").astype(object)
    frame = _frame(land, kind, owner[kept])
    layer = gpd.GeoDataFrame(frame, geometry=to_degrees(cut), crs="EPSG:4490")
    tile_subtype = np.full(len(land.inside), "", dtype=object)
    # a tile counts when all the ground its enterprises may stand on lies inside, not its middle alone
    middle = shapely.points(land.place(land.tiles.seeds))
    blob, tile = shapely.STRtree(middle).query(cut, predicate="contains")
    whole = shapely.contains(cut[blob], shapely.buffer(middle[tile], 1.1 * land.tiles.reach[tile]))
    tile_subtype[tile[whole]] = kind[blob[whole]]
    return ZoneMap(ElementZones("energy", layer), tile_subtype)


def _blobs(rng: np.random.Generator, land: Layout, towns: Floats, corners: int = 90) -> NDArray[np.object_]:
    """Return closed curves around towns whose distance wavers with the direction, in the plane."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    away = np.ones((len(towns), corners))
    for wave in range(2, 9):
        phase = rng.uniform(0, 2 * np.pi, (len(towns), 1))
        away += 0.28 / wave * np.cos(wave * turn + phase)
    reach = 0.17 * land.country.radius / np.sqrt(max(1.0, len(land.country.towns) / 5.0))
    away *= (reach * np.sqrt(towns[:, 2]))[:, None]
    middle = land.place(towns[:, :2])[:, None, :]
    rings = middle + away[:, :, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return np.asarray(shapely.polygons(np.round(rings, 3)))


def to_degrees(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Geometries of the plane in longitude and latitude, rounded to 1e-9 degrees (0.1 mm)."""
    change = transformer(as_crs(PLANE), as_crs("EPSG:4490"))
    return np.asarray(
        shapely.transform(
            shapes, lambda points: np.round(np.column_stack(change.transform(points[:, 0], points[:, 1])), 9)
        )
    )
