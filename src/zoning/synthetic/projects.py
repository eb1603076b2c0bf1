"""Invented planned projects and planner overrides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zoning.crs import as_crs, transformer
from zoning.synthetic.layout import PLANE, Layout
from zoning.synthetic.plan import Plan
from zoning.tables import Row, read

__all__ = ["overrides", "projects"]

_PARTS = (
    # roles of the units, projects per 80 units, kt CO2 a year from … to, status, nature
    (("pipeline",), None, (32.0, 85.0), "已批在建", "新建"),
    (("covered_dated", "covered"), 3, (0.8, 2.4), "已批在建", "技改"),
    (("ordinary",), 5, (0.5, 6.0), "拟建", "新建"),
    (("gap",), 2, (0.5, 2.0), "环评审批中", "扩建"),
    (("ordinary",), 1, (30.0, 45.0), "拟建", "新建"),
    (("ordinary",), 1, (55.0, 70.0), "已取消", "新建"),
    (("covered_dated",), 1, (35.0, 45.0), "已投产", "扩建"),
)


def projects(land: Layout, part: Plan, seed: int) -> pd.DataFrame:
    """Return planned projects; only those of the ``pipeline`` units are approved and large.

    Columns ``code, name, firm, industry, lon, lat, nature, status, year, co2_t, note`` and ``unit``, the position of
    the unit a project stands in, which no file holds. Coordinates are EPSG:4490.
    """
    rng = np.random.default_rng([seed, 8])
    trades = {
        size: [row for row in read("synthetic_industries") if size in row["roles"]] for size in ("ordinary", "key")
    }
    rows: list[dict[str, object]] = []
    for roles, per_80, (low, high), status, nature in _PARTS:
        units = np.array(part.units(*roles))
        count = len(units) if per_80 is None else min(len(units), max(1, round(per_80 * len(land.codes) / 80)))
        for unit in np.sort(rng.choice(units, count, replace=False)) if len(units) else ():
            fitting = trades["key" if low > 20 else "ordinary"]
            trade = fitting[int(rng.integers(len(fitting)))]
            tonnes = round(float(rng.uniform(low, high)) * 1000.0, 1)
            rows.append(_row(rng, land, int(unit), trade, {"status": status, "nature": nature, "co2_t": tonnes}))
    frame = pd.DataFrame(rows).sort_values("unit", kind="stable").reset_index(drop=True)
    to_degrees = transformer(as_crs(PLANE), as_crs("EPSG:4490"))
    lon, lat = to_degrees.transform(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    frame["lon"], frame["lat"] = np.round(lon, 6), np.round(lat, 6)
    county = [land.counties[int(one)][0] for one in land.unit_county[frame["unit"]]]
    frame["code"] = [
        f"EX2021-{code}-{industry[:2]}-03-{number:06d}"
        for number, (code, industry) in enumerate(zip(county, frame["industry"], strict=True), start=1)
    ]
    return frame


def _row(rng: np.random.Generator, land: Layout, unit: int, trade: Row, given: dict[str, object]) -> dict[str, object]:
    words = [row["name_zh"] for row in read("synthetic_names") if row["kind"] == "firm"]
    word = words[int(rng.integers(len(words)))]
    x, y = land.place(land.tiles.seeds[[int(rng.choice(land.tiles_of(unit)))]])[0]
    return {
        "name": f"{word}{trade['word']}{given['nature']}项目",
        "firm": f"{word}{trade['word']}有限公司",
        "industry": trade["industry"],
        "lon": x,
        "lat": y,
        "year": 2021 if given["status"] == "已投产" else int(rng.integers(2022, 2026)),
        "note": "示例数据，虚构",
        "unit": unit,
        **given,
    }


def overrides(land: Layout, part: Plan) -> pd.DataFrame:
    """Return two overrides of planners, each with who, when and why.

    Columns ``override_id, kind, target, from_value, to_value, reason, basis, decided_by, date, valid_until, reopen_if,
    note``.
    """
    told = (
        ("gap", "NEED", "WATCH", "企业已签订2022年关停协议，关停后排放为零", "企业到期仍在生产"),
        (
            "covered",
            "UPGRADE",
            "COVERED",
            "本单元条款将随明年清单更新统一补写完成年份和责任单位",
            "清单更新后条款仍无年份",
        ),
    )
    rows = [
        {
            "override_id": f"OV{number:02d}",
            "kind": "decision",
            "target": land.codes[unit],
            "from_value": before,
            "to_value": after,
            "reason": reason,
            "basis": f"示例会议纪要2021-{number}",
            "decided_by": "示例市生态环境局",
            "date": f"2021-{3 + number:02d}-12",
            "valid_until": "2025-12-31",
            "reopen_if": reopen,
            "note": "示例数据，虚构",
        }
        for number, (role, before, after, reason, reopen) in enumerate(told, start=1)
        for unit in part.units(role)[:1]
    ]
    return pd.DataFrame(rows)
