"""The tables of departments by enterprise: every value with its enterprise, its department and its address."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.model import Correction
from zoning.inventory.rows import rows_of
from zoning.messages import Both
from zoning.tables import read

__all__ = ["Amount", "Book", "Firm", "Use", "fuel_class", "fuel_kind", "open_book", "printed", "table_name"]


@dataclass(frozen=True, slots=True)
class Firm:
    """One row of a table that names an enterprise."""

    ref: str
    enterprise: str
    table: str
    file: str
    sheet: str
    row: int
    name: str
    industry: str
    permit: str
    year: int

    def at(self, value: str, field: str = "") -> dict[str, Any]:
        """Address of a value of the row for a finding."""
        return {"file": self.file, "layer": self.sheet, "row": self.row, "field": field, "value": value}


@dataclass(frozen=True, slots=True)
class Use:
    """One amount of fuel, raw material, power or heat, as :attr:`DepartmentTables.uses` has it."""

    firm: Firm
    year: int
    what: str
    fuel: str
    written: str
    amount: float
    unit: str
    ncv: float
    carbon: float
    oxidation: float
    factor: float
    measured: bool
    co2_t: float
    field: str
    address: str

    @property
    def kind(self) -> str:
        """Fuels that departments do not tell apart are one kind (烟煤 here is 原煤 there)."""
        return fuel_kind(self.fuel) if self.what == "fuel" else self.what

    def where(self) -> dict[str, Any]:
        """Address of the amount for a finding."""
        return self.firm.at(printed(self.amount), self.field)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a pollutant: made, emitted or permitted."""

    firm: Firm
    year: int
    species: str
    what: str
    amount: float
    field: str
    address: str

    def where(self) -> dict[str, Any]:
        """Address of the amount for a finding."""
        return self.firm.at(printed(self.amount), self.field)


@dataclass(frozen=True)
class Book:
    """All values by enterprise, rows that are counted elsewhere left out.

    Attributes
    ----------
    firms : mapping of str to Firm
        By ref.
    uses, pollutants : tuple
        Sorted by enterprise, year and ref.
    energy, devices, controls : mapping
        By ref, rows of the frame as mappings.
    rejected : frozenset
        ``(ref, field)`` of corrections that a person refused.
    merged : frozenset
        Enterprises that another one reports for: that they have no row of their own is no lack.
    """

    firms: Mapping[str, Firm]
    uses: tuple[Use, ...]
    pollutants: tuple[Amount, ...]
    energy: Mapping[str, Mapping[str, Any]]
    devices: Mapping[str, tuple[Mapping[str, Any], ...]]
    controls: Mapping[str, tuple[Mapping[str, Any], ...]]
    rejected: frozenset[tuple[str, str]]
    merged: frozenset[str] = frozenset()

    def holding(self, uses: Iterable[Use], pollutants: Iterable[Amount]) -> Book:
        """Return the book with other uses and pollutants."""
        return replace(self, uses=tuple(uses), pollutants=tuple(pollutants))

    def of_year(self, year: int) -> Book:
        """Return the book with the uses and pollutants of one year; permits hold for any year."""
        return replace(
            self,
            uses=tuple(use for use in self.uses if use.year == year),
            pollutants=tuple(one for one in self.pollutants if one.year == year or one.what == "permitted"),
            energy={ref: row for ref, row in self.energy.items() if row["year"] == year},
        )


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    return {row["fuel"]: (row["kind"], row["fuel_class"]) for row in read("fuel_kinds")}


def fuel_kind(fuel: str) -> str:
    """Return the kind of a fuel (``tables/fuel_kinds.csv``): coals are one kind.

    Examples
    --------
    >>> fuel_kind("anthracite"), fuel_kind("diesel")
    ('coal', 'diesel')
    """
    return _kinds().get(fuel, (fuel, ""))[0]


def fuel_class(fuel: str) -> str:
    """Return the class of a fuel in the vocabulary (``coal, gas, oil`` …), '' if it has none."""
    return _kinds().get(fuel, ("", ""))[1]


@cache
def table_name(table: str) -> Both:
    """Return what a kind of table is called."""
    names = {row["table"]: Both(row["zh"], row["en"]) for row in read("use_priority")}
    return names.get(table, Both(table, table))


def printed(value: float) -> str:
    """Return a number as it is said in messages: ten digits at most, no needless zeros."""
    return "" if math.isnan(value) else f"{value:.10g}"


def open_book(tables: DepartmentTables, links: pd.DataFrame, corrections: Iterable[Correction] = ()) -> Book:
    """Return the values of the tables by enterprise.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise``; a row without a link is its own enterprise.
    corrections : iterable of Correction
        Rows set aside by linkage are left out; what a person rejected is remembered.
    """
    known = tuple(corrections)
    aside = {one.ref for one in known if one.state == "set_aside" and not one.field}
    enterprise = dict(zip(links["ref"], links["enterprise"], strict=True))
    firms = {
        row["ref"]: Firm(
            row["ref"], str(enterprise.get(row["ref"], row["ref"])), row["table"], row["file"], row["sheet"],
            int(row["row"]), row["name"], row["industry"], row["permit"], int(row["year"]),
        )
        for row in rows_of(tables.firms) if row["ref"] not in aside
    }  # fmt: skip
    uses = [_use(firms[row["ref"]], row) for row in rows_of(tables.uses) if row["ref"] in firms]
    amounts = [_amount(firms[row["ref"]], row) for row in rows_of(tables.pollutants) if row["ref"] in firms]
    return Book(
        firms=firms,
        uses=tuple(sorted(uses, key=_order_of_use)),
        pollutants=tuple(sorted(amounts, key=_order_of_amount)),
        energy={row["ref"]: row for row in rows_of(tables.energy) if row["ref"] in firms},
        devices=_by_ref(tables.devices, firms),
        controls=_by_ref(tables.controls, firms),
        merged=frozenset(
            str(enterprise.get(one.ref, "")) for one in known if one.kind == "FIRM_MERGED" and one.state == "set_aside"
        ),
        rejected=frozenset((one.ref, one.field) for one in known if one.state == "rejected"),
    )


def _by_ref(frame: pd.DataFrame, firms: Mapping[str, Firm]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows_of(frame):
        if row["ref"] in firms:
            found.setdefault(row["ref"], []).append(row)
    return {ref: tuple(rows) for ref, rows in found.items()}


def _use(firm: Firm, row: Mapping[str, Any]) -> Use:
    return Use(
        firm, int(row["year"]), row["what"], row["fuel"], row["written"], float(row["amount"]), row["unit"],
        float(row["ncv"]), float(row["carbon"]), float(row["oxidation"]), float(row["factor"]), bool(row["measured"]),
        float(row["co2_t"]), row["field"], row["address"],
    )  # fmt: skip


def _amount(firm: Firm, row: Mapping[str, Any]) -> Amount:
    return Amount(
        firm, int(row["year"]), row["species"], row["what"], float(row["amount"]), row["field"], row["address"]
    )


def _order(firm: Firm) -> tuple[str, str, str, int, str]:
    return firm.enterprise, firm.table, firm.sheet, firm.row, firm.ref


def _order_of_amount(one: Amount) -> tuple[object, ...]:
    return (*_order(one.firm), one.year, one.species, one.what, one.address, repr(one.amount))


def _order_of_use(use: Use) -> tuple[object, ...]:
    return (*_order(use.firm), use.year, use.what, use.fuel, use.address, use.written, repr(use.amount))
