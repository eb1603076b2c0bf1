"""An inventory of a large city, step by step: invented department tables → enterprises → tonnes → what is left over.

Not run with the tests: ``python -m pytest benchmarks/bench_inventory.py --benchmark-enable -s``.
``ZONING_BENCH_ENTERPRISES`` sets the number of enterprises (10,000 if it is not set), ``ZONING_BENCH_ROUNDS`` how often
each step is measured (3); the table of pytest-benchmark shows medians, and beside them what each step gave.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from zoning import checks
from zoning.departments import DepartmentTables
from zoning.factors import Registry
from zoning.inventory import Inventory, Linkage
from zoning.inventory.build import build_inventory
from zoning.inventory.draws import uncertainty
from zoning.inventory.emissions import Emitted, Settings, emission_records
from zoning.inventory.linkage import link_enterprises
from zoning.inventory.places import place_enterprises
from zoning.inventory.reconciliation import Basis, reconcile
from zoning.io.read.studies import read_study
from zoning.io.write.department_tables import write_departments
from zoning.pipeline.inventories import read_book
from zoning.study import InventoryInput, Study
from zoning.supports import ControlUnits
from zoning.synthetic.departments import plain_world

ENTERPRISES = int(os.environ.get("ZONING_BENCH_ENTERPRISES", "10000"))
ROUNDS = int(os.environ.get("ZONING_BENCH_ROUNDS", "3"))
DRAWS = 2_000
SEED = 1


@dataclass(frozen=True)
class City:
    """Everything that a step needs, made once by the steps before it."""

    study: Study
    declared: InventoryInput
    units: ControlUnits
    tables: DepartmentTables
    linkage: Linkage
    settings: Settings
    emitted: Emitted
    inventory: Inventory


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_departments(tmp_path_factory.mktemp("departments"), enterprises=ENTERPRISES, seed=SEED).parent


@pytest.fixture(scope="session")
def city(folder: Path) -> City:
    study = read_study(folder / "study.toml")
    assert study.inventory is not None
    _, units = plain_world(ENTERPRISES, SEED)
    tables = checks.check_departments(read_book(study).tables, study).value
    assert tables is not None
    declared, year = study.inventory, study.years.base
    basis = Basis(year, declared.series, Registry.packaged())
    linkage = link_enterprises(tables, None)
    settings = Settings(base=year, series=declared.series, power=declared.power, place=declared.power_place)
    emitted = emission_records(tables, linkage.links, Registry.packaged(), settings, linkage.corrections)
    inventory = build_inventory(tables, declared, basis, units, Registry.packaged()).inventory
    return City(study, declared, units, tables, linkage, settings, emitted, inventory)


def measured(benchmark: Any, step: Callable[[], Any], told: Callable[[Any], Mapping[str, int]]) -> None:
    """Measure one step and note what it gave."""
    found = benchmark.pedantic(step, rounds=ROUNDS, iterations=1)
    benchmark.extra_info.update({"enterprises": ENTERPRISES, **told(found)})


@pytest.mark.benchmark(group="files")
def test_write(benchmark: Any, tmp_path: Path) -> None:
    measured(
        benchmark,
        lambda: write_departments(tmp_path, enterprises=ENTERPRISES, seed=SEED),
        lambda study: {"bytes": sum(path.stat().st_size for path in study.parent.iterdir())},
    )


@pytest.mark.benchmark(group="files")
def test_read(benchmark: Any, folder: Path) -> None:
    study = read_study(folder / "study.toml")
    measured(benchmark, lambda: read_book(study), lambda book: {"files": len(book.tables)})


@pytest.mark.benchmark(group="files")
def test_judge(benchmark: Any, folder: Path) -> None:
    study = read_study(folder / "study.toml")
    raws = read_book(study).tables
    measured(
        benchmark, lambda: checks.check_departments(raws, study), lambda judged: {"findings": len(judged.findings)}
    )


@pytest.mark.benchmark(group="inventory")
def test_link(benchmark: Any, city: City) -> None:
    measured(benchmark, lambda: link_enterprises(city.tables, None), lambda linkage: {"rows": len(linkage.links)})


@pytest.mark.benchmark(group="inventory")
def test_place(benchmark: Any, city: City) -> None:
    links, crs = city.linkage.links, city.declared.crs
    measured(
        benchmark,
        lambda: place_enterprises(city.tables, links, city.units, crs),
        lambda placement: {"places": len(placement.places)},
    )


@pytest.mark.benchmark(group="inventory")
def test_compute(benchmark: Any, city: City) -> None:
    links, corrections = city.linkage.links, city.linkage.corrections
    measured(
        benchmark,
        lambda: emission_records(city.tables, links, Registry.packaged(), city.settings, corrections),
        lambda emitted: {"records": len(emitted.records)},
    )


@pytest.mark.benchmark(group="inventory")
def test_reconcile(benchmark: Any, city: City) -> None:
    basis = Basis(city.inventory.year, city.declared.series, Registry.packaged())
    measured(
        benchmark,
        lambda: reconcile(city.tables, city.inventory.enterprises, city.emitted.records, basis, city.emitted.purchased),
        lambda held: {"rows": len(held.reconciliation)},
    )


@pytest.mark.benchmark(group="inventory")
def test_all_of_it(benchmark: Any, city: City) -> None:
    basis = Basis(city.inventory.year, city.declared.series, Registry.packaged())
    measured(
        benchmark,
        lambda: build_inventory(city.tables, city.declared, basis, city.units, Registry.packaged()),
        lambda built: {"enterprises_found": len(built.inventory.enterprises)},
    )


@pytest.mark.benchmark(group="draws")
def test_draws(benchmark: Any, city: City) -> None:
    own = city.inventory.records[city.inventory.records["year"] == city.inventory.year]
    firms = city.inventory.enterprises
    sectors = firms.loc[firms["counts"], "sector"].to_dict()
    measured(
        benchmark,
        lambda: uncertainty(own, sectors, draws=DRAWS, seed=SEED),
        lambda frame: {"rows": len(frame)},
    )
