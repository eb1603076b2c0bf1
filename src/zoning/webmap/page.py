"""The map page: folium draws the map and embeds the shapes, ``map.js`` does the rest from one configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.plugins import Fullscreen
from folium.template import Template
from folium.utilities import JsCode

from zoning.cartography.themes import overlays, themes
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import HATCHES
from zoning.symbology.marks import example_mark, sheet_warnings
from zoning.webmap.emitters import emitter_layer
from zoning.webmap.facts import unit_facts
from zoning.webmap.geometry import screen_shapes
from zoning.webmap.inline import POLICY, asset

__all__ = ["configuration", "map_page"]

_OVER = {"show": False, "interactive": False, "pane": "zones"}  # zones are looked at, units are clicked
_WORDS = ("find", "search", "not_found", "theme", "zones", "points", "reading", "north", "north_up")


class _Page(Figure):
    """The page around the map: language, policy, title, licences of what is inside."""

    _template = Template(
        """<!DOCTYPE html>
<html lang="{{ this.lang|e }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ this.policy|e }}">
<title>{{ this.title|e }}</title>
{{ this.header.render(**kwargs) }}
</head>
<body>
{{ this.html.render(**kwargs) }}
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

    def __init__(self, title: str, lang: str) -> None:
        super().__init__(title=title)
        self.lang = "en" if lang == "en" else "zh-CN"
        self.policy = POLICY
        self.licences = asset("LICENSES.txt").decode("utf-8").strip()


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
        <aside id="panel"><noscript>{{ this.no_script|e }}</noscript></aside>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        {{ this.program }}
        zoningMap({{ this.names[0] }}, {{ this.names[1] }}, [{{ this.names[2:]|join(", ") }}],
          {{ this.configuration|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self, configuration: Mapping[str, Any], no_script: str, chart: folium.Map, *layers: folium.GeoJson
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Panel"
        self.configuration = configuration
        self.no_script = no_script
        self.style, self.program = _own("map.css"), _own("map.js")
        self._chart, self._layers = chart, layers

    @property
    def names(self) -> list[str]:
        """Names in the script: of the map, of the layer of units, of the layers of zones."""
        return [str(part.get_name()) for part in (self._chart, *self._layers)]


def _own(name: str) -> str:
    return files("zoning.webmap").joinpath(name).read_text(encoding="utf-8")


def map_page(result: Result, lang: str = "zh") -> str:
    """Return the page as folium renders it, with links to the scripts that are still to be put inside.

    Parameters
    ----------
    result : Result
        Units with their decisions; zones of any element.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        HTML; identifiers are numbered, so that the same result gives the same bytes.
    """
    shapes, tolerance = screen_shapes(result.units.geometries, result.units.crs)
    units = _layer(shapes, [{"place": place} for place in range(len(shapes))], {})
    zones = []
    for element in result.zones:
        outlines, coarser = screen_shapes(element.geometries, element.crs)
        tolerance = max(tolerance, coarser)
        subtypes = [{"subtype": str(code)} for code in element.frame["subtype"]]
        zones.append(_layer(outlines, subtypes, _OVER))
    page = _Page(result.study.study.name, lang)
    chart = _Map(location=(0.0, 0.0), tiles=None, zoom_start=2, zoom_snap=0.25, max_zoom=18, attribution_control=False)
    page.add_child(chart)
    for layer in (units, *zones):
        layer.add_to(chart)
    _fullscreen(lang).add_to(chart)
    chart.add_child(_Panel(configuration(result, tolerance, lang), say("map.no_script", lang), chart, units, *zones))
    for number_, part in enumerate(_parts(page)):
        part._id = f"{number_:04d}"  # noqa: SLF001 - folium draws identifiers by lot; the same input must give the same page
    return str(page.render())


def configuration(result: Result, tolerance: float, lang: str = "zh") -> dict[str, Any]:
    """Return everything the program in the page knows, as plain values: texts, themes, legends, facts of the units.

    Parameters
    ----------
    result : Result
        Units with their decisions.
    tolerance : float
        What the shapes were simplified with, m; printed on the map.
    lang : str
        ``zh`` or ``en``.
    """
    facts = unit_facts(result, lang)
    emitters = emitter_layer(result, lang)
    study = result.study
    slots = {"count": len(result.units), "base": study.years.base, "compiler": study.study.compiler or "—"}
    return {
        "title": study.study.name,
        "mark": example_mark(result, lang),
        "subtitle": say("map.subtitle", lang, **slots),
        "warnings": [{"kind": kind, "texts": texts} for kind, texts in sheet_warnings(result, lang).items()],
        "words": {word: say(f"map.{word}", lang) for word in _WORDS},
        "themes": [asdict(theme) for theme in themes(result, lang)],
        "overlays": [asdict(overlay) for overlay in overlays(result, lang)],
        "emitters": asdict(emitters) if emitters else None,
        "hatches": {name: asdict(hatch) for name, hatch in HATCHES.items()},
        "lines": list(facts.lines),
        "units": list(facts.units),
        "remarks": [
            say("map.remark.reading", lang),
            say("map.remark.shapes", lang, tolerance=f"{tolerance:g}"),
            say("map.remark.base", lang),
        ],
    }


def _layer(
    shapes: list[Mapping[str, Any]], properties: list[dict[str, Any]], options: dict[str, Any]
) -> folium.GeoJson:
    features = [
        {"type": "Feature", "geometry": shape, "properties": about}
        for shape, about in zip(shapes, properties, strict=True)
    ]
    data = {"type": "FeatureCollection", "features": features}
    return folium.GeoJson(data, control=False, smooth_factor=0, **options)


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
