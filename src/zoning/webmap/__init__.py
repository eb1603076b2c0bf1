"""The interactive map: one HTML file that needs no network, no map service and no account.

The units are there once and coloured by theme and year in the browser; zones lie over them as outline and hatch, grids
under their borders. What is large is packed in the page and opened when it is asked for. No base map is bundled.
"""

from __future__ import annotations

from collections.abc import Mapping

from zoning.result import Result
from zoning.webmap.inline import inline_assets
from zoning.webmap.page import map_page

__all__ = ["render_map"]


def render_map(result: Result, lang: str = "zh", *, pages: Mapping[str, int] | None = None) -> str:
    """Return the interactive map of a result as one HTML page.

    Parameters
    ----------
    result : Result
        Units with their decisions; zones of any element.
    lang : str
        ``zh`` or ``en``; names and clauses of the study are never translated.
    pages : mapping of str to int, optional
        Code of a unit → page of its fact sheet in ``atlas.pdf``, which the card links to.

    Returns
    -------
    str
        A page that is complete in itself; the same result gives the same bytes.

    Raises
    ------
    ZoningError
        If folium asks for a script or style sheet that is not vendored.
    """
    return inline_assets(map_page(result, lang, pages))
