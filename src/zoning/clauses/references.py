"""What a clause refers to: documents by title or number, standards, and other access lists.

Words stand in the lexicon (kinds ``reference.*``); the first kind that takes a place keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoning.clauses.lexicon import Hit, Lexicon, default_lexicon, part_of
from zoning.clauses.normalise import Normal, normalise

__all__ = ["Reference", "references"]

_KINDS = ("law", "standard", "list")


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes
    ----------
    kind : str
        ``law`` (a title in 《》 with the number that follows, or a document number), ``standard`` (GB, HJ, DB …, also
        behind a title) or ``list`` (another access list, or a part of this one).
    text : str
        The words as written.
    level : str
        Of a list: ``province, region, city, zone, unit``, ``own`` for 本清单, "" where it does not say.
    dimension : str
        Of a list: the column it points to (R, S, P, Z), "" where it does not say.
    span : tuple of int
        Place in the text as given.
    """

    kind: str
    text: str
    level: str
    dimension: str
    span: tuple[int, int]


def references(text: str, lexicon: Lexicon | None = None) -> tuple[Reference, ...]:
    """Return what a clause refers to, in the order of the text.

    Examples
    --------
    >>> one, two = references("污染物排放管控按市级总体准入要求执行，废气执行GB 13271-2014。")
    >>> (one.kind, one.text, one.level, one.dimension), (two.kind, two.text)
    (('list', '市级总体准入要求', 'city', 'P'), ('standard', 'GB 13271-2014'))
    >>> references("按《通知》（环环评〔2021〕45号）执行。")[0].text
    '《通知》（环环评〔2021〕45号）'
    """
    normal = normalise(text)
    lexicon = (lexicon or default_lexicon()).narrowed(normal.text)
    taken: list[tuple[str, Hit]] = []
    for kind in _KINDS:
        for hit in lexicon.all(f"reference.{kind}", normal.text):
            if all(hit.end <= other.start or other.end <= hit.start for _, other in taken):
                taken.append((kind, hit))
    ordered = sorted((_trimmed(kind, hit, normal.text, lexicon) for kind, hit in taken), key=lambda one: one[1].start)
    return tuple(_told(text, kind, hit, normal, lexicon) for kind, hit in ordered)


def _trimmed(kind: str, hit: Hit, words: str, lexicon: Lexicon) -> tuple[str, Hit]:
    """Leave out the verb that leads to the name of a list or to the number of a document."""
    verb = lexicon.first("reference.trim", words[hit.start : hit.end])
    return kind, Hit(hit.rule, hit.value, hit.start + verb.end, hit.end) if verb else hit


def _told(text: str, kind: str, hit: Hit, normal: Normal, lexicon: Lexicon) -> Reference:
    span = normal.span(hit.start, hit.end)
    if kind != "list":
        behind = normal.text[hit.start : hit.end].rpartition("》")[2]
        numbered = kind == "law" and lexicon.first("reference.standard", behind) is not None
        return Reference("standard" if numbered else kind, text[slice(*span)], "", "", span)
    column = lexicon.first("reference.dimension", part_of(normal.text, hit.start, hit.end))
    return Reference(kind, text[slice(*span)], hit.value, column.value if column else "", span)
