"""Slips of unit in amounts of fuel, power and heat: 10³ or 10⁴ off what else is known of them.

A slip is mended only where something independent agrees after the power of ten; else the amount is set aside. Which of
two departments slipped is not decided by rank but by what else is known (:mod:`zoning.inventory.emissions.evidence`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from zoning.errors import Finding, Severity
from zoning.inventory.emissions.book import Use, printed, table_name
from zoning.inventory.emissions.evidence import Witnesses, off_by
from zoning.inventory.model import Correction
from zoning.messages import Both, finding, say
from zoning.tables import numbers

__all__ = ["POWERS", "mend", "mended", "moved"]

POWERS = (3, -3, 4, -4)


@dataclass(frozen=True, slots=True)
class _Slip:
    """One use that is a power of ten off, mended to ``amount`` (NaN: set aside)."""

    use: Use
    power: int
    amount: float
    evidence: tuple[Both, ...]


def mend(
    uses: Sequence[Use], witnesses: Witnesses, rejected: frozenset[tuple[str, str]]
) -> tuple[list[Use], list[Finding], list[Correction]]:
    """Return the uses of one year with their slips of unit mended or set aside, and what is said of each.

    Parameters
    ----------
    uses : sequence of Use
        Of one year.
    witnesses : Witnesses
        Of that year.
    rejected : frozenset of (ref, field)
        Amounts that a person keeps as they are written.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for position, use in enumerate(uses):
        if use.amount > 0 and use.what != "process":
            groups.setdefault((use.firm.enterprise, use.kind), []).append(position)
    slips: dict[int, _Slip] = {}
    for positions in groups.values():
        slips |= _of_group(uses, positions, witnesses)
    slips = {at: slip for at, slip in slips.items() if (slip.use.firm.ref, slip.use.field) not in rejected}
    after = [replace(use, amount=slips[at].amount) if at in slips else use for at, use in enumerate(uses)]
    found = [_said(slips[at]) for at in sorted(slips)]
    return after, [one for one, _ in found], [one for _, one in found]


def _of_group(uses: Sequence[Use], positions: Sequence[int], witnesses: Witnesses) -> dict[int, _Slip]:
    """Return the slips among the amounts of one kind of fuel of one enterprise."""
    rows: dict[str, list[int]] = {}
    for at in positions:
        rows.setdefault(uses[at].firm.table, []).append(at)
    if len(rows) > 1:
        totals = {table: replace(uses[mine[0]], amount=math.fsum(uses[at].amount for at in mine))
                  for table, mine in rows.items()}  # fmt: skip
        found = _between(totals, witnesses)
        return {at: _same(uses[at], found[table]) for table in found for at in rows[table]}
    alone = _alone(uses[positions[0]], witnesses) if len(positions) == 1 else None
    return {positions[0]: alone} if alone is not None else {}


def _same(use: Use, slip: _Slip) -> _Slip:
    """Return the slip of a table's sum as that of one row of it."""
    amount = math.nan if math.isnan(slip.amount) else moved(use.amount, slip.power)
    return replace(slip, use=use, amount=amount)


def moved(amount: float, power: int) -> float:
    """Return an amount that is 10^power too large as it should be, without the rounding of 10^-n.

    Examples
    --------
    >>> moved(218127000.0, 4), moved(0.5, -4)
    (21812.7, 5000.0)
    """
    return amount / 10.0**power if power > 0 else amount * 10.0**-power


def _power(value: float, reference: float) -> int:
    off = off_by(value, reference)
    width = numbers("thresholds")["unit_slip_width"]
    return next((power for power in POWERS if abs(off - power) <= width), 0)


def _between(totals: Mapping[str, Use], witnesses: Witnesses) -> dict[str, _Slip]:
    """Return slips by table where departments disagree by a power of ten: the amounts that most speaks for are kept."""
    amounts = [use.amount for use in totals.values()]
    if not any(_power(one, other) for one in amounts for other in amounts):
        return {}
    scores = {}
    for table, use in totals.items():
        agreeing = sum(not _power(other, use.amount) for other in amounts) - 1
        scores[table] = agreeing + witnesses.judge(use, use.amount)[0]
    best = max(scores.values())
    kept = [totals[table] for table, score in scores.items() if score == best]
    if any(_power(one.amount, kept[0].amount) for one in kept):
        return {table: _Slip(use, _any_power(use.amount, amounts), math.nan, ())
                for table, use in totals.items()}  # fmt: skip
    off = {table: _power(use.amount, kept[0].amount) for table, use in totals.items()}
    return {table: _moved(totals[table], power, kept[0], witnesses) for table, power in off.items() if power}


def _any_power(value: float, amounts: Iterable[float]) -> int:
    return next((power for power in (_power(value, other) for other in amounts) if power), 0)


def _moved(use: Use, power: int, kept: Use, witnesses: Witnesses) -> _Slip:
    """Move an amount by its power of ten if the department that is kept agrees with it then, else set it aside."""
    after = moved(use.amount, power)
    agrees = abs(after / kept.amount - 1.0) <= numbers("thresholds")["slip_agreement"]
    name = table_name(kept.firm.table)
    who = Both(f"{name.zh} {printed(kept.amount)}", f"{name.en} {printed(kept.amount)}")
    _, speaks = witnesses.judge(use, after)
    return _Slip(use, power, after if agrees else math.nan, (who, *speaks))


def _alone(use: Use, witnesses: Witnesses) -> _Slip | None:
    """Judge an amount no other department gives: what is known must speak against it, and for a power of it."""
    if witnesses.judge(use, use.amount)[0] >= 0:
        return None
    tried = [(witnesses.judge(use, moved(use.amount, power)), power) for power in POWERS]
    (score, speaks), power = max(tried, key=lambda one: (one[0][0], -abs(one[1])))
    if score <= 0:
        return None
    proved = score >= numbers("thresholds")["slip_witnesses"]
    return _Slip(use, power, moved(use.amount, power) if proved else math.nan, speaks)


def _said(slip: _Slip) -> tuple[Finding, Correction]:
    use = slip.use
    slots = {"name": use.firm.name, "what": use.written or use.fuel, "unit": use.unit}
    return mended(use.firm.ref, use.where() | slots, slip.power, slip.amount, slip.evidence)


def mended(
    ref: str, about: dict[str, object], power: int, amount: float, evidence: Sequence[Both]
) -> tuple[Finding, Correction]:
    """Return what is said of a slip, and its correction.

    Parameters
    ----------
    ref : str
        Row of the value.
    about : dict
        Address (``file, layer, row, field, value``) and ``name, what, unit``.
    power : int
        Power of ten the value is off by.
    amount : float
        As it is taken; NaN if it is set aside.
    evidence : sequence of Both
        Who agrees with it.
    """
    aside = math.isnan(amount)
    who = Both("、".join(one.zh for one in evidence), ", ".join(one.en for one in evidence))
    who = who if evidence else Both(say("witness.none", "zh"), say("witness.none", "en"))
    where = {name: about[name] for name in ("file", "layer", "row", "field", "value")}
    slots = {"name": about["name"], "what": about["what"], "unit": about["unit"], "power": f"10^{power}",
             "after": printed(amount), "evidence": who}  # fmt: skip
    key = "aside" if aside else "mended"
    said = finding("UNIT_SLIP", key, severity=Severity.WARNING, where=where, **slots)
    state = "set_aside" if aside else "applied"
    before = str(about["value"])
    return said, Correction(ref, str(about["field"]), "UNIT_SLIP", before, printed(amount), who.zh, who.en, state)
