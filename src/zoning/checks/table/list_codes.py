"""Codes of an access list: against the units, in both directions, against their pattern, and against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from zoning.checks.lookalikes import UNIT_CODE, mended_code
from zoning.checks.table.list_words import unit_class
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.vocab import UnitClass

__all__ = ["Head", "begins", "check_heads"]

_SHOWN = 10


@dataclass(frozen=True)
class Head:
    """A row that carries a code: where it is, what it says of the unit, and whether it begins a block of the list.

    ``dimensions`` are those it has clauses in; ``long`` says that every row of its sheet names its dimension.
    """

    code: str
    row: int
    sheet: str
    unit_class: str
    begins: bool
    dimensions: frozenset[str] = frozenset()
    long: bool = False


def begins(before: Mapping[str, str], texts: Mapping[str, str], *, long: bool) -> bool:
    """Tell whether a row with a code begins a block.

    A code repeated in the next row goes on with its block (one row a clause), unless the row has another serial number
    or says the same as the row before: then it is a block of its own. Where every row names its dimension, serial
    numbers count clauses.
    """
    if texts["code"] != before.get("code"):
        return True
    return (not long and _serials_differ(before, texts)) or _same_text(before, texts)


def _serials_differ(before: Mapping[str, str], texts: Mapping[str, str]) -> bool:
    return bool(before.get("serial") and texts.get("serial")) and before["serial"] != texts["serial"]


def _same_text(before: Mapping[str, str], texts: Mapping[str, str]) -> bool:
    said = {name: text for name, text in texts.items() if name.startswith("text")}
    return bool(said) and said == {name: text for name, text in before.items() if name.startswith("text")}


def check_heads(
    file: str, heads: Sequence[Head], with_clause: set[str], codes: tuple[str, ...] | None
) -> list[Finding]:
    """Judge the codes of a list.

    Parameters
    ----------
    file : str
        Name of the list.
    heads : sequence of Head
        Its rows with codes, of all sheets.
    with_clause : set of str
        Codes that have at least one clause.
    codes : tuple of str or None
        Codes of the unit layer, if there is one.
    """
    listed = {head.code for head in heads}
    findings = _patterns(file, heads, codes) + _classes(file, heads) + _repeated(file, heads)
    if codes is None:
        return findings
    rows = {head.code: head.row for head in reversed(heads)}
    for code, named in (
        ("LIST_CODE_UNKNOWN", sorted(listed - set(codes))),
        ("UNIT_WITHOUT_LIST", sorted(set(codes) - with_clause)),
    ):
        if named:
            where: dict[str, object] = {"file": file, "field": "code", "value": "、".join(named[:_SHOWN])}
            where |= {"row": rows[named[0]]} if named[0] in rows else {}
            findings.append(finding(code, where=where, count=len(named)))
    return findings


def _patterns(file: str, heads: Sequence[Head], codes: tuple[str, ...] | None) -> list[Finding]:
    """Codes that are not written as codes are; one that can be mended is an error, for no unit is called that.

    Of others that no unit has, ``LIST_CODE_UNKNOWN`` says enough.
    """
    findings, known = [], set(codes or ())
    for head in heads:
        if UNIT_CODE.fullmatch(head.code) or head.code in known:
            continue
        mended = mended_code(head.code)
        if codes is not None and not mended:
            continue
        where = {"file": file, "layer": head.sheet, "row": head.row, "field": "code", "value": head.code}
        key, severity = ("listed", Severity.ERROR) if mended else ("list", Severity.WARNING)
        findings.append(finding("CODE_PATTERN", key, severity=severity, where=where, mended=mended))
    return findings


def _classes(file: str, heads: Sequence[Head]) -> list[Finding]:
    """Class digits of codes that disagree with the class the list names."""
    findings = []
    for head in heads:
        named = unit_class(head.unit_class)
        if named and UNIT_CODE.fullmatch(head.code) and head.code[8] != UnitClass(named).digit:
            where = {
                "file": file,
                "layer": head.sheet,
                "row": head.row,
                "field": "unit_class",
                "value": head.unit_class,
            }
            findings.append(finding("CLASS_MISMATCH", "list", severity=Severity.WARNING, where=where, unit=head.code))
    return findings


def _repeated(file: str, heads: Sequence[Head]) -> list[Finding]:
    """Codes that head two separate blocks of the list.

    A list split by dimension, over sheets or in one that names the dimension of every row, has a code in each part.
    """
    blocks: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        if head.begins:
            blocks[head.code].append(head)
    findings = []
    for code, group in sorted(blocks.items()):
        again = next((two for one, two in combinations(group, 2) if _clash(one, two)), None)
        if again is not None:
            where = {"file": file, "layer": again.sheet, "row": again.row, "field": "code", "value": code}
            rows = "、".join(str(head.row) for head in group)
            findings.append(finding("LIST_DUPLICATE", where=where, rows=rows))
    return findings


def _clash(one: Head, two: Head) -> bool:
    apart = one.sheet != two.sheet or (one.long and two.long)
    return not (apart and one.dimensions.isdisjoint(two.dimensions))
