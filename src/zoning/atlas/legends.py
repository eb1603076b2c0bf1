"""The legend of a sheet: the classes that are on its maps, each once, in the order of the look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zoning.atlas.layout import atlas_setting
from zoning.atlas.model import Drawn, Plate
from zoning.cartography import Areas, Entry, Lines, Points
from zoning.symbology import HATCHES, Look

__all__ = ["legend_data", "symbol_data"]

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How an entry is shown: as an area, an outline, a point, or a line of some width; and its theme."""

    name: str = "area"
    width: float = 0.0
    theme: str = ""


def legend_data(plate: Plate, drawn: Sequence[Drawn], look: Look) -> list[Data]:
    """Return the classes of all panels, each once and in the order of the look, under the titles of their layers.

    What has colours comes first; outlines and lines, which have no title, come last.

    Parameters
    ----------
    plate : Plate
        The sheet.
    drawn : sequence of Drawn
        Its panels as they were drawn.
    look : Look
        Its classes have the order of the legend.
    """
    kinds = _kinds(plate)
    found: dict[str, dict[tuple[str, str], Entry]] = {}
    for one in drawn:
        for title, entries in one.legend.items():
            section = found.setdefault(title, {})
            for entry in entries:
                section.setdefault((entry.key, entry.label), entry)
    sections = []
    for title, section in sorted(found.items(), key=lambda item: not item[0]):
        pairs = [(entry, kinds.get(_seen(entry), _Kind())) for entry in section.values()]
        pairs.sort(key=lambda pair: _place(look, pair[1].theme, pair[0].key))
        data = [symbol_data(entry, kind.name, kind.width) for entry, kind in pairs]
        sections.append({"title": title, "entries": data})
    return sections


def _place(look: Look, theme: str, key: str) -> int:
    """Return the place of a class in its legend: of numbers the highest is first, no data is last."""
    if key == look.no_data.code:
        return 1
    if theme in look.numeric_themes:
        return -int(key) - 1
    codes = [one.code for one in look.symbols(theme)] if theme in look.themes else []
    return codes.index(key) - len(codes) if key in codes else 0


def _seen(entry: Entry) -> tuple[str, ...]:
    return (entry.key, entry.label, entry.fill, entry.outline, entry.hatch)


def _kinds(plate: Plate) -> Mapping[tuple[str, ...], _Kind]:
    """Return how each entry is shown."""
    kinds: dict[tuple[str, ...], _Kind] = {}
    for layer in (layer for panel in plate.panels for layer in panel.layers):
        if isinstance(layer, Lines):
            kinds[_seen(layer.entry)] = _Kind("line", layer.width, layer.theme)
        else:
            kind = "point" if isinstance(layer, Points) else "area"
            bare = isinstance(layer, Areas) and not layer.filled
            for entry in layer.entries:
                kinds[_seen(entry)] = _Kind("outline" if bare else kind, 0.0, layer.theme)
    return kinds


def symbol_data(entry: Entry, kind: str = "area", width: float = 0.0) -> Data:
    """Return the look of a class as the templates draw it."""
    hatch = HATCHES.get(entry.hatch)
    return {
        "label": entry.label,
        "kind": "area" if kind == "outline" else kind,
        "fill": "" if kind == "outline" else entry.fill,
        "outline": entry.outline or "#000000",
        "size": entry.size,
        "width": width,
        "edge": atlas_setting("edge"),
        "hatch": None if hatch is None else {
            "angles": list(hatch.angles),
            "spacing": hatch.spacing,
            "width": atlas_setting("hatch.width"),
            "dot": atlas_setting("hatch.dot"),
        },
    }  # fmt: skip
