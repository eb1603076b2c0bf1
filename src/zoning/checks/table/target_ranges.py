"""Whether targets can be: against what a region can have at all, its own other years and uses, and its parts."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from zoning.checks.table.amounts import slip, without_year
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.quantities import convert, dimension
from zoning.study import Study
from zoning.tables import Row, read
from zoning.targets import Target

__all__ = ["TargetRow", "check_parts", "check_plausible", "measures"]


@dataclass(frozen=True)
class TargetRow:
    """A target with where it stands: address of the table, row, and indicator and numbers as they are written."""

    target: Target
    where: Mapping[str, object]
    row: int
    indicator: str
    limit: str
    use: str

    def at(self, field: str) -> dict[str, object]:
        """Address of one of its numbers."""
        return {**self.where, "row": self.row, "field": field, "value": self.limit if field == "limit" else self.use}


@cache
def _range(indicator: str, level: str) -> Row | None:
    """Row of ``tables/target_ranges.csv`` for a level, else that for any level."""
    rows = {row["level"]: row for row in read("target_ranges") if row["indicator"] == indicator}
    return rows.get(level, rows.get(""))


def measures(target: Target) -> str:
    """Return the unit in which the indicator of a target is judged, if its own unit cannot measure it; else empty.

    Totals may be stated per year or not; a target that no row of the table knows is not judged.
    """
    row = _range(target.indicator, target.level)
    if row is None:
        return ""
    own, wanted = (dimension(without_year(unit)) for unit in (target.unit, row["unit"]))
    return "" if own == wanted or _both_energy(target.unit, row["unit"]) else row["unit"]


def _both_energy(one: str, other: str) -> bool:
    """Coal equivalents are energy to the registry; a plan states coal in tonnes of it as often as in tonnes."""
    return {dimension(one), dimension(other)} <= {dimension("tce"), dimension("t")}


def _in(amount: float, unit: str, wanted: str) -> float:
    """Convert, a total per year being a total."""
    bare, wanted = without_year(unit), without_year(wanted)
    return convert(amount, bare, wanted) if dimension(bare) == dimension(wanted) else math.nan


def check_plausible(rows: Sequence[TargetRow], study: Study) -> list[Finding]:
    """Judge every limit and use against the plausible range of its indicator and against the region's other numbers."""
    groups: dict[tuple[str, str], list[TargetRow]] = defaultdict(list)
    for row in rows:
        groups[row.target.region_code, row.target.indicator].append(row)
    findings: list[Finding] = []
    for group in groups.values():
        for row in group:
            findings += _judge(row, "limit", row.target.limit, group, study)
        uses = {row.target.use: row for row in reversed(group) if math.isfinite(row.target.use)}
        for use, row in uses.items():
            findings += _judge(row, "use", use, group, study)
        findings += _rising(sorted(group, key=lambda one: one.target.year))
    return findings


def _judge(row: TargetRow, field: str, amount: float, group: Sequence[TargetRow], study: Study) -> list[Finding]:
    target = row.target
    allowed = _range(target.indicator, target.level)
    reference = _reference(row, field, group)
    power = slip(amount, reference)
    slots: dict[str, Any] = {
        "indicator": target.indicator,
        "region": target.region_name or target.region_code,
        "unit": target.unit,
    }
    findings = []
    if power:
        other: dict[str, Any] = {"power": f"10^{power}", "reference": f"{reference:g}"}
        findings.append(finding("UNIT_SLIP", "target", where=row.at(field), **slots, **other))
    own = _in(amount, target.unit, allowed["unit"]) if allowed else math.nan
    if allowed and math.isfinite(own) and not (_least(allowed, field) <= own <= float(allowed["high"])):
        span = f"{_back(allowed, 'low', target.unit)}–{_back(allowed, 'high', target.unit)} {target.unit}"
        findings.append(finding("TARGET_RANGE", "range", where=row.at(field), **slots, allowed=span))
    elif not power and _far(amount, reference, study.threshold("target_neighbour")):
        findings.append(finding("TARGET_RANGE", "neighbours", where=row.at(field), **slots, reference=f"{reference:g}"))
    return findings


def _least(allowed: Row, field: str) -> float:
    """Return the least there can be: a use may be nothing at all, a limit lies above the lower end."""
    return 0.0 if field == "use" else float(allowed["low"])


def _back(allowed: Row, end: str, unit: str) -> str:
    return f"{_in(float(allowed[end]), allowed['unit'], unit):g}"


def _reference(row: TargetRow, field: str, group: Sequence[TargetRow]) -> float:
    """Median of the region's other limits and distinct uses of the indicator; NaN without any."""
    limits = [other.target.limit for other in group if other is not row or field == "use"]
    uses = {other.target.use for other in group if math.isfinite(other.target.use)}
    if field == "use":
        uses.discard(row.target.use)
    known = [amount for amount in (*limits, *uses) if amount > 0]
    return statistics.median_low(known) if known else math.nan


def _far(amount: float, reference: float, factor: float) -> bool:
    return amount > 0 and reference > 0 and not (1 / factor <= amount / reference <= factor)


def _rising(group: Sequence[TargetRow]) -> list[Finding]:
    """Ask about a limit above an earlier one, where the indicator is one that plans let fall."""
    allowed = _range(group[0].target.indicator, group[0].target.level)
    if allowed is None or allowed["falls"] != "yes":
        return []
    return [
        finding("TARGET_RANGE", "rising", severity=Severity.INFO, where=later.at("limit"),
                earlier=f"{before.target.limit:g}", year=before.target.year)
        for before, later in pairwise(group)
        if later.target.limit > before.target.limit
    ]  # fmt: skip


def check_parts(rows: Sequence[TargetRow], study: Study) -> list[Finding]:
    """Hold the sum of the parts of a region against its own limit, by indicator and year.

    Parts are the regions whose codes begin with its own.

    More than the whole is always named; less only where other years of the same parts do add up, for the parts of a
    region are often not all in a table. A sum that is off by 10³, 10⁴ or 10⁸ is a slip of unit.
    """
    limits: dict[tuple[str, int], dict[str, TargetRow]] = defaultdict(dict)
    for row in rows:
        if _adds(row.target):
            limits[row.target.indicator, row.target.year][row.target.region_code] = row
    sums: dict[tuple[str, str], list[tuple[TargetRow, float]]] = defaultdict(list)
    for (indicator, _), by_region in limits.items():
        parts: dict[str, list[Target]] = defaultdict(list)
        for code, row in by_region.items():
            parts[_whole(code, by_region)].append(row.target)
        for code, below in parts.items():
            if code:
                whole = by_region[code]
                total = sum(_in(part.limit, part.unit, whole.target.unit) for part in below)
                sums[code, indicator].append((whole, total))
    return [found for years in sums.values() for found in _sums(years, study.threshold("target_parts"))]


def _adds(target: Target) -> bool:
    allowed = _range(target.indicator, target.level)
    return allowed is not None and target.indicator.endswith(("_total", "_allowed"))


def _whole(code: str, codes: Mapping[str, TargetRow]) -> str:
    """Code of the nearest region in the table that holds this one (up to the province), or empty."""
    above = (code[:9], code[:6], f"{code[:4]}00", f"{code[:2]}0000")
    return next((one for one in above if one != code and len(one) <= len(code) and one in codes), "")


def _sums(years: Sequence[tuple[TargetRow, float]], tolerance: float) -> list[Finding]:
    even = any(abs(total / whole.target.limit - 1) <= tolerance for whole, total in years)
    findings = []
    for whole, total in years:
        off = total / whole.target.limit - 1
        power = slip(whole.target.limit, total)
        region = whole.target.region_name or whole.target.region_code
        slots: dict[str, Any] = {"region": region, "parts": f"{total:g}", "unit": whole.target.unit}
        if power:
            findings.append(finding("UNIT_SLIP", "parts", where=whole.at("limit"), **slots, power=f"10^{power}"))
        elif off > tolerance or (even and off < -tolerance):
            more = Both("大于", "more than") if off > 0 else Both("小于", "less than")
            severity = Severity.WARNING if off > 0 else Severity.INFO  # a region may keep a reserve
            findings.append(
                finding("ARITHMETIC", "target", severity=severity, where=whole.at("limit"), **slots, more=more)
            )
    return findings
