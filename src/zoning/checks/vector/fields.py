"""Headers and cells of a layer's attributes under our own field names, and what is missing or not known of them."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd

from zoning.checks.headers import unknown_headers
from zoning.errors import Finding
from zoning.intake import RawLayer
from zoning.messages import finding
from zoning.vocab import field_name, normalise_header

__all__ = ["rename_fields"]

_NUMBERS = ("declared_area_km2",)
"""Fields whose cells stay as they are; those of every other known field become text."""


def rename_fields(raw: RawLayer, layer: str, required: tuple[str, ...]) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the layer under our field names, text stripped, and what is unknown or missing among its fields.

    A field that the study maps wins over one that a dialect knows; of two headers for one field the first holds, and
    the other keeps its own name.
    """
    geometry = raw.frame.geometry.name
    headers = [str(header) for header in raw.frame.columns if header != geometry]
    names, findings = _field_names(raw, layer, headers)
    where = {"file": raw.file, "layer": raw.layer}
    listed = "、".join(header.strip() for header in headers)
    for field in required:
        if field not in names.values():
            findings.append(finding("FIELD_MISSING", where=where | {"field": field}, headers=listed))
    frame = raw.frame.rename(columns=str).rename(columns=_apart(names, headers))
    frame = (frame if geometry == "geometry" else frame.rename_geometry("geometry")).reset_index(drop=True)
    for column in names.values():
        if column not in _NUMBERS:
            frame[column] = pd.Series([_text(cell) for cell in frame[column]], index=frame.index, dtype=object)
    return frame, tuple(findings)


def _field_names(raw: RawLayer, layer: str, headers: list[str]) -> tuple[dict[str, str], list[Finding]]:
    """Return header → our name."""
    declared = {normalise_header(header): ours for ours, header in raw.declared.items() if ours != "crs"}
    there = {normalise_header(header) for header in headers}
    where = {"file": raw.file, "layer": raw.layer}
    findings = [
        finding("FIELD_MISSING", "declared", where=where | {"field": ours, "value": raw.declared[ours]},
                headers="、".join(header.strip() for header in headers))
        for header, ours in declared.items() if header not in there
    ]  # fmt: skip
    names = {header: declared[normalise_header(header)] for header in headers if normalise_header(header) in declared}
    unknown: list[str] = []
    for header in headers:
        ours = field_name(layer, header)
        if header not in names and ours is None:
            unknown.append(header)
        elif header not in names and ours not in names.values():
            names[header] = str(ours)
    return names, [*findings, *unknown_headers(where, layer, unknown)]


def _apart(names: dict[str, str], headers: list[str]) -> dict[str, str]:
    """Return the renaming, where a header that is passed over cannot be taken for one of our fields."""
    taken = {*names.values(), "geometry"}
    return {header: names.get(header, f"{header} 2" if header in taken else header) for header in headers}


def _text(cell: object) -> str:
    """Return a cell as text; a whole number that became a float for an empty cell in its column stays whole."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
