"""Base evaluation (基础评价): key industries, fields, units, trends, common origin and 双高, as tables."""

from __future__ import annotations

from zoning.inventory.evaluation.context import Context
from zoning.inventory.evaluation.evaluate import column_titles, evaluate

__all__ = ["Context", "column_titles", "evaluate"]
