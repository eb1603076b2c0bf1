"""What the departments know of each enterprise beside its amounts: output, energy, devices, pollutants, treatments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from zoning.inventory.emissions.book import Amount, Book, Firm, Use, fuel_kind
from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["Facts", "gather", "holding", "of_use"]


@cache
def _prefixes(use: str) -> tuple[str, ...]:
    return tuple(row["prefix"] for row in read("industry_uses") if row["use"] == use)


def of_use(industry: str, use: str) -> bool:
    """Tell whether an industry (GB/T 4754 digits) is one of a use in ``tables/industry_uses.csv``.

    Examples
    --------
    >>> of_use("4412", "power_plant"), of_use("4430", "power_plant"), of_use("4430", "energy")
    (True, False, True)
    """
    return industry.startswith(_prefixes(use))


@cache
def _per_steam() -> Mapping[str, float]:
    """Return written unit of a boiler's capacity → how many of it are 1 t/h of steam."""
    return {normalise_header(row["written"]): float(row["per_t_h"]) for row in read("boiler_units")}


@dataclass(frozen=True, slots=True)
class Facts:
    """One enterprise in one year.

    Attributes
    ----------
    firms : tuple of Firm
        Rows that name it, sorted.
    industry : str
        GB/T 4754 digits, of the first row that has them.
    uses : tuple of Use
    made, emitted : mapping
        t yr-1 by species, added over the rows of the year.
    permitted : mapping
        t yr-1 by species: several permits are added, versions of one permit are not.
    tce : float
        Energy use by calorific value, ``output`` in 10⁴ yuan; NaN if nobody says.
    boilers : mapping
        Steam capacity (t/h) by kind of fuel, of boilers that were not pulled down.
    kilns : frozenset
        Kinds of fuel of its kilns.
    treatments : mapping
        Texts by species; of kilns under ''.
    """

    firms: tuple[Firm, ...]
    industry: str
    uses: tuple[Use, ...]
    made: Mapping[str, float]
    emitted: Mapping[str, float]
    permitted: Mapping[str, float]
    tce: float
    output: float
    boilers: Mapping[str, float]
    kilns: frozenset[str]
    treatments: Mapping[str, tuple[str, ...]]

    def row_of(self, table: str) -> Firm:
        """Return the row of the enterprise in a table, else its first row."""
        return next((one for one in self.firms if one.table == table), self.firms[0])

    def device(self, fuel: str) -> str:
        """Return where the enterprise burns a fuel: ``power_plant, kiln`` or ``boiler``."""
        kind = fuel_kind(fuel)
        if of_use(self.industry, "power_plant"):
            return "power_plant"
        fired = of_use(self.industry, "kiln") or kind not in self.boilers
        return "kiln" if kind in self.kilns and fired else "boiler"

    def texts(self, species: str) -> tuple[str, ...]:
        """Return the treatments of a species: those the environmental statistics name, else those of its kilns."""
        return self.treatments.get(species) or self.treatments.get("", ())


def gather(book: Book) -> dict[str, Facts]:
    """Return the facts of every enterprise of a book of one year, by its name."""
    firms = _grouped(sorted(book.firms.values(), key=lambda one: (one.table, one.sheet, one.row, one.ref)))
    permitted = _permitted(book.pollutants)
    bare = {
        enterprise: Facts(
            firms=rows,
            industry=next((row.industry for row in rows if row.industry), ""),
            uses=(),
            made={},
            emitted={},
            permitted=permitted.get(enterprise, {}),
            tce=_sum(book, rows, "tce_calorific"),
            output=_sum(book, rows, "output"),
            boilers=_boilers(book, rows),
            kilns=frozenset(fuel_kind(str(row["fuel"])) for row in _devices(book, rows, "kiln")),
            treatments=_treatments(book, rows),
        )
        for enterprise, rows in firms.items()
    }
    return holding(bare, book.uses, book.pollutants)


def holding(facts: Mapping[str, Facts], uses: Iterable[Use], pollutants: Iterable[Amount]) -> dict[str, Facts]:
    """Return the same facts with other uses and pollutants."""
    by_enterprise: dict[str, list[Use]] = {}
    for use in uses:
        by_enterprise.setdefault(use.firm.enterprise, []).append(use)
    amounts = tuple(pollutants)
    made, emitted = _added(amounts, "made"), _added(amounts, "emitted")
    return {
        enterprise: replace(
            one,
            uses=tuple(by_enterprise.get(enterprise, ())),
            made=made.get(enterprise, {}),
            emitted=emitted.get(enterprise, {}),
        )
        for enterprise, one in facts.items()
    }


def _grouped(firms: Iterable[Firm]) -> dict[str, tuple[Firm, ...]]:
    found: dict[str, list[Firm]] = {}
    for firm in firms:
        found.setdefault(firm.enterprise, []).append(firm)
    return {enterprise: tuple(found[enterprise]) for enterprise in sorted(found)}


def _added(amounts: Iterable[Amount], what: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one in amounts:
        if one.what == what and not math.isnan(one.amount):
            mine = found.setdefault(one.firm.enterprise, {})
            mine[one.species] = mine.get(one.species, 0.0) + one.amount
    return found


def _permitted(amounts: Iterable[Amount]) -> dict[str, dict[str, float]]:
    """Largest amount of each permit number, added over the numbers of an enterprise."""
    each: dict[tuple[str, str, str], float] = {}
    for one in amounts:
        if one.what == "permitted" and not math.isnan(one.amount):
            key = (one.firm.enterprise, one.species, one.firm.permit)
            each[key] = max(each.get(key, 0.0), one.amount)
    found: dict[str, dict[str, float]] = {}
    for (enterprise, species, _), amount in sorted(each.items()):
        mine = found.setdefault(enterprise, {})
        mine[species] = mine.get(species, 0.0) + amount
    return found


def _sum(book: Book, firms: tuple[Firm, ...], column: str) -> float:
    values = [float(book.energy[one.ref][column]) for one in firms if one.ref in book.energy]
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) if known else math.nan


def _devices(book: Book, firms: tuple[Firm, ...], kind: str) -> list[Mapping[str, object]]:
    rows = [row for one in firms for row in book.devices.get(one.ref, ())]
    return [row for row in rows if row["kind"] == kind and row["status"] not in ("removed", "cancelled")]


def _boilers(book: Book, firms: tuple[Firm, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in _devices(book, firms, "boiler"):
        capacity = float(str(row["capacity"])) / _per_steam().get(normalise_header(row["unit"]), math.nan)
        kind = fuel_kind(str(row["fuel"]))
        found[kind] = found.get(kind, 0.0) + capacity
    return found


def _treatments(book: Book, firms: tuple[Firm, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in firms:
        for row in book.controls.get(one.ref, ()):
            found.setdefault(str(row["what"]), []).append(str(row["text"]))
        found.setdefault("", []).extend(str(row["control"]) for row in book.devices.get(one.ref, ()) if row["control"])
    return {species: tuple(dict.fromkeys(texts)) for species, texts in found.items()}
