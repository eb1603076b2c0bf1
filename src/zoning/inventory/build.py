"""The parts put together: rows → enterprises → places → tonnes → what the balance leaves over."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.factors import Registry
from zoning.inventory.draws import COLUMNS
from zoning.inventory.emissions import Settings, emission_records
from zoning.inventory.enterprises import describe_enterprises
from zoning.inventory.linkage import link_enterprises
from zoning.inventory.model import Inventory
from zoning.inventory.places import place_enterprises
from zoning.inventory.reconciliation import Basis, Spread, rank_disagreements, reconcile, spread_residuals
from zoning.study import InventoryInput
from zoning.supports import ControlUnits

__all__ = ["Built", "build_inventory"]


@dataclass(frozen=True)
class Built:
    """An inventory, and what of its residuals a declared proxy may carry over cells."""

    inventory: Inventory
    spread: Spread


def build_inventory(
    tables: DepartmentTables,
    declared: InventoryInput,
    basis: Basis,
    units: ControlUnits,
    registry: Registry,
    review: pd.DataFrame | None = None,
) -> Built:
    """Build the inventory of a base year from department tables; draws and evaluation are left to whoever wants them.

    Parameters
    ----------
    tables : DepartmentTables
        Every row of every table.
    declared : InventoryInput
        What the study says: systems, series of factors, proxies.
    basis : Basis
        Base year, series, factors and the study's own thresholds of what agrees.
    units : ControlUnits
        The study area; an enterprise outside it is not counted.
    registry : Registry
        Factors, the user's own before the packaged ones.
    review : DataFrame or None
        Decisions of people on pairs.

    Raises
    ------
    CrsError
        If the system that the study declares for the tables is unknown or has no exact shift.
    """
    linkage = link_enterprises(tables, review)
    placement = place_enterprises(tables, linkage.links, units, declared.crs)
    settings = Settings(base=basis.year, series=declared.series, power=declared.power, place=declared.power_place)
    emitted = emission_records(tables, linkage.links, registry, settings, linkage.corrections)
    firms = describe_enterprises(tables, linkage.links, placement, emitted.chosen.energy)
    held = reconcile(tables, firms, emitted.records, basis, emitted.purchased)
    firms = firms.assign(group=held.groups["group"].reindex(firms.index).fillna("").astype(object))
    spread = spread_residuals(held, declared.spread, basis)
    corrections = tuple(dict.fromkeys((*linkage.corrections, *placement.corrections, *emitted.corrections)))
    ranked = rank_disagreements(tables, linkage.links, firms, basis, held.disagreements, corrections)
    inventory = Inventory(
        year=basis.year,
        enterprises=firms,
        links=linkage.links,
        pairs=linkage.pairs,
        records=emitted.records,
        purchased=emitted.purchased,
        factors=emitted.factors,
        reconciliation=held.reconciliation,
        disagreements=ranked,
        areas=held.areas,
        uncertainty=pd.DataFrame(columns=list(COLUMNS)),
        evaluation={},
        corrections=corrections,
        findings=(*linkage.findings, *placement.findings, *emitted.findings, *held.findings, *spread.findings),
    )
    return Built(inventory, spread)
