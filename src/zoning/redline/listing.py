"""The rows of a table of changes (修订说明): one per edit, in the order of the file, the same in xlsx and docx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoning.drafts import Edit
from zoning.messages import say
from zoning.redline.model import Revision
from zoning.redline.sheet_xml import at_of
from zoning.redline.wording import ordered
from zoning.vocab import label

__all__ = ["FILLED", "Row", "columns", "heading", "in_file_order", "kind_of", "rows"]

_NAMES = (
    "number", "code", "name", "dimension", "cell", "kind", "before", "after", "reason", "why", "evidence", "basis",
)  # fmt: skip
FILLED = ("verdict", "opinion", "final")
"""Columns that the reviewer fills in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the edit, its number in the table, the texts under :func:`columns` without those of the reviewer."""

    edit: Edit
    number: int
    texts: tuple[str, ...]


def columns(*, review: bool = True) -> tuple[tuple[str, str], ...]:
    """Return (name, header) of every column.

    Examples
    --------
    >>> [header for _, header in columns()][:3]
    ['序号', '单元编码', '单元名称']
    """
    return tuple((name, say(f"redline.column.{name}")) for name in (*_NAMES, *(FILLED if review else ())))


def kind_of(edit: Edit) -> str:
    """Return ``add``, ``change`` or ``remove``: what happens to the clause, or, where there is none, to the text."""
    before, after = (edit.before, edit.after) if edit.before or edit.after else (edit.old, edit.new)
    return "add" if not before.strip() else "change" if after.strip() else "remove"


def in_file_order(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits by sheet, row, column and place in the cell, whatever order they were given in."""
    order = {edit: at for at, edit in enumerate(ordered(edits))}

    def key(edit: Edit) -> tuple[str, str, int, int, int]:
        digits = edit.at.cell.lstrip("¶")
        row, column = at_of(edit.at.cell) or (int(digits) if digits.isdecimal() else 0, 0)
        return edit.at.file, edit.at.sheet, row, column, order[edit]

    return tuple(sorted(edits, key=key))


def heading(about: Revision) -> str:
    """Return the line above the table."""
    title = about.title or say("redline.sheet")
    return f"{title}{say('redline.example')}" if about.example else title


def rows(edits: Sequence[Edit], about: Revision) -> tuple[Row, ...]:
    """Return the rows of the table."""
    listed = []
    for number, edit in enumerate(in_file_order(edits), start=1):
        place = f"{edit.at.sheet}!{edit.at.cell}" if edit.at.sheet else edit.at.cell
        texts = (
            str(number),
            edit.code,
            about.names.get(edit.code, ""),
            label(edit.dimension) if edit.dimension else "",
            place,
            say(f"redline.kind.{kind_of(edit)}"),
            edit.before or edit.old,
            edit.after or edit.new,
            edit.reason,
            edit.why,
            about.evidence.get(edit.id, ""),
            edit.basis,
        )
        listed.append(Row(edit, number, texts))
    return tuple(listed)
