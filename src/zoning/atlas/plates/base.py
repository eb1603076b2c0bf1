"""基础: where the region is and what its counties are; classes of the control units."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import Setting, class_table
from zoning.cartography.layers import code_legend
from zoning.cartography.model import Areas, Entry
from zoning.messages import listed
from zoning.symbology.figures import number
from zoning.tables import numbers

__all__ = ["location", "unit_classes"]


def location(setting: Setting) -> tuple[Plate, ...]:
    """Return the map of counties, as the units give them, with the base layers that the user supplied."""
    names = _county_names(setting)
    counties = _counties(setting, names)
    km2, frame = setting.km2.to_numpy(dtype=np.float64), setting.result.units.frame
    rows = [
        (code, names[code], str(int(own.sum())), number(float(km2[own].sum()), setting.lang))
        for code in names
        for own in [(frame["admin_code"].astype(str) == code).to_numpy()]
    ]
    header = tuple(setting.say(f"plate.column.{name}") for name in ("county_code", "county", "units", "km2"))
    table = Table(setting.say("plate.table.counties"), header, tuple(rows), frozenset({2, 3}))
    supplied = "plate.note.location.base" if setting.result.bases else "plate.note.location.bare"
    study = setting.result.study.study
    plate = setting.plate(
        "location",
        "base",
        [setting.panel(counties, setting.plain_outlines)],
        subtitle=setting.say("plate.subtitle.location", name=study.admin_name or study.name, code=study.admin_code),
        notes=(
            setting.say("plate.note.location", count=len(names), units=len(frame)),
            setting.say(supplied),
        ),
        sources=setting.unit_source + tuple(
            dict.fromkeys(setting.say("plate.source.base", name=one.name, source=one.source or "—")
                          for one in setting.result.bases)
        ),
        tables=(table,),
    )  # fmt: skip
    return (plate,)


def unit_classes(setting: Setting) -> tuple[Plate, ...]:
    """Return the classes of the control units, with their numbers and areas."""
    legend = code_legend(setting.look, "unit_class", setting.result.units.frame["unit_class"], setting.lang)
    plate = setting.plate(
        "unit_class",
        "base",
        [setting.panel(setting.units(legend))],
        subtitle=setting.say("plate.subtitle.units", count=len(legend.keys)),
        notes=(
            setting.say("plate.note.unit_class", count=len(legend.keys), parts=setting.parts(legend)),
            setting.coding,
        ),
        sources=setting.unit_source,
        tables=(class_table(setting, legend, setting.say("plate.table.unit_class")),),
    )
    return (plate,)


def _county_names(setting: Setting) -> dict[str, str]:
    """Return county code → name as the layer of units has it, the code where it has none."""
    frame = setting.result.units.frame
    codes = frame["admin_code"].astype(str)
    if "county" not in frame:
        return {code: code for code in sorted(set(codes))}
    named = frame["county"].fillna("").astype(str).where(lambda text: text != "", codes)
    return {code: min(named[codes == code]) for code in sorted(set(codes))}


def _counties(setting: Setting, names: dict[str, str]) -> Areas:
    """Return the counties in tints; those of one tint, which are no neighbours, share a line of the legend."""
    shapes = np.array([setting.counties[code] for code in names], dtype=object)
    marks = setting.look.symbols("admin")
    few = len(names) <= numbers("limits")["atlas_counties"]
    tints = _tints(shapes, len(marks)) if few else [0] * len(names)
    entries = []
    for tint, mark in enumerate(marks):
        own = [name for name, chosen in zip(names.values(), tints, strict=True) if chosen == tint]
        text = listed(own, setting.lang) if few else mark.label(setting.lang)
        if own:
            entries.append(Entry(mark.code, text, mark.fill, mark.outline, "", len(own)))
    return Areas(
        theme="admin",
        title=setting.say("plate.legend.admin"),
        shapes=shapes,
        keys=tuple(marks[tint].code for tint in tints),
        entries=tuple(entries),
        labels=tuple(names.values()),
    )


def _tints(shapes: NDArray[np.object_], count: int) -> list[int]:
    """Return a tint per shape, one of its own if they reach, else the first that no neighbour before it has."""
    if len(shapes) <= count:
        return list(range(len(shapes)))
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist()
    chosen: list[int] = []
    for place in range(len(shapes)):
        taken = {chosen[other] for one, other in pairs if one == place and other < place}
        chosen.append(next((tint for tint in range(count) if tint not in taken), place % count))
    return chosen
