"""Which clauses count: minimum grade and carbon states stand in ``tables/clause_counts.csv``."""

from __future__ import annotations

from functools import lru_cache

from zoning.clauses.model import Clause, Label
from zoning.tables import read

__all__ = ["counting_grade", "counts_for_carbon", "counts_for_energy"]


@lru_cache(maxsize=1)
def _least() -> dict[tuple[str, str], int]:
    return {(row["ledger"], row["carbon_state"]): int(row["min_grade"]) for row in read("clause_counts")}


def _counts(ledger: str, clause: Clause | Label) -> bool:
    label = clause.label if isinstance(clause, Clause) else clause
    least = _least().get((ledger, label.carbon_state))
    return least is not None and label.grade >= least


def counts_for_carbon(clause: Clause | Label) -> bool:
    """Whether a clause counts as control of carbon: CARBON or CARBON_COUPLED, with a number and its unit.

    Examples
    --------
    >>> counts_for_carbon(Label("CARBON", "P", "REQUIRE", "MEDIUM", grade=2))
    True
    >>> counts_for_carbon(Label("CARBON", "P", "REQUIRE", "MEDIUM", grade=1))
    False
    """
    return _counts("carbon", clause)


def counting_grade() -> int:
    """Return the least grade with which a clause on carbon counts.

    Examples
    --------
    >>> counting_grade()
    2
    """
    return min(grade for (ledger, _), grade in _least().items() if ledger == "carbon")


def counts_for_energy(clause: Clause | Label) -> bool:
    """Whether a clause counts as control of energy: CARBON_COUPLED or ENERGY_ONLY, with a number and its unit.

    Examples
    --------
    >>> counts_for_energy(Label("ENERGY_ONLY", "Z", "REQUIRE", "MEDIUM", grade=2))
    True
    """
    return _counts("energy", clause)
