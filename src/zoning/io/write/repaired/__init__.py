"""Copies of inputs with what was mended, the list of changes, and the study file that uses the copies."""

from zoning.io.write.repaired.layers import write_repaired_layers
from zoning.io.write.repaired.lists import write_changes
from zoning.io.write.repaired.studies import plan_copy
from zoning.io.write.repaired.tables import write_repaired_tables

__all__ = [
    "plan_copy",
    "write_changes",
    "write_repaired_layers",
    "write_repaired_tables",
]
