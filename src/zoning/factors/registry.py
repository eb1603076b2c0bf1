"""The registry of factors: one place to ask for any of them, and no answer that nobody named.

A factor is keyed (series, year, place, vintage). What is asked for and is not there is refused with what is there:
the nearest year, the neighbouring province or the other series is never taken in silence. Who wants another year says
so: ``ETS@2021`` is the series with its year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from zoning.errors import TableError
from zoning.factors.fuels import FuelFactor, from_row
from zoning.factors.rows import KINDS, complete, judged, key, number
from zoning.messages import fault
from zoning.tables import Row, read

__all__ = ["Factor", "Registry"]

_ANY = "any"


@dataclass(frozen=True, slots=True)
class Factor:
    """One number with where it is from.

    Attributes
    ----------
    id : str
        ``kind:name/fuel/use@series:year:place``, the same wherever the factor is used.
    kind, name, fuel, use : str
        What it is a factor of: ``pollutant, SO2, bituminous, boiler``.
    series, place, vintage, source, status : str
        Which series, where it holds, of which edition, where it was seen, and how far to trust it.
    year : int
        Year it is stated for.
    value : float
        In ``unit``.
    unit : str
        As ``tCO2/MWh``; ``1`` for a share.
    """

    id: str
    kind: str
    name: str
    fuel: str
    use: str
    series: str
    year: int
    place: str
    vintage: str
    value: float
    unit: str
    source: str
    status: str


@dataclass(frozen=True, eq=False)
class Registry:
    """Factors of all kinds: rows of a user before the packaged ones. Two registries are one only if they are the same.

    Examples
    --------
    >>> registry = Registry.packaged()
    >>> registry.power("ETS", 2020, "CN").value, registry.process("CaCO3").value
    (0.581, 0.4397)
    >>> round(registry.fuel("烟煤", "industry-guides").co2_per_unit, 4)
    2.0715
    """

    rows: Mapping[str, tuple[Row, ...]] = field(repr=False)

    @staticmethod
    def packaged() -> Registry:
        """Return the registry of the packaged tables."""
        return _packaged()

    def with_rows(self, rows: Iterable[Mapping[str, str]]) -> Registry:
        """Return a registry in which a user's rows stand before those of the same key.

        Parameters
        ----------
        rows : iterable of mapping
            As :func:`zoning.factors.rows.judged` takes them.

        Raises
        ------
        TableError
            With every fault of every row.

        Examples
        --------
        >>> own = {"kind": "process", "name": "waste", "series": "own", "year": "2020", "place": "CN", "value": "0.35",
        ...        "unit": "tCO2/t", "source": "a study", "status": "ours"}
        >>> Registry.packaged().with_rows([own]).process("waste", "own").value
        0.35
        """
        merged = {kind: list(known) for kind, known in self.rows.items()}
        for kind, row in reversed(judged(rows)):
            merged[kind] = [complete(kind, row), *(one for one in merged[kind] if key(one) != key(row))]
        return Registry({kind: tuple(known) for kind, known in merged.items()})

    def fuel(self, name: str, series: str, year: int | None = None) -> FuelFactor:
        """Return the factors of a fuel in one series (``series@year`` names its year too).

        Parameters
        ----------
        name : str
            Name of the fuel, its Chinese name, or the fuel class it is the default of.
        series : str
            Series; there is no default.
        year : int or None
            Year of the edition, needed only where a series has several.

        Raises
        ------
        TableError
            If no row, or more than one, is of this key; what there is stands in the message.
        """
        return from_row(self._fuel_row("fuel", name, series, year))

    def biogenic(self, name: str) -> FuelFactor:
        """Return what a fuel of plants holds: its CO2 is shown apart and never counted as fossil."""
        return from_row(self._fuel_row("biogenic", name, "", None))

    def process(self, name: str, series: str = "", year: int | None = None) -> Factor:
        """Return t CO2 per tonne of a carbonate, a product or a waste (``CaCO3, lime, clinker`` …)."""
        return self._one("process", {"name": name, **_of(series, year)})

    def power(self, series: str, year: int, place: str) -> Factor:
        """Return t CO2 per MWh of purchased power in a year and place; ``series@year`` freezes the year."""
        wanted = _of(series, None)
        return self._one("power", {"year": str(year), "place": place, **wanted})

    def heat(self, series: str = "", place: str = "CN") -> Factor:
        """Return t CO2 per GJ of purchased heat."""
        return self._one("heat", {"place": place, **_of(series, None)})

    def standard_coal(self, fuel: str, edition: str, basis: str = "calorific") -> Factor:
        """Return tce per unit of a fuel, power or heat; ``basis`` is ``calorific`` (当量) or ``equivalent`` (等价)."""
        return self._one("standard_coal", {"name": basis, "fuel": fuel, "series": edition})

    def gwp(self, species: str, edition: str) -> Factor:
        """Return t CO2e per tonne of a gas over 100 years in a named set (``AR4, AR5, AR6``)."""
        return self._one("gwp", {"name": species, "series": edition})

    def gas(self, species: str, fuel: str, sector: str) -> Factor:
        """Return kg of CH4 or N2O per TJ of a fuel burnt in a sector (``energy, industry`` …)."""
        return self._one("gas", {"name": species, "fuel": fuel, "use": sector})

    def pollutant(self, species: str, fuel: str, device: str) -> Factor:
        """Return kg per unit of fuel before any treatment, of a device or, where the table has one, of any."""
        return self._of_device("pollutant", species, fuel, device)

    def pm25_share(self, fuel: str, device: str) -> Factor:
        """Return the share of PM2.5 in the PM that leaves a device."""
        return self._of_device("pm25", "PM2.5", fuel, device)

    def removals(self, species: str) -> tuple[tuple[tuple[str, ...], Factor], ...]:
        """Return the treatments of a species: (the words for one, its removal efficiency)."""
        return tuple((tuple(row["zh"].split(";")), _factor("removal", row)) for row in self._where("removal", species))

    def others(self, kind: str, name: str, used: str) -> tuple[str, ...]:
        """Return the same quantity in other series and vintages, as ``series year: value unit``."""
        if kind == "fuel":
            return self._other_fuels(name, used)
        of = tuple(name.split("/"))
        return tuple(
            f"{row['series']} {row['year']}: {row['value']} {row['unit']}"
            for row in self.rows[kind]
            if (row["name"], row["fuel"], row["use"], row["place"]) == of and _id(kind, row) != used
        )

    def _other_fuels(self, fuel: str, used: str) -> tuple[str, ...]:
        found = [
            f"{row['series']} {row['year']}: {from_row(row).co2_per_unit:.4f} tCO2/{row['unit']}"
            for row in self.rows["fuel"]
            if row["fuel"] == fuel and _id("fuel", row) != used
        ]
        carbon = [row for row in self.rows["carbon"] if row["fuel"] == fuel]
        return (*found, *(f"{row['series']}: {row['value']} tC/TJ" for row in carbon))

    def _fuel_row(self, kind: str, name: str, series: str, year: int | None) -> Row:
        wanted = _of(series, year)
        named = [row for row in self.rows[kind] if name in (row["fuel"], row["fuel_zh"], row["default_for"])]
        return _only(kind, {"fuel": name, **wanted}, named)

    def _where(self, kind: str, name: str) -> list[Row]:
        return [row for row in self.rows[kind] if row["name"] == name]

    def _of_device(self, kind: str, species: str, fuel: str, device: str) -> Factor:
        rows = [row for row in self._where(kind, species) if row["fuel"] == fuel]
        use = device if any(row["use"] == device for row in rows) else _ANY
        return _factor(kind, _only(kind, {"name": species, "fuel": fuel, "use": use}, rows))

    def _one(self, kind: str, wanted: Mapping[str, str]) -> Factor:
        return _factor(kind, _only(kind, wanted, self.rows[kind]))


@lru_cache(maxsize=1)
def _packaged() -> Registry:
    return Registry({kind: read(table) for kind, table in KINDS.items()})


def _of(series: str, year: int | None) -> dict[str, str]:
    """Conditions on series and year that a caller named; ``ETS@2021`` names both."""
    name, _, frozen = series.partition("@")
    found = {"series": name} if name else {}
    return found | ({"year": frozen} if frozen else {"year": str(year)} if year is not None else {})


def _only(kind: str, wanted: Mapping[str, str], rows: Sequence[Row]) -> Row:
    """Return the one row of a key; several or none are refused, and what there is is named."""
    exact = {
        column: value for column, value in wanted.items() if not (kind in ("fuel", "biogenic") and column == "fuel")
    }
    found = [row for row in rows if all(row[column] == value for column, value in exact.items())]
    own = [row for row in found if row.get("own")]
    if len(own or found) == 1:
        return (own or found)[0]
    asked = " ".join(f"{column}={value}" for column, value in wanted.items())
    first = {column: wanted[column] for column in ("name", "fuel") if column in exact}
    near = [row for row in rows if all(row[column] == value for column, value in first.items())]
    slots = {"table": KINDS[kind], "asked": asked, "there": _listed(found or near), "names": _names(kind, rows)}
    raise fault(TableError, "factors.several" if found else "factors.none" if near else "factors.unknown", **slots)


def _listed(rows: Sequence[Row]) -> str:
    seen = dict.fromkeys(f"{row['series']}@{row['year']}/{row['place']}" for row in rows)
    return ", ".join(seen) or "-"


def _names(kind: str, rows: Sequence[Row]) -> str:
    column = "fuel" if kind in ("fuel", "biogenic", "gas", "pollutant", "pm25", "standard_coal") else "name"
    return ", ".join(sorted({row[column] for row in rows if row[column]})) or "-"


@cache
def _made(kind: str, cells: tuple[tuple[str, str], ...]) -> Factor:
    row = dict(cells)
    return Factor(
        id=_id(kind, row),
        kind=kind,
        name=row["name"],
        fuel=row.get("fuel", ""),
        use=row.get("use", ""),
        series=row["series"],
        year=int(row["year"]),
        place=row.get("place", ""),
        vintage=row.get("vintage", ""),
        value=number(row, "value"),
        unit=row.get("unit", ""),
        source=row["source"],
        status=row["status"],
    )


def _factor(kind: str, row: Row) -> Factor:
    return _made(kind, tuple(row.items()))


def _id(kind: str, row: Row) -> str:
    name = "/".join(filter(None, (row.get("name", ""), row.get("fuel", ""), row.get("use", ""))))
    return f"{kind}:{name}@{row['series']}:{row['year']}:{row.get('place', '')}"
