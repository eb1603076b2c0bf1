"""Where every enterprise operates, out of the coordinates that several tables give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.addresses import normalise_address
from zoning.inventory.linkage.evidence import listings
from zoning.inventory.model import Placement
from zoning.inventory.places.choosing import Choice, Sites, choose
from zoning.inventory.places.datums import shift_back
from zoning.inventory.places.points import Point, read_points
from zoning.inventory.places.region import Region
from zoning.inventory.places.sayings import Placed, corrections_of, findings_of
from zoning.inventory.places.townships import mended_by_town, town_middles
from zoning.supports import ControlUnits
from zoning.tables import numbers

__all__ = ["place_enterprises"]

_COLUMNS = ("enterprise", "ref", "method", "datum", "unit", "counts")


def place_enterprises(tables: DepartmentTables, links: pd.DataFrame, units: ControlUnits, crs: str) -> Placement:
    """Place every enterprise at its operating site.

    Coordinates in GCJ-02 or BD-09 are shifted back, also where they do not say so but another table's point shows it.
    The site is what most tables agree on, of points that lie in a control unit and not at a registered office; a tie
    goes to the table that knows best (permits first). A point that only one digit keeps from its township is taken
    with that digit. An enterprise that went into another stands where its successor does.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        As in :class:`zoning.inventory.model.Linkage`.
    units : ControlUnits
    crs : str
        Coordinate system of rows that do not say (``EPSG:4490``, ``GCJ-02`` …).

    Returns
    -------
    Placement
        The same for any order of rows. An enterprise that no table places has no point, no unit, and counts; one
        outside every unit has a point and does not count.

    Raises
    ------
    CrsError
        If ``crs`` is unknown or has no exact shift.
    """
    region = Region(units)
    written = read_points(tables, links, crs)
    points, shifted = shift_back(written)
    every = [one for owned in points.values() for one in owned]
    held = dict(zip((one.ref for one in every), region.units_of([one.place for one in every]), strict=True))
    sites, offices = _sites(tables, links), _offices(every)
    choices = {
        enterprise: choose(points.get(enterprise, ()), held, sites[enterprise], offices)
        for enterprise in sorted(set(links["enterprise"]))
    }
    choices, mended = _mended(choices, region)
    placed = Placed(points, shifted, choices, mended, sites, _successors(links), region)
    return Placement(_frame(placed), findings_of(tables, placed), corrections_of(placed))


def _sites(tables: DepartmentTables, links: pd.DataFrame) -> dict[str, Sites]:
    """Return the addresses of every enterprise, by the tables that know where it operates."""
    rows = tables.firms.merge(links[["ref", "enterprise"]], on="ref")
    kinds = listings()
    operating: dict[str, set[str]] = defaultdict(set)
    registered: dict[str, set[str]] = defaultdict(set)
    columns = ["enterprise", "table", "address", "registered_address"]
    for enterprise, table, address, office in rows[columns].itertuples(index=False):
        if address and table in kinds and kinds[str(table)].operating:
            operating[str(enterprise)].add(normalise_address(str(address)))
        if office:
            registered[str(enterprise)].add(normalise_address(str(office)))
    return {
        str(one): Sites(frozenset(operating[str(one)]), frozenset(registered[str(one)]))
        for one in sorted(set(links["enterprise"]))
    }


def _offices(points: Sequence[Point]) -> frozenset[str]:
    """Return rows whose point many enterprises share to the last digit."""
    shared: dict[tuple[float, float], list[Point]] = defaultdict(list)
    for one in points:
        if one.fault != "zero":
            shared[one.written].append(one)
    least = numbers("thresholds")["cluster_emitters"]
    return frozenset(
        one.ref for owned in shared.values() if len({one.enterprise for one in owned}) >= least for one in owned
    )


def _mended(choices: Mapping[str, Choice], region: Region) -> tuple[dict[str, Choice], dict[str, Point]]:
    """Mend lone points outside by one digit where their township says so; return the points as they were, too."""
    middles, taken, mended = town_middles(choices), dict(choices), {}
    for enterprise, choice in choices.items():
        if choice.point is None or choice.inside:
            continue
        place = mended_by_town(choice.point, region, middles)
        if place is not None:
            mended[enterprise] = choice.point
            taken[enterprise] = Choice(replace(choice.point, place=place), inside=True, aside=choice.aside)
    return taken, mended


def _successors(links: pd.DataFrame) -> dict[str, str]:
    """Return enterprise → the one into which it went at last."""
    into = {str(one): str(other) for one, other in zip(links["enterprise"], links["merged_into"], strict=True) if other}
    last: dict[str, str] = {}
    for enterprise in into:
        at, seen = enterprise, {enterprise}
        while at in into and into[at] not in seen:
            at = into[at]
            seen.add(at)
        if at != enterprise:
            last[enterprise] = at
    return last


def _frame(placed: Placed) -> gpd.GeoDataFrame:
    rows: list[tuple[object, ...]] = []
    shapes: list[shapely.Point | None] = []
    at = {one: choice.point for one, choice in placed.choices.items()}
    for enterprise in placed.choices:
        point = at.get(placed.successors.get(enterprise, enterprise)) or at[enterprise]
        if point is None:
            rows.append((enterprise, "", "none", "", "", True))
            shapes.append(None)
            continue
        unit = placed.region.units_of([point.place])[0]
        rows.append((enterprise, point.ref, point.method, point.datum, unit, bool(unit)))
        shapes.append(shapely.Point(point.place))
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).set_index("enterprise")
    frame["counts"] = frame["counts"].astype("bool")
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs="EPSG:4490"))
