"""Attributes of vector layers: fields, codes, classes → ControlUnits, ElementZones; shapes are judged by ``shapes``."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from zoning.checks.headers import unknown_headers
from zoning.checks.judged import Judged
from zoning.checks.shapes import check_crs, check_shapes, check_topology
from zoning.checks.topology import measured_area
from zoning.errors import Finding, Severity
from zoning.intake import RawLayer
from zoning.messages import Both, finding
from zoning.study import Study, Tolerance, ZonesInput
from zoning.supports import ControlUnits, ElementZones
from zoning.tables import read
from zoning.vocab import UnitClass, allowed, field_name, normalise_header, value, zone_subtype

__all__ = ["check_units", "check_zones", "rename_fields", "unit_codes"]

_UNIT_CODE = re.compile(r"(ZH|HY)\d{6}[123]\d{4}")
_ZONE_CODE = re.compile(r"YS\d{6}[123]\d{6}")
_ELEMENT_DIGIT = {"ecology": "1", "water": "2", "air": "3", "energy": "5"}


def check_units(raw: RawLayer, study: Study) -> Judged[ControlUnits]:
    """Judge the layer of control units.

    Returns
    -------
    Judged of ControlUnits
        The value is None if any finding is an error.
    """
    frame, findings = rename_fields(raw, "units", ("code", "unit_class"))
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, findings)
    frame["name"] = frame["name"] if "name" in frame else frame["code"]
    frame["unit_class"], faults = _classes(raw, frame)
    findings += faults + _codes(raw, frame, _UNIT_CODE, "") + _admin(raw, frame, study.study.admin_code)
    frame["admin_code"] = frame["code"].str[2:8]
    frame, faults = _geometry(raw, frame, study.tolerance, gapless=True)
    findings += faults
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, findings)
    return Judged(ControlUnits(frame), findings + _declared_area(raw, frame, study))


def unit_codes(raw: RawLayer) -> tuple[str, ...] | None:
    """Return the codes of a unit layer, whatever else is wrong with it; None if it has no such field."""
    frame, _ = rename_fields(raw, "units", ("code",))
    return tuple(frame["code"]) if "code" in frame else None


def check_zones(raw: RawLayer, declared: ZonesInput, study: Study) -> Judged[ElementZones]:
    """Judge the layer of zones of one element."""
    element = declared.element
    frame, findings = rename_fields(raw, f"zones.{element}", ("code", "subtype"))
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, findings)
    frame["name"] = frame["name"] if "name" in frame else frame["code"]
    frame["subtype_text"] = frame["subtype"]
    frame["subtype"], faults = _subtypes(raw, frame, element)
    findings += faults + _codes(raw, frame, _ZONE_CODE, "zone") + _admin(raw, frame, study.study.admin_code)
    findings += _element_digits(raw, frame, element)
    frame, faults = _geometry(raw, frame, study.tolerance, gapless=False)
    findings += faults
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, findings)
    return Judged(ElementZones(element, frame), findings)


def rename_fields(raw: RawLayer, layer: str, required: tuple[str, ...]) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the layer under our field names, text stripped, and what is unknown or missing among its fields."""
    geometry = raw.frame.geometry.name
    headers = [str(header) for header in raw.frame.columns if header != geometry]
    names, findings = _field_names(raw, layer, headers)
    where = {"file": raw.file, "layer": raw.layer}
    shown = "、".join(header.strip() for header in headers)
    for field in required:
        if field not in names.values():
            findings.append(finding("FIELD_MISSING", where=where | {"field": field}, headers=shown))
    frame = raw.frame.rename(columns=names)
    frame = frame if geometry == "geometry" else frame.rename_geometry("geometry")
    for column in names.values():
        if column == "code" or not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
    return frame, tuple(findings)


def _field_names(raw: RawLayer, layer: str, headers: list[str]) -> tuple[dict[str, str], list[Finding]]:
    """Return header → our name; of two headers for one field the first holds."""
    declared = {normalise_header(header): ours for ours, header in raw.declared.items() if ours != "crs"}
    names: dict[str, str] = {}
    unknown: list[str] = []
    for header in headers:
        ours = declared.get(normalise_header(header)) or field_name(layer, header)
        if ours is None:
            unknown.append(header)
        elif ours not in names.values():
            names[header] = ours
    return names, unknown_headers({"file": raw.file, "layer": raw.layer}, layer, unknown)


def _classes(raw: RawLayer, frame: gpd.GeoDataFrame) -> tuple[pd.Series, tuple[Finding, ...]]:
    classes = frame["unit_class"].map(lambda cell: value("unit_class", cell))
    unknown = np.flatnonzero(classes.isna())
    findings: list[Finding] = []
    if len(unknown):
        where = _where(raw, unknown[0], "unit_class", frame["unit_class"].iloc[unknown[0]])
        findings.append(finding("VALUE_UNKNOWN", where=where, count=len(unknown), allowed=allowed("unit_class")))
    digits = classes.map(lambda code: UnitClass(code).digit if isinstance(code, str) else "")
    standard = frame["code"].str.fullmatch(_UNIT_CODE)
    wrong = np.flatnonzero((standard & classes.notna() & (frame["code"].str[8:9] != digits)).to_numpy())
    if len(wrong):
        where = _where(raw, wrong[0], "unit_class", frame["unit_class"].iloc[wrong[0]])
        code = frame["code"].iloc[wrong[0]]
        findings.append(finding("CLASS_MISMATCH", where=where, unit=code, count=len(wrong)))
    return classes, tuple(findings)


def _subtypes(raw: RawLayer, frame: gpd.GeoDataFrame, element: str) -> tuple[pd.Series, tuple[Finding, ...]]:
    fuel = frame["fuel_class"] if "fuel_class" in frame else pd.Series("", index=frame.index)
    subtypes = pd.Series(
        [zone_subtype(element, text, klass) for text, klass in zip(frame["subtype"], fuel, strict=True)],
        index=frame.index, dtype=object,
    )  # fmt: skip
    unknown = np.flatnonzero(subtypes.isna())
    if not len(unknown):
        return subtypes, ()
    where = _where(raw, unknown[0], "subtype", frame["subtype"].iloc[unknown[0]])
    return subtypes, (finding("VALUE_UNKNOWN", where=where, count=len(unknown), allowed=_subtype_words(element)),)


def _subtype_words(element: str) -> Both:
    words = dict.fromkeys(row["word"] for row in read("zone_subtype_words") if row["element"] == element)
    return Both(f"含“{'”“'.join(words)}”之一的名称", f"a name with one of {', '.join(words)}")


def _codes(raw: RawLayer, frame: gpd.GeoDataFrame, pattern: re.Pattern[str], key: str) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    codes = frame["code"]
    empty = np.flatnonzero((codes == "").to_numpy())
    if len(empty):
        rows = "、".join(str(raw.row(int(position))) for position in empty[:10])
        findings.append(finding("CODE_DUPLICATE", "empty", where=_where(raw, empty[0], "code", ""), rows=rows))
    for code, group in codes[codes != ""].groupby(codes):
        if len(group) > 1:
            positions = frame.index.get_indexer(group.index)
            rows = "、".join(str(raw.row(int(position))) for position in positions)
            findings.append(finding("CODE_DUPLICATE", where=_where(raw, positions[0], "code", code), rows=rows))
    odd = np.flatnonzero(((codes != "") & ~codes.str.fullmatch(pattern)).to_numpy())
    if len(odd):
        where = _where(raw, odd[0], "code", codes.iloc[odd[0]])
        findings.append(finding("CODE_PATTERN", key, severity=Severity.WARNING, where=where, count=len(odd)))
    return tuple(findings)


def _admin(raw: RawLayer, frame: gpd.GeoDataFrame, admin_code: str) -> tuple[Finding, ...]:
    prefix = (
        admin_code[:2] if admin_code.endswith("0000") else admin_code[:4] if admin_code.endswith("00") else admin_code
    )
    standard = frame["code"].str.fullmatch(_UNIT_CODE) | frame["code"].str.fullmatch(_ZONE_CODE)
    foreign = np.flatnonzero((standard & ~frame["code"].str[2:].str.startswith(prefix)).to_numpy())
    if not len(foreign):
        return ()
    where = _where(raw, foreign[0], "code", frame["code"].iloc[foreign[0]])
    return (finding("ADMIN_MISMATCH", where=where, admin=admin_code, count=len(foreign)),)


def _element_digits(raw: RawLayer, frame: gpd.GeoDataFrame, element: str) -> tuple[Finding, ...]:
    standard = frame["code"].str.fullmatch(_ZONE_CODE)
    wrong = np.flatnonzero((standard & (frame["code"].str[9:10] != _ELEMENT_DIGIT[element])).to_numpy())
    if not len(wrong):
        return ()
    where = _where(raw, wrong[0], "code", frame["code"].iloc[wrong[0]])
    return (finding("ELEMENT_MISMATCH", where=where, element=element, count=len(wrong)),)


def _geometry(
    raw: RawLayer, frame: gpd.GeoDataFrame, tolerance: Tolerance, *, gapless: bool
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    placed, findings = check_crs(raw, frame)
    if any(found.severity is Severity.ERROR for found in findings):
        return placed, findings
    flat, faults = check_shapes(raw, placed)
    findings += faults
    if any(found.severity is Severity.ERROR for found in faults):
        return flat, findings
    return flat, findings + check_topology(raw, flat, tolerance, gapless=gapless)


def _declared_area(raw: RawLayer, frame: gpd.GeoDataFrame, study: Study) -> tuple[Finding, ...]:
    if "declared_area_km2" not in frame:
        return ()
    declared = pd.to_numeric(frame["declared_area_km2"], errors="coerce").to_numpy(dtype=float)
    measured = measured_area(frame.geometry.to_numpy(), CRS.from_user_input(frame.crs)) / 1e6
    off = np.abs(declared / measured - 1)
    tolerance = study.threshold("area_mismatch")
    wrong = np.flatnonzero(off > tolerance)
    if not len(wrong):
        return ()
    worst = int(np.nanargmax(np.where(off > tolerance, off, np.nan)))
    numbers: dict[str, Any] = {"declared": f"{declared[worst]:.4f}", "measured": f"{measured[worst]:.4f}"}
    where = _where(raw, worst, "declared_area_km2", frame["code"].iloc[worst])
    return (finding("AREA_MISMATCH", where=where, count=len(wrong), tolerance=f"{tolerance:.1%}", **numbers),)


def _where(raw: RawLayer, position: int, field: str, shown: object) -> dict[str, object]:
    return {"file": raw.file, "layer": raw.layer, "row": raw.row(int(position)), "field": field, "value": shown}
