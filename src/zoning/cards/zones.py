"""The zones a unit lies in: how much of the unit and of its CO2 lies in each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from zoning.cards.model import ZoneLine
from zoning.ledger import Ledger, nearest_year
from zoning.result import Result

__all__ = ["zones_by_unit"]

_M2_PER_KM2 = 1e6


def zones_by_unit(result: Result) -> dict[str, tuple[ZoneLine, ...]]:
    """Return unit → its zones, the largest share of the unit first.

    A piece no larger than the tolerance of areas is two borders that were drawn apart, and left out.
    """
    ledger = result.ledger
    if "fragment_area" not in ledger or "area" not in ledger:
        return {}
    column = ledger["fragment_area"]
    labels = [column[f"fragment_{name}"].values.tolist() for name in ("unit", "zone", "element", "subtype")]
    area = column.to_numpy().astype(np.float64)
    of_unit = dict(zip(ledger.units, ledger.of_unit("area").tolist(), strict=True))
    carbon, names = _carbon_shares(ledger, result.study.years.base), _names(result)
    found: dict[str, list[ZoneLine]] = {}
    for unit, zone, element, subtype, size, part in zip(*labels, area.tolist(), carbon.tolist(), strict=True):
        if size > result.study.tolerance.area:
            whole = of_unit.get(str(unit), math.nan)
            name = names.get((str(element), str(zone)), "")
            share = size / whole if whole > 0 else math.nan
            line = ZoneLine(str(element), str(subtype), str(zone), name, size / _M2_PER_KM2, share, part)
            found.setdefault(str(unit), []).append(line)
    return {unit: tuple(sorted(lines, key=_order)) for unit, lines in found.items()}


def _order(line: ZoneLine) -> tuple[float, str, str]:
    return -line.area_km2, line.element, line.code


def _names(result: Result) -> dict[tuple[str, str], str]:
    return {
        (zones.element, str(code)): str(name) if isinstance(name, str) else ""
        for zones in result.zones
        for code, name in zip(zones.frame["code"], zones.frame["name"], strict=True)
    }


def _carbon_shares(ledger: Ledger, base: int) -> NDArray[np.float64]:
    """Return, for every fragment, its share of the CO2 of its unit in the year nearest to the base year."""
    unknown = np.full(ledger["fragment_area"].shape, np.nan)
    if "fragment_emission" not in ledger or "CO2" not in ledger["emission"]["species"].values:
        return unknown
    year = nearest_year(ledger, "CO2", base)
    if year is None:
        return unknown
    piece = ledger["fragment_emission"].sel(species="CO2", year=year).sum("sector", min_count=1).to_numpy()
    masses = dict(zip(ledger.units, ledger.of_unit("emission", species="CO2", year=year).tolist(), strict=True))
    units = ledger["fragment_area"]["fragment_unit"].values
    whole = np.array([masses.get(str(unit), math.nan) for unit in units], dtype=np.float64)
    np.divide(piece, whole, out=unknown, where=whole > 0)
    return unknown
