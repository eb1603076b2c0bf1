"""What is safe to mend is mended in a value, every change listed; what is not safe is named and left as it is."""

from zoning.checks.repairs.changes import Change, ChangeKind
from zoning.checks.repairs.layers import repair_layer
from zoning.checks.repairs.tables import repair_table

__all__ = ["Change", "ChangeKind", "repair_layer", "repair_table"]
