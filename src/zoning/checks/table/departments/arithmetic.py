"""What a table adds up and multiplies itself: printed totals against their parts, emissions against their factors."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zoning.checks.table.departments.roles import roles as roles_of
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.tables import numbers

__all__ = ["check_above_made", "check_factors", "check_sheets", "check_stated", "check_terms"]

Line = tuple[Any, ...]
_CARBON = 44.0 / 12.0
_EXPLAINED_BY = {"combustion": "fuels", "process": "process", "power": "purchased", "heat": "purchased"}


def _far(printed: float, computed: float, share: float, scale: float) -> bool:
    least = numbers("thresholds")["stated_sum_least"]
    return math.isfinite(printed) and math.isfinite(computed) and abs(printed - computed) > max(least, share * scale)


def _wrong(sheet: Sheet, name: str, place: int, key: str, computed: float) -> Finding:
    where = sheet.at(name, sheet.rows[place])
    return finding("ARITHMETIC", key, severity=Severity.WARNING, where=where, computed=f"{computed:.10g}",
                   name=sheet.rows[place].text("name"))  # fmt: skip


def check_stated(sheet: Sheet, lines: Sequence[Line]) -> list[Finding]:
    """Judge the totals of a summary: total = combustion + process + net power + net heat, or only the direct ones."""
    share = numbers("thresholds")["stated_sum"]
    by_ref: dict[object, dict[object, float]] = defaultdict(dict)
    for line in lines:
        by_ref[line[0]][line[2]] = float(line[3])
    findings = []
    for place, ref in enumerate(sheet.refs):
        parts = dict(by_ref.get(ref, {}))
        total = parts.pop("total", math.nan)
        if not parts or math.isnan(total):
            continue
        scale = sum(abs(part) for part in parts.values())
        direct = parts.get("combustion", 0.0) + parts.get("process", 0.0)
        if all(_far(total, added, share, scale) for added in (sum(parts.values()), direct)):
            findings.append(_wrong(sheet, "total", place, "stated", sum(parts.values())))
    return findings


def check_factors(sheet: Sheet, lines: Iterable[Line]) -> list[Finding]:
    """Judge printed emissions: amount × NCV × carbon × oxidation × 44/12, or amount × factor for power and heat."""
    share = numbers("thresholds")["stated_factor"]
    places = {ref: place for place, ref in enumerate(sheet.refs)}
    findings = []
    for line in lines:
        ref, what = line[0], line[2]
        amount, ncv, carbon, oxidation, factor = (float(line[at]) for at in (5, 7, 8, 9, 10))
        printed = float(line[12])
        computed = amount * factor if what in ("power", "heat") else amount * ncv * carbon * oxidation * _CARBON
        if _far(printed, computed, share, abs(computed)):
            name = f"{what}_co2" if what in ("power", "heat") else "co2_t"
            findings.append(_wrong(sheet, name, places[ref], "factors", computed))
    return findings


def check_terms(sheet: Sheet, lines: Iterable[Line], printed: Sequence[float]) -> list[Finding]:
    """Judge printed process emissions against the sum of the terms of their explanation."""
    share = numbers("thresholds")["stated_sum"]
    added: dict[object, float] = defaultdict(float)
    for line in lines:
        added[line[0]] += float(line[12])
    return [
        _wrong(sheet, "co2_t", place, "terms", added[ref])
        for place, ref in enumerate(sheet.refs)
        if ref in added and _far(printed[place], added[ref], share, abs(added[ref]))
    ]


def check_sheets(parts: Sequence[tuple[Sheet, Mapping[str, Sequence[Line]]]]) -> list[Finding]:
    """Judge the summary of a verification against its own sheets, by enterprise and year."""
    added: dict[tuple[str, str, int, str], float] = defaultdict(float)
    roles = set()
    for sheet, rows in parts:
        item = {"fuels": "combustion", "process": "process"}.get(sheet.role)
        if item is None:
            continue
        roles.add(item)
        names = _names(sheet)
        for line in rows.get("uses", ()):
            emitted = float(line[12])
            added[(*names[line[0]], line[1], item)] += emitted
    findings = []
    for sheet, rows in parts:
        if sheet.role == "summary":
            findings += _against(sheet, rows["stated"], added, roles)
            findings += _unexplained(sheet, rows["stated"], {other.role for other, _ in parts})
    return findings


def _unexplained(sheet: Sheet, lines: Iterable[Line], there: set[str]) -> list[Finding]:
    """Name what a summary adds up and no sheet of the file explains: without its activity it does not count."""
    findings = []
    for item, role in _EXPLAINED_BY.items():
        stated = [line for line in lines if line[2] == item and float(line[3]) != 0]
        if role in there or not stated:
            continue
        row = next(row for row in roles_of(sheet.kind) if row["role"] == role)
        where = sheet.where(item) | {"row": sheet.rows[sheet.refs.index(stated[0][0])].row}
        amount = f"{math.fsum(float(line[3]) for line in stated):.10g}"
        slots = {"count": len(stated), "amount": amount, "sheet": Both(row["zh"], row["en"])}
        findings.append(finding("EVIDENCE_MISSING", "sheet", severity=Severity.WARNING, where=where, **slots))
    return findings


def _names(sheet: Sheet) -> dict[str, tuple[str, str]]:
    named = zip(sheet.refs, sheet.texts("code"), sheet.texts("name"), strict=True)
    return {ref: (code, name if not code else "") for ref, code, name in named}


def _against(
    sheet: Sheet, lines: Iterable[Line], added: Mapping[tuple[str, str, int, str], float], roles: set[str]
) -> list[Finding]:
    share = numbers("thresholds")["stated_sum"]
    places = {ref: place for place, ref in enumerate(sheet.refs)}
    names = _names(sheet)
    findings = []
    for line in lines:
        item, printed = line[2], float(line[3])
        computed = added.get((*names[line[0]], line[1], item), 0.0)
        if item in roles and _far(printed, computed, share, abs(printed)):
            findings.append(_wrong(sheet, item, places[line[0]], "sheets", computed))
    return findings


def check_above_made(sheet: Sheet, lines: Iterable[Line]) -> list[Finding]:
    """Name emissions above what was made of the pollutant: one of the two is wrong, often by its unit."""
    margin = 1.0 + numbers("thresholds")["above_made"]
    amounts: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for line in lines:
        amounts[line[0], line[2]][line[3]] = float(line[4])
    places = {ref: place for place, ref in enumerate(sheet.refs)}
    findings = []
    for (ref, species), both in amounts.items():
        made, emitted = both.get("made", math.nan), both.get("emitted", math.nan)
        if emitted > margin * made:
            record = sheet.rows[places[ref]]
            where = sheet.at(f"emitted:{species}", record)
            slots = {"species": species, "made": f"{made:.10g}", "name": record.text("name")}
            findings.append(finding("ARITHMETIC", "above", severity=Severity.WARNING, where=where, **slots))
    return findings
