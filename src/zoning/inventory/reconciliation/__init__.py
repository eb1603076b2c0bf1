"""The energy balance, official totals and grids held against the enterprises; what is left over, who may carry it."""

from __future__ import annotations

from zoning.inventory.reconciliation.disagreements import rank_disagreements
from zoning.inventory.reconciliation.grid import against_grid
from zoning.inventory.reconciliation.model import Basis, FuelFactors, Reconciliation
from zoning.inventory.reconciliation.officials import hold_officials
from zoning.inventory.reconciliation.reconcile import reconcile
from zoning.inventory.reconciliation.spread import Spread, spread_residuals

__all__ = [
    "Basis",
    "FuelFactors",
    "Reconciliation",
    "Spread",
    "against_grid",
    "hold_officials",
    "rank_disagreements",
    "reconcile",
    "spread_residuals",
]
