"""What the types of zones that a unit lies in ask of its list, and which of it no clause answers.

Where the user gives a list of zones, its clauses are the demands; for types without one, the packaged clause templates
of the type serve as a check list (本软件建议), which asks for topics, not for words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zoning.clauses.addressees import Bearer, zone_types
from zoning.clauses.comparison.statements import statements
from zoning.clauses.inheritance import Held
from zoning.clauses.model import AccessList
from zoning.clauses.topics import topics_of
from zoning.tables import read

__all__ = ["ZoneDemand", "unanswered", "zone_demands"]


@dataclass(frozen=True, slots=True)
class ZoneDemand:
    """Something that a type of zones asks for.

    Attributes
    ----------
    id : str
        Of the clause of the list of zones, or of the template.
    zone, zone_type : str
        Code of the zone ("" for a type), and its type.
    dimension, text : str
        Of the clause or template.
    topics : frozenset of str
        What it is about (``demand_topics``).
    ours : bool
        From the packaged check list: advice of this software, nobody's demand.
    """

    id: str
    zone: str
    zone_type: str
    dimension: str
    text: str
    topics: frozenset[str]
    ours: bool = False


def zone_demands(bearer: Bearer, lists: Sequence[AccessList] = ()) -> tuple[ZoneDemand, ...]:
    """Return what the zones of a unit ask for: clauses of zone lists; for types without, the packaged check list.

    Examples
    --------
    >>> found = zone_demands(Bearer("U", zones=(("", "NOBURN_2"),)))
    >>> sorted({one.zone_type for one in found}), all(one.ours for one in found)
    (['NOBURN_2'], True)
    """
    given = [one for group in lists if group.level == "zone" for one in _of_list(group, bearer)]
    listed = {one.zone_type for one in given}
    kinds = {kind for _, kind in bearer.zones} - listed
    packaged = [
        ZoneDemand(
            row["id"], "", row["zone_subtype"], row["dimension"], row["text_zh"], topics_of(row["text_zh"]), ours=True
        )
        for row in read("clause_templates")
        if row["reason_code"] == "ZONE" and row["level"] == "zone" and row["zone_subtype"] in kinds
    ]
    return (*given, *packaged)


def _of_list(group: AccessList, bearer: Bearer) -> Iterable[ZoneDemand]:
    kinds = dict(bearer.zones)
    entries = {entry.code: entry for entry in group.entries}
    own = {kind for _, kind in bearer.zones}
    for clause in group.clauses:
        entry = entries.get(clause.code)
        texts = (clause.code, *((entry.name, *entry.subtypes) if entry else ()))
        kind = kinds.get(clause.code) or next((one for text in texts for one in zone_types(text) if one in own), "")
        if clause.code in kinds or (kind and not any(kinds)):
            yield ZoneDemand(clause.id, clause.code, kind, clause.dimension, clause.text, topics_of(clause.text))


def unanswered(bearer: Bearer, held: Sequence[Held], lists: Sequence[AccessList] = ()) -> tuple[ZoneDemand, ...]:
    """Return the demands of a unit's zones that no clause over it answers.

    A clause answers if it shares a topic with the demand, or act and object; clauses of zone lists answer nothing, for
    they are what is asked.

    Parameters
    ----------
    bearer : Bearer
        The unit with its zones (:func:`zoning.clauses.inheritance.bearers`).
    held : sequence of Held
        Clauses over it.
    lists : sequence of AccessList
        Lists of zones, where there are any.
    """
    answers = [one.clause.text for one in held if one.level != "zone" and one.clause.label.modality != "STATEMENT"]
    topics = frozenset(topic for text in answers for topic in topics_of(text))
    subjects = frozenset(subject for text in answers for subject in _subjects(text))
    return tuple(
        one for one in zone_demands(bearer, lists) if not one.topics & topics and not _subjects(one.text) & subjects
    )


def _subjects(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((one.act, thing) for one in statements(text) for thing in one.things | one.pollutants)
