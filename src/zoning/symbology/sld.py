"""Styles of SLD 1.1 for GeoServer and other programs, as trees, so that labels and attributes are escaped."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

from zoning.symbology.gis import GisClass, Style
from zoning.symbology.look import Look, packaged_look
from zoning.symbology.model import HATCHES

__all__ = ["sld_of", "sld_style"]

_OUTLINE_MM = 0.2
_LINE_MM = 0.7
_MARKS = {
    "slash": "shape://slash",
    "slash_wide": "shape://slash",
    "backslash": "shape://backslash",
    "cross": "shape://times",
    "horizontal": "shape://horline",
    "vertical": "shape://vertline",
    "grid": "shape://plus",
    "dots": "shape://dot",
}
_PIXELS_PER_MM = 1 / 0.28  # the standard pixel of SLD is 0.28 mm
_NAMESPACES = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:se": "http://www.opengis.net/se",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.1.0",
}


def sld_style(theme: str, lang: str = "zh", field: str = "", shape: str = "fill", look: Look | None = None) -> str:
    """Return an SLD 1.1 style with one rule per class; parameters and errors as for ``qgis_style``.

    Examples
    --------
    >>> sld_style("unit_class").count("<se:Rule>")
    3
    """
    return sld_of(Style(theme, field, lang, shape, look or packaged_look()))


def sld_of(style: Style) -> str:
    """Return an SLD 1.1 style with one rule per class.

    Raises
    ------
    TableError
        If the look has no such theme.
    """
    root = ET.Element("StyledLayerDescriptor", _NAMESPACES)
    layer = ET.SubElement(root, "NamedLayer")
    ET.SubElement(layer, "se:Name").text = style.theme
    holder = ET.SubElement(layer, "UserStyle")
    ET.SubElement(holder, "se:Name").text = style.theme
    feature_type = ET.SubElement(holder, "se:FeatureTypeStyle")
    for number, one in enumerate(style.classes):
        rule = ET.SubElement(feature_type, "se:Rule")
        ET.SubElement(rule, "se:Name").text = one.value or str(number)
        ET.SubElement(ET.SubElement(rule, "se:Description"), "se:Title").text = one.label
        _filter(rule, style, one)
        _SLD[style.shape](rule, one)
    ET.indent(root)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _filter(rule: ET.Element, style: Style, one: GisClass) -> None:
    """Write what a rule is for; a rule for what is left has no value, one for everything has no filter."""
    if style.single:
        return
    if not one.value and not style.numeric:
        ET.SubElement(rule, "se:ElseFilter")
        return
    field = style.name
    holder = ET.SubElement(rule, "ogc:Filter")
    if one.value:
        _compare(holder, "PropertyIsEqualTo", field, one.value)
        return
    both = math.isfinite(one.lower) and math.isfinite(one.upper)
    holder = ET.SubElement(holder, "ogc:And") if both else holder
    if math.isfinite(one.lower):
        _compare(holder, "PropertyIsGreaterThanOrEqualTo", field, repr(one.lower))
    if math.isfinite(one.upper):
        _compare(holder, "PropertyIsLessThan", field, repr(one.upper))


def _compare(holder: ET.Element, kind: str, field: str, value: str) -> None:
    comparison = ET.SubElement(holder, f"ogc:{kind}")
    ET.SubElement(comparison, "ogc:PropertyName").text = field
    ET.SubElement(comparison, "ogc:Literal").text = value


def _sld_fill(rule: ET.Element, one: GisClass) -> None:
    """Write the fill, then the hatch over it, then the outline: SLD paints symbolizers in their order."""
    if one.fill:
        fill = ET.SubElement(ET.SubElement(rule, "se:PolygonSymbolizer"), "se:Fill")
        _parameter(fill, "fill", one.fill)
    if one.hatch:
        fill = ET.SubElement(ET.SubElement(rule, "se:PolygonSymbolizer"), "se:Fill")
        graphic = ET.SubElement(ET.SubElement(fill, "se:GraphicFill"), "se:Graphic")
        mark = ET.SubElement(graphic, "se:Mark")
        ET.SubElement(mark, "se:WellKnownName").text = _MARKS[one.hatch]
        _parameter(ET.SubElement(mark, "se:Stroke"), "stroke", one.outline)
        ET.SubElement(graphic, "se:Size").text = f"{HATCHES[one.hatch].spacing * _PIXELS_PER_MM:.0f}"
    stroke = ET.SubElement(ET.SubElement(rule, "se:LineSymbolizer"), "se:Stroke")
    _parameter(stroke, "stroke", one.outline)
    _parameter(stroke, "stroke-width", f"{_OUTLINE_MM * _PIXELS_PER_MM:.2f}")


def _sld_line(rule: ET.Element, one: GisClass) -> None:
    stroke = ET.SubElement(ET.SubElement(rule, "se:LineSymbolizer"), "se:Stroke")
    _parameter(stroke, "stroke", one.fill or one.outline)
    _parameter(stroke, "stroke-width", f"{_LINE_MM * _PIXELS_PER_MM:.2f}")


def _sld_marker(rule: ET.Element, one: GisClass) -> None:
    graphic = ET.SubElement(ET.SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    mark = ET.SubElement(graphic, "se:Mark")
    ET.SubElement(mark, "se:WellKnownName").text = "circle"
    _parameter(ET.SubElement(mark, "se:Fill"), "fill", one.fill or one.outline)
    _parameter(ET.SubElement(mark, "se:Stroke"), "stroke", one.outline)
    ET.SubElement(graphic, "se:Size").text = f"{one.size * _PIXELS_PER_MM:.0f}"


_SLD = {"fill": _sld_fill, "line": _sld_line, "marker": _sld_marker}


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "se:SvgParameter", name=name).text = value
