"""What was planted, written down from the plan and the emitter table before any engine sees the region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from zoning.synthetic.emitters import SPECIES, Firms
from zoning.synthetic.layout import Layout
from zoning.synthetic.plan import Plan
from zoning.synthetic.settings import setting

__all__ = ["Truth", "truth"]

_FUEL_AP = ("SO2", "NOx", "PM2.5")


@dataclass(frozen=True)
class Truth:
    """Answers that follow from how the region was made; a unit that is planted must be found, others may be.

    Attributes
    ----------
    roles : dict
        Unit code → role it plays (``plan.ROLES``).
    key_emitters : dict
        Unit code → enterprises of at least 26 kt CO2 a year standing in it; units without any are left out.
    shared_emitters : dict
        Unit code → ``emitters``, ``fuels`` and ``common_origin`` for the units whose CO2 and pollutants (SO2 + NOx +
        PM2.5) come from the same records: Σ min(share of CO2, share of pollutants) over enterprise × fuel ≥ 0.5 and
        located CO2 of 1 kt or more.
    lists : dict
        Unit code → what its list holds: ``counting, hortatory, energy_only, new_only, other_industry, sink, silent``.
    without_counting : tuple
        Units in whose own list no clause of grade ≥ 2 on carbon reaches the existing emitters of the unit.
    proxy_copies : tuple
        Pairs of grid layers (species, sector) that are one proxy times two constants.
    planted : dict
        Rule code → units in which it must be true: R1, R2a, R3, R8, S1; ``S2`` → units that are covered.
    lagging : dict
        The county that is at least 5 % behind its path, and for what.
    totals : dict
        Sector → species → located tonnes contained in the grids.
    """

    roles: Mapping[str, str]
    key_emitters: Mapping[str, tuple[str, ...]]
    shared_emitters: Mapping[str, Mapping[str, object]]
    lists: Mapping[str, str]
    without_counting: tuple[str, ...]
    proxy_copies: tuple[tuple[tuple[str, str], tuple[str, str]], ...]
    planted: Mapping[str, tuple[str, ...]]
    lagging: Mapping[str, str]
    totals: Mapping[str, Mapping[str, float]]

    def as_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


def truth(land: Layout, part: Plan, works: Firms, planned: pd.DataFrame, lagging: int) -> Truth:
    """Return the answers of a region with located emitters; ``lagging`` is the county behind its path for coal."""
    frame = works.emitters.frame.assign(unit=[land.codes[one] for one in works.unit])
    names = {role: tuple(land.codes[one] for one in part.units(role)) for role in set(part.role)}
    lists = {
        code: _list(role, variety) for code, role, variety in zip(land.codes, part.role, part.variety, strict=True)
    }
    approved = planned[planned["status"] == "已批在建"].groupby("unit")["co2_t"].sum()
    added = tuple(land.codes[int(unit)] for unit in approved.index[approved >= setting("key_emitter")])
    return Truth(
        roles=dict(zip(land.codes, part.role, strict=True)),
        key_emitters=_key_emitters(frame),
        shared_emitters=_shared(frame),
        lists=lists,
        without_counting=tuple(code for code in land.codes if lists[code] != "counting"),
        proxy_copies=((("CO2", "residential"), ("PM2.5", "residential")),),
        planted={
            "R1": names.get("gap", ()),
            "R2a": names.get("no_burn", ()),
            "R3": names.get("many_small", ()),
            "R8": added,
            "S1": names.get("sinkless", ()),
            "S2": tuple(sorted((*names.get("covered", ()), *names.get("covered_dated", ())))),
        },
        lagging={"region_code": land.counties[lagging][0], "indicator": "煤炭消费总量"},
        totals=_totals(frame),
    )


def _list(role: str, variety: str) -> str:
    known = {
        "covered": "counting",
        "covered_dated": "counting",
        "quiet": "sink",
        "no_burn": "silent",
        "sinkless": "silent",
    }
    return variety or known.get(role, "hortatory" if role == "many_small" else "energy_only")


def _key_emitters(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    by_firm = frame.groupby(["unit", "emitter"])["CO2"].sum()
    found: dict[str, tuple[str, ...]] = {}
    for unit, emitter in by_firm.index[by_firm >= setting("key_emitter")]:
        found[unit] = (*found.get(unit, ()), emitter)
    return found


def _shared(frame: pd.DataFrame) -> dict[str, dict[str, object]]:
    """Units whose carbon and pollutants come from the same rows of the emitter table."""
    carbon, air = frame["CO2"], frame[list(_FUEL_AP)].sum(axis=1)
    sums = pd.DataFrame({"unit": frame["unit"], "carbon": carbon, "air": air}).groupby("unit").sum()
    carbon_share = carbon / frame["unit"].map(sums["carbon"])
    air_share = air / frame["unit"].map(sums["air"])
    common = carbon_share.where(carbon_share < air_share, air_share).groupby(frame["unit"]).sum()
    chosen = set(common.index[(common >= setting("common_origin")) & (sums["carbon"] >= setting("common_origin_co2"))])
    found: dict[str, dict[str, object]] = {}
    for unit, emitter, fuel in zip(frame["unit"], frame["emitter"], frame["fuel"], strict=True):
        if unit in chosen:
            one = found.setdefault(unit, {"emitters": (), "fuels": (), "common_origin": round(float(common[unit]), 6)})
            one["emitters"] = tuple(sorted({*one["emitters"], emitter}))  # type: ignore[misc]
            one["fuels"] = tuple(sorted({*one["fuels"], fuel}))  # type: ignore[misc]
    return found


def _totals(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    inside = frame[frame["in_grid"] == "yes"]
    sums = inside.groupby("sector")[list(SPECIES)].sum()
    return {str(sector): {name: round(float(row[name]), 3) for name in SPECIES} for sector, row in sums.iterrows()}
