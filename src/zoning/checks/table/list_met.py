"""What a file of lists holds beside its cells: open revisions, parts nobody can read here, what is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from zoning.checks.table.list_sheets import is_text
from zoning.errors import Finding, Severity
from zoning.intake import Met, RawTable
from zoning.messages import Both, finding, say

__all__ = ["met"]

_UNREAD = ("table", "box", "picture", "object")
_SHOWN = 10


def met(tables: Sequence[RawTable], *, read: bool) -> list[Finding]:
    """Return a finding for every kind of thing met, with the places.

    Nested tables, text boxes, pictures and embedded objects: ``LIST_PART_UNREAD``. Revisions that are open and text
    struck through by hand: ``LIST_REVISIONS_OPEN``. Notes, comments and what is hidden: infos. A picture between the
    paragraphs of a document counts only where no clause was ``read``: it may be a scan of the list.
    """
    kinds: dict[tuple[str, str, str], list[Met]] = defaultdict(list)
    for table in tables:
        for one in table.met:
            if one.kind == "picture" and read and is_text(table):
                continue
            kinds[table.file, "" if one.kind == "revision" else table.sheet, one.kind].append(one)
    return [_finding(place, things) for place, things in kinds.items()]


def _finding(place: tuple[str, str, str], things: Sequence[Met]) -> Finding:
    file, sheet, kind = place
    shown = "；".join(dict.fromkeys(" ".join(filter(None, (one.address, one.text[:40]))) for one in things[:_SHOWN]))
    where = {"file": file, "layer": sheet, "field": kind, "value": shown}
    if kind == "revision":
        authors = "、".join(sorted({one.text for one in things if one.text})) or "—"
        return finding("LIST_REVISIONS_OPEN", where=where, count=len(things), authors=authors)
    if kind == "struck":
        return finding("LIST_REVISIONS_OPEN", "struck", where=where, count=len(things))
    name = Both(say(f"list.met.{kind}", "zh"), say(f"list.met.{kind}", "en"))
    if kind in _UNREAD:
        return finding("LIST_PART_UNREAD", "part", where=where, part=name, count=len(things))
    key = "hidden" if kind == "hidden" else "beside"
    return finding("LIST_PART_UNREAD", key, severity=Severity.INFO, where=where, part=name, count=len(things))
