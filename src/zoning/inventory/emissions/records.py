"""One record for each enterprise, year and fuel or process: the same activity makes its CO2 and its pollutants."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.errors import Finding
from zoning.factors import Registry
from zoning.inventory.emissions.book import Book, Use, fuel_class, open_book
from zoning.inventory.emissions.choice import Decided, decide
from zoning.inventory.emissions.combustion import Gases, burn, process
from zoning.inventory.emissions.facts import Facts, of_use
from zoning.inventory.emissions.model import POLLUTANTS, REPORTED, Emitted, Settings
from zoning.inventory.emissions.purchased import as_frame, bought
from zoning.inventory.emissions.spreading import Burnt, Share, fine_reported, fine_share, noted, spread
from zoning.inventory.emissions.used import Ledger
from zoning.inventory.model import Correction

__all__ = ["COLUMNS", "emission_records"]

COLUMNS = (
    "record", "enterprise", "year", "what", "fuel", "fuel_class", "device", "activity", "unit", "ref", "table", "ncv",
    "carbon", "oxidation", "factor", "factor_id", "tier", "CO2", "CO2_biogenic", "CH4", "N2O", *POLLUTANTS,
    *(f"{species}_basis" for species in POLLUTANTS),
)  # fmt: skip
_NUMBERS = ("activity", "ncv", "carbon", "oxidation", "factor", "CO2", "CO2_biogenic", "CH4", "N2O", *POLLUTANTS)
_FACTORS = (
    "factor_id", "kind", "name", "fuel", "use", "series", "year", "place", "vintage", "value", "unit", "tier",
    "source", "status", "others", "uses",
)  # fmt: skip
_NO_FUEL = "process"
_FINE = "PM2.5"


def emission_records(
    tables: DepartmentTables,
    links: pd.DataFrame,
    registry: Registry,
    settings: Settings,
    corrections: Iterable[Correction] = (),
) -> Emitted:
    """Return what every enterprise emits in every year its tables tell of.

    CO2 = activity × NCV × carbon × oxidation × 44/12 for fuels and amount × factor for processes (scope 1); CO2 of
    biomass stands apart; power and heat are never in scope 1; heat that is sold takes nothing off it.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise``.
    registry : Registry
        Of the packaged factors, with those of the study before them.
    settings : Settings
        Base year, series of fuel factors, series and place of grid factors.
    corrections : iterable of Correction
        Of linkage and review.

    Examples
    --------
    >>> from zoning.departments import DepartmentTables
    >>> links = pd.DataFrame({"ref": [], "enterprise": []})
    >>> settings = Settings(base=2020, series="industry-guides")
    >>> len(emission_records(DepartmentTables(), links, Registry.packaged(), settings).records)
    0
    """
    book = open_book(tables, links, corrections)
    ledger = Ledger(registry)
    rows: list[dict[str, object]] = []
    trade: list[dict[str, object]] = []
    decided = {year: decide(book, year, registry, base=year == settings.base)
               for year in sorted({settings.base, *_years(book)})}  # fmt: skip
    for year, one in decided.items():
        rows += _of_year(year, one, settings, ledger)
        trade += bought(one.uses, one.kept, settings, ledger)
    return Emitted(
        records=_frame(rows),
        purchased=as_frame(trade),
        factors=_factors(ledger),
        chosen=decided[settings.base].chosen(),
        findings=(*_distinct(said for one in decided.values() for said in one.findings), *ledger.findings),
        corrections=tuple(dict.fromkeys(each for one in decided.values() for each in one.corrections)),
    )


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Keep each finding once, in their order: a permit is read in every year."""
    return list(dict.fromkeys(findings))


def _years(book: Book) -> set[int]:
    years = {use.year for use in book.uses}
    return years | {one.year for one in book.pollutants if one.what == "emitted"}


def _of_year(year: int, decided: Decided, settings: Settings, ledger: Ledger) -> list[dict[str, object]]:
    """Return the records of all enterprises of one year, in the order of their names."""
    aside: dict[str, set[str]] = {}
    for one in decided.amounts:
        if one.what == "emitted" and math.isnan(one.amount):
            aside.setdefault(one.firm.enterprise, set()).add(one.species)
    rows = []
    for enterprise, facts in decided.facts.items():
        uses = sorted((use for use in facts.uses if use.what in ("fuel", "process")), key=_order)
        missing = frozenset(aside.get(enterprise, ()))
        if uses or facts.emitted or missing:
            rows += _of_enterprise(f"{enterprise}/{year}", uses, _Known(facts, missing), settings, ledger)
    return rows


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an enterprise, and the species whose reported amount was set aside."""

    facts: Facts
    aside: frozenset[str]


def _order(use: Use) -> tuple[object, ...]:
    return use.what, use.fuel, use.firm.table, use.firm.sheet, use.firm.row, use.firm.ref, use.address, repr(use.amount)


def _of_enterprise(
    name: str, uses: Sequence[Use], known: _Known, settings: Settings, ledger: Ledger
) -> list[dict[str, object]]:
    """Return the records of one enterprise and year; ``name`` is ``enterprise/year``."""
    facts = known.facts
    burnt = [Burnt(use.fuel, _device(use, facts), use.amount) for use in uses]
    parts, rest = spread(burnt, facts, known.aside, ledger)
    noted(parts, burnt, facts, ledger)
    sector = "energy" if of_use(facts.industry, "energy") else "industry"
    rows = []
    for use, one, part in zip(uses, burnt, parts, strict=True):
        gases = process(use, ledger) if use.what == "process" else burn(use, settings.series, sector, ledger)
        rows.append(_row(name, use, one, gases) | _pollutants(part, fine_share(one, ledger)))
    if rest:
        one = Burnt(_NO_FUEL, "", math.nan)
        none = {species: Share(0.0, parts[0][species].basis) if parts else Share(math.nan, "") for species in REPORTED}
        rows.append(_rest(name, facts) | _pollutants(none | rest, fine_share(one, ledger)))
    _take_reported_dust(rows, known)
    return _numbered(rows)


def _take_reported_dust(rows: Sequence[dict[str, object]], known: _Known) -> None:
    """Let PM2.5 that a department reports stand before a share of PM."""
    if _FINE in known.aside:
        for row in rows:
            row |= {_FINE: math.nan, f"{_FINE}_basis": ""}
    elif _FINE in known.facts.emitted and rows:
        weights = [float(str(row[_FINE])) for row in rows]
        for row, amount in zip(rows, fine_reported(known.facts.emitted[_FINE], weights), strict=True):
            row |= {_FINE: amount, f"{_FINE}_basis": "reported"}


def _device(use: Use, facts: Facts) -> str:
    return facts.device(use.fuel) if use.what == "fuel" else ""


def _row(name: str, use: Use, burnt: Burnt, gases: Gases) -> dict[str, object]:
    enterprise, year = name.rsplit("/", 1)
    return {
        "record": f"{name}/{use.what}/{use.fuel}", "enterprise": enterprise, "year": int(year), "what": use.what,
        "fuel": use.fuel, "fuel_class": fuel_class(use.fuel) if use.what == "fuel" else _NO_FUEL,
        "device": burnt.device, "activity": use.amount, "unit": use.unit, "ref": use.firm.ref,
        "table": use.firm.table, "ncv": gases.ncv, "carbon": gases.carbon, "oxidation": gases.oxidation,
        "factor": gases.factor, "factor_id": gases.factor_id, "tier": gases.tier, "CO2": gases.co2,
        "CO2_biogenic": gases.biogenic, "CH4": gases.ch4, "N2O": gases.n2o,
    }  # fmt: skip


def _rest(name: str, facts: Facts) -> dict[str, object]:
    """Return the record of what no fuel makes (solvents, handling): it has no activity, and no CO2 of its own."""
    enterprise, year = name.rsplit("/", 1)
    nan = math.nan
    firm = facts.row_of("env_statistics")
    return dict.fromkeys(_NUMBERS, nan) | {
        "record": f"{name}/process/{_NO_FUEL}", "enterprise": enterprise, "year": int(year), "what": "process",
        "fuel": _NO_FUEL, "fuel_class": _NO_FUEL, "device": "", "unit": "", "ref": firm.ref, "table": firm.table,
        "factor_id": "", "tier": "", "CO2": 0.0, "CO2_biogenic": 0.0, "CH4": 0.0, "N2O": 0.0,
    }  # fmt: skip


def _pollutants(part: Mapping[str, Share], fine: float) -> dict[str, object]:
    """Species and what they rest on; PM2.5 is a share of PM, and its basis says so."""
    row: dict[str, object] = {}
    for species in REPORTED:
        row |= {species: part[species].amount, f"{species}_basis": part[species].basis}
    dust = part["PM"].amount * fine
    row |= {"PM2.5": dust, "PM2.5_basis": "" if math.isnan(dust) else "share"}
    return row


def _numbered(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Give the second record of one fuel the name of the first with its number."""
    seen: dict[object, int] = {}
    for row in rows:
        seen[row["record"]] = seen.get(row["record"], 0) + 1
        if seen[row["record"]] > 1:
            row["record"] = f"{row['record']}#{seen[row['record']]}"
    return list(rows)


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(_NUMBERS, "float64") | {"year": "int64"})


def _factors(ledger: Ledger) -> pd.DataFrame:
    return pd.DataFrame([ledger.used[key] for key in sorted(ledger.used)], columns=list(_FACTORS))
