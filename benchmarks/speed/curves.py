"""How cost grows with units, vertices, cells and layers: building a coverage and adding up, apart.

``python -m benchmarks.speed.curves JSON`` measures in a fresh process and answers with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

ROUNDS = 5
CJK = ("Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Micro Hei", "Microsoft YaHei", "SimHei", "PingFang SC")


@dataclass(frozen=True)
class Axis:
    """One thing that grows while the rest stays."""

    key: str
    zh: str
    en: str
    steps: tuple[int, ...]


AXES = (
    Axis("units", "单元数", "units", (250, 1_000, 4_000, 16_000)),
    Axis("vertices", "每单元顶点数", "vertices per unit", (100, 400, 1_600, 6_400)),
    Axis("cells", "像元数", "cells", (250_000, 1_000_000, 4_000_000, 16_000_000)),
    Axis("layers", "图层数", "layers", (4, 16, 64, 256)),
)
BASE = {"units": 1_000, "vertices": 200, "cells": 250_000, "layers": 4}


def measured(quick: bool) -> dict[str, dict[str, list[float]]]:
    """Return, for every axis, sizes and median seconds of building and of adding up."""
    from zoning.overlay import warm_up

    warm_up(everything=True)
    found = {}
    for axis in AXES:
        steps = axis.steps[:2] if quick else axis.steps
        rows = [_one({**BASE, axis.key: step}) for step in steps]
        found[axis.key] = {
            "size": [r[0][axis.key] for r in rows],
            "build": [r[1] for r in rows],
            "add": [r[2] for r in rows],
        }
    return found


def _one(size: dict[str, int]) -> tuple[dict[str, float], float, float]:
    """Measure one size; the size returned is the one the layer really has."""
    from affine import Affine
    from benchmarks.speed.workloads import CRS, PROVINCE, smooth, vertices

    from zoning.overlay import coverage
    from zoning.supports import Grid
    from zoning.synthetic import patchwork

    side = int(np.sqrt(size["cells"]))
    west, south, east, north = PROVINCE
    grid = Grid(CRS, Affine((east - west) / side, 0, west, 0, (south - north) / side, north), (side, side))
    layer = patchwork(size["units"], size["vertices"], PROVINCE, crs=CRS, seed=7)
    values = np.stack([smooth(slice(0, side), grid.shape, at) for at in range(size["layers"])])
    build, add = [], []
    for _ in range(ROUNDS):
        clock = time.perf_counter()
        cover = coverage(layer, grid)
        built = time.perf_counter()
        cover.total(values)
        build.append(built - clock)
        add.append(time.perf_counter() - built)
    real = {**size, "cells": side * side, "vertices": vertices(layer) / len(layer)}
    return real, median(build), median(add)


def exponent(size: list[float], seconds: list[float]) -> float:
    """Slope of log seconds over log size in the upper half, where fixed costs no longer matter.

    Examples
    --------
    >>> round(exponent([1.0, 10.0, 100.0, 1000.0], [1.0, 1.0, 10.0, 100.0]), 9)
    1.0
    """
    half = len(size) // 2 if len(size) > 2 else 0
    begin = max(0, half - 1) if len(size) > 2 else 0
    return float(np.polyfit(np.log(size[begin:]), np.log(seconds[begin:]), 1)[0])


def draw(found: dict[str, dict[str, list[float]]], file: Path) -> None:
    """Draw the four curves as one small picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import font_manager
    from matplotlib import pyplot as plt

    known = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CJK if name in known), None)
    both = {"font.family": [font]} if font else {}
    with plt.rc_context({**both, "svg.hashsalt": "zoning", "axes.unicode_minus": False, "font.size": 8}):
        figure, axes = plt.subplots(2, 2, figsize=(7.2, 5.4), layout="constrained")
        for axis, at in zip(AXES, axes.ravel(), strict=True):
            rows = found[axis.key]
            for key, zh, en, colour in (("build", "建覆盖", "build", "#1f5f8b"), ("add", "合计", "add up", "#c4622d")):
                words = f"{zh} {en}" if font else en
                power = exponent(rows["size"], rows[key])
                at.loglog(
                    rows["size"], rows[key], "o-", color=colour, ms=3, lw=1.2, label=f"{words}: $n^{{{power:.2f}}}$"
                )
            at.set_xlabel(f"{axis.zh} {axis.en}" if font else axis.en)
            at.set_ylabel("秒 seconds" if font else "seconds")
            at.grid(visible=True, which="major", lw=0.3)
            at.legend(frameon=False)
        figure.savefig(file, dpi=110)
        plt.close(figure)


if __name__ == "__main__":
    print(json.dumps(measured(**json.loads(sys.argv[1]))))
