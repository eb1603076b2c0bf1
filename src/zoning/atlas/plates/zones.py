"""分区: the zones of one element on a sheet for themselves."""

from __future__ import annotations

import numpy as np

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import M2_PER_KM2, Setting
from zoning.cartography.layers import zone_areas
from zoning.crs import geodesic_area
from zoning.supports import ElementZones
from zoning.symbology.figures import number

__all__ = ["element_zones"]


def element_zones(setting: Setting, element: str) -> tuple[Plate, ...]:
    """Return a sheet per layer of zones of the element, filled by sub-type, with the borders of the units over it."""
    layers = [zones for zones in setting.result.zones if zones.element == element]
    return tuple(_sheet(setting, zones, place, len(layers)) for place, zones in enumerate(layers, 1))


def _sheet(setting: Setting, zones: ElementZones, place: int, count: int) -> Plate:
    name = f"zones.{zones.element}"
    areas = zone_areas(setting.result, zones, setting.lang)
    km2 = geodesic_area(zones.geometries, zones.crs) / M2_PER_KM2
    keys = np.array(areas.keys, dtype=object)
    rows = tuple(
        (entry.label, str(entry.count), number(float(km2[keys == entry.key].sum()), setting.lang))
        for entry in areas.entries
    )
    header = tuple(setting.say(f"plate.column.{one}") for one in ("subtype", "zones", "km2"))
    declared = [one for one in setting.result.study.zones if one.element == zones.element]
    source = declared[place - 1].source if place <= len(declared) else ""
    title = setting.say(f"sheet.{name}")
    return setting.plate(
        name,
        "zones",
        [setting.panel(areas, setting.plain_outlines)],
        id=name if place == 1 else f"{name}.{place}",
        title=title if count == 1 else setting.say("plate.title.layer", title=title, number=place),
        subtitle=setting.say("plate.subtitle.zones", count=len(zones)),
        notes=(setting.say("plate.note.zones", count=len(zones), kinds=len(areas.entries)),),
        sources=(*setting.source("zones", source), *setting.unit_source),
        tables=(Table(setting.say("plate.table.zones"), header, rows, frozenset({1, 2})),),
    )
