"""Which faults are planted, how many of each, and in which enterprises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from zoning.factors import fuel_factor
from zoning.synthetic.departments.identities import credit_code
from zoning.synthetic.departments.world import World
from zoning.synthetic.emitters import SERIES
from zoning.tables import read

__all__ = ["Chosen", "Faults", "choose", "peopled"]


@dataclass(frozen=True)
class Faults:
    """How many enterprises carry each fault; no enterprise carries two.

    Attributes
    ----------
    renamed : int
        Two names under one code: env statistics or permit use the former name.
    old_number : int
        The permit has the registration number of 15 digits.
    wrong_letter : int
        The code in env statistics has one wrong digit, so its check letter does not fit.
    name_and_code : int
        The permit has the name of the works before it was a company, and the old number; address and place agree.
    branch : int
        Named after another enterprise (…第二分公司), with a code and a place of its own: not to be joined with it.
    shared_code : int
        The env statistics row carries the code of another enterprise; the permit has the right one.
    registered_address : int
        Address and coordinates of env statistics are those of the registered office; the permit has both addresses.
    row_twice, permit_renewed : int
        The same row twice in env statistics; an expired permit beside the present one.
    coal_slip, gas_slip, so2_slip, tce_slip : int
        Amount off by 10,000 (10⁴ t as t; m³ as 10⁴ m³), SO2 by 1,000 (kg as t), energy by 10,000.
    in_sea, degree_typo, axes_swapped : int
        Coordinates of env statistics off the coast, one degree off, or in the wrong order; the permit is right.
    outside : int
        Further enterprises of a neighbouring county: they stand outside the city.
    other_year : int
        The env statistics row is of the year before; the key energy users have the base year.
    left_over : int
        A row of the year before stands beside the right one in env statistics.
    industry_missing : int
        No industry code in env statistics, the permit has it.
    sources_disagree : int
        Coal of env statistics 3 to 12 % off the verified one.
    wrong_total : int
        The total of the verification is not the sum of its parts.
    heat_sold : int
        Plants that sell heat (power sector, verified).
    merged : int
        Further enterprises verified in the year before and merged into another one since.
    above_permit : int
        More emitted than permitted.
    permit_only : int
        Further enterprises known from a permit only.
    gcj02_declared, gcj02_undeclared : int
        Permit coordinates shifted as web maps are, said or not.
    balance_gap : float
        Industry gas on the balance sheet above the sum of the industry sheet, relative.
    """

    renamed: int = 0
    old_number: int = 0
    wrong_letter: int = 0
    name_and_code: int = 0
    branch: int = 0
    shared_code: int = 0
    registered_address: int = 0
    row_twice: int = 0
    permit_renewed: int = 0
    coal_slip: int = 0
    gas_slip: int = 0
    so2_slip: int = 0
    tce_slip: int = 0
    in_sea: int = 0
    degree_typo: int = 0
    axes_swapped: int = 0
    outside: int = 0
    other_year: int = 0
    left_over: int = 0
    industry_missing: int = 0
    sources_disagree: int = 0
    wrong_total: int = 0
    heat_sold: int = 0
    merged: int = 0
    above_permit: int = 0
    permit_only: int = 0
    gcj02_declared: int = 0
    gcj02_undeclared: int = 0
    balance_gap: float = 0.0

    def __post_init__(self) -> None:
        """Refuse negative counts."""
        if any(count < 0 for count in asdict(self).values()):
            raise ValueError(f"counts ≥ 0 needed, got {self}")

    @classmethod
    def of_a_city(cls, enterprises: int) -> Faults:
        """Return as many of each as real tables of so many enterprises may hold (at least one of each).

        Examples
        --------
        >>> Faults.of_a_city(260).renamed, Faults.of_a_city(10_000).renamed
        (4, 154)
        """
        scale = enterprises / _CITY
        counts: dict[str, int] = {name: max(1, round(count * scale)) for name, count in _OF_A_CITY.items()}
        return cls(**counts, balance_gap=0.018)

    @property
    def counts(self) -> Mapping[str, int]:
        """Name → count."""
        return {one.name: int(getattr(self, one.name)) for one in fields(self) if one.name != "balance_gap"}


_CITY = 260
_OF_A_CITY = {
    "renamed": 4, "old_number": 3, "wrong_letter": 2, "name_and_code": 3, "branch": 2, "shared_code": 1,
    "registered_address": 4, "row_twice": 2, "permit_renewed": 1, "coal_slip": 2, "gas_slip": 1, "so2_slip": 1,
    "tce_slip": 1, "in_sea": 2, "degree_typo": 1, "axes_swapped": 1, "outside": 2, "other_year": 4, "left_over": 1,
    "industry_missing": 6, "sources_disagree": 3, "wrong_total": 1, "heat_sold": 1, "merged": 1, "above_permit": 2,
    "permit_only": 18, "gcj02_declared": 28, "gcj02_undeclared": 12,
}  # fmt: skip
_JADE, _MANY = 0x7401, 254  # characters of the radical 玉: rare, in GBK, and one pair for each enterprise
_LARGE = 0.95  # what is merged goes into one of the largest
_FURTHER = ("outside", "merged", "permit_only")  # enterprises that come on top of the world's own


@dataclass(frozen=True)
class Chosen:
    """Who carries what.

    Attributes
    ----------
    carriers : dict
        Fault → firms, sorted.
    partners : dict
        Firm → the other firm of the fault: whose code it carries, whose branch it seems, what it was merged into.
    """

    carriers: Mapping[str, tuple[int, ...]]
    partners: Mapping[int, int]

    def of(self, fault: str) -> tuple[int, ...]:
        """Return the firms with a fault."""
        return self.carriers.get(fault, ())


def peopled(world: World, faults: Faults, seed: int) -> tuple[World, dict[str, tuple[int, ...]], dict[int, int]]:
    """Return the world with the enterprises that some faults bring with them, and who they are."""
    rng = np.random.default_rng([seed, 32])
    firms = world.enterprises
    carriers: dict[str, tuple[int, ...]] = {}
    partners: dict[int, int] = {}
    added: list[dict[str, object]] = []
    for fault in _FURTHER:
        start = len(firms) + len(added)
        carriers[fault] = tuple(range(start, start + faults.counts[fault]))
        for firm in carriers[fault]:
            large = firms["co2_t"] >= firms["co2_t"].quantile(_LARGE)
            model = int(rng.choice(firms.index[large] if fault == "merged" else firms.index))
            added.append(_further(rng, world, fault, firm, model))
            if fault == "merged":
                partners[firm] = model
    if not added:
        return world, carriers, partners
    extra = pd.DataFrame(added, index=range(len(firms), len(firms) + len(added)))
    whole = pd.concat([firms, extra.astype(firms.dtypes)])
    return _with_data(rng, replace(world, enterprises=whole), carriers), carriers, partners


def _further(rng: np.random.Generator, world: World, fault: str, firm: int, model: int) -> dict[str, object]:
    """Return one more enterprise, like another one but for who and where it is."""
    like = {str(name): values[0] for name, values in world.enterprises.loc[[model]].to_dict("list").items()}
    county = "990198" if fault == "outside" else str(like["county"])
    word = chr(_JADE + firm % _MANY) + chr(_JADE + firm // _MANY % _MANY)
    own: dict[str, object] = {
        "key": "",
        "code": credit_code(county, firm + 1),
        "name": f"示例{word}{like['word']}有限公司",
    }
    own |= {"in_grid": "unknown", "verified": fault == "merged", "key_user": False, "measured": False}
    own |= {"known": {"permit_only": "permit", "outside": "outside", "merged": "merged"}[fault]}
    if fault == "permit_only":
        lon, lat = _near(rng, like)
        own |= {"lon": lon, "lat": lat, "address": f"{like['town']}示例创业路{int(rng.integers(1, 400))}号"}
    if fault == "outside":
        east = float(world.enterprises["lon"].max())
        own |= {"lon": round(east + 0.2 + float(rng.uniform(0, 0.1)), 6), "unit": "", "town": "示例邻州县"}
        own |= {"county": county, "town_code": "", "address": f"示例邻州县示例工业路{int(rng.integers(1, 400))}号"}
    if fault == "merged":
        own |= {"into": model}
    return {**like, **own}


def _near(rng: np.random.Generator, like: Mapping[str, Any]) -> tuple[float, float]:
    east, north = rng.uniform(-0.0005, 0.0005, 2)
    return round(float(like["lon"]) + float(east), 6), round(float(like["lat"]) + float(north), 6)


def _with_data(rng: np.random.Generator, world: World, carriers: Mapping[str, tuple[int, ...]]) -> World:
    """Give fuels and pollutants to the added enterprises that have any: gas for those outside, coal for the merged."""
    tce = {row["fuel_zh"]: float(row["tce_per_unit"]) for row in read("synthetic_energy")}
    rows = []
    for firm in (*carriers["outside"], *carriers["merged"]):
        fuel, unit, factor = (
            ("烟煤", "t", "bituminous") if firm in carriers["merged"] else ("天然气", "万立方米", "natural_gas")
        )
        amount = round(float(rng.uniform(60, 300)) * (200 if unit == "t" else 1), 1)
        emitted = {"tce": amount * tce[fuel], "co2_t": amount * fuel_factor(factor, SERIES).co2_per_unit}
        rows.append({"firm": firm, "fuel_zh": fuel, "factor": factor, "amount": amount, "unit": unit} | emitted)
    fuels = pd.concat([world.fuels, pd.DataFrame(rows)], ignore_index=True) if rows else world.fuels
    further = world.enterprises.index[len(world.pollutants) :]
    some = pd.DataFrame(0.05, index=further, columns=world.pollutants.columns)
    return replace(world, fuels=fuels, pollutants=pd.concat([world.pollutants, some]))


def choose(
    world: World, faults: Faults, further: Mapping[str, tuple[int, ...]], partners: Mapping[int, int], seed: int
) -> Chosen:
    """Return who carries each fault: firms that can, no firm twice, the same ones whatever the order of the rows.

    Raises
    ------
    ValueError
        If there are not enough enterprises that can carry a fault.
    """
    carriers, others = dict(further), dict(partners)
    taken = set(partners.values()) | {firm for firms in further.values() for firm in firms}
    for place, (fault, able) in enumerate(_ABLE.items()):
        rng = np.random.default_rng([seed, 40, place])
        free = [firm for firm in world.enterprises.index[able(world)] if firm not in taken]
        if len(free) < faults.counts[fault]:
            raise ValueError(
                f"{faults.counts[fault]} × {fault} asked for, but only {len(free)} enterprises can carry it"
            )
        firms = sorted(int(one) for one in rng.choice(free, faults.counts[fault], replace=False)) if free else []
        taken |= set(firms)
        carriers[fault] = tuple(firms)
        if fault in ("branch", "shared_code"):
            for firm in firms:
                others[firm] = int(rng.choice([one for one in free if one not in taken]))
                taken.add(others[firm])
    return Chosen(carriers, others)


def _own(world: World) -> pd.Series:
    return world.enterprises["known"] == "tables"


def _quiet(world: World) -> pd.Series:
    """Enterprises whose fuels stand in env statistics only."""
    return _own(world) & ~world.enterprises["verified"] & ~world.enterprises["key_user"]


def _burning(fuel_zh: str, least: float) -> Callable[[World], pd.Series]:
    """Enterprises with so much of a fuel that a second department reports it too."""

    def able(world: World) -> pd.Series:
        second = world.enterprises["verified"] | world.enterprises["key_user"]
        return _own(world) & second & (world.amounts(fuel_zh) >= least)

    return able


def _plain(world: World) -> pd.Series:
    return _own(world) & ~world.enterprises["name"].str.endswith("分厂")


# those that few can carry first
_ABLE: Mapping[str, Callable[[World], pd.Series]] = {
    "heat_sold": lambda world: _own(world) & world.enterprises["verified"] & (world.enterprises["sector"] == "power"),
    "sources_disagree": lambda world: _burning("烟煤", 100.0)(world) & world.enterprises["verified"],
    "coal_slip": _burning("烟煤", 500.0),
    "gas_slip": _burning("天然气", 20.0),
    "so2_slip": lambda world: _own(world) & (world.pollutants["SO2"] >= 1.0),
    "wrong_total": lambda world: _own(world) & world.enterprises["verified"],
    "other_year": lambda world: _own(world) & world.enterprises["key_user"] & ~world.enterprises["verified"],
    "tce_slip": lambda world: _own(world) & world.enterprises["key_user"],
    "shared_code": lambda world: _quiet(world) & _plain(world),
    "branch": lambda world: _quiet(world) & _plain(world),
    "name_and_code": lambda world: _quiet(world) & _plain(world),
    "above_permit": lambda world: _own(world) & (world.pollutants["NOx"] >= 0.5),
    "renamed": _plain,
    "old_number": _own,
    "wrong_letter": _own,
    "registered_address": _own,
    "row_twice": _own,
    "permit_renewed": lambda world: _own(world) & (world.pollutants["NOx"] >= 0.5),
    "in_sea": _own,
    "degree_typo": _own,
    "axes_swapped": _own,
    "left_over": lambda world: _own(world) & ~world.enterprises["verified"],
    "industry_missing": _own,
    "gcj02_declared": _own,
    "gcj02_undeclared": _own,
}
