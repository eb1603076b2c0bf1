"""Map making without drawing: what is shown in which class, where labels go, which scale fits, how shapes are eased.

The atlas, the interactive map and the front page ask here, so that a class, a limit and a colour are the same on all.
"""

from zoning.cartography.model import Areas, Cells, Entry, Extent, Layer, Lines, Panel, Points
from zoning.cartography.themes import Overlay, Theme, overlays, themes

__all__ = [
    "Areas",
    "Cells",
    "Entry",
    "Extent",
    "Layer",
    "Lines",
    "Overlay",
    "Panel",
    "Points",
    "Theme",
    "overlays",
    "themes",
]
