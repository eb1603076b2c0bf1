"""End-of-pipe clauses that raise CO2: named with the measure they order (能耗代价需论证).

A measure has a penalty if it takes energy and its carbon sign is an increase. Signs only; a number is shown only where
the row of the measure has one with its source, and it is a factor of the measure, never an amount of this unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.coherence.types import default_types, hits_of
from zoning.clauses.model import Clause
from zoning.measures import Measure, Sign, measures

__all__ = ["Penalty", "penalties"]

_KIND = "coherence.measure"
_CARBON = ("CO2_S1", "CO2")


@dataclass(frozen=True, slots=True)
class Penalty:
    """A clause that orders a measure which costs energy and raises CO2.

    Attributes
    ----------
    clause : Clause
        It orders the measure.
    measure : Measure
        Its ``signs`` say which species it lowers and raises; ``magnitude`` is None for nearly all.
    row : str
        Row of ``coherence_types`` whose words name the measure.
    span : tuple of int
        These words, in the text of the clause.
    """

    clause: Clause
    measure: Measure
    row: str
    span: tuple[int, int]


@lru_cache(maxsize=1)
def _costly() -> dict[str, Measure]:
    """Return the measures with a penalty, by id."""
    return {
        one.id: one for one in measures()
        if one.energy is Sign.INCREASES and any(one.signs[species] is Sign.INCREASES for species in _CARBON)
    }  # fmt: skip


def penalties(clauses: Iterable[Clause]) -> tuple[Penalty, ...]:
    """Return the penalties of clauses, in their order; facts order nothing.

    Examples
    --------
    >>> from zoning.clauses.cells import clauses_of_cell
    >>> cell = "1、涂装废气应采用RTO处理。2、单元内现有12套RTO。"
    >>> clauses = clauses_of_cell(cell, code="U", level="unit")
    >>> [(one.measure.id, one.clause.number, one.span) for one in penalties(clauses)]
    [('M009', '1、', (7, 10))]
    """
    found = []
    for clause in clauses:
        if clause.label.modality == "STATEMENT":
            continue
        done: set[str] = set()
        for hit in hits_of(clause.text, _KIND, default_types()):
            measure = _costly().get(hit.type)
            if measure is not None and measure.id not in done:
                done.add(measure.id)
                found.append(Penalty(clause, measure, hit.row, hit.span))
    return tuple(found)
