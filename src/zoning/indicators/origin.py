"""Common origin (同根同源程度): how much of an air pollutant and of CO2 comes from the same sources."""

from __future__ import annotations

import numpy as np

from zoning.indicators.base import Facts, Indicator, Reference
from zoning.ledger import Columns, known_columns
from zoning.statistics import shared_minimum

__all__ = ["COMMON_ORIGIN", "LOCATED_SHARE"]

_CARBON = "CO2"


def common_origin(facts: Facts) -> Columns:
    r"""Return :math:`O_p(u) = \sum_s \min(a_s, c_s)` over sectors, beside the region's own value as reference.

    a, c are the shares of the sectors in the pollutant's and in the CO2 mass. The value depends on how finely sectors
    are cut, so only the difference to the reference, inside one sector scheme, is to be read; it never decides alone.
    Where emitters are located, ``common_origin_located`` does the same over enterprise × fuel.
    """
    emission = facts.ledger["emission"].sel(year=facts.year)
    species = [str(name) for name in emission["species"].values]
    carbon = np.asarray(emission.sel(species=_CARBON), dtype=np.float64)
    overlap = np.full((len(facts.ledger.units), len(species)), np.nan)
    reference = np.full(len(species), np.nan)
    for number, name in enumerate(species):
        masses = np.asarray(emission.sel(species=name), dtype=np.float64)
        overlap[:, number] = shared_minimum(masses, carbon)
        reference[number] = float(shared_minimum(np.nansum(masses, axis=0), np.nansum(carbon, axis=0)))
    columns = known_columns(("unit", "species"), "emission", common_origin=overlap)
    columns |= known_columns(("species",), "emission", common_origin_reference=reference)
    return columns | _located(facts, species)


def _located(facts: Facts, species: list[str]) -> Columns:
    """Overlap over enterprise × fuel, of located records only; NaN where either substance has no located mass."""
    known = [name for name in species if name in facts.located.columns]
    if _CARBON not in known or facts.located.empty:
        return {}
    records = facts.located[facts.located["year"] == facts.year]
    parts = records.groupby(["unit", "emitter", "fuel"], as_index=False)[known].sum()
    totals = parts.groupby("unit")[known].transform("sum")
    shares = parts[known] / totals.where(totals > 0)
    overlap = shares.clip(upper=shares[_CARBON], axis=0).groupby(parts["unit"]).sum(min_count=1)
    table = overlap.reindex(index=list(facts.ledger.units), columns=species)
    values = table.to_numpy(dtype=np.float64)
    return known_columns(("unit", "species"), "emission_located", common_origin_located=values)


def located_share(facts: Facts) -> Columns:
    """Return λ: the share of the mass that is located at facilities (emitters, or layers of origin L)."""
    total = facts.ledger["emission"].sel(year=facts.year).sum("sector", min_count=1)
    placed = facts.ledger["emission_sited"].sel(year=facts.year).sum("sector", min_count=1)
    mass = np.asarray(total, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(mass > 0, np.nan_to_num(np.asarray(placed, dtype=np.float64)) / mass, np.nan)
    return known_columns(("unit", "species"), "emission_sited ÷ emission", located_share=share)


LOCATED_SHARE = Indicator(
    id="located_share",
    zh="已定位质量占比",
    en="located share",
    formula="λ_p(u) = E with a known place ÷ E",
    unit="1",
    needs=("emission", "emission_sited"),
    compute=located_share,
    pitfalls_zh="只说明量的位置有无实据，不说明量本身是否准确",
    pitfalls_en="says how much of the mass has a known place, not whether the mass is right",
    references=(
        Reference("docs/method.md §2; Zheng et al. 2017, ACP 17:921; Wu et al. 2024, ESSD 16:2893", "second-hand"),
    ),
)

COMMON_ORIGIN = Indicator(
    id="common_origin",
    zh="同根同源程度",
    en="common origin",
    formula="O_p(u) = Σ_s min(a_s, c_s)",
    unit="1",
    needs=("emission",),
    compute=common_origin,
    pitfalls_zh="部门划分越粗数值越高；只能与参照值之差一起读；不能单独作决定",
    pitfalls_en="the coarser the sectors the higher the value; read only against the reference; never decides alone",
    references=(Reference("docs/method.md §3 (overlap of shares)", "ours"),),
)
