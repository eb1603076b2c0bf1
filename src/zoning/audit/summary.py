"""What an audit comes to: kinds of findings with their counts, the most harmful first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from zoning.clauses import AccessList
from zoning.errors import Finding, FindingCode, Severity
from zoning.messages import say
from zoning.tables import read

__all__ = ["Kind", "kinds_of", "lists_said", "unit_of"]

_UNIT = re.compile("[A-Z]{2}[0-9]{6}[0-9A-Z]{4,8}")


@dataclass(frozen=True)
class Kind:
    """Findings of one code and severity: how many places, how many units, and where the first one is."""

    code: FindingCode
    severity: Severity
    count: int
    units: int
    first: str

    def meaning(self, lang: str) -> str:
        """Return what the code means, in one language."""
        return next(row[f"meaning_{lang}"] for row in read("finding_codes") if row["code"] == str(self.code))


def unit_of(one: Finding) -> str:
    """Return the code of the unit that a finding speaks of; "" where it speaks of none.

    Examples
    --------
    >>> from zoning.errors import Finding, FindingCode, Severity
    >>> unit_of(Finding(FindingCode.LIST_COPIED, Severity.INFO, "ZH35058220001（清单!J3）", ""))
    'ZH35058220001'
    """
    found = _UNIT.search(one.value) or _UNIT.search(one.message_zh)
    return found[0] if found else ""


def kinds_of(findings: Iterable[Finding]) -> tuple[Kind, ...]:
    """Return the kinds of findings in the order in which the findings come (the most harmful first)."""
    groups: dict[tuple[Severity, FindingCode], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.severity, one.code), []).append(one)
    return tuple(_kind(group) for group in groups.values())


def _kind(group: list[Finding]) -> Kind:
    first = group[0]
    place = " ".join(part for part in (first.layer, str(first.row or "")) if part)
    units = {unit for one in group if (unit := unit_of(one))}
    return Kind(first.code, first.severity, len(group), len(units), place)


def lists_said(lists: Iterable[AccessList], lang: str) -> str:
    """Return lists as one sentence: level, file, number of clauses.

    Examples
    --------
    >>> lists_said([AccessList("city")], "en")
    'city — (0 clauses)'
    """
    parts = []
    for one in lists:
        file = next((clause.address.file for clause in one.clauses), "")
        name, level = PurePath(file).name or "—", say(f"audit.level.{one.level}", lang)
        parts.append(say("audit.list", lang, level=level, file=name, clauses=len(one.clauses)))
    return ("; " if lang == "en" else "；").join(parts) or say("audit.no_lists", lang)
