"""Content tables (measures, clause templates, documents, limits, demands …), and whether they are sound.

The packaged tables are read by ``zoning.tables``; here every cell is held against the rule of its column
(``content_columns``), every row against the rows it refers to, and the rows of a study are put beside them.
"""

from zoning.content.counts import STATUSES, Overview, overview
from zoning.content.extension import Extended, UserTable, extend
from zoning.content.knowledge import knowledge_date
from zoning.content.page import content_page
from zoning.content.rows import Placed, extendable, packaged, purposes
from zoning.content.validation import validate

__all__ = [
    "STATUSES",
    "Extended",
    "Overview",
    "Placed",
    "UserTable",
    "content_page",
    "extend",
    "extendable",
    "knowledge_date",
    "overview",
    "packaged",
    "purposes",
    "validate",
]
