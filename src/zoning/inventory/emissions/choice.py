"""Which department's amount counts: the first that has the enterprise in the year and whose table covers the fuel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from zoning.departments import COLUMNS, DepartmentTables
from zoning.errors import Finding, Severity
from zoning.factors import Registry
from zoning.inventory.emissions.book import Amount, Book, Use, open_book
from zoning.inventory.emissions.comparing import disagreements, heat_twice, over_permits, without_evidence
from zoning.inventory.emissions.energy import mend_energy
from zoning.inventory.emissions.evidence import Witnesses
from zoning.inventory.emissions.facts import Facts, gather, holding
from zoning.inventory.emissions.judging import judge_amounts, judge_uses
from zoning.inventory.emissions.model import Chosen
from zoning.inventory.emissions.slips import mend
from zoning.inventory.emissions.species import mend_amounts
from zoning.inventory.model import Correction
from zoning.messages import finding, say
from zoning.tables import read

__all__ = ["Decided", "choose_uses", "covers", "decide", "first_tables"]

_FOSSIL = "fossil"
_NOT_FOSSIL = ("biomass", "power", "heat", "heat_sold")


def choose_uses(
    tables: DepartmentTables,
    links: pd.DataFrame,
    year: int,
    corrections: Iterable[Correction] = (),
    registry: Registry | None = None,
) -> Chosen:
    """Return the amounts of one year that count, one department for each kind of fuel of an enterprise.

    ``tables/use_priority.csv`` ranks the tables and says what each covers. A table that covers a fuel and has the
    enterprise in this year decides: a fuel it does not list is not used.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise`` of :class:`zoning.inventory.model.Linkage`.
    year : int
    corrections : iterable of Correction
        Of linkage and review: rows that are counted elsewhere, values a person keeps as written.
    registry : Registry or None
        Factors that bear witness to amounts; the packaged ones by default.

    Examples
    --------
    >>> from zoning.departments import DepartmentTables
    >>> empty = choose_uses(DepartmentTables(), pd.DataFrame({"ref": [], "enterprise": []}), 2020)
    >>> len(empty.uses), empty.findings
    (0, ())
    """
    return decide(open_book(tables, links, corrections), year, registry or Registry.packaged()).chosen()


@dataclass(frozen=True)
class Decided:
    """What was decided of one year, as values; :meth:`chosen` gives it as frames.

    Attributes
    ----------
    uses : tuple of Use
        All uses of the year that can be computed with, slips mended.
    kept : tuple of Use
        Those that count.
    amounts : tuple of Amount
        Pollutants, slips mended.
    facts : mapping of str to Facts
        By enterprise; their uses are those that count.
    energy, disagreements : DataFrame
    findings, corrections : tuple
    """

    uses: tuple[Use, ...]
    kept: tuple[Use, ...]
    amounts: tuple[Amount, ...]
    facts: Mapping[str, Facts]
    energy: pd.DataFrame
    disagreements: pd.DataFrame
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]

    def chosen(self) -> Chosen:
        """Return it as frames."""
        return Chosen(
            uses=_uses_frame(self.kept),
            pollutants=_pollutants_frame(self.amounts),
            energy=self.energy,
            disagreements=self.disagreements,
            findings=self.findings,
            corrections=self.corrections,
        )


def decide(book: Book, year: int, registry: Registry, *, base: bool = True) -> Decided:
    """Return what counts of one year of a book; permits, heat and what is missing are said of the base year only."""
    of_year = book.of_year(year)
    uses, faults = judge_uses(of_year.uses)
    amounts, more = judge_amounts(of_year.pollutants)
    uses, amounts, doubles, counted_once = _once(uses, amounts)
    written = gather(of_year.holding(uses, amounts))
    uses, slips, mended = mend(uses, Witnesses.of(written, registry), book.rejected)
    facts = holding(written, uses, amounts)
    amounts, wrong, repaired = mend_amounts(amounts, facts, registry, book.rejected)
    energy, off, restored = mend_energy(of_year, facts, registry)
    kept = _decide(uses)
    facts = holding(facts, kept, amounts)
    frame, disagreeing = disagreements(uses, kept, year)
    said = [*faults, *more, *doubles, *slips, *wrong, *off, *disagreeing, *_absent(kept)]
    if base:
        said += heat_twice(kept) + over_permits(amounts, facts, year) + without_evidence(book, facts, year)
    corrections = (*counted_once, *mended, *repaired, *restored)
    return Decided(tuple(uses), tuple(kept), tuple(amounts), facts, energy, frame, tuple(said), corrections)


def _once(
    uses: Sequence[Use], amounts: Sequence[Amount]
) -> tuple[list[Use], list[Amount], list[Finding], list[Correction]]:
    """Count rows of one table once that give one enterprise exactly the same amounts."""
    cells: dict[str, list[tuple[object, ...]]] = {}
    firms = {}
    for use in uses:
        cells.setdefault(use.firm.ref, []).append((use.what, use.fuel, use.amount, repr(use.ncv), repr(use.carbon)))
        firms[use.firm.ref] = use.firm
    for one in amounts:
        if one.what != "permitted":
            cells.setdefault(one.firm.ref, []).append((one.what, one.species, one.amount))
            firms[one.firm.ref] = one.firm
    first: dict[tuple[object, ...], str] = {}
    doubles: dict[str, str] = {}
    for ref, values in cells.items():
        same = (firms[ref].enterprise, firms[ref].table, firms[ref].sheet, tuple(sorted(values, key=repr)))
        if any(isinstance(value[2], float) and value[2] > 0 for value in values):
            earlier = first.setdefault(same, ref)
            doubles |= {ref: earlier} if earlier != ref else {}
    findings, corrections = [], []
    for ref, earlier in doubles.items():
        firm, other = firms[ref], firms[earlier]
        slots = {"name": firm.name, "other": other.row}
        findings.append(
            finding("FIRM_DUPLICATE", "amounts", severity=Severity.WARNING, where=firm.at(firm.name), **slots)
        )
        zh, en = (say("FIRM_DUPLICATE.amounts.why", lang, other=other.row) for lang in ("zh", "en"))
        corrections.append(Correction(ref, "", "FIRM_DUPLICATE", firm.name, "", zh, en, "set_aside"))
    return (
        [use for use in uses if use.firm.ref not in doubles],
        [one for one in amounts if one.firm.ref not in doubles],
        findings,
        corrections,
    )


@cache
def _ranks() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = sorted(read("use_priority"), key=lambda row: int(row["rank"]))
    return tuple((row["table"], tuple(row["covers"].split(";"))) for row in rows)


def covers(table: str, kind: str) -> bool:
    """Tell whether a kind of table lists a kind of fuel (or power, heat, process) where it is used.

    Examples
    --------
    >>> covers("key_energy_users", "coal"), covers("key_energy_users", "biomass"), covers("carbon_verification", "lpg")
    (True, False, True)
    """
    scope = dict(_ranks()).get(table, ())
    kind = "heat" if kind == "heat_sold" else kind
    return kind in scope or (_FOSSIL in scope and kind not in _NOT_FOSSIL)


def first_tables(uses: Iterable[Use]) -> dict[tuple[str, str], str]:
    """Return which table decides for (enterprise, kind)."""
    listed: dict[str, set[str]] = {}
    kinds: dict[str, set[tuple[str, str]]] = {}
    for use in uses:
        listed.setdefault(use.firm.enterprise, set()).add(use.firm.table)
        kinds.setdefault(use.firm.enterprise, set()).add((use.firm.table, use.kind))
    order = [table for table, _ in _ranks()]
    found = {}
    for enterprise, has in kinds.items():
        tables = [*order, *sorted(listed[enterprise] - set(order))]
        for kind in {kind for _, kind in has}:
            first = (table for table in tables
                     if (table, kind) in has or (table in listed[enterprise] and covers(table, kind)))  # fmt: skip
            found[enterprise, kind] = next(first)
    return found


def _decide(uses: Sequence[Use]) -> list[Use]:
    first = first_tables(uses)
    return [use for use in uses if first[use.firm.enterprise, use.kind] == use.firm.table]


def _absent(kept: Sequence[Use]) -> list[Finding]:
    """Amounts that nobody gives: not determined, and never 0."""
    return [
        finding("EVIDENCE_MISSING", "amount", severity=Severity.WARNING, where=use.where(),
                name=use.firm.name, fuel=use.written or use.fuel)
        for use in kept if math.isnan(use.amount)
    ]  # fmt: skip


def _uses_frame(kept: Sequence[Use]) -> pd.DataFrame:
    rows = [
        {"enterprise": use.firm.enterprise, "table": use.firm.table, "kind": use.kind, "ref": use.firm.ref}
        | {column: getattr(use, column) for column in COLUMNS["uses"] if column != "ref"}
        for use in kept
    ]
    return pd.DataFrame(rows, columns=["enterprise", "table", "kind", *COLUMNS["uses"]])


def _pollutants_frame(amounts: Sequence[Amount]) -> pd.DataFrame:
    rows = [
        {"enterprise": one.firm.enterprise, "table": one.firm.table, "ref": one.firm.ref}
        | {column: getattr(one, column) for column in COLUMNS["pollutants"] if column != "ref"}
        for one in amounts
    ]
    return pd.DataFrame(rows, columns=["enterprise", "table", *COLUMNS["pollutants"]])
