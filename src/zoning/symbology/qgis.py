"""Styles for QGIS (QML), from the same table as everything else that is drawn; SLD stands in its own module.

They are built as trees, so that labels and attribute names are escaped whatever they contain. QGIS reads properties as
``Option`` maps since 3.26 and as ``prop`` elements before; both are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from zoning.symbology.gis import GisClass, Style
from zoning.symbology.look import Look, packaged_look
from zoning.symbology.model import HATCHES
from zoning.symbology.sld import sld_style

__all__ = ["document", "qgis_style", "qml_of", "qml_parts", "sld_style"]

_OUTLINE_MM = "0.2"
_HATCH_MM = "0.18"
_DOT_MM = "0.5"
_LINE_MM = "0.7"
_BEYOND = 1e300  # QGIS cannot read an infinite end of a class
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def qgis_style(
    theme: str,
    lang: str = "zh",
    field: str = "",
    aliases: Mapping[str, str] | None = None,
    shape: str = "fill",
    look: Look | None = None,
) -> str:
    """Return a QML style: categories for a theme of classes, ranges for a theme of numbers.

    Parameters
    ----------
    theme : str
        A theme of the symbology or of the class limits.
    lang : str
        Language of the legend.
    field : str
        Attribute of the layer that holds the class or the number; empty takes ``subtype`` for zones, else the theme's
        own name.
    aliases : mapping of str to str, optional
        Attribute → name shown to readers; the order is that of the layer's attributes.
    shape : str
        ``fill`` for a layer of polygons, ``line`` or ``marker`` for lines or points (drawn in the colour of the fill).
    look : Look, optional
        Look of the study; the packaged one if it is not given.

    Raises
    ------
    TableError
        If neither table has such a theme.

    Examples
    --------
    >>> style = qgis_style("decision", aliases={"decision": "判定"})
    >>> style.count("<category "), '<alias field="decision" index="0" name="判定" />' in style
    (6, True)
    """
    return qml_of(Style(theme, field, lang, shape, look or packaged_look(), aliases or {}))


def qml_of(style: Style) -> str:
    """Return a QML style as text.

    Raises
    ------
    TableError
        If the look has no such theme.
    """
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    root.extend(qml_parts(style))
    return document(root)


def document(root: ET.Element) -> str:
    """Return a tree as a document of QGIS."""
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def qml_parts(style: Style) -> tuple[ET.Element, ...]:
    """Return the renderer, the fields and their names, as they stand in a style and in a layer of a project.

    Raises
    ------
    TableError
        If the look has no such theme.
    """
    kind = "singleSymbol" if style.single else "graduatedSymbol" if style.numeric else "categorizedSymbol"
    renderer = ET.Element("renderer-v2", type=kind, symbollevels="0", forceraster="0", enableorderby="0")
    if not style.single:
        renderer.set("attr", style.name)
        _legend(renderer, style)
    if style.numeric:
        renderer.set("graduatedMethod", "GraduatedColor")
    holder = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(style.classes):
        _qml_symbol(holder, str(number), one, style.shape)
    return (renderer, *_fields(style.aliases))


def _legend(renderer: ET.Element, style: Style) -> None:
    holder = ET.SubElement(renderer, "ranges" if style.numeric else "categories")
    for number, one in enumerate(style.classes):
        shared = {"symbol": str(number), "label": one.label, "render": "true"}
        if style.numeric:
            limits = {"lower": repr(max(one.lower, -_BEYOND)), "upper": repr(min(one.upper, _BEYOND))}
            ET.SubElement(holder, "range", shared | limits)
        else:
            ET.SubElement(holder, "category", shared | {"value": one.value, "type": "string"})


def _qml_symbol(holder: ET.Element, name: str, one: GisClass, shape: str) -> None:
    symbol = ET.SubElement(holder, "symbol", type=shape, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    if shape == "line":
        stroke = {"line_color": _rgba(one.fill or one.outline), "line_style": "solid"}
        _qml_layer(symbol, "SimpleLine", stroke | {"line_width": _LINE_MM, "line_width_unit": "MM"})
    elif shape == "marker":
        look = {"name": "circle", "color": _rgba(one.fill or one.outline), "outline_color": _rgba(one.outline)}
        _qml_layer(symbol, "SimpleMarker", look | {"size": f"{one.size:g}", "size_unit": "MM"})
    else:
        _qml_fill(symbol, one)


def _qml_fill(symbol: ET.Element, one: GisClass) -> None:
    _qml_layer(
        symbol,
        "SimpleFill",
        {
            "color": _rgba(one.fill or "#FFFFFF"),
            "style": "solid" if one.fill else "no",
            "outline_color": _rgba(one.outline),
            "outline_style": "solid",
            "outline_width": _OUTLINE_MM,
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
        },
    )
    if not one.hatch:
        return
    hatch, name = HATCHES[one.hatch], symbol.get("name", "")
    spacing = f"{hatch.spacing:g}"
    for number, angle in enumerate(hatch.angles, start=1):
        lines = {"angle": str(angle), "distance": spacing, "distance_unit": "MM", "color": _rgba(one.outline)}
        layer = _qml_layer(symbol, "LinePatternFill", lines)
        part = ET.SubElement(layer, "symbol", type="line", name=f"@{name}@{number}", alpha="1", clip_to_extent="1")
        stroke = {"line_color": _rgba(one.outline), "line_width": _HATCH_MM, "line_width_unit": "MM"}
        _qml_layer(part, "SimpleLine", stroke | {"line_style": "solid"})
    if not hatch.angles:
        points = {f"distance_{axis}": spacing for axis in "xy"} | {f"distance_{axis}_unit": "MM" for axis in "xy"}
        layer = _qml_layer(symbol, "PointPatternFill", points)
        part = ET.SubElement(layer, "symbol", type="marker", name=f"@{name}@1", alpha="1", clip_to_extent="1")
        dot = {"name": "circle", "color": _rgba(one.outline), "outline_style": "no"}
        _qml_layer(part, "SimpleMarker", dot | {"size": _DOT_MM, "size_unit": "MM"})


def _qml_layer(symbol: ET.Element, kind: str, properties: Mapping[str, str]) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)
    for name, value in properties.items():
        ET.SubElement(layer, "prop", k=name, v=value)
    return layer


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5)) + ",255"


def _fields(aliases: Mapping[str, str]) -> tuple[ET.Element, ET.Element]:
    configuration, names = ET.Element("fieldConfiguration"), ET.Element("aliases")
    for index, (field, alias) in enumerate(aliases.items()):
        ET.SubElement(configuration, "field", name=field, configurationFlags="None")
        ET.SubElement(names, "alias", field=field, index=str(index), name=alias)
    return configuration, names
