"""A study of the size of a country: files → ledger, and the run on top, each in a fresh process with its peak memory.

Not run with the tests: ``python -m pytest benchmarks/bench_nation.py --benchmark-enable -s``. ``ZONING_BENCH_UNITS``
sets the number of units (44,604 if it is not set).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zoning.io.write.example import NATION_UNITS, write_nation

_CHILD = """
import json, resource, sys, time
import zoning
times, begun, last = {}, time.perf_counter(), [None]
def tell(step, done, steps):
    global begun
    now = time.perf_counter()
    if last[0]:
        times[last[0]] = now - begun
    begun, last[0] = now, step
    if step == sys.argv[2]:
        raise KeyboardInterrupt
try:
    zoning.run(zoning.read_study(sys.argv[1]), progress=tell)
except KeyboardInterrupt:
    pass
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": times, "peak_mb": kilobytes / 1024}))
"""


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    units = int(os.environ.get("ZONING_BENCH_UNITS", NATION_UNITS))
    return write_nation(tmp_path_factory.mktemp("nation"), units=units)


def measured(study: Path, until: str) -> dict[str, object]:
    """Seconds by step and peak memory of a run in a process of its own that ends before the step ``until``."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(study), until], check=True, capture_output=True, text=True, timeout=7200
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("until", ["indicators", "done"], ids=["files_to_ledger", "files_to_decisions"])
def test_nation(benchmark, study: Path, until: str) -> None:
    found = benchmark.pedantic(measured, args=(study, until), rounds=1, iterations=1)
    benchmark.extra_info.update(found)
    assert found["peak_mb"]
