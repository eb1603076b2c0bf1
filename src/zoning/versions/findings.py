"""What a reader must look at after two versions were matched: units without a counterpart, and matches in doubt."""

from __future__ import annotations

from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.versions.model import Comparison, UnitMatch

__all__ = ["findings_of"]

_SIDES = {"NEW": "new", "DROPPED": "old"}


def findings_of(comparison: Comparison, old_file: str, new_file: str) -> tuple[Finding, ...]:
    """Return the findings of a comparison: one a unit that has no counterpart, one a match that is only possible.

    Examples
    --------
    >>> from zoning.clauses import AccessList, Entry
    >>> from zoning.versions import compare
    >>> gone = compare(AccessList("unit", (), [Entry("ZH1", "甲镇单元")]), AccessList("unit"))
    >>> [(found.key, found.value) for found in findings_of(gone, "old.xlsx", "new.xlsx")]
    [('UNIT_UNMATCHED.dropped', 'ZH1')]
    """
    files = {"old": old_file, "new": new_file}
    found = []
    for match in comparison.matches:
        if match.kind in _SIDES:
            side = _SIDES[match.kind]
            code = (match.old or match.new)[0]
            where = {"file": files[side], "field": "code", "value": code}
            name = comparison.names[side].get(code) or "—"
            found.append(finding("UNIT_UNMATCHED", match.kind.lower(), where=where, name=name))
        elif match.certainty == "possible":
            found.append(_doubtful(match, new_file))
    return tuple(found)


def _doubtful(match: UnitMatch, new_file: str) -> Finding:
    where = {"file": new_file, "field": "code", "value": "、".join(match.new)}
    slots = {"old": "、".join(match.old), "new": "、".join(match.new), "score": f"{match.score:.2f}"}
    return finding("UNIT_UNMATCHED", "doubtful", severity=Severity.WARNING, where=where, **slots)
