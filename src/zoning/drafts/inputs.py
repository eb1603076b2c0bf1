"""What drafting works from, as plain frozen values: units with their reasons and sources, zone types, region, lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from zoning.clauses import AccessList
from zoning.content import knowledge_date
from zoning.drafts.settings import setting
from zoning.drafts.templates import Template, templates
from zoning.indicators import Facts, Part
from zoning.judge import Case, Reason
from zoning.judge.case import Project
from zoning.judge.reason import Answer
from zoning.measures import Measure, measures
from zoning.study import Study
from zoning.supports import ControlUnits
from zoning.tables import Row, numbers, read
from zoning.targets import Targets

__all__ = ["CONTENT", "Drafting", "Region", "UnitCase", "ZoneType", "drafting_of"]

CONTENT = ("clause_templates", "clause_slots", "law_register", "carbon_demands", "measures")
"""Content tables that drafting reads; a study may have rows of its own in them."""

_SQUARE_METRES_PER_KM2 = 1e6


@dataclass(frozen=True)
class UnitCase:
    """What drafting knows of one unit.

    Attributes
    ----------
    code, name, unit_class : str
        Unit and its class (``PRIORITY, KEY, GENERAL``).
    decision, driving : str
        What was decided in the end (overrides applied), and the rule behind it.
    reasons : tuple of Reason
        Rules that are true, in their order.
    zones : mapping
        Zone sub-type → share of the unit's area.
    parts : tuple of Part
        Its mass: located records and gridded sectors.
    projects : tuple of Project
        Approved projects in it.
    regions : tuple of str
        Its regions, smallest first.
    pollutant : str
        Indicator that binds on air in its region (``voc_allowed`` …); "" if none is known.
    numbers : mapping
        Columns of the decisions (t yr-1), for evidence and slots.
    """

    code: str
    name: str
    unit_class: str
    decision: str
    driving: str = ""
    reasons: tuple[Reason, ...] = ()
    zones: Mapping[str, float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    projects: tuple[Project, ...] = ()
    regions: tuple[str, ...] = ()
    pollutant: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def subtypes(self) -> tuple[str, ...]:
        """Zone sub-types that hold a real share of the unit, the largest first."""
        held = [(share, name) for name, share in self.zones.items() if share >= setting("zone_share")]
        return tuple(name for _, name in sorted(held, key=lambda one: (-one[0], one[1])))


@dataclass(frozen=True, slots=True)
class ZoneType:
    """All zones of one sub-type together: area (km²), t CO2 yr-1 in them (NaN: not known), units that lie in them."""

    subtype: str
    area: float
    co2: float = float("nan")
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """The region of the study, and its province; names are "" where they are not known."""

    code: str
    name: str = ""
    province: str = ""


@dataclass(frozen=True)
class Drafting:
    """All that clauses are drafted from.

    Attributes
    ----------
    region : Region
        Of the study.
    base_year : int
        Base year of the study.
    units : tuple of UnitCase
        All units, flagged or not.
    zone_types : tuple of ZoneType
        Zone sub-types of the region.
    lists : tuple of AccessList
        Lists by level; drafts are written in their manner.
    targets : Targets or None
        Of regions; those of a unit's own code are the unit's.
    as_of : str
        Day (ISO) by which laws are in force and years are over.
    tables : mapping
        Content tables by name; the packaged ones where a name is missing.
    full_grade : int
        Grade of a clause that needs no upgrade.
    """

    region: Region
    base_year: int
    units: tuple[UnitCase, ...]
    zone_types: tuple[ZoneType, ...] = ()
    lists: tuple[AccessList, ...] = ()
    targets: Targets | None = None
    as_of: str = field(default_factory=lambda: knowledge_date()["value"])
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    full_grade: int = field(default_factory=lambda: int(numbers("thresholds")["full_grade"]))

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(sorted(self.units, key=lambda unit: unit.code)))
        object.__setattr__(self, "zone_types", tuple(sorted(self.zone_types, key=lambda zone: zone.subtype)))
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a content table."""
        return self.tables.get(table) or read(table)

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Templates in the order of their ids."""
        return templates(self.rows("clause_templates"))

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Measures by id."""
        return {one.id: one for one in measures(self.rows("measures"))}

    @cached_property
    def slots(self) -> Mapping[str, Row]:
        """Rows of ``clause_slots`` by slot."""
        return {row["slot"]: row for row in self.rows("clause_slots")}

    @cached_property
    def laws(self) -> Mapping[str, Row]:
        """Rows of ``law_register`` by id."""
        return {row["id"]: row for row in self.rows("law_register")}

    @cached_property
    def spent(self) -> Mapping[str, Row]:
        """Rows of ``carbon_demands`` whose year is over on the day of drafting, by id."""
        rows = self.rows("carbon_demands")
        return {row["id"]: row for row in rows if row["year"].isdecimal() and int(row["year"]) < self.year}

    def list_of(self, level: str) -> AccessList | None:
        """Return the list of a level, or None."""
        return next((one for one in self.lists if one.level == level), None)

    @property
    def year(self) -> int:
        """The year of :attr:`as_of`; targets of earlier years are over."""
        return int(self.as_of[:4])


def drafting_of(
    study: Study,
    units: ControlUnits,
    facts: Facts,
    cases: Iterable[Case],
    reasons: Iterable[Reason],
    decisions: pd.DataFrame,
) -> Drafting:
    """Return what drafting works from, out of what a run has.

    Parameters
    ----------
    study : Study
        What was asked.
    units : ControlUnits
        Names and classes.
    facts : Facts
        Ledger with its indicators, lists, targets, regions.
    cases : iterable of Case
        What the rules saw.
    reasons : iterable of Reason
        Answers of every rule.
    decisions : DataFrame
        Index ``unit_code``.
    """
    true: dict[str, list[Reason]] = {}
    for reason in reasons:
        if reason.answer is Answer.TRUE:
            true.setdefault(reason.unit, []).append(reason)
    names = dict(zip(units.frame["code"], units.frame["name"], strict=True))
    shares, binding = _shares(facts), _binding(facts)
    code = study.study.admin_code
    return Drafting(
        region=Region(code, study.study.admin_name, _province(code)),
        base_year=study.years.base,
        units=tuple(
            UnitCase(
                code=case.unit,
                name=str(names[case.unit]),
                unit_class=case.unit_class,
                decision=str(decisions.at[case.unit, "decision"]),
                driving=str(decisions.at[case.unit, "driving_rule"]),
                reasons=tuple(true.get(case.unit, ())),
                zones=shares.get(case.unit, {}),
                parts=case.parts,
                projects=case.projects,
                regions=facts.regions.get(case.unit, ()),
                pollutant=binding.get(case.unit, ""),
                numbers=_numbers(decisions, case.unit),
            )
            for case in cases
        ),
        zone_types=_zone_types(facts),
        lists=facts.lists,
        targets=facts.targets,
        full_grade=int(study.threshold("full_grade")),
    )


def _numbers(decisions: pd.DataFrame, unit: str) -> dict[str, float]:
    names = ("co2_t", "uncovered_lo_t", "governable_t", "located_t")
    row = decisions.loc[unit].to_dict()
    return {name: float(row[name]) for name in names if name in row}


def _province(code: str) -> str:
    return next((row["name"] for row in read("province_boxes") if row["code"] == code[:2]), "")


def _binding(facts: Facts) -> dict[str, str]:
    if "binding_air" not in facts.ledger:
        return {}
    return dict(zip(facts.ledger.units, map(str, facts.ledger["binding_air"].to_numpy()), strict=True))


def _fragments(facts: Facts) -> pd.DataFrame:
    if "fragment_area" not in facts.ledger:
        return pd.DataFrame({"unit": [], "subtype": [], "area": [], "co2": []})
    column = facts.ledger["fragment_area"]
    table = pd.DataFrame({
        "unit": column["fragment_unit"].values.astype(str),
        "subtype": column["fragment_subtype"].values.astype(str),
        "area": column.to_numpy(),
    })  # fmt: skip
    table["co2"] = math.nan
    if "fragment_emission" in facts.ledger:
        mass = facts.ledger["fragment_emission"].sel(year=facts.year, species="CO2")
        known = mass.transpose("fragment", "sector").to_numpy()
        table["co2"] = np.where(np.isfinite(known).any(axis=1), np.nan_to_num(known).sum(axis=1), np.nan)
    return table[table["subtype"] != ""]


def _shares(facts: Facts) -> dict[str, dict[str, float]]:
    areas = dict(zip(facts.ledger.units, facts.ledger["area"].to_numpy().tolist(), strict=True))
    found: dict[str, dict[str, float]] = {}
    sums = _fragments(facts).groupby(["unit", "subtype"])["area"].sum().reset_index()
    for unit, subtype, area in zip(sums["unit"], sums["subtype"], sums["area"], strict=True):
        found.setdefault(str(unit), {})[str(subtype)] = min(1.0, float(area) / areas[str(unit)])
    return found


def _zone_types(facts: Facts) -> tuple[ZoneType, ...]:
    found = []
    for subtype, table in _fragments(facts).groupby("subtype"):
        area = float(table["area"].sum()) / _SQUARE_METRES_PER_KM2
        co2 = float(table["co2"].sum(min_count=1))
        found.append(ZoneType(str(subtype), area, co2, tuple(sorted(set(table["unit"])))))
    return tuple(found)
