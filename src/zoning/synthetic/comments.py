"""Invented comments of departments on the list: by code and number, by serial number, by quotation, on nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["comments"]

_QUOTED = 14  # characters of a clause that a department quotes
_COMMENTED = 4  # clauses that somebody comments on


def comments(units: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """Return the comments: ``department, comment``, and the clause each means: ``target`` (code|dimension|number).

    Two departments contradict each other about one clause; one comment names a unit that does not exist.
    """
    numbered = clauses[clauses["layout"].isin(["A", "D"])]
    chosen = numbered.iloc[:: max(len(numbered) // _COMMENTED, 1)][:_COMMENTED]
    picked = [_row(row, int(units.index[units["code"] == row.code][0]) + 1) for row in chosen.itertuples()]
    told = [
        ("示例市工业和信息化局", "{code} {column}第{number}条“{quote}…”，建议改为鼓励性表述。", 0),
        ("示例市工业和信息化局", "清单第{serial}号单元，{column}第{number}条，建议删除。", 1),
        ("示例市发展和改革局", "{code}“{quote}”应予保留。", 1),
        ("示例市自然资源局", "“{name}”{column}第{number}条与国土空间规划用语不一致，请核实。", 2),
        ("示例市住房和城乡建设局", "{code} {column}第{number}条无意见。", 3),
    ]
    found = [
        {
            "department": department,
            "comment": text.format(**picked[at], name=_name(units, picked[at]["code"])),
            "target": f"{picked[at]['code']}|{picked[at]['dimension']}|{picked[at]['number']}",
        }
        for department, text, at in told
        if at < len(picked)
    ]
    found.append({"department": "示例市水利局", "comment": "ZH99010999999单元边界不清，请核实编码。", "target": ""})
    return pd.DataFrame(found)


_COLUMNS = {"S": "空间布局约束", "P": "污染物排放管控", "R": "环境风险防控", "Z": "资源利用效率"}


def _row(row: Any, serial: int) -> dict[str, object]:  # noqa: ANN401 - a row as pandas gives it
    own = {name: getattr(row, name) for name in ("code", "dimension", "number")}
    return own | {"serial": serial, "column": _COLUMNS[own["dimension"]], "quote": str(row.text)[:_QUOTED]}


def _name(units: pd.DataFrame, code: object) -> str:
    return str(units.loc[units["code"] == code, "name"].iloc[0])
