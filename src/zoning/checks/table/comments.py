"""Tables of comments (征求意见汇总表) → comments: departments in merged cells, several comments in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zoning.checks.headers import find_header
from zoning.checks.judged import Judged
from zoning.checks.table.records import Record, Records, records_of
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.intake import RawTable
from zoning.messages import finding
from zoning.register import Comment
from zoning.study import TableInput

__all__ = ["check_comments", "split_comments"]

_NEEDED = ("department", "comment")
_HEAD = re.compile(
    r"[①-⑳]|[(（](?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）]|[0-9]{1,2}(?:、(?![0-9]{1,2}条)|[.．](?![0-9]))|[一二三四五六七八九十]{1,3}、"
)
_STYLES = (("[①-⑳]", "①"), ("[0-9]+", "1"), ("[一二三四五六七八九十]+", "一"))


def check_comments(tables: Sequence[RawTable], declared: TableInput) -> Judged[tuple[Comment, ...]]:
    """Judge the tables of a file of comments; tables without its header are passed over.

    An empty cell of a department is that of the row above (merged or left out). A row with a department and no comment
    is named and passed over; so is a comment nobody signed, which is kept.

    Parameters
    ----------
    tables : sequence of RawTable
        Sheets of a workbook or tables of a document; at least one.
    declared : TableInput
        Field map of the study.
    """
    chosen = [table for table in tables if _is_asked(table, declared)] or list(tables[:1])
    comments: list[Comment] = []
    findings: list[Finding] = []
    for table in chosen:
        records = records_of(table, "comments", _NEEDED, declared.fields)
        findings += records.findings
        if set(_NEEDED) <= set(records.fields):
            found, faults = _comments(records)
            comments += found
            findings += faults
    if any(found.severity is Severity.ERROR for found in findings):
        return Judged(None, tuple(findings))
    return Judged(tuple(comments), tuple(findings))


def _is_asked(table: RawTable, declared: TableInput) -> bool:
    header = find_header(table.rows, "comments", declared.fields)
    return header is not None and set(_NEEDED) <= set(header.columns.values())


def _comments(records: Records) -> tuple[list[Comment], list[Finding]]:
    comments: list[Comment] = []
    findings: list[Finding] = []
    department = ""
    for record in records.rows:
        department = record.text("department") or department
        text = record.text("comment")
        if not text:
            if record.text("department") and not _is_merged(record, "department"):
                findings.append(finding("COMMENT_UNMATCHED", "empty", where=records.where(record, "comment")))
            continue
        if not department:
            findings.append(finding("COMMENT_UNMATCHED", "department", where=_at(records, record)))
        comments += [
            Comment(
                records.file, records.sheet, record.row, part, _name(department), one, record.text("place"),
                record.text("answer"),
            )
            for part, one in enumerate(split_comments(text), start=1)
        ]  # fmt: skip
    return comments, findings


def _is_merged(record: Record, field: str) -> bool:
    cell = record.cells.get(field)
    return cell is not None and bool(cell.merged_from)


def _at(records: Records, record: Record) -> dict[str, object]:
    return records.at("department") | {"row": record.row, "value": record.text("comment")[:60]}


def _name(department: str) -> str:
    return re.sub(r"\s+", "", department)


def split_comments(text: str) -> tuple[str, ...]:
    r"""Return the comments of one cell without their numbers: a cell that begins with a number is cut at its like.

    Only the next number of the same style, at the beginning of a line or after a stop, begins a comment.

    Examples
    --------
    >>> split_comments("1、建议删除2-1条。\n2、无其他意见。"), split_comments("2-1条建议删除；2、3条保留。")
    (('建议删除2-1条。', '无其他意见。'), ('2-1条建议删除；2、3条保留。',))
    """
    first = _HEAD.match(text.strip())
    body = text.strip()
    if first is None or _ordinal(first[0]) != 1:
        return (body,)
    cuts = [first]
    for head in _HEAD.finditer(body, first.end()):
        before = body[: head.start()].rstrip(" \t\u3000")
        starts = before.endswith(("\n", "\r", "。", "；", ";", ".", "!", "！"))
        if starts and _style(head[0]) == _style(first[0]) and _ordinal(head[0]) == len(cuts) + 1:
            cuts.append(head)
    ends = [*(cut.start() for cut in cuts[1:]), len(body)]
    return tuple(body[cut.end() : end].strip() for cut, end in zip(cuts, ends, strict=True))


def _style(head: str) -> str:
    for figures, one in _STYLES:
        head = re.sub(figures, one, plain(head))
    return head


def _ordinal(head: str) -> int:
    """Return the number of a head; 0 if it is none."""
    from_circle = re.search(r"[①-⑳]", head)
    if from_circle:
        return ord(from_circle[0]) - ord("①") + 1
    figures = re.search(r"[0-9]+", head)
    if figures:
        return int(figures[0])
    tens, ten, ones = re.sub(r"[^一二三四五六七八九十]", "", head).rpartition("十")
    units = "一二三四五六七八九".find(ones) + 1 if ones else 0
    return ("一二三四五六七八九".find(tens) + 1 if tens else 1) * 10 + units if ten else units
