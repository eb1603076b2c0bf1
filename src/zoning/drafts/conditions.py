"""«When not» of templates: what data can judge is judged, the rest stays on the draft for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from zoning.drafts.inputs import Drafting
from zoning.drafts.model import Slot
from zoning.drafts.settings import rows_by, words
from zoning.drafts.subjects import Subject
from zoning.drafts.templates import Template
from zoning.indicators.noburn import POLLUTING_FUELS
from zoning.measures import Measure, Sign
from zoning.tables import read

__all__ = ["adverse", "open_condition", "pollutant_species", "stale"]

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def open_condition(template: Template, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> str | None:
    """Return the condition that people still have to judge; "" if none, None if data say the template must not be used.

    The conditions that data can judge are rows of ``draft_conditions``.
    """
    rows = rows_by("draft_conditions", "template").get(template.id, ())
    for row in rows:
        if _HOLDS[row["condition"]](row["of"], subject, basis, slots):
            return None
    return "" if rows else template.when_not


def _empty(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    return any(slot.name == of and not slot.filled for slot in slots)


def _no_combustion(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    """No located record burns a polluting fuel; without located records nothing is known, so it does not hold."""
    located = [part for unit in subject.units for part in unit.parts if part.located]
    return bool(located) and not any(part.fuel in POLLUTING_FUELS for part in located)


def _no_ets(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    return not any(part.ets for part in subject.parts)


def _south(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    return basis.region.code[:2] in words("south")


def _other_rule(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    return subject.rule != of


def _kept(of: str, subject: Subject, basis: Drafting, slots: tuple[Slot, ...]) -> bool:  # noqa: ARG001
    """Its condition is kept by the way drafts are made (no year, no number, no name is written)."""
    return False


_Holds = Callable[[str, Subject, Drafting, tuple[Slot, ...]], bool]
_HOLDS: Mapping[str, _Holds] = {
    "empty": _empty,
    "no_combustion": _no_combustion,
    "no_ets": _no_ets,
    "south": _south,
    "other_rule": _other_rule,
    "kept": _kept,
}


def stale(template: Template, basis: Drafting) -> bool:
    """Tell whether a template's own words carry the number of a demand whose year is over."""
    gone = [basis.spent[name] for name in template.demands if name in basis.spent]
    numbers = set(_NUMBER.findall(template.text))
    return any(row["quantity"] in numbers or row["year"] in numbers for row in gone)


def pollutant_species(subject: Subject) -> tuple[str, ...]:
    """Return the signed columns of ``measures`` of the pollutants that bind in the units of a subject."""
    species = {row["indicator"]: row["species"] for row in read("target_indicators")}
    bound = {species[unit.pollutant] for unit in subject.units if unit.pollutant in species}
    return tuple(sorted(words("measure_species")[name] for name in bound if name in words("measure_species")))


def adverse(template: Template, subject: Subject, known: Mapping[str, Measure]) -> bool:
    """Tell whether a measure behind a template makes the pollutant that binds worse."""
    species = pollutant_species(subject)
    behind = [known[name] for name in template.measures if name in known]
    return any(one.signs[name] is Sign.INCREASES for one in behind for name in species)
