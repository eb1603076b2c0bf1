"""A reviewed file read back: what became of every edit, and what the reviewer changed on his own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.errors import Finding
from zoning.messages import finding
from zoning.redline.container import opened
from zoning.redline.document import main_part
from zoning.redline.further import further_changes
from zoning.redline.grid import Grid, Target, paragraphs_of, place_name, place_of
from zoning.redline.model import Cell, Further, Outcome, Review, Reviewed, Signed
from zoning.redline.paragraphs import BETWEEN
from zoning.redline.read_back import grids_of, shown, signature
from zoning.redline.sheet_xml import At, at_of
from zoning.redline.standing import Standing, found_in, judged
from zoning.redline.verdicts import Verdict, allowed, is_listing, outcome_of, verdicts
from zoning.redline.wording import ordered, revised, similarity, squeezed
from zoning.redline.xml_part import local, parsed

__all__ = ["cells_of_edits", "read_review", "signed_of"]


def read_review(reviewed: Path, source: Path | None, edits: Sequence[Edit], author: str = "") -> Review:
    """Read back what a reviewer made of a revised list, whatever program it was saved with.

    What is written in the table of changes decides first (审核结论, 审核后文本), then the text that stands: marks that
    are still there are open, the new words accepted, the old ones rejected, other words reworded. Where both speak and
    contradict each other the edit stays open with a finding. Cells that were moved are found by unit, column and words.

    Parameters
    ----------
    reviewed : Path
        xlsx, xlsm or docx.
    source : Path or None
        The list before the revision, or the revised one as it was written (its marks are taken back); without it the
        rest of a cell is not known: an edit is then judged by its own
        words alone, and further changes are not looked for.
    edits : sequence of Edit
        All edits of this file, as they were written.
    author : str
        Of the tracked changes that are ours; "" takes those that the source does not have.

    Raises
    ------
    InputError
        If a file is no sound xlsx or docx.
    """
    signed = signed_of(source, author)
    grids = grids_of(reviewed, signed)
    lists = {name: grid for name, grid in grids.items() if not is_listing(grid)}
    before = {name: grid for name, grid in _source(source, signed).items() if not is_listing(grid)}
    cells = cells_of_edits(edits, before, lists)
    given = verdicts(grids, edits)
    position = {edit: at for at, edit in enumerate(edits)}
    results: dict[int, Reviewed] = {}
    findings: list[Finding] = []
    for cell in cells:
        for one, unclear in _of_cell(cell, lists, known=bool(before)):
            at = position[one.edit]
            result, found = _decided(one, given.get(at), reviewed.name, unclear=unclear)
            results[at] = result
            findings += found
    beside = _beside(reviewed.name, cells, lists) if before else ()
    further = further_changes(reviewed.name, before, lists, cells) if before else ()
    return Review(tuple(results[at] for at in range(len(edits))), (*beside, *further), tuple(findings), cells, signed)


def _beside(file: str, cells: Sequence[Cell], lists: Mapping[str, Grid]) -> tuple[Further, ...]:
    """Return the edited cells in which the reviewer changed words that no edit is about."""
    found = []
    for cell in cells:
        if cell.place is None:
            continue
        name, at = cell.place
        text = lists[name].standing(at, cell.rows).accepted
        if not found_in(text, cell.old, cell.fitted).rest_kept:
            found.append(Further(Address(file, name, place_name(at), 0, len(text)), cell.old, text))
    return tuple(found)


def signed_of(source: Path | None, author: str) -> Signed:
    """Return how our tracked changes are told from those that were there before."""
    if source is None or source.suffix.lower() != ".docx":
        return Signed(author)
    with opened(source) as archive:
        root = parsed(archive.read(main_part(archive, source.name)), source.name)
    changes = (one for one in root.iter() if local(one) in ("ins", "del", "moveFrom", "moveTo"))
    return Signed(author, frozenset(signed for one in changes if (signed := signature(one))[0] != author))


def _source(source: Path | None, signed: Signed) -> dict[str, Grid]:
    return grids_of(source, signed, taken_back=True) if source is not None else {}


def place_in(edit: Edit) -> At:
    """Return row and column of an edit; of a paragraph its number and 0."""
    digits = edit.at.cell.removeprefix("¶")
    return at_of(edit.at.cell) or (int(digits) if digits.isdecimal() else 0, 0)


def cells_of_edits(edits: Sequence[Edit], before: Mapping[str, Grid], lists: Mapping[str, Grid]) -> tuple[Cell, ...]:
    """Return the cells that were edited, each with the place where it is now."""
    groups: dict[tuple[str, At], list[Edit]] = {}
    for edit in edits:
        sheet = BETWEEN if edit.at.cell.startswith("¶") else edit.at.sheet or next(iter(before or lists), "")
        grid = before.get(sheet)
        at = place_in(edit)
        groups.setdefault((sheet, grid.origin(at) if grid else at), []).append(edit)
    cells = []
    for (sheet, at), given in sorted(groups.items()):
        grid = before.get(sheet)
        if grid is None:
            cells += [_alone(sheet, at, edit, lists) for edit in given]
            continue
        own = ordered(given)
        old, fitted = _fitted(grid, at, own)
        target = Target(sheet, at, own[0].code, old, revised(old, fitted), named=at[0] in grid.of_unit(own[0].code))
        place, rows = place_of(target, lists), 1
        if place is not None and not place[1][1]:
            first, rows = paragraphs_of(target, lists[place[0]], place[1])
            place = (place[0], first)
        cells.append(Cell(sheet, at, old, own, fitted, place, rows))
    return tuple(cells)


def _fits(text: str, edits: Sequence[Edit]) -> bool:
    return all(text[edit.at.start : edit.at.end] == edit.old for edit in edits)


def _fitted(grid: Grid, at: At, edits: tuple[Edit, ...]) -> tuple[str, tuple[Edit, ...]]:
    """Return a cell as a reader sees it and its edits counted in it, also where they were counted with escapes."""
    text, literal = grid.text(at).strip(), grid.literal.get(at, grid.text(at)).strip()
    views = [literal, literal.replace("x005F_", "")]
    counted = next((view for view in views if not _fits(text, edits) and _fits(view, edits)), None)
    if counted is None:
        return text, edits
    old, fitted, last = "", [], 0
    for edit in edits:
        start = len(old := old + shown(counted[last : edit.at.start]))
        old += shown(edit.old)
        place = replace(edit.at, start=start, end=len(old))
        fitted.append(replace(edit, at=place, old=shown(edit.old), new=shown(edit.new)))
        last = edit.at.end
    return old + shown(counted[last:]), tuple(fitted)


def _alone(sheet: str, at: At, edit: Edit, lists: Mapping[str, Grid]) -> Cell:
    """Look for an edit by its own words, where the source is not at hand: its cell, or one of its unit."""
    new, old = squeezed(edit.new), squeezed(edit.old)
    grid = lists.get(sheet)
    for one in [grid] if grid else lists.values():
        rows = one.of_unit(edit.code)
        near = [at] if at in one.cells and (not rows or at[0] in rows) else []
        for place in (*near, *one.around(rows)):
            standing = one.cells[place]
            if (new and new in squeezed(standing.accepted)) or (old and old in squeezed(standing.rejected)):
                return Cell(sheet, at, "", (edit,), (edit,), (one.name, place))
    return Cell(sheet, at, "", (edit,), (edit,))


def _of_cell(cell: Cell, lists: Mapping[str, Grid], *, known: bool) -> list[tuple[Reviewed, bool]]:
    """Return what the text that stands says of every edit of a cell, and whether its marks are unclear."""
    if cell.place is None:
        return [(Reviewed(edit, Outcome.LOST), False) for edit in cell.edits]
    name, at = cell.place
    standing = lists[name].standing(at, cell.rows)
    whole = len(standing.accepted)
    place = Address(cell.edits[0].at.file, name, place_name(at), 0, whole)
    by, when = standing.touched[-1] if standing.touched else ("", "")
    outcomes = judged(standing, cell.old, cell.fitted) if known else [_by_words(standing, cell.edits[0])]
    results = []
    for edit, (outcome, text, unclear) in zip(cell.edits, outcomes, strict=True):
        like = similarity(text, edit.new)
        results.append((Reviewed(edit, outcome, text, place, by, when, "", like), unclear))
    return results


def _by_words(standing: Standing, edit: Edit) -> tuple[Outcome, str, bool]:
    """Judge an edit by whether its words stand, the rest of the cell being unknown."""
    new, old = squeezed(edit.new), squeezed(edit.old)
    taken, back = squeezed(standing.accepted), squeezed(standing.rejected)
    if new and new in taken:
        return (Outcome.OPEN if new not in back else Outcome.ACCEPTED), edit.new, False
    if old and old in taken:
        return Outcome.REJECTED, edit.old, False
    return (Outcome.OPEN if taken != back else Outcome.ACCEPTED), "", False


def _decided(
    one: Reviewed, verdict: Verdict | None, file: str, *, unclear: bool
) -> tuple[Reviewed, list[Finding]]:  # fmt: skip
    """Let the table of changes decide first; where it and the text contradict each other the edit stays open."""
    if verdict is not None:
        one = replace(one, note=verdict.note)
    word = verdict.word if verdict else ""
    if verdict is None or not squeezed(word):
        if one.outcome == Outcome.LOST:
            return one, [_unclear(one, file, "lost")]
        return one, [_unclear(one, file, "marks")] if unclear else []
    said = outcome_of(word)
    gone = one.outcome == Outcome.LOST and said != Outcome.REJECTED  # what was adopted has to stand somewhere
    if said is None or gone:
        key = "word" if said is None else "gone"
        return one, [_unclear(one, file, key, verdict=word, allowed=allowed())]
    if said == Outcome.REWORDED:
        return _reworded(one, verdict, file)
    if one.outcome in (said, Outcome.OPEN, Outcome.LOST) or said == Outcome.OPEN:
        text = {Outcome.ACCEPTED: one.edit.new, Outcome.REJECTED: one.edit.old}.get(said, one.text)
        return replace(one, outcome=said, text=text, similarity=similarity(text, one.edit.new)), []
    return replace(one, outcome=Outcome.OPEN), [_unclear(one, file, "", verdict=word)]


def _reworded(one: Reviewed, verdict: Verdict, file: str) -> tuple[Reviewed, list[Finding]]:
    """Take the words that the table of changes, else the list itself, has in place of ours."""
    edit = one.edit
    if not verdict.final:
        if one.outcome == Outcome.REWORDED:
            return one, []
        return replace(one, outcome=Outcome.OPEN), [_unclear(one, file, "notext", verdict=verdict.word)]
    whole = verdict.final
    if edit.after and edit.after in edit.new and edit.after != edit.new and squeezed(edit.new) != squeezed(whole):
        whole = edit.new.replace(edit.after, whole, 1)
    if one.outcome == Outcome.REWORDED and squeezed(one.text) not in (squeezed(whole), squeezed(verdict.final)):
        return replace(one, outcome=Outcome.OPEN), [_unclear(one, file, "", verdict=verdict.word)]
    return replace(one, outcome=Outcome.REWORDED, text=whole, similarity=similarity(whole, edit.new)), []


def _unclear(one: Reviewed, file: str, key: str, **values: Any) -> Finding:  # noqa: ANN401 - texts
    at = one.at if one.at.cell else one.edit.at
    where = {"file": file, "layer": at.sheet, "field": at.cell, "value": values.get("verdict", "")}
    return finding("REVIEW_UNCLEAR", key, where=where, id=one.edit.id, stands=one.text, **values)
