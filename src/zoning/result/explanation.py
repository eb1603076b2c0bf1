"""Why a unit got its decision: in words, from the reasons, the clauses, the overrides and the drafts of a result."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoning.clauses import Clause
from zoning.clauses.inheritance import OWN, Held
from zoning.drafts import Draft
from zoning.errors import ResultError
from zoning.messages import fault, listed, say
from zoning.result.audited import held_of
from zoning.vocab import label

if TYPE_CHECKING:
    from zoning.result import Result

__all__ = ["explain"]


def explain(result: Result, code: str, lang: str = "zh") -> str:
    """Return the explanation of one unit as text.

    Raises
    ------
    ResultError
        If there is no such unit; the nearest code is named.
    """
    decisions = result.decisions
    if code not in decisions.index:
        nearest = difflib.get_close_matches(code, list(decisions.index), n=1, cutoff=0.0)
        raise fault(ResultError, "explain.unknown", code=code, nearest=nearest[0] if nearest else "—")
    row = decisions.loc[code]
    lines = [
        say("explain.head", lang, code=code, name=row["unit_name"], unit_class=label(str(row["unit_class"]), lang)),
        say("explain.decision", lang, decision=label(str(row["decision"]), lang), rule=row["driving_rule"] or "—"),
        f"  {row[f'sentence_{lang}']}",
        f"  {row[f'counterfactual_{lang}']}",
    ]
    if row["override_state"]:
        lines.append(
            say(f"explain.override.{row['override_state']}", lang, who=row["override_by"], date=row["override_date"],
                reason=row["override_reason"], computed=label(str(row["decision_computed"]), lang))
        )  # fmt: skip
    lines += ["", say("explain.rules", lang)]
    for reason in (reason for reason in result.reasons if reason.unit == code):
        lines.append(f"  {reason.rule:<11} {label(reason.answer, lang)}: {reason.sentence(lang)}")
        lines += [f"      {item.column} = {_number(item.value)} {item.unit}" for item in reason.evidence]
    held = held_of(result, code)
    lines += ["", say("explain.clauses", lang), *_own(held, lang)]
    lines += ["", say("explain.inherited", lang), *_inherited(held, lang)]
    lines += ["", say("explain.drafts", lang), *_drafts(result.drafts, code, lang)]
    return "\n".join(lines)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.4g}" if abs(value) < 100 else f"{value:,.1f}"


def _own(held: Iterable[Held], lang: str) -> list[str]:
    own = [_clause(one.clause, lang) for one in held if one.via == OWN]
    return own or [say("explain.noclauses", lang)]


def _inherited(held: Iterable[Held], lang: str) -> list[str]:
    """Return the clauses of upper lists over a unit with the level they come from, those that surely hold first."""
    above = sorted((one for one in held if one.via != OWN), key=lambda one: not one.certain)
    lines = []
    for one in above:
        level, open_ = say(f"audit.level.{one.level}", lang), "" if one.certain else say("explain.uncertain", lang)
        lines.append(
            "  " + say("explain.from", lang, level=level, open=open_, clause=_clause(one.clause, lang).strip())
        )
    return lines or [say("explain.noclauses", lang)]


def _drafts(drafts: Iterable[Draft], code: str, lang: str) -> list[str]:
    """Return the drafts of first rank that serve a unit, its own before shared ones, with their gaps and basis."""
    lines = []
    serving = [one for one in drafts if one.rank == 1 and code in one.units]
    for one in sorted(serving, key=lambda one: one.code != code):
        level, action = say(f"audit.level.{one.level}", lang), say(f"explain.draft.{one.action}", lang)
        lines.append(
            "  " + say("explain.draft", lang, level=level, dimension=one.dimension, action=action, text=one.text)
        )
        gaps = listed(one.gaps, lang) or say("explain.draft.nogaps", lang)
        basis = listed((basis.printed for basis in one.bases), lang) or say("explain.draft.nobasis", lang)
        before = [say("explain.draft.before", lang, text=one.before)] if one.before else []
        said = (*before, say("explain.draft.gaps", lang, gaps=gaps), say("explain.draft.basis", lang, basis=basis))
        lines += [f"      {line}" for line in said]
    return lines or [f"  {say('explain.draft.none', lang)}"]


def _clause(clause: Clause, lang: str) -> str:
    state, grade = label(clause.label.carbon_state, lang), say("explain.grade", lang, grade=clause.label.grade)
    reach = f"{clause.scope.gate}/{clause.scope.reach}"
    return f"  [{clause.dimension}] {clause.text}  ← {state}, {grade}, {reach}, {clause.address}"
