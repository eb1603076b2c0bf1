"""Why a unit got its decision: in words, from the reasons, the clauses and the overrides of a result."""

from __future__ import annotations

import difflib

import pandas as pd

from zoning.clauses import AccessList, Clause
from zoning.errors import ResultError
from zoning.judge.reason import Reason
from zoning.messages import fault, say
from zoning.vocab import label

__all__ = ["explain"]


def explain(
    decisions: pd.DataFrame, reasons: tuple[Reason, ...], lists: tuple[AccessList, ...], code: str, lang: str = "zh"
) -> str:
    """Return the explanation of one unit as text.

    Raises
    ------
    ResultError
        If there is no such unit; the nearest code is named.
    """
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
    for reason in (reason for reason in reasons if reason.unit == code):
        lines.append(f"  {reason.rule:<11} {label(reason.answer, lang)}: {reason.sentence(lang)}")
        lines += [f"      {item.column} = {_number(item.value)} {item.unit}" for item in reason.evidence]
    lines += ["", say("explain.clauses", lang), *_clauses(lists, code, lang)]
    return "\n".join(lines)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.4g}" if abs(value) < 100 else f"{value:,.1f}"


def _clauses(lists: tuple[AccessList, ...], code: str, lang: str) -> list[str]:
    own = [clause for group in lists if group.level == "unit" for clause in group.by_code().get(code, ())]
    if not own:
        return [say("explain.noclauses", lang)]
    return [_clause(clause, lang) for clause in own]


def _clause(clause: Clause, lang: str) -> str:
    state, grade = label(clause.label.carbon_state, lang), say("explain.grade", lang, grade=clause.label.grade)
    reach = f"{clause.scope.gate}/{clause.scope.reach}"
    return f"  [{clause.dimension}] {clause.text}  ← {state}, {grade}, {reach}, {clause.address}"
