"""Fragments of a result, drawn the first time that somebody asks for their geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from zoning.ledger import Drawing

if TYPE_CHECKING:
    from zoning.result import Result

__all__ = ["DRAWN_WHEN_ASKED", "Fragments"]


class Fragments:
    """The field ``fragments`` of a result: given as a table, or as a drawing that becomes one when it is looked at.

    A nation has some hundred thousand fragments; cutting them takes longer than everything else, and neither the ledger
    nor any decision needs their shapes.
    """

    def __get__(self, result: Result | None, owner: type[Result]) -> gpd.GeoDataFrame:
        """Return the table with geometry."""
        if result is None:
            raise AttributeError  # a field without a default
        given = vars(result)["fragments"]
        if isinstance(given, Drawing):
            given = vars(result)["fragments"] = given.drawn()
        return given

    def __set__(self, result: Result, given: gpd.GeoDataFrame | Drawing) -> None:
        """Keep what is given."""
        vars(result)["fragments"] = given


DRAWN_WHEN_ASKED = Fragments()
"""What stands for the field in the class; the values are kept by the results."""
