"""A layer of a base map that the user supplied: drawn under or over the results, counted in nothing."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

__all__ = ["BaseLayer"]


@dataclass(frozen=True)
class BaseLayer:
    """Shapes with names, and the number of their map review.

    Attributes
    ----------
    role : str
        ``boundary``, ``nation``, ``sea``, ``water``, ``road``, ``place`` or ``other``.
    name : str
        Name in the legend.
    approval : str
        审图号; printed on every sheet the layer is drawn on.
    source : str
        Where it comes from.
    frame : GeoDataFrame
        Columns ``label`` (text, may be empty) and ``geometry`` of any kind, in the coordinate system of the units.
    """

    role: str
    name: str
    approval: str
    source: str
    frame: gpd.GeoDataFrame
