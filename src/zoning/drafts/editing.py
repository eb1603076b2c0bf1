"""From drafts to the edits of a list's own cells; what is added is read back before it is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from zoning.clauses import AccessList, Address, Clause, clauses_of_cell
from zoning.clauses.normalise import plain
from zoning.drafts.manner import in_manner
from zoning.drafts.model import Draft, Edit
from zoning.drafts.places import STOPS, Cell, Places, places_of

__all__ = ["edits_of", "rebuilt"]

_SEMICOLON = "；"
_BREAK = "\n"


def edits_of(drafts: Iterable[Draft], lists: Iterable[AccessList]) -> tuple[Edit, ...]:
    """Return the edits that write the first-ranked drafts into the lists at hand, in the order of the drafts.

    Edits at one place follow each other in this order: each is written behind the one before it. A draft whose list
    is not given, has no cell for it, or, being added, would read other than as its old clauses and the new one, has no
    edit.
    """
    places = places_of(lists)
    desk = _Desk({}, {}, Counter())
    edits = [edit for draft in drafts if draft.rank == 1 and draft.level in places
             for edit in _edits(draft, places[draft.level], desk)]  # fmt: skip
    return tuple(replace(edit, turn=turn) for turn, edit in enumerate(edits, start=1))


@dataclass(frozen=True)
class _Desk:
    """Cells that edits were made in, their text and its last character so far; clauses written by place."""

    texts: dict[Address, str]
    last: dict[Address, str]
    counts: Counter[tuple[str, str]]


def _edits(draft: Draft, places: Places, desk: _Desk) -> Iterator[Edit]:
    if draft.action == "replace":
        target = next((one for one in places.source.clauses if one.id == draft.target), None)
        if target is not None and target.text == draft.before:
            yield _edit(draft, target.address, target.text, draft.text, target.code)
        return
    homes = places.homes(draft.code)
    for code in homes:
        cell = places.room(code, draft.dimension)
        own = draft if len(homes) == 1 else _told_again(draft, code, places, desk)
        edit = _addition(own, code, cell, places, desk) if cell is not None else None
        if edit is not None:
            yield edit


def _told_again(draft: Draft, code: str, places: Places, desk: _Desk) -> Draft:
    """Return a draft for one of several zones of its type: with the number and the stops of that entry."""
    place = (code, draft.dimension)
    number = places.number(code, draft.dimension, desk.counts[place])
    desk.counts[place] += 1
    return replace(draft, number=number, text=in_manner(draft.text, places, code, draft.dimension))


def _addition(draft: Draft, code: str, cell: Cell, places: Places, desk: _Desk) -> Edit | None:
    """Return the insertion behind the last clause of a cell (or over a word for nothing), if it reads back right."""
    first = cell.address not in desk.texts
    empty = first and cell.blank
    old = cell.clauses[0].text if empty and cell.clauses else ""
    known = "" if empty else rebuilt(cell) if first else desk.texts[cell.address]
    ending = "" if empty else _ending(cell) if first else desk.last[cell.address]
    usual = "" if empty else places.joint(code, cell, draft.number)
    for joint in ("",) if empty else _joints(usual, ending, numbered=bool(draft.number)):
        new = f"{joint}{_written(draft, places.indent(cell, draft.number))}{_SEMICOLON if ending == _SEMICOLON else ''}"
        if _reads_back(known, new, draft):
            desk.texts[cell.address] = known + new
            desk.last[cell.address] = new[-1:]
            at = cell.clauses[0].address if old else replace(cell.address, start=cell.address.end)
            return _edit(draft, at, old, new, code)
    return None


def _written(draft: Draft, indent: str) -> str:
    """Return a clause with its number and tag; a number that ends in a figure needs a blank before the text."""
    if draft.number and draft.number[-1].isdecimal() and not indent and not draft.tag:
        indent = " "
    tag = f"【{draft.tag}】" if draft.tag else ""
    return f"{draft.number}{indent if draft.number else ''}{tag}{draft.text}"


def _ending(cell: Cell) -> str:
    """Return how a cell ends: with a stop, with a ； that the reading left out, or open ("")."""
    last = cell.clauses[-1].text[-1:]
    return last if last in STOPS else _SEMICOLON if cell.tail else ""


def _joints(usual: str, ending: str, *, numbered: bool) -> tuple[str, ...]:
    """Return joints to try, the list's own first: a ； is written only behind an open end."""
    closed = bool(ending) and (ending in STOPS or ending == _SEMICOLON)
    own = usual.replace(_SEMICOLON, "") if closed else usual
    if not closed and not own:
        own = _BREAK if numbered else _SEMICOLON
    safe = _BREAK if closed or numbered else f"{_SEMICOLON}{_BREAK}"
    return tuple(dict.fromkeys((own, safe)))


def rebuilt(cell: Cell) -> str:
    """Return a text with the same clauses at the same places as a cell: what stands between them is written anew."""
    text = ""
    for place, clause in enumerate(cell.clauses):
        head = (clause.number if cell.numbered_inside or place else "") + (f"【{clause.tag}】" if clause.tag else "")
        room = clause.address.start - len(text)
        if place and not cell.numbered_inside and room < len(head):
            head = f"【{clause.tag}】" if clause.tag else ""
        joint = cell.joints[place - 1] if place else ""
        filling = max(room - len(head) - len(joint), 0)
        number = clause.number if head.startswith(clause.number) else ""
        text += f"{joint}{number}{' ' * filling}{head[len(number) :]}{clause.text}"
    return text + (_SEMICOLON if cell.tail and not text.endswith(tuple(STOPS)) else "")


def _reads_back(known: str, new: str, draft: Draft) -> bool:
    """Tell whether a cell with the new clause reads as its old clauses and the new one, none touched.

    Of a clause without a tag a gap (【待核定：…】) is read as one; its text is whole all the same.
    """
    before, after = _read(known, draft), _read(known + new, draft)
    added = after[len(before) :]
    return (
        [one.text for one in after[: len(before)]] == [one.text for one in before]
        and [one.text for one in added] == [draft.text.rstrip(_SEMICOLON)]
        and (not draft.number or added[0].number == draft.number)
        and (added[0].tag == draft.tag or (not draft.tag and added[0].tag in plain(draft.text)))
    )


def _read(text: str, draft: Draft) -> tuple[Clause, ...]:
    return clauses_of_cell(text, code=draft.code, level=draft.level, dimension=draft.dimension)


def _edit(draft: Draft, at: Address, old: str, new: str, code: str) -> Edit:
    return Edit(
        id=draft.id,
        at=at,
        old=old,
        new=new,
        code=code,
        dimension=draft.dimension,
        clause=draft.target,
        before=draft.before,
        after=draft.text,
        reason=draft.reason,
        why=draft.why_zh,
        basis="、".join(basis.printed for basis in draft.bases),
        units=draft.units,
    )
