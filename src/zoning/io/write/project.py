"""``project.qgz``: the layers of a run in groups, with their styles and a sheet to print, for QGIS 3.22 and later.

It is written as text, no QGIS is needed. Sources are relative, so that the folder of a run can be moved as a whole.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import shapely
from pyproj import CRS

from zoning.field import Field, Kind
from zoning.io.write.geopackage import layers_of
from zoning.io.write.grids import grid_names, published_grid
from zoning.io.write.layer_styles import knows_theme, style_name
from zoning.io.write.layers import Layer
from zoning.io.write.print_layout import print_layout
from zoning.messages import say
from zoning.quantities import tonnes_per_year
from zoning.result import Result
from zoning.supports import Grid
from zoning.symbology import Look, look_of
from zoning.symbology.figures import species_text
from zoning.symbology.gis import Style
from zoning.symbology.qgis import document, qml_parts
from zoning.symbology.qgis_raster import raster_pipe
from zoning.vocab import label

__all__ = ["PROJECT", "write_project"]

PROJECT = "project.qgz"
_BOOK = "./results.gpkg"
_VERSION = "3.22.0"
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)  # a fixed date, so that equal results give equal bytes
_SHAPES = {"Polygon": "fill", "LineString": "line", "Point": "marker"}
_GEOMETRY = {"fill": "Polygon", "line": "Line", "marker": "Point"}
_KM2 = 1e6
_OTHER = "density.other"  # classes of species that have none of their own
_GROUPS = ("marks", "enterprises", "zones", "decisions", "grids", "base")  # from the top of the map to its bottom


@dataclass(frozen=True)
class _Shown:
    """One layer of the project: its group, its name, where it is read from and how it is drawn."""

    group: str
    name: str
    source: str
    provider: str
    crs: CRS
    parts: tuple[ET.Element, ...]
    geometry: str = ""
    visible: bool = False


def write_project(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the project of a run beside its ``results.gpkg`` and ``grids``; equal results give equal bytes.

    Parameters
    ----------
    result : Result
        What a run found.
    path : str or Path
        ``project.qgz`` in the folder of the run.
    lang : str
        Language of names and legends.
    """
    look = look_of(result.study)
    shown = [*_vectors(result, look, lang), *_rasters(result, look, lang)]
    text = document(_tree(result, shown, lang)).encode("utf-8")
    entry = zipfile.ZipInfo(f"{Path(path).stem}.qgs", _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, text)


def _vectors(result: Result, look: Look, lang: str) -> list[_Shown]:
    """Return every layer of the GeoPackage in every theme it has; the first one of the units is what is seen first."""
    shown = []
    for layer in layers_of(result, lang):
        for kind in _kinds(layer):
            year = _year_shown(layer, result.study.years.base)
            source = _source(layer, kind, year)
            names = {"fid": "fid"} | {name: layer.aliases.get(name, (name, ""))[0] for name in _attributes(layer)}
            styles = [one for one in layer.styles.items() if knows_theme(look, one[0])]
            for number, (theme, attribute) in enumerate(styles):
                style = Style(theme, attribute, lang, _SHAPES[kind], look, names, rest=kind == "Polygon")
                name = layer.title if len(styles) == 1 else style_name(theme, lang)
                name = name if year is None else say("handover.of_year", lang, name=name, year=year)
                seen = number == 0 and (layer.name == "control_units" or layer.name.startswith("base_"))
                shown.append(
                    _Shown(
                        _group(layer.name, kind), name, source, "ogr", CRS.from_user_input(layer.frame.crs),
                        qml_parts(style), _GEOMETRY[_SHAPES[kind]], seen,
                    )
                )  # fmt: skip
    return shown


def _year_shown(layer: Layer, base: int) -> int | None:
    """Return the year nearest to the base year if points of several years would lie on top of one another."""
    years = {int(year) for year in layer.frame["year"].unique()} if "year" in layer.frame and layer.geometry else set()
    return min(years, key=lambda year: (abs(year - base), year)) if len(years) > 1 else None


def _source(layer: Layer, kind: str, year: int | None) -> str:
    """Return where QGIS reads a layer: of one kind of shapes, and of one year; the filter can be lifted there."""
    parts = [_BOOK, f"layername={layer.name}"]
    if layer.geometry == "Unknown":
        parts.append(f"geometrytype={kind}")
    if year is not None:
        parts.append(f'subset="year" = {year}')
    return "|".join(parts)


def _kinds(layer: Layer) -> list[str]:
    """Return the kinds of shapes of a layer: QGIS shows one kind in a layer."""
    if not layer.geometry:
        return []
    if layer.geometry != "Unknown":
        return [layer.geometry.removeprefix("Multi")]
    present = {kind.removeprefix("Multi") for kind in layer.frame.geometry.geom_type}
    return [kind for kind in _SHAPES if kind in present]


def _attributes(layer: Layer) -> list[str]:
    return [str(name) for name in layer.frame.columns if name != layer.frame.geometry.name]


def _group(layer: str, kind: str) -> str:
    """Return the group of a layer: lines and points of a base map lie over everything, its areas under it."""
    if layer in ("control_units", "double_high_cells"):
        return "decisions"
    if layer.startswith("base_"):
        return "base" if kind == "Polygon" else "marks"
    return "enterprises" if layer in ("emitters", "inventory_enterprises") else "zones"


def _rasters(result: Result, look: Look, lang: str) -> list[_Shown]:
    shown = []
    for file, field in zip(grid_names(result.fields), result.fields, strict=True):
        if file and isinstance(field.grid, Grid):
            own = f"density.{field.species}"
            theme = own if knows_theme(look, own) else _OTHER if field.kind is not Kind.INTENSIVE else ""
            parts = (raster_pipe(theme, _per_density(field), look, lang),)
            name = say(
                "handover.grid", lang, species=species_text(field.species), sector=label(field.sector, lang),
                year=field.year, series=field.series, unit=field.unit,
            )  # fmt: skip
            shown.append(_Shown("grids", name, f"./{file}", "gdal", field.grid.crs, parts))
    return shown


def _per_density(field: Field) -> float:
    """Return what a cell of mean size holds where the density is 1 t km-2 yr-1; 1 for a level, which has none."""
    if field.kind is Kind.INTENSIVE or not isinstance(field.grid, Grid):
        return 1.0
    factor, per_area = tonnes_per_year(field.unit, field.species, field.basis, field.year, field.period)
    area = 1.0 if per_area else float(published_grid(field.grid).cell_area.mean())
    return area / _KM2 / factor


def _tree(result: Result, shown: Sequence[_Shown], lang: str) -> ET.Element:
    """Return the whole project."""
    title = result.study.study.name
    root = ET.Element("qgis", projectname=title, version=_VERSION)
    ET.SubElement(root, "title").text = title
    crs = result.units.crs
    ET.SubElement(root, "projectCrs").append(_system(crs))
    # QGIS makes up other ids for those of ten characters and fewer.
    ids = [f"zoning_layer_{number:04d}" for number in range(1, len(shown) + 1)]
    _groups(ET.SubElement(root, "layer-tree-group"), shown, ids, lang)
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "degrees" if crs.is_geographic else "meters"
    extent = _extent(result)
    _box(canvas, extent)
    ET.SubElement(canvas, "destinationsrs").append(_system(crs))
    layers = ET.SubElement(root, "projectlayers")
    for key, one in zip(ids, shown, strict=True):
        layers.append(_layer(key, one))
    order = ET.SubElement(root, "layerorder")
    for key in ids:
        ET.SubElement(order, "layer", id=key)
    properties = ET.SubElement(root, "properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    ET.SubElement(ET.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    ET.SubElement(root, "Layouts").append(print_layout(result, extent, lang))
    return root


def _groups(root: ET.Element, shown: Sequence[_Shown], ids: Sequence[str], lang: str) -> None:
    for group in _GROUPS:
        members = [(key, one) for key, one in zip(ids, shown, strict=True) if one.group == group]
        if not members:
            continue
        name = say(f"handover.group.{group}", lang)
        holder = ET.SubElement(
            root, "layer-tree-group", name=name, checked="Qt::Checked", expanded="1" if group == "decisions" else "0"
        )
        for key, one in members:
            checked = "Qt::Checked" if one.visible else "Qt::Unchecked"
            about = {"id": key, "name": one.name, "source": one.source, "providerKey": one.provider}
            ET.SubElement(holder, "layer-tree-layer", about | {"checked": checked, "expanded": str(int(one.visible))})


def _layer(key: str, one: _Shown) -> ET.Element:
    layer = ET.Element("maplayer", type="vector" if one.geometry else "raster", hasScaleBasedVisibilityFlag="0")
    if one.geometry:
        layer.set("geometry", one.geometry)
    for tag, text in (("id", key), ("datasource", one.source), ("layername", one.name)):
        ET.SubElement(layer, tag).text = text
    ET.SubElement(layer, "srs").append(_system(one.crs))
    ET.SubElement(layer, "provider", {"encoding": "UTF-8"} if one.geometry else {}).text = one.provider
    layer.extend(one.parts)
    ET.SubElement(layer, "layerOpacity").text = "1"
    return layer


def _system(crs: CRS) -> ET.Element:
    holder = ET.Element("spatialrefsys")
    authority = crs.to_authority()
    texts = {
        "wkt": crs.to_wkt(),
        "authid": ":".join(authority) if authority else "",
        "description": crs.name,
        "geographicflag": str(crs.is_geographic).lower(),
    }
    for tag, text in texts.items():
        ET.SubElement(holder, tag).text = text
    return holder


def _extent(result: Result) -> tuple[float, float, float, float]:
    """Return the box of the units with a twentieth of its size around it."""
    west, south, east, north = shapely.total_bounds(result.units.geometries)
    margin = max(east - west, north - south) / 20
    return (float(west - margin), float(south - margin), float(east + margin), float(north + margin))


def _box(parent: ET.Element, extent: tuple[float, float, float, float]) -> None:
    holder = ET.SubElement(parent, "extent")
    for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        ET.SubElement(holder, tag).text = repr(value)
