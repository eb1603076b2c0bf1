"""Department tables → one inventory: who is who, where, what each burns and emits, and what the balance leaves over."""

from __future__ import annotations

from zoning.inventory.emitters import SPECIES, emitters_of
from zoning.inventory.enterprises import MERGED, PERMIT_ONLY, WORKING
from zoning.inventory.model import Correction, Inventory, Linkage, Placement

__all__ = [
    "MERGED",
    "PERMIT_ONLY",
    "SPECIES",
    "WORKING",
    "Correction",
    "Inventory",
    "Linkage",
    "Placement",
    "emitters_of",
]
