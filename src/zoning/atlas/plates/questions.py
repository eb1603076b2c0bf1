"""协同: the questions of the method as maps of the units — pressure, common origin, mutual coverage, direction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import Setting, class_table, threshold_text
from zoning.cartography.layers import code_legend, value_legend
from zoning.cartography.model import Panel
from zoning.drafts import Draft
from zoning.symbology.figures import number, species_text
from zoning.vocab import label

__all__ = ["common_origin", "direction", "display_class", "mutual_control", "pressure"]

_AXES = ("air", "carbon")
_PANELS = 6
_CARBON = "CO2"


def pressure(setting: Setting) -> tuple[Plate, ...]:
    """Return use ÷ path of the region that each unit lies in, on both axes, with the indicator that binds."""
    panels = [
        _panel(setting, "pressure", f"pressure_{axis}", setting.say(f"plate.panel.pressure.{axis}"), labelled=False)
        for axis in _AXES
    ]
    rows = [row for axis in _AXES for row in _pressure_rows(setting, axis)]
    header = tuple(setting.say(f"plate.column.{name}") for name in ("axis", "region", "binding", "pressure", "units"))
    targets = setting.result.study.targets
    plate = setting.plate(
        "pressure",
        "synergy",
        panels,
        subtitle=setting.say("plate.subtitle.pressure"),
        notes=(setting.say("plate.note.pressure"), threshold_text(setting, "behind_path")),
        sources=setting.source("targets", targets.source) if targets is not None else (),
        tables=(Table(setting.say("plate.table.pressure"), header, tuple(rows), frozenset({3, 4})),),
    )
    return (plate,)


def common_origin(setting: Setting) -> Iterator[Plate]:
    """Return the difference of each pollutant's common origin with CO2 to that of the whole region."""
    ledger = setting.result.ledger
    names = [str(name) for name in ledger["common_origin"]["species"].values if str(name) != _CARBON]
    known = [name for name in names if np.isfinite(setting.of_unit("common_origin", species=name)).any()]
    for start in range(0, len(known), _PANELS):
        part = known[start : start + _PANELS]
        panels = [_origin_panel(setting, name) for name in part]
        rows = [_origin_row(setting, name) for name in part]
        header = tuple(setting.say(f"plate.column.{key}") for key in ("species", "reference", "least", "most", "above"))
        yield setting.plate(
            "common_origin",
            "synergy",
            panels,
            **setting.part("common_origin", setting.say("sheet.common_origin"), start // _PANELS + 1),
            subtitle=setting.say("plate.subtitle.common_origin", year=setting.result.study.years.base),
            notes=(setting.say("plate.note.common_origin"),),
            sources=_emission_source(setting),
            tables=(Table(setting.say("plate.table.common_origin"), header, tuple(rows), frozenset(range(1, 5))),),
        )


def _reference(setting: Setting, species: str) -> float:
    return float(setting.result.ledger["common_origin_reference"].sel(species=species))


def _origin_panel(setting: Setting, species: str) -> Panel:
    values = setting.of_unit("common_origin", species=species) - _reference(setting, species)
    legend = value_legend(setting.look, "common_origin_difference", values, setting.lang)
    return setting.panel(setting.units(legend, labelled=False), title=species_text(species))


def _origin_row(setting: Setting, species: str) -> tuple[str, ...]:
    values, whole = setting.of_unit("common_origin", species=species), _reference(setting, species)
    figures = (whole, float(np.nanmin(values)), float(np.nanmax(values)))
    return (species_text(species), *(number(one, setting.lang) for one in figures), str(int((values > whole).sum())))


def mutual_control(setting: Setting) -> tuple[Plate, ...]:
    """Return M as lower and upper bound, and the two shares that it is the mean of."""
    bounds = ("lo", "hi")
    values = setting.of_unit("mutual_control_hi")
    found = setting.say(
        "plate.note.mutual_control", none=int((values <= 0).sum()), known=int(np.isfinite(values).sum())
    )
    about = {
        "notes": (found, setting.say("plate.note.bounds"), setting.coding),
        "sources": (*setting.list_source, *_emission_source(setting)),
    }
    panels = [
        _panel(setting, "coverage", f"mutual_control_{one}", setting.say(f"plate.panel.bound.{one}")) for one in bounds
    ]
    first = setting.plate(
        "mutual_control", "synergy", panels, subtitle=setting.say("plate.subtitle.mutual_control"), **about
    )
    parts = [
        _panel(setting, "coverage", f"{name}_{one}", setting.say(f"plate.panel.{name}.{one}"), labelled=False)
        for name in ("kappa_air_carbon", "kappa_energy_air")
        for one in bounds
    ]
    second = setting.plate(
        "mutual_control", "synergy", parts,
        id="mutual_control.kappa", title=setting.say("sheet.mutual_control.kappa"),
        subtitle=setting.say("plate.subtitle.kappa"), **about,
    )  # fmt: skip
    return (first, second)


def direction(setting: Setting) -> tuple[Plate, ...]:
    """Return the joint direction of the measures behind the drafted clauses of first rank over each unit."""
    over: dict[str, list[Draft]] = {code: [] for code in setting.result.units.codes}
    for draft in setting.result.drafts:
        if draft.rank == 1:
            for code in draft.units:
                if code in over:
                    over[code].append(draft)
    codes = [_direction(drafts) for drafts in over.values()]
    legend = code_legend(setting.look, "direction", codes, setting.lang)
    rising = sorted({sign[0] for draft in setting.result.drafts if draft.rank == 1 for sign in draft.signs
                     if sign[2] == "-"})  # fmt: skip
    notes = [setting.say("plate.note.direction", parts=setting.parts(legend))]
    if rising:
        notes.append(
            setting.say("plate.note.rising", measures="、".join(rising) if setting.lang == "zh" else ", ".join(rising))
        )
    plate = setting.plate(
        "direction",
        "synergy",
        [setting.panel(setting.units(legend))],
        subtitle=setting.say("plate.subtitle.direction"),
        notes=(*notes, setting.coding),
        sources=setting.list_source,
        tables=(class_table(setting, legend, setting.say("plate.table.direction")),),
    )
    return (plate,)


def display_class(setting: Setting) -> tuple[Plate, ...]:
    """Return the display class of the units, where the ledger has it."""
    ledger = setting.result.ledger
    values = pd.Series(ledger["synergy_class"].values, index=list(ledger.units)).reindex(setting.result.units.codes)
    legend = code_legend(setting.look, "synergy_class", values, setting.lang)
    plate = setting.plate(
        "synergy_class",
        "synergy",
        [setting.panel(setting.units(legend))],
        subtitle=setting.say("plate.subtitle.units", count=len(legend.keys)),
        notes=(setting.say("plate.note.synergy_class", parts=setting.parts(legend)), setting.coding),
        sources=(*setting.list_source, *_emission_source(setting)),
        tables=(class_table(setting, legend, setting.say("plate.table.synergy_class")),),
    )
    return (plate,)


def _direction(drafts: list[Draft]) -> str:
    """Return the class of the signs of all measures; any that raises one of the two comes first."""
    signs = {(species == _CARBON, sign) for draft in drafts for _, species, sign in draft.signs}
    if not drafts:
        return "NONE"
    if any(sign == "-" for _, sign in signs):
        return "RISES"
    carbon, air = ((True, "+") in signs), ((False, "+") in signs)
    both = {(True, True): "BOTH", (True, False): "CARBON_ONLY", (False, True): "AIR_ONLY"}
    return both.get((carbon, air), "UNKNOWN")


def _panel(setting: Setting, theme: str, column: str, title: str, *, labelled: bool = True) -> Panel:
    legend = value_legend(setting.look, theme, setting.of_unit(column), setting.lang)
    return setting.panel(setting.units(legend, labelled=labelled), title=title)


def _pressure_rows(setting: Setting, axis: str) -> list[tuple[str, ...]]:
    ledger = setting.result.ledger
    names = (f"binding_region_{axis}", f"binding_{axis}", f"pressure_{axis}")
    found = zip(*(ledger[name].values.tolist() for name in names), strict=True)
    counted = Counter(
        (str(region), str(binding), float(value)) for region, binding, value in found if np.isfinite(value)
    )
    return [
        (
            setting.say(f"plate.axis.{axis}"),
            region,
            label(binding, setting.lang),
            number(value, setting.lang),
            str(count),
        )
        for (region, binding, value), count in sorted(counted.items())
    ]


def _emission_source(setting: Setting) -> tuple[str, ...]:
    study = setting.result.study
    texts = [one.source for one in study.emissions]
    texts += [study.points.source] if study.points is not None else []
    texts += [table.source for table in study.inventory.tables] if study.inventory is not None else []
    return setting.source("emission", *texts) if texts else ()
