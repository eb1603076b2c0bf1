"""Rasters that fit their units only with their rows, or their columns, the other way round."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Finding
from zoning.messages import Both, finding, say

__all__ = ["flip_findings"]

_TURNS: tuple[tuple[str, tuple[slice, slice]], ...] = (
    ("rows", (slice(None, None, -1), slice(None))),
    ("columns", (slice(None), slice(None, None, -1))),
    ("both", (slice(None, None, -1), slice(None, None, -1))),
)


def flip_findings(
    values: NDArray[np.float64], inside: NDArray[np.bool_], where: Mapping[str, object], limits: Mapping[str, float]
) -> list[Finding]:
    """Find a raster whose mass lies in the units only after its rows are turned.

    Only a raster that was cut out along the units can show it: then all of its mass lies inside them one way round. A
    grid of a province, or of a box around the units, has mass outside both ways and is not judged.

    Parameters
    ----------
    values : ndarray (rows, cols)
        Mass per cell or per area; NaN is no data.
    inside : ndarray of bool (rows, cols)
        Cells that meet a unit: a raster is cut out by whole cells, so that those on the border count in full.
    where : mapping
        Address of the finding.
    limits : mapping
        ``flip_inside, flip_gain, flip_cells`` of ``tables/thresholds.csv``.

    Examples
    --------
    >>> values = np.zeros((8, 8))
    >>> values[:4] = 1.0
    >>> limits = {"flip_inside": 0.97, "flip_gain": 0.02, "flip_cells": 30}
    >>> found = flip_findings(values, values[::-1] > 0, {"file": "co2.tif"}, limits)
    >>> str(found[0].code), found[0].value
    ('ROWS_FLIPPED', '0.0 %')
    """
    mass = np.nan_to_num(np.maximum(values, 0.0), posinf=0.0)
    whole = float(mass.sum())
    if np.count_nonzero(mass) < limits["flip_cells"] or not np.isfinite(whole):
        return []
    now = float(np.sum(mass, where=inside)) / whole
    if now > 1.0 - limits["flip_gain"]:  # nothing is left to gain
        return []
    shares = {name: float(np.sum(mass[turn], where=inside)) / whole for name, turn in _TURNS}
    name = max(shares, key=lambda one: shares[one])  # of equal ones the first: rows before columns
    if shares[name] < limits["flip_inside"] or shares[name] - now < limits["flip_gain"]:
        return []
    turn = Both(say(f"raster.turn.{name}", "zh"), say(f"raster.turn.{name}", "en"))
    address = dict(where) | {"value": f"{now:.1%}".replace("%", " %")}
    return [finding("ROWS_FLIPPED", where=address, turn=turn, turned=f"{shares[name]:.1%}".replace("%", " %"))]
