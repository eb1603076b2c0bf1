"""The parts that the mass of a unit consists of: located records, and gridded sectors without an address inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from zoning.factors import equivalents_per_kg
from zoning.ledger import Ledger
from zoning.vocab import GOVERNABLE

__all__ = ["Part", "parts_of_units"]


@dataclass(frozen=True)
class Part:
    """Mass that a clause reaches or does not reach as one.

    Attributes
    ----------
    unit, sector : str
        Where, and of which inventory sector.
    co2, ap : float
        t yr-1 of CO2, and t yr-1 of pollutant equivalents (Σ E/v).
    located : bool
        Whether it is an emitter record (with industry, fuel, zones) or a gridded sector.
    record, name, industry, fuel : str
        Of an emitter record.
    zones : mapping
        Zone sub-type → share of the part that lies in it (an emitter: 0 or 1); a missing element is simply not there.
    energy : float
        tce yr-1 of an emitter record; NaN if not known.
    emitter : str
        Enterprise id.
    ets : bool
        Listed in the national emission trading system.
    co2_known : bool
        False for an emitter record whose CO2 is not stated: it counts as 0 in sums, and rules on it are undetermined.
    """

    unit: str
    sector: str
    co2: float
    ap: float
    located: bool = False
    record: str = ""
    name: str = ""
    industry: str = ""
    fuel: str = ""
    zones: Mapping[str, float] | None = None
    energy: float = float("nan")
    emitter: str = ""
    ets: bool = False
    co2_known: bool = True

    @property
    def governable(self) -> bool:
        """Whether lists can govern it: industry, boilers, kilns, energy supply."""
        return self.sector in GOVERNABLE


def parts_of_units(ledger: Ledger, located: pd.DataFrame, year: int) -> dict[str, tuple[Part, ...]]:
    """Return the parts of every unit in one year, located ones first.

    A part of the grid is what is left after located emitters were taken out.

    Parameters
    ----------
    ledger : Ledger
        Masses of units and fragments.
    located : DataFrame
        Placed emitter records.
    year : int
        Year of the masses.
    """
    found: dict[str, list[Part]] = {code: [] for code in ledger.units}
    if "emission_gridded" not in ledger:
        return dict.fromkeys(found, ())
    subtypes, weights = _subtypes(ledger), equivalents_per_kg()
    records = located[located["year"] == year].astype(
        object
    )  # as records texts of a table of Arrow are read one by one
    for row in records.to_dict("records"):
        if row["unit"] in found:
            found[row["unit"]].append(_record(row, subtypes, weights))
    for part in _gridded(ledger, year, weights):
        found[part.unit].append(part)
    return {code: tuple(parts) for code, parts in found.items()}


def _subtypes(ledger: Ledger) -> dict[str, str]:
    if "fragment_area" not in ledger:
        return {}
    column = ledger["fragment_area"]
    return dict(zip(column["fragment_zone"].values, column["fragment_subtype"].values, strict=True))


def _record(row: Mapping[Any, Any], subtypes: Mapping[str, str], weights: Mapping[str, float]) -> Part:
    zones = {subtypes[row[name]]: 1.0 for name in row if str(name).startswith("zone_") and row[name] in subtypes}
    ap = sum(float(row[name]) * weight for name, weight in weights.items() if name in row and pd.notna(row[name]))
    known = "CO2" in row and pd.notna(row["CO2"])
    return Part(
        unit=str(row["unit"]),
        sector=str(row["sector"]),
        co2=float(row["CO2"]) if known else 0.0,
        ap=ap,
        located=True,
        record=str(row["record"]),
        name=str(row["name"]),
        industry=str(row["industry"]),
        fuel=str(row["fuel"]),
        zones=zones,
        energy=float(row["energy_tce"]) if pd.notna(row.get("energy_tce")) else float("nan"),
        emitter=str(row["emitter"]),
        ets=bool(row.get("ets", False)),
        co2_known=bool(known),
    )


def _gridded(ledger: Ledger, year: int, weights: Mapping[str, float]) -> list[Part]:
    emission = ledger["emission_gridded"].sel(year=year)
    values = emission.transpose("unit", "sector", "species").to_numpy()
    species = [str(name) for name in emission["species"].values]
    carbon = np.nan_to_num(values[..., species.index("CO2")]) if "CO2" in species else np.zeros(values.shape[:2])
    factors = np.array([weights.get(name, 0.0) for name in species])
    pressure = np.nan_to_num(values) @ factors
    shares = _zone_shares(ledger, year)
    units, sectors = ledger.units, [str(name) for name in emission["sector"].values]
    return [
        Part(units[i], sectors[j], co2, ap, zones=shares.get((units[i], sectors[j]), {}))
        for i, masses in enumerate(np.stack([carbon, pressure], axis=-1).tolist())
        for j, (co2, ap) in enumerate(masses)
        if co2 > 0 or ap > 0
    ]


def _zone_shares(ledger: Ledger, year: int) -> dict[tuple[str, str], dict[str, float]]:
    """Return, for unit and sector, the share of its gridded CO2 in each zone sub-type: mass, never area."""
    if "fragment_gridded" not in ledger:
        return {}
    column = ledger["fragment_gridded"].sel(year=year, species="CO2")
    sectors = [str(name) for name in column["sector"].values]
    table = pd.DataFrame(np.nan_to_num(column.transpose("fragment", "sector").to_numpy()), columns=sectors)
    table["unit"], table["subtype"] = column["fragment_unit"].values, column["fragment_subtype"].values
    sums = table.groupby(["unit", "subtype"])[sectors].sum()
    units, subtypes = ([str(label) for label in sums.index.get_level_values(name)] for name in ("unit", "subtype"))
    masses = ledger["emission_gridded"].sel(year=year, species="CO2").transpose("unit", "sector").to_numpy()
    whole = masses[pd.Index(ledger.units, dtype=object).get_indexer(pd.Index(units, dtype=object))]
    inside = sums.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(inside / whole, 1.0).tolist()
    shares: dict[tuple[str, str], dict[str, float]] = {}
    for row, sector in np.argwhere((whole > 0) & (inside > 0)).tolist():
        shares.setdefault((units[row], sectors[sector]), {})[subtypes[row]] = share[row][sector]
    return shares
