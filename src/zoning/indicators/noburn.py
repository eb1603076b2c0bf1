"""No-burn zones (高污染燃料禁燃区): how much of a unit, and of the polluting fuel burnt in it, lies inside one."""

from __future__ import annotations

import numpy as np

from zoning.indicators.base import Facts, Indicator, Reference
from zoning.indicators.parts import Part
from zoning.ledger import Columns, known_columns

__all__ = ["NO_BURN", "POLLUTING_FUELS", "fuel_share_inside"]

POLLUTING_FUELS = ("coal", "coke", "oil", "petcoke", "biomass")
"""Fuels that the catalogue of high-pollution fuels names in one class or another; gas and LPG are not among them."""


def fuel_share_inside(parts: tuple[Part, ...]) -> float:
    """Return the share, by combustion CO2, of located polluting fuel that burns inside a no-burn zone.

    NaN where no located record burns such a fuel. CO2 stands for the energy of the fuel (they differ by the fuel mix).
    """
    burning = [part for part in parts if part.located and part.fuel in POLLUTING_FUELS]
    total = sum(part.co2 for part in burning)
    inside = sum(part.co2 for part in burning if any(zone.startswith("NOBURN") for zone in (part.zones or {})))
    return inside / total if total > 0 else float("nan")


def no_burn(facts: Facts) -> Columns:
    """Return the shares of area and of located fuel inside no-burn zones; overlapping zones count once at most."""
    area = facts.ledger["fragment_area"]
    inside = np.isin(area["fragment_element"].values, ["energy"])
    units = {code: number for number, code in enumerate(facts.ledger.units)}
    share = np.zeros(len(units))
    for unit, square_metres in zip(area["fragment_unit"].values[inside], area.to_numpy()[inside], strict=True):
        share[units[str(unit)]] += square_metres
    share = np.minimum(share / facts.ledger["area"].to_numpy(), 1.0)
    fuel = np.array([fuel_share_inside(facts.parts[code]) for code in facts.ledger.units])
    return known_columns(("unit",), "units ∩ energy zones", noburn_area_share=share, noburn_fuel_share=fuel)


NO_BURN = Indicator(
    id="no_burn",
    zh="禁燃区占比",
    en="share inside no-burn zones",
    formula="Σ A(unit ∩ no-burn) ÷ A(unit); Σ CO2 of polluting fuel inside ÷ Σ CO2 of polluting fuel",
    unit="1",
    needs=("fragment_area",),
    compute=no_burn,
    pitfalls_zh="面积占比不代表燃料占比；以面积作出的判断只到“关注”",
    pitfalls_en="a share of area is not a share of fuel; by area alone no more than «watch» follows",
    references=(Reference("docs/method.md §5", "ours"),),
)
