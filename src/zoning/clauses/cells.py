"""From the cells of a list to clauses: split, labelled, scoped, each with its address."""

from __future__ import annotations

from zoning.clauses.classify import classify
from zoning.clauses.lexicon import Lexicon, default_lexicon
from zoning.clauses.model import Address, Clause
from zoning.clauses.scope import scope_of
from zoning.clauses.split import split_cell

__all__ = ["clauses_of_cell"]


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
    lexicon = lexicon or default_lexicon()
    clauses = []
    for piece in split_cell(text, lexicon):
        words = text[piece.text_start : piece.text_end]
        if not words:
            continue
        label = classify(words, lexicon)
        clauses.append(
            Clause(
                code=code,
                level=level,
                dimension=dimension or label.dimension,
                text=words,
                number=piece.number,
                tag=piece.tag,
                address=Address(file, sheet, cell, piece.text_start, piece.text_end),
                label=label,
                scope=scope_of(words, label, lexicon=lexicon),
            )
        )
    return tuple(clauses)
