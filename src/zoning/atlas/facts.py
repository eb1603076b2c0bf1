"""Fact sheets: one unit in its neighbourhood, with everything that speaks for and against a carbon clause."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from zoning.atlas.model import Plate
from zoning.atlas.plates.setting import Setting
from zoning.cards import Cards, UnitCard
from zoning.cartography.layers import Legend, code_legend, emitter_points, emitter_table, zone_areas
from zoning.cartography.model import Areas, Cells, Entry, Extent, Lines, Panel, Points
from zoning.errors import ResultError
from zoning.messages import fault
from zoning.result import Result
from zoning.vocab import DecisionCode, Element

__all__ = ["fact_plates", "flagged"]

_Shapes = Areas | Lines | Points

_FLAGS = (DecisionCode.NEED, DecisionCode.UPGRADE)
_OVERLAYS = (Element.AIR, Element.ENERGY)
_AROUND = 0.6  # of the longer side of a unit, seen on every side of it
_KEPT = 2.5  # the frame may be longer than the unit: shapes within this many sides are given to it
_KEY_EMITTER = "key_emitter_co2"


def flagged(result: Result) -> tuple[str, ...]:
    """Return the units that get a fact sheet unasked, in code order.

    Those whose list needs a clause or a higher grade (NEED, UPGRADE), and those with an override, whether it is applied
    or open again: somebody has to sign for each of them. Units to be watched and units that cannot be judged are many
    and ask for no clause; they are in the tables and can be requested by code.
    """
    table = result.decisions
    chosen = table["decision"].isin([str(code) for code in _FLAGS]) | (table["override_state"].fillna("") != "")
    return tuple(sorted(str(code) for code in table.index[chosen]))


def fact_plates(result: Result, codes: Iterable[str], lang: str = "zh") -> Iterator[Plate]:
    """Return a sheet per unit, one at a time, in the order of the codes; a code asked for twice has one sheet.

    Parameters
    ----------
    result : Result
        A finished run.
    codes : iterable of str
        Units.
    lang : str
        Language of titles and labels.

    Raises
    ------
    ResultError
        Before the first sheet, if a code is no unit of the result; the nearest one is named.
    """
    asked = tuple(dict.fromkeys(codes))
    cards = Cards(result, lang)
    for code in asked:
        if code not in cards:
            nearest = difflib.get_close_matches(code, cards.codes, n=1, cutoff=0.0)
            raise fault(ResultError, "explain.unknown", code=code, nearest=nearest[0] if nearest else "—")
    return _plates(_Surroundings(Setting(result, lang)), cards, asked)


def _plates(around: _Surroundings, cards: Cards, codes: Sequence[str]) -> Iterator[Plate]:
    for code in codes:
        yield _plate(around, cards.card(code))


def _plate(around: _Surroundings, card: UnitCard) -> Plate:
    setting = around.setting
    return Plate(
        id=f"unit:{card.code}",
        group=setting.say("card.group"),
        title=setting.say("card.title", code=card.code, name=card.name),
        subtitle=setting.say("card.subtitle", decision=setting.look.label("decision", card.decision, setting.lang)),
        panels=(around.panel(card.code),),
        sources=around.sources,
        approvals=setting.approvals,
        card=card,
    )


@dataclass(frozen=True, eq=False)
class _Surroundings:
    """What is drawn around units; of every layer only what lies near is given to a sheet."""

    setting: Setting

    @cached_property
    def _places(self) -> dict[str, int]:
        return {str(code): place for place, code in enumerate(self.setting.result.units.codes)}

    @cached_property
    def _near(self) -> tuple[tuple[Areas, shapely.STRtree], ...]:
        """Zones of air and of fuels, each layer with the tree of its shapes."""
        setting = self.setting
        found = (
            zone_areas(setting.result, zones, setting.lang, filled=False)
            for zones in setting.result.zones
            if zones.element in _OVERLAYS
        )
        return tuple((layer, shapely.STRtree(layer.shapes)) for layer in found)

    @cached_property
    def _classes(self) -> Legend:
        """Class of every unit."""
        classes = self.setting.result.units.frame["unit_class"]
        return code_legend(self.setting.look, "unit_class", classes, self.setting.lang)

    @cached_property
    def _units(self) -> shapely.STRtree:
        return shapely.STRtree(self.setting.result.units.geometries)

    @cached_property
    def _bases(self) -> tuple[tuple[tuple[_Shapes, shapely.STRtree], ...], ...]:
        """Base layers below and above the units, each with the tree of its shapes."""
        return tuple(
            tuple((layer, _tree(layer)) for layer in layers if not isinstance(layer, Cells))
            for layers in self.setting.bases
        )

    @cached_property
    def _emitters(self) -> tuple[Points, shapely.STRtree] | None:
        """Emitters with the tree of their places, the names of key emitters as their labels."""
        table = emitter_table(self.setting.result)
        if not len(table):
            return None
        least = self.setting.result.study.threshold(_KEY_EMITTER)
        names = [name if mass >= least else "" for name, mass in zip(table["name"], table["CO2"], strict=True)]
        points = replace(emitter_points(self.setting.result, table, self.setting.lang), labels=tuple(names))
        return points, _tree(points)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where layers, emissions and lists come from."""
        setting, study = self.setting, self.setting.result.study
        zones = tuple(one.source for one in study.zones if one.source)
        grids = tuple(one.source for one in study.emissions if one.source)
        points = [study.points.source] if study.points is not None else []
        points += [table.source for table in study.inventory.tables] if study.inventory is not None else []
        return (
            *setting.unit_source,
            *(setting.source("zones", *zones) if zones else ()),
            *(setting.say("card.source.grids", source=text) for text in dict.fromkeys(grids)),
            *(setting.source("emitters", *points) if points else ()),
            *setting.list_source,
        )

    def panel(self, code: str) -> Panel:
        """Return the map of one unit: it in the colour of its class with the zones it lies in, its neighbours pale."""
        place = self._places[code]
        shapes = self.setting.result.units.geometries
        extent = _extent(shapes[place], _AROUND)
        room = shapely.box(*_extent(shapes[place], _KEPT))
        under, over = ([_within(layer, tree, room) for layer, tree in layers] for layers in self._bases)
        zones = [_cut(layer, tree, shapes[place]) for layer, tree in self._near]
        layers = (
            *under,
            self._neighbours(place, room),
            self._unit(place),
            *zones,
            *over,
            *self._sources_of(place, room),
        )
        return Panel(
            layers=tuple(layer for layer in layers if _count(layer)),
            crs=self.setting.crs,
            extent=extent,
            around=shapes,
        )

    def _sources_of(self, place: int, room: shapely.Polygon) -> tuple[Points, ...]:
        """Return the emitters in a room; only those of the unit itself are named."""
        if self._emitters is None:
            return ()
        points, tree = self._emitters
        own = set(tree.query(self.setting.result.units.geometries[place], predicate="intersects").tolist())
        names = tuple(name if row in own else "" for row, name in enumerate(points.labels))
        found = _within(replace(points, labels=names), tree, room)
        return (found,) if isinstance(found, Points) else ()

    def _neighbours(self, place: int, room: shapely.Polygon) -> Areas:
        one = self.setting.look.symbol("surroundings", "NEIGHBOUR")
        near = [int(found) for found in np.sort(self._units.query(room, predicate="intersects")) if found != place]
        label = one.label(self.setting.lang)
        return Areas(
            theme=one.theme,
            title="",
            shapes=self.setting.result.units.geometries[near],
            keys=(one.code,) * len(near),
            entries=(Entry(one.code, label, one.fill, one.outline, one.hatch, len(self._places) - 1),),
            labels=tuple(self.setting.labels[found] for found in near),
        )

    def _unit(self, place: int) -> Areas:
        legend = self._classes
        return Areas(
            theme=legend.theme,
            title=legend.title,
            shapes=self.setting.result.units.geometries[place : place + 1],
            keys=legend.keys[place : place + 1],
            entries=legend.entries,
            labels=self.setting.labels[place : place + 1],
        )


def _extent(shape: shapely.Geometry, share: float) -> Extent:
    """Return the box of a shape with a share of its longer side on every side."""
    west, south, east, north = (float(edge) for edge in shapely.bounds(shape))
    margin = share * max(east - west, north - south)
    return (west - margin, south - margin, east + margin, north + margin)


def _tree(layer: _Shapes) -> shapely.STRtree:
    return shapely.STRtree(shapely.points(layer.places) if isinstance(layer, Points) else layer.shapes)


def _within(layer: _Shapes, tree: shapely.STRtree, room: shapely.Polygon) -> _Shapes:
    """Return the shapes of a layer that lie in a room, in their order."""
    rows = np.sort(tree.query(room, predicate="intersects"))
    labels = tuple(layer.labels[row] for row in rows.tolist()) if layer.labels else ()
    if isinstance(layer, Lines):
        return replace(layer, shapes=layer.shapes[rows], labels=labels)
    keys = tuple(layer.keys[row] for row in rows.tolist())
    if isinstance(layer, Points):
        return replace(layer, places=layer.places[rows], keys=keys, labels=labels)
    return replace(layer, shapes=layer.shapes[rows], keys=keys, labels=labels)


def _cut(layer: Areas, tree: shapely.STRtree, unit: shapely.Geometry) -> Areas:
    """Return the parts of zones that lie in a unit."""
    rows = np.sort(tree.query(unit, predicate="intersects"))
    parts = [_faces(shapely.intersection(layer.shapes[row], unit)) for row in rows.tolist()]
    kept = [place for place, part in enumerate(parts) if not part.is_empty]
    return replace(
        layer,
        shapes=np.array([parts[place] for place in kept], dtype=object),
        keys=tuple(layer.keys[rows[place]] for place in kept),
    )


def _faces(shape: shapely.Geometry) -> shapely.Geometry:
    """Return what of a shape has an area: shared borders leave lines and points behind."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon) and part.area > 0])


def _count(layer: _Shapes) -> int:
    return len(layer.places if isinstance(layer, Points) else layer.shapes)
