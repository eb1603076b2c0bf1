"""The page of a check: whether the inputs can be used, what is wrong where and how to mend it, and a map of it.

One HTML file of plain markup, styles and a small script; it needs no network and no base map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files as packaged

import geopandas as gpd

from zoning.checkpage.chart import chart
from zoning.checkpage.listing import cards, filters, verdict
from zoning.checkpage.places import places, shapes_of
from zoning.checks.grouping import grouped, ordered_shapes
from zoning.checks.judged import FaultShape
from zoning.errors import Finding
from zoning.htmltree import Child, document, tag
from zoning.messages import say
from zoning.symbology import symbols

__all__ = ["render_check"]


def render_check(
    title: str,
    findings: Iterable[Finding],
    shapes: Iterable[FaultShape],
    layers: Mapping[str, gpd.GeoDataFrame],
    lang: str = "zh",
) -> str:
    """Return the page of a check as one HTML page.

    Parameters
    ----------
    title : str
        What was checked: the name of the study, or of the file.
    findings : iterable of Finding
        In any order; those of one kind are shown as one.
    shapes : iterable of FaultShape
        Where geometric faults are, EPSG:4490; numbered as in the fault map.
    layers : mapping of str to GeoDataFrame
        Name → checked layer, valid or not, for the outlines of the map; the first one is the ground.
    lang : str
        ``zh`` or ``en``; names and values of the user are never translated.

    Returns
    -------
    str
        A page that is complete in itself; the same inputs give the same bytes. Without layers and shapes it has no map.

    Examples
    --------
    >>> "可以运行：没有发现问题" in render_check("示例", [], [], {})
    True
    """
    found, drawn = grouped(findings), places(ordered_shapes(shapes))
    owned, alone = shapes_of(found, drawn)
    figure = chart(layers, drawn, lang)
    body: list[Child] = [
        tag("header", tag("h1", title), tag("p", say("check.subtitle", lang), class_="soft")),
        verdict(found, lang),
        filters(found, lang),
        tag("div", figure, cards(found, owned, alone, lang), class_="split" if figure is not None else "plain"),
    ]
    return document(title, lang, (_colours() + _own("check.css"), _own("check.js")), [tag("main", *body)])


def _colours() -> str:
    rules = (f".{one.code} {{ --fill: {one.fill}; --edge: {one.outline}; }}\n" for one in symbols("severity"))
    return "".join(rules)


def _own(name: str) -> str:
    return packaged("zoning.checkpage").joinpath(name).read_text(encoding="utf-8")
