"""Every environmental clause against every carbon demand on the same emitters, by the rows of ``coherence_rules``.

Signs only: a rule says how two requirements go together, never how much. A rule that rests on a condition is printed
with it (若 … 则 协同，否则 冲突) until somebody answers the condition; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.coherence.meeting import is_here, is_regional, meeting
from zoning.clauses.coherence.model import Demand, Relation
from zoning.clauses.coherence.types import Typed, TypeHit, type_rows, typed
from zoning.clauses.model import CARBON_STATES, Clause
from zoning.tables import Row, read

__all__ = ["Gap", "gaps", "relations"]

_CODES = {"协同": "SYNERGY", "一致(互补)": "CONSISTENT", "中性": "NEUTRAL", "冲突": "CONFLICT", "": "ASK"}
_ANY = "any"
_SILENT = "coherence.list"


@dataclass(frozen=True, slots=True)
class Gap:
    """A list none of whose clauses speaks of carbon, coal or fuel, against a demand that it should.

    ``code`` is that of the unit (zone, city …), ``rule`` the row of ``coherence_rules`` with its suggestion.
    """

    code: str
    demand: Demand
    rule: str
    relation: str
    reason_zh: str
    reason_en: str
    suggestion_zh: str


@lru_cache(maxsize=1)
def _reserved() -> frozenset[str]:
    """Return rules that hold only for clauses whose own words say so (a plantation of one fast species)."""
    return frozenset(rule for row in type_rows().values() for rule in row["only"].split(";") if rule)


def _demand_types(rule: Row) -> frozenset[str]:
    return frozenset(rule["demand_type"].split("/"))


@lru_cache(maxsize=1)
def _facets() -> tuple[Row, ...]:
    return tuple(row for row in read("coherence_demands") if row["kind"] == "facet")


@lru_cache(maxsize=1)
def _about() -> dict[str, re.Pattern[str]]:
    """Return rule → words one of which a demand must have for the rule to be about it."""
    rows = (row for row in read("coherence_demands") if row["kind"] == "about")
    return {row["value"]: re.compile(row["pattern"]) for row in rows}


def _types(demand: Demand) -> frozenset[str]:
    """Return the types of a demand: its own, and what its sector and words make it as well."""
    sectors = demand.sector.split(";") if isinstance(demand.sector, str) else demand.sector
    words = f"{demand.object}{demand.text}"
    more = {
        row["value"] for row in _facets()
        if row["sector"] in sectors or (row["pattern"] and re.search(row["pattern"], words))
    }  # fmt: skip
    return frozenset({demand.requirement_type, *more})


@lru_cache(maxsize=65_536)
def _rules(type_: str, only: str, types: frozenset[str], words: str) -> tuple[Row, ...]:
    """Return the rules of a kind of clause for a demand; one for any demand only where none is its own."""
    own = only.split(";") if only else []
    rows = [
        row for row in read("coherence_rules")
        if row["env_clause_type"] == type_ and (row["id"] in own if own else row["id"] not in _reserved())
        and (row["id"] not in _about() or _about()[row["id"]].search(words))
    ]  # fmt: skip
    exact = tuple(row for row in rows if types & _demand_types(row))
    return exact or tuple(row for row in rows if _ANY in _demand_types(row))


def relations(
    clauses: Iterable[Clause],
    demands: Iterable[Demand],
    *,
    places: Collection[str] = (),
    answers: Mapping[str, bool] | None = None,
    expired: bool = False,
) -> tuple[Relation, ...]:
    """Return the relation of every typed clause to every demand it meets, in the order of clauses, demands and rules.

    Parameters
    ----------
    clauses : iterable of Clause
        Of any level. Facts, pointers to other lists and clauses of no known kind have no relation
        (:func:`zoning.clauses.coherence.typed` names them).
    demands : iterable of Demand
        Carbon demands; those of other regions are left out.
    places : collection of str
        Names of the province, city and county of the study; without them only national demands and the user's own.
    answers : mapping
        Answer to the condition of a rule, by its id (``CR001``) or for one unit (``ZH…|CR001``), which comes first.
    expired : bool
        Whether demands whose year is over are taken.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from zoning.clauses.cells import clauses_of_cell
    >>> demand = SimpleNamespace(id="D1", level="city", region="", carrier="区域", sector="all", codes=(),
    ...                          requirement_type="cap", object="煤炭", text="煤炭消费总量达峰", expired=False)
    >>> clause = clauses_of_cell("新建耗煤项目实行煤炭减量替代。", code="U1", level="unit")
    >>> [(one.rule, one.verdict, one.words()) for one in relations(clause, [demand])]
    [('CR001', 'MAY_CONFLICT', '若“替代来源为核销的燃煤设施，且不是高污染燃料”成立，则协同；否则冲突')]
    >>> [(one.holds, one.words()) for one in relations(clause, [demand], answers={"CR001": True})]
    [(True, '协同')]
    """
    held = [one for one in demands if is_here(one, places) and (expired or not one.expired)]
    known = answers or {}
    return tuple(
        relation for one in typed(clauses) for demand in held for relation in _between(one, demand, known)
    )  # fmt: skip


def _between(one: Typed, demand: Demand, answers: Mapping[str, bool]) -> Iterable[Relation]:
    done: set[str] = set()
    for hit in one.hits:
        row = type_rows()[hit.row]
        why = meeting(one.clause.scope, [sector for sector in row["sectors"].split(";") if sector], demand)
        if not why:
            continue
        for rule in _rules(hit.type, row["only"], _types(demand), f"{demand.object}{demand.text}"):
            if rule["id"] not in done:
                done.add(rule["id"])
                yield _relation(one.clause, demand, hit, rule, why, answers)


def _relation(
    clause: Clause, demand: Demand, hit: TypeHit, rule: Row, why: str, answers: Mapping[str, bool]
) -> Relation:
    condition = rule["condition_zh"]
    answer = answers.get(f"{clause.code}|{rule['id']}", answers.get(rule["id"]))
    return Relation(
        clause=clause,
        demand=demand,
        relation=_CODES[rule["relation"]],
        otherwise=_CODES[rule["relation_if_condition_fails"]] if condition else "",
        rule=rule["id"],
        hit=hit,
        condition_zh=condition,
        reason_zh=rule["reason_zh"],
        reason_en=rule["reason_en"],
        suggestion_zh=rule["suggestion_zh"],
        needs=tuple(name for name in rule["check_columns"].split(";") if name and name != "none"),
        holds=answer if condition else None,
        meeting=why,
        regional=is_regional(demand),
        status=rule["status"],
    )


def gaps(clauses: Iterable[Clause], demands: Iterable[Demand], *, places: Collection[str] = ()) -> tuple[Gap, ...]:
    """Return the lists that write of pollutants only, against demands that they should write of carbon as well.

    A list is silent if the carbon state of all its clauses is NONE. One gap for a list and a rule: the first demand
    in the given order stands for all of them.
    """
    states: dict[str, set[str]] = {}
    for clause in clauses:
        states.setdefault(clause.code, set()).add(clause.label.carbon_state)
    silent = sorted(code for code, found in states.items() if found == {CARBON_STATES[-1]})
    kinds = {row["value"] for row in type_rows().values() if row["kind"] == _SILENT}
    rules = [row for row in read("coherence_rules") if row["env_clause_type"] in kinds]
    here = [one for one in demands if is_here(one, places) and not one.expired]
    found: list[Gap] = []
    for code in silent:
        for rule in rules:
            demand = next((one for one in here if _types(one) & _demand_types(rule)), None)
            if demand is not None:
                found.append(_gap(code, demand, rule))
    return tuple(found)


def _gap(code: str, demand: Demand, rule: Row) -> Gap:
    relation = _CODES[rule["relation"]]
    return Gap(code, demand, rule["id"], relation, rule["reason_zh"], rule["reason_en"], rule["suggestion_zh"])
