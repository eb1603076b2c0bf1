"""Access lists in the published layouts → AccessList: header rows, merged cells, one unit over several rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from zoning.checks.judged import Judged
from zoning.clauses import AccessList, Clause, clauses_of_cell
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding
from zoning.study import ListInput
from zoning.vocab import field_name, normalise_header

__all__ = ["check_list"]

_HEADER_ROWS = 8


@dataclass(frozen=True)
class _Header:
    """Where the columns are: our field name by column, and the row below which the list begins."""

    columns: dict[int, str]
    last_row: int


def check_list(
    tables: tuple[RawTable, ...], declared: ListInput, level: str, codes: tuple[str, ...] | None, region: str = ""
) -> Judged[AccessList]:
    """Judge one list.

    Parameters
    ----------
    tables : tuple of RawTable
        Its sheets or document tables, in order.
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
    findings: list[Finding] = []
    clauses: list[Clause] = []
    for table in tables:
        header = _header(table, declared, level)
        if header is None:
            continue
        findings += _formulas(table, header)
        clauses += _unit_clauses(table, header) if level == "unit" else _region_clauses(table, header, level, region)
    if not clauses:
        first = tables[0] if tables else None
        where = {"file": first.file if first else declared.unit, "layer": first.sheet if first else ""}
        headers = "、".join(cell.text for row in (first.rows[:3] if first else ()) for cell in row if cell.text)
        findings.append(finding("HEADER_UNKNOWN", where=where, headers=headers[:200]))
        return Judged(None, tuple(findings))
    if level == "unit":
        findings += _codes(tables[0].file, clauses, codes) + _repeated(tables, declared)
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(AccessList(level, tuple(clauses)), tuple(findings))


def _header(table: RawTable, declared: ListInput, level: str) -> _Header | None:
    """Find one to three header rows: of a column's texts the lowest known one names it."""
    ours = {normalise_header(header): field for field, header in declared.fields.items()}
    columns: dict[int, str] = {}
    last = 0
    for line in table.rows[:_HEADER_ROWS]:
        names = {cell.column: ours.get(normalise_header(cell.text)) or field_name("list", cell.text) for cell in line}
        known = {column: name for column, name in names.items() if name}
        if len(set(known.values())) >= 2:
            columns |= known
            last = max(last, line[0].row)
        elif columns:
            break
    needed = {"code"} if level == "unit" else {"category"}
    found = set(columns.values())
    has_text = any(name.startswith("dimension:") for name in found) or bool(found & {"demands", "demand"})
    return _Header(columns, last) if needed <= found and has_text else None


def _below(table: RawTable, header: _Header) -> list[tuple[RawCell, ...]]:
    return [line for line in table.rows if line and line[0].row > header.last_row]


def _unit_clauses(table: RawTable, header: _Header) -> list[Clause]:
    clauses: list[Clause] = []
    code = ""
    for line in _below(table, header):
        fields = {header.columns[cell.column]: cell for cell in line if cell.column in header.columns}
        own = fields.get("code")
        code = own.text if own is not None and own.text else code
        for name, cell in fields.items():
            if name.startswith("dimension:") and cell.text and not cell.merged_from and code:
                clauses += clauses_of_cell(
                    cell.text, code=code, level="unit", dimension=name.split(":")[1],
                    file=table.file, sheet=table.sheet, cell=cell.address,
                )  # fmt: skip
    return clauses


def _region_clauses(table: RawTable, header: _Header, level: str, region: str) -> list[Clause]:
    clauses: list[Clause] = []
    for line in _below(table, header):
        fields = {header.columns[cell.column]: cell for cell in line if cell.column in header.columns}
        text = fields.get("demand") or fields.get("demands")
        category = fields.get("category")
        if text is None or not text.text or text.merged_from or category is None:
            continue
        name = field_name("list", category.text) or ""
        clauses += clauses_of_cell(
            text.text, code=region, level=level, dimension=name.removeprefix("dimension:"),
            file=table.file, sheet=table.sheet, cell=text.address,
        )  # fmt: skip
    return clauses


def _formulas(table: RawTable, header: _Header) -> list[Finding]:
    cells = [cell for line in _below(table, header) for cell in line if cell.formula]
    if not cells:
        return []
    where = {"file": table.file, "layer": table.sheet, "row": cells[0].row, "value": cells[0].address}
    return [finding("FORMULA_CELL", where=where, count=len(cells))]


def _codes(file: str, clauses: list[Clause], codes: tuple[str, ...] | None) -> list[Finding]:
    if codes is None:
        return []
    listed = {clause.code for clause in clauses}
    findings = []
    for code, named in (
        ("LIST_CODE_UNKNOWN", sorted(listed - set(codes))),
        ("UNIT_WITHOUT_LIST", sorted(set(codes) - listed)),
    ):
        if named:
            shown = "、".join(named[:5])
            findings.append(finding(code, where={"file": file, "field": "code", "value": shown}, count=len(named)))
    return findings


def _repeated(tables: tuple[RawTable, ...], declared: ListInput) -> list[Finding]:
    """Find codes that head two separate blocks of the list."""
    heads: list[tuple[str, int]] = []
    for table in tables:
        header = _header(table, declared, "unit")
        if header is None:
            continue
        column = next(column for column, name in header.columns.items() if name == "code")
        for line in _below(table, header):
            cell = next((cell for cell in line if cell.column == column), None)
            if cell is not None and cell.text and not cell.merged_from:
                heads.append((cell.text, cell.row))
    counts = Counter(code for code, _ in heads)
    return [
        finding("LIST_DUPLICATE", where={"file": tables[0].file, "field": "code", "value": code},
                rows="、".join(str(row) for head, row in heads if head == code))
        for code, count in sorted(counts.items()) if count > 1
    ]  # fmt: skip
