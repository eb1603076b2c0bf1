"""Which kind of environmental clause a clause is: by the words of ``coherence_types``, in the manner of the lexicon.

A clause can be of several kinds (a plant moved into a park is two). One without a kind is a fact, a pointer to another
list, a carbon requirement (the other side of the comparison), or unclassified; that is said, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.lexicon import Lexicon, default_lexicon
from zoning.clauses.model import Clause
from zoning.clauses.reading import BLOT, blotted, read_clause
from zoning.tables import Row, read

__all__ = ["STANDINGS", "TypeHit", "Typed", "default_types", "type_rows", "typed", "types_of"]

STANDINGS = ("TYPED", "CARBON", "REFERENCE", "STATEMENT", "UNTYPED")
"""How a clause stands: of a known kind, a carbon requirement, a pointer to another list, a fact, or 未归类."""

_KIND = "coherence.type"
_NOT_SAID = ("mask.negation", "mask.name")
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class TypeHit:
    """Words that make a clause one of a kind.

    Attributes
    ----------
    type : str
        ``env_clause_type`` of ``coherence_rules``.
    row : str
        Id of the row of ``coherence_types``.
    span : tuple of int
        Characters of the clause as written.
    """

    type: str
    row: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Typed:
    """A clause with its kinds; ``standing`` is one of :data:`STANDINGS`."""

    clause: Clause
    standing: str
    hits: tuple[TypeHit, ...]


@lru_cache(maxsize=1)
def type_rows() -> dict[str, Row]:
    """Return the rows of ``coherence_types`` by id."""
    return {row["id"]: row for row in read("coherence_types")}


@lru_cache(maxsize=1)
def default_types() -> Lexicon:
    """Return the packaged words, with the macros of the lexicon of clauses."""
    macros = [row for row in read("clause_lexicon") if row["kind"] == "macro"]
    return Lexicon([*macros, *read("coherence_types")])


def types_of(text: str, words: Lexicon | None = None) -> tuple[TypeHit, ...]:
    """Return what kinds of environmental clause a text is, one hit a row, in the order of the text.

    Exceptions, titles, names and what is said not to be here decide nothing.

    Examples
    --------
    >>> [(hit.type, hit.row) for hit in types_of("餐饮单位应安装油烟净化设施。")]
    [('餐饮油烟治理', 'CT048')]
    >>> types_of("加强队伍建设。")
    ()
    """
    return hits_of(text, _KIND, words or default_types())


@lru_cache(maxsize=_KEPT)
def hits_of(text: str, kind: str, words: Lexicon) -> tuple[TypeHit, ...]:
    """Return the first hit of every row of a kind, in the order of the text."""
    lexicon = default_lexicon()
    reading = read_clause(text, lexicon)
    said = reading.stated
    for mask in _NOT_SAID:
        said = blotted(said, lexicon.all(mask, said))
    found = []
    for rule in words.rules(kind):
        hit = rule.first(said)
        if hit is not None and said[hit.start : hit.end].strip(BLOT):
            found.append(TypeHit(hit.value, hit.rule, reading.normal.span(hit.start, hit.end)))
    return tuple(sorted(found, key=lambda hit: (hit.span, hit.row)))


def _standing(clause: Clause, hits: tuple[TypeHit, ...]) -> str:
    if clause.label.modality == "STATEMENT":
        return "STATEMENT"
    if clause.scope.reach == "REFERENCE":
        return "REFERENCE"
    if hits:
        return "TYPED"
    return "CARBON" if clause.label.carbon_state == "CARBON" else "UNTYPED"


def typed(clauses: Iterable[Clause], words: Lexicon | None = None) -> tuple[Typed, ...]:
    """Return every clause with its kinds and its standing, in the given order.

    Examples
    --------
    >>> from zoning.clauses.cells import clauses_of_cell
    >>> cell = "1、实施错峰生产。2、倡导绿色低碳出行。3、开展碳排放评价。4、单元现状不涉及钢铁企业。5、加强队伍建设。"
    >>> [one.standing for one in typed(clauses_of_cell(cell, code="U", level="unit"))]
    ['TYPED', 'UNTYPED', 'CARBON', 'STATEMENT', 'UNTYPED']
    """
    out = []
    for clause in clauses:
        hits = types_of(clause.text, words)
        standing = _standing(clause, hits)
        out.append(Typed(clause, standing, hits if standing == "TYPED" else ()))
    return tuple(out)
