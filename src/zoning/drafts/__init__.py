"""Drafted clauses (清单条款草案): from reasons and templates to candidates with visible gaps, and the edits of a list.

>>> from zoning.drafts import Drafting, Region, draft_clauses
>>> draft_clauses(Drafting(Region("350582", "示例市"), 2020, ()))
()
"""

from zoning.drafts.drafting import draft_clauses
from zoning.drafts.editing import edits_of
from zoning.drafts.inputs import Drafting, Region, UnitCase, ZoneType, drafting_of
from zoning.drafts.model import Basis, Draft, Edit, Slot

__all__ = [
    "Basis",
    "Draft",
    "Drafting",
    "Edit",
    "Region",
    "Slot",
    "UnitCase",
    "ZoneType",
    "draft_clauses",
    "drafting_of",
    "edits_of",
]
