"""The text of a cell as it was read ↔ the characters of its runs: escapes, line ends and outer blanks differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zoning.drafts import Edit
from zoning.redline.runs import Props, Run, escaped, mark, plain
from zoning.redline.wording import INS, Piece, marked

__all__ = ["Atom", "Text", "marked_runs", "texts_of"]

_VIEWS = (
    re.compile("(?!)"),  # as it stands in the file
    re.compile("x005F_"),  # openpyxl takes the escape of an underscore out of shared strings
    re.compile("_x[0-9A-Fa-f]{4}_"),  # as Excel shows it
    re.compile("_x000[Dd]_(?=\n|_x000[Aa]_)|\r(?=\n)|_x[0-9A-Fa-f]{4}_"),  # and line ends of one character
)


@dataclass(frozen=True, slots=True)
class Atom:
    """One character as it is shown ("" for one that is not), as the file writes it, and its format."""

    shown: str
    raw: str
    props: Props | None


@dataclass(frozen=True, slots=True)
class Text:
    """A cell in one way of reading it; ``head`` and ``tail`` are the outer blanks that reading strips."""

    head: tuple[Atom, ...]
    atoms: tuple[Atom, ...]
    tail: tuple[Atom, ...]
    literal: bool

    @property
    def shown(self) -> str:
        """The text that addresses count in."""
        return "".join(atom.shown for atom in self.atoms)

    def fits(self, edits: Sequence[Edit]) -> bool:
        """Tell whether every edit finds its old words at its place."""
        shown = self.shown
        return all(
            0 <= edit.at.start <= edit.at.end <= len(shown) and shown[edit.at.start : edit.at.end] == edit.old
            for edit in edits
        )


def texts_of(runs: Sequence[Run]) -> tuple[Text, ...]:
    r"""Return a cell in every way that a reader may have taken it, the likeliest first.

    Examples
    --------
    >>> [text.shown for text in texts_of([Run(" 甲_x000D_\n乙")])]
    ['甲_x000D_\n乙', '甲_x000D_\n乙', '甲\r\n乙', '甲\n乙']
    """
    whole = "".join(run.text for run in runs)
    plain_text = "\r" not in whole and "x00" not in whole.lower() and "_x" not in whole
    return tuple(_text(runs, number) for number in ((len(_VIEWS) - 1,) if plain_text else range(len(_VIEWS))))


def _text(runs: Sequence[Run], view: int) -> Text:
    atoms = [atom for run in runs for atom in _atoms(run, view)]
    solid = [at for at, atom in enumerate(atoms) if atom.shown.strip()]
    start, end = (solid[0], solid[-1] + 1) if solid else (len(atoms), len(atoms))
    return Text(tuple(atoms[:start]), tuple(atoms[start:end]), tuple(atoms[end:]), literal=view < 2)


def _atoms(run: Run, view: int) -> list[Atom]:
    atoms: list[Atom] = []
    at = 0
    for found in _VIEWS[view].finditer(run.text):
        atoms += [Atom(letter, letter, run.props) for letter in run.text[at : found.start()]]
        atoms.append(Atom(_shown(found[0], view), found[0], run.props))
        at = found.end()
    return [*atoms, *(Atom(letter, letter, run.props) for letter in run.text[at:])]


def _shown(raw: str, view: int) -> str:
    """Return what an escape shows; a return in front of a line feed shows nothing where line ends are one character."""
    if view == 1 or raw == "\r" or (view == 3 and raw.upper() == "_X000D_"):
        return ""
    return chr(int(raw[2:6], 16))


def marked_runs(text: Text, edits: Sequence[Edit], base: Props | None) -> tuple[Run, ...]:
    """Return a cell with its edits as runs: what goes is struck, what comes is underlined, the rest as it was.

    New words take the format of the character in front of them, else of the one behind, else of the cell.
    """
    runs = [Run(atom.raw, atom.props) for atom in text.head]
    write = escaped if text.literal and any(len(atom.raw) > 1 for atom in text.atoms) else plain
    left = list(text.atoms[::-1])
    last = text.head[-1] if text.head else (text.atoms[0] if text.atoms else None)
    for piece in marked(text.shown, edits):
        if piece.state == INS:
            props = last.props if last is not None else None
            runs.append(Run(write(piece.text), mark(props or base, INS)))
            continue
        for atom in _taken(left, piece):
            props = atom.props if atom.props is not None or piece.state == "keep" else base
            runs.append(Run(atom.raw, mark(props, piece.state)))
            last = atom
    return (*runs, *(Run(atom.raw, atom.props) for atom in (*left[::-1], *text.tail)))


def _taken(left: list[Atom], piece: Piece) -> list[Atom]:
    """Take the atoms off a reversed list that show a piece, with those that show nothing in front of them."""
    taken: list[Atom] = []
    missing = len(piece.text)
    while missing > 0:
        atom = left.pop()
        taken.append(atom)
        missing -= len(atom.shown)
    return taken
