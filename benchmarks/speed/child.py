"""One fresh process: a first call with its peak memory, steady rounds in turn, or the start of the kernels.

Run by :mod:`benchmarks.speed` as ``python -m benchmarks.speed.child JSON``; answers with one line of JSON.
"""

from __future__ import annotations

import json
import pkgutil
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np


def main() -> None:
    """Do what the argument says."""
    order = json.loads(sys.argv[1])
    print(json.dumps({"start": start, "first": first, "steady": steady}[order.pop("do")](**order)))


def start() -> dict[str, object]:
    """Import and compile, or load, every kernel; name those that the warming did not reach."""
    begin = time.perf_counter()
    from zoning.overlay import warm_up

    imported = time.perf_counter()
    warm_up(everything=True)
    spent = {"import": imported - begin, "kernels": time.perf_counter() - imported, "cpu": time.process_time()}
    return {**spent, "left": _not_compiled()}


def _not_compiled() -> list[str]:
    """Name kernels that have no compiled version; only true after a start with an empty cache."""
    from zoning.overlay import kernels

    modules = [import_module(f"{kernels.__name__}.{info.name}") for info in pkgutil.iter_modules(kernels.__path__)]
    found = {name: thing for module in modules for name, thing in vars(module).items() if hasattr(thing, "signatures")}
    return sorted(name for name, kernel in found.items() if not kernel.signatures)


def first(work: str, contender: str, folder: str) -> dict[str, object]:
    """Measure the first call of one contender in this process, and its peak memory above what was loaded."""
    inputs, (one,) = _loaded(work, [contender], folder)
    floor = _reset_peak()
    cpu, clock = time.process_time(), time.perf_counter()
    found = one.call(inputs)
    spent = {"seconds": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
    peak = _peak() - floor
    np.save(Path(folder) / f"found_{contender}.npy", found)
    return {**spent, "peak_mb": peak}


def steady(work: str, contenders: list[str], folder: str, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Measure contenders in turn, round after round: seconds, and CPU seconds of all threads."""
    inputs, field = _loaded(work, contenders, folder)
    found: dict[str, dict[str, list[float]]] = {one.key: {"times": [], "cpu": []} for one in field}
    for _ in range(rounds):
        for one in field:
            cpu, clock = time.process_time(), time.perf_counter()
            one.call(inputs)
            found[one.key]["times"].append(time.perf_counter() - clock)
            found[one.key]["cpu"].append(time.process_time() - cpu)
    return found


def _loaded(work: str, contenders: list[str], folder: str) -> tuple[object, list]:
    """Load kernels and whatever the contenders need in memory."""
    from benchmarks.speed.contenders import CONTENDERS
    from benchmarks.speed.workloads import WORKLOADS, Inputs

    from zoning.overlay import warm_up

    warm_up(everything=True)
    inputs = Inputs(WORKLOADS[work], Path(folder))
    field = [CONTENDERS[key] for key in contenders]
    for one in field:
        for name in one.needs:
            getattr(inputs, name)
    return inputs, field


def _status(field: str) -> float | None:
    """A line of the kernel's account of this process, MB; None where there is no such account."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def _reset_peak() -> float:
    """Forget the peak of memory so far, where the system can; return what is in use now, MB."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")
    return _status("VmRSS") or _peak()


def _peak() -> float:
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
