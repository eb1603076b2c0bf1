"""Law 1: what the grids hold is in units, counted twice, outside, or taken out; nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from zoning.field import Field
from zoning.overlay import TakenOut

__all__ = ["TERMS", "conservation_row"]

TERMS = (
    "series", "species", "sector", "year", "raster_total", "taken_out", "shortfall", "in_units", "counted_twice",
    "outside", "located", "relative_difference",
)  # fmt: skip
"""Columns of the conservation table, in their order."""


def conservation_row(
    field: Field, left: TakenOut, in_units: float, times_covered: NDArray[np.float64], located: float
) -> Mapping[str, object]:
    """Return the terms of law 1 for one field, t yr-1, each from its own sum.

    ``raster_total − taken_out = in_units − counted_twice + outside`` where

    - raster_total is the plain sum of the valid cells as they came,
    - in_units the sum of the ledger's column,
    - counted_twice Σ max(n − 1, 0)·v and outside Σ max(1 − n, 0)·v, n = how often the units cover the cell.

    Parameters
    ----------
    field : Field
        The layer.
    left : TakenOut
        What was taken out of it.
    in_units : float
        Σ over units of the overlay.
    times_covered : ndarray (rows, cols)
        Column sums of the coverage.
    located : float
        Σ of the emitters of this species, sector and year that the ledger counts beside the grid.
    """
    rest = left.rest.read()
    valid = np.isfinite(rest)
    total = float(np.nansum(field.tonnes()))
    twice = float(np.sum(np.maximum(times_covered - 1.0, 0.0)[valid] * rest[valid]))
    outside = float(np.sum(np.maximum(1.0 - times_covered, 0.0)[valid] * rest[valid]))
    balance = in_units - twice + outside - (total - left.taken)
    return {
        "series": field.series,
        "species": field.species,
        "sector": field.sector,
        "year": field.year,
        "raster_total": total,
        "taken_out": left.taken,
        "shortfall": left.shortfall,
        "in_units": in_units,
        "counted_twice": twice,
        "outside": outside,
        "located": located,
        "relative_difference": abs(balance) / abs(total) if total else 0.0,
    }
