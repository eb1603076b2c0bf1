"""A text in the list's own manner: its tag, its stops, its way to name the unit and to cite documents."""

from __future__ import annotations

import re

from zoning.clauses import Clause
from zoning.drafts.model import Basis
from zoning.drafts.places import STOPS, Places
from zoning.drafts.settings import words
from zoning.tables import read

__all__ = ["cited", "in_manner", "name_in_list", "tag_for"]

_CITATION = re.compile(r"[（(]([^（()）《》]{0,6})《[^《》]+》(?:[（(][^（()）]*[)）])?[^（()）]*[)）][。；]?$")
_PARTS = re.compile(r"[/／·\-—]")


def name_in_list(places: Places | None, code: str, name: str) -> str:
    """Return how a list names a unit: 本单元 where its clauses say so and never the name, else the name it writes."""
    if places is None:
        return name
    entry = next(iter(places.entries.get(code, ())), None)
    written = (entry.name if entry else "") or name
    texts = [one.text for one in places.clauses(code)]
    if any(written in text for text in texts):
        return written
    return next((word for word in words("self").values() if any(word in text for text in texts)), written)


def in_manner(text: str, places: Places, code: str, dimension: str) -> str:
    """Return a clause with the stops of the place: no ； inside where ； ends a clause, no 。 where none has one.

    Where clauses carry no number a ； ends a clause; the text would be read as two.
    """
    used = [cell for cell in places.cells(code, dimension) if cell.used]
    if not places.number(code, dimension, 0):
        text = text.replace("；", "，")
    closed = not used or used[-1].clauses[-1].text.endswith(tuple(STOPS))
    return text if closed else text.rstrip("。")


def cited(text: str, bases: tuple[Basis, ...], places: Places, dimension: str) -> str:
    """Return a clause with its basis at the end, if that is how the list writes clauses of this dimension."""
    endings = [_CITATION.search(one.text) for one in places.source.clauses if one.dimension == dimension]
    known = [ending for ending in endings if ending is not None]
    if not known:
        return text
    body, stop = (text[:-1], text[-1]) if text.endswith(tuple(STOPS)) else (text, "")
    return f"{body}（{known[-1][1]}{'、'.join(basis.printed for basis in bases)}）{stop}"


def tag_for(clause: Clause, places: Places, code: str) -> str:
    """Return the bracket tag of a clause in the list's own vocabulary; "" where the list writes none.

    Topic and kind are chosen by ``draft_tags`` among the parts that the tags of the list have.
    """
    tags = places.tags(code, clause.dimension)
    if not tags:
        return ""
    whole = [tag for tag in tags if _PARTS.search(tag)]
    if not whole:
        return _preferred("kind", clause, tags) or _preferred("topic", clause, tags) or tags[0]
    sign = next(iter(_PARTS.findall(whole[0])))
    topics = tuple(dict.fromkeys(_PARTS.split(tag)[0] for tag in whole))
    kinds = tuple(dict.fromkeys(_PARTS.split(tag)[-1] for tag in whole))
    topic = _preferred("topic", clause, topics) or topics[0]
    kind = _preferred("kind", clause, kinds) or kinds[0]
    return f"{topic}{sign}{kind}"


def _preferred(part: str, clause: Clause, known: tuple[str, ...]) -> str:
    """Return the first word that the list knows: by sink, carbon state, dimension, modality, as the table has them."""
    of = {
        "reach": clause.scope.reach,
        "state": clause.label.carbon_state,
        "dimension": clause.dimension,
        "modality": clause.label.modality,
    }
    rows = [row for row in read("draft_tags") if row["part"] == part]
    for asked, value in of.items():
        fitting = [row for row in rows if row["of"] == asked and row["key"] == value]
        for row in sorted(fitting, key=lambda row: int(row["order"])):
            if row["word"] in known:
                return row["word"]
    return ""
