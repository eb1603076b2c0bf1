"""What a reviewer wrote into the table of changes (修订说明) of a workbook, by the edit each row is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from zoning.drafts import Edit
from zoning.redline.grid import Grid
from zoning.redline.listing import columns, in_file_order
from zoning.redline.model import Outcome
from zoning.redline.wording import squeezed
from zoning.tables import read

__all__ = ["Verdict", "allowed", "heads_listing", "is_listing", "outcome_of", "verdicts"]

_TELLING = ("number", "code", "verdict", "after")  # columns that only a table of changes has together


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row as the reviewer left it; ``final`` is the text after review, "" where none was written."""

    word: str
    note: str
    final: str


_SILENT = Verdict("", "", "")


@cache
def _words() -> Mapping[str, Outcome]:
    return {row["word"]: Outcome(row["outcome"]) for row in read("review_words")}


def outcome_of(word: str) -> Outcome | None:
    """Return what a verdict means, None if the word is not known.

    Examples
    --------
    >>> outcome_of("不采纳").name, outcome_of("看看")
    ('REJECTED', None)
    """
    return _words().get(squeezed(word).strip("。.；;"))


def allowed() -> str:
    """Return the verdicts that the table offers, as printed."""
    return "、".join(row["word"] for row in read("review_words") if row["offered"] == "yes")


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Return the row of the header and the column of every name; None if the sheet is no table of changes."""
    titles = {squeezed(title): name for name, title in columns()}
    for row in grid.rows:
        cells = list(grid.row(row))
        if heads_listing(text for _, text in cells):
            return row, {titles[squeezed(text)]: column for column, text in cells if squeezed(text) in titles}
    return None


def heads_listing(texts: Iterable[str]) -> bool:
    """Tell whether the texts of a row are the header of a table of changes.

    Examples
    --------
    >>> heads_listing(["序号", "单元编码", "修订后", "审核结论"]), heads_listing(["序号", "单元编码", "空间布局约束"])
    (True, False)
    """
    said = {squeezed(text) for text in texts}
    return all(squeezed(title) in said for name, title in columns() if name in _TELLING)


def is_listing(grid: Grid) -> bool:
    """Tell whether a sheet is a table of changes."""
    return _header(grid) is not None


def verdicts(grids: Mapping[str, Grid], edits: Sequence[Edit]) -> dict[int, Verdict]:
    """Return what was written about each edit, by its position in ``edits``; the last row that says anything counts.

    A copy of the table that was left empty takes nothing back. A row is known by number and unit; if rows were
    renumbered, by unit and both texts.
    """
    order = in_file_order(edits)
    position = {edit: at for at, edit in enumerate(edits)}
    given: dict[int, Verdict] = {}
    for grid in grids.values():
        header = _header(grid)
        if header is None:
            continue
        for row in (one for one in grid.rows if one > header[0]):
            texts = {name: grid.text((row, column)).strip() for name, column in header[1].items()}
            edit = _edit_of(texts, order)
            said = _verdict(texts, edit) if edit is not None else _SILENT
            if edit is not None and said != _SILENT:
                given[position[edit]] = said
    return given


def _edit_of(texts: Mapping[str, str], order: Sequence[Edit]) -> Edit | None:
    written = texts["number"]  # of no more figures than the last number: Python refuses to read very long ones
    number = int(written) if written.isdecimal() and len(written) <= len(str(len(order))) else 0
    known = order[number - 1] if 0 < number <= len(order) else None
    after = squeezed(texts["after"])
    if known is not None and known.code == texts["code"] and squeezed(known.after or known.new) == after:
        return known
    alike = [
        edit
        for edit in order
        if edit.code == texts["code"]
        and squeezed(edit.after or edit.new) == after
        and squeezed(edit.before or edit.old) == squeezed(texts.get("before", ""))
    ]
    if alike:
        return alike[0]
    return known if known is not None and known.code == texts["code"] else None


def _verdict(texts: Mapping[str, str], edit: Edit) -> Verdict:
    """Take a row; a reviewer who wrote into 修订后 itself has said what the text shall be."""
    final = texts.get("final", "")
    if not final and squeezed(texts["after"]) != squeezed(edit.after or edit.new):
        final = texts["after"]
    return Verdict(texts.get("verdict", ""), texts.get("opinion", ""), final)
