"""Reviewed files → grids: every cell with its words and what is left of our marks, whatever program saved it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path

from lxml import etree

from zoning.redline.book import Book, Sheet
from zoning.redline.container import opened
from zoning.redline.document import main_part
from zoning.redline.grid import Grid
from zoning.redline.model import Signed
from zoning.redline.paragraphs import BETWEEN, BREAKS, Letter, Places, mark_is_gone, own
from zoning.redline.runs import Run, state_of
from zoning.redline.settled import settle
from zoning.redline.sheet_xml import At, areas_of, at_of
from zoning.redline.standing import Stand, Standing
from zoning.redline.wording import DEL, INS, KEEP
from zoning.redline.xml_part import Element, first, local, namespace, parsed

__all__ = ["SUFFIXES", "grids_of", "letters_with_marks", "shown", "signature"]

SUFFIXES = (".xlsx", ".xlsm", ".docx")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def signature(change: Element) -> tuple[str, str]:
    """Return author and date of a tracked change."""
    spaces = namespace(change)
    return change.get(f"{{{spaces}}}author", ""), change.get(f"{{{spaces}}}date", "")


def _ours(change: Element, signed: Signed) -> bool:
    return signed.ours(*signature(change))


def grids_of(path: Path, signed: Signed, *, taken_back: bool = False) -> dict[str, Grid]:
    """Return the sheets of a workbook, or the tables and (under ``正文``) the paragraphs of a document.

    ``taken_back`` gives the file as it was before our marks.

    Raises
    ------
    InputError
        If the file is no sound xlsx, xlsm or docx.
    """
    with opened(path) as archive:
        if path.suffix.lower() == ".docx":
            part = main_part(archive, path.name)
            root = parsed(archive.read(part), path.name, part)
            if taken_back and signed.author:
                root = settle(root, accept=False, author=signed.author)
            return _of_document(root, signed)
        book = Book(archive, path.name)
        return {sheet.name: _of_sheet(book, sheet, taken_back=taken_back) for sheet in book.sheets}


def _of_sheet(book: Book, sheet: Sheet, *, taken_back: bool) -> Grid:
    cells: dict[At, Standing] = {}
    literal: dict[At, str] = {}
    for at, given in _cells(book, sheet.part):
        runs = tuple(Run(run.text) for run in given if state_of(run.props) != INS) if taken_back else given
        cells[at] = _standing(runs)
        raw = "".join(run.text for run in runs)
        if raw != cells[at].accepted:
            literal[at] = raw
    return Grid(sheet.name, cells, literal, areas_of(book.content(sheet.part)))


def _cells(book: Book, part: str) -> Iterator[tuple[At, tuple[Run, ...]]]:
    row = column = 0
    source = BytesIO(book.content(part))
    for event, one in etree.iterparse(
        source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    ):
        kind = local(one)
        if event == "start":
            if kind == "row":
                row, column = int(one.get("r") or row + 1), 0
            continue
        if kind == "c":
            at = at_of(one.get("r", "")) or (row, column + 1)
            column = at[1]
            runs = _runs(book, one)
            if runs:
                yield at, runs
        elif kind == "row":
            one.clear()


def _runs(book: Book, cell: Element) -> tuple[Run, ...]:
    runs = book.runs(cell)
    if runs is None:  # a number or the value of a formula
        value = first(cell, "v")
        runs = (Run(str(value.text or "")),) if value is not None else ()
    return runs


def _standing(runs: tuple[Run, ...]) -> Standing:
    states = groupby(runs, key=lambda run: state_of(run.props))
    stands = [(state, shown("".join(run.text for run in group))) for state, group in states]
    return Standing(tuple(Stand(state, text) for state, text in stands if text))


def shown(text: str) -> str:
    r"""Return the text of a run as a reader sees it: escapes resolved, line ends of one character.

    Examples
    --------
    >>> shown("甲_x000D_" + chr(10) + "_x0041_")
    '甲\nA'
    """
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _of_document(root: Element, signed: Signed) -> dict[str, Grid]:
    places = Places(root)
    between = dict(enumerate(places.paragraphs, start=1))
    ends = {number: _mark_of_end(group[-1], signed) for number, group in between.items()}
    cells_between = {(number, 0): _marked(group, signed) for number, group in between.items()}
    grids = {BETWEEN: Grid(BETWEEN, cells_between, ends=ends)}
    for number in range(1, len(places.tables) + 1):
        cells: dict[At, Standing] = {}
        seen: set[int] = set()
        for address, cell in places.cells(number).items():
            at = at_of(address)
            if at is not None and id(cell) not in seen:
                seen.add(id(cell))
                cells[at] = _marked(list(own(cell, "p")), signed)
        grids[f"表{number}"] = Grid(f"表{number}", cells)
    return grids


def _marked(paragraphs: list[Element], signed: Signed) -> Standing:
    letters = letters_with_marks(paragraphs, signed)
    groups = groupby(letters, key=lambda pair: pair[1])
    stands = tuple(Stand(state, "".join(letter.text for letter, _ in group)) for state, group in groups)
    touched: dict[tuple[str, str], None] = {}
    for paragraph in paragraphs:
        for one in paragraph.iter():
            change = local(one) in ("ins", "del", "moveFrom", "moveTo") and not _ours(one, signed)
            if change and signature(one) not in signed.known:
                touched[signature(one)] = None
    return Standing(stands, tuple(touched))


def letters_with_marks(paragraphs: list[Element], signed: Signed) -> list[tuple[Letter, str]]:
    """Return the letters of paragraphs, those that we struck too, each with our mark; what others struck is gone."""
    letters: list[tuple[Letter, str]] = []
    for number, paragraph in enumerate(paragraphs):
        before = paragraphs[number - 1] if number else None
        if before is not None and (_mark_of_end(before, signed) == DEL or not mark_is_gone(before)):
            letters.append((Letter("\n", before), _mark_of_end(before, signed)))
        letters += _letters(paragraph, KEEP, signed)
    return letters


def _letters(element: Element, state: str, signed: Signed) -> Iterator[tuple[Letter, str]]:
    for child in element:
        kind = local(child)
        if kind == "delText":
            yield from ((Letter(text, child, at), state) for at, text in enumerate(str(child.text or "")))
        elif kind in (INS, DEL):
            if _ours(child, signed):
                yield from _letters(child, DEL if DEL in (state, kind) else INS, signed)
            elif kind == INS:
                yield from _letters(child, state, signed)
        else:
            yield from _other(child, kind, state, signed)


def _other(child: Element, kind: str, state: str, signed: Signed) -> Iterator[tuple[Letter, str]]:
    """Letters of an element that is no change: its own, or of what it holds."""
    if kind == "t":
        yield from ((Letter(text, child, at), state) for at, text in enumerate(str(child.text or "")))
    elif kind in BREAKS:
        yield Letter(BREAKS[kind], child), state
    elif kind not in ("pPr", "rPr", "moveFrom", "txbxContent", "Fallback"):
        yield from _letters(child, state, signed)


def _mark_of_end(paragraph: Element, signed: Signed) -> str:
    marks = first(paragraph, "pPr", "rPr")
    for one in marks if marks is not None else ():
        if local(one) in (INS, DEL) and _ours(one, signed):
            return local(one)
    return KEEP
