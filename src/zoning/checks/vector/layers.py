"""Vector layers → ControlUnits, ElementZones: fields, codes and classes here by name, shapes by ``geometry_of``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from zoning.checks.judged import FaultShape, Judged
from zoning.checks.vector.addressed import EXAMPLES, Addressed, joined, shown
from zoning.checks.vector.areas import check_areas
from zoning.checks.vector.codes import (
    UNIT_CODE,
    ZONE_CODE,
    check_admin,
    check_class_digits,
    check_element,
    check_pattern,
    check_unique,
    check_version,
)
from zoning.checks.vector.fields import rename_fields
from zoning.checks.vector.neighbours import Faults, check_topology
from zoning.checks.vector.placing import check_crs
from zoning.checks.vector.shapes import check_shapes, repaired
from zoning.checks.vector.topology import Layout
from zoning.errors import Finding, Severity
from zoning.intake import RawLayer
from zoning.messages import Both, finding
from zoning.study import Study, ZonesInput
from zoning.supports import ControlUnits, ElementZones
from zoning.tables import read
from zoning.vocab import UnitClass, allowed, normalise_header, value, zone_subtype

__all__ = ["check_units", "check_zones", "unit_codes"]

T = TypeVar("T")


def check_units(raw: RawLayer, study: Study) -> Judged[ControlUnits]:
    """Judge the layer of control units.

    Returns
    -------
    Judged of ControlUnits
        The value is None if any finding is an error.
    """
    frame, findings = rename_fields(raw, "units", ("code", "unit_class"))
    named = _addressed(raw, frame)
    given = frame.get("admin_code")
    if "unit_class" in frame:
        written = frame["unit_class"]
        frame["unit_class"] = pd.Series(
            [value("unit_class", cell) for cell in written], index=frame.index, dtype=object
        )
        findings += _unknown(named, written, frame["unit_class"], "unit_class", allowed("unit_class"))
        if "code" in frame:
            findings += check_class_digits(named, frame["unit_class"], written, UNIT_CODE)
    if "code" in frame:
        findings += _codes(named, frame, UNIT_CODE, "") + check_admin(named, given, study.study.admin_code)
        frame["admin_code"] = frame["code"].str[2:8]
    frame, judged = _geometry(named, frame, study, gapless=True)
    return _judged(ControlUnits, frame, (*findings, *judged.findings), judged.shapes)


def check_zones(raw: RawLayer, declared: ZonesInput, study: Study) -> Judged[ElementZones]:
    """Judge the layer of zones of one element."""
    element = declared.element
    frame, findings = rename_fields(raw, f"zones.{element}", ("code", "subtype"))
    named = _addressed(raw, frame)
    if "subtype" in frame:
        written = frame["subtype_text"] = frame["subtype"]
        frame["subtype"] = _subtypes(frame, element)
        findings += _unknown(named, written, frame["subtype"], f"zones.{element}", _subtype_words(element))
    if "code" in frame:
        findings += _codes(named, frame, ZONE_CODE, "zone")
        findings += check_admin(named, frame.get("admin_code"), study.study.admin_code)
        findings += check_element(named, frame.get("element"), element) + _zone_classes(named, frame)
    frame, judged = _geometry(named, frame, study, gapless=False)
    return _judged(partial(ElementZones, element), frame, (*findings, *judged.findings), judged.shapes)


def unit_codes(raw: RawLayer) -> tuple[str, ...] | None:
    """Return the codes of a unit layer, whatever else is wrong with it; None if it has no such field."""
    frame, _ = rename_fields(raw, "units", ("code",))
    return tuple(frame["code"]) if "code" in frame else None


def _addressed(raw: RawLayer, frame: gpd.GeoDataFrame) -> Addressed:
    codes = frame["code"] if "code" in frame else pd.Series("", index=frame.index, dtype=object)
    headers = dict(zip(map(str, frame.columns), map(str, raw.frame.columns), strict=True))
    return Addressed(raw, codes.to_numpy(dtype=object), headers=headers)


def _judged(
    make: Callable[[gpd.GeoDataFrame], T],
    frame: gpd.GeoDataFrame,
    findings: tuple[Finding, ...],
    shapes: tuple[FaultShape, ...],
) -> Judged[T]:
    """Return the value with its findings; no value if one of them is an error."""
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, findings, shapes)
    frame["name"] = frame["name"] if "name" in frame else frame["code"]
    return Judged(make(frame), findings, shapes)


def _codes(named: Addressed, frame: gpd.GeoDataFrame, pattern: re.Pattern[str], key: str) -> tuple[Finding, ...]:
    findings = check_unique(named, frame.geometry.to_numpy()) + check_pattern(named, pattern, key)
    return findings + check_version(named, frame.get("version"))


def _unknown(named: Addressed, written: pd.Series, codes: pd.Series, domain: str, known: Both) -> tuple[Finding, ...]:
    """Find values that are in no code list, each with the nearest word that is."""
    at = np.flatnonzero(codes.isna())
    if not len(at):
        return ()
    values = written.iloc[at].map(shown)
    counts = values.value_counts()
    texts = []
    for word in sorted(counts.index)[:EXAMPLES]:
        close = difflib.get_close_matches(normalise_header(word), _words(domain), n=1, cutoff=0.5)
        zh, en = (f"，最接近“{close[0]}”", f", nearest “{close[0]}”") if close else ("", "")
        count = int(counts[word])
        texts.append(Both(f"“{word}”（{count} 处{zh}）", f"“{word}” ({count} times{en})"))
    field = "unit_class" if domain == "unit_class" else "subtype"
    where = named.where(at, field, written.iloc[named.ordered(at)[0]])
    return (finding("VALUE_UNKNOWN", "layer", where=where, count=len(at), allowed=known,
                    values=joined(texts, len(counts))),)  # fmt: skip


def _words(domain: str) -> list[str]:
    if domain == "unit_class":
        return [row["written"] for row in read("value_aliases") if row["domain"] == domain]
    element = domain.removeprefix("zones.")
    names = {row["code"]: f"{row['element_zh']}环境{row['subtype_zh']}" for row in read("zone_vocab")}
    codes = dict.fromkeys(row["code"] for row in read("zone_subtype_words") if row["element"] == element)
    return [names[code] for code in codes]


def _subtypes(frame: gpd.GeoDataFrame, element: str) -> pd.Series:
    fuel = frame["fuel_class"] if "fuel_class" in frame else pd.Series("", index=frame.index)
    codes = [zone_subtype(element, text, klass) for text, klass in zip(frame["subtype"], fuel, strict=True)]
    return pd.Series(codes, index=frame.index, dtype=object)


def _subtype_words(element: str) -> Both:
    words = dict.fromkeys(row["word"] for row in read("zone_subtype_words") if row["element"] == element)
    return Both(f"含“{'”“'.join(words)}”之一的名称", f"a name with one of {', '.join(words)}")


def _zone_classes(named: Addressed, frame: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    """Hold the class digit of each zone code against the class column, else against the sub-type."""
    if "zone_class" in frame:
        classes = pd.Series([value("zone_class", cell) for cell in frame["zone_class"]], dtype=object)
        return check_class_digits(named, classes, frame["zone_class"], ZONE_CODE)
    if "subtype" not in frame:
        return ()
    digits = {row["code"]: row["class_digit"] for row in read("zone_vocab")}
    by_digit = {one.digit: str(one) for one in UnitClass}
    classes = pd.Series([by_digit.get(digits.get(code, "")) for code in frame["subtype"]], dtype=object)
    return check_class_digits(named, classes, frame["subtype_text"], ZONE_CODE)


def _geometry(
    named: Addressed, frame: gpd.GeoDataFrame, study: Study, *, gapless: bool
) -> tuple[gpd.GeoDataFrame, Faults]:
    """Judge system and shapes; neighbours and areas are judged of the sound shapes, whatever the others are."""
    placed, findings = check_crs(named, frame, study)
    misplaced = any(found.severity is Severity.ERROR for found in findings)
    crs = None if misplaced or placed.crs is None else CRS.from_user_input(placed.crs)
    shapes = shapely.force_2d(placed.geometry.to_numpy())
    sound, single = check_shapes(named, placed.geometry.to_numpy(), crs)
    faults = Faults(findings) + single
    flat = placed.set_geometry(gpd.GeoSeries(shapes, index=placed.index, crs=placed.crs))
    if crs is None or not sound.any():
        return flat, faults
    at = np.flatnonzero(sound)
    some = Addressed(named.raw, named.codes, at, named.headers)
    layout = Layout(shapes[at], crs, repaired(shapes[~sound]))
    faults += check_topology(some, layout, study, gapless=gapless)
    if "declared_area_km2" in flat:
        faults += Faults(check_areas(some, flat["declared_area_km2"].iloc[at], layout, study))
    return flat, faults
