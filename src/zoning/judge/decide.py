"""Reasons → one decision per unit, with people's overrides on top; deterministic, whatever the order of the reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from zoning.clauses.model import CARBON_STATES
from zoning.judge.case import Case
from zoning.judge.limits import Limits
from zoning.judge.reason import Answer, Reason
from zoning.judge.rules import RULES
from zoning.judge.standing import Standing, decision_standings
from zoning.messages import LANGUAGES, say
from zoning.register import Override
from zoning.vocab import DecisionCode

__all__ = ["Decision", "decide", "decision_table"]

_FLAGS = (DecisionCode.NEED, DecisionCode.WATCH)
_ORDER = {rule.code: number for number, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome for one unit, the rule that drives it, and every rule that is true or undetermined."""

    outcome: DecisionCode
    driving: Reason | None
    true: tuple[str, ...]
    undetermined: tuple[str, ...]
    missing: tuple[str, ...]


def decide(reasons: Iterable[Reason]) -> Decision:
    """Return the decision that the reasons of one unit give.

    Any rule true that gives NEED → NEED; else any that gives WATCH → WATCH; else, if an undetermined rule could have
    given either → UNDETERMINED, naming what is missing; else COVERED or UPGRADE if the list covers the unit; else
    NO_ACTION. The first rule of the table among equals drives, one that could have given NEED before one of WATCH.

    Were an open WATCH passed over as NO_ACTION, a further clause could turn NO_ACTION into UPGRADE and so strengthen.
    """
    ranked = sorted(reasons, key=lambda reason: _ORDER[reason.rule])
    true = [reason for reason in ranked if reason.answer is Answer.TRUE]
    unknown = [reason for reason in ranked if reason.answer is Answer.UNDETERMINED]
    open_flags = [reason for flag in _FLAGS for reason in unknown if reason.gives is flag]
    outcome, driving = DecisionCode.NO_ACTION, None
    for gives in _FLAGS:
        driving = next((reason for reason in true if reason.gives is gives), None)
        if driving is not None:
            outcome = gives
            break
    else:
        if open_flags:
            outcome, driving = DecisionCode.UNDETERMINED, open_flags[0]
        elif true:
            driving = true[0]
            outcome = driving.gives or DecisionCode.NO_ACTION
    return Decision(
        outcome=outcome,
        driving=driving,
        true=tuple(reason.rule for reason in true),
        undetermined=tuple(reason.rule for reason in unknown),
        missing=tuple(dict.fromkeys(reason.missing for reason in open_flags if reason.missing)),
    )


def decision_table(
    cases: Iterable[Case],
    reasons: Mapping[str, tuple[Reason, ...]],
    overrides: tuple[Override, ...],
    names: Mapping[str, str],
    limits: Limits,
    as_of: str = "",
) -> pd.DataFrame:
    """Return the table of decisions, index ``unit_code``, in code order.

    Parameters
    ----------
    cases : iterable of Case
        Units.
    reasons : mapping
        Unit → answers of all rules.
    overrides : tuple of Override
        At most one a unit. One made against another computed decision or other evidence than today's, or one that ran
        out, is re-opened and not applied.
    names : mapping
        Unit → name.
    limits : Limits
        For the tiers.
    as_of : str
        Date (ISO) by which overrides may have run out; "" asks nothing.
    """
    known = {unit: str(decide(of_unit).outcome) for unit, of_unit in reasons.items()}
    register = decision_standings(overrides, known, reasons, as_of)
    rows = [_row(case, reasons[case.unit], register.get(case.unit), names, limits) for case in cases]
    return pd.DataFrame(rows).set_index("unit_code").sort_index()


def _row(
    case: Case, reasons: tuple[Reason, ...], standing: Standing | None, names: Mapping[str, str], limits: Limits
) -> dict[str, object]:
    decision = decide(reasons)
    override = standing.entry if standing is not None and isinstance(standing.entry, Override) else None
    final = override.decision if override and standing and standing.state == "applied" else decision.outcome
    driving = decision.driving
    dimension = next((rule.dimension for rule in RULES if driving and rule.code == driving.rule), "")
    row: dict[str, object] = {
        "unit_code": case.unit,
        "unit_name": names[case.unit],
        "unit_class": case.unit_class,
        "decision": str(final),
        "decision_computed": str(decision.outcome),
        "driving_rule": driving.rule if driving else "",
        "reasons": list(decision.true),
        "undetermined": list(decision.undetermined),
        "missing": list(decision.missing),
        "dimension": dimension if decision.outcome in (DecisionCode.NEED, DecisionCode.UPGRADE) else "",
    }
    return row | _numbers(case, final, limits) | _words(decision) | {
        "override_state": _state(standing),
        "override_by": override.who if override else "",
        "override_date": override.date if override else "",
        "override_reason": override.reason if override else "",
    }  # fmt: skip


def _state(standing: Standing | None) -> str:
    """Return the state of an override as results show it: re-opened by another outcome, by evidence, or run out."""
    if standing is None:
        return ""
    return standing.why if standing.why in ("evidence", "expired") else standing.state


def _numbers(case: Case, final: DecisionCode, limits: Limits) -> dict[str, object]:
    low, high = case.control.uncovered
    own = [clause.label.carbon_state for clause in case.own]
    # What is certain ranks a unit that needs a clause; what may be at stake ranks one whose evidence is to be fetched.
    at_stake = low if final in (DecisionCode.NEED, DecisionCode.UPGRADE) else high
    tier = "A" if at_stake >= limits["tier_a"] else "B" if at_stake >= limits["tier_b"] else "C"
    return {
        "uncovered_lo_t": low,
        "uncovered_hi_t": high,
        "governable_t": case.control.governable,
        "located_t": case.located_co2,
        "co2_t": sum(part.co2 for part in case.parts),
        "tier": "" if final in (DecisionCode.COVERED, DecisionCode.NO_ACTION) else tier,
        "evidence_class": case.evidence_class,
        "carbon_state": min(own, key=CARBON_STATES.index) if own else "NONE",
        "best_grade": case.best_grade,
        "grid_sensitive": _grid_sensitive(case, limits),
    }


def _grid_sensitive(case: Case, limits: Limits) -> bool:
    """Tell whether swapping the grid moves either bound of the uncovered tonnes across the line of a key emitter."""
    line, swap = limits["key_emitter_co2"], case.grid_swap
    if math.isnan(swap):
        return False
    bounds = zip(case.control.uncovered, case.control.uncovered_located, strict=True)
    return any((whole >= line) != (located + _swapped(whole - located, swap) >= line) for whole, located in bounds)


def _swapped(gridded: float, swap: float) -> float:
    """Return gridded tonnes by the other grid; where the first one holds nothing and the other does, without bound."""
    return gridded * swap if math.isfinite(swap) else float("inf")


def _words(decision: Decision) -> dict[str, str]:
    words: dict[str, str] = {}
    for lang in LANGUAGES:
        if decision.driving is not None:
            words[f"sentence_{lang}"] = decision.driving.sentence(lang)
            words[f"counterfactual_{lang}"] = decision.driving.counterfactual(lang)
            continue
        words[f"sentence_{lang}"] = say("decision.no_action.why", lang)
        words[f"counterfactual_{lang}"] = say("decision.no_action.cf", lang)
    return words
