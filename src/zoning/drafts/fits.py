"""Which templates fit a unit: its region, its class, its zone sub-types, its industries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from zoning.clauses.crosswalk import LIST_TAG, list_codes
from zoning.drafts.inputs import Drafting, UnitCase
from zoning.drafts.settings import words
from zoning.drafts.templates import ANY, Template
from zoning.tables import read
from zoning.vocab import value

__all__ = ["industry_fit", "templates_of", "unit_class_fit", "zone_fit"]

_TWO_HIGH = "two_high"


def templates_of(basis: Drafting, level: str, reasons: Iterable[str]) -> tuple[Template, ...]:
    """Return the templates of a level for some reasons that this region may use, in the order of their ids."""
    wanted = set(reasons)
    here = ("", basis.region.province, basis.region.name)
    return tuple(
        one for one in basis.templates if one.level == level and one.reason in wanted and one.region_limit in here
    )


def unit_class_fit(template: Template, unit: UnitCase) -> int | None:
    """Return 2 for the unit's own class, 1 for any, 0 for one that stands in for it; None if it does not fit."""
    if template.unit_class == ANY:
        return 1
    if template.unit_class == words("class_word").get(unit.unit_class):
        return 2
    return 0 if template.unit_class == words("stand_in").get(unit.unit_class) else None


def zone_fit(template: Template, unit: UnitCase) -> int | None:
    """Return 1 for a sub-type that the unit lies in, 0 for any; None if it does not fit."""
    if template.zone.casefold() == ANY:
        return 0
    return 1 if template.zone in unit.subtypes else None


def industry_fit(template: Template, unit: UnitCase, codes: tuple[str, ...], province: str = "") -> int | None:
    """Return how well the industries fit: 2 and more a code (the heavier industry first), 1 两高, 0 a sector or any.

    Parameters
    ----------
    template : Template
        The template.
    unit : UnitCase
        The unit; its parts say which sectors it has.
    codes : tuple of str
        GB/T 4754 codes the reason is about, the heaviest first.
    province : str
        Its own two-high catalogue counts beside the national list.

    Examples
    --------
    >>> from zoning.drafts.templates import templates
    >>> from zoning.tables import read
    >>> steel = next(one for one in templates(read("clause_templates")) if one.id == "T060")
    >>> [industry_fit(steel, UnitCase("U", "甲", "KEY", "NEED"), (code,)) for code in ("3120", "1951")]
    [2, None]
    """
    if not template.industries:
        return 0
    named = [entry.partition(":")[2] for entry in template.industries if ":" in entry]
    if named:
        places = [place for place, code in enumerate(codes) if code.startswith(tuple(named))]
        return 1 + len(codes) - places[0] if places else None
    if _TWO_HIGH in template.industries:
        return 1 if any(code.startswith(_two_high(province)) for code in codes) else None
    sectors = {value("sector", entry) or entry for entry in template.industries} | set(template.industries)
    mine = {part.sector for part in unit.parts if part.located and part.co2 > 0}
    sink = "land_sink" in template.industries and unit.unit_class == "PRIORITY"
    return 0 if sink or sectors & mine else None


@cache
def _two_high(province: str) -> tuple[str, ...]:
    own = {row["list_id"] for row in read("lianggao_membership")
           if row["province"] and province.startswith(row["province"]) and LIST_TAG in row["list_name_zh"]}  # fmt: skip
    lists = (*words("two_high").values(), *sorted(own))
    return tuple(code for name in lists for code in list_codes(name))
