"""What is planted where, decided before anything is built: the role of every unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.synthetic.layout import Layout
from zoning.synthetic.zones import ZoneMap

__all__ = ["ROLES", "VARIETIES", "Plan", "plan"]

ROLES: Mapping[str, str] = {
    "gap": "holds a key emitter, and no clause of the list reaches it with a number (rule R1)",
    "covered_dated": "key emitters, all under clauses with number, year and named body (S2, COVERED)",
    "covered": "key emitters, all under clauses with a number but without a date (S2, UPGRADE)",
    "covered_by_city": "key emitter covered by a clause of the city list only",
    "no_burn": "small coal users inside a no-burn zone, list silent on energy and carbon (R2a)",
    "many_small": "no key emitter, but the small ones add up (R3)",
    "pipeline": "an approved project adds a key emitter (R8)",
    "sinkless": "优先 unit without emitters and without a sink clause (S1)",
    "quiet": "优先 unit with a sink clause",
    "ordinary": "small emitters and clauses on energy",
}
"""Roles a unit can play, and what each is for."""

VARIETIES = ("silent", "hortatory", "energy_only", "new_only", "other_industry")
"""How the lists of ``gap`` units fail to count: in turn, so that every kind occurs."""

_SHARES = {
    # in this order where there are not enough 重点 units for all
    "gap": 9 / 80, "covered_dated": 3 / 80, "covered": 3 / 80, "covered_by_city": 1 / 80, "many_small": 2 / 80,
    "pipeline": 2 / 80,
}  # fmt: skip
_COVERED = ("covered_dated", "covered", "covered_by_city")
_NO_BURN = 2 / 80
_SINKLESS = 3 / 80


@dataclass(frozen=True)
class Plan:
    """Role of every unit, in the order of the layout's codes; for ``gap`` units also the variety of their list."""

    role: tuple[str, ...]
    variety: tuple[str, ...]

    def units(self, *roles: str) -> tuple[int, ...]:
        """Positions of the units that play one of the roles."""
        return tuple(position for position, role in enumerate(self.role) if role in roles)


def plan(land: Layout, maps: Mapping[str, ZoneMap], seed: int) -> Plan:
    """Return the plan of a region: 重点 units with most industry take the parts with emitters."""
    rng = np.random.default_rng([seed, 3])
    classes = np.array(land.classes)
    role = np.where(classes == "PRIORITY", "quiet", "ordinary").astype(object)
    free = np.flatnonzero(classes == "KEY")
    burn = land.unit_mean((maps["energy"].tile_subtype != "").astype(float))
    inside = free[np.argsort(-burn[free], kind="stable")][: _count(_NO_BURN, len(role))]
    inside = inside[burn[inside] > 0]
    role[inside] = "no_burn"
    free = np.setdiff1d(free, inside)
    parts = np.repeat(list(_SHARES), [_count(share, len(role)) for share in _SHARES.values()])
    industry = land.unit_mean(land.at_tiles("factories"))
    busy = free[np.argsort(-industry[free], kind="stable")][: len(parts)]
    _cast(rng, role, busy[np.argsort(_spread_load(land)[busy], kind="stable")], parts[: len(busy)])
    role[_sinkless(rng, classes, len(role))] = "sinkless"
    return Plan(tuple(str(one) for one in role), _varieties(role))


def _spread_load(land: Layout) -> NDArray[np.float64]:
    """Return what makes small industry in a unit: area times density of factories and workshops."""
    density = 0.7 * land.at_tiles("factories") + 0.3 * land.at_tiles("workshops")
    return land.unit_mean(density) * np.bincount(land.unit_of[land.inside])


def _cast(
    rng: np.random.Generator, role: NDArray[np.object_], units: NDArray[np.int64], parts: NDArray[np.str_]
) -> None:
    """Give units their parts: the first units, where least is emitted besides located mass, the covered parts."""
    covered = np.isin(parts, _COVERED)
    role[units[: covered.sum()]] = rng.permutation(parts[covered])
    role[units[covered.sum() :]] = rng.permutation(parts[~covered])


def _count(share: float, units: int) -> int:
    return max(1, round(share * units))


def _sinkless(rng: np.random.Generator, classes: NDArray[np.str_], units: int) -> NDArray[np.int64]:
    priority = np.flatnonzero(classes == "PRIORITY")
    return np.asarray(rng.choice(priority, min(len(priority), _count(_SINKLESS, units)), replace=False))


def _varieties(role: NDArray[np.object_]) -> tuple[str, ...]:
    order = np.cumsum(role == "gap") - 1
    return tuple(
        VARIETIES[turn % len(VARIETIES)] if part == "gap" else "" for part, turn in zip(role, order, strict=True)
    )
