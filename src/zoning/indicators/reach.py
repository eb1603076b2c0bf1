"""Clause × part → how much of the part the clause reaches, as bounds; never a guess of 0 or 1 where nobody can know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from zoning.clauses import Clause, Scope
from zoning.indicators.parts import Part
from zoning.tables import read
from zoning.vocab import value

__all__ = ["Bounds", "covered", "reached", "touches_existing"]

Bounds = tuple[float, float]
NOTHING: Bounds = (0.0, 0.0)
UNKNOWN: Bounds = (0.0, 1.0)
ALL: Bounds = (1.0, 1.0)

_NO_MASS = ("NONE", "REGION", "SINK", "SCOPE2", "NON_CO2")
_ZONE_SUBTYPES = {"NOBURN": ("NOBURN_1", "NOBURN_2", "NOBURN_3"), "REDLINE": ("ECO_REDLINE",)}
_PIPELINE = ("PIPELINE", "NONE")


def touches_existing(scope: Scope) -> bool:
    """Tell whether a clause reaches any existing mass at all."""
    return scope.gate not in _PIPELINE and scope.reach not in _NO_MASS


def covered(clauses: Iterable[Clause], part: Part) -> Bounds:
    """Return the share of a part that is under at least one of the clauses.

    The lower bound is the largest of the single ones (they may all reach the same mass), the upper one their sum, at
    most 1: neither grows smaller by a further clause.
    """
    low, high = 0.0, 0.0
    for clause in clauses:
        one = reached(clause.scope, part)
        low, high = max(low, one[0]), min(1.0, high + one[1])
    return low, high


def reached(scope: Scope, part: Part) -> Bounds:
    """Return the bounds of the share of one part that one clause reaches (SR20–SR170 of ``scope_rules``).

    Examples
    --------
    >>> steel = Part("U", "industry", 1.0, 1.0, located=True, industry="3120", fuel="coal")
    >>> reached(Scope(gate="EXISTING", reach="INDUSTRY", sectors=("industry",), industry_codes=("31",)), steel)
    (1.0, 1.0)
    >>> reached(Scope(gate="PIPELINE", reach="INDUSTRY", sectors=("industry",), industry_codes=("31",)), steel)
    (0.0, 0.0)
    """
    if not touches_existing(scope) or part.sector not in _sectors(scope.sectors):
        return NOTHING
    low, high = _located(scope, part) if part.located else _gridded(scope, part)
    share_low, share_high = _in_zone(scope, part)
    low, high = low * share_low, high * share_high
    return (0.0 if scope.exception else low, high)


@cache
def _sectors(named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value("sector", name) or name for name in named)


def _whole_sector(scope: Scope, part: Part) -> bool:
    """Tell whether a clause on all industry takes in the whole sector; a trade named beside it goes by its code."""
    return scope.exact and (part.sector == "industry" or not scope.industry_codes)


def _gridded(scope: Scope, part: Part) -> Bounds:
    return ALL if _whole_sector(scope, part) else UNKNOWN


def _located(scope: Scope, part: Part) -> Bounds:
    """Bounds for an emitter record: its industry and fuel are known, its boilers and products are not."""
    fuel = _fuel(scope, part)
    if fuel == NOTHING:
        return NOTHING
    if scope.reach == "LIST":
        industry = UNKNOWN if _two_high(part.industry) else NOTHING
    elif scope.reach in ("USER_LIST", "STANDARD", "REFERENCE"):
        industry = UNKNOWN
    elif _whole_sector(scope, part):
        industry = ALL
    else:
        industry = _industry(scope, part) if scope.industry_codes else UNKNOWN
    if scope.objects and industry != NOTHING:
        industry = (0.0, industry[1])
    return (industry[0] * fuel[0], industry[1] * fuel[1])


def _industry(scope: Scope, part: Part) -> Bounds:
    if not part.industry:
        return UNKNOWN
    return ALL if any(part.industry.startswith(code) for code in scope.industry_codes) else NOTHING


def _fuel(scope: Scope, part: Part) -> Bounds:
    if not scope.fuels or part.fuel in scope.fuels:
        return ALL
    return UNKNOWN if not part.fuel else NOTHING


def _in_zone(scope: Scope, part: Part) -> Bounds:
    """Share of the part inside the zone a clause is limited to; without a layer of it nothing is known."""
    if not scope.zone:
        return ALL
    subtypes = _ZONE_SUBTYPES.get(scope.zone, (scope.zone,))
    zones = part.zones or {}
    if not any(name in _known_subtypes() for name in subtypes):
        return UNKNOWN
    inside = min(1.0, sum(zones.get(name, 0.0) for name in subtypes))
    return (inside, inside)


@cache
def _known_subtypes() -> frozenset[str]:
    return frozenset(row["code"] for row in read("zone_vocab"))


@cache
def _two_high_prefixes() -> tuple[str, ...]:
    rows = [row for row in read("lianggao_membership") if row["list_id"] == "L-NAT-45"]
    return tuple(sorted({code for row in rows for code in row["gb_t_4754"].split(";") if code}))


def _two_high(industry: str) -> bool:
    return not industry or any(industry.startswith(code) for code in _two_high_prefixes())
