"""The adopted list: what was accepted or reworded in plain words, all else that was proposed taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zoning.drafts import Edit
from zoning.redline.atoms import texts_of
from zoning.redline.book import Book
from zoning.redline.container import opened, rewrite
from zoning.redline.document import main_part
from zoning.redline.grid import place_name
from zoning.redline.model import Cell, Outcome, Review, Reviewed, Signed
from zoning.redline.paragraphs import Letter, Places
from zoning.redline.read_back import letters_with_marks, signature
from zoning.redline.runs import Run, plain, state_of, unmark
from zoning.redline.settled import settle_one
from zoning.redline.sheet_xml import At, scan, spliced
from zoning.redline.spreadsheet import cell_xml
from zoning.redline.standing import found_in
from zoning.redline.wording import DEL, INS, KEEP, squeezed
from zoning.redline.xml_part import Element, local, parsed, serialised

__all__ = ["clean_copy"]

_STANDS = (Outcome.ACCEPTED, Outcome.REWORDED)
_CHANGES = ("ins", "del", "moveFrom", "moveTo")


def clean_copy(reviewed: Path, review: Review, out: Path) -> None:
    """Write a reviewed file without our marks: what was accepted or reworded stands, what was rejected or is open not.

    A proposal that nobody decided on is no clause; it can still be decided on in the reviewed file. Words that the
    reviewer wrote into the table of changes only are put into the list. The reviewer's own further changes, other
    sheets and earlier revisions by others stay as they are.

    Parameters
    ----------
    reviewed : Path
        The file that was read back.
    review : Review
        From :func:`zoning.redline.read_review`, with the source at hand.
    out : Path
        Replaced only by a whole file.

    Raises
    ------
    InputError
        If the file is no sound xlsx or docx.
    """
    results = {one.edit: one for one in review.reviewed}
    cells = [cell for cell in review.cells if cell.place is not None]
    with opened(reviewed) as archive:
        if reviewed.suffix.lower() == ".docx":
            part = main_part(archive, reviewed.name)
            root = parsed(archive.read(part), reviewed.name, part)
            _settle(root, cells, results, review.signed)
            changed = {part: serialised(root)}
        else:
            changed = _plain_sheets(Book(archive, reviewed.name), cells, results)
    rewrite(reviewed, out, changed)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The characters ``start:end`` of a cell, struck ones counted, that one edit is about, and what came of it."""

    start: int
    end: int
    one: Reviewed
    around: tuple[str, str]


def _stretches(letters: Sequence[tuple[str, str]], cell: Cell, results: dict[Edit, Reviewed]) -> list[_Stretch]:
    """Return the stretches of a cell whose letters (character, mark) are given, in order."""
    kept = [at for at, (_, state) in enumerate(letters) if state != DEL]
    text = "".join(letters[at][0] for at in kept)
    spans = found_in(text, cell.old, cell.fitted).spans
    cuts = [0, *(cut for edit in cell.fitted for cut in (edit.at.start, edit.at.end)), len(cell.old)]
    around = [cell.old[cuts[number] : cuts[number + 1]] for number in range(0, len(cuts), 2)]
    starts, ends, last = [], [], 0
    for start, end in spans:
        low = max(len(text[:start].rstrip()), last)
        high = len(text) - len(text[end:].lstrip())
        starts.append(kept[low - 1] + 1 if low else 0)
        ends.append(kept[high] if high < len(kept) else len(letters))
        last = end
    stretches = []
    for number, edit in enumerate(cell.edits):
        touching = number + 1 < len(starts) and not squeezed(around[number + 1])
        end = starts[number + 1] if touching else ends[number]
        blanks = (_tail(around[number]), "" if touching else _head(around[number + 1]))
        stretches.append(_Stretch(starts[number], max(end, starts[number]), results[edit], blanks))
    return stretches


def _tail(text: str) -> str:
    return text[len(text.rstrip()) :]


def _head(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _plain_sheets(book: Book, cells: Sequence[Cell], results: dict[Edit, Reviewed]) -> dict[str, bytes]:
    changed = {}
    for sheet in book.sheets:
        places = {cell.place[1]: cell for cell in cells if cell.place is not None and cell.place[0] == sheet.name}
        if not places:
            continue
        content = book.content(sheet.part)
        scanned = scan(content, places, book.file, sheet.part)
        new: dict[At, str] = {}
        for at, cell in places.items():
            runs = book.runs(scanned.cell(at))
            if runs is None:
                continue
            clean = _plain_runs(runs, cell, results)
            if clean != _by_letter(runs):
                new[at] = cell_xml(scanned, at, _unformatted(clean, book, scanned.style(at)), book)
        if new:
            changed[sheet.part] = spliced(scanned, new)
    return changed


def _by_letter(runs: Sequence[Run]) -> list[Run]:
    return [Run(atom.raw, atom.props) for text in texts_of(runs)[-1:] for atom in (*text.head, *text.atoms, *text.tail)]


def _plain_runs(runs: Sequence[Run], cell: Cell, results: dict[Edit, Reviewed]) -> list[Run]:
    """Return a cell letter by letter with its decided edits in plain words."""
    text = texts_of(runs)[-1]
    atoms = (*text.head, *text.atoms, *text.tail)
    letters = [(atom.shown or " ", state_of(atom.props)) for atom in atoms]
    base = next((atom.props for atom in atoms if state_of(atom.props) == KEEP), None)
    clean: list[Run] = []
    at = 0
    for stretch in _stretches(letters, cell, results):
        clean += [Run(atom.raw, atom.props) for atom in atoms[at : stretch.start]]
        inside = atoms[stretch.start : stretch.end]
        outcome = stretch.one.outcome
        dropped = DEL if outcome in _STANDS else INS
        natural = [Run(atom.raw, unmark(atom.props, base)) for atom in inside if state_of(atom.props) != dropped]
        shown = "".join(atom.shown for atom in inside if state_of(atom.props) != dropped)
        if outcome == Outcome.LOST:
            clean += [Run(atom.raw, atom.props) for atom in inside]
        elif outcome == Outcome.OPEN or squeezed(shown) == squeezed(stretch.one.text):
            clean += natural
        else:
            words = stretch.around[0] + stretch.one.text + stretch.around[1]
            clean.append(Run(plain(words), natural[0].props if natural else base))
        at = stretch.end
    return [*clean, *(Run(atom.raw, atom.props) for atom in atoms[at:])]


def _unformatted(runs: Sequence[Run], book: Book, style: str) -> tuple[Run, ...]:
    """Return runs without formats of their own where all of them have that of the cell."""
    font = book.font(style)
    if all(run.props in (None, font) for run in runs):
        return tuple(Run(run.text) for run in runs)
    return tuple(runs)


def _settle(root: Element, cells: Sequence[Cell], results: dict[Edit, Reviewed], signed: Signed) -> None:
    """Carry out, or take back, the tracked changes in the stretches of decided edits."""
    places = Places(root)
    order = {one: at for at, one in enumerate(root.iter())}
    todo: list[tuple[Element, bool]] = []
    for cell in cells:
        sheet, at = cell.place or ("", (0, 0))
        name = place_name(at)
        paragraphs = places.at(sheet, name) or []
        if not at[1]:
            groups = places.paragraphs[at[0] - 1 : at[0] - 1 + cell.rows]
            paragraphs = [one for group in groups for one in group]
        letters = letters_with_marks(paragraphs, signed)
        shown = [(letter.text, state) for letter, state in letters]
        for stretch in _stretches(shown, cell, results):
            if stretch.one.outcome != Outcome.LOST:
                accept = stretch.one.outcome in _STANDS
                found = _changes_in(paragraphs, [letter for letter, _ in letters], stretch, order)
                todo += [(one, accept) for one in found if accept or signed.ours(*signature(one))]
    todo = [(one, accept) for one, accept in todo if signature(one) not in signed.known]
    for one, accept in sorted(todo, key=lambda pair: (local(pair[0].getparent()) == "rPr", order[pair[0]])):
        if one.getparent() is not None:
            settle_one(one, accept=accept)


def _changes_in(
    paragraphs: Sequence[Element], letters: Sequence[Letter], stretch: _Stretch, order: dict[Element, int]
) -> list[Element]:
    """Return the tracked changes between the letters that stand around a stretch, marks of paragraphs among them."""
    inside = letters[stretch.start : stretch.end]
    found: dict[Element, None] = {}
    for letter in inside:
        around = letter.holder.iterancestors() if not letter.ends else letter.holder.iterfind("./*/*/*")
        found |= dict.fromkeys(one for one in around if local(one) in _CHANGES and (not letter.ends or _marks_end(one)))
    low = order[letters[stretch.start - 1].holder] if stretch.start else 0
    high = order[letters[stretch.end].holder] if stretch.end < len(letters) else len(order)
    for paragraph in paragraphs:
        for one in paragraph.iter():
            if local(one) in _CHANGES and low < order[one] < high and local(one.getparent()) != "rPr":
                found[one] = None
    return list(found)


def _marks_end(change: Element) -> bool:
    """Tell whether a change is that of the mark of a paragraph."""
    return local(change.getparent()) == "rPr"
