"""Findings to work through: a workbook, and geometric faults as layers of a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from zoning.checks.grouping import ordered_shapes
from zoning.checks.judged import FaultShape
from zoning.errors import Finding, FindingCode, Severity
from zoning.io.write.layers import Layer, write_layers
from zoning.messages import say
from zoning.tables import Row, read
from zoning.workbook.fields import fields
from zoning.workbook.paint import clean, paint
from zoning.workbook.sheet import Column, Sheet, Table, column, table

__all__ = ["write_fault_map", "write_findings_xlsx"]

_KINDS = {
    "Point": ("fault_points", "Point"),
    "LineString": ("fault_lines", "MultiLineString"),
    "LinearRing": ("fault_lines", "MultiLineString"),
    "Polygon": ("fault_areas", "MultiPolygon"),
}
_LAYERS = (("fault_areas", "MultiPolygon"), ("fault_lines", "MultiLineString"), ("fault_points", "Point"))
_PLACE_WIDTH = 24.0  # of the column of a file in the summary, in characters


def write_findings_xlsx(findings: Iterable[Finding], path: str | Path, lang: str = "zh") -> None:
    """Write a workbook: the list of findings with texts in both languages, and how many each file has of each kind.

    No cell is a formula or a link, whatever the user's files contain; equal findings give equal bytes.

    Parameters
    ----------
    findings : iterable of Finding
        In the order of the list.
    path : str or Path
        File to write.
    lang : str
        Language of sheets and headers, and of the texts that stand first.
    """
    found = tuple(findings)
    sheets = (_list_sheet(found, lang), _summary_sheet(found, lang))
    paint(sheets, Path(path), lang, study=say("check.title", lang), example=False)


def write_fault_map(shapes: Sequence[FaultShape], path: str | Path, lang: str = "zh") -> None:
    """Write geometric faults as a GeoPackage in EPSG:4490, one layer per type of geometry, coloured by severity.

    Layers ``fault_areas``, ``fault_lines`` and ``fault_points`` hold what there is of each; a fault with parts of
    several types is in several. ``number`` is the number of the fault on the check page. Without any shape there is no
    file, and an older one is removed. Equal shapes give equal bytes.

    Parameters
    ----------
    shapes : sequence of FaultShape
        In any order.
    path : str or Path
        File to write; an existing one is replaced.
    lang : str
        Language of aliases and legends; meanings are in both.
    """
    path = Path(path)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name, _ in _LAYERS}
    for number, one in enumerate(ordered_shapes(shapes), start=1):
        for name, geometry in _by_layer(one.geometry):
            rows[name].append(_attributes(number, one) | {"geometry": geometry})
    layers = [_layer(name, kind, rows[name], lang) for name, kind in _LAYERS if rows[name]]
    if layers:
        write_layers(layers, path, lang)
    else:
        path.unlink(missing_ok=True)


def _codes() -> dict[str, Row]:
    return {row["code"]: row for row in read("finding_codes")}


def _list_sheet(found: Sequence[Finding], lang: str) -> Sheet:
    counts = Counter(one.severity for one in found)
    said = say("book.findings.found", lang, **{str(severity): counts[severity] for severity in Severity})
    records = table("check_list", (_record(one) for one in found), lang)
    # The texts in the reader's own language stand first, those of the other one beside them.
    other = "_zh" if lang == "en" else "_en"
    order = sorted(range(len(records.columns)), key=lambda at: records.columns[at].name.endswith(other))
    columns = tuple(records.columns[at] for at in order)
    rows = [tuple(row[at] for at in order) for row in records.rows]
    return Sheet("check_list", (said, say("book.check_list.read", lang)), (Table(columns, rows),), frozen=2)


def _record(one: Finding) -> dict[str, Any]:
    meaning = _codes()[one.code]
    meanings = {name: meaning[name] for name in ("meaning_zh", "meaning_en")}
    return one.as_row() | meanings | {"row": "" if one.row is None else str(one.row)}


def _summary_sheet(found: Sequence[Finding], lang: str) -> Sheet:
    """Return how many findings each file has of each code; files in the order in which they first appear."""
    kinds = list(dict.fromkeys((one.severity, one.code) for one in found))
    files = list(dict.fromkeys(one.file for one in found))
    counts = Counter((one.severity, one.code, one.file) for one in found)
    known = {field.name: column(field, lang) for field in fields("check_count")}
    names = [file or say("check.whole", lang) for file in files]
    columns = (*(known[name] for name in ("severity", "code", "meaning", "all")), *map(_of_file, names))
    rows: list[tuple[Any, ...]] = []
    for severity, code in kinds:
        each = [counts[severity, code, file] for file in files]
        rows.append((str(severity), str(code), _codes()[code][f"meaning_{lang}"], sum(each), *each))
    totals = [sum(counts[*kind, file] for kind in kinds) for file in files]
    rows.append(("", "", say("book.check_count.total", lang), len(found), *totals))
    return Sheet("check_count", (say("book.check_count.read", lang),), (Table(columns, rows),), frozen=3)


def _of_file(name: str) -> Column:
    return Column(name, name, "", "integer", "", "", "", _PLACE_WIDTH)


def _by_layer(geometry: shapely.Geometry) -> Iterator[tuple[str, shapely.Geometry]]:
    """Give the parts of a geometry by the layer they belong to; points one by one, lines and areas together."""
    parts: dict[str, list[shapely.Geometry]] = {}
    for part in _single(shapely.force_2d(geometry)):
        parts.setdefault(part.geom_type, []).append(part)
    for kind, several in parts.items():
        name, multi = _KINDS[kind]
        if multi == "Point":
            yield from ((name, part) for part in several)
        else:
            yield name, shapely.MultiPolygon(several) if multi == "MultiPolygon" else shapely.MultiLineString(several)


def _single(geometry: shapely.Geometry) -> Iterator[shapely.Geometry]:
    for part in shapely.get_parts(geometry):
        if shapely.get_type_id(part) > 3:  # a multi-part geometry inside a collection
            yield from _single(part)
        elif not part.is_empty:
            yield part


def _attributes(number: int, one: FaultShape) -> dict[str, Any]:
    meaning = _codes()[FindingCode(one.code)]
    return {
        "number": number,
        "code": str(one.code),
        "severity": str(one.severity),
        "file": clean(one.file),
        "value": clean(one.value),
        "area_m2": float(one.area_m2),
        "meaning_zh": meaning["meaning_zh"],
        "meaning_en": meaning["meaning_en"],
    }


def _layer(name: str, kind: str, rows: Sequence[dict[str, Any]], lang: str) -> Layer:
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4490")
    aliases = {
        one.name: (one.title(lang), one.meaning_en if lang == "en" else one.meaning_zh)
        for one in fields("layer.faults")
    }
    return Layer(name, say(f"field.layer.{name}", lang), frame, kind, aliases, {"severity": "severity"})
