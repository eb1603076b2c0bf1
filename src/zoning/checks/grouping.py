"""Findings as a reader wants them: many of one kind are one with examples, and the most harmful comes first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from functools import cache

import shapely

from zoning.checks.judged import FaultShape
from zoning.errors import COLUMNS, Finding, FindingCode, Severity
from zoning.messages import say
from zoning.tables import numbers, read

__all__ = ["grouped", "ordered_shapes"]

_SEVERITIES = tuple(Severity)
_MORE = "…"
_BETWEEN = "；"  # between values of one field, in files that both languages read


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with those of one kind merged into one, most harmful first.

    One kind is: the same code, severity, text key, file, layer and field. Its row is the first of their rows, its
    value up to ten different values, its message the first one with the count, the rows and the values. A finding that
    stands there twice, word for word, counts once; one that is alone of its kind stays as it is.

    Parameters
    ----------
    findings : iterable of Finding
        In any order; the answer does not depend on it, and grouping a second time changes nothing.

    Returns
    -------
    tuple of Finding
        Errors, then warnings, then infos; within them by how much harm the code does to results (table
        ``finding_harm``), then by file and row.

    Examples
    --------
    >>> from zoning.messages import finding
    >>> where = {"file": "a.xlsx", "field": "code", "value": "x"}
    >>> rows = (where | {"row": row, "value": f"v{row}"} for row in (7, 3))
    >>> one = grouped(finding("LIST_DUPLICATE", where=row, rows=row["row"]) for row in rows)[0]
    >>> one.row, one.value, one.message_en
    (3, 'v3；v7', 'code v3 heads several blocks of list a.xlsx: rows 3 (2 alike, see rows 3, 7; values v3; v7)')
    """
    kinds: dict[tuple[str, ...], set[Finding]] = {}
    for one in findings:
        kind = (str(one.code), str(one.severity), one.key, one.file, one.layer, one.field)
        kinds.setdefault(kind, set()).add(one)
    merged = [_merged(sorted(alike, key=_within)) for alike in kinds.values()]
    return tuple(sorted(merged, key=_harm))


def ordered_shapes(shapes: Iterable[FaultShape]) -> tuple[FaultShape, ...]:
    """Return the shapes that can be drawn, most harmful first, largest first: their places here are their numbers."""
    drawn = [one for one in shapes if one.geometry is not None and not one.geometry.is_empty]
    return tuple(sorted(drawn, key=_shape_order))


@cache
def _ranks() -> dict[str, int]:
    return {row["code"]: int(row["rank"]) for row in read("finding_harm")}


def _rank(severity: Severity, code: str) -> tuple[int, int]:
    """Return the place of a severity and, within it, of a code."""
    return _SEVERITIES.index(severity), _ranks()[FindingCode(code)]


def _within(one: Finding) -> tuple[bool, int, tuple[str, ...]]:
    """Order findings of one kind by row; what concerns the whole layer comes last."""
    return one.row is None, one.row or 0, _texts(one)


def _harm(one: Finding) -> tuple[tuple[int, int], str, bool, int, tuple[str, ...]]:
    return _rank(one.severity, one.code), one.file, one.row is not None, one.row or 0, _texts(one)


def _texts(one: Finding) -> tuple[str, ...]:
    return tuple(str(getattr(one, name)) for name in (*COLUMNS, "key"))


def _shape_order(one: FaultShape) -> tuple[tuple[int, int], str, float, str, bytes]:
    size = 0.0 if math.isnan(one.area_m2) else one.area_m2
    return _rank(one.severity, one.code), one.file, -size, one.value, shapely.to_wkb(one.geometry)


def _merged(alike: Sequence[Finding]) -> Finding:
    """Return one finding for all of a kind, given by row."""
    if len(alike) == 1:
        return alike[0]
    first = alike[0]
    rows = list(dict.fromkeys(one.row for one in alike if one.row is not None))
    values = list(dict.fromkeys(one.value for one in alike if one.value))
    return dataclasses.replace(
        first,
        value=_BETWEEN.join(values[: _limit("finding_examples")]),
        message_zh=_message(first, (len(alike), rows, values), "zh"),
        message_en=_message(first, (len(alike), rows, values), "en"),
    )


def _message(first: Finding, alike: tuple[int, Sequence[int], Sequence[str]], lang: str) -> str:
    """Return the first message, how many there are like it, and where."""
    count, rows, values = alike
    letters = _limit("finding_value_letters")
    short = [value if len(value) <= letters else value[:letters] + _MORE for value in values]
    parts = {"rows": len(rows) > 1, "values": len(values) > 1}
    named = "".join(f".{name}" for name, several in parts.items() if several)
    slots = {
        "rows": _listed([str(row) for row in rows], "、" if lang == "zh" else ", "),
        "values": _listed(short, _BETWEEN if lang == "zh" else "; "),
    }
    return say(f"group{named}", lang, message=first.message(lang), count=count, **slots)


def _listed(words: Sequence[str], comma: str) -> str:
    most = _limit("finding_examples")
    return comma.join(words[:most]) + (_MORE if len(words) > most else "")


def _limit(name: str) -> int:
    return int(numbers("limits")[name])
