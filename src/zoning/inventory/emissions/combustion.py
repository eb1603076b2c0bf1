"""CO2, CH4 and N2O of one amount of a fuel or raw material, each factor measured, stated, or of a named series."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from zoning.errors import Severity, TableError
from zoning.factors import Factor, FuelFactor, Registry
from zoning.inventory.emissions.book import Use
from zoning.inventory.emissions.used import Ledger
from zoning.messages import finding
from zoning.tables import numbers

__all__ = ["Gases", "burn", "process", "tonnes_of_gas"]


@dataclass(frozen=True, slots=True)
class Gases:
    """Greenhouse gases of one record, t yr-1, and the factors behind CO2.

    ``ncv`` in GJ per unit, ``carbon`` in tC/GJ, ``factor`` in t CO2 per unit; ``biogenic`` is CO2 of plants
    and never in ``co2``.
    """

    ncv: float
    carbon: float
    oxidation: float
    factor: float
    factor_id: str
    tier: str
    co2: float
    ch4: float
    n2o: float
    biogenic: float


def tonnes_of_gas(activity: float, ncv: float, factor: float) -> float:
    """Return t of a gas: units × GJ per unit × kg per TJ.

    Examples
    --------
    >>> round(tonnes_of_gas(1000.0, 23.204, 10.0), 5)
    0.23204
    """
    return activity * ncv * factor * 1e-6


def burn(use: Use, series: str, sector: str, ledger: Ledger) -> Gases:
    """Return the gases of a fuel: activity × NCV × carbon × oxidation × 44/12.

    What a table states is taken as it is: tier ``measured`` if it says so, ``default`` if it is the row of the named
    series, else ``supplier``; what it does not state comes from the series.

    Parameters
    ----------
    use : Use
        A fuel.
    series : str
        Series of fuel factors.
    sector : str
        ``energy`` or ``industry``, for CH4 and N2O.
    """
    if use.fuel == "biomass":
        return _biogenic(use, sector, ledger)
    stated = (use.ncv, use.carbon, use.oxidation)
    known = not any(math.isnan(one) for one in stated)
    default = _series(use, series, ledger, needed=not known)
    if not known and default is None:
        return _unknown()
    given = (default.ncv, default.carbon / 1000.0, default.oxidation) if default is not None else stated
    ncv, carbon, oxidation = (mine if not math.isnan(mine) else its for mine, its in zip(stated, given, strict=True))
    same = all(math.isclose(mine, its, rel_tol=1e-9) for mine, its in zip((ncv, carbon, oxidation), given, strict=True))
    tier = "measured" if use.measured and known else "default" if default is not None and same else "supplier"
    factor = ncv * carbon * oxidation * 44.0 / 12.0
    stays = tier == "default" and default is not None
    used = ledger.note_fuel(default, "fuel") if stays and default is not None else ledger.note_stated(use, factor, tier)
    ch4, n2o = (_gas(use, species, sector, ncv, ledger) for species in ("CH4", "N2O"))
    gases = Gases(ncv, carbon, oxidation, factor, used, tier, use.amount * factor, ch4, n2o, 0.0)
    _check_stated(use, gases.co2, ledger)
    return gases


def _series(use: Use, series: str, ledger: Ledger, *, needed: bool) -> FuelFactor | None:
    """Factors of the series, in the unit of the use; where a table states its own, that there are none is no fault."""
    if needed:
        found = ledger.ask(lambda: ledger.registry.fuel(use.fuel, series), use)
    else:
        try:
            found = ledger.registry.fuel(use.fuel, series)
        except TableError:
            found = None
    return found if found is not None and found.unit == use.unit else None


def _unknown() -> Gases:
    nan = math.nan
    return Gases(nan, nan, nan, nan, "", "", nan, nan, nan, 0.0)


def _biogenic(use: Use, sector: str, ledger: Ledger) -> Gases:
    own = ledger.registry.biogenic(use.fuel)
    ncv = own.ncv if math.isnan(use.ncv) else use.ncv
    factor = ncv * own.carbon / 1000.0 * own.oxidation * 44.0 / 12.0
    used = ledger.note_fuel(own, "biogenic")
    ch4, n2o = (_gas(use, species, sector, ncv, ledger) for species in ("CH4", "N2O"))
    return Gases(ncv, own.carbon / 1000.0, own.oxidation, 0.0, used, "default", 0.0 * use.amount, ch4, n2o,
                 use.amount * factor)  # fmt: skip


def _gas(use: Use, species: str, sector: str, ncv: float, ledger: Ledger) -> float:
    factor = _gas_factor(ledger.registry, species, use.fuel, sector)
    if factor is None:
        return math.nan
    ledger.note(factor)
    return tonnes_of_gas(use.amount, ncv, factor.value)


@lru_cache(maxsize=4096)
def _gas_factor(registry: Registry, species: str, fuel: str, sector: str) -> Factor | None:
    try:
        return registry.gas(species, fuel, sector)
    except TableError:
        return None


def process(use: Use, ledger: Ledger) -> Gases:
    """Return the CO2 of a raw material, product or waste: amount × factor, a stated factor before the packaged one."""
    nan = math.nan
    packaged = None
    if math.isnan(use.factor):
        packaged = ledger.ask(lambda: ledger.registry.process(use.fuel), use)
        if packaged is None:
            return replace(_unknown(), ch4=0.0, n2o=0.0)
        ledger.note(packaged)
        return Gases(nan, nan, nan, packaged.value, packaged.id, "default", use.amount * packaged.value, 0.0, 0.0, 0.0)
    try:
        packaged = ledger.registry.process(use.fuel)
    except TableError:
        packaged = None
    tier = "default" if packaged is not None and packaged.value == use.factor else "supplier"
    tier = "measured" if use.measured else tier
    if tier == "default" and packaged is not None:
        ledger.note(packaged)
        used = packaged.id
    else:
        used = ledger.note_stated(use, use.factor, tier)
    return Gases(nan, nan, nan, use.factor, used, tier, use.amount * use.factor, 0.0, 0.0, 0.0)


def _check_stated(use: Use, co2: float, ledger: Ledger) -> None:
    """Say where a printed emission is not the product of the numbers beside it; the product is what counts."""
    tolerance = numbers("thresholds")["stated_product"]
    if abs(use.co2_t - co2) > max(tolerance * abs(co2), 1.0):
        slots = {"name": use.firm.name, "fuel": use.written or use.fuel, "stated": f"{use.co2_t:.10g}",
                 "computed": f"{co2:.10g}"}  # fmt: skip
        where = use.where()
        ledger.findings.append(finding("ARITHMETIC", "product", severity=Severity.WARNING, where=where, **slots))
