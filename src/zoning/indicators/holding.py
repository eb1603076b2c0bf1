"""Which clauses hold over a unit: its own, and what it inherits by its region and by the zones it lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from zoning.clauses import AccessList, Clause
from zoning.clauses.inheritance import Held, inherited
from zoning.ledger import Ledger
from zoning.supports import ControlUnits

__all__ = ["held_over", "over_unit", "regions_of", "zones_of"]


def regions_of(units: ControlUnits) -> dict[str, tuple[str, ...]]:
    """Return unit → codes of its county, city and province."""
    admins = zip(units.frame["code"], units.frame["admin_code"], strict=True)
    return {code: (admin, f"{admin[:4]}00", f"{admin[:2]}0000") for code, admin in admins}


def zones_of(ledger: Ledger, least: float) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return unit → (zone code, sub-type) of the zones that hold at least a share of its area, in code order.

    Empty where the ledger knows no zones at all, so that lists may say what no layer says.
    """
    if "fragment_area" not in ledger:
        return {}
    column = ledger["fragment_area"]
    labels = {name: column[f"fragment_{name}"].values.astype(str) for name in ("unit", "zone", "subtype")}
    table = pd.DataFrame(labels | {"area": column.to_numpy()})
    areas = table["unit"].map(dict(zip(ledger.units, ledger["area"].to_numpy().tolist(), strict=True))).astype(float)
    wide = table[(table["area"] >= least * areas) & (table["subtype"] != "")].sort_values(["unit", "zone"])
    found: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(ledger.units, ())
    for unit, zone, subtype in zip(wide["unit"], wide["zone"], wide["subtype"], strict=True):
        found[unit] = (*found[unit], (zone, subtype))
    return found


def held_over(
    lists: Sequence[AccessList], regions: Mapping[str, tuple[str, ...]], ledger: Ledger, least: float
) -> dict[str, tuple[Held, ...]]:
    """Return, for every unit of the ledger, the clauses that hold over it.

    Parameters
    ----------
    lists : sequence of AccessList
        Of any levels.
    regions : mapping
        Unit → codes of its regions, smallest first.
    ledger : Ledger
        Its fragments say which zones a unit lies in.
    least : float
        Share of a unit's area from which on a zone counts as one it lies in.
    """
    held = inherited(lists, regions, zones_of(ledger, least))
    return {unit: held.get(unit, ()) for unit in ledger.units}


def over_unit(held: Sequence[Held]) -> tuple[Clause, ...]:
    """Return the clauses that hold over one unit, as far as is sure.

    A clause on a zone holds in the part of the unit that lies in it, and one for a place that may or may not be the
    unit's perhaps not at all: their reach is an upper bound.
    """
    return tuple(
        one.clause
        if one.certain and one.clause.level != "zone"
        else replace(one.clause, scope=replace(one.clause.scope, exact=False))
        for one in held
    )
