"""Styles for GIS programs as text, from the same table: QML for QGIS, SLD 1.1 for GeoServer and others.

Both are built as trees, so that labels and attribute names are escaped whatever they contain. QGIS reads properties as
``Option`` maps since 3.26 and as ``prop`` elements before; both are written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from zoning.symbology.look import Look, packaged_look
from zoning.symbology.model import HATCHES, ClassLimit, Symbol

__all__ = ["qgis_style", "sld_style"]

_OUTLINE_MM = "0.2"
_HATCH_MM = "0.18"
_DOT_MM = "0.5"
_LINE_MM = "0.7"
_MARKER_MM = "3"
_BEYOND = 1e300  # QGIS cannot read an infinite end of a class
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
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


@dataclass(frozen=True, slots=True)
class _Class:
    """One line of a legend, of either kind of theme."""

    label: str
    fill: str
    outline: str
    hatch: str
    value: str = ""
    lower: float = -math.inf
    upper: float = math.inf


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
    look = look or packaged_look()
    numeric = theme in look.numeric_themes
    classes = _classes(look, theme, lang)
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    kind = "graduatedSymbol" if numeric else "categorizedSymbol"
    renderer = ET.SubElement(
        root, "renderer-v2", type=kind, attr=_field(theme, field), symbollevels="0", forceraster="0", enableorderby="0"
    )
    if numeric:
        renderer.set("graduatedMethod", "GraduatedColor")
    _legend(renderer, classes, numeric=numeric)
    holder = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(classes):
        _qml_symbol(holder, str(number), one, shape)
    _fields(root, aliases or {})
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def sld_style(theme: str, lang: str = "zh", field: str = "", shape: str = "fill", look: Look | None = None) -> str:
    """Return an SLD 1.1 style with one rule per class; parameters and errors as for :func:`qgis_style`.

    Examples
    --------
    >>> sld_style("unit_class").count("<se:Rule>")
    3
    """
    root = ET.Element("StyledLayerDescriptor", _NAMESPACES)
    layer = ET.SubElement(root, "NamedLayer")
    ET.SubElement(layer, "se:Name").text = theme
    style = ET.SubElement(layer, "UserStyle")
    ET.SubElement(style, "se:Name").text = theme
    feature_type = ET.SubElement(style, "se:FeatureTypeStyle")
    for number, one in enumerate(_classes(look or packaged_look(), theme, lang)):
        rule = ET.SubElement(feature_type, "se:Rule")
        ET.SubElement(rule, "se:Name").text = one.value or str(number)
        ET.SubElement(ET.SubElement(rule, "se:Description"), "se:Title").text = one.label
        _filter(rule, _field(theme, field), one)
        _SLD[shape](rule, one)
    ET.indent(root)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _classes(look: Look, theme: str, lang: str) -> list[_Class]:
    if theme in look.numeric_themes:
        # Highest first: where two ranges share an end QGIS takes the first, and ours are closed below.
        return [_range(limit, lang) for limit in reversed(look.class_limits(theme))]
    return [_category(one, lang) for one in look.symbols(theme)]


def _category(one: Symbol, lang: str) -> _Class:
    return _Class(one.label(lang), one.fill, one.outline, one.hatch, value=one.code)


def _range(limit: ClassLimit, lang: str) -> _Class:
    return _Class(limit.label(lang), limit.fill, limit.outline, "", lower=limit.lower, upper=limit.upper)


def _field(theme: str, field: str) -> str:
    return field or ("subtype" if theme.startswith("zones.") else theme)


def _legend(renderer: ET.Element, classes: list[_Class], *, numeric: bool) -> None:
    holder = ET.SubElement(renderer, "ranges" if numeric else "categories")
    for number, one in enumerate(classes):
        shared = {"symbol": str(number), "label": one.label, "render": "true"}
        if numeric:
            limits = {"lower": repr(max(one.lower, -_BEYOND)), "upper": repr(min(one.upper, _BEYOND))}
            ET.SubElement(holder, "range", shared | limits)
        else:
            ET.SubElement(holder, "category", shared | {"value": one.value, "type": "string"})


def _qml_symbol(holder: ET.Element, name: str, one: _Class, shape: str) -> None:
    symbol = ET.SubElement(holder, "symbol", type=shape, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    if shape == "line":
        stroke = {"line_color": _rgba(one.fill or one.outline), "line_style": "solid"}
        _qml_layer(symbol, "SimpleLine", stroke | {"line_width": _LINE_MM, "line_width_unit": "MM"})
    elif shape == "marker":
        look = {"name": "circle", "color": _rgba(one.fill or one.outline), "outline_color": _rgba(one.outline)}
        _qml_layer(symbol, "SimpleMarker", look | {"size": _MARKER_MM, "size_unit": "MM"})
    else:
        _qml_fill(symbol, one)


def _qml_fill(symbol: ET.Element, one: _Class) -> None:
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


def _fields(root: ET.Element, aliases: Mapping[str, str]) -> None:
    configuration, names = ET.SubElement(root, "fieldConfiguration"), ET.SubElement(root, "aliases")
    for index, (field, alias) in enumerate(aliases.items()):
        ET.SubElement(configuration, "field", name=field, configurationFlags="None")
        ET.SubElement(names, "alias", field=field, index=str(index), name=alias)


def _filter(rule: ET.Element, field: str, one: _Class) -> None:
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


def _sld_fill(rule: ET.Element, one: _Class) -> None:
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
    _parameter(stroke, "stroke-width", f"{float(_OUTLINE_MM) * _PIXELS_PER_MM:.2f}")


def _sld_line(rule: ET.Element, one: _Class) -> None:
    stroke = ET.SubElement(ET.SubElement(rule, "se:LineSymbolizer"), "se:Stroke")
    _parameter(stroke, "stroke", one.fill or one.outline)
    _parameter(stroke, "stroke-width", f"{float(_LINE_MM) * _PIXELS_PER_MM:.2f}")


def _sld_marker(rule: ET.Element, one: _Class) -> None:
    graphic = ET.SubElement(ET.SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    mark = ET.SubElement(graphic, "se:Mark")
    ET.SubElement(mark, "se:WellKnownName").text = "circle"
    _parameter(ET.SubElement(mark, "se:Fill"), "fill", one.fill or one.outline)
    _parameter(ET.SubElement(mark, "se:Stroke"), "stroke", one.outline)
    ET.SubElement(graphic, "se:Size").text = f"{float(_MARKER_MM) * _PIXELS_PER_MM:.0f}"


_SLD = {"fill": _sld_fill, "line": _sld_line, "marker": _sld_marker}


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "se:SvgParameter", name=name).text = value
