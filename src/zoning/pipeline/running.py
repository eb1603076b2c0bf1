"""The straight line: inputs → ledger → indicators → reasons → decisions → Result."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from zoning.drafts import draft_clauses, drafting_of, edits_of
from zoning.errors import Finding, InputError, Severity
from zoning.indicators import CATALOGUE, Facts, Indicator, held_over, parts_of_units, regions_of, uncovered_records
from zoning.inventory import Inventory
from zoning.io.coverages import CoverageFolder
from zoning.judge import (
    Limits,
    Reason,
    Standing,
    answer_rules,
    apply_readings,
    cases_of,
    decide,
    decision_standings,
    decision_table,
    register_table,
    reopened_findings,
)
from zoning.ledger import Account, Ledger, build_ledger
from zoning.messages import fault, finding
from zoning.overlay import Laying, MemoryStore, warm_up
from zoning.pipeline.consulting import suggested
from zoning.pipeline.gathering import Inputs, gather, input_hashes
from zoning.pipeline.inventories import completed
from zoning.pipeline.reading import without_passwords
from zoning.result import Provenance, Result
from zoning.study import Study
from zoning.supports import ControlUnits

__all__ = ["Progress", "run"]

Progress = Callable[[str, int, int], None]
"""Called as progress(step key, number done, number of steps)."""

_STEPS = ("compile", "read", "overlay", "indicators", "judge")


def run(
    study: Study,
    workdir: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    indicators: tuple[Indicator, ...] = CATALOGUE,
) -> Result:
    """Run a study from its files to decisions.

    Parameters
    ----------
    study : Study
        From :func:`zoning.read_study`.
    workdir : str or Path or None
        Where finished coverages are kept, by the content of borders and grid: the next run over them, or this one if it
        was stopped, costs no geometry. None keeps nothing.
    executor : concurrent.futures.Executor or None
        Runs the layers; None runs them one by one. The result is the same bits.
    progress : callable or None
        Called with (step, done, steps) before each step and once at the end.
    indicators : tuple of Indicator
        The catalogue, or the catalogue and more.

    Returns
    -------
    Result
        Ledger, clauses, reasons, decisions, findings, provenance.

    Raises
    ------
    InputError
        If any input is faulty; it carries every finding.
    """
    tell = progress or _silent
    tell("compile", 0, len(_STEPS))
    warm_up()
    tell("read", 1, len(_STEPS))
    store = CoverageFolder(workdir) if workdir is not None else MemoryStore()
    laying = Laying(study.tolerance.densify, store, executor)
    inputs, readings = _with_readings(study, gather(study, laying))
    units = _sound(inputs)
    tell("overlay", 2, len(_STEPS))
    few = study.threshold("cells_per_unit")
    account = build_ledger(units, inputs.zones, inputs.fields, inputs.emitters, laying, few)
    tell("indicators", 3, len(_STEPS))
    facts = _facts(study, inputs, units, account)
    ledger = _with_indicators(facts, indicators)
    tell("judge", 4, len(_STEPS))
    result = _judged(study, (inputs, readings), account, replace(facts, ledger=ledger))
    tell("done", len(_STEPS), len(_STEPS))
    return result


def _silent(step: str, done: int, steps: int) -> None:
    """Tell nobody."""


def _sound(inputs: Inputs) -> ControlUnits:
    if inputs.faulty or inputs.units is None:
        errors = sum(found.severity is Severity.ERROR for found in inputs.findings)
        raised = fault(InputError, "input.faulty", count=errors)
        raise InputError(raised.zh, raised.en, inputs.findings)
    return inputs.units


def _with_readings(study: Study, inputs: Inputs) -> tuple[Inputs, tuple[Standing, ...]]:
    """Return the inputs with the lists as people read their clauses; readings that are open again are findings."""
    if not inputs.overrides.readings or study.overrides is None:
        return inputs, ()
    lists, standings = apply_readings(inputs.lists, inputs.overrides.readings, study.study.date)
    findings = (*inputs.findings, *reopened_findings(standings, study.overrides.path))
    return replace(inputs, lists=lists, findings=findings), standings


def _standings(study: Study, inputs: Inputs, reasons: Mapping[str, tuple[Reason, ...]]) -> tuple[Standing, ...]:
    """Return how the decisions of people on units stand."""
    computed = {unit: str(decide(of_unit).outcome) for unit, of_unit in reasons.items()}
    return tuple(decision_standings(inputs.overrides.decisions, computed, reasons, study.study.date).values())


def _facts(study: Study, inputs: Inputs, units: ControlUnits, account: Account) -> Facts:
    regions = regions_of(units)
    year = _year_of_carbon(account.ledger, study.years.base)
    return Facts(
        ledger=account.ledger,
        located=account.located,
        parts=parts_of_units(account.ledger, account.located, year),
        lists=inputs.lists,
        held=held_over(inputs.lists, regions, account.ledger, study.threshold("zone_share")),
        targets=inputs.targets,
        regions=regions,
        year=year,
    )


def _year_of_carbon(ledger: Ledger, base: int) -> int:
    """Return the year nearest to the base year that CO2 is known of: what decides is carbon, not the other species."""
    if "emission" not in ledger:
        return base
    carbon = ledger["emission"].sel(species="CO2")
    known = [int(year) for year in carbon["year"].values if bool(carbon.sel(year=year).notnull().any())]
    years = known or [int(year) for year in carbon["year"].values]
    return min(years, key=lambda year: (abs(year - base), year))


def _with_indicators(facts: Facts, indicators: tuple[Indicator, ...]) -> Ledger:
    ledger = facts.ledger
    for indicator in indicators:
        now = replace(facts, ledger=ledger)
        if indicator.applies(now):
            ledger = ledger.with_columns(indicator.compute(now))
    return ledger


def _judged(study: Study, read: tuple[Inputs, tuple[Standing, ...]], account: Account, facts: Facts) -> Result:
    inputs, readings = read
    units = _sound(inputs)
    limits = Limits.of_study(study.thresholds)
    has_emitters = inputs.emitters is not None and inputs.emitters.counted
    cases = cases_of(facts, units, inputs.projects, limits, has_emitters=has_emitters)
    reasons = {case.unit: answer_rules(case, limits) for case in cases}
    names = dict(zip(units.frame["code"], units.frame["name"], strict=True))
    answers = tuple(reason for case in cases for reason in reasons[case.unit])
    decisions = decision_table(cases, reasons, inputs.overrides.decisions, names, limits, study.study.date)
    standings = _standings(study, inputs, reasons)
    reopened = reopened_findings(standings, study.overrides.path if study.overrides is not None else "")
    drafts = draft_clauses(drafting_of(study, units, facts, cases, answers, decisions))
    targets = inputs.targets.rows if inputs.targets is not None else ()
    return Result(
        study=without_passwords(study),
        units=units,
        zones=inputs.zones,
        emitters=inputs.emitters,
        fragments=account.drawing,
        ledger=facts.ledger,
        conservation=account.conservation,
        lists=inputs.lists,
        proxy_audit=inputs.proxy_audit,
        plans=inputs.carbon,
        reasons=answers,
        decisions=decisions,
        drafts=drafts,
        edits=edits_of(drafts, inputs.lists),
        register=register_table(inputs.overrides, (*standings, *readings)),
        comments=inputs.comments,
        suggestions=suggested(inputs.comments, inputs.lists, facts.held, targets, drafts),
        findings=(*inputs.findings, *reopened, *_shortfalls(account)),
        provenance=_provenance(study),
        inventory=_completed(study, inputs.inventory, (units, account, facts)),
        fields=inputs.fields,
        bases=inputs.bases,
    )


def _completed(
    study: Study, inventory: Inventory | None, about: tuple[ControlUnits, Account, Facts]
) -> Inventory | None:
    """Complete an inventory with what only a run knows: the grids, and what the lists leave uncovered."""
    if inventory is None:
        return None
    units, account, facts = about
    whole = completed(study, inventory, units, account.conservation)
    return replace(whole, evaluation={**whole.evaluation, "uncovered": uncovered_records(facts)})


def _shortfalls(account: Account) -> list[Finding]:
    findings = []
    for (species, sector, year), left in sorted(account.short_cells.items()):
        where = {"file": f"{species} {sector} {year}", "value": f"{left.shortfall:,.1f}"}
        findings.append(finding("POINT_EXCEEDS_CELL", where=where, count=left.short_cells, name="—"))
    return findings


def _provenance(study: Study) -> Provenance:
    packages = ("zoning", "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio", "xarray", "numba")
    versions = {name: version(name) for name in packages} | {"python": platform.python_version()}
    settings = without_passwords(study).model_dump(mode="json", exclude={"root"})
    return Provenance(versions=versions, inputs=input_hashes(study), settings=settings, seed=study.study.seed)
