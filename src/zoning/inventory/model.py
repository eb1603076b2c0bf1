"""What an inventory is: enterprises with their places, records of what each burns and emits, and how it all adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from zoning.errors import Finding

__all__ = ["SPECIES", "Correction", "Inventory", "Linkage", "Placement", "open_pairs", "residual_co2"]

SPECIES = ("CO2", "CH4", "N2O", "SO2", "NOx", "PM", "PM2.5", "VOC")
"""Columns of ``Inventory.records`` that hold tonnes."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A value of a table that is taken otherwise than it is written, or not at all; always said aloud.

    Attributes
    ----------
    ref, field : str
        Row and header of the value; ``field`` is empty where the whole row is meant.
    kind : str
        Finding code that it answers (``UNIT_SLIP``, ``DATUM_GCJ02_SUSPECTED``, ``FIRM_DUPLICATE`` …).
    before, after : str
        As written, and as it is taken; ``after`` is empty where the value is set aside.
    evidence_zh, evidence_en : str
        Why: what else agrees with it.
    state : str
        ``applied``, ``set_aside``, or ``rejected`` (a person said no).
    """

    ref: str
    field: str
    kind: str
    before: str
    after: str
    evidence_zh: str
    evidence_en: str
    state: str


@dataclass(frozen=True)
class Linkage:
    """Which rows of the tables are one enterprise.

    Attributes
    ----------
    links : DataFrame
        One row per ``ref``: ``ref, enterprise, level, score, rule, counts, merged_into, merged_year``. ``enterprise``
        is the credit code of the enterprise where one is valid, else a name of its own; ``level`` is ``sure`` (exact
        keys), ``probable`` (held as one, said aloud, to be confirmed) or ``own`` (first row of its enterprise);
        ``rule`` names what joined it. ``counts`` is False for a row that repeats another (entered twice, a permit that
        was renewed) or that its successor reports too; ``merged_into`` is the enterprise into which this one went
        ('' if it still stands), ``merged_year`` the first year that its successor reports for it (0 if none).
    pairs : DataFrame
        One row per pair of rows that a person may look at: ``pair`` (stable id), ``left, right`` (refs), ``left_name,
        right_name, left_code, right_code``, ``level`` (``sure, probable, possible, apart``), ``score`` (0 to 1),
        ``reasons_zh, reasons_en``, ``distance_m``, ``decision`` (``accept, reject`` or ''), ``by``, ``date``, ``note``.
    findings : tuple of Finding
        FIRM_DUPLICATE, FIRM_CODE_PATTERN, FIRM_NAME_DIFFERS, FIRM_MATCH_UNCERTAIN, FIRM_MERGED, FIRM_UNMATCHED.
    corrections : tuple of Correction
        Rows that are counted once.
    """

    links: pd.DataFrame
    pairs: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Placement:
    """Where every enterprise operates.

    Attributes
    ----------
    places : GeoDataFrame
        Index ``enterprise``; ``ref`` (row whose coordinates were taken), ``method`` (``stated``; ``gcj02, bd09``:
        shifted back; ``none``), ``datum``, ``unit`` (code of the control unit, '' if none), ``counts`` (False outside
        the study area), point geometry in EPSG:4490 (None where nothing places it).
    findings : tuple of Finding
        DATUM_*, POINT_*, ADDRESS_MISMATCH.
    corrections : tuple of Correction
        Coordinates that were shifted or set aside.
    """

    places: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """An integrated inventory of pollutants and CO2.

    Every table carries units in its column names or in a column ``unit``; NaN is «not determined», never 0.

    Attributes
    ----------
    year : int
        Base year; ``records`` hold further years where the tables do.
    enterprises : GeoDataFrame
        Index ``enterprise``: ``name, code, industry, industry_name, sector`` (vocab), ``group`` (name of the industry
        in the energy balance, ''), ``unit, counts, place_ref, place_method``, ``status`` (``working, merged,
        permit_only``), ``town, address``, ``output`` (10⁴ yuan, base year), ``tce_calorific, tce_equivalent``; points
        in EPSG:4490.
    links, pairs : DataFrame
        As in :class:`Linkage`.
    records : DataFrame
        One row per enterprise × year × fuel or process: ``record, enterprise, year, what, fuel, fuel_class`` (vocab),
        ``activity, unit, ref, table`` (whose amount it is), ``ncv, carbon, oxidation, factor, factor_id, tier``
        (``measured, supplier, default``), ``CO2, CH4, N2O, SO2, NOx, PM, PM2.5, VOC`` in t yr-1 (CO2 is scope 1) and
        for each pollutant ``<species>_basis`` (``reported``, ``factor``, '').
    purchased : DataFrame
        Power and heat, never in scope 1: ``enterprise, year, power_mwh, power_sold_mwh, heat_gj, heat_sold_gj,
        power_factor, heat_factor, factor_id, power_co2_t, heat_co2_t, ref``.
    factors : DataFrame
        Every factor used, with series, year, place, vintage, source, status, and the value of other vintages beside it.
    reconciliation : DataFrame
        ``year, level, sector, group, fuel, unit, balance, emitters, residual, residual_co2_t, state`` (``residual,
        closed, negative, unknown``) and more (:class:`zoning.inventory.reconciliation.model.Reconciliation`).
    disagreements : DataFrame
        What departments say differently, ranked: ``enterprise, name, year, quantity, left, right, left_value,
        right_value, unit, difference, co2_t, left_address, right_address``.
    areas : DataFrame
        Residuals of townships: ``town, town_name, sector, fuel, amount, unit, co2_t``.
    uncertainty : DataFrame
        ``level`` (``enterprise, sector, city``), ``key, species, mean, low, high, cv`` (95 % range of shared draws),
        ``limit, p_over`` (chance that the limit is exceeded).
    evaluation : mapping
        Tables of the base evaluation by name (``industries, fields, trends, common_origin, double_high`` …).
    corrections : tuple of Correction
        Everything that was taken otherwise than written.
    findings : tuple of Finding
        What is wrong, or was held against each other.
    """

    year: int
    enterprises: gpd.GeoDataFrame
    links: pd.DataFrame
    pairs: pd.DataFrame
    records: pd.DataFrame
    purchased: pd.DataFrame
    factors: pd.DataFrame
    reconciliation: pd.DataFrame
    disagreements: pd.DataFrame
    areas: pd.DataFrame
    uncertainty: pd.DataFrame
    evaluation: Mapping[str, pd.DataFrame]
    corrections: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()


def open_pairs(inventory: Inventory) -> int:
    """Return how many pairs of rows are held as one enterprise without proof and wait for a person's word."""
    pairs = inventory.pairs
    return int(((pairs["level"] == "probable") & (pairs["decision"] == "")).sum())


def residual_co2(reconciliation: pd.DataFrame) -> float:
    """Return the t CO2 of the energy balance that no enterprise accounts for, over all sectors; NaN without a balance.

    Negative residuals are faults of the tables and lower nothing.
    """
    own = reconciliation[(reconciliation["level"] == "sector") & (reconciliation["state"] == "residual")]
    return float(own["residual_co2_t"].sum(min_count=1))
