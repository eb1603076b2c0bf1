"""Emission factors of fuels, each from a named series: the same fuel differs by a sixth between two vintages.

CO2 per unit of fuel = NCV × carbon content × oxidised share × 44/12. Nothing is chosen silently: the
series is an argument without default, and what was used can be printed with its source and status.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from zoning.errors import TableError
from zoning.tables import Row, read

__all__ = ["FuelFactor", "from_row", "fuel_factor", "fuel_series"]


@dataclass(frozen=True, slots=True)
class FuelFactor:
    """What burning one unit of a fuel emits.

    Attributes
    ----------
    fuel : str
        Name of the fuel in the table (``bituminous``, ``natural_gas`` …).
    series, place, vintage : str
        Which series of factors, for where, of which edition.
    year : int
        Year the series belongs to.
    ncv : float
        Net calorific value, GJ per unit.
    carbon : float
        Carbon content, tC/TJ.
    oxidation : float
        Oxidised share of the carbon, 0 to 1.
    unit : str
        ``t``, or ``10kNm3`` (10⁴ m³ at 0 °C) for gases.
    source, status : str
        Where the numbers were seen and how far to trust them.
    """

    fuel: str
    series: str
    year: int
    place: str
    vintage: str
    ncv: float
    carbon: float
    oxidation: float
    unit: str
    source: str
    status: str

    @property
    def co2_per_unit(self) -> float:
        """Tonnes of CO2 per unit of fuel: NCV × carbon × oxidation × 44/12 / 1000."""
        return self.ncv * self.carbon * self.oxidation * 44.0 / 12.0 / 1000.0


@cache
def _rows() -> dict[tuple[str, str], Row]:
    """Rows by (any name of the fuel, series)."""
    rows: dict[tuple[str, str], Row] = {}
    for row in read("fuel_factors"):
        for name in filter(None, (row["fuel"], row["fuel_zh"], row["default_for"])):
            rows[name, row["series"]] = row
    return rows


def fuel_series() -> tuple[str, ...]:
    """Return the names of the known series, sorted.

    Examples
    --------
    >>> fuel_series()
    ('industry-guides', 'provincial-guide')
    """
    return tuple(sorted({series for _, series in _rows()}))


def fuel_factor(fuel: str, series: str) -> FuelFactor:
    """Return the factors of a fuel in one series.

    Parameters
    ----------
    fuel : str
        English name (``bituminous``), Chinese name (``烟煤``), or fuel code of the vocabulary (``coal``: the row that
        the table marks as the default for it).
    series : str
        One of :func:`fuel_series`; there is no default.

    Raises
    ------
    TableError
        If the series does not hold the fuel; both lists of allowed names are in the message.

    Examples
    --------
    >>> round(fuel_factor("coal", "industry-guides").co2_per_unit, 4)
    2.0715
    >>> round(fuel_factor("烟煤", "provincial-guide").co2_per_unit, 3)
    1.742
    """
    row = _rows().get((fuel, series))
    if row is None:
        fuels = ", ".join(sorted({one["fuel"] for one in read("fuel_factors") if one["series"] == series}))
        known = ", ".join(fuel_series())
        raise TableError(
            f"排放因子表中没有燃料 {fuel}（系列 {series}）；系列可为 {known}，该系列的燃料有：{fuels or '无'}",
            f"no factor for fuel {fuel} in series {series}; series are {known}; its fuels are {fuels or 'none'}",
        )
    return from_row(row)


def from_row(row: Row) -> FuelFactor:
    """Return the factors of one row of ``tables/fuel_factors.csv`` or of a table like it; nothing is judged."""
    return FuelFactor(
        fuel=row["fuel"],
        series=row["series"],
        year=int(row["year"]),
        place=row["place"],
        vintage=row["vintage"],
        ncv=float(row["ncv"]),
        carbon=float(row["carbon"]),
        oxidation=float(row["oxidation"]),
        unit=row["unit"],
        source=row["source"],
        status=row["status"],
    )
