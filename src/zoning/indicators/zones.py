"""Synergy of zones: which zones hold much of the region's pollutants and of its CO2, from the same sources."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from zoning.factors import equivalents_per_kg
from zoning.ledger import Ledger
from zoning.statistics import shared_minimum

__all__ = ["ZONE_COLUMNS", "zone_synergy"]

ZONE_COLUMNS = (
    "zone", "subtype", "area_m2", "co2_t", "ap_eq", "area_share", "co2_share", "ap_share", "ap_located_share",
    "co2_concentration", "ap_concentration", "common_origin", "common_origin_reference", "difference", "marked",
)  # fmt: skip
"""Columns of :func:`zone_synergy`."""

_CARBON = "CO2"
_KG_PER_T = 1000.0
_Floats = NDArray[np.float64]


def zone_synergy(ledger: Ledger, element: str, year: int, *, least_load: float, least_co2: float) -> pd.DataFrame:
    r"""Return, for every zone of an element, its loads, how concentrated they are, and whether its synergy is marked.

    Over the fragments of a zone z and the units of the region R, with :math:`x \in \{\mathrm{CO_2}, \mathrm{AP_{eq}}\}`
    and :math:`\mathrm{AP_{eq}} = 10^3 \sum_p E_p / v_p` (equivalents of a year):

    .. math::
        s_x(z) = \frac{x(z)}{x(R)}, \qquad c_x(z) = \frac{s_x(z)}{A(z) / A(R)}, \qquad
        O(z) = \sum_s \min\bigl(a_s(z), c_s(z)\bigr)

    a and c are the shares of the sectors s in the zone's AP_eq and CO2; the reference is O of the region. A zone is
    *marked* if it holds at least ``least_load`` of the region's located AP_eq and ``least_co2`` of its CO2, and O is
    not below the reference (docs/method.md §3). The probability of being marked is not computed.

    Parameters
    ----------
    ledger : Ledger
        With ``area, emission, emission_located, fragment_area, fragment_emission, fragment_gridded``.
    element : str
        ``air``, ``energy`` …
    year : int
        Year of the masses.
    least_load, least_co2 : float
        Shares from which on a zone can be marked.

    Returns
    -------
    DataFrame
        Columns :data:`ZONE_COLUMNS`, largest share of CO2 first; a number that nothing is known for is NaN, and
        ``marked`` is None where the region has no located AP_eq. Empty if the ledger has no such zones or masses.

    Examples
    --------
    >>> zone_synergy(Ledger.of_units(["ZH1"]), "air", 2020, least_load=0.05, least_co2=0.05).empty
    True
    """
    if "fragment_emission" not in ledger:
        return pd.DataFrame(columns=list(ZONE_COLUMNS))
    pieces = _pieces(ledger, element)
    if pieces.empty or year not in ledger["emission"]["year"].values:
        return pd.DataFrame(columns=list(ZONE_COLUMNS))
    region, placed = (_loads(ledger[name], year).sum(axis=0) for name in ("emission", "emission_located"))
    loads, left = (_by_zone(_loads(ledger[name], year), pieces) for name in ("fragment_emission", "fragment_gridded"))
    located, whole = (loads - left)[:, 1].sum(axis=1), float(placed[1].sum())
    areas = pieces.groupby("zone", sort=True)["area"].sum().to_numpy()
    table = _described(loads, region, areas, float(np.nansum(ledger.of_unit("area"))))
    table.insert(0, "zone", sorted(set(pieces["zone"])))
    table.insert(1, "subtype", pieces.groupby("zone", sort=True)["subtype"].first().to_numpy())
    table["ap_located_share"] = _ratio(located, whole)
    table["marked"] = _marked(table, least_load, least_co2)
    ranked = table.sort_values(["co2_share", "zone"], ascending=[False, True], kind="stable", na_position="last")
    return ranked[list(ZONE_COLUMNS)].reset_index(drop=True)


def _pieces(ledger: Ledger, element: str) -> pd.DataFrame:
    """Return the fragments that lie in a zone of the element, with their place along the dimension."""
    column = ledger["fragment_area"]
    labels = {name: column[f"fragment_{name}"].values.astype(str) for name in ("zone", "subtype", "element")}
    table = pd.DataFrame(labels | {"area": column.to_numpy()})
    return table[(table["element"] == element) & (table["zone"] != "")]


def _loads(emission: xr.DataArray, year: int) -> _Floats:
    """Return CO2 (t yr-1) and AP_eq (equivalents) of every unit or fragment: (places, 2, sectors); absent counts 0."""
    chosen = emission.sel(year=year)
    place = next(str(dim) for dim in chosen.dims if dim not in ("species", "sector"))
    masses = np.nan_to_num(chosen.transpose(place, "species", "sector").to_numpy())
    species, weights = [str(name) for name in chosen["species"].values], equivalents_per_kg()
    factors = np.array([[name == _CARBON, _KG_PER_T * weights.get(name, 0.0)] for name in species], dtype=np.float64)
    return np.asarray(np.einsum("upk,px->uxk", masses, factors))


def _by_zone(loads: _Floats, pieces: pd.DataFrame) -> _Floats:
    codes, zones = pd.factorize(pieces["zone"], sort=True)
    summed = np.zeros((len(zones), *loads.shape[1:]))
    np.add.at(summed, codes, loads[pieces.index])
    return summed


def _described(loads: _Floats, region: _Floats, areas: _Floats, whole: float) -> pd.DataFrame:
    (co2, ap), area_share = loads.sum(axis=2).T, _ratio(areas, whole)
    co2_share, ap_share = _ratio(co2, float(region[0].sum())), _ratio(ap, float(region[1].sum()))
    origin, reference = shared_minimum(loads[:, 1], loads[:, 0]), float(shared_minimum(region[1], region[0]))
    columns = {
        "area_m2": areas, "co2_t": co2, "ap_eq": ap, "area_share": area_share, "co2_share": co2_share,
        "ap_share": ap_share, "co2_concentration": co2_share / area_share, "ap_concentration": ap_share / area_share,
        "common_origin": origin, "common_origin_reference": reference, "difference": origin - reference,
    }  # fmt: skip
    return pd.DataFrame(columns)


def _ratio(part: _Floats, whole: float) -> _Floats:
    return part / whole if whole > 0 else np.full(part.shape, np.nan)


def _marked(table: pd.DataFrame, least_load: float, least_co2: float) -> list[bool | None]:
    """Tell of every zone whether it is marked; None where the region has no located AP_eq, or no CO2."""
    known = table[["ap_located_share", "co2_share"]].notna().all(axis=1)
    held = (table["ap_located_share"] >= least_load) & (table["co2_share"] >= least_co2)
    marked = held & (table["difference"] >= 0)
    return [bool(one) if sure else None for one, sure in zip(marked, known, strict=True)]
