"""What the rules see of one unit: numbers, clauses, and which inputs the study has at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.clauses import Clause, counts_for_carbon
from zoning.indicators import Facts, Part, UnitControl, clauses_over, parts_of_units, region_state, touches_existing
from zoning.indicators import unit_control as control_of
from zoning.judge.limits import Limits
from zoning.ledger.located import holders
from zoning.projects import PlannedProjects
from zoning.supports import ControlUnits
from zoning.targets import PathState

__all__ = ["Case", "Project", "cases_of"]


@dataclass(frozen=True, slots=True)
class Project:
    """A planned project inside a unit: name, industry (GB/T 4754 digits), t CO2 yr-1 it adds (NaN: not stated)."""

    name: str
    industry: str
    co2: float


@dataclass(frozen=True)
class Case:
    """Everything the rules may look at for one unit.

    Attributes
    ----------
    unit, unit_class : str
        Code and class.
    parts : tuple of Part
        Its mass, located records and gridded sectors.
    clauses : tuple of Clause
        Its own and the inherited ones.
    control : UnitControl
        What the counting clauses reach.
    has_emitters, has_projects, has_targets, has_energy_zones : bool
        Which inputs the study has; without one a rule is undetermined, never «no».
    cells, grid_ratio : float
        Cells the unit holds; largest ratio (≥ 1) of another series of its CO2 to the primary one, NaN if there is none.
    noburn_area, noburn_fuel : float
        Shares inside no-burn zones.
    path : PathState or None
        Of its region, on the carbon and energy axis.
    region_share_located, region_share : float
        Share of its region's located, and of all, governable CO2.
    projects : tuple of Project
        Approved ones inside it.
    evidence_class : str
        A, B or C by located shares.
    """

    unit: str
    unit_class: str
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]
    control: UnitControl
    has_emitters: bool
    has_projects: bool
    has_targets: bool
    has_energy_zones: bool
    cells: float
    grid_ratio: float
    noburn_area: float
    noburn_fuel: float
    path: PathState | None
    region_share_located: float
    region_share: float
    projects: tuple[Project, ...]
    evidence_class: str

    @property
    def own(self) -> tuple[Clause, ...]:
        """Clauses of the unit's own list."""
        return tuple(clause for clause in self.clauses if clause.level == "unit")

    @property
    def counting(self) -> tuple[Clause, ...]:
        """Clauses that count for carbon, inherited ones with them."""
        return tuple(clause for clause in self.clauses if counts_for_carbon(clause))

    @property
    def located(self) -> tuple[Part, ...]:
        """Located records."""
        return tuple(part for part in self.parts if part.located)

    @property
    def located_co2(self) -> float:
        """T CO2 yr-1 of located records."""
        return sum(part.co2 for part in self.located)

    @property
    def silent(self) -> bool:
        """Whether the list says nothing on energy or carbon: no own clause does, no inherited one that reaches mass."""
        if any(clause.label.carbon_state != "NONE" for clause in self.own):
            return False
        inherited = (clause for clause in self.clauses if clause.level != "unit")
        return not any(
            c.label.carbon_state != "NONE" and c.label.grade >= 1 and touches_existing(c.scope) for c in inherited
        )


def cases_of(
    facts: Facts, units: ControlUnits, projects: PlannedProjects | None, limits: Limits, *, has_emitters: bool
) -> tuple[Case, ...]:
    """Return the cases of all units, in code order."""
    parts = parts_of_units(facts)
    planned = _planned(projects, units)
    located = {code: sum(p.co2 for p in parts[code] if p.located and p.governable) for code in units.codes}
    governed = {code: sum(p.co2 for p in parts[code] if p.governable) for code in units.codes}
    classes = dict(zip(units.frame["code"], units.frame["unit_class"], strict=True))
    ratios, evidence = _grid_ratios(facts), _evidence_classes(facts, limits)
    column = _columns(facts)
    has_energy = (
        "noburn_area_share" in facts.ledger and "energy" in facts.ledger["fragment_area"]["fragment_element"].values
    )
    cases = []
    for number, code in enumerate(units.codes):
        clauses = clauses_over(facts, code)
        path = region_state(facts, code, "carbon")
        inside = [other for other in units.codes if path and path.target.region_code in facts.regions.get(other, ())]
        cases.append(
            Case(
                unit=code,
                unit_class=classes[code],
                parts=parts[code],
                clauses=clauses,
                control=control_of(parts[code], clauses),
                has_emitters=has_emitters,
                has_projects=projects is not None,
                has_targets=facts.targets is not None,
                has_energy_zones=has_energy,
                cells=column["grid_cells"][number],
                grid_ratio=ratios[number],
                noburn_area=column["noburn_area_share"][number],
                noburn_fuel=column["noburn_fuel_share"][number],
                path=path,
                region_share_located=_share(located, code, inside),
                region_share=_share(governed, code, inside),
                projects=planned.get(code, ()),
                evidence_class=evidence[number],
            )
        )
    return tuple(cases)


def _share(mass: Mapping[str, float], code: str, inside: list[str]) -> float:
    total = sum(mass[other] for other in inside)
    return mass[code] / total if total > 0 else float("nan")


def _columns(facts: Facts) -> dict[str, np.ndarray]:
    names = ("grid_cells", "noburn_area_share", "noburn_fuel_share")
    empty = np.full(len(facts.ledger.units), np.nan)
    return {name: facts.ledger[name].to_numpy() if name in facts.ledger else empty for name in names}


def _grid_ratios(facts: Facts) -> np.ndarray:
    """Return, per unit, the largest ratio ≥ 1 between two series of its governable CO2; NaN with one series only."""
    ledger = facts.ledger
    if "emission_alternative" not in ledger:
        return np.full(len(ledger.units), np.nan)
    other = ledger["emission_alternative"].sel(year=facts.year, species="CO2")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = ledger["grid_ratio"].sel(year=facts.year, species="CO2")
        first = (other / ratio).where(other.notnull()).sum("sector", min_count=1)
        swapped = (other.sum("sector", min_count=1) / first).to_numpy()
        worst = np.maximum(swapped, 1.0 / swapped)
    finite = np.where(np.isfinite(worst), worst, -np.inf).max(axis=0)
    return np.where(np.isfinite(finite), finite, np.nan)


def _evidence_classes(facts: Facts, limits: Limits) -> list[str]:
    """Return A, B or C: the smaller of the located shares of CO2 and of the pollutants (METHODS §5.1)."""
    if "located_share" not in facts.ledger:
        return ["C"] * len(facts.ledger.units)
    share = facts.ledger["located_share"]
    values = np.nan_to_num(share.to_numpy())
    species = [str(name) for name in share["species"].values]
    carbon = values[:, species.index("CO2")] if "CO2" in species else np.zeros(len(values))
    air = values[:, [name != "CO2" for name in species]]
    least = np.minimum(carbon, air.max(axis=1) if air.shape[1] else 0.0)
    a, b = limits["located_class_a"], limits["located_class_b"]
    return ["A" if value >= a else "B" if value >= b else "C" for value in least]


def _planned(projects: PlannedProjects | None, units: ControlUnits) -> dict[str, tuple[Project, ...]]:
    if projects is None or not len(projects):
        return {}
    frame = projects.frame[projects.frame["status"] == "approved"]
    codes = holders(frame.geometry, units.geometries, units.crs, units.codes)
    found: dict[str, list[Project]] = {}
    for code, (_, row) in zip(codes, pd.DataFrame(frame).iterrows(), strict=True):
        found.setdefault(code, []).append(Project(str(row["name"]), str(row["industry"]), float(row["co2_t"])))
    return {code: tuple(rows) for code, rows in found.items() if code}
