"""What an indicator is: a record around one pure function, with formula, unit, needs, pitfalls and references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from zoning.clauses import AccessList
from zoning.clauses.inheritance import Held
from zoning.indicators.parts import Part
from zoning.ledger import Columns, Ledger
from zoning.targets import Targets

__all__ = ["Facts", "Indicator", "Reference"]


@dataclass(frozen=True)
class Facts:
    """What indicators are computed from: the ledger of masses, the placed emitters, the lists, the targets.

    Attributes
    ----------
    ledger : Ledger
        Masses of units and fragments.
    located : DataFrame
        Placed emitter records (columns ``unit, sector, industry, fuel, …``, species in t yr-1); may be empty.
    parts : mapping
        Unit code → what its mass consists of (:func:`zoning.indicators.parts_of_units`).
    lists : tuple of AccessList
        Lists by level.
    held : mapping
        Unit code → clauses that hold over it (:func:`zoning.indicators.held_over`).
    targets : Targets or None
        Regional targets.
    regions : mapping
        Unit code → region codes from the smallest to the largest.
    year : int
        Year the masses are looked at: the base year, or the nearest one that the ledger has.
    """

    ledger: Ledger
    located: pd.DataFrame
    parts: Mapping[str, tuple[Part, ...]]
    lists: tuple[AccessList, ...]
    held: Mapping[str, tuple[Held, ...]]
    targets: Targets | None
    regions: Mapping[str, tuple[str, ...]]
    year: int


@dataclass(frozen=True)
class Reference:
    """Where a formula comes from, and how far it was read."""

    text: str
    status: str


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    id : str
        Stable name.
    zh, en : str
        Titles.
    formula : str
        As printed in the documentation; the doctest of ``compute`` works an example.
    unit : str
        Unit of measure of its main column.
    needs : tuple of str
        Ledger columns without which it is skipped.
    compute : callable
        Facts → new ledger columns; pure.
    pitfalls_zh, pitfalls_en : str
        How it misleads.
    references : tuple of Reference
        Sources.
    """

    id: str
    zh: str
    en: str
    formula: str
    unit: str
    needs: tuple[str, ...]
    compute: Callable[[Facts], Columns]
    pitfalls_zh: str
    pitfalls_en: str
    references: tuple[Reference, ...]

    def applies(self, facts: Facts) -> bool:
        """Whether the ledger has what it needs."""
        return all(name in facts.ledger for name in self.needs)
