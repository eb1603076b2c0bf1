"""Department tables of a study: read, judged, built into an inventory, completed with what a run knows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zoning import checks
from zoning.checks import Judged
from zoning.crs import geodesic_area
from zoning.departments import DepartmentTables
from zoning.errors import CrsError, Finding, InputError, Severity, TableError
from zoning.factors import KINDS, Registry
from zoning.intake import RawTable
from zoning.inventory import Built, Correction, Inventory, build_inventory
from zoning.inventory.draws import uncertainty
from zoning.inventory.evaluation import Context, evaluate
from zoning.inventory.reconciliation import Basis, against_grid, hold_officials
from zoning.io.read.extensions import extended_tables
from zoning.messages import finding
from zoning.pipeline.reading import tables_in
from zoning.pipeline.spreading import RESIDUAL
from zoning.study import InventoryInput, Study
from zoning.supports import ControlUnits
from zoning.tables import numbers
from zoning.targets import Targets

__all__ = ["Book", "built_inventory", "completed", "read_book"]

_M2_PER_KM2 = 1e6
_MENDED = ("FIRM_CODE_PATTERN", "ARITHMETIC.above", "UNIT_SLIP.tce_above", "UNIT_SLIP.tce_below")
"""Keys of findings of one table by itself that the tables together say more of: whose code, which value instead."""
_TAKEN = {
    "UNIT_UNCLEAR.aside": "set_aside", "POINT_FORMAT.aside": "set_aside", "POINT_OUTSIDE.department_zero": "set_aside",
    "POINT_OUTSIDE.department_globe": "set_aside", "POINT_OUTSIDE.department_half": "set_aside",
    "POINT_AXES_SWAPPED.department_turned": "applied", "UNIT_UNCLEAR.percent": "applied",
    "UNIT_UNCLEAR.fraction": "applied", "UNIT_UNCLEAR.per_tj": "applied", "UNIT_UNCLEAR.ncv": "applied",
}  # fmt: skip
"""Keys of findings of one table by itself that take a value otherwise than it is written → state of the correction."""
_OF_REVIEW = "FIRM_MATCH_UNCERTAIN.review"
_FACTOR_COLUMNS = ("kind", "series", "year", "source", "status")
_MENDING = ("FIRM_CODE_PATTERN", "UNIT_SLIP")


@dataclass(frozen=True)
class Book:
    """What an inventory is built from, as it was read.

    Attributes
    ----------
    tables : mapping
        Position in ``study.inventory.tables`` → all sheets of the file; without those that could not be read.
    review : tuple of RawTable
        Sheets of the reviewed workbook; empty without one.
    factors : tuple of RawTable
        The user's own factors; empty without any.
    findings : tuple of Finding
        Files that could not be read.
    """

    tables: dict[int, tuple[RawTable, ...]]
    review: tuple[RawTable, ...]
    factors: tuple[RawTable, ...]
    findings: tuple[Finding, ...]


def read_book(study: Study) -> Book:
    """Read every file that an inventory is built from; one that cannot be read is a finding."""
    declared = study.inventory
    if declared is None:
        return Book({}, (), (), ())
    findings: list[Finding] = []

    def read(path: str, sheet: str = "", encoding: str = "") -> tuple[RawTable, ...]:
        try:
            return tables_in(study.locate(path), path, sheet, encoding) if path else ()
        except InputError as error:
            findings.extend(error.findings)
            return ()

    tables = {
        position: found
        for position, one in enumerate(declared.tables)
        if (found := read(one.path, one.sheet, one.encoding))
    }
    return Book(tables, read(declared.review), read(declared.factors), tuple(findings))


def built_inventory(
    study: Study, units: ControlUnits | None, book: Book, targets: Targets | None = None
) -> Judged[Built]:
    """Judge the department tables of a study and build its inventory.

    Nothing is built where a table cannot be understood, or where the units are faulty: then nobody knows who lies
    inside the study area. Official totals of the base year, where there are targets, are held against the balance.
    """
    declared = study.inventory
    if declared is None:
        return Judged(None, ())
    judged = checks.check_departments(book.tables, study)
    review = _review(book)
    registry, faults = _registry(study, declared, book)
    findings = (*book.findings, *judged.findings, *review.findings, *faults)
    faulty = any(found.severity is Severity.ERROR for found in findings)
    if faulty or judged.value is None or units is None or registry is None:
        return Judged(None, findings)
    basis = Basis(study.years.base, declared.series, registry, study.thresholds)
    try:
        built = build_inventory(judged.value, declared, basis, units, registry, review.value)
    except CrsError as error:
        where = {"file": "study.toml", "field": "inventory.crs", "value": declared.crs}
        return Judged(None, (*findings, finding("CRS_MISSING", "inventory", where=where, reason=error)))
    inventory = built.inventory
    official, apart = _officials(study, judged.value, targets, basis)
    mended = (*_taken_otherwise(judged.value, judged.findings), *inventory.corrections)
    everything = _said_once(
        (*findings, *_nobody(declared, inventory), *_addressed(inventory.findings, declared), *apart)
    )
    evaluation = {**inventory.evaluation, **official}
    inventory = replace(inventory, evaluation=evaluation, corrections=mended, findings=everything)
    return Judged(replace(built, inventory=inventory), everything)


def _officials(
    study: Study, tables: DepartmentTables, targets: Targets | None, basis: Basis
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """Hold the official totals of the base year against the energy balance, where both are known."""
    if targets is None:
        return {}, ()
    frame, findings = hold_officials(tables.balance, targets, study.study.admin_code, basis)
    return {"officials": frame}, findings


def _taken_otherwise(tables: DepartmentTables, findings: tuple[Finding, ...]) -> tuple[Correction, ...]:
    """Return what the readers of the tables took otherwise than it is written, or not at all, under its first row."""
    firms = tables.firms
    refs = dict(zip(zip(firms["file"], firms["sheet"], firms["row"], strict=True), firms["ref"], strict=True))
    return tuple(
        Correction(
            ref, found.field, str(found.code), found.value, "", found.message_zh, found.message_en, _TAKEN[found.key]
        )
        for found in findings
        if found.key in _TAKEN and (ref := refs.get((found.file, found.layer, found.row), ""))
    )


def _said_once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings without those of one table by itself whose value the tables together mend or explain."""
    known = {_place(found) for found in findings if found.code in _MENDING and found.key not in _MENDED}
    return tuple(found for found in findings if found.key not in _MENDED or _place(found) not in known)


def _place(found: Finding) -> tuple[object, ...]:
    return (found.file, found.layer, found.row, found.value)


def _addressed(findings: tuple[Finding, ...], declared: InventoryInput) -> tuple[Finding, ...]:
    """Return findings with the file of the reviewed pairs where they are of it: linkage knows only its rows."""
    return tuple(
        replace(found, file=declared.review) if found.key.startswith(_OF_REVIEW) and not found.file else found
        for found in findings
    )


def _nobody(declared: InventoryInput, inventory: Inventory) -> tuple[Finding, ...]:
    """Return a finding on codes that the study says no grid contains and that no table has."""
    missing = sorted(set(declared.not_in_grid) - set(inventory.enterprises["code"]))
    where = {"file": "study.toml", "field": "inventory.not_in_grid", "value": "、".join(missing)}
    return (finding("FIRM_UNMATCHED", "not_in_grid", severity=Severity.WARNING, where=where),) if missing else ()


def completed(
    study: Study, inventory: Inventory, units: ControlUnits, conservation: pd.DataFrame | None = None
) -> Inventory:
    """Return an inventory with its base evaluation and the draws of its uncertainty, which nothing else waits for.

    Parameters
    ----------
    study : Study
        Draws, thresholds and seed.
    inventory : Inventory
        As it was built.
    units : ControlUnits
        For areas and the grid of double-high cells.
    conservation : DataFrame or None
        Terms of the gridded layers of a run: what they hold is set beside what is located.
    """
    declared = study.inventory
    draws = declared.draws if declared is not None and declared.draws else int(numbers("limits")["draws"])
    area = geodesic_area(units.geometries, units.crs)
    context = Context(
        year=inventory.year,
        reconciliation=inventory.reconciliation,
        areas=inventory.areas,
        purchased=inventory.purchased,
        unit_km2=dict(zip(units.codes, (area / _M2_PER_KM2).tolist(), strict=True)),
        towns=inventory.enterprises.loc[inventory.enterprises["town"] != "", "town"].to_dict(),
        crs=units.crs.to_wkt() if units.crs.is_projected else "",
        thresholds=study.thresholds,
    )
    firms, records = inventory.enterprises, inventory.records
    limits = {"CO2": study.threshold("key_emitter_co2")}
    own = records[records["year"] == inventory.year]
    sectors = firms.loc[firms["counts"], "sector"].to_dict()
    return replace(
        inventory,
        uncertainty=uncertainty(own, sectors, draws=draws, seed=study.study.seed, limits=limits),
        evaluation={
            **evaluate(firms, records, context),
            **inventory.evaluation,
            **_beside(study, inventory, conservation),
        },
    )


def _beside(study: Study, inventory: Inventory, conservation: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Set the located tonnes beside those of the grids of the year nearest to the base year, species by species."""
    if conservation is None or study.inventory is None or set(conservation["series"]) <= {RESIDUAL}:
        return {}
    grids = conservation[conservation["series"] != RESIDUAL]
    years = (grids["year"] - inventory.year).abs()
    near = grids[years == years.groupby(grids["species"]).transform("min")]
    first = near.drop_duplicates(["species", "sector"])
    keys = list(zip(first["species"], first["sector"], strict=True))
    totals = dict(zip(keys, first["raster_total"].tolist(), strict=True))
    table = against_grid(totals, inventory.enterprises, inventory.records, study.inventory.in_grid, inventory.year)
    grid_year = dict(zip(keys, first["year"].tolist(), strict=True))
    pairs = zip(table["species"], table["sector"], strict=True)
    return {"against_grid": table.assign(grid_year=[grid_year.get(pair, np.nan) for pair in pairs])}


def _review(book: Book) -> Judged[pd.DataFrame]:
    return checks.check_review(book.review) if book.review else Judged(None, ())


def _registry(study: Study, declared: InventoryInput, book: Book) -> tuple[Registry | None, tuple[Finding, ...]]:
    """Return the registry: packaged factors with the rows of the study's tables, its own csv before them all."""
    try:
        extended = extended_tables(study)
    except InputError as error:
        return None, error.findings
    if any(found.severity is Severity.ERROR for found in extended.findings):
        return None, extended.findings
    registry = Registry({kind: extended.rows(table) for kind, table in KINDS.items()})
    if not book.factors:
        return registry, ()
    rows, faults = _factor_rows(book.factors[0], declared.factors)
    if faults:
        return None, faults
    try:
        return registry.with_rows(rows), ()
    except TableError as error:
        return None, (finding("VALUE_UNKNOWN", "factors", where={"file": declared.factors}, reason=error),)


def _factor_rows(raw: RawTable, file: str) -> tuple[list[dict[str, str]], tuple[Finding, ...]]:
    """Return the rows of the user's own factors, each with the row it stands in; nothing of them is judged."""
    lines = [line for line in raw.rows if any(cell.text for cell in line)]
    texts = [[cell.text.strip() for cell in line] for line in lines]
    if not texts:
        return [], (finding("FILE_UNREADABLE", "empty", where={"file": file}),)
    header, line = texts[0], lines[0][0].row
    where = {"file": file, "row": line}
    shown = "、".join(filter(None, header))
    missing = [name for name in _FACTOR_COLUMNS if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    faults = [finding("FIELD_MISSING", "factors", where=where | {"field": name, "value": shown}) for name in missing]
    faults += [
        finding("FIELD_UNKNOWN", "factors_twice", severity=Severity.ERROR, where=where | {"field": name})
        for name in twice
    ]
    faults += [
        finding("TABLE_RAGGED", "content", where={"file": file, "row": cells[0].row}, count=count, wanted=len(header))
        for cells, row in zip(lines[1:], texts[1:], strict=True)
        if (count := max(place for place, text in enumerate(row, start=1) if text)) > len(header)
    ]
    if not faults and len(texts) == 1:
        faults.append(finding("FILE_UNREADABLE", "norows", where={"file": file}))
    rows = zip(lines[1:], texts[1:], strict=True)
    return [dict(zip(header, row, strict=False)) | {"line": str(cells[0].row)} for cells, row in rows], tuple(faults)
