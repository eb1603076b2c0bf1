"""The base map: layers that the user supplied, each with its map review, and nothing else; none is bundled."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from zoning.cartography.model import Areas, Entry, Layer, Lines, Points
from zoning.result import Result
from zoning.supports import BaseLayer
from zoning.symbology import Symbol, look_of

__all__ = ["base_layers"]

_UNDER = ("sea", "water")  # their areas lie below the results; everything else is lines and points on top
_WIDTHS = {"nation": 0.8, "boundary": 0.6}  # mm
_LINE = 0.3
_POINT = 1.0


def base_layers(result: Result) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Return what the user supplied of a base map: layers that lie below the results, and those above them."""
    look = look_of(result.study)
    layers = [layer for base in result.bases for layer in _base(base, look.symbol("base", base.role))]
    below = tuple(layer for layer in layers if isinstance(layer, Areas))
    return below, tuple(layer for layer in layers if not isinstance(layer, Areas))


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
    coloured = replace(entry, outline=entry.fill)
    return Lines(theme=theme, title="", shapes=lines, entry=coloured, width=_WIDTHS.get(role, _LINE), labels=labels)
