"""What a reviewer changed where nothing was proposed: rows compared by their content, wherever they stand now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zoning.clauses import Address
from zoning.redline.grid import Grid, place_name
from zoning.redline.model import Cell, Further
from zoning.redline.sheet_xml import At
from zoning.redline.wording import similarity, squeezed
from zoning.tables import numbers

__all__ = ["further_changes"]

_Row = tuple[tuple[int, str], ...]


def further_changes(
    file: str, before: Mapping[str, Grid], after: Mapping[str, Grid], edited: Sequence[Cell]
) -> tuple[Further, ...]:
    """Return the cells that differ from the source, those of the edits left aside.

    Rows with the same words are the same row, wherever they stand; of the others each is held against the most alike.
    """
    old_places = {(cell.sheet, cell.at) for cell in edited}
    new_places = {
        (cell.place[0], (cell.place[1][0] + more, cell.place[1][1]))
        for cell in edited
        if cell.place is not None
        for more in range(cell.rows)
    }
    found: list[Further] = []
    for name, grid in before.items():
        other = after.get(name)
        if other is None and len(before) == len(after) == 1:
            other = next(iter(after.values()))
        left, right = _left_over(grid, old_places, other, new_places)
        found += _compared(file, name, left, right)
    return tuple(found)


def _left_over(
    grid: Grid, old_places: set[tuple[str, At]], other: Grid | None, new_places: set[tuple[str, At]]
) -> tuple[dict[int, _Row], dict[int, _Row]]:
    """Return the rows of both sides that have no equal on the other one."""
    left = {row: _without(grid, row, old_places) for row in grid.rows}
    right = {row: _without(other, row, new_places) for row in other.rows} if other is not None else {}
    free: dict[tuple[str, ...], list[int]] = {}
    for row, cells in right.items():
        free.setdefault(_key(cells), []).append(row)
    same: set[int] = set()
    for row, cells in left.items():
        equal = free.get(_key(cells))
        if equal:
            right.pop(equal.pop(0))
            same.add(row)
    return {row: cells for row, cells in left.items() if row not in same and cells}, {
        row: cells for row, cells in right.items() if cells
    }


def _without(grid: Grid, row: int, places: set[tuple[str, At]]) -> _Row:
    return tuple((column, text) for column, text in grid.row(row) if (grid.name, (row, column)) not in places)


def _key(cells: _Row) -> tuple[str, ...]:
    return tuple(squeezed(text) for _, text in cells)


def _compared(file: str, name: str, left: dict[int, _Row], right: dict[int, _Row]) -> list[Further]:
    limit = numbers("redline_limits")["same_row"]
    found: list[Further] = []
    holders: dict[str, list[int]] = {}
    for row, cells in right.items():
        for text in set(_key(cells)):
            holders.setdefault(text, []).append(row)
    for row, cells in left.items():
        whole = "".join(_key(cells))
        near = _candidates(row, cells, right, holders)
        alike = [(similarity(whole, "".join(_key(right[at]))), at == row, -at) for at in near]
        best = max(alike, default=None)
        if best is None or (best[0] < limit and not best[1]):
            found += [_further(file, name, (row, column), text, "") for column, text in cells]
            continue
        now = -best[2]
        texts, others = dict(cells), dict(right.pop(now))
        for column in sorted({*texts, *others}):
            one, two = texts.get(column, ""), others.get(column, "")
            if squeezed(one) != squeezed(two):
                found.append(_further(file, name, (now, column), one, two))
    for row, cells in right.items():
        found += [_further(file, name, (row, column), "", text) for column, text in cells]
    return found


def _candidates(row: int, cells: _Row, right: dict[int, _Row], holders: dict[str, list[int]]) -> list[int]:
    """Return the rows that may be this one: those with a cell that few others have, else that at its place, else all.

    All are held against each other only where they are few: two long lists without a word in common are two lists.
    """
    few = numbers("redline_limits")["shared_rows"]
    shared = {at for text in _key(cells) if len(rows := holders.get(text, [])) <= few for at in rows if at in right}
    if shared:
        return sorted(shared)
    return sorted(right) if len(right) <= few * few else [at for at in (row,) if at in right]


def _further(file: str, name: str, at: At, before: str, after: str) -> Further:
    return Further(Address(file, name, place_name(at), 0, len(after)), before, after)
