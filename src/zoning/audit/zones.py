"""What the zones of a unit ask for and no clause over it answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zoning.audit.case import Case
from zoning.audit.places import of_entry, quoted
from zoning.clauses import Entry
from zoning.clauses.inheritance import Held
from zoning.clauses.zone_demands import ZoneDemand, unanswered, zone_demands
from zoning.errors import Finding, Severity
from zoning.messages import Both
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["OpenDemand", "open_demands", "zone_findings", "zone_records"]

_SLOT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class OpenDemand:
    """A demand of a zone that nothing answers; ``mostly`` if most demands of its type of zone are so."""

    unit: str
    demand: ZoneDemand
    mostly: bool

    @property
    def text(self) -> str:
        """Words of the demand; slots of a template are gaps."""
        return _SLOT.sub("【待核定】", self.demand.text.replace("{分区名称}", "该分区"))


def open_demands(case: Case, held: Mapping[str, tuple[Held, ...]]) -> tuple[OpenDemand, ...]:
    """Return the demands of the zones of every unit (by 要素细类 or a list of zones) that no clause answers."""
    if case.own is None or case.own.level != "unit":
        return ()
    lists = tuple(case.by_level.values())
    found: list[OpenDemand] = []
    for bearer in case.bearers:
        wanted: dict[str, int] = defaultdict(int)
        for one in zone_demands(bearer, lists):
            wanted[one.zone_type] += 1
        lost = unanswered(bearer, held.get(bearer.code, ()), lists)
        for one in lost:
            share = sum(other.zone_type == one.zone_type for other in lost) / wanted[one.zone_type]
            found.append(OpenDemand(bearer.code, one, share >= numbers("thresholds")["zone_unanswered_share"]))
    return tuple(found)


def zone_findings(case: Case, found: Iterable[OpenDemand]) -> tuple[Finding, ...]:
    """Return what a list of zones demands in vain, and types of zones that a unit says little of."""
    said: dict[tuple[str, str], Finding] = {}
    for one in found:
        entry = case.entries.get(one.unit) or Entry(one.unit)
        kind = one.demand.zone_type
        zone = Both(label(kind), label(kind, "en"))
        if not one.demand.ours:
            wanted = quoted(one.demand.text)
            said[one.unit, one.demand.id] = of_entry("LIST_ZONE_UNANSWERED", "", entry, zone=zone, wanted=wanted)
        elif one.mostly and (one.unit, kind) not in said:
            said[one.unit, kind] = of_entry(  # our own check list binds nobody
                "LIST_ZONE_UNANSWERED", "type", entry, severity=Severity.INFO, zone=zone, wanted=quoted(one.text)
            )
    return tuple(said.values())


def zone_records(case: Case, found: Iterable[OpenDemand]) -> tuple[dict[str, Any], ...]:
    """Return one record for each unit and demand that nothing answers."""
    return tuple(
        {"unit_code": one.unit, "unit_name": case.name(one.unit), "zone": one.demand.zone_type,
         "dimension": one.demand.dimension, "text": one.text, "id": one.demand.id,
         "status": "ours" if one.demand.ours else "zone"}
        for one in found
    )  # fmt: skip
