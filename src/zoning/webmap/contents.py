"""What the page holds: one configuration that is read at once, and packed parts that are opened when needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from zoning.cards import Cards
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import HATCHES, look_of
from zoning.symbology.figures import species_text
from zoning.symbology.marks import example_mark, sheet_warnings
from zoning.tables import numbers, read
from zoning.vocab import label
from zoning.webmap.card_parts import card_parts
from zoning.webmap.coloured import Coloured, coloured
from zoning.webmap.emitters import emitter_layer, emitter_years
from zoning.webmap.filter_part import filter_part
from zoning.webmap.geometry import Shapes, screen_shapes
from zoning.webmap.grids import GridLayers, grid_layers
from zoning.webmap.overlays import OverLayer, over_layers

__all__ = ["Contents", "contents"]

_PREFIX = "map2."
_EDGE = re.compile(r"https://[^/]+")
_LETTERS = "abc"  # what Leaflet puts in the place of {s}


@dataclass(frozen=True)
class Contents:
    """Configuration and parts of one page.

    Attributes
    ----------
    configuration : mapping
        Texts, themes with their legends, layers; see ``program/core.js``.
    hosts : tuple of str
        Hosts of map tiles that the page may ask, none unless the study names a service.
    """

    configuration: Mapping[str, Any]
    hosts: tuple[str, ...]
    result: Result
    lang: str
    pages: Mapping[str, int]
    shapes: Shapes
    themes: tuple[Coloured, ...]
    layers: tuple[OverLayer, ...]
    grids: GridLayers

    def parts(self) -> Iterator[tuple[str, object]]:
        """Yield name and value of every part, what is needed first in front."""
        yield "shapes", self.shapes.packed()
        yield "units", self._units()
        for theme in self.themes:
            yield f"keys-{theme.id}", theme.packed()
        yield "filter", filter_part(self.result, self.lang)
        for layer in self.layers:
            yield layer.part, layer.packed
        yield from self.grids.parts.items()
        for year in emitter_years(self.result):
            layer_ = emitter_layer(self.result, self.lang, year)
            yield f"emitters-{year}", asdict(layer_) if layer_ else {}
        yield from card_parts(Cards(self.result, self.lang), look_of(self.result.study), self.lang)

    def _units(self) -> dict[str, Any]:
        codes = [str(code) for code in self.result.units.codes]
        names = self.result.decisions["unit_name"].reindex(codes)
        known: dict[str, Any] = {"codes": codes, "names": [str(name) for name in names]}
        return known | ({"pages": [int(self.pages.get(code, 0)) for code in codes]} if self.pages else {})


def contents(result: Result, lang: str = "zh", pages: Mapping[str, int] | None = None) -> Contents:
    """Return what the page of a result holds.

    Parameters
    ----------
    result : Result
        Units with their decisions, and whatever else there is to be laid over them.
    lang : str
        ``zh`` or ``en``.
    pages : mapping of str to int, optional
        Code of a unit → page of its fact sheet in ``atlas.pdf``.
    """
    settings, units = numbers("map_settings"), result.units
    most = int(max(settings["vertices"], settings["vertices_per_unit"] * len(units)))
    shapes = screen_shapes(units.geometries, units.crs, most)
    grids = grid_layers(result, shapes.bounds, lang)
    themes, layers = coloured(result, lang), over_layers(result, lang)
    tolerance = max([shapes.tolerance, *(layer.tolerance for layer in layers)])
    configuration = {
        **_head(result, lang),
        "words": _words(lang),
        "themes": [theme.described() for theme in themes],
        "overlays": [layer.described() for layer in layers],
        "grids": list(grids.groups),
        "emitters": _emitters(result),
        "hatches": {name: asdict(hatch) for name, hatch in HATCHES.items()},
        "tiles": _tiles(result),
        "remarks": _remarks(result, tolerance, grids, lang),
        "sources": _sources(result, lang),
        "hits": int(settings["hits"]),
    }
    return Contents(configuration, _hosts(result), result, lang, pages or {}, shapes, themes, layers, grids)


def _head(result: Result, lang: str) -> dict[str, Any]:
    study = result.study
    slots = {"count": len(result.units), "base": study.years.base, "compiler": study.study.compiler or "—"}
    marks = [example_mark(result, lang), say(f"map2.core.edition.{result.edition}", lang)]
    return {
        "lang": lang,
        "title": study.study.name,
        "marks": [mark for mark in marks if mark],
        "subtitle": say("map.subtitle", lang, **slots),
        "warnings": [{"kind": kind, "texts": texts} for kind, texts in sheet_warnings(result, lang).items()],
    }


def _words(lang: str) -> dict[str, str]:
    """Return our texts of the page: the rows ``map2.*`` without that prefix, slots and all."""
    rows = [row for row in read("messages_map") if row["key"].startswith(_PREFIX)]
    return {row["key"].removeprefix(_PREFIX): row[lang] for row in rows}


def _emitters(result: Result) -> dict[str, Any] | None:
    years = emitter_years(result)
    return {"years": sorted(years), "year": years[0]} if years else None


def _tiles(result: Result) -> dict[str, str] | None:
    asked = result.study.map
    if not asked.tiles:
        return None
    return {"url": asked.tiles, "key": asked.key, "attribution": asked.attribution, "approval": asked.approval}


def _hosts(result: Result) -> tuple[str, ...]:
    """Return the hosts of the tiles; ``{s}`` stands for the letters that Leaflet puts in its place."""
    found = _EDGE.match(result.study.map.tiles)
    if found is None:
        return ()
    host = found.group()
    return tuple(host.replace("{s}", letter) for letter in _LETTERS) if "{s}" in host else (host,)


def _remarks(result: Result, tolerance: float, grids: GridLayers, lang: str) -> list[str]:
    asked = result.study.map
    about = {"attribution": asked.attribution or "—", "approval": asked.approval or "—"}
    remarks = [say("map.remark.reading", lang), say("map.remark.shapes", lang, tolerance=f"{tolerance:g}")]
    if result.bases:
        remarks.append(say("map2.core.remark_base", lang))
    if asked.tiles:
        remarks.append(say("map2.core.remark_tiles", lang, **about))
    if not result.bases and not asked.tiles:
        remarks.append(say("map.remark.base", lang))
    if grids.left_out:
        names = ("、" if lang == "zh" else ", ").join(grids.left_out)
        remarks.append(say("map2.core.grids_left", lang, names=names))
    return remarks


def _sources(result: Result, lang: str) -> list[str]:
    """Return what the study says of the origin of its data, each line once."""
    study = result.study
    lines = [(say("map2.core.source_units", lang), study.units.source)]
    lines += [
        (say("map2.core.source_zones", lang, element=label(zones.element, lang)), zones.source) for zones in study.zones
    ]
    lines += [
        (say("map2.core.source_grid", lang, species=species_text(one.species), year=one.year), one.source)
        for one in study.emissions
    ]
    if study.points is not None:
        lines.append((say("map2.core.source_points", lang), study.points.source))
    told = [say("map2.core.source_line", lang, what=what, source=source) for what, source in lines if source]
    return list(dict.fromkeys(told))
