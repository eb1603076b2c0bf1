"""The commands on the example city, from the second run on, and what of it is the start of Python itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zoning.overlay import warm_up

STUDY = Path(__file__).parents[1] / "data" / "demo" / "study.toml"


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile the kernels once: the first run of a machine is not what is measured."""
    warm_up()


@pytest.mark.parametrize(
    "words", [["--help"], ["check", str(STUDY)], ["run", str(STUDY), "-o", "OUT"]], ids=["help", "check", "run"]
)
def test_command(benchmark, tmp_path, words):
    call = [sys.executable, "-m", "zoning", *(str(tmp_path / "out") if word == "OUT" else word for word in words)]
    benchmark.pedantic(lambda: subprocess.run(call, check=True, capture_output=True), rounds=3, iterations=1)


def test_bare_python(benchmark):
    benchmark.pedantic(lambda: subprocess.run([sys.executable, "-c", ""], check=True), rounds=3, iterations=1)
