"""Units of measure: which are known, what dimension they have, and what they are in tonnes a year.

A closed registry (``tables/units_of_measure.txt``) read by pint: a unit that is not in it is refused, with the nearest
known one. A year and a second are different dimensions on purpose; what joins them is the calendar year of the data.
"""

from __future__ import annotations

import calendar
import difflib
import math
import re
from functools import lru_cache
from typing import Any

import pint

from zoning.errors import QuantityError
from zoning.messages import fault
from zoning.tables import read, text

__all__ = [
    "bases",
    "basis_factor",
    "canonical",
    "convert",
    "dimension",
    "is_known",
    "known_units",
    "seconds_in_year",
    "tonnes_per_year",
    "unknown_unit",
]


@lru_cache(maxsize=1)
def _registry() -> Any:  # noqa: ANN401 - pint has no useful types
    registry: Any = pint.UnitRegistry(None, cache_folder=None)
    registry.load_definitions(text("units_of_measure.txt").splitlines())
    return registry


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    return {row["written"]: row["unit"] for row in read("unit_aliases")}


def known_units() -> tuple[str, ...]:
    """Return the written forms that are known, sorted."""
    return tuple(sorted(set(_aliases())))


def canonical(unit: str) -> str:
    """Return the CF form of a unit as users write it.

    Raises
    ------
    QuantityError
        If it is not known; the message names the nearest known unit.

    Examples
    --------
    >>> canonical("万吨"), canonical("t/a"), canonical("kg m-2 s-1")
    ('10kt', 't yr-1', 'kg m-2 s-1')
    """
    written = " ".join(unit.split())
    if not is_known(written):
        raise unknown_unit(unit)
    return _aliases().get(written, written)


def is_known(unit: str) -> bool:
    """Return whether a text is a unit; to ask takes no search for the nearest one, which an error needs.

    Examples
    --------
    >>> is_known("万吨"), is_known("单元编码")
    (True, False)
    """
    written = " ".join(unit.split())
    return written in _aliases() or _is_mass_over(written)


def unknown_unit(unit: str) -> QuantityError:
    """Return (not raise) the error of a unit that is not known, which names the nearest known one."""
    nearest = difflib.get_close_matches(" ".join(unit.split()), known_units(), n=1, cutoff=0.0)
    return fault(QuantityError, "quantity.unknown", unit=unit, nearest=nearest[0] if nearest else "t")


def _is_mass_over(written: str) -> bool:
    """Tell whether a text is a mass (or amount), over one area, over one time, all in CF form and known."""
    words = read("unit_words")
    masses = {row["unit"] for row in words if row["role"] in ("mass", "amount")}
    areas = {row["unit"] for row in words if row["role"] == "area"}
    areas |= {f"{row['unit']}-2" for row in words if row["role"] == "length"}
    times = {row["unit"] for row in words if row["role"] == "time"}
    first, *rest = written.split() or [""]
    for below in (areas, times):
        rest = rest[1:] if rest and rest[0] in below else rest
    return first in masses and not rest


def _quantity(unit: str) -> Any:  # noqa: ANN401
    product = "*".join(re.sub(r"(-?\d+)$", r"**(\1)", part) for part in canonical(unit).split() if part != "1")
    return _registry().Quantity(1.0, product.replace("10kt", "wan_t") or "")


def dimension(unit: str) -> str:
    """Return the dimension of a unit, as pint prints it.

    Examples
    --------
    >>> dimension("kg m-2 s-1") == dimension("g m-2 s-1")
    True
    """
    return str(_quantity(unit).dimensionality)


def convert(value: float, unit: str, target: str) -> float:
    """Convert a number between two units of one dimension.

    Raises
    ------
    QuantityError
        If the dimensions differ.

    Examples
    --------
    >>> convert(2.0, "万吨", "t")
    20000.0
    """
    if dimension(unit) != dimension(target):
        raise fault(QuantityError, "quantity.dimension", unit=unit, target=target)
    return float((value * _quantity(unit)).to(_quantity(target).units).magnitude)


def seconds_in_year(year: int) -> float:
    """Seconds of a calendar year (Gregorian).

    Examples
    --------
    >>> seconds_in_year(2020) / 86400
    366.0
    """
    return 86400.0 * (366 if calendar.isleap(year) else 365)


def tonnes_per_year(unit: str, species: str, basis: str, year: int, period: str = "annual") -> tuple[float, bool]:
    """Return the factor that turns a value into t yr-1 of the species, and whether it is still to be multiplied by m².

    An amount of substance (``mol``, ``molecule``) goes by the molar mass of the species, whatever the basis is.

    Parameters
    ----------
    unit : str
        ``t``, ``kg``, ``t yr-1`` (mass or mass rate) or ``kg m-2 s-1``, ``t km-2 yr-1`` (flux).
    species, basis : str
        ``basis`` is the substance whose mass the numbers are; C → CO2 is 44/12, NO → NO2 is 46/30.
    year : int
        Calendar year, for the seconds in it.
    period : str
        Only ``annual`` totals are summed here.

    Raises
    ------
    QuantityError
        If the unit is not one of mass or mass flux, the basis does not belong to the species, or the period is not
        annual.

    Examples
    --------
    >>> factor, per_area = tonnes_per_year("kg m-2 s-1", "CO2", "CO2", 2019)
    >>> round(factor * 1e-9 * 106.96e6)  # 0.1 degree at 30 N
    3373
    """
    if period != "annual":
        raise fault(QuantityError, "quantity.period", period=period)
    step = basis_factor(species, basis)
    forms = {"t": (1.0, False), "t yr-1": (1.0, False), "t s-1": (seconds_in_year(year), False)}
    forms |= {"t m-2": (1.0, True), "t m-2 yr-1": (1.0, True), "t m-2 s-1": (seconds_in_year(year), True)}
    for form, (factor, per_area) in forms.items():
        if dimension(unit) == dimension(form):
            return convert(1.0, unit, form) * factor * step, per_area
        amount = form.replace("t", "mol", 1)
        if dimension(unit) == dimension(amount):
            return convert(1.0, unit, amount) * factor * _molar_mass(species, unit), per_area
    raise fault(QuantityError, "quantity.not_mass", unit=unit)


def _molar_mass(species: str, unit: str) -> float:
    """Tonnes of the species in a mole; NOx is counted as NO2."""
    masses = {row["species"]: float(row["value"]) for row in read("molar_masses")}
    if species not in masses:
        raise fault(QuantityError, "quantity.molar", species=species, unit=unit)
    return convert(masses[species], "g", "t")


def bases(species: str) -> tuple[str, ...]:
    """Return the substances as whose mass a species may be given, itself first.

    Examples
    --------
    >>> bases("CO2"), bases("NOx")
    (('CO2', 'C'), ('NO2', 'NO', 'N'))
    """
    return tuple(basis for name, basis in _bases() if name == species)


@lru_cache(maxsize=1)
def _bases() -> dict[tuple[str, str], float]:
    return {(row["species"], row["basis"]): float(row["factor"]) for row in read("species_basis")}


def basis_factor(species: str, basis: str) -> float:
    """Return the mass of the species per mass of its basis (C → CO2 is 44/12).

    Raises
    ------
    QuantityError
        If the basis is not one of the species', or the species is a mixture whose mass does not follow from it.

    Examples
    --------
    >>> round(basis_factor("CO2", "C"), 4)
    3.6667
    """
    if (species, basis) not in _bases():
        allowed = ", ".join(sorted(known for name, known in _bases() if name == species)) or species
        raise fault(QuantityError, "quantity.basis", species=species, basis=basis, allowed=allowed)
    factor = _bases()[species, basis]
    if math.isnan(factor):
        raise fault(QuantityError, "quantity.mixture", species=species, basis=basis)
    return factor
