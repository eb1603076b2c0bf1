"""The sheet of the QGIS project: A3 landscape with map, title, legend, scale bar, north arrow, source and 审图号."""

from __future__ import annotations

import base64
import uuid
from xml.etree import ElementTree as ET

from zoning.messages import say
from zoning.result import Result
from zoning.symbology.marks import example_mark

__all__ = ["print_layout"]

_PAGE = (420.0, 297.0)
_MAP = (15.0, 26.0, 300.0, 246.0)  # left, top, width, height in mm
_SIDE = (322.0, 83.0)  # left and width of the column beside the map
_ITEM = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641", "legend": "65642", "bar": "65646"}
_FONT = "Noto Sans CJK SC"  # QGIS takes a face of the system where it is not there
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # km of one part of the scale bar
_ARROW = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 30'>"
    "<path d='M10 10 L16 29 L10 25 Z' fill='#fff' stroke='#000' stroke-width='.6'/>"
    "<path d='M10 10 L4 29 L10 25 Z' fill='#000' stroke='#000' stroke-width='.6'/>"
    "<path d='M7.6 8 V1 L12.4 8 V1' fill='none' stroke='#000' stroke-width='1.2'/></svg>"
)

Box = tuple[float, float, float, float]


def print_layout(result: Result, extent: Box, lang: str = "zh") -> ET.Element:
    """Return the sheet as it stands in a project.

    Parameters
    ----------
    result : Result
        What a run found.
    extent : tuple of float
        West, south, east, north of what the map shows, in the system of the units.
    lang : str
        Language of the texts.
    """
    layout = ET.Element("Layout", name=say("handover.layout", lang), units="mm", printResolution="300")
    pages = ET.SubElement(layout, "PageCollection")
    _item(pages, "page", (0, 0, *_PAGE))
    shown = _fitted(extent)
    card = _item(layout, "map", _MAP, frame="true", mapRotation="0", keepLayerSet="false", followPreset="false")
    ET.SubElement(card, "Extent", dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, shown), strict=True)))
    linked = card.get("uuid", "")
    _label(layout, result.study.study.name, (15, 8, 390, 14), size=24, centre=True)
    left, width = _SIDE
    legend = _item(
        layout, "legend", (left, 52, width, 150), title=say("handover.legend", lang), map_uuid=linked,
        legendFilterByMap="1", resizeToContents="1", symbolWidth="7", symbolHeight="4", columnCount="1",
    )  # fmt: skip
    _legend_fonts(legend)
    arrow = base64.b64encode(_ARROW.encode()).decode()
    _item(layout, "picture", (left + 33, 26, 16, 24), file=f"base64:{arrow}", mapUuid=linked, northMode="1", mode="0")
    _scale_bar(layout, result, (linked, shown), (left, 232, width, 14))
    _label(layout, _imprint(result, lang), (left, 250, width, 24), size=8)
    _label(layout, _sources(result, lang), (15, 275, 390, 16), size=8)
    return layout


def _fitted(extent: Box) -> Box:
    """Return the extent widened to the proportions of the map's frame."""
    west, south, east, north = extent
    ratio = _MAP[2] / _MAP[3]
    width, height = max(east - west, (north - south) * ratio), max(north - south, (east - west) / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _item(parent: ET.Element, kind: str, box: Box, **more: str) -> ET.Element:
    left, top, width, height = (f"{one:g}" for one in box)
    number = sum(1 for _ in parent.iter("LayoutItem"))
    key = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind}/{number}')}}}"
    about = {
        "type": _ITEM[kind], "uuid": key, "templateUuid": key, "zValue": str(number), "visibility": "1",
        "position": f"{left},{top},mm", "positionOnPage": f"{left},{top},mm", "size": f"{width},{height},mm",
        "referencePoint": "0", "frame": "false", "background": "true" if kind in ("page", "map") else "false",
    }  # fmt: skip
    item = ET.SubElement(parent, "LayoutItem", about | {"opacity": "1", "outlineWidthM": "0.3,mm"} | more)
    ET.SubElement(item, "FrameColor", red="0", green="0", blue="0", alpha="255")
    ET.SubElement(item, "BackgroundColor", red="255", green="255", blue="255", alpha="255")
    return item


def _label(parent: ET.Element, text: str, box: Box, *, size: int, centre: bool = False) -> None:
    item = _item(parent, "label", box, labelText=text, htmlState="0", halign="4" if centre else "1", valign="32")
    ET.SubElement(item, "LabelFont", description=_described(size), style="")
    ET.SubElement(item, "FontColor", red="0", green="0", blue="0", alpha="255")


def _described(size: int) -> str:
    return f"{_FONT},{size},-1,5,50,0,0,0,0,0"


def _legend_fonts(legend: ET.Element) -> None:
    styles = ET.SubElement(legend, "styles")
    for name, size in (("title", 14), ("group", 11), ("subgroup", 10), ("symbol", 9), ("symbolLabel", 9)):
        style = ET.SubElement(styles, "style", name=name, alignment="1", indent="0")
        style.set("marginTop", "2")
        style.set("marginLeft" if name == "symbolLabel" else "marginBottom", "2" if name != "symbol" else "0")
        ET.SubElement(style, "styleFont", description=_described(size), style="")


def _scale_bar(layout: ET.Element, result: Result, shown: tuple[str, Box], box: Box) -> None:
    """Write a bar of two parts that is about half as wide as the column."""
    linked, extent = shown
    metres = (extent[2] - extent[0]) * (111_320.0 if result.units.crs.is_geographic else 1.0)
    per_part = metres / _MAP[2] * box[2] / 4 / 1000
    part = max((step for step in _STEPS if step <= per_part), default=_STEPS[0])
    bar = _item(
        layout, "bar", box, style="Single Box", unitType="km", unitLabel="km", mapUuid=linked, numSegments="2",
        numSegmentsLeft="0", numUnitsPerSegment=str(part), numMapUnitsPerScaleBarUnit="1", height="2.5",
        labelBarSpace="2", boxContentSpace="1", segmentSizeMode="0", minBarWidth="20", maxBarWidth="80", alignment="0",
        outlineWidth="0.3", lineJoinStyle="miter", lineCapStyle="square",
    )  # fmt: skip
    for tag, level in (("fillColor", "0"), ("fillColor2", "255"), ("strokeColor", "0")):
        ET.SubElement(bar, tag, red=level, green=level, blue=level, alpha="255")


def _imprint(result: Result, lang: str) -> str:
    study = result.study
    lines = [
        say("handover.compiler", lang, name=study.study.compiler or "—"),
        say("handover.approval", lang, number=study.atlas.approval or "____________"),
        *(say("handover.base", lang, name=one.name, number=one.approval) for one in result.bases),
        say("handover.system", lang, name=result.units.crs.name),
        example_mark(result, lang),
    ]
    return "\n".join(line for line in lines if line)


def _sources(result: Result, lang: str) -> str:
    study = result.study
    layers = (study.units, *study.zones, *study.base)
    named = dict.fromkeys([*(one.source for one in layers), *(one.source for one in study.emissions)])
    return say("handover.sources", lang, names="; ".join(filter(None, named)) or "—")
