"""Access lists in the published layouts → AccessList: header rows, merged cells, one unit over several rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoning.checks.headers import Header, header_of
from zoning.checks.judged import Judged
from zoning.checks.lookalikes import offered, wanted_header
from zoning.checks.table.cells import Line, formula_texts, formulas, links, ragged, undeclared
from zoning.checks.table.list_codes import Head, check_heads, heads_of
from zoning.clauses import AccessList, Clause, clauses_of_cell
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import Both, finding
from zoning.study import ListInput
from zoning.tables import numbers
from zoning.vocab import field_name, normalise_header

__all__ = ["check_list"]

_DIMENSIONS = Both(
    "空间布局约束、污染物排放管控、环境风险防控、资源开发效率要求",
    "space (空间布局约束), pollutants (污染物排放管控), risk (环境风险防控), resources (资源开发效率要求)",
)


@dataclass(frozen=True)
class _Sheet:
    """A sheet of the list with its header and the rows below it."""

    table: RawTable
    header: Header
    lines: tuple[Line, ...]


def check_list(
    tables: tuple[RawTable, ...], declared: ListInput, level: str, codes: tuple[str, ...] | None, region: str = ""
) -> Judged[AccessList]:
    """Judge one list.

    Parameters
    ----------
    tables : tuple of RawTable
        Its sheets or document tables, in order; those without the look of a list are passed over.
    declared : ListInput
        Field map of the study.
    level : str
        ``unit``: rows carry unit codes; ``city``: rows carry a dimension and belong to ``region``.
    codes : tuple of str or None
        Codes of the unit layer, to hold those of the list against; they are known even where its shapes are faulty.
    region : str
        Code that the clauses of a regional list get.

    Notes
    -----
    A clause cell merged over several rows is read once; a code cell merged over several rows heads them all.
    """
    findings: list[Finding] = [*undeclared(tables[0]), *links(tables[0])] if tables else []
    clauses: list[Clause] = []
    heads: list[Head] = []
    for table in tables:
        sheet, faults = _sheet(table, declared, level)
        findings += faults
        if sheet is None:
            continue
        findings += formulas(table, sheet.lines) + formula_texts(table, sheet.lines)
        findings += ragged(table, sheet.lines, sheet.header.width)
        if level == "unit":
            found, faults = _unit_clauses(sheet), []
            heads += heads_of(table, sheet.header, sheet.lines)
        else:
            found, faults = _region_clauses(sheet, level, region)
        clauses += found
        findings += faults
    file = tables[0].file if tables else declared.unit if level == "unit" else declared.city
    if not clauses and not any(found.severity is Severity.ERROR for found in findings):
        findings.append(finding("HEADER_UNKNOWN", "list", where={"file": file}, **_wanted(level), headers="—"))
    if level == "unit" and (clauses or heads):
        findings += check_heads(file, heads, {clause.code for clause in clauses}, codes)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(AccessList(level, tuple(clauses)), tuple(findings))


def _sheet(table: RawTable, declared: ListInput, level: str) -> tuple[_Sheet | None, list[Finding]]:
    """Return a sheet with its header; a finding where it has the look of a list, or half a header, and no whole one."""
    header = _header(table, declared)
    needed = "code" if level == "unit" else "category"
    names = set(header.columns.values())
    texts = {name for name in names if name.startswith("dimension:") or name in ("demands", "demand")}
    if needed in names and texts:
        return _Sheet(table, header, tuple(table.rows[header.last + 1 :])), []
    offer = offered(table, "code", tuple(header.columns)) if level == "unit" and needed not in names else []
    if not offer and not names:
        return None, []
    where = {"file": table.file, "layer": table.sheet}
    slots: dict[str, Any] = {**_wanted(level), "headers": _texts(table, header)[:300] or "—"}
    if offer:
        where |= {"field": "code", "value": "、".join(offer)}
        return None, [finding("HEADER_UNKNOWN", "offered", where=where, offered="、".join(offer), **slots)]
    key = "list" if needed not in names else "dimensions"
    return None, [finding("HEADER_UNKNOWN", key, where=where | {"field": needed}, **slots)]


def _wanted(level: str) -> dict[str, Any]:
    return {"wanted": wanted_header("list", "code" if level == "unit" else "category"), "dimensions": _DIMENSIONS}


def _texts(table: RawTable, header: Header) -> str:
    if header.cells:
        return header.texts
    return "、".join(cell.text for line in table.rows[:3] for cell in line if cell.text and not cell.merged_from)


def _header(table: RawTable, declared: ListInput) -> Header:
    """Find one to three header rows: of a column's texts the lowest known one names it.

    A row is one of the header if it names two fields. Titles above it are passed over.
    """
    ours = {normalise_header(header): name for name, header in declared.fields.items()}
    columns: dict[int, str] = {}
    cells: dict[int, RawCell] = {}
    last = -1
    for position, line in enumerate(table.rows[: int(numbers("limits")["header_rows"])]):
        known = {cell.column: name for cell in line if (name := header_of(cell.text, "list", ours)[0])}
        if len(set(known.values())) >= 2:
            columns |= known
            cells |= {cell.column: cell for cell in line if cell.text}
            last = position
        elif columns:
            break
    return Header(columns, cells, last=last)


def _unit_clauses(sheet: _Sheet) -> list[Clause]:
    clauses: list[Clause] = []
    table, columns = sheet.table, sheet.header.columns
    code = ""
    for line in sheet.lines:
        fields = {columns[cell.column]: cell for cell in line if cell.column in columns}
        own = fields.get("code")
        code = own.text if own is not None and own.text else code
        for name, cell in fields.items():
            if name.startswith("dimension:") and cell.text and not cell.merged_from and code:
                clauses += clauses_of_cell(
                    cell.text, code=code, level="unit", dimension=name.split(":")[1],
                    file=table.file, sheet=table.sheet, cell=cell.address,
                )  # fmt: skip
    return clauses


def _region_clauses(sheet: _Sheet, level: str, region: str) -> tuple[list[Clause], list[Finding]]:
    clauses: list[Clause] = []
    findings: list[Finding] = []
    table, columns = sheet.table, sheet.header.columns
    for line in sheet.lines:
        fields = {columns[cell.column]: cell for cell in line if cell.column in columns}
        text = fields.get("demand") or fields.get("demands")
        category = fields.get("category")
        if text is None or not text.text or text.merged_from or category is None:
            continue
        name = field_name("list", category.text) or ""
        if not name.startswith("dimension:"):
            where = {"file": table.file, "layer": table.sheet, "row": category.row, "field": "category"}
            where["value"] = category.text
            findings.append(
                finding("VALUE_UNKNOWN", "category", severity=Severity.WARNING, where=where, allowed=_DIMENSIONS)
            )
        clauses += clauses_of_cell(
            text.text, code=region, level=level, dimension=name.removeprefix("dimension:"),
            file=table.file, sheet=table.sheet, cell=text.address,
        )  # fmt: skip
    return clauses, findings
