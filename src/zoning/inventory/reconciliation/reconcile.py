"""The balance against the enterprises: the steps in their order."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.reconciliation.closure import check_closure
from zoning.inventory.reconciliation.disagreements import DISAGREEMENTS
from zoning.inventory.reconciliation.groups import group_enterprises
from zoning.inventory.reconciliation.model import Basis, Reconciliation
from zoning.inventory.reconciliation.negatives import check_groups, check_residuals, check_silent
from zoning.inventory.reconciliation.residuals import emitter_amounts, purchased_amounts, residual_rows
from zoning.inventory.reconciliation.sheet import read_sheet
from zoning.inventory.reconciliation.townships import check_townships, township_rows

__all__ = ["reconcile"]


def reconcile(
    tables: DepartmentTables,
    enterprises: pd.DataFrame,
    records: pd.DataFrame,
    basis: Basis,
    purchased: pd.DataFrame | None = None,
) -> Reconciliation:
    """Hold the energy balance of the base year against the enterprises that count.

    Parameters
    ----------
    tables : DepartmentTables
        ``balance`` and ``areas`` are read.
    enterprises : DataFrame
        As ``Inventory.enterprises``: index enterprise, ``name, industry, industry_name, sector, counts``.
    records : DataFrame
        As ``Inventory.records``; only fuels of the base year are held against the balance.
    basis : Basis
        Year, series and factors.
    purchased : DataFrame, optional
        As ``Inventory.purchased``; without it power and heat are left out.

    Returns
    -------
    Reconciliation
        Residual = balance − Σ enterprises, in units of fuel and in t CO2, and everything that does not add up.

    Examples
    --------
    >>> from zoning.departments import DepartmentTables
    >>> empty = pd.DataFrame(columns=["enterprise", "year", "what", "fuel", "activity", "unit"])
    >>> firms = pd.DataFrame(columns=["name", "industry", "industry_name", "sector", "counts"])
    >>> len(reconcile(DepartmentTables(), firms, empty, Basis(2020, "industry-guides")).reconciliation)
    0
    """
    whole = read_sheet(tables.balance, basis.year)
    sheet = replace(whole, cells=_held(whole.cells, purchased))
    counted = enterprises[enterprises["counts"].astype(bool)].sort_index(kind="stable")
    everybody = group_enterprises(enterprises, sheet.industries)
    groups = everybody.loc[counted.index]
    amounts = emitter_amounts(sheet, groups, records, basis.year)
    if purchased is not None:
        bought = purchased_amounts(groups, purchased, basis.year)
        amounts = pd.concat([one for one in (amounts, bought) if len(one)] or [amounts], ignore_index=True)
    areas = _held(tables.areas, purchased)
    areas = areas[areas["year"] == basis.year]
    rows = residual_rows(sheet, amounts, areas, basis)
    findings, disagreements = check_closure(whole, basis)
    findings = [*whole.findings, *findings, *check_townships(rows, areas, basis)]
    findings += check_residuals(rows, amounts, counted["name"], basis)
    findings += check_silent(groups, counted, records, basis.year)
    findings += check_groups(groups, counted) if len(sheet.split()) else []
    return Reconciliation(
        reconciliation=rows,
        areas=township_rows(tables.areas, basis),
        disagreements=pd.DataFrame(disagreements, columns=list(DISAGREEMENTS)),
        groups=everybody,
        findings=tuple(findings),
    )


def _held(frame: pd.DataFrame, purchased: pd.DataFrame | None) -> pd.DataFrame:
    """Leave out sums over fuels, and power and heat where nothing is known of who bought them."""
    aside = ["energy"] if purchased is not None else ["energy", "power", "heat"]
    return frame[~frame["fuel"].isin(aside)]
