"""Rasters that fit their units only with their rows, or their columns, the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from zoning.checks.kernels.turns import turned_masses
from zoning.checks.raster.numbers import bands
from zoning.errors import Finding
from zoning.intake import Blocks
from zoning.messages import Both, finding, say

__all__ = ["flip_findings"]

_TURNS = ("rows", "columns", "both")


def flip_findings(
    blocks: Blocks, inside: Callable[[int, int], NDArray[np.bool_]], where: Mapping[str, object],
    limits: Mapping[str, float],
) -> list[Finding]:  # fmt: skip
    """Find a raster whose mass lies in the units only after its rows are turned.

    Only a raster that was cut out along the units can show it: then all of its mass lies inside them one way round. A
    grid of a province, or of a box around the units, has mass outside both ways and is not judged.

    Parameters
    ----------
    blocks : Blocks
        Mass per cell or per area; NaN is no data. Read once, in bands of rows.
    inside : callable
        Rows ``begin, end`` → cells that meet a unit, bool (end − begin, cols): a raster is cut out by whole cells, so
        that those on the border count in full.
    where : mapping
        Address of the finding.
    limits : mapping
        ``flip_inside, flip_gain, flip_cells`` of ``tables/thresholds.csv``.

    Examples
    --------
    >>> from zoning.intake import ArrayBlocks
    >>> values = np.zeros((8, 8))
    >>> values[:4] = 1.0
    >>> limits = {"flip_inside": 0.97, "flip_gain": 0.02, "flip_cells": 30}
    >>> below = values[::-1] > 0
    >>> found = flip_findings(ArrayBlocks(values), lambda begin, end: below[begin:end], {"file": "co2.tif"}, limits)
    >>> str(found[0].code), found[0].value
    ('ROWS_FLIPPED', '0.0 %')
    """
    cells, whole, now, turned = _masses(blocks, inside)
    if cells < limits["flip_cells"] or not np.isfinite(whole):
        return []
    shares = {name: mass / whole for name, mass in turned.items()}
    name = max(shares, key=lambda one: shares[one])  # of equal ones the first: rows before columns
    if shares[name] < limits["flip_inside"] or shares[name] - now / whole < limits["flip_gain"]:
        return []
    turn = Both(say(f"raster.turn.{name}", "zh"), say(f"raster.turn.{name}", "en"))
    address = dict(where) | {"value": f"{now / whole:.1%}".replace("%", " %")}
    return [finding("ROWS_FLIPPED", where=address, turn=turn, turned=f"{shares[name]:.1%}".replace("%", " %"))]


def _masses(
    blocks: Blocks, inside: Callable[[int, int], NDArray[np.bool_]]
) -> tuple[int, float, float, dict[str, float]]:
    """Return the cells with mass, their mass, how much of it lies inside, and how much does after each turn.

    What lies inside after a turn is what lies now in the cells that are inside when those are turned.
    """
    rows = blocks.shape[0]
    cells, whole, now = 0, 0.0, 0.0
    turned = dict.fromkeys(_TURNS, 0.0)
    for band in bands(blocks):
        here, across = inside(band.row0, band.row1), inside(rows - band.row1, rows - band.row0)[::-1]
        found = turned_masses(blocks.read(band), np.ascontiguousarray(here), np.ascontiguousarray(across))
        cells += int(found[0])
        whole += found[1]
        now += found[2]
        for name, mass in zip(_TURNS, found[3:], strict=True):
            turned[name] += mass
    return cells, whole, now, turned
