"""Small overlays, ours and the other tools in one table of pytest-benchmark.

Run with ``make bench-small``. The large works, in turn and with their memory, are measured by :mod:`benchmarks.speed`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.speed.contenders import CONTENDERS
from benchmarks.speed.workloads import WORKLOADS, Inputs

from zoning.overlay import coverage, warm_up


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    warm_up()
    return Inputs(WORKLOADS["W1"], tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    warm_up()
    return Inputs(WORKLOADS["B-small"], Path(tmp_path_factory.mktemp("zones")))


@pytest.mark.benchmark(group="one coverage")
def test_coverage(benchmark: Callable[..., object], city: Inputs) -> None:
    benchmark(coverage, city.frame, city.grid)


@pytest.mark.benchmark(group="a further stack")
def test_forty_layers(benchmark: Callable[..., object], city: Inputs) -> None:
    benchmark(coverage(city.frame, city.grid).total, city.stack)


@pytest.mark.benchmark(group="forty layers")
@pytest.mark.parametrize("key", ["ours", "ee", "ee_csr", "rasterize", "sum"])
def test_city(benchmark: Callable[..., object], city: Inputs, key: str) -> None:
    benchmark.pedantic(CONTENDERS[key].call, (city,), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="shared areas")
@pytest.mark.parametrize("key", ["ours_areas", "ours_plane", "ours_pieces", "overlay", "overlay_plane", "tree"])
def test_zones(benchmark: Callable[..., object], zones: Inputs, key: str) -> None:
    benchmark.pedantic(CONTENDERS[key].call, (zones,), rounds=3, warmup_rounds=1)
