"""How every entry of the register stands: applied, re-opened because what it rests on changed, or refused; and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from zoning.clauses import AccessList, Clause, Cue
from zoning.consultation.mentions import number_key
from zoning.errors import Finding
from zoning.judge.reason import Reason
from zoning.messages import LANGUAGES, finding, say
from zoning.register import ClauseReading, Override, Register, Unapplied

__all__ = [
    "COLUMNS",
    "Standing",
    "apply_readings",
    "decision_standings",
    "evidence_digest",
    "register_table",
    "reopened_findings",
    "text_digest",
]

COLUMNS = (
    "id", "kind", "target", "from", "to", "state", "why_zh", "why_en", "now", "evidence", "who", "date", "valid_until",
    "reason", "basis", "reopen_if",
)  # fmt: skip
"""Columns of the register as a table; ``now`` is what is computed today, ``evidence`` the digest it rests on today."""

_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry of the register and how it stands.

    Attributes
    ----------
    entry : Override, ClauseReading or Unapplied
        As it was read.
    state : str
        ``applied``, ``reopened`` or ``refused``.
    why : str
        Key of the reason: ``computed, evidence, expired, gone`` of what is re-opened; of what is refused the word of
        :class:`~zoning.register.Unapplied`; "" of what is applied.
    now, evidence : str
        What is computed today, and the digest it rests on.
    """

    entry: Override | ClauseReading | Unapplied
    state: str
    why: str = ""
    now: str = ""
    evidence: str = ""

    def reason(self, lang: str = "zh") -> str:
        """Return why it stands so, in words."""
        by = self.entry.by if isinstance(self.entry, Unapplied) else ""
        until = "" if isinstance(self.entry, Unapplied) else self.entry.valid_until
        return say(f"register.why.{self.why or self.state}", lang, now=self.now or "—", by=by, until=until)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]


def text_digest(text: str) -> str:
    """Return the digest of the words of a clause.

    Examples
    --------
    >>> text_digest("禁止新建燃煤锅炉。") == text_digest("禁止新建燃煤锅炉"), len(text_digest("甲"))
    (False, 12)
    """
    return _digest([text])


def evidence_digest(reasons: Iterable[Reason]) -> str:
    """Return the digest of what the decision on a unit rests on: answers of all rules and their numbers.

    Numbers count to six figures, so that the last digits of a machine change nothing; the order of reasons does not
    count.
    """
    return _digest(
        sorted(
            "|".join([one.rule, one.answer.value, one.missing,
                      *sorted(f"{item.column}={_figures(item.value)} {item.unit}" for item in one.evidence)])
            for one in reasons
        )
    )  # fmt: skip


def _figures(number: float | str) -> str:
    return number if isinstance(number, str) else f"{number:.6g}"


def _stands(entry: Override | ClauseReading, now: str, computed: str, evidence: str, as_of: str) -> tuple[str, str]:
    """Return state and why of an entry against what is computed today."""
    if computed and computed != now:
        return "reopened", "computed"
    if entry.evidence and entry.evidence.lower() != evidence:
        return "reopened", "evidence"
    if entry.has_ended(as_of):
        return "reopened", "expired"
    return "applied", ""


def decision_standings(
    entries: Iterable[Override],
    computed: Mapping[str, str],
    reasons: Mapping[str, Sequence[Reason]],
    as_of: str = "",
) -> dict[str, Standing]:
    """Return how the decisions of people on units stand, by unit.

    Parameters
    ----------
    entries : iterable of Override
        At most one a unit.
    computed : mapping
        Unit → computed decision.
    reasons : mapping
        Unit → answers of all rules.
    as_of : str
        Date (ISO) by which an entry may have run out; "" asks nothing. Never the clock.
    """
    found = {}
    for entry in entries:
        if entry.unit in computed:
            now, evidence = computed[entry.unit], evidence_digest(reasons.get(entry.unit, ()))
            state, why = _stands(entry, now, str(entry.computed or ""), evidence, as_of)
            found[entry.unit] = Standing(entry, state, why, now, evidence)
    return found


def apply_readings(
    lists: Sequence[AccessList], readings: Iterable[ClauseReading], as_of: str = ""
) -> tuple[tuple[AccessList, ...], tuple[Standing, ...]]:
    """Return the lists with the readings of people on their clauses, and how every reading stands.

    A reading is applied to the one clause it names, if the carbon state computed for it is still the one it was made
    against; the label then says whose reading it is. A clause that is gone, or is read differently now, re-opens it.
    """
    standings = []
    clauses: dict[tuple[str, str], list[Clause]] = {}
    for one in lists:
        for clause in one.clauses:
            clauses.setdefault((clause.code, clause.dimension), []).append(clause)
    changed: dict[Clause, Clause] = {}
    for entry in readings:
        meant = _named(entry.target, clauses)
        standing = _standing(entry, meant, as_of)
        standings.append(standing)
        if meant is not None and standing.state == "applied":
            changed[meant] = _read_anew(meant, entry)
    done = tuple(
        AccessList(one.level, [changed.get(clause, clause) for clause in one.clauses], one.entries)
        if any(clause in changed for clause in one.clauses) else one
        for one in lists
    )  # fmt: skip
    return done, tuple(standings)


def _named(target: str, clauses: Mapping[tuple[str, str], Sequence[Clause]]) -> Clause | None:
    """Return the clause of a target; None where there is none, or more than one."""
    code, dimension, number, *rest = target.split("|")
    ordinal = next((part for part in rest if part), "")
    found = [
        clause for clause in clauses.get((code, dimension), ())
        if number_key(clause.number) == number_key(number) and (not ordinal or str(clause.ordinal) == ordinal)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _standing(entry: ClauseReading, clause: Clause | None, as_of: str) -> Standing:
    if clause is None:
        return Standing(entry, "reopened", "gone")
    now, evidence = clause.label.carbon_state, text_digest(clause.text)
    state, why = _stands(entry, now, entry.computed, evidence, as_of)
    return Standing(entry, state, why, now, evidence)


def _read_anew(clause: Clause, entry: ClauseReading) -> Clause:
    """Return a clause as a person reads it; the cue names the entry and its author, the span is the whole clause."""
    rule = f"register:{entry.id}:{entry.who}:{entry.date}"
    span = (0, len(clause.text))
    others = tuple(cue for cue in clause.label.evidence if cue.decision != "carbon_state")
    cue = Cue("carbon_state", entry.state, rule, span)
    return replace(
        clause,
        label=replace(
            clause.label, carbon_state=entry.state, rule=rule, span=clause.label.span or span, evidence=(*others, cue)
        ),
    )


def register_table(register: Register, standings: Iterable[Standing]) -> pd.DataFrame:
    """Return the register as a table: every entry with its state and why, in the order of ids.

    States are those of :class:`Standing`, and ``expired`` for what is open again because it ran out.

    Parameters
    ----------
    register : Register
        For what is not applied.
    standings : iterable of Standing
        Of its decisions and readings.
    """
    every = [*standings, *(Standing(one, "refused", one.why) for one in register.unapplied)]
    rows = [_row(one) for one in sorted(every, key=lambda one: (one.entry.id, _target(one.entry)))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _target(entry: Override | ClauseReading | Unapplied) -> str:
    return entry.unit if isinstance(entry, Override) else entry.target


def _row(one: Standing) -> tuple[str, ...]:
    entry = one.entry
    if isinstance(entry, Unapplied):
        values, rest = (entry.kind, entry.target, entry.before, entry.after), ("", "", "")
    elif isinstance(entry, Override):
        values = ("decision", entry.unit, str(entry.computed or ""), str(entry.decision))
        rest = (entry.valid_until, entry.basis, entry.reopen_if)
    else:
        values = ("clause", entry.target, entry.computed, entry.state)
        rest = (entry.valid_until, entry.basis, entry.reopen_if)
    why = tuple(one.reason(lang) for lang in LANGUAGES)
    state = one.why if one.why == "expired" else one.state
    return (
        entry.id, *values, state, *why, one.now, one.evidence, entry.who, entry.date, rest[0], entry.reason,
        rest[1], rest[2],
    )  # fmt: skip


def reopened_findings(standings: Iterable[Standing], file: str) -> tuple[Finding, ...]:
    """Return one finding for every entry that is open again, in the order of ids."""
    open_ = sorted((one for one in standings if one.state == "reopened"), key=lambda one: one.entry.id)
    found = []
    for one in open_:
        where = {"file": file, "field": "target", "value": _target(one.entry)}
        until = "" if isinstance(one.entry, Unapplied) else one.entry.valid_until
        found.append(
            finding("OVERRIDE_REOPENED", one.why, where=where, id=one.entry.id, now=one.now or "—", until=until)
        )
    return tuple(found)
