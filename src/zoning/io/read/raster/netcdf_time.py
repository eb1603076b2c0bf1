"""The time axis of a NetCDF variable: for each step a label, its year and how many days it lasts."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import cftime
import numpy as np
from numpy.typing import NDArray

from zoning.io.read.raster.netcdf_header import Header, Variable
from zoning.io.read.unreadable import unreadable

__all__ = ["Moment", "month_days", "read_moments"]

_CIVIL = ("", "standard", "gregorian", "proleptic_gregorian")
_SINCE = re.compile(r"^(months?|years?)\s+since\s+(\d{1,4})-(\d{1,2})(?:-(\d{1,2}))?", re.IGNORECASE)
_MONTH_DAYS, _YEAR_DAYS = (28.0, 31.0), (360.0, 366.0)  # shortest and longest of every calendar of CF
_SECONDS = 86400.0
_LAST_YEAR = 9999  # four digits, as a label shows it


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of a time axis without its values; ``days`` is NaN and ``year`` None where the file does not say."""

    label: str
    year: int | None
    days: float


def month_days(year: int, month: int, calendar: str = "standard") -> float:
    """Return the days of a month in a calendar of CF.

    Examples
    --------
    >>> month_days(2020, 2), month_days(2020, 2, "noleap"), month_days(2020, 2, "360_day")
    (29.0, 28.0, 30.0)
    """
    after = cftime.datetime(year + month // 12, month % 12 + 1, 1, calendar=calendar)
    return float((after - cftime.datetime(year, month, 1, calendar=calendar)).days)


def read_moments(header: Header, axis: Variable) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """Return the steps of a time axis in the order of the file, and marks (a calendar other than the civil one).

    Raises
    ------
    InputError
        If a value of the axis is missing.
    """
    values = np.atleast_1d(header.numbers(axis))
    if not np.isfinite(values).all():
        raise unreadable("TIME_AMBIGUOUS", header.file, "axis", axis=axis.name)
    calendar = axis.text("calendar").lower()
    marks = () if calendar in _CIVIL else (f"calendar:{calendar}",)
    calendar = calendar or "standard"
    if _is_years(axis, values):
        return tuple(Moment(f"{int(one)}", int(one), _year_days(int(one), calendar)) for one in values), marks
    dates = _dates(values, axis.text("units"), calendar)
    if dates is None:
        return tuple(Moment(f"{one:.15g}", None, np.nan) for one in values), marks
    bounded = _bounded(header, axis, len(values), calendar)
    if bounded is not None:
        dates = [start for start, _ in bounded]
        days = [_between(start, end) for start, end in bounded]
    else:
        days = _spaced(dates, calendar, axis.text("units"))
    return tuple(Moment(_label(date, one), date.year, one) for date, one in zip(dates, days, strict=True)), marks


def _is_years(axis: Variable, values: NDArray[np.float64]) -> bool:
    """Tell whether the axis itself is called year and holds whole years: no unit is needed to read it."""
    named = axis.name.rsplit("/", 1)[-1].lower() in ("year", "years") or axis.text("units").lower() in ("year", "years")
    return named and bool(((values == np.round(values)) & (values > 0) & (values <= _LAST_YEAR)).all())


def _dates(values: NDArray[np.float64], units: str, calendar: str) -> list[cftime.datetime] | None:
    since = _SINCE.match(units)
    try:
        if since is not None:
            return [_counted(one, since, calendar) for one in values]
        return list(np.atleast_1d(cftime.num2date(values, units, calendar, only_use_cftime_datetimes=True)))
    except (ValueError, OverflowError, TypeError, KeyError, ArithmeticError):
        return None


def _counted(value: float, since: re.Match[str], calendar: str) -> cftime.datetime:
    """Return the start of the month or year that lies so many of them after a date; CF has no length for either."""
    kind, year, month, _ = since.groups()
    months = int(np.floor(value)) * (12 if kind.lower().startswith("year") else 1) + int(month) - 1
    return cftime.datetime(int(year) + months // 12, months % 12 + 1, 1, calendar=calendar)


def _bounded(
    header: Header, axis: Variable, count: int, calendar: str
) -> list[tuple[cftime.datetime, cftime.datetime]] | None:
    for bounds in header.named(axis.text("bounds")):
        if bounds.shape == (count, 2) and bounds.numeric:
            edges = header.numbers(bounds)
            units = bounds.text("units") or axis.text("units")
            dates = _dates(edges.ravel(), units, calendar) if np.isfinite(edges).all() else None
            if dates is not None and (edges[:, 1] > edges[:, 0]).all():
                return list(zip(dates[::2], dates[1::2], strict=True))
    return None


def _between(start: cftime.datetime, end: cftime.datetime) -> float:
    return float((end - start).total_seconds() / _SECONDS)


def _spaced(dates: list[cftime.datetime], calendar: str, units: str) -> list[float]:
    """Return the lengths of steps from how far they lie apart: months and years by the calendar, others as they are."""
    since = _SINCE.match(units)
    gaps = [_between(one, other) for one, other in itertools.pairwise(dates)]
    shortest = min(gaps, default=np.nan)
    if _within(shortest, _MONTH_DAYS) or (since and since[1].lower().startswith("month")):
        return [month_days(date.year, date.month, calendar) for date in dates]
    if _within(shortest, _YEAR_DAYS) or (since and since[1].lower().startswith("year")):
        return [_year_days(date.year, calendar) for date in dates]
    even = bool(gaps) and shortest > 0 and max(gaps) == shortest
    return [shortest if even else np.nan] * len(dates)


def _within(gap: float, span: tuple[float, float]) -> bool:
    return span[0] <= gap <= span[1]


def _year_days(year: int, calendar: str) -> float:
    return sum(month_days(year, month, calendar) for month in range(1, 13))


def _label(date: cftime.datetime, days: float) -> str:
    if days >= _YEAR_DAYS[0]:
        return f"{date.year:04d}"
    if _within(days, _MONTH_DAYS):
        return f"{date.year:04d}-{date.month:02d}"
    day = f"{date.year:04d}-{date.month:02d}-{date.day:02d}"
    return f"{day}T{date.hour:02d}:{date.minute:02d}" if days < 1 else day
