"""The base map: layers that the user supplied, each with its map review, and nothing else; none is bundled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from zoning.cartography.model import Areas, Entry, Layer, Lines, Points
from zoning.result import Result
from zoning.supports import BaseLayer
from zoning.symbology import Look, Symbol, look_of

__all__ = ["base_layers"]

_UNDER = ("sea", "water")  # lie below the results; the others lie on top
_WIDTHS = {"nation": 0.8, "boundary": 0.6}  # mm
_LINE = 0.3
_POINT = 1.0


def base_layers(result: Result) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Return what the user supplied of a base map: layers that lie below the results, and those above them."""
    look = look_of(result.study)
    below = [one for one in result.bases if one.role in _UNDER]
    above = [one for one in result.bases if one.role not in _UNDER]
    return tuple(_of_bases(below, look)), tuple(_of_bases(above, look))


def _of_bases(bases: Sequence[BaseLayer], look: Look) -> list[Layer]:
    return [layer for base in bases for layer in _base(base, look.symbol("base", base.role))]


def _base(base: BaseLayer, one: Symbol) -> list[Layer]:
    """Return polygons, lines and points of one base layer; whatever it mixes is kept."""
    frame = base.frame[~(base.frame.geometry.isna() | base.frame.geometry.is_empty)].explode(ignore_index=True)
    entry = Entry(base.role, base.name, one.fill, one.outline)
    theme = f"base.{base.role}"
    made: list[Layer] = []
    for kind, part in (("Polygon", 2), ("LineString", 1), ("Point", 0)):
        chosen = frame[shapely.get_dimensions(np.asarray(frame.geometry)) == part]
        if not len(chosen):
            continue
        labels = tuple(str(label or "") for label in chosen["label"])
        made.append(_drawn(kind, (theme, base.role), chosen, labels, replace(entry, count=len(chosen))))
    return made


def _drawn(kind: str, about: tuple[str, str], frame: gpd.GeoDataFrame, labels: tuple[str, ...], entry: Entry) -> Layer:
    theme, role = about
    shapes = np.asarray(frame.geometry, dtype=object)
    if kind == "Point":
        places = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
        keys = (entry.key,) * len(shapes)
        sized = replace(entry, size=_POINT)
        return Points(theme=theme, title="", places=places, keys=keys, entries=(sized,), labels=labels)
    if kind == "Polygon" and role in _UNDER:
        keys = (entry.key,) * len(shapes)
        return Areas(theme=theme, title="", shapes=shapes, keys=keys, entries=(entry,), labels=labels)
    lines = np.array([shapely.boundary(one) for one in shapes], dtype=object) if kind == "Polygon" else shapes
    return Lines(theme=theme, title="", shapes=lines, entry=entry, width=_WIDTHS.get(role, _LINE), labels=labels)
