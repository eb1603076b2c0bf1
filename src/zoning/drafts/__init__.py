"""Drafted clauses (清单条款草案): from reasons and templates to candidates with visible gaps."""

from zoning.drafts.model import Basis, Draft, Edit, Slot

__all__ = ["Basis", "Draft", "Edit", "Slot"]
