"""From the cells of a list to clauses: split, labelled, scoped, each with its address."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from zoning.clauses.classify import labelled
from zoning.clauses.lexicon import Lexicon, default_lexicon
from zoning.clauses.model import AccessList, Address, Clause, Label, Scope
from zoning.clauses.reading import read_clause
from zoning.clauses.scope import scoped
from zoning.clauses.split import Piece, split_cell

__all__ = ["clauses_of_cell", "judged_again"]

_KEPT = 100_000  # texts whose judgement is remembered: about 200 MB at the very most


def clauses_of_cell(  # noqa: PLR0913 - an address and a place in the lists, all by name
    text: str,
    *,
    code: str,
    level: str,
    dimension: str = "",
    file: str = "",
    sheet: str = "",
    cell: str = "",
    lexicon: Lexicon | None = None,
) -> tuple[Clause, ...]:
    """Return the clauses of one cell in the order of the text.

    Parameters
    ----------
    text : str
        The cell as written.
    code, level : str
        Whose list it is: code of the unit (zone, city …) and ``province, region, city, zone`` or ``unit``.
    dimension : str
        Dimension of the column (R, S, P, Z); it wins over what the text says. "" leaves it to the text.
    file, sheet, cell : str
        Address of the cell.
    lexicon : Lexicon, optional
        Rules to ask instead of the packaged ones.

    Examples
    --------
    >>> first, second = clauses_of_cell("1-1.禁止新建燃煤锅炉。1-2.倡导低碳生活。", code="U", level="unit", cell="I5")
    >>> first.number, first.text, first.label.carbon_state, str(first.address)
    ('1-1.', '禁止新建燃煤锅炉。', 'CARBON_COUPLED', 'I5[4:13]')
    """
    return tuple(
        Clause(
            code=code,
            level=level,
            dimension=dimension or label.dimension,
            text=text[piece.text_start : piece.text_end],
            number=piece.number,
            tag=piece.tag,
            address=Address(file, sheet, cell, piece.text_start, piece.text_end),
            label=label,
            scope=scope,
        )
        for piece, label, scope in _judged(text, lexicon or default_lexicon())
    )


@lru_cache(maxsize=_KEPT)
def _judged(text: str, lexicon: Lexicon) -> tuple[tuple[Piece, Label, Scope], ...]:
    """Return the pieces of a cell that say something, judged: units of one kind share whole cells."""
    pieces = ((piece, text[piece.text_start : piece.text_end]) for piece in split_cell(text, lexicon))
    return tuple((piece, *_read(words, lexicon)) for piece, words in pieces if words)


@lru_cache(maxsize=_KEPT)
def _read(words: str, lexicon: Lexicon) -> tuple[Label, Scope]:
    """Return what one clause demands and whom it reaches; the same words are read once."""
    reading = read_clause(words, lexicon)
    label = labelled(reading)
    return label, scoped(reading, label)


def judged_again(access_list: AccessList, lexicon: Lexicon) -> AccessList:
    """Return a list with every clause labelled and scoped by another lexicon; where clauses begin and end stays.

    Examples
    --------
    >>> from zoning.clauses.lexicon import default_lexicon
    >>> one = AccessList("unit", clauses_of_cell("企业应建立碳画像系统。", code="U", level="unit"))
    >>> judged_again(one, default_lexicon()) == one
    True
    """
    return AccessList(access_list.level, (_again(one, lexicon) for one in access_list.clauses), access_list.entries)


def _again(clause: Clause, lexicon: Lexicon) -> Clause:
    """Judge one clause anew; a dimension that the text had given is given anew as well."""
    label, scope = _read(clause.text, lexicon)
    own = clause.dimension == clause.label.dimension
    return replace(clause, label=label, scope=scope, dimension=label.dimension if own else clause.dimension)
