"""How likely two sets of rows are one enterprise: log-odds of what agrees and what does not.

Each comparison has a level; the weight of a level is ln(m/u), where m is how often it is seen for rows of one
enterprise and u for rows of two (``tables/linkage_weights.csv``). The weights add up to log-odds, and the score is
their probability.

References
----------
.. [1] Fellegi, I. P. and Sunter, A. B. (1969): A theory for record linkage. J. Am. Stat. Assoc. 64, 1183-1210.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from zoning.inventory.linkage.addresses import compare_addresses
from zoning.inventory.linkage.codes import compare_codes
from zoning.inventory.linkage.evidence import Evidence
from zoning.inventory.linkage.names import compare_names
from zoning.messages import Both
from zoning.tables import numbers, read

__all__ = ["Scored", "distance_m", "probability", "reasons", "score_pair"]

_RADIUS = 6371008.8  # mean radius of the Earth, m: near enough to tell whether two points are one site
_TOGETHER = {"same", "address", "point", "alike"}


@cache
def _weights() -> Mapping[tuple[str, str], float]:
    return {
        (row["field"], row["level"]): math.log(float(row["m"]) / float(row["u"])) for row in read("linkage_weights")
    }


@cache
def _reasons() -> Mapping[tuple[str, str], Both]:
    return {(row["field"], row["level"]): Both(row["zh"], row["en"]) for row in read("linkage_weights") if row["zh"]}


@dataclass(frozen=True, slots=True)
class Scored:
    """Two pieces of evidence held against each other.

    Attributes
    ----------
    found : tuple of (field, level)
        What was seen, by the rows of ``tables/linkage_weights.csv``.
    log_odds : float
    level : str
        ``sure, probable, possible, apart``.
    distance : float
        Metres between the nearest points; NaN if one has none.
    veto : bool
        They are two, so that no third may bring them together: a branch elsewhere, another county, one code on two
        rows of one table.
    """

    found: tuple[tuple[str, str], ...]
    log_odds: float
    level: str
    distance: float
    veto: bool = False

    @property
    def rule(self) -> str:
        """Name of what joins them: the comparison of most weight."""
        return "+".join(f"{field}:{level}" for field, level in self.found if _weights()[field, level] > 0) or "none"


def probability(log_odds: float) -> float:
    """Return the probability of log-odds.

    Examples
    --------
    >>> probability(0.0), round(probability(7.0), 4)
    (0.5, 0.9991)
    """
    return 1 / (1 + math.exp(-log_odds)) if log_odds > 0 else math.exp(log_odds) / (1 + math.exp(log_odds))


def reasons(scored: Scored) -> Both:
    """Return what was seen in words, the heaviest first."""
    weights, texts = _weights(), _reasons()
    seen = sorted((one for one in scored.found if one in texts), key=lambda one: (-abs(weights[one]), one))
    return Both("；".join(texts[one].zh for one in seen), "; ".join(texts[one].en for one in seen))


def distance_m(left: tuple[tuple[float, float], ...], right: tuple[tuple[float, float], ...]) -> float:
    """Return the metres between the nearest two of two sets of points (lon, lat in degrees); NaN if one is empty.

    Examples
    --------
    >>> round(distance_m(((118.6, 24.8),), ((118.6, 24.801), (118.7, 24.8))))
    111
    """
    return min((_metres(one, other) for one in left for other in right), default=math.nan)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = math.radians(other[1] - one[1])
    east = math.radians(other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return _RADIUS * math.hypot(north, east)


def score_pair(left: Evidence, right: Evidence) -> Scored:
    """Hold two pieces of evidence against each other.

    Parameters
    ----------
    left, right : Evidence

    Returns
    -------
    Scored
        The same for (right, left).
    """
    metres, fuels, weights = distance_m(left.points, right.points), _fuels(left, right), _weights()
    found = (
        ("code", compare_codes(left.code, right.code, both_valid=bool(left.valid and right.valid))),
        ("permit", "equal" if left.permits & right.permits else "missing"),
        ("name", _names(left, right)),
        ("branch", "differs" if left.name.branch != right.name.branch else "missing"),
        ("group", "differs" if left.name.group != right.name.group else "missing"),
        ("place", _place(left, right, metres)),
        ("industry", _industry(left.industries, right.industries)),
        ("fuels", fuels),
        ("listed", _listed(left, right, fuels)),
    )
    log_odds = weights["prior", "candidate"] + sum([weights[one] for one in found])
    seen = dict(found)
    return Scored(found, log_odds, _level(seen, probability(log_odds)), metres, _two(seen))


def _names(left: Evidence, right: Evidence) -> str:
    """Return how the names go together that go together best: those they have and those a remark gives."""
    level = compare_names(left.name, right.name)
    if left.former or right.former:
        ones, others = (left.name, *left.former), (right.name, *right.former)
        weights = _weights()
        return max((compare_names(one, other) for one in ones for other in others), key=lambda at: weights["name", at])
    return level


def _place(left: Evidence, right: Evidence, metres: float) -> str:
    near = numbers("linkage_settings")
    addresses = compare_addresses(left.addresses, right.addresses)
    close = metres <= near["point_same"]
    if addresses == "equal":
        return "same" if close else "address"
    if close or addresses == "alike":
        return "point" if close else "alike"
    if metres <= near["point_near"]:
        return "near"
    if left.towns & right.towns:
        return "street" if addresses == "differs" else "town"
    return "differs" if addresses == "differs" or math.isfinite(metres) else "missing"


def _industry(left: frozenset[str], right: frozenset[str]) -> str:
    if not left or not right:
        return "missing"
    if left & right:
        return "class"
    return "division" if {one[:2] for one in left} & {one[:2] for one in right} else "differs"


def _fuels(left: Evidence, right: Evidence) -> str:
    if not left.amounts or not right.amounts:
        return "missing"
    shared = left.amounts.keys() & right.amounts.keys()
    if any(_equal(left.amounts[key], right.amounts[key]) for key in shared):
        return "amounts"
    return "kinds" if {fuel for _, fuel in left.amounts} & {fuel for _, fuel in right.amounts} else "differs"


def _equal(left: frozenset[float], right: frozenset[float]) -> bool:
    within = numbers("linkage_settings")["amount_same"]
    return any(abs(one - other) <= within * max(one, other) for one in left for other in right)


def _listed(left: Evidence, right: Evidence, fuels: str) -> str:
    if not left.listed & right.listed:
        return "missing"
    return "repeated" if fuels == "amounts" else "apart"


def _level(found: Mapping[str, str], chance: float) -> str:
    settings = numbers("linkage_settings")
    level = next((name for name in ("sure", "probable", "possible") if chance >= settings[name]), "apart")
    if level in {"sure", "probable"} and _forbidden(found):
        return "possible"
    return "probable" if level == "sure" and not _exact(found) else level


def _forbidden(found: Mapping[str, str]) -> bool:
    """Tell whether something speaks against holding them as one, however much agrees."""
    keyed = found["code"] in {"equal", "organisation", "near"} or found["permit"] == "equal"
    return found["code"] == "differs" or (found["name"] == "differs" and not keyed) or _two(found)


def _two(found: Mapping[str, str]) -> bool:
    """Tell whether they are two enterprises or two sites, so that no third may bring them together."""
    if found["branch"] == "differs" and found["place"] in {"differs", "street", "town", "near"}:
        return True
    if found["name"] == "differs":
        return found["code"] == "equal" and found["listed"] == "apart" and found["place"] not in _TOGETHER
    return found["name"] == "elsewhere" and found["code"] != "equal"


def _exact(found: Mapping[str, str]) -> bool:
    """Tell whether an exact key joins them: one code or permit, or one full name that nothing speaks against."""
    if found["listed"] == "apart":
        return False
    if found["branch"] == "differs" or found["group"] == "differs":
        return found["code"] == "equal"
    if found["code"] in {"equal", "organisation"} or found["permit"] == "equal":
        return True
    if found["code"] == "near":
        return found["name"] in {"equal", "county", "core"} and found["place"] in _TOGETHER
    if found["name"] == "county":
        return found["place"] in _TOGETHER
    return found["name"] == "equal" and found["place"] not in {"differs", "street"}
