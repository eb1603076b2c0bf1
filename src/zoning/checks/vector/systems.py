"""Which coordinate systems numbers could be in, and where a province lies: candidates are named and never taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyproj import CRS, Proj

from zoning.checks.vector.addressed import joined
from zoning.messages import Both, say
from zoning.tables import read

__all__ = [
    "CHINA",
    "ZONE",
    "Belt",
    "Guess",
    "Region",
    "belt_of",
    "looks_like",
    "region_of",
    "with_zone",
    "without_zone",
]

ZONE = 1_000_000.0
"""Metres of easting that stand for one number of a zone."""
_FALSE_EASTING = 500_000.0
_PLANE = Proj(proj="tmerc", lat_0=0, lon_0=0, k=1, x_0=_FALSE_EASTING, ellps="GRS80")
_MERCATOR = Proj("EPSG:3857")


@dataclass(frozen=True, slots=True)
class Region:
    """A box of degrees around a province (or the whole country): ``code`` is its two digits, ``name`` Chinese."""

    code: str
    name: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float, margin: float = 0.0) -> bool:
        """Tell whether a point lies in the box, widened by a margin in degrees."""
        return self.west - margin <= lon <= self.east + margin and self.south - margin <= lat <= self.north + margin

    def far(self, lon: float, lat: float) -> float:
        """Distance from the middle of the box in degrees, to rank by."""
        return abs(lon - (self.west + self.east) / 2) + abs(lat - (self.south + self.north) / 2)


@cache
def _boxes() -> dict[str, Region]:
    edges = ("west", "south", "east", "north")
    return {
        row["code"]: Region(row["code"], row["name"], *(float(row[edge]) for edge in edges))
        for row in read("province_boxes")
    }


CHINA = _boxes()["00"]


def region_of(admin_code: str, codes: Iterable[str]) -> Region | None:
    """Return where a layer should lie: the province of the study, else that of most of its codes, else None.

    Examples
    --------
    >>> region_of("350582", ()).name, region_of("990100", ()), region_of("990100", ["ZH35058210001"]).code
    ('福建省', None, '35')
    """
    if admin_code[:2] in _boxes():
        return _boxes()[admin_code[:2]]
    digits = Counter(code[2:4] for code in codes if code[2:4].isdigit())
    common = digits.most_common(1)
    return _boxes().get(common[0][0]) if common and common[0][0] != CHINA.code else None


@dataclass(frozen=True, slots=True)
class Belt:
    """A Gauss-Krüger belt of a system: its central meridian, and the zone number its eastings carry (None: none)."""

    meridian: float
    zone: int | None


def belt_of(crs: CRS) -> Belt | None:
    """Return the belt of a transverse Mercator system, None for any other.

    Examples
    --------
    >>> belt_of(CRS("EPSG:4528")), belt_of(CRS("EPSG:4549")), belt_of(CRS("EPSG:3857"))
    (Belt(meridian=120.0, zone=40), Belt(meridian=120.0, zone=None), None)
    """
    operation = crs.coordinate_operation
    if operation is None or not crs.is_projected or "transverse mercator" not in operation.method_name.lower():
        return None
    parameters = {one.name.lower(): one.value for one in operation.params}
    easting = float(parameters.get("false easting", 0.0))
    meridian = float(parameters.get("longitude of natural origin", 0.0))
    return Belt(meridian, int(easting // ZONE) if easting >= ZONE else None)


def with_zone(zone: int) -> Both:
    """Return the national system whose eastings carry a zone number."""
    row = next((row for row in read("national_systems") if row["zone"] == str(zone)), None)
    return _system(row["epsg"], float(row["meridian"])) if row else Both("—", "—")


def without_zone(meridian: float) -> Both:
    """Return the national system of a central meridian whose eastings carry no zone number."""
    rows = [row for row in read("national_systems") if row["family"] == "gk" and float(row["meridian"]) == meridian]
    return _system(rows[0]["epsg"], meridian) if rows else Both("—", "—")


def _system(epsg: str, meridian: float) -> Both:
    return Both(f"EPSG:{epsg}（中央经线 {meridian:g}°）", f"EPSG:{epsg} (central meridian {meridian:g}°)")


@dataclass(frozen=True, slots=True)
class Guess:
    """What coordinates look like.

    Attributes
    ----------
    looks : Both
        In words.
    candidates : tuple of Both
        Systems they could be in, best first.
    family : str
        ``degrees, gk, gk_zone, mercator`` (``tables/national_systems.csv``); empty if nothing fits.
    swapped : bool
        Whether they only fit with their axes swapped.
    inside : bool
        Whether the candidates put them into the region that was asked for.
    """

    looks: Both
    candidates: tuple[Both, ...] = ()
    family: str = ""
    swapped: bool = False
    inside: bool = False

    @property
    def text(self) -> Both:
        """All of it in one line."""
        if not self.candidates:
            return self.looks
        named = joined(self.candidates, len(self.candidates))
        return Both(f"{self.looks.zh}；候选：{named.zh}", f"{self.looks.en}; candidates: {named.en}")


@dataclass(frozen=True, slots=True)
class _Reading:
    family: str
    epsg: str
    meridian: float
    lon: float
    lat: float

    @property
    def text(self) -> Both:
        place = f"{self.lon:.2f}°E {self.lat:.2f}°N"
        if self.family in ("gk", "gk_zone"):
            axis = _system(self.epsg, self.meridian)
            return Both(f"{axis.zh[:-1]}，落在 {place}）", f"{axis.en[:-1]}, lands at {place})")
        return Both(f"EPSG:{self.epsg}（落在 {place}）", f"EPSG:{self.epsg} (lands at {place})")


def looks_like(x: float, y: float, region: Region | None) -> Guess:
    """Return what a point in the middle of a layer looks like, and the national systems that put it into the region.

    Parameters
    ----------
    x, y : float
        As they stand in the file.
    region : Region or None
        Where it should lie; None accepts any province.

    Examples
    --------
    >>> guess = looks_like(357_900.0, 2_722_100.0, region_of("350582", ()))
    >>> guess.candidates[0].en
    'EPSG:4549 (central meridian 120°, lands at 118.60°E 24.60°N)'
    """
    provinces = tuple(_boxes().values())[1:]
    rounds = ([(region,)] if region else []) + [provinces]
    for places in rounds:
        for swapped in (False, True):
            readings = [one for one in _readings(*((y, x) if swapped else (x, y))) if _inside(one, places)]
            if readings:
                middle = region or CHINA
                readings.sort(key=lambda one: middle.far(one.lon, one.lat))
                family = readings[0].family
                words = _both(f"looks.{family}{'.swapped' if swapped else ''}")
                inside = places is not provinces
                return Guess(words, tuple(one.text for one in readings), family, swapped, inside)
    return Guess(_both("looks.unknown"))


def _both(key: str) -> Both:
    return Both(say(key, "zh"), say(key, "en"))


def _inside(reading: _Reading, places: tuple[Region, ...]) -> bool:
    return any(place.holds(reading.lon, reading.lat) for place in places)


def _readings(east: float, north: float) -> Iterator[_Reading]:
    """Yield every national system with the place to which it would put a point; zones only by their own number."""
    for row in read("national_systems"):
        family = row["family"]
        if family == "degrees" and abs(east) <= 180 and abs(north) <= 90:
            yield _Reading(family, row["epsg"], 0.0, east, north)
        elif family == "mercator" and abs(east) > 180:
            yield _Reading(family, row["epsg"], 0.0, *_MERCATOR(east, north, inverse=True))
        elif family in ("gk", "gk_zone") and east // ZONE == float(row["zone"] or 0) and abs(north) > 90:
            lon, lat = _PLANE(east % ZONE, north, inverse=True)
            yield _Reading(family, row["epsg"], float(row["meridian"]), lon + float(row["meridian"]), lat)
