"""Emitters of a table beside each other: one entered twice, headquarters for stacks, slips of unit, years, trades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from zoning.checks.table.firms import check_credit_codes, check_twice
from zoning.checks.table.records import Records
from zoning.checks.table.slips import energy_slips, factor_slips
from zoning.checks.table.sums import check_sums
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.study import PointsInput, Study

__all__ = ["check_together"]

_SHOWN = 5
Row = Mapping[str, object]


def check_together(
    records: Records, rows: Sequence[Row], species: tuple[str, ...], declared: PointsInput, study: Study
) -> list[Finding]:
    """Judge the rows of a table of emitters beside each other.

    Parameters
    ----------
    records : Records
        The table.
    rows : sequence of mapping
        Its emitters, amounts in t yr-1.
    species : tuple of str
        Names of the columns of amounts.
    declared : PointsInput
        What the study says of the table.
    study : Study
        Base year and thresholds.
    """
    counted = declared.use == "count"
    severity = Severity.ERROR if counted else Severity.WARNING
    findings = check_credit_codes(records, severity) + _twice(records, rows, species, severity)
    findings += _clusters(records, rows, study) + factor_slips(records, rows) + energy_slips(records, rows, "CO2")
    findings += check_sums(records, [f"species:{name}" for name in species])
    if counted:
        findings += _trades(records, rows) + _years(records, rows, study)
    return findings


def _twice(records: Records, rows: Sequence[Row], species: tuple[str, ...], severity: Severity) -> list[Finding]:
    """One enterprise with one fuel twice: the same amounts are one record entered twice, others may be two stacks."""
    by_row = {record.row: record for record in records.rows}
    if not species:
        return []
    amounts = (*species, "activity")
    whole, pair = [], []
    for row in rows:
        record = by_row[int(str(row["row"]))]
        who = tuple(str(row[name]) for name in ("emitter", "fuel", "record", "sector", "year"))
        whole.append((record, (*who, *(str(row.get(name)) for name in (*amounts, "lon", "lat")))))
        pair.append((record, who[:3]))
    ids = [(record, record.text("record")) for record in records.rows if record.text("record")]
    findings = check_twice(records, whole, severity) or check_twice(records, ids, severity)
    if findings:
        return findings
    unnamed = [(record, key) for record, key in pair if not key[2]]
    return check_twice(records, unnamed, Severity.WARNING)


def _clusters(records: Records, rows: Sequence[Row], study: Study) -> list[Finding]:
    """Many enterprises at one coordinate, or many coordinates of two decimals: offices or centroids, not stacks."""
    places: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        places[str(row["lon"]), str(row["lat"])].setdefault(str(row["emitter"]), int(str(row["row"])))
    absent = {("nan", "nan"), ("0.0", "0.0"), ("inf", "inf")}
    crowded = {
        at: names
        for at, names in places.items()
        if len(names) >= study.threshold("cluster_emitters") and at not in absent
    }
    findings = []
    for at, names in crowded.items():
        shown = "、".join(list(names)[:_SHOWN])
        where = records.at("lon") | {"row": min(names.values()), "value": ", ".join(at)}
        findings.append(finding("POINT_CLUSTER", where=where, count=len(names), names=shown))
    rounded = [record for record in records.rows if all(_coarse(record.text(name)) for name in ("lon", "lat"))]
    enough = max(study.threshold("rounded_share") * len(records.rows), study.threshold("cluster_emitters"))
    if len(rounded) >= enough:
        first = rounded[0]
        where = records.where(first, "lon") | {"value": f"{first.text('lon')}, {first.text('lat')}"}
        rows_shown = "、".join(str(record.row) for record in rounded[:_SHOWN])
        findings.append(finding("POINT_CLUSTER", "rounded", where=where, count=len(rounded), rows=rows_shown))
    return findings


def _coarse(text: str) -> bool:
    """Degrees with at most two decimals."""
    whole, _, decimals = text.partition(".")
    return whole.isdigit() and len(whole) <= 3 and len(decimals.rstrip("0")) <= 2


def _trades(records: Records, rows: Sequence[Row]) -> list[Finding]:
    missing = [row for row in rows if not row["industry"]]
    if not missing:
        return []
    first = missing[0]
    shown = "、".join(str(row["name"] or row["emitter"]) for row in missing[:_SHOWN])
    where = records.at("industry") | {"row": first["row"], "value": shown}
    listed = "、".join(str(row["row"]) for row in missing[:_SHOWN])
    return [finding("INDUSTRY_MISSING", where=where, count=len(missing), rows=listed)]


def _years(records: Records, rows: Sequence[Row], study: Study) -> list[Finding]:
    """Name records of another year than the base year: all of them, or some in a table of it."""
    other = [row for row in rows if row["year"] != study.years.base]
    if not other:
        return []
    years = "、".join(sorted({str(row["year"]) for row in other}))
    where = records.at("year") | {"row": other[0]["row"], "value": years}
    listed = "、".join(str(row["row"]) for row in other[:_SHOWN])
    base = study.years.base
    return [finding("YEAR_DIFFERS", "points", where=where, count=len(other), rows=listed, base=base)]
