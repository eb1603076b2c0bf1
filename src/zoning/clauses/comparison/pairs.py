"""Two statements of two levels: on the same subject or not, and if so whether the lower one clashes with the upper.

Only what is sure is said: the objects of the lower statement must lie within those of the upper one, in the same place
and among the same sources; where the words leave that open there is no clash.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from zoning.clauses.comparison.figures import Figure
from zoning.clauses.comparison.statements import BANS, Statement, statements
from zoning.clauses.comparison.words import contained, subject_words

__all__ = ["CONTRADICTION", "REASONS", "WEAKER", "clash_of", "same_subject", "stated", "subject_of", "touched"]

CONTRADICTION, WEAKER = "CONTRADICTION", "WEAKER"

_PERMITS = ("PERMIT", "HORTATORY")
_ENTERING = ("BUILD", "BURN", "SELL", "USE", "EXTRACT", "DISCHARGE", "FARM", "STORE", "BUILD_LAND")
_TERMS = ("EMIT", "RETROFIT", "INSTALL", "REPLACE", "USE", "BURN", "TREAT")
_KEPT = 50_000


@lru_cache(maxsize=_KEPT)
def stated(text: str) -> frozenset[str]:
    """Return what a clause speaks of: its acts, what its figures measure, the families of its grades."""
    return frozenset(key for one in statements(text) for key in _keys(one))


@lru_cache(maxsize=_KEPT)
def touched(text: str) -> frozenset[str]:
    """Return what a lower clause must speak of to clash with this one: no other pair needs a closer look.

    Examples
    --------
    >>> "RETAIN" in touched("淘汰燃煤锅炉。"), stated("推广绿电。") & touched("淘汰燃煤锅炉。")
    (True, frozenset())
    """
    found = set(stated(text))
    found |= {"RETAIN", "BUILD"} if found & {"EXIT", "BURN", "USE", "EXTRACT", "FARM"} else set()
    return frozenset(found | set(_TERMS) if "BUILD" in found else found)


def _keys(one: Statement) -> tuple[str, ...]:
    return (one.act, *(figure.key for figure in one.figures), *(family for family, _ in one.ranks))


# ---------------------------------------------------------------------------------------------------- subject


def covers(upper: Statement, lower: Statement) -> bool:
    """Tell whether all that a lower statement is about lies within what the upper one is about."""
    return (
        _named(upper)
        and _things_within(lower, upper)
        and (not upper.fuels or (bool(lower.fuels) and lower.fuels <= upper.fuels))
        and _codes_within(lower, upper)
        and (not upper.pollutants or bool(upper.pollutants & lower.pollutants))
        and upper.places <= lower.places
        and (not upper.gate or not lower.gate or upper.gate == lower.gate)
        and _sizes_overlap(upper, lower)
    )


def same_subject(upper: Statement, lower: Statement) -> bool:
    """Tell whether two statements are about the same objects in the same place; sizes and dates aside."""
    return (
        covers(upper, lower)
        and _things_within(upper, lower)
        and upper.fuels == lower.fuels
        and upper.codes == lower.codes
        and bool(upper.pollutants) == bool(lower.pollutants)
        and upper.places == lower.places
        and upper.gate == lower.gate
    )


def _named(one: Statement) -> bool:
    return bool(one.things or one.codes or one.pollutants or one.fuels)


def _with_parts(things: frozenset[str]) -> frozenset[str]:
    return things.union(*(contained().get(thing, frozenset()) for thing in things))


def _things_within(lower: Statement, upper: Statement) -> bool:
    if not upper.things:
        return not lower.things or bool(upper.fuels or upper.codes or upper.pollutants)
    return bool(_with_parts(upper.things) & lower.things)


def _codes_within(lower: Statement, upper: Statement) -> bool:
    if not upper.codes:
        return True
    return bool(lower.codes) and all(code.startswith(tuple(upper.codes)) for code in lower.codes)


def _sizes_overlap(upper: Statement, lower: Statement) -> bool:
    return all(
        one.low < other.high and other.low < one.high
        for one in upper.sizes
        for other in lower.sizes
        if one.unit == other.unit
    )


def subject_of(lower: Statement, upper: Statement, reason: str) -> str:
    """Return the code of what two statements are both about: act and things, or the measure."""
    if reason in ("opposite", "number"):
        return next((one.key.rstrip("↓↑") for one, _ in _figure_pairs(upper, lower)), lower.act)
    if reason == "rank":
        return next((family for family, _ in lower.ranks), lower.act)
    things = _with_parts(upper.things) & lower.things or lower.pollutants & upper.pollutants or lower.things
    return ":".join(part for part in (lower.act, "+".join(sorted(things))) if part)


# ---------------------------------------------------------------------------------------------------- contradictions


def _keeps(upper: Statement, lower: Statement) -> bool:
    """Tell whether the upper level ends, or bans the use of, what the lower one keeps."""
    ended = upper.posture == "EXIT" or (upper.posture == "PROHIBIT" and upper.act in ("BURN", "USE", "EXTRACT", "FARM"))
    return ended and lower.act == "RETAIN" and lower.posture in _PERMITS and _unbound(upper, lower)


def _permits(upper: Statement, lower: Statement) -> bool:
    """Tell whether the upper level bans or limits what the lower one permits, encourages or plans."""
    if upper.posture == "EXIT":
        return (lower.act, lower.posture) == ("BUILD", "HORTATORY") and not upper.sizes and _unbound(upper, lower)
    if upper.act != lower.act or upper.act not in _ENTERING or lower.posture not in _PERMITS:
        return False
    if upper.posture == "RESTRICT" and lower.posture == "PERMIT":
        return False  # a limit leaves room for permits
    return upper.posture in BANS and _unbound(upper, lower)


def _takes_for_granted(upper: Statement, lower: Statement) -> bool:
    """Tell whether the lower level sets terms for new objects that the upper one bans altogether."""
    return (
        upper.posture == "PROHIBIT"
        and upper.act == "BUILD"
        and not upper.exception
        and lower.posture == "REQUIRE"
        and lower.gate == "new"
        and lower.act in _TERMS
        and bool(upper.fuels)
        and bool(upper.things & lower.things)
        and len(lower.fuels) == 1
        and _unbound(upper, lower)
    )


def _unbound(upper: Statement, lower: Statement) -> bool:
    """Tell whether the upper statement leaves no room for the lower one: no condition, no exception that it uses."""
    if upper.conditional or not covers(upper, lower):
        return False
    if lower.lawful and (upper.exception or not (upper.things or upper.codes)):
        return False
    return not upper.exception or not lower.exception


# ---------------------------------------------------------------------------------------------------- numbers


def _figure_pairs(upper: Statement, lower: Statement) -> list[tuple[Figure, Figure]]:
    """Return the figures of two statements that measure the same thing."""
    if not _measured_alike(upper, lower):
        return []
    return [
        (one, other)
        for one in upper.figures
        for other in lower.figures
        if (one.key, one.role, one.unit) == (other.key, other.role, other.unit)
        and (one.base_year is None or other.base_year is None or one.base_year == other.base_year)
        and _same_pollutants(one.pollutants or upper.pollutants, other.pollutants or lower.pollutants)
        and not _region_only(one, upper, lower)
    ]


def _measured_alike(upper: Statement, lower: Statement) -> bool:
    things = not upper.things or bool(_with_parts(upper.things) & _with_parts(lower.things))
    gates = not upper.gate or upper.gate == lower.gate
    fuels = not upper.fuels or (bool(lower.fuels) and lower.fuels <= upper.fuels)
    codes = upper.codes == lower.codes or (bool(upper.codes) and _codes_within(lower, upper))
    places = upper.places <= lower.places and not (lower.places - upper.places and not upper.places)
    return things and gates and fuels and codes and places and _sizes_overlap(upper, lower)


def _same_pollutants(upper: frozenset[str], lower: frozenset[str]) -> bool:
    return bool(upper & lower) or not (upper or lower)


def _region_only(figure: Figure, upper: Statement, lower: Statement) -> bool:
    """Tell whether a number is a region's and says nothing of its parts (a share of a total, an intensity of all)."""
    words = subject_words()
    if figure.comparator == "≥" and words.first("extensive", figure.unit):
        return True
    carried = words.first("carrier", figure.key.rstrip("↓↑")) is not None
    total = figure.comparator == "≤" and words.first("extensive", figure.unit) is not None
    return carried and not total and upper.regional and not lower.regional


def _opposite(upper: Statement, lower: Statement) -> bool:
    """Tell whether no number can meet both (不得高于30, 应不低于40)."""
    return any(
        one.comparator != other.comparator
        and (other.value > one.value if one.comparator == "≤" else other.value < one.value)
        for one, other in _figure_pairs(upper, lower)
    )


def _number(upper: Statement, lower: Statement) -> bool:
    return any(
        one.comparator == other.comparator and _less_strict(one, other, upper, lower)
        for one, other in _figure_pairs(upper, lower)
    )


def _less_strict(one: Figure, other: Figure, upper: Statement, lower: Statement) -> bool:
    """Tell whether the second figure asks for less, or for the same later; an earlier date is a milestone."""
    due = one.year or (upper.due[0] if upper.due else None)
    own = other.year or (lower.due[0] if lower.due else None)
    if due and own and (own < due or (own > due and one.role == "change")):
        return False  # a milestone on the way; a change over another time
    if other.open:
        return False
    worse = other.value > one.value if one.comparator == "≤" else other.value < one.value
    same = other.value == one.value
    return worse or (same and one.open) or (same and bool(due and own and own > due))


# ---------------------------------------------------------------------------------------------------- weaker


def _smaller(upper: Statement, lower: Statement) -> bool:
    """Tell whether a ban or exit reaches fewer sizes than the upper one."""
    if upper.act != lower.act or upper.posture not in ("EXIT", *BANS):
        return False
    if lower.posture != upper.posture or not lower.sizes or not same_subject(upper, lower):
        return False
    if not upper.sizes:
        return upper.posture != "EXIT"
    return any(
        one.unit == other.unit
        and one.low <= other.low
        and other.high <= one.high
        and (one.low < other.low or other.high < one.high)
        for one in upper.sizes
        for other in lower.sizes
    )


def _later(upper: Statement, lower: Statement) -> bool:
    return (
        bool(upper.due and lower.due)
        and lower.due > upper.due
        and bool(upper.act)
        and upper.act == lower.act
        and upper.act != "BUILD"
        and not (upper.figures and lower.figures)
        and _binding(upper)
        and same_subject(upper, lower)
        and (not upper.sizes or upper.sizes == lower.sizes)
        and (not upper.ranks or upper.ranks == lower.ranks)
    )


def _lower_grade(upper: Statement, lower: Statement) -> bool:
    if not upper.ranks or not _measured_alike(upper, lower):
        return False
    asked = dict(upper.ranks)
    return any(family in asked and rank < asked[family] for family, rank in lower.ranks)


def _softer(upper: Statement, lower: Statement) -> bool:
    """Tell whether the lower level only limits what is banned, or only encourages what is demanded."""
    if upper.act != lower.act or not upper.act or upper.conditional or lower.early or not covers(upper, lower):
        return False
    if upper.posture == "PROHIBIT":
        return lower.posture in ("PRINCIPLE", "RESTRICT") and upper.act in _ENTERING
    if lower.posture != "HORTATORY" or not (upper.things & lower.things or (upper.codes and lower.codes)):
        return False
    within = all(one.high <= other.high for other in upper.sizes for one in lower.sizes if one.unit == other.unit)
    return upper.posture in ("EXIT", "REQUIRE") and within and bool(lower.sizes) >= bool(upper.sizes)


def _binding(one: Statement) -> bool:
    return one.posture in ("PROHIBIT", "EXIT", "PRINCIPLE", "RESTRICT", "REQUIRE")


def _with_exception(upper: Statement, lower: Statement) -> bool:
    return (
        bool(lower.exception)
        and not upper.exception
        and not upper.lawful
        and upper.act == lower.act
        and upper.posture == lower.posture
        and upper.posture in ("PROHIBIT", "EXIT")
        and same_subject(upper, lower)
    )


REASONS: tuple[tuple[str, str, Callable[[Statement, Statement], bool]], ...] = (
    ("retain", CONTRADICTION, _keeps),
    ("permit", CONTRADICTION, _permits),
    ("granted", CONTRADICTION, _takes_for_granted),
    ("opposite", CONTRADICTION, _opposite),
    ("number", WEAKER, _number),
    ("size", WEAKER, _smaller),
    ("later", WEAKER, _later),
    ("rank", WEAKER, _lower_grade),
    ("modality", WEAKER, _softer),
    ("exception", WEAKER, _with_exception),
)
"""Name, kind and test of every reason for a clash; the first that holds is given."""


def clash_of(upper: Statement, lower: Statement) -> tuple[str, str] | None:
    """Return (reason, kind) of the clash of two statements, or None.

    Examples
    --------
    >>> from zoning.clauses.comparison.statements import statements
    >>> (upper,), (lower,) = statements("禁止新建燃煤锅炉。"), statements("可新建10蒸吨及以下燃煤锅炉。")
    >>> clash_of(upper, lower), clash_of(lower, upper)
    (('permit', 'CONTRADICTION'), None)
    """
    return next(((reason, kind) for reason, kind, holds in REASONS if holds(upper, lower)), None)
