"""Cases for the rules: a unit without anything, to which a test adds just what it is about."""

from __future__ import annotations

import math

from zoning.clauses import Clause, Label, Scope
from zoning.indicators import Part, unit_control
from zoning.judge import Limits
from zoning.judge.case import Case
from zoning.targets import PathState, Target

LIMITS = Limits.of_study({})


def emitter(co2, *, name="甲厂", industry="3011", fuel="coal", energy=math.nan, ets=False):
    """A located record; NaN is CO2 that is not stated."""
    known = not math.isnan(co2)
    co2 = co2 if known else 0.0
    return Part("U", "industry", co2, co2 / 100, located=True, record=f"{name}-{fuel}", name=name, industry=industry,
                fuel=fuel, zones={}, energy=energy, emitter=name, ets=ets, co2_known=known)  # fmt: skip


def grid(co2, *, sector="industry"):
    """A gridded sector."""
    return Part("U", sector, co2, co2 / 100)


def clause(state, grade, *, codes=(), objects=(), gate="EXISTING", reach="", level="unit", exact=False):  # noqa: PLR0913
    """A clause with the labels and the reach a test needs."""
    reach = reach or ("INDUSTRY" if codes else "OBJECT" if objects else "NONE")
    scope = Scope(gate=gate, reach=reach, sectors=("industry",), industry_codes=codes, objects=objects, exact=exact)
    label = Label(state, "P", "REQUIRE" if grade else "HORTATORY", "MEDIUM", grade)
    text = f"{state}{grade}{codes}{objects}{gate}{reach}{level}"
    return Clause("U", level, "P", text, label=label, scope=scope)


def plain_case(parts=(), clauses=(), **settings):
    """Return a case that has every input and nothing in it."""
    plain = {
        "unit": "U", "unit_class": "KEY", "has_emitters": True, "has_projects": True, "has_targets": True,
        "has_energy_zones": True, "cells": 50.0, "grid_swap": math.nan, "noburn_area": 0.0, "noburn_fuel": 0.0,
        "path": None, "region_share_located": 0.0, "region_share": 0.0, "projects": (), "evidence_class": "A",
    }  # fmt: skip
    if "path" not in settings:
        plain["path"] = _on_track()
    control = unit_control(tuple(parts), tuple(clauses))
    return Case(parts=tuple(parts), clauses=tuple(clauses), control=control, **plain | settings)


def _on_track():
    target = Target("R", "区", "county", "coal_total", "万吨", 2020, 100.0, 90.0, 2020, "t")
    return PathState(target, 100.0, -0.1, 2025, 0.0)
