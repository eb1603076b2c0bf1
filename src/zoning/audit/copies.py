"""Clauses pasted into many units: word for word, or but for place names and figures.

What stands in many units alike says nothing of any of them; it belongs to the level above. Share and count from which
a text is held to be pasted are ``copied_share`` and ``copied_units`` of ``thresholds``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zoning.audit.case import Case
from zoning.audit.patterns import patterns
from zoning.audit.places import cell_of, of_clause, quoted
from zoning.clauses import Clause, Entry
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.messages import Both
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["Copy", "copies", "copy_findings", "repeats"]

_MARK = "□"
_STOPS = "。;；.、,， "


@dataclass(frozen=True)
class Copy:
    """One text that many units share.

    Attributes
    ----------
    kind : str
        ``exact``, or ``near`` where only place names and figures differ.
    clauses : tuple of Clause
        Where it stands, in list order.
    units : tuple of str
        Codes of the units.
    share : float
        Of all units of the list.
    wordings : int
        Different texts among them.
    unit_class : str
        Class of the units if they are all of one, else "".
    """

    kind: str
    clauses: tuple[Clause, ...]
    units: tuple[str, ...]
    share: float
    wordings: int
    unit_class: str


def copies(case: Case) -> tuple[Copy, ...]:
    """Return the texts that are pasted into many units of a list, those of most units first.

    Examples
    --------
    >>> from zoning.clauses import AccessList
    >>> same = [Clause(f"U{n}", "unit", "P", f"甲镇企业应在{n}年内完成治理。") for n in range(1, 5)]
    >>> [(one.kind, len(one.units), one.wordings) for one in copies(Case((AccessList("unit", same),), "2026-01-01"))]
    [('near', 4, 4)]
    """
    if not case.by_unit:
        return ()
    exact: dict[str, list[Clause]] = defaultdict(list)
    near: dict[str, list[Clause]] = defaultdict(list)
    for code, held in case.units.items():
        places = _places(case.entries.get(code))
        for clause in held:
            text = plain(clause.text).strip(_STOPS)
            exact[text].append(clause)
            near[_skeleton(text, places)].append(clause)
    found = [one for group in exact.values() if (one := _copy(case, "exact", group))]
    known = {clause.id for one in found for clause in one.clauses}
    for group in near.values():
        rest = [clause for clause in group if clause.id not in known]
        if len({plain(clause.text) for clause in rest}) > 1 and (one := _copy(case, "near", rest)):
            found.append(one)
    return tuple(sorted(found, key=lambda one: (-len(one.units), one.kind, one.clauses[0].id)))


def _copy(case: Case, kind: str, group: Sequence[Clause]) -> Copy | None:
    setting = numbers("thresholds")
    units = tuple(sorted({clause.code for clause in group}))
    share = len(units) / len(case.units)
    long = len(plain(group[0].text)) >= setting["copied_letters"]
    if not long or len(units) < setting["copied_units"] or share < setting["copied_share"]:
        return None
    classes = {case.classes[unit] for unit in units}
    wordings = len({plain(clause.text).strip(_STOPS) for clause in group})
    return Copy(kind, tuple(group), units, share, wordings, classes.pop() if len(classes) == 1 else "")


def _places(entry: Entry | None) -> tuple[str, ...]:
    """Return the names of places that a unit's own texts may use: of its columns, and inside its name."""
    if entry is None:
        return ()
    words = {plain(part) for part in entry.place if part}
    name = plain(entry.name)
    for word in sorted(words, key=len, reverse=True):
        name = name.removeprefix(word)
    words |= {found[0] for one in patterns("place") for found in one.regex.finditer(name)}
    words |= {name} if name else set()
    return tuple(sorted((word for word in words if len(word) > 1), key=lambda word: (-len(word), word)))


def _skeleton(text: str, places: Sequence[str]) -> str:
    for word in places:
        text = text.replace(word, _MARK)
    for one in patterns("figure"):
        text = one.regex.sub(_MARK, text)
    return re.sub(f"{_MARK}+", _MARK, text)


def copy_findings(found: Sequence[Copy]) -> tuple[Finding, ...]:
    """Return one finding for each text, at the first place where it stands."""
    return tuple(_finding(one) for one in found)


def _finding(one: Copy) -> Finding:
    first = one.clauses[0]
    most = int(numbers("limits")["finding_examples"])
    shown = "、".join(cell_of(clause.address) for clause in one.clauses[:most])
    whose = one.unit_class
    level = Both(
        f"{label(whose)}的总体要求" if whose else "市级（或区域）总体清单",
        f"the general demands on every {label(whose, 'en')}" if whose else "the list of the city (or region)",
    )
    severity = Severity.INFO if one.kind == "near" else None
    return of_clause(
        "LIST_COPIED", one.kind, first, severity=severity, count=len(one.units), share=f"{one.share:.0%}",
        places=shown + ("…" if len(one.clauses) > most else ""), level=level, wordings=one.wordings,
    )  # fmt: skip


def repeats(case: Case) -> tuple[Finding, ...]:
    """Return the clauses that stand twice in one unit."""
    found = []
    for held in case.units.values():
        seen: dict[str, Clause] = {}
        counts = Counter(plain(clause.text).strip(_STOPS) for clause in held)
        for clause in held:
            text = plain(clause.text).strip(_STOPS)
            first = seen.setdefault(text, clause)
            if counts[text] > 1 and first is not clause and len(text) >= numbers("thresholds")["copied_letters"]:
                words: dict[str, Any] = {
                    "first": cell_of(first.address),
                    "other": first.number or quoted(first.text),
                }
                found.append(of_clause("LIST_COPIED", "within", clause, **words))
    return tuple(found)
