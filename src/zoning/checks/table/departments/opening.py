"""Files of departments → sheets: which table of its kind each sheet is, and the year and unit that its titles say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from zoning.checks.header_forms import alternatives
from zoning.checks.headers import Header, find_header
from zoning.checks.table.departments.measures import known_unit
from zoning.checks.table.departments.roles import fit, layer_name, looks_like, required, roles
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.departments.titled import with_titled
from zoning.checks.table.records import Records, records_of
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import Both, finding
from zoning.study import DepartmentInput
from zoning.tables import Row, numbers

__all__ = ["Opened", "opened", "physical"]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*年|\s*年度)?(?!\d)")
_LABELS = ("number", "code", "name", "item", "town", "town_name", "industry", "industry_name", "unit", "capacity_unit")
_UNIT_WORDS = {"单位", "计量单位", "（单位）", "(单位)"}
_UNITS = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s；;。]+)")


@dataclass(frozen=True)
class Opened:
    """The sheets of a file that are tables of its kind, and what is wrong with the file."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = field(default_factory=tuple)


def opened(raws: Sequence[RawTable], declared: DepartmentInput, tag: str, base: int) -> Opened:
    """Return the sheets of a file that are tables of its kind.

    A sheet that is none (cover, explanations) is passed over and named; a file without any is an error.

    Parameters
    ----------
    raws : sequence of RawTable
        All sheets.
    declared : DepartmentInput
        What the study says of the file.
    tag : str
        First part of every ``ref``.
    base : int
        Base year of the study.
    """
    wanted = [with_titled(raw, declared.kind, declared.fields) for raw in raws
              if not declared.sheet or raw.sheet == declared.sheet]  # fmt: skip
    chosen = [(raw, _role(raw, declared)) for raw in wanted]
    fitting = [(raw, row) for raw, row in chosen if row is not None]
    if not fitting:
        return Opened((), tuple(_none(wanted, declared)))
    findings = _passed_over([raw for raw, row in chosen if row is None and _holds_rows(raw)])
    sheets = []
    for raw, row in fitting:
        if row["kind"] == "vehicles" and (faults := _distances(raw, declared)):
            findings += faults
            continue
        sheet = _sheet(raw, row, (declared, tag, base))
        findings += sheet.records.findings
        if not sheet.records.faulty:
            sheets.append(sheet)
    return Opened(tuple(sheets), tuple(findings))


def _role(raw: RawTable, declared: DepartmentInput) -> Row | None:
    """Return which table of the declared kind a sheet is: one that has all it needs, else one that it looks like.

    What looks more like a table of another kind is none of this one.
    """
    fits = []
    for row in roles(declared.kind):
        header = find_header(raw.rows, layer_name(row), declared.fields)
        share = fit(header, row)
        names = set(header.columns.values()) if header is not None else set()
        fits.append((share > 0 and set(required(row, header)) <= names, share, row))
        if row["fuels"] == "columns" and {"fuel", "amount"} <= names and fits[-1][0]:
            return row  # fuels in rows, as a verification has them too: the study says which it is
    whole, share, row = max(fits, key=lambda one: one[:2])
    if not whole and share < numbers("thresholds")["kind_fit"]:
        return None
    other = looks_like([raw], share)
    return row if other is None or other["kind"] == declared.kind else None


def _none(raws: Sequence[RawTable], declared: DepartmentInput) -> list[Finding]:
    """Say what the table of the kind would need, of the sheet that comes nearest."""
    if not raws:
        where = {"file": declared.path, "layer": declared.sheet, "value": declared.kind}
        return [finding("HEADER_UNKNOWN", "department", where=where, kind=declared.kind, headers="—", wanted="—")]
    row = roles(declared.kind)[0]
    other = looks_like(raws)
    if other is not None and other["kind"] != declared.kind:
        where = {"file": raws[0].file, "field": "kind", "value": declared.kind}
        kind, looks = Both(row["zh"], row["en"]), Both(other["zh"], other["en"])
        return [finding("HEADER_UNKNOWN", "other_kind", where=where, other=other["kind"], kind=kind, looks=looks)]
    header, raw = max(
        ((find_header(one.rows, layer_name(row), declared.fields), one) for one in raws),
        key=lambda pair: fit(pair[0], row),
    )
    records = records_of(raw, layer_name(row), required(row, header), declared.fields)
    if any(found.severity is Severity.ERROR for found in records.findings):
        return list(records.findings)
    where = {"file": raw.file, "layer": raw.sheet, "value": declared.kind}
    headers = header.texts[:300] if header else "—"
    return [finding("HEADER_UNKNOWN", "department", where=where, kind=Both(row["zh"], row["en"]), headers=headers,
                    wanted=row["typical"].replace(";", "、"))]  # fmt: skip


def _distances(raw: RawTable, declared: DepartmentInput) -> list[Finding]:
    """Set aside vehicles without fuel: what they burn cannot be told from their number and distance alone."""
    header = find_header(raw.rows, "vehicles", declared.fields)
    names = set(header.columns.values()) if header is not None else set()
    if "amount" in names or not names & {"stock", "vkt"}:
        return []
    where = {"file": raw.file, "layer": raw.sheet, "value": header.texts[:300] if header is not None else ""}
    return [finding("EVIDENCE_MISSING", "distances", severity=Severity.WARNING, where=where)]


def _holds_rows(raw: RawTable) -> bool:
    return any(cell.text for line in raw.rows for cell in line)


def _passed_over(raws: Sequence[RawTable]) -> list[Finding]:
    if not raws:
        return []
    where = {"file": raws[0].file, "value": "、".join(raw.sheet for raw in raws)}
    return [finding("HEADER_UNKNOWN", "passed", severity=Severity.INFO, where=where, count=len(raws))]


def _sheet(raw: RawTable, row: Row, about: tuple[DepartmentInput, str, int]) -> Sheet:
    declared, tag, base = about
    layer = layer_name(row)
    header = find_header(raw.rows, layer, declared.fields) or Header({}, {})
    records = records_of(raw, layer, required(row, header), declared.fields)
    header, records = _unit_row(header, _with_values(raw, _fuels_twice(records)))
    titles = _titles(raw, header)
    said = _said_year(titles, raw.sheet)
    year = said or declared.year or base
    return Sheet(row["kind"], row["role"], tag, raw, header, records, declared, year, said, _title_unit(titles))


def physical(sheets: Sequence[Sheet], findings: list[Finding]) -> list[Sheet]:
    """Return the sheets without a balance in coal equivalent that repeats one in physical units; it is named."""
    in_tce = [sheet for sheet in sheets if sheet.role == "balance" and _all_tce(sheet)]
    others = {sheet.year for sheet in sheets if sheet.role == "balance" and sheet not in in_tce}
    aside = [sheet for sheet in in_tce if sheet.year in others]
    for sheet in aside:
        where = {"file": sheet.raw.file, "layer": sheet.raw.sheet, "value": sheet.raw.sheet}
        findings.append(finding("HEADER_UNKNOWN", "standard_coal", severity=Severity.INFO, where=where))
    return [sheet for sheet in sheets if sheet not in aside]


def _all_tce(sheet: Sheet) -> bool:
    fuels = [name for name in sheet.columns if name.startswith("fuel:")]
    return all("标准煤" in (sheet.header.units.get(name, "") or sheet.title_unit) for name in fuels)


def _fuels_twice(records: Records) -> Records:
    """Refuse two columns of one fuel that differ: nobody can tell whether one is a part of the other or beside it.

    A column that says so itself (其中：) is a part and is passed over.
    """
    findings = []
    for found in records.findings:
        if found.key != "FIELD_UNKNOWN.repeated" or not found.field.startswith("fuel:"):
            findings.append(found)
        elif "、其中" in found.value:
            findings.append(replace(found, severity=Severity.INFO))
        else:
            where = records.at() | {"field": found.field.removeprefix("fuel:"), "value": found.value}
            findings.append(finding("FIELD_UNKNOWN", "fuels", severity=Severity.ERROR, where=where))
    return replace(records, findings=tuple(findings))


def _with_values(raw: RawTable, records: Records) -> Records:
    """Return formulas as a warning where the file holds the value of each of them; without one they are an error."""
    if any(cell.formula and not cell.text for line in raw.rows for cell in line):
        return records
    findings = [
        replace(found, severity=Severity.WARNING) if found.key == "FORMULA_CELL.cells" else found
        for found in records.findings
    ]
    return replace(records, findings=tuple(findings))


def _unit_row(header: Header, records: Records) -> tuple[Header, Records]:
    """Take a row of units below the header for what it is."""
    if not records.rows:
        return header, records
    first = records.rows[0]
    given = {name: cell.text for name, cell in first.cells.items() if cell.text and name not in _LABELS}
    labels = [first.text(name) for name in _LABELS if first.text(name)]
    if not given or not all(map(known_unit, given.values())) or not set(labels) <= _UNIT_WORDS:
        return header, records
    return replace(header, units=given | dict(header.units)), replace(records, rows=records.rows[1:])


def _titles(raw: RawTable, header: Header) -> list[str]:
    """Texts above the header."""
    first = min((cell.row for cell in header.cells.values()), default=0)
    above = [line for line in raw.rows if line and line[0].row < first]
    heads = {cell.text for cell in header.cells.values()}
    return [
        cell.text for line in above for cell in line if cell.text and not cell.merged_from and cell.text not in heads
    ]


def _said_year(titles: Sequence[str], sheet: str) -> int | None:
    """Year of the titles, else of the name of the sheet; of several (2019-2021) none."""
    for text in (*titles, sheet):
        years = {int(match[1]) for match in _YEAR.finditer(text)}
        if len(years) == 1:
            return years.pop()
        if years:
            return None
    return None


def _title_unit(titles: Sequence[str]) -> str:
    """Return the unit that the titles give for all columns (单位：万吨标准煤), or all of them (单位：吨、万立方米)."""
    said = {match[1].rstrip(")）") for text in titles for match in _UNITS.finditer(text)}
    units = {"、".join(unit for unit in alternatives(one) if known_unit(unit)) for one in said} - {""}
    return units.pop() if len(units) == 1 else ""
