"""Result → layers of a map: units, zones, emitters, cells. Sheets and fact sheets ask here alike."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.cartography.cells import Densities
from zoning.cartography.model import Areas, Cells, Entry, Lines, Points
from zoning.crs import project
from zoning.messages import say
from zoning.result import Result
from zoning.supports import ElementZones
from zoning.symbology import ClassLimit, Look, Symbol, look_of, unit_text
from zoning.symbology.figures import absent

__all__ = [
    "Legend",
    "border_lines",
    "cells_of",
    "code_legend",
    "codes_of",
    "density_theme",
    "emitter_points",
    "emitter_table",
    "limits_text",
    "short_codes",
    "unit_areas",
    "unit_outlines",
    "value_legend",
    "zone_areas",
]

_NO_DATA = "NO_DATA"
_MINUS = "\N{MINUS SIGN}"
_REGION_LINE = 0.6
_SIZES = (1.2, 1.8, 2.6, 3.6, 4.8)  # mm: diameter of a point by its class; further classes keep the last
_PREFIX = 8  # ZH and the six digits of the county: what codes of one county share


class Legend(NamedTuple):
    """Classes of some shapes: theme, title and unit of the legend, the class of each shape, how classes look."""

    theme: str
    title: str
    unit: str
    keys: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Class → shapes of it, only classes that occur, in the order of the legend."""
        return {entry.key: entry.count for entry in self.entries}


def code_legend(look: Look, theme: str, codes: Iterable[object], lang: str = "zh") -> Legend:
    """Return the legend of shapes with a class code each; absent codes, and codes the table lacks, are «no data».

    Examples
    --------
    >>> from zoning.symbology import packaged_look
    >>> found = code_legend(packaged_look(), "unit_class", ["KEY", None, "KEY"], "en")
    >>> [(entry.label, entry.count) for entry in found.entries]
    [('key control unit', 2), ('no data', 1)]
    """
    known = {one.code for one in look.symbols(theme)}
    keys = tuple(code if code in known else _NO_DATA for code in codes_of(codes))
    entries = [_entry(one, lang) for one in (*look.symbols(theme), look.no_data)]
    return Legend(theme, _title(theme, lang), "", keys, _present(entries, keys))


def codes_of(values: Iterable[object]) -> tuple[str, ...]:
    """Return class codes as text; absent ones (None, NaN, empty) are «no data»; whole numbers lose their fraction."""
    return tuple(_code(value) for value in values)


def _code(value: object) -> str:
    if absent(value):
        return _NO_DATA
    return str(int(value)) if isinstance(value, float) else str(value)


def value_legend(look: Look, theme: str, values: NDArray[np.float64], lang: str = "zh") -> Legend:
    """Return the legend of shapes with a number each; NaN, and what lies below all classes, is «no data».

    Examples
    --------
    >>> from zoning.symbology import packaged_look
    >>> found = value_legend(packaged_look(), "density.CO2", np.array([5.0, 400.0, np.nan]), "en")
    >>> found.keys
    ('01', '02', 'NO_DATA')
    """
    places = _places(look.class_limits(theme), np.asarray(values, dtype=np.float64))
    keys = tuple(_NO_DATA if place < 0 else f"{place:02d}" for place in places.tolist())
    limits = look.class_limits(theme)
    entries = [_range(place, limits[place], lang) for place in reversed(range(len(limits)))]
    entries.append(_entry(look.no_data, lang))
    unit = unit_text(limits[0].unit, lang)
    return Legend(theme, _title(theme, lang), unit, keys, _present(entries, keys))


def density_theme(look: Look, species: str) -> str:
    """Return the theme of numbers that densities of a species are classed by; species without limits share one."""
    name = f"density.{species}"
    return name if name in look.numeric_themes else "density.other"


def unit_areas(result: Result, legend: Legend, labels: Sequence[str] = ()) -> Areas:
    """Return the control units coloured by a legend that has one key per unit, in their order."""
    return Areas(
        theme=legend.theme,
        title=legend.title,
        unit=legend.unit,
        shapes=result.units.geometries,
        keys=legend.keys,
        entries=legend.entries,
        labels=tuple(labels),
    )


def unit_outlines(result: Result, lang: str = "zh", labels: Sequence[str] = ()) -> Areas:
    """Return the control units as outlines, for what lies below them."""
    one = look_of(result.study).symbol("outline", "UNIT")
    entry = Entry(one.code, one.label(lang), "", one.fill, "", len(result.units))
    return Areas(
        theme="outline",
        title="",
        shapes=result.units.geometries,
        keys=(one.code,) * len(result.units),
        entries=(entry,),
        labels=tuple(labels),
        filled=False,
    )


def border_lines(result: Result, shapes: Sequence[shapely.Geometry], lang: str = "zh") -> Lines:
    """Return the borders of regions that were put together from the units."""
    one = look_of(result.study).symbol("outline", "REGION")
    lines = np.array([shapely.boundary(shape) for shape in shapes], dtype=object)
    entry = Entry(one.code, one.label(lang), one.fill, one.fill, "", len(lines))
    return Lines(theme="region", title="", shapes=lines, entry=entry, width=_REGION_LINE)


def zone_areas(result: Result, zones: ElementZones, lang: str = "zh", *, filled: bool = True) -> Areas:
    """Return zones of one element by sub-type, in the coordinate system of the units.

    ``filled`` is for a sheet they have for themselves; over other colours they are outline and hatch.
    """
    theme = f"zones.{zones.element}"
    legend = code_legend(look_of(result.study), theme, zones.frame["subtype"], lang)
    return Areas(
        theme=theme,
        title=legend.title,
        shapes=project(zones.geometries, zones.crs, result.units.crs),
        keys=legend.keys,
        entries=legend.entries,
        filled=filled,
    )


def cells_of(look: Look, densities: Densities, theme: str, lang: str = "zh") -> Cells:
    """Return cells classed by the limits of a theme; cells without data draw nothing.

    The number of an entry counts cells.
    """
    limits = look.class_limits(theme)
    places = _places(limits, densities.values)
    shown = [place for place in reversed(range(len(limits))) if (places == place).any()]
    classes = np.full(places.shape, -1, dtype=np.int16)
    entries = []
    for number, place in enumerate(shown):
        chosen = places == place
        classes[chosen] = number
        entries.append(replace(_range(place, limits[place], lang), count=int(chosen.sum())))
    unit = unit_text(limits[0].unit, lang)
    title = _title(theme, lang)
    return Cells(theme=theme, title=title, unit=unit, grid=densities.grid, classes=classes, entries=tuple(entries))


def emitter_table(result: Result) -> pd.DataFrame:
    """Return located emitters of the year nearest to the base year: one row per enterprise and place, largest first.

    Columns ``emitter, x, y, name, sector, CO2, year``; x and y in the coordinate system of the units, CO2 in t yr-1
    (NaN: not known).
    """
    columns = ["emitter", "x", "y", "name", "sector", "CO2", "year"]
    if result.emitters is None or not len(result.emitters):
        return pd.DataFrame(columns=columns)
    frame = result.emitters.frame
    base = result.study.years.base
    year = min((int(year) for year in frame["year"].unique()), key=lambda year: (abs(year - base), year))
    frame = frame[frame["year"] == year]
    points = project(np.asarray(frame.geometry), result.emitters.crs, result.units.crs)
    mass = frame["CO2"] if "CO2" in frame else pd.Series(np.nan, index=frame.index)
    flat = pd.DataFrame(
        {"emitter": frame["emitter"].astype(str), "x": shapely.get_x(points), "y": shapely.get_y(points)}
    ).assign(name=frame["name"].astype(str), sector=frame["sector"].astype(str), CO2=mass, year=year)
    flat = flat[np.isfinite(flat["x"]) & np.isfinite(flat["y"])]
    grouped = flat.groupby(["emitter", "x", "y"], sort=True)
    table = grouped[["name", "sector", "year"]].first().assign(CO2=grouped["CO2"].sum(min_count=1)).reset_index()
    order = ["CO2", "emitter", "x", "y"]
    ranked = table.sort_values(order, ascending=[False, True, True, True], kind="stable", na_position="last")
    found: pd.DataFrame = ranked[columns].reset_index(drop=True)
    return found


def emitter_points(result: Result, table: pd.DataFrame, lang: str = "zh") -> Points:
    """Return rows of :func:`emitter_table` as points whose class and size follow their CO2."""
    legend = value_legend(look_of(result.study), "emitter.CO2", table["CO2"].to_numpy(dtype=np.float64), lang)
    return Points(
        theme=legend.theme,
        title=legend.title,
        unit=legend.unit,
        places=table[["x", "y"]].to_numpy(dtype=np.float64),
        keys=legend.keys,
        entries=tuple(_sized(entry) for entry in legend.entries),
    )


def short_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Return codes without what all of them begin with (at most ``ZH`` and six digits, cut after a pair).

    Examples
    --------
    >>> short_codes(["ZH35058210001", "ZH35058220001"]), short_codes(["ZH35058210001"])
    (('10001', '20001'), ('10001',))
    """
    if not codes:
        return ()
    first, last = min(codes), max(codes)
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    cut = min(same, _PREFIX, len(first) - 1)
    cut -= cut % 2
    return tuple(code[cut:] for code in codes)


def _title(theme: str, lang: str) -> str:
    group = theme.partition(".")[0] if theme.startswith("density.") else theme
    return say(f"plate.legend.{group}", lang)


def _places(limits: Sequence[ClassLimit], values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the class of each value, -1 for no data and for what no class holds."""
    places = np.full(values.shape, -1, dtype=np.int64)
    for place, limit in enumerate(limits):
        places[(values >= limit.lower) & (values < limit.upper)] = place
    return places


def _present(entries: Sequence[Entry], keys: Sequence[str]) -> tuple[Entry, ...]:
    counts = Counter(keys)
    return tuple(replace(entry, count=counts[entry.key]) for entry in entries if counts[entry.key])


def _entry(one: Symbol, lang: str) -> Entry:
    return Entry(one.code, one.label(lang), one.fill, one.outline, one.hatch)


def _range(place: int, limit: ClassLimit, lang: str) -> Entry:
    return Entry(f"{place:02d}", limits_text(limit, lang), limit.fill, limit.outline)


def limits_text(limit: ClassLimit, lang: str) -> str:
    """Return the limits; negative ones with a true minus, and a word between them instead of another dash."""
    if limit.lower >= 0 or (limit.upper >= 0 and math.isinf(limit.lower)):
        return limit.label(lang)
    lower, upper = (f"{edge:,g}".replace("-", _MINUS) for edge in (limit.lower, limit.upper))
    key = "plate.range.below" if math.isinf(limit.lower) else "plate.range"
    return say(key, lang, lower=lower, upper=upper)


def _sized(entry: Entry) -> Entry:
    """Return the entry with the diameter of its class; a mass that is not known is drawn small."""
    size = _SIZES[0] if entry.key == _NO_DATA else _SIZES[min(int(entry.key), len(_SIZES) - 1)]
    return replace(entry, size=size)
