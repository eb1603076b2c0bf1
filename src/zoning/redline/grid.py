"""The cells of a reviewed file by sheet, and how a cell that was moved is found again: by unit, column and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zoning.redline.sheet_xml import At, address_of
from zoning.redline.standing import Stand, Standing
from zoning.redline.wording import KEEP, similarity, squeezed
from zoning.tables import numbers

__all__ = ["Grid", "Target", "paragraphs_of", "place_name", "place_of"]

_UNITS_IN_ONE = 3
"""A cell that names a unit beside others is no longer than this many codes; else it only mentions it."""


@dataclass
class Grid:
    """One sheet, table, or the paragraphs of a document (each a row): cells with text by (row, column).

    ``literal`` has the texts that the file writes with escapes, as it writes them; ``areas`` the corners of merged
    ranges, ``ends`` our marks on the ends of paragraphs.
    """

    name: str
    cells: Mapping[At, Standing]
    literal: Mapping[At, str] = field(default_factory=dict)
    areas: tuple[tuple[At, At], ...] = ()
    ends: Mapping[int, str] = field(default_factory=dict)
    _rows: dict[int, list[int]] = field(default_factory=dict)
    _columns: dict[int, list[int]] = field(default_factory=dict)
    _texts: dict[str, list[At]] = field(default_factory=dict)
    _units: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at, standing in sorted(self.cells.items()):
            if standing.stands:
                self._rows.setdefault(at[0], []).append(at[1])
                self._columns.setdefault(at[1], []).append(at[0])
                self._texts.setdefault(squeezed(standing.accepted), []).append(at)

    def origin(self, at: At) -> At:
        """Return the cell that stands for a place: the first one of a merged range."""
        inside = (low for low, high in self.areas if low[0] <= at[0] <= high[0] and low[1] <= at[1] <= high[1])
        return next(inside, at)

    def standing(self, at: At, rows: int = 1) -> Standing:
        """Return what stands in a cell, or in paragraphs that follow each other as one text."""
        first = self.cells.get(at, Standing())
        stands, touched = list(first.stands), list(first.touched)
        for row in range(at[0] + 1, at[0] + rows):
            more = self.cells.get((row, at[1]), Standing())
            stands += [Stand(self.ends.get(row - 1, KEEP), "\n"), *more.stands]
            touched += more.touched
        return Standing(tuple(stands), tuple(touched))

    def text(self, at: At) -> str:
        """Return the accepted text of a cell."""
        standing = self.cells.get(at)
        return standing.accepted if standing else ""

    def row(self, number: int) -> tuple[tuple[int, str], ...]:
        """Return (column, text) of the cells of a row that hold any."""
        return tuple((column, self.text((number, column))) for column in self._rows.get(number, []))

    @property
    def rows(self) -> list[int]:
        """Rows with any text, in order."""
        return sorted(self._rows)

    def holding(self, words: str) -> list[At]:
        """Return the cells whose text is just these words."""
        return self._texts.get(squeezed(words), [])

    def of_unit(self, code: str) -> list[int]:
        """Return the rows of a unit: from each cell that holds its code down to the next entry of that column."""
        if code not in self._units:
            self._units[code] = self._rows_of(code)
        return self._units[code]

    def _rows_of(self, code: str) -> list[int]:
        starts = self.holding(code) if code else []
        if code and not starts:
            texts = [text for text in self._texts if code in text and len(text) < _UNITS_IN_ONE * len(code)]
            starts = [at for text in texts for at in self._texts[text]]
        rows: dict[int, None] = {}
        for row, column in starts:
            end = next((one for one in self._columns[column] if one > row), max(self._rows) + 1)
            rows |= dict.fromkeys(range(row, end))
        return list(rows)

    def around(self, rows: list[int]) -> Iterator[At]:
        """Cells with text in some rows."""
        for row in rows:
            yield from ((row, column) for column in self._rows.get(row, []))


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked for: sheet and place where a cell was, unit, and its text before and after the edits.

    ``named`` tells that the unit stood in the rows of the list: where it does not any more its cell is lost.
    """

    sheet: str
    at: At
    code: str
    old: str
    new: str
    named: bool = False

    def likeness(self, standing: Standing) -> float:
        """Return how far a cell is this one: like the old words or like the new."""
        texts = {standing.accepted, standing.rejected}
        wanted = [words for words in (self.old, self.new) if words]
        return max((similarity(text, words) for text in texts for words in wanted), default=0.0)


def _just_there(target: Target, grids: Mapping[str, Grid], units: Mapping[str, list[int]]) -> bool:
    """Tell whether a cell stands where it was, with its old or its new words and nothing else."""
    standing = grids[target.sheet].cells.get(target.at) if target.sheet in grids else None
    if standing is None or (units and target.at[0] not in units.get(target.sheet, [])):
        return False
    words = {squeezed(text) for text in (target.old, target.new) if text}
    return bool(words & {squeezed(standing.accepted), squeezed(standing.rejected)})


def place_name(at: At) -> str:
    """Return the address of a cell, or the number of a paragraph.

    Examples
    --------
    >>> place_name((7, 3)), place_name((12, 0))
    ('C7', '¶12')
    """
    return address_of(at) if at[1] else f"¶{at[0]}"


def place_of(target: Target, grids: Mapping[str, Grid]) -> tuple[str, At] | None:
    """Return sheet and place of a cell in a reviewed file; None if nothing there is like it.

    Where the file names the unit only the rows of the unit are looked through; else the place where the cell was, then
    every cell.
    """
    limit = numbers("redline_limits")["same_place"]
    names = sorted(grids, key=lambda name: (name != target.sheet, name))
    units = {name: rows for name in names if (rows := grids[name].of_unit(target.code))}
    if target.named and not units:
        return None
    if _just_there(target, grids, units):
        return target.sheet, target.at
    found: list[tuple[float, int, int, tuple[str, At]]] = []
    for name in units or names:
        grid = grids[name]
        rows = units.get(name) or _nearby(target, grid)
        for at in grid.around(rows):
            likeness = target.likeness(grid.cells[at])
            if likeness >= limit:
                same = (name == target.sheet) + (at[1] == target.at[1]) + (at == target.at)
                found.append((likeness, same, -at[0], (name, at)))
    if found:
        return max(found)[3]
    return _empty(target, grids, units)


def paragraphs_of(target: Target, grid: Grid, at: At) -> tuple[At, int]:
    """Return the first paragraph and the number of those that are now what was one text.

    Where one paragraph is like the old words and two are like the new ones, the new ones stand.
    """
    most = max(target.new.count("\n"), target.old.count("\n")) + 1
    ranked = [
        (target.likeness(grid.standing((start, 0), rows)), start == at[0], rows, start)
        for start in range(max(at[0] - most + 1, 1), at[0] + 1)
        for rows in range(1, most + 1)
    ]
    best = max(ranked)
    return (best[3], 0), best[2]


def _nearby(target: Target, grid: Grid) -> list[int]:
    """Return the row where the cell was if it is still like it, else all rows."""
    limit = numbers("redline_limits")["same_place"]
    standing = grid.cells.get(target.at)
    if grid.name == target.sheet and standing and target.likeness(standing) >= limit:
        return [target.at[0]]
    exact = [at[0] for words in (target.new, target.old) if words for at in grid.holding(words)]
    return exact[:1] or grid.rows


def _empty(target: Target, grids: Mapping[str, Grid], units: Mapping[str, list[int]]) -> tuple[str, At] | None:
    """Return the place of a cell that was empty, and is so again."""
    if target.old or target.sheet not in grids:
        return None
    rows = units.get(target.sheet, [])
    if rows and target.at[0] not in rows:
        return target.sheet, (rows[0], target.at[1])
    return target.sheet, target.at
