"""Enterprises in a table: their credit codes (GB 32100-2015) and whether one is there twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

from zoning.checks.table.records import Record, Records
from zoning.departments import check_letter, code_state
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.vocab import normalise_header

__all__ = ["check_credit_codes", "check_twice", "credit_code_fault"]

_ORGANISATION_LETTERS = 9


def credit_code_fault(code: str) -> Both | None:
    """Return what is wrong with a unified social credit code, or None.

    Examples
    --------
    >>> credit_code_fault("91350100M000100Y43") is None
    True
    >>> credit_code_fault("91350100M000100Y44").en, credit_code_fault("350100100012345").en
    ('the check letter should be 3', 'an old registration number of 15 digits')
    """
    state = code_state(code)
    if state == "old" and len(code) == _ORGANISATION_LETTERS:
        return Both("9 位组织机构代码，不是统一社会信用代码", "an organisation code of 9 letters and no credit code")
    if state == "old":
        return Both(f"{len(code)} 位旧注册号", f"an old registration number of {len(code)} digits")
    if state == "check":
        letter = check_letter(code)
        return Both(f"校验位应为 {letter}", f"the check letter should be {letter}")
    if state == "valid":
        return None
    return Both("应为 18 位数字和大写字母（无 I、O、S、V、Z）", "18 digits and capitals without I O S V Z expected")


def check_credit_codes(records: Records, severity: Severity) -> list[Finding]:
    """Judge the credit codes of a table whose enterprises are named by them; other numbers are nobody's business."""
    header = normalise_header(records.headers.get("emitter", ""))
    if "信用代码" not in header and "credit" not in header:
        return []
    findings = []
    for record in records.rows:
        fault = credit_code_fault(record.text("emitter")) if record.text("emitter") else None
        if fault is not None:
            where = records.where(record, "emitter")
            findings.append(finding("FIRM_CODE_PATTERN", severity=severity, where=where, reason=fault))
    return findings


def check_twice(records: Records, keys: Sequence[tuple[Record, Hashable]], severity: Severity) -> list[Finding]:
    """Name records that are there twice.

    Parameters
    ----------
    records : Records
        For the address.
    keys : sequence of (Record, hashable)
        What makes a record the same as another.
    severity : Severity
        Of the finding.
    """
    groups: dict[Hashable, list[Record]] = defaultdict(list)
    for record, key in keys:
        groups[key].append(record)
    findings = []
    for group in groups.values():
        if len(group) > 1:
            name = group[0].text("name") or group[0].text("emitter")
            where = records.at("name") | {"row": group[1].row, "value": name}
            rows = "、".join(str(record.row) for record in group)
            findings.append(finding("FIRM_DUPLICATE", severity=severity, where=where, rows=rows))
    return findings
