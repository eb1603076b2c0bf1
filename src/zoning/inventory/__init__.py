"""Department tables → one inventory: who is who, where, what each burns and emits, and what the balance leaves over."""

from __future__ import annotations

from zoning.inventory.model import Correction, Inventory, Linkage, Placement

__all__ = ["Correction", "Inventory", "Linkage", "Placement"]
