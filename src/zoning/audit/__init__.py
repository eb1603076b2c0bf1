"""The health of access lists (清单体检), told from their words alone: levels, types, laws, deadlines, zones."""

from zoning.audit.auditing import Audit, audit_lists
from zoning.audit.case import knowledge_date
from zoning.audit.dimensions import ORDER

__all__ = ["ORDER", "Audit", "audit_lists", "knowledge_date"]
