"""What a click on a unit tells: the decision with its sentence, then numbers with units, then what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from zoning.cartography.themes import codes_of, nearest_year
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import symbol
from zoning.symbology.figures import amount, bounds, named, share, species_text
from zoning.vocab import label

__all__ = ["Facts", "unit_facts"]

_M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page knows of the units: names of the lines, and per unit its texts and the values of the lines."""

    lines: tuple[str, ...]
    units: tuple[Mapping[str, Any], ...]


def unit_facts(result: Result, lang: str = "zh") -> Facts:
    """Return what a click on each unit shows, in the order of the units; every text is plain, nothing is markup."""
    lines, columns = _columns(result, lang)
    table = result.decisions.reindex(list(result.units.codes))
    units = []
    for place, (code, row) in enumerate(table.iterrows()):
        values = [column[place] for column in columns]
        units.append(
            {
                "code": str(code),
                "name": str(row["unit_name"]),
                "sentence": str(row[f"sentence_{lang}"]),
                "counterfactual": str(row[f"counterfactual_{lang}"] or ""),
                "values": values,
                "notes": _notes(row, lang),
            }
        )
    return Facts(tuple(lines), tuple(units))


def _columns(result: Result, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return the lines of numbers: names, and for each line the texts of all units."""
    table = result.decisions.reindex(list(result.units.codes))
    lines: list[tuple[str, list[str]]] = [
        (say("map.line.rule", lang), [named(str(rule or ""), lang) for rule in table["driving_rule"]]),
        *_emissions(result, lang),
        (say("map.line.uncovered", lang), _bounds(table["uncovered_lo_t"], table["uncovered_hi_t"], lang)),
        (say("map.line.governable", lang), _amounts(table["governable_t"], "t yr-1", lang)),
        (say("map.line.located", lang), _amounts(table["located_t"], "t yr-1", lang)),
        (say("map.line.tier", lang), [str(tier) if tier else "—" for tier in table["tier"]]),
        (say("map.line.evidence", lang), _labels("evidence_class", table["evidence_class"], lang)),
        (say("map.line.list", lang), _states(table, lang)),
        *_whereabouts(result, lang),
    ]
    return [name for name, _ in lines], [values for _, values in lines]


def _emissions(result: Result, lang: str) -> list[tuple[str, list[str]]]:
    ledger = result.ledger
    if "emission" not in ledger:
        return []
    lines = []
    for species in (str(name) for name in ledger["emission"]["species"].values):
        year = nearest_year(ledger, species, result.study.years.base)
        if year is not None:
            masses = ledger.of_unit("emission", species=species, year=year)
            lines.append(
                (
                    say("map.line.emission", lang, species=species_text(species), year=year),
                    [amount(float(mass), "t yr-1", lang) for mass in masses],
                )
            )
    return lines


def _whereabouts(result: Result, lang: str) -> list[tuple[str, list[str]]]:
    ledger = result.ledger
    lines = []
    if "area" in ledger:
        areas = [amount(float(area) / _M2_PER_KM2, "km2", lang) for area in ledger.of_unit("area")]
        lines.append((say("map.line.area", lang), areas))
    if "resolution" in ledger:
        lines.append((say("map.line.resolution", lang), _labels("resolution", ledger["resolution"].values, lang)))
    if "valid_share" in ledger:
        shares = [share(float(value), lang) for value in ledger.of_unit("valid_share")]
        lines.append((say("map.line.valid", lang), shares))
    return lines


def _amounts(column: pd.Series[Any], unit: str, lang: str) -> list[str]:
    return [amount(float(value), unit, lang) for value in column]


def _bounds(lower: pd.Series[Any], upper: pd.Series[Any], lang: str) -> list[str]:
    return [bounds(float(low), float(high), "t yr-1", lang) for low, high in zip(lower, upper, strict=True)]


def _labels(theme: str, values: Any, lang: str) -> list[str]:  # noqa: ANN401 - any sequence of codes
    return [_label(theme, code, lang) for code in codes_of(values)]


def _label(theme: str, code: str, lang: str) -> str:
    return symbol("missing" if code == "NO_DATA" else theme, code).label(lang)


def _states(table: pd.DataFrame, lang: str) -> list[str]:
    states = _labels("carbon_state", table["carbon_state"], lang)
    return [
        say("map.state.graded" if grade > 0 else "map.state.ungraded", lang, state=state, grade=grade)
        for state, grade in zip(states, (int(grade) for grade in table["best_grade"]), strict=True)
    ]


def _notes(row: pd.Series[Any], lang: str) -> list[str]:
    notes = [say(key, lang) for key in row["missing"]]
    if row["grid_sensitive"]:
        notes.append(say("map.grid_sensitive", lang))
    if row["override_state"]:
        notes.append(
            say(
                f"map.override.{row['override_state']}",
                lang,
                computed=label(row["decision_computed"], lang),
                by=row["override_by"],
                date=row["override_date"],
                reason=row["override_reason"],
            )
        )
    return notes
