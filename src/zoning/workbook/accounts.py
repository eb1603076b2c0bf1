"""Sheets of tonnes: conservation, baseline, fragments, indicators; nothing in them that is not in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from zoning.ledger import Ledger
from zoning.messages import say
from zoning.result import Result
from zoning.workbook.fields import unit_label
from zoning.workbook.sheet import Sheet, Table, columns, ledger_column, ledger_values, table
from zoning.workbook.wide import Spread, spread, spread_totals

__all__ = ["baseline_sheet", "conservation_sheet", "fragments_sheet", "indicators_sheet"]

_FIRST = ("area", "grid_cells", "valid_share", "resolution", "located_share")
_SUMMED = ("emission_gridded", "emission_located")
_SECOND = ("emission_alternative", "grid_ratio")  # of a second grid: most species have none


def conservation_sheet(result: Result, lang: str) -> Sheet:
    """Return the terms of mass conservation, one row per series, species, sector and year."""
    frame = result.conservation
    worst = frame["relative_difference"].abs().max() if len(frame) else 0.0
    lines = (say("book.conservation.found", lang, worst=f"{worst:.1e}"), say("book.conservation.read", lang))
    return Sheet("conservation", lines, (table("conservation", frame.to_dict("records"), lang),), frozen=4)


def baseline_sheet(result: Result, lang: str) -> Sheet:
    """Return the baseline, wide: per unit the emission of every species, sector and year, with its sum over sectors."""
    ledger = result.ledger
    found = [one for name in _FIRST if name in ledger for one in spread(ledger, name)]
    if "emission" in ledger:
        if ledger.data.sizes["sector"] > 1:
            found += spread_totals(ledger, "emission")
        found += spread(ledger, "emission")
    found += [one for name in _SUMMED if name in ledger for one in spread_totals(ledger, name)]
    second = [one for name in _SECOND if name in ledger for one in spread(ledger, name)]
    found += [one for one in second if not np.isnan(one.values).all()]
    return _of_units("baseline", result, found, lang)


def indicators_sheet(result: Result, lang: str) -> Sheet:
    """Return every other column of the ledger that units have, and below them the values of the whole region."""
    ledger = result.ledger
    rest = [name for name in ledger.columns if name not in (*_FIRST, "emission", *_SUMMED, *_SECOND)]
    own = [one for name in rest if "unit" in ledger.data[name].dims for one in spread(ledger, name)]
    made = _of_units("indicators", result, own, lang)
    regional = [name for name in rest if not {"unit", "fragment"} & set(ledger.data[name].dims)]
    if not regional:
        return made
    return Sheet("indicators", made.lines, (*made.tables, _references(ledger, regional, lang)), frozen=2)


def _of_units(key: str, result: Result, found: Sequence[Spread], lang: str) -> Sheet:
    """Lay ledger columns beside code, name and class; rows meet by code, never by position."""
    heads = columns(key, lang)
    added, values = [ledger_column(one, lang) for one in found], [ledger_values(one) for one in found]
    codes = result.ledger.units
    known = result.decisions.reindex(codes)
    lead = {"unit_code": codes, "decision": known["decision"], "unit_name": known["unit_name"]}
    lead["unit_class"] = known["unit_class"]
    rows = list(zip(*(lead[head.name] for head in heads), *values, strict=True))
    lines = (say(f"book.{key}.read", lang), *_resolution_line(result, key, lang))
    return Sheet(key, lines, (Table((*heads, *added), rows),), frozen=2)


def _resolution_line(result: Result, key: str, lang: str) -> tuple[str, ...]:
    if key != "baseline" or "resolution" not in result.ledger:
        return ()
    count = int((result.ledger["resolution"].values > 0).sum())
    return (say("book.resolution", lang, count=count),) if count else ()


def _references(ledger: Ledger, names: Sequence[str], lang: str) -> Table:
    records = [
        {
            "indicator": one.en if lang == "en" else one.zh,
            "label": " ".join(one.labels.values()),
            "value": float(one.values[0]),
            "unit": unit_label(one.unit, lang),
        }
        for name in names
        for one in spread(ledger, name)
        if not one.is_text
    ]
    return table("references", records, lang, say("book.references.caption", lang))


def fragments_sheet(result: Result, lang: str) -> Sheet:
    """Return one row per unit and zone: type, true area, and mass by species and year over all sectors."""
    ledger, frame = result.ledger, result.fragments
    names = [name for name in ledger.columns if "fragment" in ledger.data[name].dims]
    found = [one for name in names for one in spread_totals(ledger, name, "fragment")]
    heads = columns("fragments", lang)
    zones = {(one.element, code): name for one in result.zones for code, name in _names(one.frame)}
    lead = {
        "element": frame["element"],
        "unit": frame["unit"],
        "unit_name": frame["unit"].map(result.decisions["unit_name"]),
        "zone": frame["zone"].fillna(""),
        "zone_name": [zones.get(key, "") for key in zip(frame["element"], frame["zone"], strict=True)],
        "subtype": frame["subtype"].fillna(""),
    }
    values = [ledger_values(one) for one in found]
    rows = list(zip(*(lead[head.name] for head in heads), *values, strict=True))
    made = Table((*heads, *(ledger_column(one, lang) for one in found)), rows)
    return Sheet("fragments", (say("book.fragments.read", lang),), (made,), frozen=3)


def _names(frame: Any) -> Iterable[tuple[str, str]]:  # noqa: ANN401 - geopandas has no types
    return zip(frame["code"], np.asarray(frame["name"], dtype=object), strict=True)
