"""Access lists in the published layouts → AccessList with clauses, entries and findings.

A sheet or table has its labels above its columns (``list_rows``), or beside what they name (``list_pairs``); a document
may write a list in paragraphs (``list_paragraphs``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zoning.checks.judged import Judged
from zoning.checks.lookalikes import offered, wanted_header
from zoning.checks.table.cells import filled, formula_texts, links, ragged, undeclared
from zoning.checks.table.list_cards import is_pairs
from zoning.checks.table.list_codes import Head, check_heads
from zoning.checks.table.list_entries import bit_of, list_of
from zoning.checks.table.list_formulas import formula_cells, rows_of, without_formulas
from zoning.checks.table.list_halves import halves
from zoning.checks.table.list_levels import ours_of
from zoning.checks.table.list_matrix import is_matrix, read_matrix
from zoning.checks.table.list_met import met
from zoning.checks.table.list_owners import About, Gathered, aside, code_faults, codes_of
from zoning.checks.table.list_pairs import read_pairs
from zoning.checks.table.list_paragraphs import has_dimensions, read_paragraphs
from zoning.checks.table.list_rows import DIMENSION_NAMES, read_rows
from zoning.checks.table.list_sheets import Column, Sheet, distinct, is_text, layout_of, titles_of
from zoning.checks.table.list_words import dimension_of, without_codes
from zoning.clauses import AccessList
from zoning.errors import Finding, Severity
from zoning.intake import RawCell, RawTable
from zoning.messages import finding
from zoning.study import ListInput

__all__ = ["check_list"]

_WANTED = {"unit": "code", "zone": "zone_type", "region": "region"}


def check_list(
    tables: tuple[RawTable, ...],
    declared: ListInput,
    level: str,
    codes: tuple[str, ...] | None,
    region: str = "",
    *,
    free: bool = False,
) -> Judged[AccessList]:
    """Judge one list.

    Parameters
    ----------
    tables : tuple of RawTable
        Its sheets, document tables and paragraphs; those without the look of a list are passed over.
    declared : ListInput
        Field map of the study.
    level : str
        ``unit`` and ``zone``: rows carry codes (zones: codes or words of a type, which give ``type:AIR_HIGH``);
        ``region``: rows or headings name a region; ``city, province``: the clauses belong to ``region``.
    codes : tuple of str or None
        Codes of the unit layer, to hold those of the list against; they are known even where its shapes are faulty.
    region : str
        Code that the clauses of a city or province get.
    free : bool
        Sentences and rows without a dimension are clauses too, as in a plan for carbon peaking.

    Notes
    -----
    A clause cell merged over several rows is read once for each unit it reaches; a code cell merged over several rows
    heads them all. The order of the sheets does not matter.

    The value is what could be read, also where an error stands against a cell or a sheet (``Judged.faulty``): a list
    with a few faulty cells can still be audited; who must not go on with it asks for errors. A formula is read as an
    empty cell; the clauses beside two codes in one cell belong to both units. The value is None where nothing was read.
    """
    about = About(level, region, ours_of(declared), free)
    into = Gathered()
    if tables:
        into.findings += [*undeclared(tables[0]), *links(tables[0])]
    before: Sheet | None = None
    for table in (half for one in tables for half in halves(one, about.ours)):
        before = _read(table, about, into, before)
    findings = into.findings
    file = tables[0].file if tables else getattr(declared, level)
    result = list_of(level, into.bits)
    findings += met(tables, read=bool(result.clauses))
    if not result.clauses and not any(found.severity is Severity.ERROR for found in findings):
        slots: dict[str, Any] = {**_wanted(level), "headers": "—"}
        findings.append(finding("HEADER_UNKNOWN", "list", where={"file": file}, **slots))
    if level == "unit" and (result.clauses or into.heads):
        findings += check_heads(file, into.heads, {clause.code for clause in result.clauses}, codes)
    return Judged(result if result.clauses or result.entries else None, tuple(findings))


def _read(table: RawTable, about: About, into: Gathered, before: Sheet | None) -> Sheet | None:
    """Read one table; return its layout, which a table without a header on the next page goes on with."""
    if is_text(table):
        if about.free or has_dimensions(table, about):
            read_paragraphs(table, about, into)
        else:
            into.findings += [aside(table, cell) for line in table.rows for cell in line if "。" in cell.text]
        return before
    continued = before is not None and _goes_on(table, before, about)
    sheet = _continued(table, before) if continued and before is not None else layout_of(table, about.ours)
    context = () if continued else _context(table, sheet, about)
    if context and not (sheet is not None and sheet.has(_WANTED.get(about.level, ""))):
        _name_owners(table, about, into, context)
    if not continued and is_matrix(table, about):
        into.findings += formula_cells(table, table.rows) + formula_texts(table, table.rows)
        read_matrix(without_formulas(table, table.rows), about, into)
        return None
    if not continued and is_pairs(table, about.ours):
        into.findings += formula_cells(table, table.rows) + formula_texts(table, table.rows)
        read_pairs(without_formulas(table, table.rows), about, into, context)
        return None
    sheet = _of_region(_of_dimension(sheet, about), about) if sheet is not None else None
    if sheet is None or not _whole(sheet, about, context):
        into.findings += _without_header(table, sheet, about)
        return None
    into.findings += formula_cells(table, sheet.lines) + formula_texts(table, sheet.lines)
    into.findings += ragged(table, sheet.lines, sheet.width)
    into.owners = into.owners if continued else ()
    calm = without_formulas(table, sheet.lines)
    read_rows(replace(sheet, table=calm, lines=rows_of(calm, sheet.lines)), about, into, context)
    return sheet


def _goes_on(table: RawTable, before: Sheet, about: About) -> bool:
    """Whether a table of a document goes on with the one before it, without a header of its own."""
    width = max((len(line) for line in table.rows), default=0)
    if before.table.file != table.file or not table.rows or width != max(map(len, before.table.rows)):
        return False
    if not table.file.lower().endswith(".docx") or any(cell.text for cell in table.above):
        return False
    sheet = layout_of(table, about.ours)
    return sheet is None or not sheet.has("text")


def _continued(table: RawTable, before: Sheet) -> Sheet:
    return replace(before, table=table, lines=table.rows)


def _context(table: RawTable, sheet: Sheet | None, about: About) -> tuple[str, ...]:
    """Return the owners that a table's name, titles or headings say, the nearest heading first."""
    if about.level in ("province", "city"):
        return (about.region,)
    titles = titles_of(table, sheet)
    if about.level == "region":
        named = [title for title in titles[:0:-1] if not dimension_of(title, about.ours)]
        return tuple(title for title in [*named, table.sheet][:1] if title)
    return next((codes for title in reversed(titles) if (codes := codes_of(title, about))), ())


def _name_owners(table: RawTable, about: About, into: Gathered, context: Sequence[str]) -> None:
    """Note the owners that a heading or the name of a table says, with the cell that says it."""
    if about.level in ("province", "city"):
        return
    above = [*table.above, *(cell for line in table.rows for cell in distinct(line))]
    named = [cell for cell in above if set(context) <= set(codes_of(cell.text, about))]
    cell = named[0] if named else RawCell(table.sheet, 0, 0)
    if about.level == "unit":
        into.heads += [Head(code, cell.row, table.sheet, "", begins=False) for code in context]
        into.findings += code_faults(table, cell, context)
    for code in context:
        bit = bit_of(table, code, "code", cell)
        bit = bit if named else replace(bit, at=replace(bit.at, cell=""))
        name = without_codes(cell.text)
        into.bits += [bit, *([replace(bit, field="name", text=name)] if name else [])]


def _of_dimension(sheet: Sheet, about: About) -> Sheet:
    """Give the clauses of a sheet the dimension that its name or titles say, where no header and no row says one."""
    if sheet.long or any(column.dimension for column in sheet.columns.values()):
        return sheet
    titles = titles_of(sheet.table, sheet)
    found = next((named for title in reversed(titles) if (named := dimension_of(title, about.ours))), None)
    if found is None:
        return sheet
    columns: Mapping[int, Column] = {
        at: replace(column, dimension=found[0], tag=found[1]) if column.field == "text" else column
        for at, column in sheet.columns.items()
    }
    return replace(sheet, columns=columns)


def _of_region(sheet: Sheet, about: About) -> Sheet:
    """Take the column that says where clauses hold (适用范围) for that of regions, where their list has none."""
    if about.level != "region" or sheet.has("region"):
        return sheet
    columns = {
        at: replace(column, field="region") if column.field == "scope" else column
        for at, column in sheet.columns.items()
    }
    return replace(sheet, columns=columns)


def _whole(sheet: Sheet, about: About, context: Sequence[str]) -> bool:
    """Whether a sheet says whose its clauses are and which dimension they are in."""
    if not sheet.has("text"):
        return False
    if about.level == "unit":
        headings = (cells[0].text for line in sheet.lines if len(cells := distinct(line)) == 1)
        return sheet.has("code") or bool(context) or any(codes_of(text, about) for text in headings)
    if about.level == "zone":
        return sheet.has("zone_code", "zone_type", "subtypes", "name", "code") or bool(context)
    if about.level == "region":
        return sheet.has("region") or bool(context)
    return about.free or sheet.long or any(column.dimension for column in sheet.columns.values())


def _without_header(table: RawTable, sheet: Sheet | None, about: About) -> list[Finding]:
    """Return the finding of a sheet with the look of a list, or half a header.

    A sheet without is named by an info if it holds sentences; a cover or a legend is passed over.
    """
    columns = sheet.columns if sheet is not None else {}
    known = sorted(at for at, column in columns.items() if column.field != "other")
    lacks_code = about.level == "unit" and (sheet is None or not sheet.has("code"))
    offer = offered(table, "code", known) if lacks_code else []
    if not offer and not known:
        texts = [cell for line in table.rows for cell in distinct(line) if "。" in cell.text]
        where = {"file": table.file, "layer": table.sheet, "value": " | ".join(cell.text for cell in texts[:3])[:60]}
        return [finding("LIST_PART_UNREAD", "sheet", severity=Severity.INFO, where=where)] if texts else []
    where = {"file": table.file, "layer": table.sheet}
    slots: dict[str, Any] = {**_wanted(about.level), "headers": _texts(table, sheet)[:300] or "—"}
    if offer:
        where |= {"field": "code", "value": "、".join(offer)}
        return [finding("HEADER_UNKNOWN", "offered", where=where, offered="、".join(offer), **slots)]
    field = _WANTED.get(about.level, "category")
    lacks = sheet is None or not sheet.has(field)
    return [finding("HEADER_UNKNOWN", "list" if lacks else "dimensions", where=where | {"field": field}, **slots)]


def _wanted(level: str) -> dict[str, Any]:
    return {"wanted": wanted_header("list", _WANTED.get(level, "category")), "dimensions": DIMENSION_NAMES}


def _texts(table: RawTable, sheet: Sheet | None) -> str:
    if sheet is not None and sheet.columns:
        return sheet.texts
    return "、".join(cell.text for line in table.rows[:3] for cell in filled(line))
