"""Cell edges from cell centres or bounds, along one axis or over a curvilinear grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoning.tables import numbers

__all__ = ["corners_from_centres", "corners_from_vertices", "edges_from_bounds", "edges_from_centres", "even_step"]

Numbers = NDArray[np.float64]


def edges_from_centres(centres: Numbers) -> Numbers:
    """Return edges half way between centres, the outer ones as far out as their inner neighbours are in.

    Examples
    --------
    >>> edges_from_centres(np.array([1.0, 2.0, 4.0]))
    array([0.5, 1.5, 3. , 5. ])
    """
    inner = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - inner[0]], inner, [2 * centres[-1] - inner[-1]]])


def edges_from_bounds(bounds: Numbers, *, descending: bool) -> Numbers | None:
    """Return the edges that (cells, 2) bounds give in the order of the axis; None if cells do not touch.

    Examples
    --------
    >>> edges_from_bounds(np.array([[20.0, 10.0], [10.0, 0.0]]), descending=True)
    array([20., 10.,  0.])
    """
    if bounds.ndim != 2 or bounds.shape[1] != 2 or not np.isfinite(bounds).all():
        return None
    near, far = (bounds.max(1), bounds.min(1)) if descending else (bounds.min(1), bounds.max(1))
    widths = np.abs(far - near)
    if not (widths > 0).all() or (np.abs(near[1:] - far[:-1]) > _deviation() * widths[1:]).any():
        return None
    return np.concatenate([near, far[-1:]])


def even_step(edges: Numbers) -> float | None:
    """Return the step of evenly spaced edges (or centres), None where one lies off by more than a hundredth of a cell.

    Examples
    --------
    >>> even_step(np.array([0.0, 0.1, 0.2000001])), even_step(np.array([0.0, 1.0, 3.0]))
    (0.10000005, None)
    """
    step = float(edges[-1] - edges[0]) / (len(edges) - 1)
    regular = edges[0] + step * np.arange(len(edges))
    return step if step and (np.abs(edges - regular) <= _deviation() * abs(step)).all() else None


def corners_from_centres(centres: Numbers) -> Numbers:
    """Return corners (rows + 1, cols + 1) of a curvilinear grid of centres: means of four, extrapolated at the rim.

    Examples
    --------
    >>> corners_from_centres(np.array([[0.0, 1.0], [0.0, 1.0]]))[0]
    array([-0.5,  0.5,  1.5])
    """
    rows = np.concatenate([2 * centres[:1] - centres[1:2], centres, 2 * centres[-1:] - centres[-2:-1]])
    padded = np.concatenate([2 * rows[:, :1] - rows[:, 1:2], rows, 2 * rows[:, -1:] - rows[:, -2:-1]], axis=1)
    mean: Numbers = (padded[:-1, :-1] + padded[1:, :-1] + padded[:-1, 1:] + padded[1:, 1:]) / 4
    return mean


_ORDERS = (
    (0, 1, 2, 3),
    (1, 2, 3, 0),
    (2, 3, 0, 1),
    (3, 0, 1, 2),
    (0, 3, 2, 1),
    (3, 2, 1, 0),
    (2, 1, 0, 3),
    (1, 0, 3, 2),
)


def corners_from_vertices(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers] | None:
    """Return corners from (rows, cols, 4) vertices of cells, whichever vertex comes first and whichever way they turn.

    None if neighbouring cells do not share their vertices in any order.
    """
    if x.shape != y.shape or x.ndim != 3 or x.shape[2] != 4 or not (np.isfinite(x) & np.isfinite(y)).all():
        return None
    size = _deviation() * max(float(np.ptp(x, axis=2).max()), float(np.ptp(y, axis=2).max()))
    for order in _ORDERS:
        turned = x[:, :, order], y[:, :, order]
        if all(_shared(one, size) for one in turned):
            return _joined(turned[0]), _joined(turned[1])
    return None


def _shared(vertices: Numbers, tolerance: float) -> bool:
    """Tell whether vertices in the order upper left, upper right, lower right, lower left meet their neighbours'."""
    gaps = (
        vertices[:, :-1, 1] - vertices[:, 1:, 0], vertices[:, :-1, 2] - vertices[:, 1:, 3],
        vertices[:-1, :, 3] - vertices[1:, :, 0], vertices[:-1, :, 2] - vertices[1:, :, 1],
    )  # fmt: skip
    return all(not gap.size or float(np.abs(gap).max()) <= tolerance for gap in gaps)


def _joined(vertices: Numbers) -> Numbers:
    upper = np.concatenate([vertices[:, :, 0], vertices[:, -1:, 1]], axis=1)
    lower = np.concatenate([vertices[-1:, :, 3], vertices[-1:, -1:, 2]], axis=1)
    return np.concatenate([upper, lower])


def _deviation() -> float:
    return numbers("limits")["lattice_deviation"]
