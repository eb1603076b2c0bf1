"""Located emitters on the map: one circle per enterprise, its size by the CO2 of the year the units are coloured by."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from zoning.crs import as_crs, transformer
from zoning.messages import say
from zoning.result import Result
from zoning.symbology.figures import amount, bounds, species_text
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["EmitterLayer", "emitter_layer", "emitter_years"]

_WGS84 = CRS.from_epsg(4326)
_STEPS = ("key_emitter_co2", "tier_b", "tier_a")
_RADII = (3.5, 6.0, 9.0, 12.5)  # pixels: below the first step, from each step on
_UNKNOWN = 3.0
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class EmitterLayer:
    """What the page knows of the emitters.

    Attributes
    ----------
    title, note : str
        Name of the layer; what is not drawn, and what the circles rest on.
    sizes : tuple of mapping
        Legend: ``radius`` (pixels), ``label``, ``known`` (False: CO2 not stated), ``count``.
    points : tuple of mapping
        ``at`` (latitude, longitude), ``radius, known, name, lines`` (pairs of plain texts).
    """

    title: str
    note: str
    sizes: tuple[Mapping[str, Any], ...]
    points: tuple[Mapping[str, Any], ...]


def emitter_years(result: Result) -> tuple[int, ...]:
    """Return the years the emitters have numbers of, the one nearest to the base year first; none without emitters."""
    if result.emitters is None:
        return ()
    years = {int(year) for year in result.emitters.frame["year"]}
    return tuple(sorted(years, key=lambda year: (abs(year - result.study.years.base), year)))


def emitter_layer(result: Result, lang: str = "zh", year: int = 0) -> EmitterLayer | None:
    """Return the emitters of a year, largest first so that small ones lie on top; None without any.

    Without a year those of the year nearest to the base year; sizes have the same limits in every year.
    """
    years = emitter_years(result)
    if result.emitters is None or not years:
        return None
    frame, shown_year = result.emitters.frame, year or years[0]
    table = _enterprises(frame[frame["year"] == shown_year], result.emitters.species)
    most = int(numbers("limits")["page_points"])
    ordered = table.sort_values(["CO2", "emitter"], ascending=[False, True], kind="stable", na_position="last")
    shown = ordered.head(most)
    x, y = transformer(as_crs(frame.crs), _WGS84).transform(shown["x"].to_numpy(), shown["y"].to_numpy())
    points = tuple(
        _point(row, (round(float(lat), _DECIMALS), round(float(lon), _DECIMALS)), result.emitters.species, lang)
        for row, lon, lat in zip(shown.to_dict("records"), x, y, strict=True)
    )
    counted = say("map.emitters.counted" if result.emitters.counted else "map.emitters.context", lang)
    beside = int((table["in_grid"] == "unknown").sum()) if result.emitters.counted else 0
    counted += say("map.emitters.beside", lang, count=beside) if beside else ""
    left = len(table) - len(shown)
    note = counted + (say("map.emitters.left", lang, count=left, shown=most) if left else "")
    title = say("map.emitters", lang, count=len(table), year=shown_year)
    return EmitterLayer(title, note, _sizes(points, lang), points)


def _enterprises(frame: gpd.GeoDataFrame, species: Iterable[str]) -> pd.DataFrame:
    """Return one row per enterprise and place: an enterprise with two sites is two circles."""
    flat = pd.DataFrame(frame.drop(columns=frame.geometry.name)).assign(x=frame.geometry.x, y=frame.geometry.y)
    known = [name for name in species if name in flat]
    grouped = flat.groupby(["emitter", "x", "y"], sort=True)
    sums = grouped[known].sum(min_count=1)
    firsts = grouped[["name", "industry", "sector", "in_grid"]].first()
    fuels = grouped["fuel"].agg(lambda one: sorted({str(fuel) for fuel in one if fuel}))
    table = sums.join(firsts).join(fuels).reset_index()
    return table if "CO2" in table else table.assign(CO2=float("nan"))


def _radius(co2: float) -> float:
    limits = numbers("thresholds")
    return _UNKNOWN if math.isnan(co2) else _RADII[sum(co2 >= limits[name] for name in _STEPS)]


def _point(row: Mapping[Any, Any], at: tuple[float, float], species: Iterable[str], lang: str) -> dict[str, Any]:
    lines = [
        (say("map.emitters.industry", lang), str(row["industry"] or "—")),
        (say("map.emitters.sector", lang), label(str(row["sector"]), lang)),
        (say("map.emitters.fuel", lang), "、".join(label(fuel, lang) for fuel in row["fuel"]) or "—"),
        *((species_text(name), amount(float(row[name]), "t yr-1", lang)) for name in species if name in row),
    ]
    co2 = float(row["CO2"])
    return {"at": at, "radius": _radius(co2), "known": not math.isnan(co2), "name": str(row["name"]), "lines": lines}


def _sizes(points: Iterable[Mapping[str, Any]], lang: str) -> tuple[Mapping[str, Any], ...]:
    limits = numbers("thresholds")
    edges = [0.0, *(limits[name] for name in _STEPS)]
    names = [bounds(low, high, "t yr-1", lang) for low, high in itertools.pairwise(edges)]
    names.append("≥ " + amount(edges[-1], "t yr-1", lang))
    counted = list(points)
    sizes = [
        {
            "radius": radius,
            "label": name,
            "known": True,
            "count": sum(one["radius"] == radius and one["known"] for one in counted),
        }
        for radius, name in zip(_RADII, names, strict=True)
    ]
    unknown = sum(not one["known"] for one in counted)
    missing = {"radius": _UNKNOWN, "label": say("map.emitters.unknown", lang), "known": False, "count": unknown}
    return tuple(one for one in (*reversed(sizes), missing) if one["count"])
