"""协同: 双高 cells, zones whose requirements are proposed to change, and how marked the synergy of zones is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import M2_PER_KM2, Setting, threshold_text
from zoning.cartography.layers import code_legend, value_legend, zone_areas
from zoning.cartography.model import Areas, Panel
from zoning.cartography.themes import nearest_year
from zoning.crs import as_crs, geodesic_area, project
from zoning.indicators.zones import zone_synergy
from zoning.supports import ElementZones
from zoning.symbology.figures import number, share
from zoning.tables import read
from zoning.vocab import label

__all__ = ["double_high", "hot_cells", "synergy_of_zones", "zone_changes"]

_PLACE = "EPSG:4490"
_TYPE = "type:"
_AIR = "air"
_KEY_CLASS = "2"  # class digit of key zones
_SYNERGY = (_AIR, "energy")  # elements whose zones are about the loads that are compared


def hot_cells(setting: Setting) -> pd.DataFrame:
    """Return the 双高 cells of the inventory, in its order; empty without an inventory."""
    inventory = setting.result.inventory
    return pd.DataFrame() if inventory is None else inventory.evaluation.get("double_high_cells", pd.DataFrame())


def double_high(setting: Setting) -> tuple[Plate, ...]:
    """Return the map of cells by the share at which they are double high, with their table."""
    table = hot_cells(setting)
    codes = np.select(
        [table["double_high_low"].astype(bool), table["double_high"].astype(bool),
         table["double_high_high"].astype(bool)], ["STRICT", "HIGH", "WIDE"], "NONE",
    )  # fmt: skip
    areas = _cells(setting, table, codes, "double_high")
    hot = table[table["double_high"].astype(bool)]
    side = float(table["side_m"].iloc[0])
    whole = {name: float(table[name].sum()) for name in ("CO2", "AP_eq")}
    note = setting.say(
        "plate.note.double_high", count=len(hot), cells=len(table), side=f"{side:,.0f}",
        co2=_share(float(hot["CO2"].sum()), whole["CO2"], setting.lang),
        ap=_share(float(hot["AP_eq"].sum()), whole["AP_eq"], setting.lang),
    )  # fmt: skip
    thresholds = tuple(threshold_text(setting, name) for name in ("double_high_share", "double_high_cell"))
    plate = setting.plate(
        "double_high",
        "synergy",
        [setting.panel(areas, setting.plain_outlines)],
        subtitle=setting.say("plate.subtitle.double_high", year=setting.result.study.years.base, side=f"{side:,.0f}"),
        notes=(note, *thresholds),
        sources=_inventory_source(setting),
        tables=(_cell_table(setting, hot), _emitter_table(setting)),
    )
    return (plate,)


def zone_changes(setting: Setting) -> tuple[Plate, ...]:
    """Return the map of zones whose requirements drafts would change, with the hot cells outside key air zones."""
    changed = _changed_types(setting)
    touched = [zones for zones in setting.result.zones if set(zones.frame["subtype"].astype(str)) & set(changed)]
    rows = [row for zones in touched for row in _change_rows(setting, zones, changed)]
    hot = _hot(setting)
    inside = _in_key_zone(setting, hot)
    panels = [_change_panel(setting, zones, changed, (hot, inside)) for zones in touched]
    found = setting.say("plate.note.zone_changes", types=len(changed))
    if len(hot) and any(zones.element == _AIR for zones in setting.result.zones):
        found += setting.say("plate.note.zone_changes.hot", hot=len(hot), outside=int((~inside).sum()))
    header = tuple(setting.say(f"plate.column.{name}") for name in ("subtype", "zones", "km2", "drafts", "text"))
    plate = setting.plate(
        "zone_changes",
        "synergy",
        panels,
        subtitle=setting.say("plate.subtitle.zone_changes"),
        notes=(found, setting.say("plate.note.boundaries")),
        sources=(*_zone_source(setting), *setting.list_source),
        tables=(Table(setting.say("plate.table.zone_changes"), header, tuple(rows), frozenset({1, 2, 3})),),
    )
    return (plate,)


def synergy_of_zones(setting: Setting) -> tuple[Plate, ...]:
    """Return a sheet per element: concentration of CO2 and of AP_eq by zone, and which zones are marked."""
    layers = [zones for zones in _first_of_each(setting.result.zones) if zones.element in _SYNERGY]
    return tuple(plate for zones in layers for plate in _zone_synergy(setting, zones))


def _zone_synergy(setting: Setting, zones: ElementZones) -> tuple[Plate, ...]:
    year = nearest_year(setting.result.ledger, "CO2", setting.result.study.years.base)
    if year is None:
        return ()
    limits = {name: setting.result.study.threshold(f"zone_marked_{name}") for name in ("load", "co2")}
    table = zone_synergy(
        setting.result.ledger, zones.element, year, least_load=limits["load"], least_co2=limits["co2"]
    ).set_index("zone")
    if table.empty:
        return ()
    own = table.reindex([str(code) for code in zones.frame["code"]])
    shapes = project(zones.geometries, zones.crs, setting.crs)
    panels = [
        setting.panel(
            _by_value(setting, shapes, own[f"{name}_concentration"]), setting.plain_outlines,
            title=setting.say(f"plate.panel.concentration.{name}"),
        )
        for name in ("co2", "ap")
    ]  # fmt: skip
    codes = ["UNKNOWN" if pd.isna(one) else "MARKED" if one else "UNMARKED" for one in own["marked"]]
    marks = _by_code(setting, shapes, codes, "zone_mark")
    panels.append(setting.panel(marks, setting.plain_outlines, title=setting.say("plate.panel.marked")))
    element = label(zones.element, setting.lang)
    note = setting.say(
        "plate.note.zone_synergy", element=element, count=len(table), marked=codes.count("MARKED"), year=year
    )
    plate = setting.plate(
        "zone_synergy",
        "synergy",
        panels,
        id=f"zone_synergy.{zones.element}",
        title=setting.say("sheet.zone_synergy.of", element=element),
        subtitle=setting.say("plate.subtitle.zone_synergy", year=year),
        notes=(
            note, setting.say("plate.note.marked"), *(threshold_text(setting, f"zone_marked_{one}") for one in limits),
        ),
        sources=(*_zone_source(setting), *setting.unit_source),
        tables=(_synergy_table(setting, table, zones),),
    )  # fmt: skip
    return (plate,)


def _synergy_table(setting: Setting, table: pd.DataFrame, zones: ElementZones) -> Table:
    names = dict(zip(zones.frame["code"].astype(str), zones.frame["name"].astype(str), strict=True))
    columns = ("area_share", "co2_share", "ap_share", "ap_located_share", "co2_concentration", "ap_concentration",
               "common_origin", "difference")  # fmt: skip
    keys = ("zone", "zone_name", "subtype", *columns, "marked")
    rows = []
    for code, row in table.iterrows():
        shares = [share(float(row[name]), setting.lang) for name in columns[:4]]
        figures = [number(float(row[name]), setting.lang) for name in columns[4:]]
        marked = "unknown" if pd.isna(row["marked"]) else "yes" if row["marked"] else "no"
        head = (str(code), names.get(str(code), ""), label(str(row["subtype"]), setting.lang))
        rows.append((*head, *shares, *figures, setting.say(f"plate.marked.{marked}")))
    header = tuple(setting.say(f"plate.column.{key}") for key in keys)
    return Table(setting.say("plate.table.zone_synergy"), header, tuple(rows), frozenset(range(3, 11)))


def _first_of_each(layers: Iterable[ElementZones]) -> list[ElementZones]:
    """Return the first layer of zones of each element: the ledger knows the fragments by element."""
    found: dict[str, ElementZones] = {}
    for zones in layers:
        found.setdefault(zones.element, zones)
    return list(found.values())


def _by_value(setting: Setting, shapes: NDArray[np.object_], values: pd.Series) -> Areas:
    legend = value_legend(setting.look, "concentration", values.to_numpy(dtype=np.float64), setting.lang)
    return Areas(theme=legend.theme, title=legend.title, shapes=shapes, keys=legend.keys, entries=legend.entries)


def _by_code(setting: Setting, shapes: NDArray[np.object_], codes: Iterable[str], theme: str) -> Areas:
    legend = code_legend(setting.look, theme, codes, setting.lang)
    return Areas(theme=theme, title=legend.title, shapes=shapes, keys=legend.keys, entries=legend.entries)


def _cells(setting: Setting, table: pd.DataFrame, codes: NDArray[np.str_], theme: str) -> Areas:
    """Return square cells around their centres, in the plane of the units."""
    points = np.asarray(gpd.points_from_xy(table["lon"], table["lat"]), dtype=object)
    places = project(points, as_crs(_PLACE), setting.crs)
    x, y, half = shapely.get_x(places), shapely.get_y(places), table["side_m"].to_numpy(dtype=np.float64) / 2
    if setting.crs.is_geographic:
        half = half / 111_320.0
    squares = np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)
    return _by_code(setting, squares, [str(code) for code in codes], theme)


def _changed_types(setting: Setting) -> dict[str, list[str]]:
    """Return zone sub-type → texts of the drafts of first rank that are set for it."""
    found: dict[str, list[str]] = {}
    for draft in setting.result.drafts:
        if draft.level == "zone" and draft.rank == 1 and draft.code.startswith(_TYPE):
            found.setdefault(draft.code.removeprefix(_TYPE), []).append(draft.text)
    return found


def _change_panel(
    setting: Setting, zones: ElementZones, changed: Collection[str], cells: tuple[pd.DataFrame, NDArray[np.bool_]]
) -> Panel:
    """Return the zones of one layer: those with drafts in the colour of their type, the others as kept."""
    own = zones.frame["subtype"].astype(str).isin(list(changed)).to_numpy()
    whole = zone_areas(setting.result, zones, setting.lang)
    keys = [key if drafted else "" for key, drafted in zip(whole.keys, own, strict=True)]
    entries = tuple(replace(one, count=keys.count(one.key)) for one in whole.entries if one.key in keys)
    layers = [replace(whole, shapes=whole.shapes[own], keys=tuple(key for key in keys if key), entries=entries)]
    if not own.all():
        layers.insert(0, _by_code(setting, whole.shapes[~own], ["KEPT"] * int((~own).sum()), "zone_change"))
    hot, inside = cells
    if zones.element == _AIR and len(hot):
        layers.append(_cells(setting, hot, np.where(inside, "INSIDE", "OUTSIDE"), "hot_cell"))
    title = setting.say(f"plate.legend.zones.{zones.element}")
    return setting.panel(*layers, setting.plain_outlines, title=title)


def _change_rows(setting: Setting, zones: ElementZones, changed: dict[str, list[str]]) -> list[tuple[str, ...]]:
    km2 = geodesic_area(zones.geometries, zones.crs) / M2_PER_KM2
    subtypes = zones.frame["subtype"].astype(str).to_numpy()
    rows: list[tuple[str, ...]] = []
    for subtype in sorted(set(subtypes) & set(changed)):
        own = subtypes == subtype
        first = (label(subtype, setting.lang), str(int(own.sum())), number(float(km2[own].sum()), setting.lang))
        texts = changed[subtype]
        rows += [(*first, str(len(texts)), texts[0]), *(("", "", "", "", text) for text in texts[1:])]
    return rows


def _in_key_zone(setting: Setting, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which cells have their centre in a key air zone."""
    points = np.asarray(gpd.points_from_xy(table["lon"], table["lat"]), dtype=object)
    inside = np.zeros(len(table), dtype=bool)
    for zones in setting.result.zones:
        if zones.element != _AIR:
            continue
        key = zones.geometries[zones.frame["subtype"].astype(str).isin(_key_subtypes()).to_numpy()]
        places = project(points, as_crs(_PLACE), zones.crs)
        inside[shapely.STRtree(places).query(key, predicate="intersects")[1]] = True
    return inside


@cache
def _key_subtypes() -> frozenset[str]:
    return frozenset(row["code"] for row in read("zone_vocab") if row["class_digit"] == _KEY_CLASS)


def _hot(setting: Setting) -> pd.DataFrame:
    table = hot_cells(setting)
    return table[table["double_high"].astype(bool)] if len(table) else pd.DataFrame({"lon": [], "lat": []})


def _cell_table(setting: Setting, hot: pd.DataFrame) -> Table:
    header = tuple(setting.say(f"plate.column.{name}") for name in ("cell", "lon", "lat", "emitters", "co2", "ap"))
    rows = [
        (str(row["cell"]), f"{row['lon']:.4f}", f"{row['lat']:.4f}", str(int(row["emitters"])),
         number(float(row["CO2"]), setting.lang), number(float(row["AP_eq"]), setting.lang))
        for row in hot.to_dict("records")
    ]  # fmt: skip
    return Table(setting.say("plate.table.hot_cells"), header, tuple(rows), frozenset(range(1, 6)))


def _emitter_table(setting: Setting) -> Table:
    inventory = setting.result.inventory
    table = pd.DataFrame() if inventory is None else inventory.evaluation.get("double_high", pd.DataFrame())
    hot = table[table["double_high"].astype(bool)] if len(table) else table
    header = tuple(setting.say(f"plate.column.{name}") for name in ("enterprise", "unit", "co2", "ap"))
    rows = [
        (str(row["name"]), str(row["unit"] or "—"), number(float(row["CO2"]), setting.lang),
         number(float(row["AP_eq"]), setting.lang))
        for row in hot.to_dict("records")
    ]  # fmt: skip
    return Table(setting.say("plate.table.hot_emitters"), header, tuple(rows), frozenset({2, 3}))


def _share(part: float, whole: float, lang: str) -> str:
    return share(part / whole if whole > 0 else float("nan"), lang)


def _inventory_source(setting: Setting) -> tuple[str, ...]:
    inventory = setting.result.study.inventory
    return setting.source("emitters", *(table.source for table in inventory.tables)) if inventory else ()


def _zone_source(setting: Setting) -> tuple[str, ...]:
    return setting.source("zones", *(one.source for one in setting.result.study.zones))
