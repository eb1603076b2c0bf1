"""The table of units: the most urgent first, every one with its decision and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from zoning.frontpage.tongues import both, told
from zoning.htmltree import Child, link, swatch, table, tag
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, Symbol, look_of, unit_text
from zoning.symbology.figures import bounds, number
from zoning.tables import numbers

__all__ = ["units_table"]

_COLUMNS = ("unit", "class", "decision", "uncovered", "co2", "tier", "evidence", "why")
_BOOK = "workbook.xlsx"


def units_table(result: Result, paths: list[str], map_path: str, lang: str) -> list[Child]:
    """Return the table of units: by decision, then by uncovered tonnes (largest lower bound first), then by code.

    The table stands in the page once, with what differs between the languages in both; it holds the first
    ``index_units`` (``tables/limits.csv``), the workbook has all.

    Parameters
    ----------
    result : Result
        Decisions of all units.
    paths : list of str
        Published files.
    map_path : str
        Where the map lies, so that a code opens it there; empty if there is no map.
    lang : str
        Language that stands first.
    """
    look, most = look_of(result.study), int(numbers("limits")["index_units"])
    shown = _ordered(result.decisions, look).head(most)
    header = ["#" if name in ("uncovered", "co2") else name for name in _COLUMNS]
    made = table(header, [_row(str(code), row, (look, map_path), lang) for code, row in shown.iterrows()], id_="units")
    for head, name in zip(made.iter("th"), _COLUMNS, strict=True):
        head.text = None
        head.append(tag("span", *both(partial(_title, name), lang)))
    tools = tag("p", told(tag("input", type_="search", id_="filter"), _hint, lang), class_="tools")
    return [
        tag("h2", *both(lambda one: say("index.units", one), lang)),
        tag("p", *both(partial(_note, map_path), lang), class_="soft"),
        *_rest(len(result.decisions), len(shown), paths, lang),
        tools,
        tag("div", made, class_="wide", tabindex="0", role="region", aria_labelledby="part-units"),
    ]


def _title(name: str, lang: str) -> str:
    return say(f"index.column.{name}", lang, unit=unit_text("t yr-1", lang)).removeprefix("#")


def _hint(lang: str) -> str:
    return say("index.filter", lang)


def _note(map_path: str, lang: str) -> str:
    return say("index.units.note" if map_path else "index.units.order", lang)


def _rest(count: int, shown: int, paths: list[str], lang: str) -> list[Child]:
    """Say where the units are that the page has no room for."""
    if count <= shown:
        return []
    where: list[Child] = [" ", link(_BOOK, _BOOK)] if _BOOK in paths else []
    said = both(lambda one: say("index.units.rest", one, count=count, shown=shown), lang)
    return [tag("p", *said, *where)]


def _ordered(decisions: pd.DataFrame, look: Look) -> pd.DataFrame:
    order = {one.code: place for place, one in enumerate(look.symbols("decision"))}
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


def _row(code: str, row: pd.Series[Any], manner: tuple[Look, str], lang: str) -> list[Child]:
    look, map_path = manner
    low, high = float(row["uncovered_lo_t"]), float(row["uncovered_hi_t"])
    shown = link(map_path, code, code) if map_path else code
    decision, unit_class = look.symbol("decision", row["decision"]), look.symbol("unit_class", row["unit_class"])
    return [
        tag("div", tag("div", shown, class_="code"), str(row["unit_name"])),
        _cell(unit_class.label, lang),
        _chip(decision, lang),
        _cell(lambda one: bounds(low, high, "1", one), lang),
        _cell(lambda one: number(float(row["co2_t"]), one), lang),
        str(row["tier"]),
        str(row["evidence_class"]),
        _cell(lambda one: str(row[f"sentence_{one}"]), lang),
    ]


def _cell(words: Callable[[str], str], lang: str) -> Child:
    said = both(words, lang)
    return said[0] if len(said) == 1 else tag("div", *said)


def _chip(one: Symbol, lang: str) -> Child:
    return tag("span", swatch(one), *both(one.label, lang), class_="chip")
