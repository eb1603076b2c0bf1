"""Mutual control (互促覆盖): how much carbon the quantified clauses reach, as bounds, and what they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zoning.clauses import Clause, counts_for_carbon, counts_for_energy
from zoning.indicators.base import Facts, Indicator, Reference
from zoning.indicators.parts import Part
from zoning.indicators.reach import Bounds, covered
from zoning.ledger import Columns, known_columns

__all__ = ["MUTUAL_CONTROL", "UnitControl", "clauses_over", "unit_control"]


@dataclass(frozen=True)
class UnitControl:
    """What the counting clauses over one unit reach.

    Attributes
    ----------
    carbon_share, energy_share : tuple of float
        κ_{A→C}: share of CO2 under a clause that counts for carbon; κ_{E→A}: share of AP_eq under one that counts for
        energy; each (lo, hi), NaN without mass.
    governable : float
        t CO2 yr-1 of industry and energy supply.
    uncovered : tuple of float
        (lo, hi) t CO2 yr-1 of it under no counting clause.
    uncovered_located : tuple of float
        The same, located records only.
    """

    carbon_share: Bounds
    energy_share: Bounds
    governable: float
    uncovered: Bounds
    uncovered_located: Bounds


def clauses_over(facts: Facts) -> dict[str, tuple[Clause, ...]]:
    """Return, for every unit, its own clauses and the inherited ones of its region's lists, each once.

    A clause copied unchanged from an upper list into the unit's own is not counted twice: it is the same text.
    """
    own = {code: clauses for group in facts.lists if group.level == "unit" for code, clauses in group.by_code().items()}
    # Lists of regions and zones reach some units only: they are held against units where it is known which.
    upper = [clause for group in facts.lists if group.level in ("province", "city") for clause in group.clauses]
    over = {}
    for unit in facts.ledger.units:
        texts = {clause.text for clause in own.get(unit, ())}
        over[unit] = (*own.get(unit, ()), *(clause for clause in upper if clause.text not in texts))
    return over


def unit_control(parts: tuple[Part, ...], clauses: tuple[Clause, ...]) -> UnitControl:
    """Return the bounds of one unit; a further counting clause never lowers a share nor raises what is uncovered."""
    carbon = [clause for clause in clauses if counts_for_carbon(clause)]
    energy = [clause for clause in clauses if counts_for_energy(clause)]
    under = [(part, covered(carbon, part)) for part in parts]
    governed = [(part, share) for part, share in under if part.governable]
    return UnitControl(
        carbon_share=_share(under, lambda part: part.co2),
        energy_share=_share([(part, covered(energy, part)) for part in parts], lambda part: part.ap),
        governable=sum(part.co2 for part, _ in governed),
        uncovered=_uncovered(governed),
        uncovered_located=_uncovered([pair for pair in governed if pair[0].located]),
    )


def _share(under: list[tuple[Part, Bounds]], mass: Callable[[Part], float]) -> Bounds:
    total = sum(mass(part) for part, _ in under)
    if total <= 0:
        return (float("nan"), float("nan"))
    low = sum(mass(part) * share[0] for part, share in under) / total
    high = sum(mass(part) * share[1] for part, share in under) / total
    return (low, high)


def _uncovered(under: list[tuple[Part, Bounds]]) -> Bounds:
    return (
        sum(part.co2 * (1.0 - share[1]) for part, share in under),
        sum(part.co2 * (1.0 - share[0]) for part, share in under),
    )


def mutual_control(facts: Facts) -> Columns:
    r"""Return κ, :math:`M = \sqrt{\kappa_{A\to C}\,\kappa_{E\to A}}` and U_C for every unit, each as bounds lo, hi."""
    clauses = clauses_over(facts)
    controls = [unit_control(facts.parts[code], clauses[code]) for code in facts.ledger.units]
    governable = np.array([control.governable for control in controls])
    columns = known_columns(("unit",), "emission", governable_co2=governable)
    for end, suffix in enumerate(("lo", "hi")):
        carbon = np.array([control.carbon_share[end] for control in controls])
        energy = np.array([control.energy_share[end] for control in controls])
        uncovered = np.array([control.uncovered[end] for control in controls])
        located = np.array([control.uncovered_located[end] for control in controls])
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.where(governable > 0, uncovered / governable, np.nan)
        values = {
            f"kappa_air_carbon_{suffix}": carbon,
            f"kappa_energy_air_{suffix}": energy,
            f"mutual_control_{suffix}": np.sqrt(carbon * energy),
            f"uncovered_co2_{suffix}": uncovered,
            f"uncovered_located_co2_{suffix}": located,
            f"carbon_gap_{suffix}": gap,
        }
        columns |= known_columns(("unit",), "emission × clauses", **values)
    return columns


MUTUAL_CONTROL = Indicator(
    id="mutual_control",
    zh="互促覆盖与未覆盖量",
    en="mutual control and uncovered tonnes",
    formula="κ = mass under ≥1 counting clause ÷ mass; M = √(κ_{A→C} κ_{E→A}); U_C = governable CO2 under none",
    unit="1",
    needs=("emission", "emission_gridded"),
    compute=mutual_control,
    pitfalls_zh="部门粗、无设备台账时上下限很宽；上下限之间答案不同的规则一律判“无法判定”",
    pitfalls_en="bounds are wide where sectors are coarse; a rule whose answer changes inside them is undetermined",
    references=(Reference("docs/method.md §3", "ours"),),
)
