"""The interactive map: one HTML file that needs no network, no map service and no account.

The units are drawn once and coloured by theme in the browser; zones lie over them as outline and hatch. Nothing but the
study's own layers is drawn: there is no base map.
"""

from __future__ import annotations

from zoning.result import Result
from zoning.webmap.inline import inline_assets
from zoning.webmap.page import map_page

__all__ = ["render_map"]


def render_map(result: Result, lang: str = "zh") -> str:
    """Return the interactive map of a result as one HTML page.

    Parameters
    ----------
    result : Result
        Units with their decisions; zones of any element.
    lang : str
        ``zh`` or ``en``; names and clauses of the study are never translated.

    Returns
    -------
    str
        A page that is complete in itself; the same result gives the same bytes.

    Raises
    ------
    ZoningError
        If folium asks for a script or style sheet that is not vendored.
    """
    return inline_assets(map_page(result, lang))
