"""Invented access lists: clauses by unit, each with what is planted in it, and the list of the city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd

from zoning.synthetic.emitters import Firms
from zoning.synthetic.layout import Layout
from zoning.synthetic.plan import Plan
from zoning.synthetic.settings import setting
from zoning.tables import Row, read

__all__ = ["LAYOUTS", "cells", "cells_by_unit", "city_list", "unit_list"]

LAYOUTS = ("A", "B", "C", "D")
"""How a list is written into its cells: numbered with tags and line breaks · joined by ； · rows of its own · «1、»."""

_ORDER = ("S", "P", "R", "Z")
_EXTRA: Mapping[str, tuple[tuple[str, int], ...]] = {
    "silent": (),
    "hortatory": (("hortatory", 2), ("energy", 1)),
    "energy_only": (("energy", 2),),
    "new_only": (("new_only", 1), ("energy", 1)),
    "other_industry": (("other_industry", 1), ("energy", 1)),
    "covered_dated": (("counting_dated", 2), ("energy", 1)),
    "covered": (("counting", 2),),
    "covered_by_city": (("energy", 1),),
    "no_burn": (),
    "many_small": (("energy", 1), ("hortatory", 1)),
    "pipeline": (("energy", 1),),
    "sinkless": (),
    "quiet": (("sink", 1),),
    "ordinary": (("energy", 2),),
}


def unit_list(land: Layout, works: Firms, part: Plan, seed: int) -> pd.DataFrame:
    """Return the clauses of all units, one per row, in the order of the list.

    Columns ``code, layout, dimension (S P R Z), number, tag, text, use, carbon_state, grade``: the last three say what
    was planted, they are written to no list.
    """
    rng = np.random.default_rng([seed, 6])
    clauses = _Clauses.of(read("synthetic_clauses"))
    co2 = works.by_unit("CO2", len(land.codes))
    towns = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "town"]
    trades = _trades(works, len(land.codes))
    rows = []
    for unit, code in enumerate(land.codes):
        chosen = _choose(rng, clauses, land.classes[unit], part.variety[unit] or part.role[unit])
        slots = {
            "town": towns[unit % len(towns)],
            "county": land.counties[int(land.unit_county[unit])][1],
            "industry": "、".join(trades[unit]) or "工业",
            "cap": str(ceil(co2[unit] / 1e4 * 1.1)),
            "share": str(int(rng.integers(85, 95))),
            "cut": str(int(rng.integers(8, 16))),
        }
        rows += _rows(chosen, slots, code, LAYOUTS[unit % len(LAYOUTS)])
    return pd.DataFrame(rows)


def _trades(works: Firms, units: int) -> list[list[str]]:
    """Trades of every unit that emit as much as a key emitter, largest first; where there is none, the largest."""
    co2 = works.emitters.frame["CO2"].to_numpy()
    sums: list[dict[str, float]] = [{} for _ in range(units)]
    for unit, word, tonnes in zip(works.unit.tolist(), works.word.tolist(), co2.tolist(), strict=True):
        sums[unit][word] = sums[unit].get(word, 0.0) + tonnes
    ordered = [sorted(one, key=lambda word: (-one[word], word)) for one in sums]
    return [
        [word for word in words if word == words[0] or one[word] >= setting("key_emitter")]
        for words, one in zip(ordered, sums, strict=True)
    ]


@dataclass(frozen=True)
class _Clauses:
    """The clauses to choose from, by what is asked for: class and dimension, or use."""

    base: Mapping[tuple[str, str], list[Row]]
    use: Mapping[str, list[Row]]

    @classmethod
    def of(cls, rows: tuple[Row, ...]) -> _Clauses:
        base: dict[tuple[str, str], list[Row]] = {}
        use: dict[str, list[Row]] = {}
        for row in rows:
            if row["use"] == "base":
                base.setdefault((row["unit_class"], row["dimension"]), []).append(row)
            use.setdefault(row["use"], []).append(row)
        return cls(base, use)


def _choose(rng: np.random.Generator, clauses: _Clauses, unit_class: str, kind: str) -> list[Row]:
    """Choose base clauses of the class, one or two a dimension, and what the role of the unit asks for."""
    chosen = []
    for dimension in _ORDER:
        base = clauses.base.get((unit_class, dimension), [])
        count = 1 + int(rng.uniform() < 0.35 and len(base) > 1)
        chosen += [base[one] for one in sorted(rng.choice(len(base), count, replace=False))]
    for use, count in _EXTRA[kind]:
        fitting = clauses.use.get(use, [])
        chosen += [fitting[one] for one in sorted(rng.choice(len(fitting), min(count, len(fitting)), replace=False))]
    if kind in ("ordinary", "gap") and rng.uniform() < 0.25:
        chosen += clauses.use.get("end_of_pipe", [])
    return chosen


def _rows(chosen: list[Row], slots: Mapping[str, str], code: str, layout: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for dimension in _ORDER:
        for number, row in enumerate((one for one in chosen if one["dimension"] == dimension), start=1):
            rows.append(
                {
                    "code": code,
                    "layout": layout,
                    "dimension": dimension,
                    "number": number,
                    "tag": row["tag"],
                    "text": row["text_zh"].format(**slots),
                    "use": row["use"],
                    "carbon_state": row["carbon_state"],
                    "grade": int(row["grade"]),
                }
            )
    return rows


def cells(clauses: pd.DataFrame, layout: str) -> list[dict[str, str]]:
    """Return the rows of one unit's cells, dimension → text, as its layout writes them; only layout C has several.

    Examples
    --------
    >>> one = pd.DataFrame({"dimension": ["P", "P"], "number": [1, 2], "tag": ["水"] * 2, "text": ["甲。", "乙。"]})
    >>> cells(one, "D"), cells(one, "B")
    ([{'P': '1、甲。2、乙。'}], [{'P': '甲；乙。'}])
    """
    return _rows_of_cells(list(_told(clauses)), layout)


def cells_by_unit(clauses: pd.DataFrame) -> dict[str, list[dict[str, str]]]:
    """Return the rows of cells of every unit of a list, as its own layout writes them; one pass over all clauses."""
    units: dict[str, tuple[str, list[_Told]]] = {}
    for code, layout, told in zip(clauses["code"].tolist(), clauses["layout"].tolist(), _told(clauses), strict=True):
        units.setdefault(str(code), (str(layout), []))[1].append(told)
    return {code: _rows_of_cells(told, layout) for code, (layout, told) in units.items()}


class _Told(NamedTuple):
    """One clause as a cell tells it."""

    dimension: str
    number: int
    tag: str
    text: str


def _told(clauses: pd.DataFrame) -> Iterator[_Told]:
    columns = (clauses[name].tolist() for name in _Told._fields)
    return (_Told(*row) for row in zip(*columns, strict=True))


def _rows_of_cells(clauses: list[_Told], layout: str) -> list[dict[str, str]]:
    by_dimension: dict[str, list[_Told]] = {}
    for clause in sorted(clauses, key=lambda one: one.dimension):
        by_dimension.setdefault(clause.dimension, []).append(clause)
    if layout == "C":
        height = max(len(rows) for rows in by_dimension.values())
        return [
            {
                name: f"({turn + 1})【{rows[turn].tag}】{rows[turn].text}"
                for name, rows in by_dimension.items()
                if turn < len(rows)
            }
            for turn in range(height)
        ]
    return [{name: _cell(rows, layout, _ORDER.index(name) + 1) for name, rows in by_dimension.items()}]


def _cell(rows: list[_Told], layout: str, column: int) -> str:
    if layout == "A":
        return "\n".join(f"{column}-{row.number}. 【{row.tag}】{row.text}" for row in rows)
    if layout == "B":
        return "；".join(row.text.rstrip("。") for row in rows) + "。"
    return "".join(f"{row.number}、{row.text}" for row in rows)


def city_list() -> pd.DataFrame:
    """Return the clauses of the city's list: ``dimension, number, text, use, carbon_state, grade``."""
    rows = [row for row in read("synthetic_clauses") if row["use"].startswith("city")]
    rows.sort(key=lambda row: _ORDER.index(row["dimension"]))
    frame = pd.DataFrame(
        {
            "dimension": [row["dimension"] for row in rows],
            "text": [row["text_zh"] for row in rows],
            "use": [row["use"] for row in rows],
            "carbon_state": [row["carbon_state"] for row in rows],
            "grade": [int(row["grade"]) for row in rows],
        }
    )
    frame.insert(1, "number", frame.groupby("dimension").cumcount() + 1)
    return frame
