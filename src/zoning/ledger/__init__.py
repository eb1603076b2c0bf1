"""The ledger (台账) and what fills it: emissions of units and fragments, located emitters, conservation."""

from zoning.ledger.build import Account, build_ledger
from zoning.ledger.fragments import Drawing
from zoning.ledger.table import Column, Columns, Ledger, known_columns, nearest_year

__all__ = ["Account", "Column", "Columns", "Drawing", "Ledger", "build_ledger", "known_columns", "nearest_year"]
