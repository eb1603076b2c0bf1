"""清单与判定: what the lists say, what was decided and why, what stays uncovered, what the drafts would change."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from zoning.atlas.model import Plate, Table
from zoning.atlas.plates.setting import Setting, class_table, threshold_text
from zoning.cartography.layers import Legend, code_legend, value_legend
from zoning.clauses import CARBON_STATES
from zoning.symbology import unit_text
from zoning.symbology.figures import amount, bounds
from zoning.vocab import DecisionCode

__all__ = ["before_after", "carbon_states", "decisions", "evidence", "reasons", "uncovered", "unit_index"]

_FLAGGED = (DecisionCode.NEED, DecisionCode.UPGRADE, DecisionCode.WATCH)
_NONE, _OTHER = "NONE", "OTHER"


def carbon_states(setting: Setting) -> tuple[Plate, ...]:
    """Return the units by what their own list says of carbon."""
    return (_of_codes(setting, "carbon_state", _column(setting, "carbon_state"), setting.list_source),)


def evidence(setting: Setting) -> tuple[Plate, ...]:
    """Return the units by how much of their mass is located."""
    plate = _of_codes(setting, "evidence_class", _column(setting, "evidence_class"), setting.unit_source,
                      ("located_class_a", "located_class_b"))  # fmt: skip
    return (plate,)


def decisions(setting: Setting) -> tuple[Plate, ...]:
    """Return the units by decision, and every flagged unit in a table."""
    codes = _column(setting, "decision")
    return (_of_codes(setting, "decision", codes, setting.list_source, (), (_flagged_table(setting),)),)


def reasons(setting: Setting) -> tuple[Plate, ...]:
    """Return the units by the rule that drives their decision."""
    known = {one.code for one in setting.look.symbols("driving_rule")}
    rules = [str(rule) if rule else _NONE for rule in _column(setting, "driving_rule").fillna("")]
    codes = [rule if rule in known else _OTHER for rule in rules]
    return (_of_codes(setting, "driving_rule", codes, setting.list_source, ("key_emitter_co2",)),)


def uncovered(setting: Setting) -> tuple[Plate, ...]:
    """Return the governable CO2 under no counting clause, as lower and upper bound with the same limits."""
    panels, sums = [], []
    for end in ("lo", "hi"):
        values = pd.to_numeric(_column(setting, f"uncovered_{end}_t")).to_numpy(dtype=np.float64)
        legend = value_legend(setting.look, "uncovered", values, setting.lang)
        panels.append(setting.panel(setting.units(legend), title=setting.say(f"plate.panel.bound.{end}")))
        sums.append(float(np.nansum(values)))
    plate = setting.plate(
        "uncovered",
        "verdict",
        panels,
        subtitle=setting.say("plate.subtitle.uncovered", unit=unit_text("t yr-1", setting.lang)),
        notes=(
            setting.say("plate.note.uncovered", tonnes=bounds(sums[0], sums[1], "t yr-1", setting.lang)),
            threshold_text(setting, "key_emitter_co2"),
            setting.coding,
        ),
        sources=setting.list_source,
    )
    return (plate,)


def before_after(setting: Setting) -> tuple[Plate, ...]:
    """Return the carbon state of the units' own lists now, and with their drafts of first rank written in."""
    now = [str(code) if isinstance(code, str) else "" for code in _column(setting, "carbon_state")]
    drafted: dict[str, list[str]] = {}
    for draft in setting.result.drafts:
        if draft.level == "unit" and draft.rank == 1:
            for code in draft.units:
                drafted.setdefault(code, []).append(draft.carbon_state)
    after = [
        _strongest([state, *drafted.get(code, ())]) for code, state in zip(setting.result.units.codes, now, strict=True)
    ]
    legends = [code_legend(setting.look, "carbon_state", states, setting.lang) for states in (now, after)]
    panels = [
        setting.panel(setting.units(legend), title=setting.say(f"plate.panel.{when}"))
        for legend, when in zip(legends, ("before", "after"), strict=True)
    ]
    moved = sum(one != other for one, other in zip(now, after, strict=True))
    plate = setting.plate(
        "before_after",
        "verdict",
        panels,
        subtitle=setting.say("plate.subtitle.before_after"),
        notes=(
            setting.say("plate.note.before_after", moved=moved, units=len(now), drafts=len(drafted)),
            setting.say("plate.note.after"),
            setting.coding,
        ),
        sources=setting.list_source,
        tables=(_states_table(setting, legends),),
    )
    return (plate,)


def unit_index(setting: Setting) -> tuple[Plate, ...]:
    """Return the key map of all units with a table in which every code stands once."""
    frame = setting.result.units.frame
    county = frame["county"] if "county" in frame else frame["admin_code"]
    classes = [_label(setting, "unit_class", code) for code in frame["unit_class"]]
    decided = [_label(setting, "decision", code) for code in _column(setting, "decision")]
    counties = [str(one) for one in county]
    rows = tuple(zip(setting.result.units.codes, setting.names, classes, counties, decided, strict=True))
    header = tuple(setting.say(f"plate.column.{name}") for name in ("code", "name", "class", "county", "decision"))
    legend = code_legend(setting.look, "unit_class", frame["unit_class"], setting.lang)
    plate = setting.plate(
        "unit_index",
        "units",
        [setting.panel(setting.units(legend))],
        subtitle=setting.say("plate.subtitle.units", count=len(rows)),
        notes=(setting.say("plate.note.unit_index"), setting.coding),
        sources=setting.unit_source,
        tables=(Table(setting.say("plate.table.unit_index"), header, rows),),
    )
    return (plate,)


def _of_codes(
    setting: Setting,
    name: str,
    codes: Iterable[object],
    sources: tuple[str, ...],
    thresholds: tuple[str, ...] = (),
    tables: tuple[Table, ...] = (),
) -> Plate:
    legend = code_legend(setting.look, name, codes, setting.lang)
    return setting.plate(
        name,
        "verdict",
        [setting.panel(setting.units(legend))],
        subtitle=setting.say("plate.subtitle.units", count=len(legend.keys)),
        notes=(
            setting.say(f"plate.note.{name}", parts=setting.parts(legend)),
            *(threshold_text(setting, one) for one in thresholds),
            setting.coding,
        ),
        sources=sources,
        tables=(class_table(setting, legend, setting.say(f"plate.table.{name}")), *tables),
    )


def _column(setting: Setting, name: str) -> pd.Series:
    return setting.result.decisions.reindex(list(setting.result.units.codes))[name]


def _strongest(states: Iterable[str]) -> str:
    """Return the state closest to carbon; empty only if nothing is known at all."""
    return min((state for state in states if state in CARBON_STATES), key=CARBON_STATES.index, default="")


def _states_table(setting: Setting, legends: list[Legend]) -> Table:
    counts = [legend.counts for legend in legends]
    entries = {entry.key: entry.label for legend in legends for entry in legend.entries}
    order = [one.code for one in (*setting.look.symbols("carbon_state"), setting.look.no_data) if one.code in entries]
    rows = [(entries[key], *(str(count.get(key, 0)) for count in counts)) for key in order]
    header = tuple(setting.say(f"plate.column.{name}") for name in ("class", "before", "after"))
    return Table(setting.say("plate.table.before_after"), header, tuple(rows), frozenset({1, 2}))


def _flagged_table(setting: Setting) -> Table:
    table = setting.result.decisions
    chosen = table[table["decision"].isin([str(one) for one in _FLAGGED])]
    order = {one.code: place for place, one in enumerate(setting.look.symbols("decision"))}
    ranked = chosen.assign(order=chosen["decision"].map(order), code=chosen.index).sort_values(["order", "code"])
    rows = [
        (str(row["code"]), str(row["unit_name"]), _label(setting, "decision", row["decision"]),
         str(row["driving_rule"] or "—"), _uncovered(setting, row["uncovered_lo_t"], row["uncovered_hi_t"]))
        for row in ranked.to_dict("records")
    ]  # fmt: skip
    header = tuple(setting.say(f"plate.column.{name}") for name in ("code", "name", "decision", "rule", "uncovered"))
    return Table(setting.say("plate.table.flagged", count=len(rows)), header, tuple(rows), frozenset({4}))


def _uncovered(setting: Setting, lower: float, upper: float) -> str:
    return amount(lower, "t yr-1", setting.lang) if lower == upper else bounds(lower, upper, "t yr-1", setting.lang)


def _label(setting: Setting, theme: str, code: object) -> str:
    known = {one.code: one for one in setting.look.symbols(theme)}
    one = known.get(str(code))
    return "—" if one is None else one.label(setting.lang)
