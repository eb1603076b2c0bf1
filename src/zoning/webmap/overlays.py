"""What lies over or under the units: zones of elements, hot spots of the inventory, layers of a base map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.cartography.model import Entry
from zoning.cartography.themes import overlays
from zoning.crs import project
from zoning.messages import say
from zoning.result import Result
from zoning.supports import BaseLayer
from zoning.symbology import Look, look_of
from zoning.tables import numbers
from zoning.webmap.geometry import screen_shapes

__all__ = ["OverLayer", "over_layers"]

_WGS84 = CRS.from_epsg(4326)
_FIRST = 48  # the digit 0
_POINTS, _LINES, _AREAS = (0, 4), (1, 2, 5), (3, 6)  # shapely type ids
_FLAGS = {"double_high_low": "STRICT", "double_high": "HIGH", "double_high_high": "WIDE"}
_BELOW = ("sea", "water")  # roles of a base map that lie under the units


@dataclass(frozen=True, kw_only=True)
class OverLayer:
    """One layer with its part.

    Attributes
    ----------
    id, title, note : str
        Code; name beside the check box; sources and numbers of map reviews.
    group : str
        ``zones``, ``hot_spots`` or ``base``.
    kind : str
        ``area``, ``line`` or ``places``: how it is drawn, and its swatch.
    pane : str
        ``under``, ``over`` or ``zones``.
    filled, shown : bool
        Fills, or outline and hatch alone; on from the start.
    weight : float
        Width of lines in pixels.
    entries : tuple of Entry
        Classes that occur.
    packed : dict
        What the part holds.
    tolerance : float
        What it was simplified with, m.
    """

    id: str
    title: str
    group: str
    kind: str
    pane: str
    entries: tuple[Entry, ...]
    packed: dict[str, Any]
    note: str = ""
    filled: bool = False
    shown: bool = False
    weight: float = 1.3
    tolerance: float = 0.0

    @property
    def part(self) -> str:
        """Name of the part."""
        return self.id.replace(".", "-")

    def described(self) -> dict[str, Any]:
        """Return what the page knows of it at once."""
        names = ("id", "title", "note", "group", "kind", "pane", "filled", "shown", "weight", "part")
        return {name: getattr(self, name) for name in names} | {"entries": [asdict(entry) for entry in self.entries]}


def over_layers(result: Result, lang: str = "zh") -> tuple[OverLayer, ...]:
    """Return zones first, then hot spots, then the base map in the order of the study."""
    look = look_of(result.study)
    return (*_zones(result, lang), *_hot_spots(result, look, lang), *_bases(result, lang))


def _zones(result: Result, lang: str) -> Iterator[OverLayer]:
    for zones, legend in zip(result.zones, overlays(result, lang), strict=True):
        keys = [str(code) for code in zones.frame["subtype"]]
        packed, tolerance = _areas(zones.geometries, zones.crs, keys, legend.entries)
        yield OverLayer(
            id=legend.id,
            title=legend.title,
            group="zones",
            kind="area",
            pane="zones",
            entries=legend.entries,
            packed=packed,
            tolerance=tolerance,
        )


def _areas(
    geometries: NDArray[np.object_], crs: CRS, keys: Sequence[str], entries: Sequence[Entry]
) -> tuple[dict[str, Any], float]:
    settings = numbers("map_settings")
    most = int(max(settings["overlay_vertices"], settings["overlay_vertices_per_shape"] * len(geometries)))
    shapes = screen_shapes(geometries, crs, most)
    places = {entry.key: place for place, entry in enumerate(entries)}
    return shapes.packed() | {"keys": "".join(chr(_FIRST + places[key]) for key in keys)}, shapes.tolerance


def _hot_spots(result: Result, look: Look, lang: str) -> Iterator[OverLayer]:
    """Return the cells that are high in pollutants and in CO2; none without department tables."""
    cells = None if result.inventory is None else result.inventory.evaluation.get("double_high_cells")
    if cells is None or not len(cells):
        return
    flags = [cells[name].fillna(value=False).astype(bool) for name in _FLAGS]
    keys = np.select(flags, list(_FLAGS.values()), default="")
    if not (keys != "").any():
        return
    cells, keys = cells[keys != ""], keys[keys != ""]
    corners = cells["cell"].str.split("/", expand=True).astype(float).mul(cells["side_m"], axis=0)
    x, y, side = corners[0].to_numpy(), corners[1].to_numpy(), cells["side_m"].to_numpy()
    squares = np.asarray(shapely.box(x, y, x + side, y + side), dtype=object)
    counts = Counter(keys.tolist())
    entries = tuple(
        Entry(one.code, one.label(lang), "", one.fill, one.hatch, counts[one.code])
        for one in look.symbols("double_high")
        if counts[one.code]
    )
    packed, tolerance = _areas(squares, result.units.crs, keys.tolist(), entries)
    yield OverLayer(
        id="hot_spots",
        title=say("map2.core.double_high", lang),
        group="hot_spots",
        kind="area",
        pane="zones",
        entries=entries,
        packed=packed,
        note=say("map2.core.hot_spots_note", lang, side=f"{float(side[0]):g}"),
        weight=2.4,
        tolerance=tolerance,
    )


def _bases(result: Result, lang: str) -> Iterator[OverLayer]:
    look = look_of(result.study)
    for number, base in enumerate(result.bases):
        shapes = np.asarray(base.frame.geometry.array, dtype=object)
        kinds = shapely.get_type_id(shapes)
        for suffix, ids in (("areas", _AREAS), ("lines", _LINES), ("places", _POINTS)):
            chosen = np.isin(kinds, ids) & ~shapely.is_empty(shapes)
            if chosen.any():
                yield _base(base, f"base-{number}-{suffix}", chosen, look, lang)


def _base(base: BaseLayer, name: str, chosen: NDArray[np.bool_], look: Look, lang: str) -> OverLayer:
    frame = base.frame[chosen]
    shapes, crs = np.asarray(frame.geometry.array, dtype=object), CRS.from_user_input(frame.crs)
    style = look.symbol("base", base.role)
    kind = {"areas": "area", "lines": "line", "places": "places"}[name.rsplit("-", maxsplit=1)[1]]
    filled = base.role in _BELOW and kind == "area"
    entry = Entry(base.role, base.name, style.fill if filled else "", style.fill, style.hatch, len(frame))
    if kind == "places":
        packed: dict[str, Any] = {"places": _places(shapes, crs, [str(text or "") for text in frame["label"]])}
        tolerance = 0.0
    else:
        packed, tolerance = _areas(shapes, crs, [base.role] * len(frame), (entry,))
    about = {"source": base.source or "—", "approval": base.approval or "—"}
    return OverLayer(
        id=name,
        title=base.name,
        group="base",
        kind=kind,
        pane="under" if filled else "over",
        entries=() if kind == "places" else (entry,),
        packed=packed,
        note=say("map2.core.base_note", lang, **about),
        filled=filled,
        shown=True,
        tolerance=tolerance,
    )


def _places(points: NDArray[np.object_], crs: CRS, labels: Sequence[str]) -> list[dict[str, Any]]:
    degrees = project(points, crs, _WGS84)
    return [
        {"at": [round(point.y, 6), round(point.x, 6)], "label": text}
        for point, text in zip(shapely.centroid(degrees), labels, strict=True)
        if text
    ]
