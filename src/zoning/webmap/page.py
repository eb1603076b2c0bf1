"""The map page: folium draws the frame of the map, the files of ``program`` do the rest from the parts of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files

import folium
from branca.element import Element, Figure, MacroElement
from folium.plugins import Fullscreen
from folium.template import Template
from folium.utilities import JsCode

from zoning.messages import say
from zoning.result import Result
from zoning.tables import numbers
from zoning.webmap.contents import Contents, contents
from zoning.webmap.inline import asset, policy
from zoning.webmap.packing import json_block, part_block

__all__ = ["PROGRAM", "map_page"]

PROGRAM = (
    "core",
    "look",
    "shapes",
    "area_layer",
    "panel",
    "units",
    "search",
    "themes",
    "filter",
    "overlays",
    "grids",
    "emitters",
    "tiles",
    "card",
    "measure",
    "print",
    "start",
)
"""Files of ``program`` in the order in which they stand in the page; what registers itself is called in this order."""

_STYLES = ("map.css", "card.css")


class _Page(Figure):
    """The page around the map: language, policy, title, parts, licences of what is inside."""

    _template = Template(
        """<!DOCTYPE html>
<html lang="{{ this.lang|e }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{{ this.policy|e }}">
<title>{{ this.title|e }}</title>
{{ this.header.render(**kwargs) }}
</head>
<body>
{{ this.html.render(**kwargs) }}
{{ this.blocks }}
<script>
{{ this.script.render(**kwargs) }}
</script>
<!--
{{ this.licences }}
-->
</body>
</html>
"""
    )

    def __init__(self, known: Contents) -> None:
        super().__init__(title=known.result.study.study.name)
        self.lang = "en" if known.lang == "en" else "zh-CN"
        self.policy = policy(known.hosts)
        self.licences = asset("LICENSES.txt").decode("utf-8").strip()
        parts = [part_block(name, value) for name, value in known.parts()]
        self.blocks = "\n".join([json_block("configuration", known.configuration), *parts])


class _Map(folium.Map):
    """A folium map that asks for Leaflet alone."""

    default_js = [("leaflet", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js")]  # noqa: RUF012 - folium's
    default_css = [("leaflet_css", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css")]  # noqa: RUF012


class _Panel(MacroElement):
    """The panel beside the map, and the program that fills it."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.style }}</style>{% endmacro %}
        {% macro html(this, kwargs) %}
        <aside id="panel" tabindex="-1"><noscript>{{ this.no_script|e }}</noscript></aside>
        <div id="loading" role="status"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        (function () {
        "use strict";
        {{ this.program }}
        zoningMap({{ this.chart.get_name() }}, JSON.parse(document.getElementById("configuration").textContent));
        })();
        {% endmacro %}
        """
    )

    def __init__(self, no_script: str, chart: folium.Map) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Panel"
        self.no_script = no_script
        self.style = "\n".join(_own(name) for name in _STYLES)
        self.program = "\n".join(_own("program", f"{name}.js") for name in PROGRAM)
        self.chart = chart


def _own(*names: str) -> str:
    return files("zoning.webmap").joinpath(*names).read_text(encoding="utf-8")


def map_page(result: Result, lang: str = "zh", pages: Mapping[str, int] | None = None) -> str:
    """Return the page as folium renders it, with links to the scripts that are still to be put inside.

    Parameters
    ----------
    result : Result
        Units with their decisions; zones of any element.
    lang : str
        ``zh`` or ``en``.
    pages : mapping of str to int, optional
        Code of a unit → page of its fact sheet in ``atlas.pdf``.

    Returns
    -------
    str
        HTML; identifiers are numbered, so that the same result gives the same bytes.
    """
    page = _Page(contents(result, lang, pages))
    chart = _Map(
        location=(0.0, 0.0),
        tiles=None,
        zoom_start=2,
        zoom_snap=numbers("map_settings")["zoom_snap"],
        max_zoom=18,
        attribution_control=False,
    )
    page.add_child(chart)
    _fullscreen(lang).add_to(chart)
    chart.add_child(_Panel(say("map.no_script", lang), chart))
    for number_, part in enumerate(_parts(page)):
        part._id = f"{number_:04d}"  # noqa: SLF001 - folium draws identifiers by lot; the same input must give the same page
    return str(page.render())


def _fullscreen(lang: str) -> Fullscreen:
    # The whole page, not only the map: a legend that is left behind helps nobody.
    return Fullscreen(  # type: ignore[no-untyped-call]
        title=say("map.fullscreen", lang),
        title_cancel=say("map.fullscreen_end", lang),
        fullscreen_element=JsCode("document.documentElement"),
    )


def _parts(root: Element) -> Iterator[Element]:
    yield root
    for name in ("header", "html", "script"):
        if hasattr(root, name):
            yield from _parts(getattr(root, name))
    for child in root._children.values():  # noqa: SLF001 - branca has no public walk
        yield from _parts(child)
