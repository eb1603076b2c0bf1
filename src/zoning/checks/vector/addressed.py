"""Features of a layer by the names a user knows them by: codes and row numbers, the first few of many."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.intake import RawLayer
from zoning.messages import Both
from zoning.tables import numbers

__all__ = ["EXAMPLES", "Addressed", "area_text", "joined", "shown"]

EXAMPLES = int(numbers("limits")["examples"])
"""Features that a finding names before it only counts them."""


@dataclass(frozen=True, eq=False)
class Addressed:
    """A layer with the code of each feature; ``#3`` for the third where there is none.

    Attributes
    ----------
    raw : RawLayer
        Where the features come from.
    codes : ndarray of str, shape (features,)
    chosen : ndarray of int or None
        Positions in the layer of the features that are spoken of; None means all of them.
    headers : mapping
        Our name of a field → its header in the file, which is what a finding names.
    """

    raw: RawLayer
    codes: NDArray[np.object_]
    chosen: NDArray[np.int64] | None = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def file(self) -> dict[str, object]:
        """Address of the layer as a whole."""
        return {"file": self.raw.file, "layer": self.raw.layer}

    def where(
        self, positions: Sequence[int] | NDArray[np.int64], field: str = "", value: object = None
    ) -> dict[str, object]:
        """Return the address of a fault: the row of the first feature, and the codes of the first few as its value."""
        ordered = self.ordered(positions)
        named = "; ".join(dict.fromkeys(self.name(one) for one in ordered[:EXAMPLES]))
        header = self.headers.get(field, field).strip()
        said = named if value is None else shown(value)
        return self.file | {"row": self.row(ordered[0]), "field": header, "value": said}

    def ordered(self, positions: Sequence[int] | NDArray[np.int64]) -> list[int]:
        """Return features in the order of their codes, so that the order of the file changes no finding."""
        return sorted((int(one) for one in positions), key=lambda one: (self.name(one), one))

    def row(self, position: int) -> int:
        """Row of a feature as the user sees it."""
        return self.raw.row(self._at(position))

    def _at(self, position: int) -> int:
        return int(position) if self.chosen is None else int(self.chosen[int(position)])

    def name(self, position: int) -> str:
        """Code of a feature; ``#3`` where it has none."""
        return shown(self.codes[self._at(position)]) or f"#{self.row(position)}"

    def named(self, positions: Sequence[int] | NDArray[np.int64], detail: Callable[[int], Both] | None = None) -> Both:
        """Return the first few features with their rows and what is to be said of each."""
        return joined((self._one(one, detail) for one in self.ordered(positions)[:EXAMPLES]), len(positions))

    def _one(self, position: int, detail: Callable[[int], Both] | None) -> Both:
        more = Both("", "") if detail is None else detail(position)
        zh, en = (f"，{more.zh}", f", {more.en}") if more.zh else ("", "")
        name, row = self.name(position), self.row(position)
        return Both(f"{name}（第 {row} 行{zh}）", f"{name} (row {row}{en})")


def joined(parts: Iterable[Both], count: int) -> Both:
    """Return parts in one line, with a mark where there are more of them than are named.

    Examples
    --------
    >>> joined([Both("甲", "A"), Both("乙", "B")], 5).zh, joined([Both("甲", "A")], 1).en
    ('甲、乙 …', 'A')
    """
    listed = list(parts)
    more = " …" if count > len(listed) else ""
    return Both("、".join(one.zh for one in listed) + more, "; ".join(one.en for one in listed) + more)


def shown(value: object) -> str:
    """Return a value as a finding repeats it: on one line and not longer than a line."""
    return " ".join(str(value).split())[: int(numbers("limits")["shown_letters"])]


def area_text(square_metres: float) -> Both:
    """Return an area in m², and in km² with three figures.

    Examples
    --------
    >>> area_text(195_930.04).en
    '195930.0 m² (0.196 km²)'
    """
    figures = np.format_float_positional(square_metres / 1e6, precision=3, fractional=False, trim="-")
    metres, kilometres = f"{square_metres:.1f} m²", f"{figures} km²"
    return Both(f"{metres}（{kilometres}）", f"{metres} ({kilometres})")
