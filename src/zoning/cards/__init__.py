"""The card of a unit: what a fact sheet of the atlas and a click on the map tell, put together once for both."""

from zoning.cards.cards import Cards
from zoning.cards.model import ClauseLine, DraftLine, Figure, Masses, ReasonLine, UnitCard, ZoneLine

__all__ = ["Cards", "ClauseLine", "DraftLine", "Figure", "Masses", "ReasonLine", "UnitCard", "ZoneLine"]
