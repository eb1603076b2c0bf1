"""Scope: whom a clause reaches, by the rules of ``scope_rules`` in their order.

Four steps multiply: the time gate (existing sources or planned projects) × the object (industry, object word, list …)
× the place, minus exceptions; then special reaches (electricity, transport, sinks …). Inside a step the first match
wins. Nothing named means nobody reached: the whole unit is never the default.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from zoning.clauses.classify import labelled
from zoning.clauses.crosswalk import Named, list_codes, named
from zoning.clauses.lexicon import Lexicon, default_lexicon
from zoning.clauses.model import Label, Scope
from zoning.clauses.reading import Reading, blotted, read_clause
from zoning.clauses.two_high import NATIONAL_LIST
from zoning.tables import read

__all__ = ["scope_of", "scoped"]

_GATES = {"SR02": "PIPELINE", "SR03": "EXISTING", "SR04": "BOTH", "SR05": "BOTH"}
_MISSING = {
    "INDUSTRY": "registry",
    "OBJECT": "registry",
    "INTERSECTION": "registry",
    "LIST": "list",
    "USER_LIST": "list",
    "SCOPE2": "scope2",
    "TRANSPORT": "fleet",
    "NON_CO2": "non_co2",
    "SINK": "sink",
    "REFERENCE": "target",
    "STANDARD": "standard",
}
_BURNING = ("SI064", "SI065", "SI066", "SI067", "SI070")


class _Asked(NamedTuple):
    """A clause with everything that the steps ask about."""

    reading: Reading
    label: Label
    names: Named
    lexicon: Lexicon

    def says(self, kind: str, text: str = "") -> bool:
        return self.lexicon.first(kind, text or self.reading.aims) is not None


@lru_cache(maxsize=1)
def _order() -> dict[str, int]:
    return {row["id"]: int(row["order"]) for row in read("scope_rules")}


def _names(reading: Reading, lexicon: Lexicon) -> Named:
    """Return what is named, with furnaces that the crosswalk has no word for added to its objects."""
    text = blotted(reading.aims, lexicon.all("mask.object", reading.aims))
    names = named(text, lexicon)
    more = {hit.value for hit in lexicon.all("scope.object", text)} - set(names.objects)
    if not more:
        return names
    sectors = {row["inventory_sector"] for row in read("sector_industry") if row["id"] in more}
    return Named(
        names.sectors or tuple(sorted(sectors)), names.codes, tuple(sorted({*names.objects, *more})), names.two_high
    )


def _gate(asked: _Asked) -> tuple[str, str]:
    """Return the time gate and its rule."""
    text, lexicon = asked.reading.aims, asked.lexicon
    new = lexicon.first("gate.new", text) is not None
    existing = lexicon.first("gate.existing", text) is not None
    everyone = lexicon.first("gate.all", text) is not None
    if (new and existing) or (everyone and not new):
        return _GATES["SR04"], "SR04"
    if new:
        return _GATES["SR02"], "SR02"
    if existing:
        return _GATES["SR03"], "SR03"
    return _GATES["SR05"], "SR05"


def _reach(asked: _Asked) -> tuple[str, str]:
    """Return what kind of object is named and the rule that says so."""
    names = asked.names
    industry, thing = bool(names.codes), bool(names.objects)
    if asked.says("scope.all") and not thing:
        return "ALL_INDUSTRY", "SR10"
    if industry or thing:
        return {(True, True): ("INTERSECTION", "SR08"), (True, False): ("INDUSTRY", "SR06")}.get(
            (industry, thing), ("OBJECT", "SR07")
        )
    return _unnamed(asked)


def _unnamed(asked: _Asked) -> tuple[str, str]:
    """Return the reach of a clause that names neither industry nor object."""
    if asked.names.two_high:
        return "LIST", "SR09"
    if asked.says("scope.own_total"):
        return "ALL_INDUSTRY", "SR10"
    if asked.says("scope.umbrella"):
        return "USER_LIST", "SR10"
    if asked.says("scope.region"):
        return "REGION", "SR11"
    return "NONE", "SR12"


def _special(asked: _Asked, reach: str, fuels: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the reach of clauses that leave the table of stack emissions, and its rule."""
    names, sectors = asked.names, set(asked.names.sectors)
    burns = bool(fuels) or bool(set(names.objects) & set(_BURNING))
    unnamed = reach in ("NONE", "REGION")
    if not names.codes and sectors <= {"land_sink", "waste"} and asked.says("scope.sink"):
        return "SINK", "SR24"
    if sectors and sectors <= {"agriculture", "waste"} and asked.says("scope.non_co2"):
        return "NON_CO2", "SR23"
    if _moves(asked, sectors, burns=burns):
        return "TRANSPORT", "SR22"
    if not burns and reach != "REGION" and asked.says("scope.electricity"):
        return "SCOPE2", "SR21"
    return _elsewhere(asked) if unnamed else None


def _moves(asked: _Asked, sectors: set[str], *, burns: bool) -> bool:
    """Whether a clause is about vehicles, ships or how goods travel."""
    return (sectors <= {"transportation"} and asked.says("scope.transport")) or (
        not burns and asked.says("scope.transport_duty")
    )


def _elsewhere(asked: _Asked) -> tuple[str, str] | None:
    """Return the reach of a clause that names nobody but another list or a standard."""
    if asked.says("scope.reference", asked.reading.stated):
        return "REFERENCE", "SR27"
    return ("STANDARD", "SR28") if asked.says("scope.standard", asked.reading.normal.text) else None


def _place(asked: _Asked) -> tuple[str, tuple[str, ...]]:
    """Return the place a clause is confined to, and the rules."""
    hit = asked.lexicon.first("scope.zone", asked.reading.carbon)
    if hit is None:
        own = asked.lexicon.first("scope.own_total", asked.reading.aims)
        return (own.value, ("SR13", "SR16")) if own and own.value else ("", ())
    if hit.value == "NOBURN":
        return hit.value, ("SR13", "SR14")
    return hit.value, {"BUFFER": ("SR15",), "PARK": ("SR13", "SR16")}.get(hit.value, ("SR13",))


def _fuels(asked: _Asked, zone: str) -> tuple[str, ...]:
    text = asked.reading.carbon
    found = {hit.value for hit in asked.lexicon.all("scope.fuel", text)}
    if zone == "NOBURN" and not found:
        found = {hit.value for hit in asked.lexicon.all("scope.noburn_fuel", text)}
    return tuple(sorted(found))


def _remarks(asked: _Asked) -> tuple[str, ...]:
    """Return the rules that say how a clause counts: encouragement, pollutants only, end-of-pipe, grade."""
    label = asked.label
    fired = ["SR29"]
    if label.modality == "HORTATORY":
        fired.append("SR18")
    if label.carbon_state == "NONE" and asked.says("scope.substance"):
        fired.append("SR19")
    if asked.says("scope.end_of_pipe"):
        fired.append("SR20")
    return tuple(fired)


def _sectors(reach: str, names: Named) -> tuple[str, ...]:
    if reach == "ALL_INDUSTRY":
        return tuple(sorted({"industry", *names.sectors})) if names.sectors else ("industry", "power")
    if reach in ("LIST", "USER_LIST"):
        return ("industry", "power")
    if reach == "OBJECT" and not names.sectors:  # a fuel without a place of burning
        return ("industry", "power")
    return {"TRANSPORT": ("transportation",), "SINK": ("land_sink",)}.get(reach, names.sectors)


def _listed(two_high: str | tuple[str, ...]) -> tuple[str, ...]:
    return list_codes(two_high) if isinstance(two_high, str) else two_high


def _whole(asked: _Asked, reach: str, gate: str, exception: bool) -> bool:  # noqa: FBT001 - private
    """Whether the clause reaches all mass of its sectors: all industry, existing too, no size, no exception."""
    return reach == "ALL_INDUSTRY" and gate != "PIPELINE" and not exception and not asked.says("scope.condition")


def scope_of(
    text: str,
    label: Label | None = None,
    *,
    zones: Collection[str] | None = None,
    two_high: str | tuple[str, ...] = NATIONAL_LIST,
    lexicon: Lexicon | None = None,
) -> Scope:
    """Return whom a clause reaches.

    Parameters
    ----------
    text : str
        The clause as written.
    label : Label, optional
        Its labels, if they are known already.
    zones : collection of str, optional
        Places that a layer is at hand for (``NOBURN, PARK …``); a clause on another place misses its ``zone``.
        None asks nothing.
    two_high : str or tuple of str
        List of ``lianggao_membership`` that 两高 stands for, or its codes (``two_high_list``, ``two_high_codes``); the
        national list of six until the province's is known.
    lexicon : Lexicon, optional
        Rules to ask instead of the packaged ones.

    Examples
    --------
    >>> scope = scope_of("在产平板玻璃企业吨产品碳排放应在2027年底前降到0.35吨。")
    >>> scope.gate, scope.reach, scope.industry_codes, scope.exact, scope.rules
    ('EXISTING', 'INDUSTRY', ('3041',), False, ('SR01', 'SR03', 'SR06', 'SR29'))
    >>> scope_of("提倡低碳出行习惯。").reach
    'NONE'
    """
    reading = read_clause(text, lexicon or default_lexicon())
    return scoped(reading, label or labelled(reading), zones=zones, two_high=two_high)


def scoped(
    reading: Reading,
    label: Label,
    *,
    zones: Collection[str] | None = None,
    two_high: str | tuple[str, ...] = NATIONAL_LIST,
) -> Scope:
    """Return whom a clause reaches that is read and labelled already."""
    lexicon = reading.lexicon
    asked = _Asked(reading, label, _names(reading, lexicon), lexicon)
    zone, place_rules = _place(asked)
    fuels = _fuels(asked, zone)
    reach, reach_rule = _reach(asked)
    gate, gate_rule = _gate(asked)
    if reach == "NONE" and fuels:
        reach, reach_rule = "OBJECT", "SR07"
    special = _special(asked, reach, fuels)
    kind = special[0] if special else reach
    if kind == "NONE" and gate != "PIPELINE":
        gate, gate_rule = "NONE", ""
    exception = lexicon.first("scope.exception", reading.normal.text) is not None
    fired = {"SR01", gate_rule, reach_rule, *place_rules, *_remarks(asked), *(special[1:] if special else ())}
    fired |= {"SR17"} if exception else set()
    missing = {_MISSING[kind]} if kind in _MISSING else set()
    missing |= {"zone"} if zone and zones is not None and zone not in zones else set()
    return Scope(
        gate=gate,
        reach=kind,
        sectors=_sectors(kind, asked.names),
        industry_codes=_listed(two_high) if kind == "LIST" else asked.names.codes,
        objects=asked.names.objects,
        fuels=fuels,
        zone=zone,
        exact=_whole(asked, kind, gate, exception),
        exception=exception,
        missing=tuple(sorted(missing)),
        rules=tuple(sorted(fired - {""}, key=_order().__getitem__)),
    )
