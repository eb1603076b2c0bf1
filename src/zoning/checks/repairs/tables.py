"""A table: headers, codes and text mended where that is safe; numbers and formulas stay as they are."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from zoning.checks.repairs.changes import Change, ChangeKind, change
from zoning.checks.repairs.texts import clean_code, clean_header, clean_text, disarmed, doubtful_code
from zoning.intake import RawCell, RawTable
from zoning.tables import numbers
from zoning.vocab import field_name, normalise_header

__all__ = ["repair_table"]

_TEXT = (".csv", ".txt", ".tsv")

_CODE_FIELDS = {"list": "code", "overrides": "unit"}


@dataclass(frozen=True)
class _Layout:
    """Which rows are headers, the texts in them, and which columns hold codes of units."""

    rows: frozenset[int]
    headers: frozenset[str]
    codes: frozenset[int]


def repair_table(raw: RawTable, kind: str) -> tuple[RawTable, tuple[Change, ...]]:
    """Return a table with what is safe to mend mended, and every change, refusal and question.

    Parameters
    ----------
    raw : RawTable
        As it was read. ``declared`` may hold the study's own headers (our name = header) and its ``encoding``.
    kind : str
        ``list``, ``targets``, ``points``, ``projects`` or ``overrides``: its field names.

    Returns
    -------
    RawTable, tuple of Change
        The table itself where no change was applied. No number is changed and no formula. Cells of a csv that a
        spreadsheet would run get an apostrophe. Tables of a document (docx) are left as they are.
    """
    suffix = PurePosixPath(raw.file.replace("\\", "/")).suffix.lower()
    layout = _layout(raw, kind)
    rows: list[tuple[RawCell, ...]] = []
    changes: list[Change] = []
    for line in raw.rows:
        mended = [_cell(raw, kind, cell, layout) for cell in line]
        if suffix in _TEXT:
            mended = [_armless(raw, cell, found) for cell, found in mended]
        rows.append(tuple(cell for cell, _ in mended))
        changes += [one for _, found in mended for one in found]
    applied = any(one.applied for one in changes)
    if suffix == ".docx" and applied:
        return raw, (change(ChangeKind.NOT_REPAIRED, "docx", _where(raw), count=len(changes)),)
    encoding, stated = _copied_as(raw, suffix)
    if not applied and encoding == raw.encoding:
        return raw, tuple(changes)
    return dataclasses.replace(raw, rows=tuple(rows), encoding=encoding), (*changes, *stated)


def _where(raw: RawTable, **more: object) -> dict[str, Any]:
    return {"file": raw.file, "layer": raw.sheet, **more}


def _layout(raw: RawTable, kind: str) -> _Layout:
    """Find the header: of the first rows those that name at least two known fields, up to the first that does not."""
    declared = {normalise_header(header): ours for ours, header in raw.declared.items()}
    rows: set[int] = set()
    fields: dict[int, str] = {}
    headers: set[str] = set()
    for line in raw.rows[: int(numbers("limits")["header_rows"])]:
        names = {
            cell.column: declared.get(normalise_header(cell.text)) or field_name(kind, clean_header(kind, cell.text))
            for cell in line
        }
        known = {column: name for column, name in names.items() if name}
        if len(set(known.values())) >= 2:
            rows.add(line[0].row)
            fields |= known
            headers |= {cell.text for cell in line}
        elif rows:
            break
    wanted = _CODE_FIELDS.get(kind, "")
    return _Layout(frozenset(rows), frozenset(headers), frozenset(c for c, name in fields.items() if name == wanted))


def _cell(raw: RawTable, kind: str, cell: RawCell, layout: _Layout) -> tuple[RawCell, tuple[Change, ...]]:
    """Mend one cell; a formula is left alone, and of merged cells only the first is one."""
    if cell.formula or not cell.text:
        return cell, ()
    header, code = cell.row in layout.rows, cell.column in layout.codes
    plain = clean_text(cell.text)
    text = _header(kind, plain) if header else clean_code(plain) if code else plain
    where = _where(raw, row=cell.row, field=cell.address, before=cell.text, after=text)
    doubt = doubtful_code(text) if code and not header else ""
    if doubt and not cell.merged_from:
        asked = where | {"before": text, "after": ""}
        return cell, (change(ChangeKind.QUESTION, "code.letters", asked, candidate=doubt),)
    if text == cell.text:
        return cell, ()
    if header and text != plain and text in layout.headers:
        return cell, () if cell.merged_from else (change(ChangeKind.REFUSED, "header.taken", where),)
    mended = dataclasses.replace(cell, text=text)
    return mended, () if cell.merged_from else (_named(where, header=header, code=code and text != plain),)


def _header(kind: str, text: str) -> str:
    """Return the known header; line breaks and blanks inside one are how a sheet wraps it, and stay."""
    known = clean_header(kind, text)
    return text if "".join(text.split()) == known else known


def _named(where: dict[str, Any], *, header: bool, code: bool) -> Change:
    if header:
        return change(ChangeKind.HEADER, "header", where)
    return change(ChangeKind.CODE_BLANKS, "code", where) if code else change(ChangeKind.TEXT_TRIM, "text", where)


def _armless(raw: RawTable, cell: RawCell, found: tuple[Change, ...]) -> tuple[RawCell, tuple[Change, ...]]:
    """Put an apostrophe before the text of a csv cell that a spreadsheet would run."""
    text = disarmed(cell.text)
    if text == cell.text:
        return cell, found
    where = _where(raw, row=cell.row, field=cell.address, before=cell.text, after=text)
    return dataclasses.replace(cell, text=text, formula=False), (*found, change(ChangeKind.ESCAPED, "escaped", where))


def _copied_as(raw: RawTable, suffix: str) -> tuple[str, tuple[Change, ...]]:
    """Return the encoding of the copy, and what about its format is not as in the original."""
    if suffix in (".xls", ".xlsm"):
        where = _where(raw, before=suffix.lstrip("."), after="xlsx")
        return raw.encoding, (change(ChangeKind.FORMAT, f"format.{suffix.lstrip('.')}", where),)
    if suffix not in _TEXT or raw.declared.get("encoding") or raw.encoding.lower() in ("", "utf-8", "utf-8-sig"):
        return raw.encoding, ()
    where = _where(raw, before=raw.encoding, after="UTF-8")
    return "utf-8-sig", (change(ChangeKind.ENCODING, "encoding.csv", where),)
