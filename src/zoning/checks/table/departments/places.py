"""Coordinates of department tables: decimal degrees or angles, what is none of either, swapped axes, zeros."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from zoning.checks.table.amounts import number
from zoning.checks.table.coordinates import degrees, suggestion
from zoning.checks.table.departments.sheets import Sheet, listed_rows
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import numbers

__all__ = ["places_of", "swapped_axes"]

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_MARKS = ("°", "′", "″")
_PAIR = re.compile(r"\s*[,，;；/、\s]\s*")


def places_of(sheet: Sheet) -> tuple[list[float], list[float], list[Finding]]:
    """Return coordinates in degrees as the table has them; what can be no coordinate is set aside and named.

    Returns
    -------
    (list of float, list of float, list of Finding)
        Longitude and latitude of every row, NaN where there is none.
    """
    if not {"lon", "lat"} & set(sheet.columns) and "lonlat" not in sheet.columns:
        nothing = [math.nan] * len(sheet.rows)
        return nothing, list(nothing), []
    lon_texts, lat_texts = sheet.texts("lon"), sheet.texts("lat")
    if "lonlat" in sheet.columns and "lon" not in sheet.columns:
        pairs = [[*_PAIR.split(text.strip()), ""][:2] if text else ["", ""] for text in sheet.texts("lonlat")]
        lon_texts, lat_texts = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    lon, angles, bad = _angles(sheet, "lon", _of_parts(sheet, "lon", lon_texts))
    lat, more, worse = _angles(sheet, "lat", _of_parts(sheet, "lat", lat_texts))
    unread = {found.row for found in (*bad, *worse)}
    for place, record in enumerate(sheet.rows):
        if record.row in unread:
            lon[place] = lat[place] = math.nan
    lon, lat, faults = _plausible(sheet, lon, lat)
    return lon, lat, [*_said_once(sheet, sorted({*angles, *more})), *bad, *worse, *faults]


def _of_parts(sheet: Sheet, name: str, texts: Sequence[str]) -> Sequence[str]:
    """Return degrees, minutes and seconds of three columns as one angle, as it would stand in one cell."""
    if f"{name}_minutes" not in sheet.columns:
        return texts
    parts = zip(texts, sheet.texts(f"{name}_minutes"), sheet.texts(f"{name}_seconds"), strict=True)
    return ["".join(f"{part}{mark}" for part, mark in zip(cell, _MARKS, strict=True) if part) for cell in parts]


def _angles(sheet: Sheet, name: str, texts: Sequence[str]) -> tuple[list[float], list[int], list[Finding]]:
    """Coordinates of a column, places of those written as angles, and warnings on those that are none of either."""
    values: list[float] = []
    angles: list[int] = []
    findings = []
    for place, text in enumerate(texts):
        try:
            at = float(text) if _PLAIN.fullmatch(text) else number(text)
        except ValueError:
            angle = degrees(text)
            if angle is None:
                where = sheet.at(name, sheet.rows[place], text)
                meant = suggestion(text)
                hint = f"{meant:.6f}" if meant is not None else "—"
                findings.append(finding("POINT_FORMAT", "aside", severity=Severity.WARNING, where=where, degrees=hint))
            else:
                angles.append(place)
            at = math.nan if angle is None else angle
        values.append(at)
    return values, angles, findings


def _said_once(sheet: Sheet, places: Sequence[int]) -> list[Finding]:
    if not places:
        return []
    record = sheet.rows[places[0]]
    where = sheet.at("lon", record)
    return [finding("POINT_FORMAT", "angles", severity=Severity.INFO, where=where, count=len(places))]


def _plausible(
    sheet: Sheet, lon: Sequence[float], lat: Sequence[float]
) -> tuple[list[float], list[float], list[Finding]]:
    """Set aside zeros and what lies nowhere on the globe; turn back axes that are swapped beyond doubt."""
    lons, lats = list(lon), list(lat)
    found: dict[str, list[int]] = {}
    for place, (x, y) in enumerate(zip(lon, lat, strict=True)):
        key = _wrong(x, y)
        if not key:
            continue
        found.setdefault(key, []).append(place)
        lons[place], lats[place] = (y, x) if key == "turned" else (math.nan, math.nan)
    return lons, lats, [_placed(sheet, key, places, (lon, lat)) for key, places in sorted(found.items())]


def _wrong(x: float, y: float) -> str:
    """Return what is wrong about a pair of coordinates, '' if nothing is or there is none."""
    if math.isnan(x) or math.isnan(y):
        return "" if math.isnan(x) and math.isnan(y) else "half"
    if x == 0 or y == 0:
        return "zero"
    if swapped_axes(x, y):
        return "turned"
    return "globe" if abs(x) > 180 or abs(y) > 90 else ""


def swapped_axes(x: float, y: float) -> bool:
    """Tell whether only the other order of two numbers lies in China, as longitude and latitude.

    Examples
    --------
    >>> swapped_axes(24.6, 118.6), swapped_axes(118.6, 24.6)
    (True, False)
    """
    return _inside(y, "lon") and _inside(x, "lat") and not _inside(x, "lon")


def _inside(at: float, axis: str) -> bool:
    limits = numbers("thresholds")
    return limits[f"china_{axis}_low"] <= at <= limits[f"china_{axis}_high"]


def _placed(sheet: Sheet, key: str, places: Sequence[int], at: tuple[Sequence[float], Sequence[float]]) -> Finding:
    first = sheet.rows[places[0]]
    shown = "；".join(f"{at[0][place]:.10g}, {at[1][place]:.10g}" for place in places[:5])
    where = sheet.where("lon") | {"row": first.row, "value": shown}
    rows = listed_rows([sheet.rows[place] for place in places])
    names = "、".join(sheet.rows[place].text("name") for place in places[:5])
    code = "POINT_AXES_SWAPPED" if key == "turned" else "POINT_OUTSIDE"
    slots = {"count": len(places), "rows": rows, "name": names}
    return finding(code, f"department_{key}", severity=Severity.WARNING, where=where, **slots)
