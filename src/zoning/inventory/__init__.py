"""Department tables → one inventory: who is who, where, what each burns and emits, and what the balance leaves over."""

from __future__ import annotations

from zoning.inventory.build import Built, build_inventory
from zoning.inventory.emitters import SPECIES, emitters_of, with_context
from zoning.inventory.enterprises import MERGED, PERMIT_ONLY, WORKING
from zoning.inventory.model import Correction, Inventory, Linkage, Placement, open_pairs, residual_co2
from zoning.inventory.names import fuel_name
from zoning.inventory.reconciliation import Spread

__all__ = [
    "MERGED",
    "PERMIT_ONLY",
    "SPECIES",
    "WORKING",
    "Built",
    "Correction",
    "Inventory",
    "Linkage",
    "Placement",
    "Spread",
    "build_inventory",
    "emitters_of",
    "fuel_name",
    "open_pairs",
    "residual_co2",
    "with_context",
]
