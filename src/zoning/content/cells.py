"""What each cell of a content table may hold, by the rules of ``content_columns``.

Rules: ``text`` (not empty), ``one`` of a list, ``each`` part of a list, ``refs`` to rows of a table (or words beside
it), ``codes`` of GB/T 4754, ``industries``, ``intake`` tables, ``number`` and ``numbers``, ``amount`` (no less
than zero), ``years``, ``date``, ``source``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from zoning.content.rows import Placed, Tables, key_columns, key_of, purposes
from zoning.errors import Finding
from zoning.messages import finding
from zoning.tables import read

__all__ = ["cell_faults", "is_number", "nearest"]

_PARTS = re.compile(r"[;/]")
_CODE = re.compile(r"\d{2,4}")
_DATE = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_YEAR = re.compile(r"(19|20)\d\d")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(:[A-Za-z]*\d+)?")
_SHOWN = 40  # allowed words in a message; the rest is told as …
_LONGEST = 80  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class _Rule:
    column: str
    kind: str
    of: tuple[str, ...]
    may_be_empty: bool


@cache
def _rules() -> Mapping[str, tuple[_Rule, ...]]:
    rows = groupby(read("content_columns"), key=lambda row: row["table"])
    return {
        table: tuple(
            _Rule(row["column"], row["rule"], tuple(row["of"].split(";")), row["empty"] == "yes") for row in part
        )
        for table, part in rows
    }


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like one that is not known; a dash where there is none to name.

    Examples
    --------
    >>> nearest("Measure", ["measures", "documents"]), nearest("ID", ["sector", "id"])
    ('measures', 'id')
    """
    folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.0)
    return folded[found[0]] if found else "—"


def is_number(text: str) -> bool:
    """Tell whether a cell is one finite decimal number.

    Examples
    --------
    >>> is_number("0.69"), is_number("nan"), is_number("1;2")
    (True, False, False)
    """
    return re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text) is not None


def cell_faults(tables: Tables) -> Iterator[Finding]:
    """Yield a finding for every cell that breaks the rule of its column; tables without rules are judged by name."""
    known: dict[str, frozenset[str]] = {}
    for table, rows in tables.items():
        for rule in _rules().get(table) or _plain_rules(table):
            for one in rows:
                yield from _judge(one, rule, lambda name: _keys(name, tables, known))


def _plain_rules(table: str) -> tuple[_Rule, ...]:
    """Of a table without rules of its own, every row has a name, and says where it comes from if it has columns so."""
    header = read(table)[0]
    named = (_Rule(key_columns(table)[0], "text", (), may_be_empty=False),)
    status = tuple(rule for rule in _rules()["clause_slots"] if rule.column == "status")
    source = (_Rule("source", "text", (), may_be_empty=False),)
    return named + (source if "source" in header else ()) + (status if "status" in header else ())


_Known = Callable[[str], frozenset[str]]


def _keys(name: str, tables: Tables, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """Names of the rows of a table; a word that is no table stands for itself."""
    if name not in known:
        if name == "templates_intake":
            known[name] = frozenset(one.cells["table_id"] for one in tables[name])
        elif name in purposes() and name in tables:
            known[name] = frozenset(key_of(name, one.cells) for one in tables[name])
        else:
            known[name] = frozenset((name,))
    return known[name]


def _judge(one: Placed, rule: _Rule, known: _Known) -> Iterator[Finding]:
    where = {"file": one.file, "row": one.row, "field": rule.column}
    cell = one.cells[rule.column]
    if not cell:
        if not rule.may_be_empty:
            yield finding("FIELD_MISSING", "content", where=where)
        return
    for part in _parts(cell, rule.kind):
        allowed = frozenset[str]().union(*(known(name) for name in rule.of)) if rule.kind in _LISTED else frozenset()
        if not _FITS[rule.kind](part, allowed):
            words = sorted(allowed)
            yield finding(
                "VALUE_UNKNOWN",
                f"content.{_SAID[rule.kind]}",
                where={**where, "value": (part or cell)[:_LONGEST]},
                allowed="、".join(words[:_SHOWN]) + ("…" if len(words) > _SHOWN else ""),
                nearest=nearest(part, words),
            )


def _parts(cell: str, kind: str) -> list[str]:
    if kind in ("text", "one", "number", "amount", "date"):
        return [cell]
    cut = _PARTS.split(cell) if kind == "each" else cell.split(";")
    return [part.strip() for part in cut]


def _industry(part: str, allowed: frozenset[str]) -> bool:
    """Tell whether it is a word, a code, or a sector with a code behind a colon."""
    sector, colon, code = part.rpartition(":")
    return part in allowed or (_CODE.fullmatch(code) is not None and (not colon or sector in allowed))


def _source(part: str, allowed: frozenset[str]) -> bool:
    """Tell whether an identifier resolves; a text in words explains itself."""
    return part in allowed or (bool(part) and _IDENTIFIER.fullmatch(part) is None)


_FITS: Mapping[str, Callable[[str, frozenset[str]], bool]] = {
    "text": lambda _part, _allowed: True,
    "one": lambda part, allowed: part in allowed,
    "each": lambda part, allowed: part in allowed,
    "refs": lambda part, allowed: part in allowed,
    "intake": lambda part, allowed: part in allowed,
    "codes": lambda part, _allowed: _CODE.fullmatch(part) is not None,
    "industries": _industry,
    "number": lambda part, _allowed: is_number(part),
    "amount": lambda part, _allowed: is_number(part) and float(part) >= 0.0,
    "numbers": lambda part, _allowed: is_number(part),
    "years": lambda part, _allowed: _YEAR.fullmatch(part) is not None,
    "date": lambda part, _allowed: _DATE.fullmatch(part) is not None,
    "source": _source,
}
_LISTED = frozenset({"one", "each", "refs", "intake", "industries", "source"})
_SAID = {
    "one": "choice", "each": "choice", "refs": "reference", "intake": "reference", "codes": "codes",
    "industries": "codes", "number": "number", "numbers": "number", "amount": "amount",
    "years": "date", "date": "date", "source": "source",
}  # fmt: skip
