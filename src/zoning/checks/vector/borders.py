"""Edges of a layer that are no common border of two of its features: its outline, and where features do not fit."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.checks.kernels.borders import BUCKETS, bucket_counts, lone_edges, scattered
from zoning.overlay.rings import Rings, chunks_of, in_threads

__all__ = ["lone"]

_CHUNK_EDGES = 250_000
_CHUNK_BUCKETS = 32


def lone(geometries: NDArray[np.object_]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which features have an edge that nobody draws exactly once the other way round, and those edges.

    Parameters
    ----------
    geometries : ndarray of Polygon or MultiPolygon
        Valid and not empty.

    Returns
    -------
    features : bool (features,)
        Those with a lone edge.
    edges : float64 (edges, 2, 2)
        Start and end of every lone edge, (x, y).

    Examples
    --------
    >>> features, edges = lone(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object))
    >>> features.tolist(), len(edges)
    ([True, True], 6)
    """
    rings = Rings.of(geometries)
    x, y = ((along + 0.0).view(np.int64) for along in (rings.x, rings.y))  # −0.0 is 0.0
    chunks = chunks_of(rings.ring_ptr, _CHUNK_EDGES)
    counts = np.array(in_threads(lambda a, b: bucket_counts(x, y, rings.ring_ptr, a, b), chunks))
    ends = np.cumsum(counts.T).reshape(BUCKETS, len(chunks)).T
    places = np.ascontiguousarray(ends - counts)
    edges, hashes = np.empty((2, int(counts.sum())), dtype=np.int64)
    inward, number = _inward(rings), {begin: at for at, (begin, _) in enumerate(chunks)}
    in_threads(lambda a, b: scattered(x, y, rings.ring_ptr, inward, a, b, places[number[a]], edges, hashes), chunks)
    bucket_ptr = np.append(0, ends[-1])
    found = np.zeros(len(x), dtype=bool)
    buckets = chunks_of(np.arange(BUCKETS + 1), _CHUNK_BUCKETS)
    in_threads(lambda a, b: lone_edges(x, y, edges, hashes, bucket_ptr, a, b, found), buckets)
    at = np.flatnonzero(found)
    start, end = (np.column_stack([rings.x[one], rings.y[one]]) for one in (at, at + 1))
    return rings.units_where(found), np.stack([start, end], axis=1)


def _inward(rings: Rings) -> NDArray[np.bool_]:
    """Tell which rings have their polygon on the right."""
    if not len(rings.outer):
        return np.zeros(0, dtype=bool)
    offsets = (rings.ring_ptr, np.arange(len(rings.outer) + 1))
    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, np.column_stack([rings.x, rings.y]), offsets[:1])
    return np.asarray(shapely.is_ccw(lines) != rings.outer)
