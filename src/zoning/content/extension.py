"""Content tables of a study: rows of its own beside the packaged ones, or in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from zoning.content.cells import nearest
from zoning.content.rows import Placed, Tables, extendable, key_columns, key_of, purposes
from zoning.content.validation import validate
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import Row, read

__all__ = ["Extended", "UserTable", "extend"]

_PACKAGED_ONLY = "no"
"""A run reads this table, but the packaged rows alone; ``later`` is a table that no step of a run reads yet."""


@dataclass(frozen=True, slots=True)
class UserTable:
    """A table of a study as it was read.

    Attributes
    ----------
    name : str
        The packaged table that it extends: the name of its file without suffix.
    file : str
        How the user calls the file.
    lines : tuple of (int, tuple of str)
        Row number and cells of every line; the first is the header.
    """

    name: str
    file: str
    lines: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Extended:
    """The content tables of a study: packaged rows first in their order, new ones behind, and what was found."""

    tables: Mapping[str, tuple[Placed, ...]]
    findings: tuple[Finding, ...] = ()

    def rows(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table, as ``zoning.tables.read`` gives those of a packaged one."""
        return tuple(one.cells for one in self.tables[name])


def extend(tables: Tables, users: Sequence[UserTable]) -> Extended:
    """Put the rows of a study beside the packaged ones, and judge the whole.

    A row with a new name is added; of a row with a known name the cells that the file has columns for take the place
    of the packaged ones, which an info says. Columns may be left out: of a new row they are empty.

    Parameters
    ----------
    tables : mapping of str to rows
        All extendable tables (:func:`zoning.content.packaged`).
    users : sequence of UserTable
        Tables of the study; the same table may come in one file only.

    Returns
    -------
    Extended
        Rows that could not be understood are left out, each with an error. A packaged row that no longer fits the
        rows of the study is a warning, and so is a table of which a run takes the packaged rows alone.

    Examples
    --------
    >>> from zoning.content import packaged
    >>> mine = UserTable("sources", "tables/sources.csv", ((1, ("id", "where_zh", "what_was_seen_en")),
    ...                                                    (2, ("X1", "本市文件", "full text"))))
    >>> both = extend(packaged(), (mine,))
    >>> both.findings, both.rows("sources")[-1]["id"]
    ((), 'X1')
    """
    merged = {name: tuple(rows) for name, rows in tables.items()}
    found: list[Finding] = []
    for user in users:
        if user.name not in merged or user.name not in extendable():
            allowed = [name for name in extendable() if name in merged]
            where = {"file": user.file, "value": user.name}
            near = nearest(user.name, allowed)
            found.append(finding("KEY_UNKNOWN", "table", where=where, nearest=near, allowed="、".join(allowed)))
            continue
        faults = tuple(_header_faults(user))
        found += faults
        if not faults:
            merged[user.name], said = _merged(merged[user.name], user)
            found += said
        if purposes()[user.name]["used_in_run"] == _PACKAGED_ONLY:
            found.append(finding("VERSION_MIXED", "content_unused", where={"file": user.file}, table=user.name))
    own = {user.file for user in users}
    return Extended(MappingProxyType(merged), (*found, *(_weighed(one, own) for one in validate(merged))))


def _weighed(one: Finding, own: set[str]) -> Finding:
    return one if one.file in own else replace(one, severity=Severity.WARNING)


def _header_faults(user: UserTable) -> Iterator[Finding]:
    if not user.lines:
        yield finding("HEADER_UNKNOWN", "content", where={"file": user.file}, table=user.name)
        return
    row, header = user.lines[0]
    columns = list(read(user.name)[0])
    for column in dict.fromkeys(header):
        where = {"file": user.file, "row": row, "field": column}
        if column not in columns:
            yield finding(
                "FIELD_UNKNOWN",
                "content",
                severity=Severity.ERROR,
                where=where,
                table=user.name,
                nearest=nearest(column, columns),
                allowed="、".join(columns),
            )
        elif header.count(column) > 1:
            yield finding("FIELD_UNKNOWN", "content_twice", severity=Severity.ERROR, where=where)
    for column in key_columns(user.name):
        if column not in header:
            yield finding(
                "FIELD_MISSING", "content_column", where={"file": user.file, "field": column}, table=user.name
            )


def _merged(rows: tuple[Placed, ...], user: UserTable) -> tuple[tuple[Placed, ...], list[Finding]]:
    """Return the rows of a table with those of the study, and what was met."""
    header = user.lines[0][1]
    columns = list(read(user.name)[0])
    merged = {key_of(user.name, one.cells): one for one in rows}
    found: list[Finding] = []
    for number, line in user.lines[1:]:
        if not any(line):
            continue
        where = {"file": user.file, "row": number}
        if len(line) != len(header):
            found.append(finding("TABLE_RAGGED", "content", where=where, count=len(line), wanted=len(header)))
            continue
        given = dict(zip(header, line, strict=True))
        first = key_columns(user.name)[0]
        if not given[first]:
            found.append(finding("FIELD_MISSING", "content", where={**where, "field": first}))
            continue
        key = key_of(user.name, given)
        before = merged.get(key)
        if before is not None and before.user:
            found.append(finding("CODE_DUPLICATE", "content", where={**where, "value": key}, first=before.row))
            continue
        base = dict.fromkeys(columns, "") if before is None else before.cells
        merged[key] = Placed(user.file, number, MappingProxyType({**base, **given}), user=True)
        if before is not None:
            found += _replaced(user, before, merged[key], key)
    return tuple(merged.values()), found


def _replaced(user: UserTable, before: Placed, after: Placed, key: str) -> Iterator[Finding]:
    """Say what a row of the study changes, and where a packaged source is left beside a changed cell."""
    changed = [column for column, cell in after.cells.items() if cell != before.cells[column]]
    where = {"file": user.file, "row": after.row, "value": key}
    columns = "、".join(changed) or "—"
    yield finding("VERSION_MIXED", "content", severity=Severity.INFO, where=where, table=user.name, columns=columns)
    if changed and "source" in after.cells and "source" not in user.lines[0][1]:
        kept = after.cells["source"]
        where["field"] = "source"
        yield finding(
            "EVIDENCE_MISSING", "content_kept", severity=Severity.WARNING, where=where, columns=columns, source=kept
        )
