"""The points that the tables give: one per row, in CGCS2000 as far as the row says what its coordinates are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from zoning.crs import GEOD, as_crs, transformer
from zoning.crs.gcj02 import SHIFTS, from_shifted
from zoning.departments import DepartmentTables
from zoning.errors import CrsError
from zoning.inventory.linkage.addresses import normalise_address, town_of
from zoning.inventory.linkage.evidence import Listing, listings
from zoning.inventory.rows import Row, rows_of
from zoning.messages import fault
from zoning.tables import numbers

__all__ = ["METHODS", "Point", "metres", "read_points", "written"]

METHODS = {"GCJ-02": "gcj02", "BD-09": "bd09"}
"""Shifted system → how a place taken from it is called."""

_DEGREES = CRS.from_epsg(4490)
_SAME = {"CGCS2000", "WGS84", "EPSG:4490", "EPSG:4326"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point that a row gives.

    Attributes
    ----------
    ref, enterprise, table, name : str
    rank : int
        How much the table's places are worth; 1 is best.
    operating : bool
        The table says where an enterprise operates, not where it is registered.
    counts : bool
        False for a row that repeats another.
    written : tuple of float
        lon, lat as the table has them.
    place : tuple of float
        lon, lat in CGCS2000, so far as it is known.
    datum : str
        As the row says, else as the study says of all tables.
    method : str
        ``stated, gcj02, bd09``.
    fault : str
        ``zero`` (0 for a coordinate), ``swapped`` (axes), ``datum`` (no exact shift), ``globe`` (not on Earth), ''.
    address, town : str
        Normalised.
    """

    ref: str
    enterprise: str
    table: str
    name: str
    rank: int
    operating: bool
    counts: bool
    written: tuple[float, float]
    place: tuple[float, float]
    datum: str
    method: str = "stated"
    fault: str = ""
    address: str = ""
    town: str = ""


def written(pair: tuple[float, float]) -> str:
    """Return a place as text.

    Examples
    --------
    >>> written((118.6, 24.8))
    '118.600000, 24.800000'
    """
    return f"{pair[0]:.6f}, {pair[1]:.6f}"


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the geodesic distance of two places (lon, lat) in metres.

    Examples
    --------
    >>> round(metres((118.6, 24.8), (118.6, 24.801)), 1)
    110.8
    """
    return float(GEOD.inv(*one, *other)[2])


def read_points(tables: DepartmentTables, links: pd.DataFrame, crs: str) -> dict[str, list[Point]]:
    """Return the points of every enterprise.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise, counts``.
    crs : str
        Coordinate system of rows that do not say: a name of pyproj, or ``GCJ-02`` or ``BD-09``.

    Returns
    -------
    dict
        Enterprise → points sorted by row; rows without coordinates are left out, those with 0 are kept as faults.

    Raises
    ------
    CrsError
        If ``crs`` is unknown, projected or has no exact shift.
    """
    columns = ["ref", "enterprise", "counts"]
    rows = tables.firms.merge(links[columns], on="ref").sort_values("ref", kind="stable")
    _require_degrees(crs)
    rows = rows[np.isfinite(rows["lon"]) & np.isfinite(rows["lat"])].reset_index(drop=True)
    datums = [str(datum) or crs for datum in rows["datum"]]
    pairs = rows[["lon", "lat"]].to_numpy(dtype="float64", copy=True)
    faults = _faults(pairs)
    pairs[faults == "swapped"] = pairs[faults == "swapped"][:, ::-1]
    places, unknown = _to_degrees(pairs, datums, crs)
    faults[(faults != "zero") & unknown] = "datum"
    faults[(faults == "") & ((np.abs(places[:, 0]) > 180) | (np.abs(places[:, 1]) > 90))] = "globe"
    kinds, found = listings(), defaultdict(list)
    for at, row in enumerate(rows_of(rows)):
        found[str(row["enterprise"])].append(_point(row, datums[at], str(faults[at]), places[at], kinds))
    return dict(found)


def _require_degrees(crs: str) -> None:
    """Refuse a projected system: what the readers give are degrees, and as metres they lie somewhere off Africa."""
    if crs not in SHIFTS and not as_crs(crs).is_geographic:
        raise fault(CrsError, "crs.degrees", crs=crs)


def _point(row: Row, datum: str, fault: str, place: NDArray[np.float64], kinds: Mapping[str, Listing]) -> Point:
    table, listing = str(row["table"]), kinds.get(str(row["table"]))
    return Point(
        ref=str(row["ref"]),
        enterprise=str(row["enterprise"]),
        table=table,
        name=str(row["name"]).strip(),
        rank=listing.place_rank if listing else len(kinds) + 1,
        operating=bool(listing and listing.operating),
        counts=bool(row["counts"]),
        written=(float(str(row["lon"])), float(str(row["lat"]))),
        place=(float(place[0]), float(place[1])),
        datum=datum,
        method=METHODS.get(datum, "stated"),
        fault=fault,
        address=normalise_address(str(row["address"])),
        town=town_of(str(row["address"]), str(row["town"])),
    )


def _faults(pairs: NDArray[np.float64]) -> NDArray[np.object_]:
    limits = numbers("thresholds")
    faults = np.full(len(pairs), "", dtype=object)
    lon, lat = pairs.T if len(pairs) else (np.empty(0), np.empty(0))
    swapped = (limits["china_lon_low"] <= lat) & (lat <= limits["china_lon_high"])
    swapped &= (limits["china_lat_low"] <= lon) & (lon <= limits["china_lat_high"])
    faults[swapped] = "swapped"
    faults[(lon == 0) | (lat == 0)] = "zero"
    return faults


def _to_degrees(
    pairs: NDArray[np.float64], datums: Sequence[str], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return places in CGCS2000 and which of them are in a system that has no exact shift."""
    places, unknown = pairs.copy(), np.zeros(len(pairs), dtype=bool)
    systems = np.array(datums, dtype=object)
    for datum in sorted(set(datums)):
        rows = systems == datum
        if datum in SHIFTS:
            places[rows] = from_shifted(pairs[rows], SHIFTS[datum])
        elif datum == crs and datum not in _SAME:
            places[rows] = np.column_stack(transformer(as_crs(datum), _DEGREES).transform(*pairs[rows].T))
        elif datum not in _SAME:
            unknown |= rows
    return places, unknown
