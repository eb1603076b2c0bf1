"""The table of units: the most urgent first, every one with its decision and its sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zoning.htmltree import Child, chip, link, table, tag
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import symbol, symbols, unit_text
from zoning.symbology.figures import bounds, number

__all__ = ["units_table"]

_COLUMNS = ("unit", "class", "decision", "uncovered", "co2", "tier", "evidence", "why")


def units_table(result: Result, map_path: str, lang: str) -> list[Child]:
    """Return the table of units: by decision, then by uncovered tonnes (largest lower bound first), then by code.

    Parameters
    ----------
    result : Result
        Decisions of all units.
    map_path : str
        Where the map lies, so that a code opens it there; empty if there is no map.
    lang : str
        ``zh`` or ``en``.
    """
    unit = unit_text("t yr-1", lang)
    header = [say(f"index.column.{name}", lang, unit=unit) for name in _COLUMNS]
    rows = [_row(str(code), row, map_path, lang) for code, row in _ordered(result.decisions).iterrows()]
    words = {"type_": "search", "id_": "filter", "placeholder": say("index.filter", lang)}
    tools = tag("p", tag("input", **words, aria_label=say("index.filter", lang)), class_="tools")
    return [
        tag("h2", say("index.units", lang)),
        tag("p", say("index.units.note", lang), class_="soft"),
        tools,
        table(header, rows, id_="units"),
    ]


def _ordered(decisions: pd.DataFrame) -> pd.DataFrame:
    order = {one.code: place for place, one in enumerate(symbols("decision"))}
    keys = pd.DataFrame(
        {
            "decision": decisions["decision"].map(order),
            "least": -pd.to_numeric(decisions["uncovered_lo_t"]),
            "most": -pd.to_numeric(decisions["uncovered_hi_t"]),
            "code": decisions.index.astype(str),
        },
        index=decisions.index,
    )
    return decisions.loc[keys.sort_values(["decision", "least", "most", "code"]).index]


def _row(code: str, row: pd.Series[Any], map_path: str, lang: str) -> list[Child]:
    low, high = float(row["uncovered_lo_t"]), float(row["uncovered_hi_t"])
    shown = link(map_path, code, code) if map_path else code
    return [
        tag("div", tag("div", shown, class_="code"), str(row["unit_name"])),
        symbol("unit_class", row["unit_class"]).label(lang),
        chip(symbol("decision", row["decision"]), lang),
        bounds(low, high, "1", lang),
        number(float(row["co2_t"]), lang),
        str(row["tier"]),
        str(row["evidence_class"]),
        str(row[f"sentence_{lang}"]),
    ]
