"""基础: where the region is and what its counties are; classes of the control units."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import Setting, class_table
from zoning.cartography.layers import code_legend
from zoning.cartography.model import Areas, Entry
from zoning.symbology.figures import number
from zoning.tables import numbers

__all__ = ["location", "unit_classes"]

_COUNTY = "county"


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
    """Return the counties, each in a tint that its neighbours do not have while the tints reach."""
    shapes = np.array([setting.counties[code] for code in names], dtype=object)
    if len(names) > numbers("limits")["atlas_counties"]:
        look = setting.look.symbols("admin")[0]
        entries: tuple[Entry, ...] = (
            Entry(_COUNTY, look.label(setting.lang), look.fill, look.outline, "", len(names)),
        )
        keys: tuple[str, ...] = (_COUNTY,) * len(names)
    else:
        tints = _tints(shapes, len(setting.look.symbols("admin")))
        marks = setting.look.symbols("admin")
        entries = tuple(
            Entry(code, name, marks[tint].fill, marks[tint].outline, "", 1)
            for (code, name), tint in zip(names.items(), tints, strict=True)
        )
        keys = tuple(names)
    title = setting.say("plate.legend.admin")
    return Areas(theme="admin", title=title, shapes=shapes, keys=keys, entries=entries, labels=tuple(names.values()))


def _tints(shapes: NDArray[np.object_], count: int) -> list[int]:
    """Return a tint per shape, the first that no neighbour before it has; they repeat where none is free."""
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist()
    chosen: list[int] = []
    for place in range(len(shapes)):
        taken = {chosen[other] for one, other in pairs if one == place and other < place}
        chosen.append(next((tint for tint in range(count) if tint not in taken), place % count))
    return chosen
