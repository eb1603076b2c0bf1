"""What a base evaluation may know beside enterprises and records; everything is optional but the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from zoning.tables import numbers

__all__ = ["Context"]


@dataclass(frozen=True, kw_only=True)
class Context:
    """Surroundings of an evaluation.

    Attributes
    ----------
    year : int
        Base year.
    reconciliation : DataFrame or None
        As ``Inventory.reconciliation``: residuals of the energy balance by sector.
    areas : DataFrame or None
        As ``Inventory.areas``: what townships know of households and vehicles.
    purchased : DataFrame or None
        As ``Inventory.purchased``: power and heat, for trends at a frozen factor.
    unit_km2, town_km2 : mapping
        Area of control units and townships, km².
    towns : mapping
        Township of an enterprise.
    town_of_unit : mapping
        Township of a control unit, for enterprises that ``towns`` does not name.
    reference : DataFrame or None
        Shares of a reference region: ``division`` (GB/T 4754, two digits), ``measure`` (``CO2, AP_eq``), ``share``.
    crs : str
        Projected system of the units, for cells; empty: no cells.
    spread : DataFrame or None
        Cells that carry spread residuals: ``lon, lat`` (EPSG:4490, centre), ``CO2, AP_eq``.
    thresholds : mapping
        User's values of rows of ``tables/thresholds.csv``.

    Examples
    --------
    >>> Context(year=2020).threshold("key_contribution")
    0.05
    """

    year: int
    reconciliation: pd.DataFrame | None = None
    areas: pd.DataFrame | None = None
    purchased: pd.DataFrame | None = None
    unit_km2: Mapping[str, float] = field(default_factory=dict)
    town_km2: Mapping[str, float] = field(default_factory=dict)
    towns: Mapping[str, str] = field(default_factory=dict)
    town_of_unit: Mapping[str, str] = field(default_factory=dict)
    reference: pd.DataFrame | None = None
    crs: str = ""
    spread: pd.DataFrame | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, name: str) -> float:
        """Return a number of ``tables/thresholds.csv``, the user's own first."""
        return self.thresholds.get(name, numbers("thresholds")[name])
