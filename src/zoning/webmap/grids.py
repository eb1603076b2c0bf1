"""Emission grids as pictures in the map's projection: density classes per cell, the same limits as for units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from zoning.cartography.model import Entry, Extent
from zoning.cartography.warp import warped
from zoning.crs import transformer
from zoning.field import Field, Kind
from zoning.intake import Window
from zoning.messages import say
from zoning.result import Result
from zoning.supports import AnyGrid, Grid
from zoning.symbology import look_of, unit_text
from zoning.symbology.figures import species_text
from zoning.tables import numbers
from zoning.vocab import label
from zoning.webmap.coloured import entry_of, limits_as_entries, places_of
from zoning.webmap.pictures import palette_picture

__all__ = ["GridLayers", "grid_layers"]

_Floats = NDArray[np.float64]
_MERCATOR, _WGS84 = CRS.from_epsg(3857), CRS.from_epsg(4326)
_ALL = ""
_M2_PER_KM2 = 1e6
_EDGE = 33  # points along each side of a box that is transformed


@dataclass(frozen=True)
class GridLayers:
    """Grids of the map.

    Attributes
    ----------
    groups : tuple of dict
        Per species and sector: ``title, legend, first`` (place of the year shown first) and ``layers``, one per year:
        ``year, part, bounds, entries, note``.
    parts : dict
        Name of a part → ``picture`` (data URI).
    left_out : tuple of str
        What there was no room for.
    """

    groups: tuple[dict[str, Any], ...]
    parts: dict[str, Any]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Wish:
    """One picture: fields of one grid that are added."""

    species: str
    sector: str
    year: int
    fields: tuple[Field, ...]


def grid_layers(result: Result, bounds: Extent, lang: str = "zh") -> GridLayers:
    """Return the grids of a result around its units, as many as there is room for.

    Parameters
    ----------
    result : Result
        With its fields; of each species the primary series is shown.
    bounds : tuple of float
        West, south, east, north of the units in WGS 84.
    lang : str
        ``zh`` or ``en``.
    """
    room = numbers("map_settings")["grid_bytes"]
    made: list[tuple[_Wish, dict[str, Any]]] = []
    parts: dict[str, Any] = {}
    left: list[str] = []
    for wish in _wishes(result):
        drawn = _drawn(wish, bounds, result, lang) if room > 0 else None
        if drawn is None:
            left += [_title(wish, lang, year=True)] if room <= 0 else []
            continue
        picture, layer = drawn
        room -= len(picture)
        parts[layer["part"]] = {"picture": picture}
        made.append((wish, layer))
    return GridLayers(_groups(made, result, lang), parts, tuple(left))


def _wishes(result: Result) -> tuple[_Wish, ...]:
    """Return what might be shown, most wanted first: totals, then years near the base year, then sectors."""
    themes, base = look_of(result.study).numeric_themes, result.study.years.base
    shown = [one for one in _primary(result.fields) if f"density.{one.species}" in themes]
    order = {species: place for place, species in enumerate(dict.fromkeys(one.species for one in shown))}
    wishes = []
    for species, year in dict.fromkeys((one.species, one.year) for one in shown):
        members = tuple(one for one in shown if (one.species, one.year) == (species, year))
        if all(one.grid == members[0].grid for one in members):
            wishes.append(_Wish(species, _ALL, year, members))
        if len(members) > 1:
            wishes += [_Wish(species, one.sector, year, (one,)) for one in members]
    return tuple(sorted(wishes, key=lambda one: (one.sector != _ALL, abs(one.year - base), order[one.species])))


def _primary(fields: Sequence[Field]) -> Iterator[Field]:
    series: dict[str, str] = {}
    for one in fields:
        if one.kind is not Kind.INTENSIVE and series.setdefault(one.species, one.series) == one.series:
            yield one


def _groups(made: list[tuple[_Wish, dict[str, Any]]], result: Result, lang: str) -> tuple[dict[str, Any], ...]:
    look, base = look_of(result.study), result.study.years.base
    groups = []
    for species, sector in dict.fromkeys((wish.species, wish.sector) for wish, _ in made):
        layers = [layer for wish, layer in made if (wish.species, wish.sector) == (species, sector)]
        layers.sort(key=lambda layer: layer["year"])
        unit = unit_text(look.class_limits(f"density.{species}")[0].unit, lang)
        nearest = min(layers, key=lambda layer: (abs(layer["year"] - base), layer["year"]))
        groups.append(
            {
                "title": _title(_Wish(species, sector, 0, ()), lang),
                "legend": say("map2.core.density_legend", lang, species=species_text(species), unit=unit),
                "first": layers.index(nearest),
                "layers": layers,
            }
        )
    return tuple(groups)


def _title(wish: _Wish, lang: str, *, year: bool = False) -> str:
    sector = label(wish.sector, lang) if wish.sector else say("map2.core.all_sectors", lang)
    key = "map2.core.grid_year" if year else "map2.core.grid"
    return say(key, lang, species=species_text(wish.species), sector=sector, year=wish.year)


def _drawn(wish: _Wish, bounds: Extent, result: Result, lang: str) -> tuple[str, dict[str, Any]] | None:
    """Return the picture and what is said of it; None where the grid does not reach the units."""
    seen = _density(wish.fields, bounds)
    if seen is None:
        return None
    grid, density, merged = seen
    look = look_of(result.study)
    limits = look.class_limits(f"density.{wish.species}")
    entries = limits_as_entries(limits, look, lang)[:-1]
    places = np.where(np.isnan(density), -1, places_of(density, limits)).astype(np.int16)
    places[places == len(entries)] = -1
    counts = np.bincount(places[places >= 0], minlength=len(entries))
    picture, box = _picture(grid, places, [entry.fill for entry in entries])
    name = f"grid-{wish.species}-{wish.sector or 'total'}-{wish.year}"
    layer = {
        "year": wish.year,
        "part": "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name),
        "bounds": box,
        "entries": [_counted(entry, int(count)) for entry, count in zip(entries, counts, strict=True) if count],
        "note": _note(wish, merged, lang),
    }
    return picture, layer


def _counted(entry: Entry, count: int) -> dict[str, Any]:
    return entry_of(entry) | {"count": count}


def _note(wish: _Wish, merged: int, lang: str) -> str:
    sources = "；".join(dict.fromkeys(one.source for one in wish.fields if one.source)) or "—"
    note = say("map2.core.grid_note", lang, source=sources)
    return note + (say("map2.core.grid_merged", lang, count=merged) if merged > 1 else "")


def _density(fields: tuple[Field, ...], bounds: Extent) -> tuple[AnyGrid, _Floats, int] | None:
    """Return the grid within the bounds, its density in t km-2 yr-1, and how many cells a side are drawn as one."""
    grid = fields[0].grid
    if not isinstance(grid, Grid):
        tonnes = _sum([one.tonnes() for one in fields])
        return grid, tonnes / (np.asarray(grid.cell_area) / _M2_PER_KM2), 1
    window = _window(grid, bounds)
    if window is None:
        return None
    rows, cols = window.row1 - window.row0, window.col1 - window.col0
    merged = max(1, math.ceil(math.sqrt(rows * cols / numbers("map_settings")["grid_cells"])))
    strips = (
        [
            _strip(fields, Window(row, min(row + merged, window.row1), window.col0, window.col1), merged)
            for row in range(window.row0, window.row1, merged)
        ]
        if merged > 1
        else [_plain(fields, window)]
    )
    turn = grid.transform
    moved = Affine(turn.a * merged, 0, turn.c + window.col0 * turn.a, 0, turn.e * merged, turn.f + window.row0 * turn.e)
    density = np.vstack(strips)
    return Grid(grid.crs, moved, density.shape), density, merged


def _plain(fields: tuple[Field, ...], window: Window) -> _Floats:
    area = np.asarray(fields[0].grid.areas_of(window)) / _M2_PER_KM2
    density: _Floats = _sum([one.tonnes(window) for one in fields]) / area
    return density


def _strip(fields: tuple[Field, ...], window: Window, merged: int) -> _Floats:
    """Return one row of merged cells: their tonnes over their area with data."""
    tonnes = _sum([one.tonnes(window) for one in fields])
    area = np.broadcast_to(np.asarray(fields[0].grid.areas_of(window)), tonnes.shape) / _M2_PER_KM2
    known = np.isfinite(tonnes)
    starts = np.arange(0, tonnes.shape[1], merged)
    mass = np.add.reduceat(np.where(known, tonnes, 0.0).sum(axis=0), starts)
    extent = np.add.reduceat(np.where(known, area, 0.0).sum(axis=0), starts)
    density: _Floats = np.divide(mass, extent, out=np.full(len(starts), np.nan), where=extent > 0)
    return density[None, :]


def _sum(layers: list[_Floats]) -> _Floats:
    """Return the sum of what is known; a cell without any number has none."""
    stacked = np.stack(layers)
    known = np.isfinite(stacked)
    return np.where(known.any(axis=0), np.where(known, stacked, 0.0).sum(axis=0), np.nan)


def _window(grid: Grid, bounds: Extent) -> Window | None:
    """Return the rows and columns that the bounds touch; None if there are none."""
    west, south, east, north = _box(bounds, _WGS84, grid.crs)
    turn = grid.transform
    cols = sorted(((west - turn.c) / turn.a, (east - turn.c) / turn.a))
    rows = sorted(((south - turn.f) / turn.e, (north - turn.f) / turn.e))
    row0, row1 = max(0, math.floor(rows[0])), min(grid.shape[0], math.ceil(rows[1]))
    col0, col1 = max(0, math.floor(cols[0])), min(grid.shape[1], math.ceil(cols[1]))
    return Window(row0, row1, col0, col1) if row0 < row1 and col0 < col1 else None


def _box(bounds: Extent, source: CRS, target: CRS) -> Extent:
    """Return the box around a box in another system, its sides followed at many points."""
    found = transformer(source, target).transform_bounds(*bounds, densify_pts=_EDGE)
    west, south, east, north = (float(edge) for edge in found)
    return west, south, east, north


def _picture(grid: AnyGrid, places: NDArray[np.int16], colours: list[str]) -> tuple[str, list[list[float]]]:
    """Return the picture in Web Mercator as data URI, and its corners as Leaflet wants them."""
    settings = numbers("map_settings")
    west, south, east, north = extent = _box(grid.bounds, grid.crs, _MERCATOR)
    ratio = (north - south) / (east - west)
    cells = max(grid.shape) if min(grid.shape) > 1 else math.sqrt(places.size)
    wanted = (settings["grid_fineness"] * cells) ** 2 * min(ratio, 1 / ratio)
    pixels = min(settings["grid_pixels"], wanted)
    cols = max(1, round(math.sqrt(pixels / ratio)))
    rows = max(1, round(cols * ratio))
    back = transformer(_MERCATOR, _WGS84)
    (left, right), (bottom, top) = back.transform([west, east], [south, north])
    corners = [[round(bottom, 7), round(left, 7)], [round(top, 7), round(right, 7)]]
    return palette_picture(warped(grid, places, _MERCATOR, extent, (rows, cols)), colours), corners
