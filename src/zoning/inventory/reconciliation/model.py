"""What a reconciliation is asked with, and what it gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import pandas as pd

from zoning.errors import Finding, ZoningError
from zoning.factors import FuelFactor, fuel_factor, fuel_series
from zoning.tables import numbers, read

__all__ = ["COLUMNS", "Basis", "FuelFactors", "Reconciliation", "carbon_kind"]

COLUMNS = (
    "year", "level", "sector", "group", "fuel", "unit", "balance", "emitters", "residual", "residual_co2_t", "state",
    "areas", "series", "factor", "other_series", "other_factor", "residual_co2_other_t", "enterprises", "addresses",
)  # fmt: skip
"""Columns of :attr:`Reconciliation.reconciliation`."""


class FuelFactors(Protocol):
    """Whoever knows the factor of a fuel in a series (``zoning.factors``)."""

    def fuel(self, name: str, series: str) -> FuelFactor:
        """Return the factor, or raise a :class:`~zoning.errors.ZoningError`."""


class _Packaged:
    """The packaged tables as they are."""

    def fuel(self, name: str, series: str) -> FuelFactor:
        return fuel_factor(name, series)


def carbon_kind(fuel: str) -> str:
    """Return ``fossil``, ``biogenic`` or ``none`` for a name of ``tables/balance_fuels.csv``; '' if it is not there.

    Examples
    --------
    >>> carbon_kind("biomass"), carbon_kind("heat"), carbon_kind("moonshine")
    ('biogenic', 'none', '')
    """
    return next((row["carbon"] for row in read("balance_fuels") if row["fuel"] == fuel), "")


@dataclass(frozen=True)
class Basis:
    """Base year, and the factors that turn amounts of fuel into CO2.

    Attributes
    ----------
    year : int
        Base year; only amounts of this year are held against each other.
    series : str
        Series of fuel factors of the study.
    factors : FuelFactors
        Factor registry; the packaged tables by default.
    thresholds : mapping
        User's values of rows of ``tables/thresholds.csv``.

    Examples
    --------
    >>> basis = Basis(2020, "industry-guides")
    >>> round(basis.co2_per_unit("bituminous"), 4), basis.co2_per_unit("biomass")
    (2.0715, 0.0)
    >>> basis.other("bituminous")[0]
    'provincial-guide'
    """

    year: int
    series: str
    factors: FuelFactors = field(default_factory=_Packaged)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, name: str) -> float:
        """Return a number of ``tables/thresholds.csv``, the user's own first."""
        return self.thresholds.get(name, numbers("thresholds")[name])

    def co2_per_unit(self, fuel: str, series: str = "") -> float:
        """Return t CO2 per unit of a fuel (0 for biomass, NaN for what is no fuel or has no factor)."""
        key = (fuel, series or self.series)
        if key not in self._known:
            self._known[key] = self._co2_per_unit(*key)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], float]:
        return {}

    def _co2_per_unit(self, fuel: str, series: str) -> float:
        kind = carbon_kind(fuel)
        if kind in ("biogenic", "none"):
            return 0.0 if kind == "biogenic" else float("nan")
        try:
            return self.factors.fuel(fuel, series).co2_per_unit
        except ZoningError:
            return float("nan")

    def other(self, fuel: str) -> tuple[str, float]:
        """Return the series that differs most from the study's for a fuel, and its t CO2 per unit of the fuel."""
        mine = self.co2_per_unit(fuel)
        found = [(name, self.co2_per_unit(fuel, name)) for name in fuel_series() if name != self.series]
        known = [one for one in found if not math.isnan(one[1]) and carbon_kind(fuel) != "biogenic"]
        return max(
            known, key=lambda one: (0.0 if math.isnan(mine) else abs(one[1] - mine), one[0]), default=("", float("nan"))
        )


@dataclass(frozen=True)
class Reconciliation:
    """The energy balance held against the enterprises.

    Attributes
    ----------
    reconciliation : DataFrame
        One row per ``level`` × sector × group × fuel. ``level``: ``city`` (sum of the sectors), ``sector``, ``group``
        (an industry of the industries sheet, or a division that it does not name), ``unsplit`` (what the balance sheet
        has more or less than the industries sheet; in no sum). ``balance, emitters, residual, areas`` are in ``unit``;
        ``residual_co2_t`` by the study's series, ``residual_co2_other_t`` by the ``other_series`` that differs most.
        ``state``: ``residual, closed, negative, unknown``. ``areas`` is what townships know of it. ``enterprises``
        counts those summed up, ``addresses`` are the cells of the balance.
    areas : DataFrame
        ``town, town_name, sector, fuel, amount, unit, co2_t``.
    disagreements : DataFrame
        What the balance says twice and differently; columns as in :class:`~zoning.inventory.Inventory`.
    groups : DataFrame
        Index enterprise: ``group``, ``division`` (GB/T 4754 prefix), ``sector`` (of the balance), ``how`` (``name,
        near, rest, none``: what brought it there).
    findings : tuple of Finding
        BALANCE_NOT_CLOSED, RESIDUAL_NEGATIVE, EVIDENCE_MISSING, YEAR_MISMATCH, VERSION_MIXED.
    """

    reconciliation: pd.DataFrame
    areas: pd.DataFrame
    disagreements: pd.DataFrame
    groups: pd.DataFrame
    findings: tuple[Finding, ...] = ()
