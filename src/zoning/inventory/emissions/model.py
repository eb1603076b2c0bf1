"""What is chosen from the tables of departments, and what is computed from it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zoning.errors import Finding
from zoning.inventory.model import Correction

__all__ = ["OF_FUEL", "POLLUTANTS", "REPORTED", "Chosen", "Emitted", "Settings"]

REPORTED = ("SO2", "NOx", "PM", "VOC")
"""Species that departments report."""

OF_FUEL = ("SO2", "NOx")
"""Those that burning makes nearly alone: dust and solvents are of the process too."""

POLLUTANTS = ("SO2", "NOx", "PM", "PM2.5", "VOC")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How activity is turned into emissions.

    Attributes
    ----------
    base : int
        Base year: faults of an enterprise without data are said of it.
    series : str
        Series of fuel factors for what nobody measured or stated; ``series@year`` names its year too.
    power : str
        Series of grid factors; empty: power is not turned into CO2 unless a table states its factor.
    place : str
        Place of the grid factor.
    """

    base: int
    series: str
    power: str = ""
    place: str = "CN"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which amount counts for an enterprise in one year.

    Attributes
    ----------
    uses : DataFrame
        ``enterprise, table, kind`` and the columns of ``DepartmentTables.uses``; NaN amount: set aside.
    pollutants : DataFrame
        ``enterprise, table`` and the columns of ``DepartmentTables.pollutants``, slips of unit corrected.
    energy : DataFrame
        ``enterprise, ref, year, tce_calorific, tce_equivalent, output``, slips of unit corrected.
    disagreements : DataFrame
        ``enterprise, name, year, quantity, left, right, left_value, right_value, unit, difference``.
    findings, corrections : tuple
        What is wrong, and what was taken otherwise than written.
    """

    uses: pd.DataFrame
    pollutants: pd.DataFrame
    energy: pd.DataFrame
    disagreements: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """Emissions of every enterprise, year, fuel and process.

    Attributes
    ----------
    records, purchased, factors : DataFrame
        As in :class:`zoning.inventory.model.Inventory`; ``records`` also carry ``device`` and ``CO2_biogenic``,
        ``factors`` also ``kind, name, unit, tier, status, others``.
    chosen : Chosen
        What was chosen of the base year.
    findings, corrections : tuple
        Of all years.
    """

    records: pd.DataFrame
    purchased: pd.DataFrame
    factors: pd.DataFrame
    chosen: Chosen
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()
