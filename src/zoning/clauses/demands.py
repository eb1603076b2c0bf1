"""Demands on carbon (targets, duties, a user's own 碳达峰方案), and which clauses of a unit answer them.

A region's target is the region's and never a unit's: demands that apply to regions or plans are asked of nobody here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.addressees import Bearer
from zoning.clauses.coherence.meeting import REGION
from zoning.clauses.comparison.pairs import CONTRADICTION, WEAKER, clash_of
from zoning.clauses.comparison.statements import statements
from zoning.clauses.counting import counts_for_carbon, counts_for_energy
from zoning.clauses.crosswalk import list_codes
from zoning.clauses.inheritance import OWN, Held, in_chain
from zoning.clauses.model import AccessList, Clause
from zoning.clauses.quantities import deadline, quantities
from zoning.clauses.topics import requirement_of, topic_words, topics_of
from zoning.tables import Row, read

__all__ = ["Answer", "CarbonDemand", "answering", "applies", "carbon_demands"]

FULL, PARTLY, NONE = "FULL", "PARTLY", "NONE"
_ANSWERING = ("CARBON", "CARBON_COUPLED")
_ENERGY = ("CLEAN_ENERGY", "PRODUCT_ENERGY", "ENERGY_REVIEW", "PUE", "WASTE_HEAT", "NOBURN", "BUILDING")
_NOT_UNITS = ("region", "plan")
_NOTED = "expired_at_2026"  # column of the table: how things stood in that year
_TWO_HIGH = "L-NAT-45"
_SINKS = ("ECO", "COAST")
_GATES = {"PIPELINE": "new", "EXISTING": "existing"}


@dataclass(frozen=True, slots=True)
class CarbonDemand:
    """One demand on carbon.

    Attributes
    ----------
    id : str
        Of its row, or of the clause of the user's list.
    level, region : str
        National, province, city …, and which.
    subject : str
        What is demanded (单位GDP二氧化碳排放 …).
    sectors, codes : tuple of str
        Whom: ``all, two_high, park, power, industry …``; digits of GB/T 4754.
    requirement_type : str
        ``intensity, cap, share, EIA, replacement, trading …``.
    quantity, unit : str
        As the row says; "" without a number.
    year : int or None
        The last one it is due in.
    text : str
        In full.
    basis : str
        Row of ``law_register``; "" for a user's own list.
    dimension, applies_to : str
        S, P, R, Z; ``region, plan, park, new, existing`` or ``both``.
    status, source : str
        How far to trust it.
    expired : bool
        Its year has passed.
    carrier : str
        Who carries it out, in the words of the table (区域, 新建项目 …); "" where nobody says.
    clause : Clause or None
        Of the user's own list.
    """

    id: str
    level: str
    region: str
    subject: str
    text: str
    sectors: tuple[str, ...] = ("all",)
    codes: tuple[str, ...] = ()
    requirement_type: str = ""
    quantity: str = ""
    unit: str = ""
    year: int | None = None
    basis: str = ""
    dimension: str = "P"
    applies_to: str = "both"
    status: str = "ours"
    source: str = ""
    expired: bool = False
    carrier: str = ""
    clause: Clause | None = None

    @property
    def object(self) -> str:
        """What is demanded, by the name that the analysis of coherence knows."""
        return self.subject

    @property
    def sector(self) -> tuple[str, ...]:
        """Whom, by the name that the analysis of coherence knows."""
        return self.sectors

    @property
    def topics(self) -> frozenset[str]:
        """What it is about (``demand_topics``)."""
        return topics_of(f"{self.subject}。{self.text}")


@dataclass(frozen=True, slots=True)
class Answer:
    """How far the clauses over a unit answer a demand.

    ``extent`` is ``FULL, PARTLY`` or ``NONE``; ``clauses`` are those that answer, the fullest first; ``certain`` is
    False where it is not known whether the demand is for this unit (重点区域 …).
    """

    demand: CarbonDemand
    extent: str
    clauses: tuple[Held, ...] = ()
    certain: bool = True


def carbon_demands(
    rows: Iterable[Mapping[str, str]] | None = None, lists: Sequence[AccessList] = (), at: int | None = None
) -> tuple[CarbonDemand, ...]:
    """Return the demands on carbon: packaged ones, a user's rows, the clauses of a user's own carbon plan.

    Parameters
    ----------
    rows : iterable of mapping, optional
        Rows with columns of ``carbon_demands``; one with a known id replaces the packaged row.
    lists : sequence of AccessList
        The user's own plans (碳达峰方案); their clauses that speak of carbon or fuel are demands.
    at : int, optional
        Year from which is judged what has expired; without, nothing is.

    Examples
    --------
    >>> demands = carbon_demands(at=2026)
    >>> demands[0].id, demands[0].expired, demands[1].expired
    ('CD001', True, False)
    """
    packaged = {row["id"]: row for row in read("carbon_demands")}
    own = {str(row.get("id", "")): row for row in rows or ()}
    table = [_of_row(row, at) for row in ({**packaged, **own}).values()]
    clauses = {f"{one.code}|{one.id}|{one.text}": one for group in lists for one in group.clauses}
    plans = [_of_clause(one, at) for _, one in sorted(clauses.items()) if _is_demand(one)]
    return (*table, *plans)


def _of_row(row: Row | Mapping[str, str], at: int | None) -> CarbonDemand:
    years = [int(year) for year in row.get("year", "").split(";") if year.strip().isdecimal()]
    year = max(years, default=None)
    noted = at is not None and year is None and row.get(_NOTED) == "yes" and at >= int(_NOTED[-4:])
    return CarbonDemand(
        id=row["id"],
        level=row.get("level", ""),
        region=row.get("region", ""),
        subject=row.get("object_zh", ""),
        text=row.get("text_zh", ""),
        sectors=_cells(row.get("sector", "")) or ("all",),
        codes=_cells(row.get("gb_t_4754", "")),
        requirement_type=row.get("requirement_type", ""),
        quantity=row.get("quantity", ""),
        unit=row.get("unit", ""),
        year=year,
        basis=row.get("basis_id", ""),
        dimension=row.get("dimension", "") or "P",
        applies_to=row.get("applies_to", "") or "both",
        status=row.get("status", ""),
        source=row.get("source", ""),
        expired=noted or (at is not None and year is not None and year < at),
        carrier=row.get("carrier_zh", ""),
    )


def _cells(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _is_demand(clause: Clause) -> bool:
    return clause.label.carbon_state != "NONE" and clause.label.modality != "STATEMENT"


def _of_clause(clause: Clause, at: int | None) -> CarbonDemand:
    numbers, due = quantities(clause.text), deadline(clause.text)
    figure = next(iter(numbers), None)
    year = due[0] if due else None
    applies = "region" if clause.scope.reach == "REGION" else "park" if clause.scope.zone == "PARK" else ""
    return CarbonDemand(
        id=clause.id,
        level=clause.level,
        region=clause.code,
        subject=figure.word if figure else "",
        text=clause.text,
        sectors=clause.scope.sectors or ("all",),
        codes=clause.scope.industry_codes,
        requirement_type=requirement_of(topics_of(clause.text)),
        quantity=f"{figure.value:g}" if figure else "",
        unit=figure.unit if figure else "",
        year=year,
        dimension=clause.dimension,
        applies_to=applies or _GATES.get(clause.scope.gate, "both"),
        expired=at is not None and year is not None and year < at,
        carrier=REGION if applies == "region" else "",
        clause=clause,
    )


# ---------------------------------------------------------------------------------------------------- whom


@dataclass(frozen=True, slots=True)
class _Present:
    """What is known to be in a unit."""

    bearer: Bearer
    codes: frozenset[str]
    sectors: frozenset[str]
    two_high: bool
    park: bool


def _present(held: Sequence[Held], bearer: Bearer, codes: Iterable[str], sectors: Iterable[str]) -> _Present:
    own = [one.clause for one in held if one.via == OWN]
    named = frozenset(codes) | {code for clause in own for code in clause.scope.industry_codes}
    heavy = list_codes(_TWO_HIGH)
    texts = "。".join(clause.text for clause in own)
    return _Present(
        bearer=bearer,
        codes=named,
        sectors=frozenset(sectors) | {sector for clause in own for sector in clause.scope.sectors},
        two_high="TWO_HIGH" in topics_of(texts) or any(code.startswith(heavy) for code in named),
        park=topic_words().first("words.park", f"{bearer.name}。{texts}") is not None,
    )


def applies(
    demand: CarbonDemand,
    held: Sequence[Held],
    bearer: Bearer,
    codes: Iterable[str] = (),
    sectors: Iterable[str] = (),
) -> bool:
    """Tell whether a demand is one on this unit: not a region's, of its place, on sectors or industries it has.

    Parameters
    ----------
    demand : CarbonDemand
        It.
    held : sequence of Held
        Clauses over the unit; its own ones name industries.
    bearer : Bearer
        The unit.
    codes, sectors : iterable of str
        Industries and sectors of its emitters, where they are known.
    """
    return _applies(demand, _present(held, bearer, codes, sectors))


def _applies(demand: CarbonDemand, present: _Present) -> bool:
    if demand.applies_to in _NOT_UNITS or not _of_place(demand, present.bearer):
        return False
    if demand.applies_to == "park" and not present.park:
        return False
    return _has_industry(demand, present) or any(_has_sector(sector, demand, present) for sector in demand.sectors)


def _has_industry(demand: CarbonDemand, present: _Present) -> bool:
    return any(
        have.startswith(code) or code.startswith(have) for code in demand.codes for have in present.codes if have
    )


def _has_sector(sector: str, demand: CarbonDemand, present: _Present) -> bool:
    if sector == "all":
        return not demand.codes
    if sector == "two_high":
        return present.two_high and not demand.codes
    if sector == "park":
        return present.park
    if sector == "land_sink":
        return any(kind.startswith(_SINKS) and not kind.endswith("GENERAL") for _, kind in present.bearer.zones)
    return sector in present.sectors and not demand.codes


def _of_place(demand: CarbonDemand, bearer: Bearer) -> bool:
    if demand.level in ("national", "") or not demand.region:
        return True
    if demand.region.isdecimal():
        return not bearer.chain or in_chain(demand.region, bearer.chain)
    return any(name.startswith(demand.region) or demand.region.startswith(name) for name in bearer.place)


# ---------------------------------------------------------------------------------------------------- answers


def answering(
    demands: Iterable[CarbonDemand],
    held: Sequence[Held],
    bearer: Bearer | None = None,
    *,
    codes: Iterable[str] = (),
    sectors: Iterable[str] = (),
) -> tuple[Answer, ...]:
    """Return, for every demand on this unit that has not expired, which clauses over it answer, and how far.

    A clause answers if it is on the same topic and of carbon state CARBON or CARBON_COUPLED (on topics of energy also
    ENERGY_ONLY), and its industries meet those of the demand. It answers fully if it binds and, where the demand has a
    number, has one as well that is no weaker; else partly.

    Parameters
    ----------
    demands : iterable of CarbonDemand
        From :func:`carbon_demands`.
    held : sequence of Held
        Clauses over one unit.
    bearer : Bearer, optional
        The unit, with its place, zones and regions.
    codes, sectors : iterable of str
        Industries and sectors of its emitters, where they are known.
    """
    bearer = bearer or Bearer(held[0].unit if held else "")
    present = _present(held, bearer, codes, sectors)
    by_topic: dict[str, list[int]] = {}
    for number, one in enumerate(held):
        for topic in topics_of(one.clause.text):
            by_topic.setdefault(topic, []).append(number)
    return tuple(_answer(one, held, by_topic) for one in demands if not one.expired and _applies(one, present))


def _answer(demand: CarbonDemand, held: Sequence[Held], by_topic: Mapping[str, Sequence[int]]) -> Answer:
    topics = demand.topics
    alike = sorted({number for topic in topics for number in by_topic.get(topic, ())})
    graded = [(_extent(demand, topics, held[number].clause), held[number]) for number in alike]
    kept = sorted(
        ((extent, one) for extent, one in graded if extent != NONE),
        key=lambda pair: (pair[0] != FULL, pair[1].via != OWN, pair[1].clause.id),
    )
    certain = topic_words().first("words.key_region", demand.text) is None
    return Answer(demand, kept[0][0] if kept else NONE, tuple(one for _, one in kept), certain)


def _extent(demand: CarbonDemand, topics: frozenset[str], clause: Clause) -> str:
    """Return how far a clause on a topic of the demand answers it."""
    own, state = topics_of(clause.text), clause.label.carbon_state
    fits = state in _ANSWERING or (state == "ENERGY_ONLY" and not topics.isdisjoint(own.intersection(_ENERGY)))
    said = clause.label.modality != "STATEMENT" and clause.scope.reach != "REGION"  # a region's target is no unit's
    if not (said and fits and _industries_meet(demand, clause)):
        return NONE
    if clause.label.modality == "HORTATORY" or not topics <= own:
        return PARTLY
    return PARTLY if demand.quantity and (not _measured_alike(demand, clause) or _is_weaker(demand, clause)) else FULL


def _measured_alike(demand: CarbonDemand, clause: Clause) -> bool:
    """Tell whether a clause counts by its number, and the number is in a unit of the demand."""
    counted = counts_for_carbon(clause) or counts_for_energy(clause)
    return counted and not _units(demand.text).isdisjoint(_units(clause.text))


@lru_cache(maxsize=50_000)
def _units(text: str) -> frozenset[str]:
    return frozenset(one.unit for one in quantities(text))


def _industries_meet(demand: CarbonDemand, clause: Clause) -> bool:
    own = clause.scope.industry_codes
    if not demand.codes or not own:
        return True
    return any(one.startswith(other) or other.startswith(one) for one in demand.codes for other in own)


def _is_weaker(demand: CarbonDemand, clause: Clause) -> bool:
    found = [clash_of(one, other) for one in statements(demand.text) for other in statements(clause.text)]
    return any(clash and clash[1] in (WEAKER, CONTRADICTION) for clash in found)
