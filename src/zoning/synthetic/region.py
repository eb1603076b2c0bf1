"""A whole invented region as values, from a number of units and a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from zoning.supports import ControlUnits, ElementZones, Emitters
from zoning.synthetic.access_lists import city_list, unit_list
from zoning.synthetic.comments import comments
from zoning.synthetic.emitters import firms
from zoning.synthetic.grids import Grids, grids
from zoning.synthetic.later_list import Later, later_list
from zoning.synthetic.layout import PROVINCE, Layout, layout
from zoning.synthetic.list_faults import plant
from zoning.synthetic.plan import plan
from zoning.synthetic.projects import overrides, projects
from zoning.synthetic.targets import lagging_county, targets
from zoning.synthetic.truth import Truth, truth
from zoning.synthetic.zones import ZoneMap, zone_word, zones

__all__ = ["YEAR", "SyntheticRegion", "region"]

YEAR = 2020
_LISTED = ("code", "name", "unit_class", "province", "city", "county", "subtypes")  # what a list says of a unit


@dataclass(frozen=True)
class SyntheticRegion:
    """An invented coastal city, complete: what a study folder holds, as values, and the answers planted in it.

    Attributes
    ----------
    name, admin_code : str
        Fictitious city and code (99 belongs to no province).
    seed, year : int
        Seed it was drawn from; year of all its data.
    units : ControlUnits
        EPSG:4549, gap-free; ``code, name, unit_class, admin_code, province, city, county, subtypes,
        declared_area_km2, note``.
    counties : GeoDataFrame
        ``code, name``, EPSG:4549; units add up to them.
    zones : dict element → ElementZones
        ``air`` and ``water`` partition the land, ``ecology`` and ``energy`` (no-burn) lie on parts of it; EPSG:4490.
    emitters : Emitters
        Enterprise × fuel or process, t/yr, EPSG:4490; ``fuel_zh`` is what a file would say.
    grids : Grids
        Emission fields, residuals and the CO2 total.
    targets, projects, overrides : DataFrame
        Tables of the study.
    unit_list, city_list : DataFrame
        Clauses with what was planted in them.
    list_faults : dict
        Finding code → unit in whose list that fault was planted.
    later : Later
        A later version of the list of units, and what was done to come to it.
    comments : DataFrame
        Comments of departments, and the clause each means.
    truth : Truth
        What an engine has to find.
    layout : Layout
        The ground it stands on.
    """

    name: str
    admin_code: str
    seed: int
    year: int
    units: ControlUnits
    counties: gpd.GeoDataFrame
    zones: Mapping[str, ElementZones]
    emitters: Emitters
    grids: Grids
    targets: pd.DataFrame
    projects: pd.DataFrame
    overrides: pd.DataFrame
    unit_list: pd.DataFrame
    city_list: pd.DataFrame
    list_faults: Mapping[str, str]
    later: Later
    comments: pd.DataFrame
    truth: Truth
    layout: Layout


def region(
    *, units: int = 80, seed: int = 1, unit_km2: float = 35.0, cell: float = 0.01, shared_proxy: bool = False
) -> SyntheticRegion:
    """Return an invented region with planted answers; the same arguments give the same region, bit by bit.

    Parameters
    ----------
    units : int
        Control units, 5 or more. One county for about twenty of them.
    seed : int
        Draws everything: land, borders, emitters, lists.
    unit_km2 : float
        Mean area of a unit.
    cell : float
        Cell of the emission grids, degrees.
    shared_proxy : bool
        True makes every grid layer one proxy times a constant, with nothing located in it: any association between two
        layers is then an artefact. Emitters are given all the same and are not contained in the grids.

    Raises
    ------
    ValueError
        If there are fewer than 5 units, or an area or cell is not positive.

    Examples
    --------
    >>> city = region(units=8, seed=3)
    >>> len(city.units), city.units.codes[0], sorted(city.zones)
    (8, 'ZH99010110001', ['air', 'ecology', 'energy', 'water'])
    >>> sorted(set(city.truth.planted))
    ['R1', 'R2a', 'R3', 'R8', 'S1', 'S2']
    """
    if units < 5 or unit_km2 <= 0 or cell <= 0:
        raise ValueError(f"units ≥ 5, unit_km2 > 0, cell > 0 needed, got {units}, {unit_km2}, {cell}")
    land = layout(units, seed, unit_km2)
    maps = zones(land, seed)
    part = plan(land, maps, seed)
    works = firms(land, maps, part, seed, YEAR)
    if shared_proxy:
        works = works.outside_grids()
    planned = projects(land, part, seed)
    lagging = lagging_county(land, works, part)
    answers = truth(land, part, works, planned, lagging)
    cells = grids(land, part, works, seed, cell, shared_proxy=shared_proxy)
    layer = _units(land, maps)
    clauses, faults = plant(unit_list(land, works, part, seed), land, part)
    return SyntheticRegion(
        name=land.city[1],
        admin_code=land.city[0],
        seed=seed,
        year=YEAR,
        units=layer,
        counties=_counties(land),
        zones={element: one.zones for element, one in maps.items()},
        emitters=works.emitters,
        grids=cells,
        targets=targets(land, works, cells, lagging),
        projects=planned,
        overrides=overrides(land, part),
        unit_list=clauses,
        city_list=city_list(),
        list_faults=faults,
        later=later_list(layer.frame[list(_LISTED)], clauses, land, part),
        comments=comments(layer.frame[list(_LISTED)], clauses),
        truth=answers,
        layout=land,
    )


def _units(land: Layout, maps: Mapping[str, ZoneMap]) -> ControlUnits:
    shapes = land.layer(land.unit_of)
    county = [land.counties[int(one)] for one in land.unit_county]
    frame = gpd.GeoDataFrame(
        {
            "code": land.codes,
            "name": land.names,
            "unit_class": land.classes,
            "admin_code": [code for code, _ in county],
            "province": PROVINCE,
            "city": land.city[1],
            "county": [name for _, name in county],
            "subtypes": _subtypes(land, maps),
            "declared_area_km2": shapes.area.round(-2).to_numpy() / 1e6,
            "note": "示例单元，虚构",
        },
        geometry=shapes.to_numpy(),
        crs=shapes.crs,
    )
    return ControlUnits(frame)


def _subtypes(land: Layout, maps: Mapping[str, ZoneMap]) -> list[str]:
    """Sub-types that cover a tenth of a unit or more, joined by 、 or ; as both are met with."""
    words: list[list[str]] = [[] for _ in land.codes]
    for element in ("ecology", "water", "air"):
        for code in sorted(set(maps[element].tile_subtype) - {""}):
            share = land.unit_mean((maps[element].tile_subtype == code).astype(float))
            for unit in (share >= 0.1).nonzero()[0]:
                words[unit].append(zone_word(code))
    return [("、" if turn % 2 else ";").join(one) for turn, one in enumerate(words)]


def _counties(land: Layout) -> gpd.GeoDataFrame:
    codes, names = zip(*land.counties, strict=True)
    shapes = land.layer(land.county_of)
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=shapes.to_numpy(), crs=shapes.crs)
