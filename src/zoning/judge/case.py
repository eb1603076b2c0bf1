"""What the rules see of one unit: numbers, clauses, and which inputs the study has at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from zoning.clauses import Clause, counts_for_carbon
from zoning.indicators import (
    Facts,
    Part,
    UnitControl,
    clauses_over,
    reached,
    region_state,
)
from zoning.indicators import unit_control as control_of
from zoning.judge.limits import Limits
from zoning.ledger.located import holders
from zoning.projects import PlannedProjects
from zoning.supports import ControlUnits
from zoning.targets import PathState
from zoning.vocab import GOVERNABLE

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
    cells : float
        Cells the unit holds.
    grid_swap : float
        Its governable CO2 by another series ÷ by the primary one, the furthest from 1; NaN if there is one grid only.
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
    grid_known : bool
        False where the study has CO2 grids and none has data on governable sectors in this unit.
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
    grid_swap: float
    noburn_area: float
    noburn_fuel: float
    path: PathState | None
    region_share_located: float
    region_share: float
    projects: tuple[Project, ...]
    evidence_class: str
    grid_known: bool = True

    @cached_property
    def own(self) -> tuple[Clause, ...]:
        """Clauses of the unit's own list."""
        return tuple(clause for clause in self.clauses if clause.level == "unit")

    @cached_property
    def counting(self) -> tuple[Clause, ...]:
        """Clauses that count for carbon, inherited ones with them."""
        return tuple(clause for clause in self.clauses if counts_for_carbon(clause))

    @cached_property
    def located(self) -> tuple[Part, ...]:
        """Located records."""
        return tuple(part for part in self.parts if part.located)

    @cached_property
    def located_co2(self) -> float:
        """T CO2 yr-1 of located records."""
        return sum(part.co2 for part in self.located)

    @property
    def grid_ratio(self) -> float:
        """How far two grids of its CO2 are apart, as a factor from 1 to ∞; NaN if there is one grid only."""
        if self.grid_swap == 0:
            return float("inf")
        return self.grid_swap if not self.grid_swap < 1 else 1.0 / self.grid_swap

    @cached_property
    def silent(self) -> bool:
        """Whether the list is silent on energy and carbon: no own clause speaks, no inherited one surely reaches it.

        A clause of the city on cement says nothing to a unit without a cement works.
        """
        if any(clause.label.carbon_state != "NONE" for clause in self.own):
            return False
        return not any(self._speaks(clause) for clause in self.clauses if clause.level != "unit")

    @cached_property
    def best_grade(self) -> int:
        """Highest grade among the counting clauses that surely reach some of its mass; 0 if none does."""
        best = 0
        for clause in self.counting:
            if clause.label.grade > best and any(reached(clause.scope, part)[0] > 0 for part in self.parts):
                best = clause.label.grade
        return best

    def _speaks(self, clause: Clause) -> bool:
        if clause.label.carbon_state == "NONE" or clause.label.grade < 1:
            return False
        return any(reached(clause.scope, part)[0] > 0 for part in self.parts)


def cases_of(
    facts: Facts, units: ControlUnits, projects: PlannedProjects | None, limits: Limits, *, has_emitters: bool
) -> tuple[Case, ...]:
    """Return the cases of all units, in code order."""
    parts = facts.parts
    planned = _planned(projects, units)
    located = {code: sum(p.co2 for p in parts[code] if p.located and p.governable) for code in units.codes}
    governed = {code: sum(p.co2 for p in parts[code] if p.governable) for code in units.codes}
    located_in, governed_in = _by_region(located, facts), _by_region(governed, facts)
    over = clauses_over(facts)
    classes = dict(zip(units.frame["code"], units.frame["unit_class"], strict=True))
    swaps, evidence = _grid_swaps(facts), _evidence_classes(facts, limits)
    column, known = _columns(facts), _grid_known(facts)
    has_energy = (
        "noburn_area_share" in facts.ledger and "energy" in facts.ledger["fragment_area"]["fragment_element"].values
    )
    cases = []
    for number, code in enumerate(units.codes):
        path = region_state(facts, code, "carbon")
        region = path.target.region_code if path is not None else ""
        cases.append(
            Case(
                unit=code,
                unit_class=classes[code],
                parts=parts[code],
                clauses=over[code],
                control=control_of(parts[code], over[code]),
                has_emitters=has_emitters,
                has_projects=projects is not None,
                has_targets=facts.targets is not None,
                has_energy_zones=has_energy,
                cells=column["grid_cells"][number],
                grid_swap=swaps[number],
                noburn_area=column["noburn_area_share"][number],
                noburn_fuel=column["noburn_fuel_share"][number],
                path=path,
                region_share_located=_share(located, code, located_in.get(region, 0.0)),
                region_share=_share(governed, code, governed_in.get(region, 0.0)),
                projects=planned.get(code, ()),
                evidence_class=evidence[number],
                grid_known=bool(known[number]),
            )
        )
    return tuple(cases)


def _share(mass: Mapping[str, float], code: str, total: float) -> float:
    return mass[code] / total if total > 0 else float("nan")


def _by_region(mass: Mapping[str, float], facts: Facts) -> dict[str, float]:
    sums: dict[str, float] = {}
    for code, tonnes in mass.items():
        for region in facts.regions.get(code, ()):
            sums[region] = sums.get(region, 0.0) + tonnes
    return sums


def _columns(facts: Facts) -> dict[str, np.ndarray]:
    names = ("grid_cells", "noburn_area_share", "noburn_fuel_share")
    empty = np.full(len(facts.ledger.units), np.nan)
    return {name: facts.ledger[name].to_numpy() if name in facts.ledger else empty for name in names}


def _grid_swaps(facts: Facts) -> np.ndarray:
    """Return, per unit, the governable CO2 of another series ÷ the primary one (sectors both have), furthest from 1."""
    ledger = facts.ledger
    if "emission_alternative" not in ledger:
        return np.full(len(ledger.units), np.nan)
    sectors = [sector for sector in ledger.data["sector"].values if sector in GOVERNABLE]
    where = {"year": facts.year, "species": "CO2", "sector": sectors}
    other = ledger["emission_alternative"].sel(where)
    with np.errstate(divide="ignore", invalid="ignore"):
        # where the primary grid holds nothing there is no ratio: it adds nothing to its sum, and the grids disagree
        first = (other / ledger["grid_ratio"].sel(where)).fillna(0.0).sum("sector").to_numpy()
        second = other.sum("sector", min_count=1).to_numpy()
        swap = np.where((first == 0) & (second == 0), 1.0, second / first)
        distance = np.where(np.isnan(swap), -1.0, np.abs(np.log(swap)))
    return np.asarray(swap[distance.argmax(axis=0), np.arange(swap.shape[1])], dtype=np.float64)


def _grid_known(facts: Facts) -> np.ndarray:
    """Return where the CO2 grids of governable sectors have data; everywhere, if the study has no such grid."""
    units = len(facts.ledger.units)
    if "emission_gridded" not in facts.ledger:
        return np.ones(units, dtype=bool)
    sectors = [sector for sector in facts.ledger.data["sector"].values if sector in GOVERNABLE]
    gridded = facts.ledger["emission_gridded"].sel(year=facts.year, species="CO2", sector=sectors).to_numpy()
    known = np.isfinite(gridded).any(axis=1)
    return known if known.any() else np.ones(units, dtype=bool)


def _evidence_classes(facts: Facts, limits: Limits) -> list[str]:
    """Return A, B or C: the smaller of the located shares of CO2 and of the pollutants (docs/method.md §2)."""
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
