"""Invented regions as values, of any size: units, zones, emitters, grids, lists, and the answers planted in them."""

from __future__ import annotations

from zoning.synthetic.layout import Layout
from zoning.synthetic.patchwork import patchwork
from zoning.synthetic.region import SyntheticRegion, region
from zoning.synthetic.truth import Truth

__all__ = ["Layout", "SyntheticRegion", "Truth", "patchwork", "region"]
