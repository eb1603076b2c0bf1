"""R2: no-burn zones and regions behind their path, where the list is silent."""

from __future__ import annotations

import math

from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Evidence
from zoning.judge.rules.verdict import Verdict, false, share, undetermined
from zoning.vocab import DecisionCode

__all__ = ["behind_path", "no_burn_zone"]


def no_burn_zone(case: Case, limits: Limits) -> Verdict:
    """R2a-NOBURN: much of the located fuel (else of the area) in a no-burn zone, list silent → NEED (else WATCH)."""
    if not case.silent:
        return false("rule.R2a.spoken", share("noburn_area_share", case.noburn_area))
    if not case.has_energy_zones:
        return undetermined("rule.R2a.nolayer", "missing.energy_zones", DecisionCode.NEED)
    return _no_burn_by_fuel(case, limits) if case.has_emitters else _no_burn_by_area(case, limits)


def _no_burn_by_fuel(case: Case, limits: Limits) -> Verdict:
    area, fuel = share("noburn_area_share", case.noburn_area), share("noburn_fuel_share", case.noburn_fuel)
    if not math.isfinite(case.noburn_fuel):
        return false("rule.R2a.nofuel", area)
    if case.noburn_fuel >= limits["noburn_share"]:
        return Verdict(Answer.TRUE, "rule.R2a.fuel", DecisionCode.NEED, (fuel, area))
    return false("rule.R2a.little", fuel, area)


def _no_burn_by_area(case: Case, limits: Limits) -> Verdict:
    area = share("noburn_area_share", case.noburn_area)
    if case.noburn_area >= limits["noburn_share"]:
        return Verdict(Answer.TRUE, "rule.R2a.area", DecisionCode.WATCH, (area,))
    if case.noburn_area > 0:
        return undetermined("rule.R2a.open", "missing.emitters", DecisionCode.NEED, area)
    return false("rule.R2a.outside", area)


def behind_path(case: Case, limits: Limits) -> Verdict:
    """R2b-CAP: the region is behind its dated target, the unit holds a material part of its use, list silent."""
    if not case.silent:
        return false("rule.R2b.spoken")
    if not case.has_targets:
        return undetermined("rule.R2b.notargets", "missing.targets", DecisionCode.NEED)
    if case.path is None:
        return undetermined("rule.R2b.nopath", "missing.use", DecisionCode.NEED)
    numbers: tuple[Evidence, ...] = (
        Evidence("indicator", case.path.target.indicator, "text"),
        Evidence("region", case.path.target.region_name or case.path.target.region_code, "text"),
        share("deviation", case.path.deviation),
    )
    if case.path.deviation < limits["behind_path"]:
        return false("rule.R2b.ontrack", *numbers)
    held = case.region_share_located if case.has_emitters else case.region_share
    numbers = (*numbers, share("region_share", held))
    if not math.isfinite(held) or held < limits["material_share"]:
        return false("rule.R2b.small", *numbers)
    gives = DecisionCode.NEED if case.has_emitters else DecisionCode.WATCH
    return Verdict(Answer.TRUE, "rule.R2b.located" if case.has_emitters else "rule.R2b.gridded", gives, numbers)
