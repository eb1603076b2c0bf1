"""Old words → new words as pieces that stay, go and come; and how alike two texts are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from zoning.drafts import Edit
from zoning.tables import numbers

__all__ = [
    "DEL",
    "INS",
    "KEEP",
    "Piece",
    "changes",
    "marked",
    "ordered",
    "overlapping",
    "revised",
    "similarity",
    "squeezed",
]

KEEP, DEL, INS = "keep", "del", "ins"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stay (``keep``), go (``del``) or come (``ins``)."""

    state: str
    text: str


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """Return what turns one text into another, in pieces that a reader can follow.

    Characters in common that are fewer than ``island`` of ``redline_limits`` go and come with their surroundings: a
    clause full of single letters kept would be unreadable.

    Examples
    --------
    >>> [(piece.state, piece.text) for piece in changes("2025年底前淘汰", "2027年底前淘汰")]
    [('keep', '202'), ('del', '5'), ('ins', '7'), ('keep', '年底前淘汰')]
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    pieces = [Piece(KEEP, old[:head]), *_middle(middle_old, middle_new), Piece(KEEP, old[len(old) - tail :])]
    return _joined(pieces)


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _middle(old: str, new: str) -> list[Piece]:
    limits = numbers("redline_limits")
    if not old or not new or len(old) * len(new) > limits["compared"]:
        return [Piece(DEL, old), Piece(INS, new)]
    pieces: list[Piece] = []
    gone, come = "", ""
    for kind, old0, old1, new0, new1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" and old1 - old0 >= limits["island"]:
            pieces += [Piece(DEL, gone), Piece(INS, come), Piece(KEEP, old[old0:old1])]
            gone, come = "", ""
        else:
            gone, come = gone + old[old0:old1], come + new[new0:new1]
    return [*pieces, Piece(DEL, gone), Piece(INS, come)]


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Leave out empty pieces, join neighbours of one state."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].state == piece.state:
            joined[-1] = Piece(piece.state, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)


def ordered(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits of one cell in the order of its text, whatever order they were given in."""
    return tuple(sorted(edits, key=lambda edit: (edit.at.start, edit.at.end, edit.turn, edit.id, edit.new)))


def marked(text: str, edits: Sequence[Edit]) -> tuple[Piece, ...]:
    """Return a whole cell in pieces: what stays of it, and what its edits (in order, not overlapping) change.

    Examples
    --------
    >>> from zoning.clauses import Address
    >>> edit = Edit("D1", Address(start=2, end=4), "丙丁", "戊", "U1", "S")
    >>> [(piece.state, piece.text) for piece in marked("甲乙丙丁己", [edit])]
    [('keep', '甲乙'), ('del', '丙丁'), ('ins', '戊'), ('keep', '己')]
    """
    pieces: list[Piece] = []
    at = 0
    for edit in ordered(edits):
        pieces += [Piece(KEEP, text[at : edit.at.start]), *changes(edit.old, edit.new)]
        at = edit.at.end
    return _joined([*pieces, Piece(KEEP, text[at:])])


def revised(text: str, edits: Sequence[Edit]) -> str:
    """Return a cell with its edits carried out."""
    return "".join(piece.text for piece in marked(text, edits) if piece.state != DEL)


def overlapping(edits: Sequence[Edit]) -> Edit | None:
    """Return the first edit of a cell that begins before the one in front of it has ended."""
    return next((two for one, two in pairwise(ordered(edits)) if two.at.start < one.at.end), None)


def squeezed(text: str) -> str:
    """Return a text without white space: programs that save a file turn line breaks and blanks as they like."""
    return "".join(text.split())


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are: Dice's share of the pairs of neighbouring characters they have in common.

    Examples
    --------
    >>> similarity("禁止新建", "禁止新建"), similarity("禁止新建", "倡导低碳")
    (1.0, 0.0)
    """
    one, other = squeezed(one), squeezed(other)
    if one == other:
        return 1.0
    pairs = [Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1))) for text in (one, other)]
    return 2 * sum((pairs[0] & pairs[1]).values()) / max(sum(pairs[0].values()) + sum(pairs[1].values()), 1)
