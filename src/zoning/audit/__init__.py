"""The health of access lists (清单体检), told from their words alone: levels, types, laws, deadlines, zones."""

from zoning.audit.auditing import Audit, audit_case, audit_lists
from zoning.audit.carbon import carbon_words
from zoning.audit.case import Case
from zoning.audit.dimensions import ORDER
from zoning.audit.matrices import LEAD
from zoning.audit.places import cell_of, row_of
from zoning.audit.summary import Kind, kinds_of, lists_said, unit_of

__all__ = [
    "LEAD",
    "ORDER",
    "Audit",
    "Case",
    "Kind",
    "audit_case",
    "audit_lists",
    "carbon_words",
    "cell_of",
    "kinds_of",
    "lists_said",
    "row_of",
    "unit_of",
]
