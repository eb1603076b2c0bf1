"""Time of a raster: which steps make up the year, and whether they are added or averaged.

Amounts (t, kg m-2, «per month») of the steps of a year are added; rates (per second, hour, day) are averaged with the
days of each step as weights. A unit per year on steps that are shorter than a year is either, and so it is refused.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.checks.raster.numbers import where_of
from zoning.checks.raster.quantity import COMMON_YEAR, Claim
from zoning.errors import Finding, Severity
from zoning.intake import Blocks, RawRaster, Step, WeightedBlocks
from zoning.messages import Both, finding, say
from zoning.quantities import WrittenUnit

__all__ = ["Year", "judge_time"]

_MONTHS = 12
_SHORTEST_YEAR = 360.0  # the 360_day calendar of climate models
_MONTH = re.compile(r"^(\d{4})-(\d{2})")
_CALENDARS = {"360_day": 360, "noleap": 365, "365_day": 365, "all_leap": 366, "366_day": 366}


@dataclass(frozen=True)
class Year:
    """The steps that make up a year, and their weights."""

    parts: tuple[Blocks, ...]
    weights: tuple[float, ...]


_Judged = tuple[Year | None, list[Finding]]


def judge_time(raw: RawRaster, claim: Claim, unit: WrittenUnit | None) -> _Judged:
    """Judge the time axis of a raster.

    Parameters
    ----------
    raw : RawRaster
        Its steps; a raster without any is one step of unknown time.
    claim : Claim
        Year and period, as declared.
    unit : WrittenUnit or None
        The unit that holds; None if it is not known (then nothing is said of amounts and rates).

    Returns
    -------
    Year or None, list of Finding
        No year if it cannot be told what the year is.
    """
    if not raw.steps:
        return _without_axis(raw, claim, unit)
    chosen = _of_year(raw, claim)
    if not chosen:
        present = _years(raw.steps)
        where = where_of(raw, field="year", value=claim.year)
        return None, [finding("YEAR_DIFFERS", "absent", severity=Severity.ERROR, where=where, years=present)]
    if len(chosen) == 1:
        return _one(raw, claim, chosen[0], unit)
    findings = _ambiguous(raw, claim, chosen, unit)
    if findings:
        return None, findings
    return _several(raw, claim, chosen, unit)


def _without_axis(raw: RawRaster, claim: Claim, unit: WrittenUnit | None) -> _Judged:
    """Judge a raster of unknown time: twelve files that are added may be months, one is a year or nothing."""
    months = isinstance(raw.blocks, WeightedBlocks) and len(raw.blocks.parts) == _MONTHS
    shorter = _per_month(unit) or claim.period in ("monthly", "daily")
    if not shorter or (months and claim.period != "daily" and not _is_rate(unit)):
        return Year((raw.blocks,), (1.0,)), []
    return _refused(raw, claim, "single")


def _one(raw: RawRaster, claim: Claim, step: Step, unit: WrittenUnit | None) -> _Judged:
    """Judge a single step: a whole year or, if it does not say, what it is taken for."""
    part = step.days < _SHORTEST_YEAR
    if part or _per_month(unit) or claim.period in ("monthly", "daily"):
        return _refused(raw, claim, "part" if part else "single", label=step.label, days=f"{step.days:g}")
    return Year((step.blocks,), (1.0,)), []


def _refused(raw: RawRaster, claim: Claim, key: str, **slots: object) -> _Judged:
    where = where_of(raw, field="period", value=claim.period or claim.unit or raw.unit_tag)
    return None, [finding("TIME_AMBIGUOUS", key, severity=claim.lacking, where=where, **slots)]


def _of_year(raw: RawRaster, claim: Claim) -> tuple[Step, ...]:
    """Return the steps of the declared year; of an axis that does not name years, all; by itself, of the last year."""
    known = [step.year for step in raw.steps if step.year is not None]
    if not known:
        return raw.steps
    year = max(known) if claim.year is None else claim.year
    return tuple(step for step in raw.steps if step.year == year)


def _years(steps: tuple[Step, ...]) -> Both:
    years = sorted({step.year for step in steps if step.year is not None})
    whole = len(years) > 2 and years[-1] - years[0] == len(years) - 1
    if whole:
        return Both(f"{years[0]}–{years[-1]}", f"{years[0]} to {years[-1]}")
    return Both("、".join(map(str, years)), ", ".join(map(str, years)))


def _per_month(unit: WrittenUnit | None) -> bool:
    return unit is not None and unit.per_month


def _is_rate(unit: WrittenUnit | None) -> bool:
    """Tell whether the unit is per second, minute, hour or day: a mean over steps, never their sum."""
    return unit is not None and unit.unit.endswith(("s-1", "min-1", "h-1", "d-1"))


def _per_year(raw: RawRaster, claim: Claim, unit: WrittenUnit | None) -> bool:
    """Tell whether the year is said to be in every step: by the unit, the period, or the file's own words."""
    if claim.period:
        return claim.period == "annual" or (unit is not None and unit.unit.endswith("yr-1"))
    own = {raw.tags.get(name, "").strip().lower() for name in ("period", "frequency", "time_resolution")}
    return (unit is not None and unit.unit.endswith("yr-1")) or bool(own & {"annual", "yearly", "year", "yr", "年"})


def _ambiguous(raw: RawRaster, claim: Claim, chosen: tuple[Step, ...], unit: WrittenUnit | None) -> list[Finding]:
    """Find what makes several steps of one year ambiguous, whatever is in them."""
    count = len(chosen)
    twice = [label for label, hits in Counter(step.label for step in chosen).items() if hits > 1]
    where = where_of(raw, field="period", value=count)
    if twice:
        named = where | {"value": "、".join(twice[:10])}
        return [finding("TIME_AMBIGUOUS", "twice", where=named, count=len(twice))]
    if _per_year(raw, claim, unit):
        said = claim.unit or raw.unit_tag or raw.tags.get("period", "")
        word = _length(chosen)
        return [finding("TIME_AMBIGUOUS", "per_year", where=where, count=count, word=word, said=said or claim.period)]
    if not claim.period and not (count == _MONTHS and _per_month(unit)):
        return [finding("TIME_AMBIGUOUS", severity=claim.lacking, where=where, count=count, word=_length(chosen))]
    return []


def _length(steps: tuple[Step, ...]) -> Both:
    """Return what a step seems to be, for a message."""
    key = "raster.step.month" if len(steps) == _MONTHS else "raster.step.day" if len(steps) >= 365 else "raster.step"
    return Both(say(key, "zh"), say(key, "en"))


def _several(raw: RawRaster, claim: Claim, chosen: tuple[Step, ...], unit: WrittenUnit | None) -> _Judged:
    """Judge whether the steps fill the year, and give each its weight."""
    year = claim.year or chosen[0].year or COMMON_YEAR
    monthly = claim.period == "monthly" or not claim.period
    if not monthly and _per_month(unit):
        return _refused(raw, claim, "month_of_days")
    lacking = _lacking_months(raw, chosen) if monthly else _lacking_days(raw, chosen, year)
    if lacking:
        return None, lacking
    rate = _is_rate(unit)
    days = _days(chosen, year, monthly=monthly)
    weights = tuple(float(one) for one in days / days.sum()) if rate else (1.0,) * len(chosen)
    return Year(tuple(step.blocks for step in chosen), weights), _notes(raw, chosen, year, rate=rate)


def _lacking_months(raw: RawRaster, chosen: tuple[Step, ...]) -> list[Finding]:
    dated = [match for step in chosen if (match := _MONTH.match(step.label))]
    where = where_of(raw, field="period", value=len(chosen))
    if len(dated) == len(chosen):
        present = Counter(int(match.group(2)) for match in dated)
        missing = [month for month in range(1, _MONTHS + 1) if month not in present]
        several = [month for month, hits in present.items() if hits > 1]
        if several:
            return [finding("TIME_AMBIGUOUS", "not_months", where=where, count=len(chosen))]
        if missing:
            names = "、".join(f"{month:02d}" for month in missing)
            return [finding("TIME_AMBIGUOUS", "months", where=where | {"value": names}, count=len(missing))]
        return []
    if len(chosen) == _MONTHS:
        return []
    return [finding("TIME_AMBIGUOUS", "not_months", where=where, count=len(chosen))]


def _lacking_days(raw: RawRaster, chosen: tuple[Step, ...], year: int) -> list[Finding]:
    kept = next((mark.split(":", 1)[1] for mark in raw.marks if mark.startswith("calendar:")), "")
    expected = _CALENDARS.get(kept, 366 if calendar.isleap(year) else 365)
    if len(chosen) == expected:
        return []
    where = where_of(raw, field="period", value=len(chosen))
    return [finding("TIME_AMBIGUOUS", "days", where=where, count=len(chosen), expected=expected, year=year)]


def _days(chosen: tuple[Step, ...], year: int, *, monthly: bool) -> NDArray[np.float64]:
    """Return the length of each step: its own, else that of the month (in its place) or one day."""
    own = np.array([step.days for step in chosen], dtype=np.float64)
    if np.isfinite(own).all() and (own > 0).all():
        return own
    if not monthly:
        return np.ones(len(chosen))
    months = [
        int(match.group(2)) if (match := _MONTH.match(step.label)) else place for place, step in enumerate(chosen, 1)
    ]
    return np.array([calendar.monthrange(year, month)[1] for month in months], dtype=np.float64)


def _notes(raw: RawRaster, chosen: tuple[Step, ...], year: int, *, rate: bool) -> list[Finding]:
    """Say what was taken for granted: months in their order, days of another calendar."""
    notes = []
    where = where_of(raw, field="period", value=len(chosen))
    if all(step.year is None for step in chosen):
        notes.append(
            finding("TIME_AMBIGUOUS", "undated", severity=Severity.INFO, where=where, year=year, count=len(chosen))
        )
    kept = next((mark.split(":", 1)[1] for mark in raw.marks if mark.startswith("calendar:")), "")
    if kept and rate:
        notes.append(
            finding("TIME_AMBIGUOUS", "calendar", severity=Severity.INFO, where=where | {"value": kept}, year=year)
        )
    return notes
