"""Measure how fast the overlay is, ours and every other tool in turn, and write the page.

``python -m benchmarks.speed`` measures everything, 20 to 30 minutes on two cores; ``--only W1 --only B-big`` some of
it; ``--quick`` the two smallest works in under a minute.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from benchmarks.speed.contenders import CONTENDERS, FIELD, ONCE, QUICK, base_of
from benchmarks.speed.curves import draw
from benchmarks.speed.page import page
from benchmarks.speed.workloads import WORKLOADS, Inputs, vertices

ROOT = Path(__file__).parents[2]
ROUNDS = {"W1": 9, "W2": 5, "W2n": 5, "W3": 3, "W4": 3, "M": 1, "B-b20": 3, "B-big": 5, "B-small": 3}
QUICK_ROUNDS = 2
QUICK_ONLY = ("B-small",)
TOOLS = (
    "zoning", "exactextract", "shapely", "geopandas", "rasterio", "numba", "numpy", "scipy", "pyogrio", "pyarrow",
)  # fmt: skip


def run(module: str, order: dict[str, Any], **environment: str) -> dict[str, Any]:
    """Run a module of this package in a fresh process and return its answer."""
    call = [sys.executable, "-m", f"benchmarks.speed.{module}", json.dumps(order)]
    done = subprocess.run(
        call, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{order}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def start(quick: bool) -> dict[str, Any]:
    """Measure compiling into an empty cache (not if it must be quick), loading from it, and importing the package."""
    with tempfile.TemporaryDirectory(prefix="kernels") as empty:
        here = {} if quick else {"NUMBA_CACHE_DIR": empty}
        found: dict[str, Any] = {} if quick else {"cold": run("child", {"do": "start"}, **here)}
        found["cached"] = run("child", {"do": "start"}, **here)
    return {**found, "package": bare("import zoning"), "python": bare("")}


def bare(code: str) -> float:
    """Median seconds of a Python process that does next to nothing."""
    times = []
    for _ in range(5):
        clock = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - clock)
    return median(times)


def measure(key: str, field: tuple[str, ...], folder: Path, rounds: int) -> dict[str, Any]:
    """Measure one work: every contender alone in a fresh process, then all of them in turn in another.

    A contender that fails is written down as such and stops nobody else.
    """
    inputs = Inputs(WORKLOADS[key], folder)
    rows: dict[str, Any] = {"size": {**size(inputs), "date": datetime.now(UTC).date().isoformat()}}
    prepare(inputs, field)
    del inputs
    for name in field:
        rows[name] = {"first": run("child", {"do": "first", "work": key, "contender": name, "folder": str(folder)})}
        click.echo(f"  {name}: {_told(rows[name]['first'])}")
    able = [name for name in field if "failed" not in rows[name]["first"]]
    turn = [name for name in able if name not in ONCE.get(key, ())]
    steady = run("child", {"do": "steady", "work": key, "contenders": turn, "folder": str(folder), "rounds": rounds})
    for name in able:
        first = rows[name]["first"]
        rows[name] |= steady.get(name, {"times": [first["seconds"]], "cpu": [first["cpu"]]})
        rows[name]["off"] = off(folder, name, base_of(name, able))
        click.echo(f"  {name}: {median(rows[name]['times']):.4f} s steady")
    return rows


def _told(first: dict[str, Any]) -> str:
    return first.get("failed") or f"{first['seconds']:.3f} s first, {first['peak_mb']:.0f} MB"


def size(inputs: Inputs) -> dict[str, int]:
    """Count units and vertices of the layers of a work."""
    found = {"units": len(inputs.frame), "vertices": vertices(inputs.frame)}
    if inputs.work.other is not None:
        found |= {"other_units": len(inputs.other), "other_vertices": vertices(inputs.other)}
    return found


def off(folder: Path, name: str, base: str) -> float | None:
    """Return the largest difference from ours over our largest number; None where nothing compares."""
    found, ours = (np.load(folder / f"found_{key}.npy") for key in (name, base))
    if name == base or found.shape != ours.shape or CONTENDERS[name].kind == "limit":
        return None
    return float(np.nanmax(np.abs(found - ours)) / np.nanmax(np.abs(ours)))


def prepare(inputs: Inputs, field: tuple[str, ...]) -> None:
    """Write the rasters that a work needs, outside every clock."""
    if any("stack" in CONTENDERS[name].needs or name == "read" for name in field):
        _ = inputs.stack_path
    if any(name in ("ours_tif", "ours_path", "ee_tif", "decode") for name in field):
        _ = inputs.tif_path


def machine() -> str:
    """Describe the machine: processor, cores, memory, system, Python."""
    info = Path("/proc/cpuinfo")
    named = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    processor = named[0].split(":")[1].strip() if named else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} 核 cores"
    return f"{processor}，{cores}，{memory:.0f} GB，{platform.system()}，Python {platform.python_version()}"


def versions() -> dict[str, str]:
    """Return the versions of all tools that are there."""
    found = {}
    for tool in TOOLS:
        try:
            found[tool] = version(tool)
        except PackageNotFoundError:
            continue
    return found


@click.command(help=__doc__)
@click.option("--only", multiple=True, type=click.Choice(list(WORKLOADS)), help="Measure this work; may be repeated.")
@click.option("--quick", is_flag=True, help="The two smallest works, few rounds, short curves.")
@click.option("--rounds", type=click.IntRange(1), help="Steady rounds of every work, instead of its own number.")
@click.option("--keep", is_flag=True, help="Keep works that an earlier run into the same folder measured.")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "build" / "bench", help="Inputs and results.")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "docs" / "benchmarks.md", help="The page.")
def main(**options: Any) -> None:
    """Measure and write."""
    quick, folder, out = options["quick"], options["folder"], options["out"]
    fields = QUICK if quick else FIELD
    works = options["only"] or [key for key in fields if quick or key not in QUICK_ONLY]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.json"
    kept = json.loads(file.read_text())["works"] if options["keep"] and file.exists() else {}
    results: dict[str, Any] = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "quick": quick}
    results |= {"versions": versions(), "start": start(quick), "works": kept}
    for key in works:
        click.echo(key)
        rounds = options["rounds"] or (QUICK_ROUNDS if quick else ROUNDS[key])
        results["works"][key] = measure(key, fields.get(key, FIELD[key]), folder, rounds)
        file.write_text(json.dumps(results, indent=1))
    results["curves"] = run("curves", {"quick": quick})
    file.write_text(json.dumps(results, indent=1))
    picture = out.with_name(f"{out.stem}-growth.png")
    draw(results["curves"], picture)
    out.write_text(page(results, picture.name), encoding="utf-8", newline="\n")
    click.echo(str(out))


if __name__ == "__main__":
    main()
