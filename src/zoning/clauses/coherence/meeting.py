"""Whether a clause and a carbon demand are about the same emitters, and why."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from zoning.clauses.coherence.model import Demand
from zoning.clauses.crosswalk import list_codes, sector_of_industry
from zoning.clauses.model import Scope
from zoning.tables import read

__all__ = ["REGION", "is_here", "is_regional", "meeting"]

REGION = "区域"
"""Carrier of demands on a whole region."""

_NEW = ("新建", "新建项目")
_PARK, _TWO_HIGH, _ALL = "park", "two_high", "all"
_IN_PARKS = frozenset({"power", "industry"})
_NATIONAL_LIST = "L-NAT-45"
_ADMINISTRATIVE = "省市县区自治州盟"


@lru_cache(maxsize=1)
def _applies_to() -> dict[str, str]:
    return {row["id"]: row["applies_to"] for row in read("carbon_demands")}


def is_regional(demand: Demand) -> bool:
    """Tell whether a demand is that of a region as a whole, never of one unit.

    A demand of the packaged table says so itself; another is a region's if its carrier is the region (区域).
    """
    known = _applies_to().get(demand.id)
    return demand.carrier == REGION if known is None else known == "region"


def is_here(demand: Demand, places: Collection[str]) -> bool:
    """Tell whether a demand holds in a place: national ones do, others where they name one of its regions.

    Parameters
    ----------
    demand : Demand
        Its ``region`` is empty where it comes from a document of the user.
    places : collection of str
        Names of the province, city and county of the study, with or without 省, 市 …
    """
    if demand.level == "national" or not demand.region:
        return True
    region = demand.region.rstrip(_ADMINISTRATIVE)
    return any(region == place.rstrip(_ADMINISTRATIVE) for place in places)


def _sectors(demand: Demand) -> frozenset[str]:
    given = demand.sector.split(";") if isinstance(demand.sector, str) else demand.sector
    return frozenset(part for part in given if part)


def _codes_meet(some: Collection[str], others: Collection[str]) -> bool:
    return any(one.startswith(other) or other.startswith(one) for one in some for other in others)


def meeting(scope: Scope, own: Collection[str], demand: Demand) -> str:
    """Return why a clause and a demand meet on the same emitters; "" where they do not.

    Parameters
    ----------
    scope : Scope
        Whom the clause reaches.
    own : collection of str
        Sectors that its kind speaks of: words of the clause beside them (居民区) reach nobody.
    demand : Demand
        The carbon demand.

    Returns
    -------
    str
        ``REGION`` (the demand is the whole region's), ``ALL`` (it is everybody's), ``CODES`` (industries meet),
        ``TWO_HIGH``, ``PARK``, ``SECTOR`` or "".
    """
    if demand.carrier in _NEW and scope.gate == "EXISTING":
        return ""
    wanted, reached = _sectors(demand), _reached(scope, frozenset(own))
    if _ALL in wanted or not wanted:
        return "REGION" if is_regional(demand) else "ALL"
    if demand.codes and scope.industry_codes:
        return "CODES" if _codes_meet(demand.codes, scope.industry_codes) else ""
    if _TWO_HIGH in wanted:
        return _two_high(scope, reached)
    if _PARK in wanted:
        return "PARK" if scope.zone == "PARK" or reached & _IN_PARKS else ""
    return "SECTOR" if wanted & reached else ""


def _reached(scope: Scope, own: frozenset[str]) -> frozenset[str]:
    """Return the sectors a clause is about: those of its industries, else of its kind, else of its words."""
    by_code = frozenset(filter(None, map(sector_of_industry, scope.industry_codes)))
    if by_code:
        return by_code
    return (frozenset(scope.sectors) & own) or own or frozenset(scope.sectors)


def _two_high(scope: Scope, reached: frozenset[str]) -> str:
    """Two-high firms are met by name of the list, by an industry of it, or by a clause on industry as such."""
    if scope.industry_codes:
        return "TWO_HIGH" if _codes_meet(list_codes(_NATIONAL_LIST), scope.industry_codes) else ""
    return "TWO_HIGH" if reached & {"power", "industry"} else ""
