"""Invented targets of the city and its counties; one county is planted behind its path for coal."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.synthetic.emitters import Firms
from zoning.synthetic.grids import Grids
from zoning.synthetic.layout import Layout
from zoning.synthetic.plan import Plan
from zoning.tables import Row, read

__all__ = ["lagging_county", "targets"]

Floats = NDArray[np.float64]

_YEARS = (2020, 2025, 2035)
_PROVINCE = 200  # counties
_SPECIES = {
    "碳排放总量": "CO2", "NOx允许排放量": "NOx", "SO2允许排放量": "SO2",
    "PM2.5允许排放量": "PM2.5", "VOCs允许排放量": "VOC",
}  # fmt: skip


def targets(land: Layout, works: Firms, cells: Grids, lagging: int) -> pd.DataFrame:
    """Return targets in long form: region × indicator × year, with the use in the base year and two years later.

    Columns ``region_code, region_name, region_level, indicator, unit, year, target_kind, limit, use, use_year, note``.
    County numbers add up to the city's. A region of more counties than any province has gets no targets as a whole.
    """
    regions = [(land.city, "city", -1)] if len(land.counties) <= _PROVINCE else []
    regions += [(one, "county", place) for place, one in enumerate(land.counties)]
    rows: list[dict[str, object]] = []
    for row in read("synthetic_targets"):
        used = _used(land, works, cells, row)
        for (code, name), level, place in regions:
            if row["level"] == "both" or level == "city":
                use = float(used.sum() if place < 0 else used[place])
                rows += _rows(row, (code, name, level), use, late=place == lagging)
    return pd.DataFrame(rows)


def lagging_county(land: Layout, works: Firms, part: Plan) -> int:
    """Return the county (position) with most coal in units whose lists do not count."""
    coal = _activity(works, ("coal",)) * np.isin(works.unit, part.units("gap", "no_burn"))
    return int(np.argmax(np.bincount(land.unit_county[works.unit], coal, len(land.counties))))


def _rows(row: Row, region: tuple[str, str, str], use: float, *, late: bool) -> list[dict[str, object]]:
    later = use * float(row["lag_2022"] if late and row["lag_2022"] else row["use_2022"])
    rows: list[dict[str, object]] = []
    for year in _YEARS:
        own = f"lag_{year}"
        share = float(row[own] if late and row.get(own) else row[f"limit_{year}"])
        rows.append(
            {
                "region_code": region[0],
                "region_name": region[1],
                "region_level": region[2],
                "indicator": row["indicator"],
                "unit": row["unit"],
                "year": year,
                "target_kind": row["target_kind"],
                "limit": round(use * share, 2),
                "use": round(use if year == _YEARS[0] else later, 2),
                "use_year": _YEARS[0] if year == _YEARS[0] else _YEARS[0] + 2,
                "note": "示例数据，虚构",
            }
        )
    return rows


def _used(land: Layout, works: Firms, cells: Grids, row: Row) -> Floats:
    """Return what the counties used or emitted in the base year, in the unit of the indicator.

    What is not located goes to the counties by area; of energy and coal the table says how much that is.
    """
    county = land.unit_county[works.unit]
    count = len(land.counties)
    area = np.bincount(land.county_of[land.inside], minlength=count) / land.inside.sum()
    if row["indicator"] in _SPECIES:
        species = _SPECIES[row["indicator"]]
        located = works.emitters.frame[species].to_numpy()
        rest = sum(float(np.nansum(one)) for (name, _), one in cells.residual.items() if name == species)
    else:
        located = works.tce if row["indicator"] == "能源消费总量" else _activity(works, ("coal",))
        rest = float(row["rest"]) * len(land.codes) / 80.0
    return np.asarray((np.bincount(county, located, count) + rest * area) / float(row["divisor"]))


def _activity(works: Firms, fuels: tuple[str, ...]) -> Floats:
    frame = works.emitters.frame
    return np.where(frame["fuel"].isin(fuels), frame["activity"], 0.0)
