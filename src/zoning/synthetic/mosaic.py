"""Gap-free layers with fractal borders: small Voronoi cells («tiles») whose edges are roughened inside their own kite.

```
            seed a                 An edge p–q of a Voronoi diagram owns the kite p, a, q, b: kites of different edges
          ╱   │   ╲                do not overlap. A curve that stays inside a rhombus inside its kite can therefore
        p ────┼──── q              cross no other curve, however rough it is, and both neighbours use the very same
          ╲   │   ╱                vertices: layers dissolved from the tiles have no gaps and no overlaps by birth.
            seed b
```
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, Voronoi, cKDTree

__all__ = ["Mosaic", "mosaic", "roughen"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WITHIN_KITE = 0.6  # part of the kite a curve may use: tile seeds stay clear of every border
_MANY_TILES = 100_000  # more are cut and merged by faster ways that draw and write edges in another order
_ROUGHNESS = 0.28  # half range of the place of a midpoint across its quadrilateral


@dataclass(frozen=True)
class Mosaic:
    """Tiles that fill a rectangle, in metres of a plane system.

    Attributes
    ----------
    seeds : ndarray, shape (n, 2)
        One point inside every tile, clear of its borders by at least a fifth of ``clearance``.
    ridges : ndarray, shape (m, 2)
        The two tiles on either side of every edge.
    curves : ndarray, shape (k, 2)
        Vertices of all edges one after the other, rounded to a millimetre.
    offsets : ndarray, shape (m + 1,)
        Where the vertices of each edge begin in ``curves``.
    spacing : float
        Mean distance of neighbouring seeds.
    """

    seeds: Floats
    ridges: Ints
    curves: Floats
    offsets: Ints
    spacing: float

    @cached_property
    def clearance(self) -> Floats:
        """Half the distance of every seed to its nearest neighbour, shape (n,)."""
        distance, _ = cKDTree(self.seeds).query(self.seeds, k=2)
        return np.asarray(distance[:, 1] / 2)

    @property
    def reach(self) -> Floats:
        """How far from the seed an enterprise of the tile may stand: a fifth of the clearance, shape (n,)."""
        return 0.2 * self.clearance

    def components(self, labels: Ints) -> Ints:
        """Return the connected component of every tile among the tiles of its own label, shape (n,)."""
        one, other = self.ridges[labels[self.ridges[:, 0]] == labels[self.ridges[:, 1]]].T
        size = len(self.seeds)
        graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    def neighbours(self, inside: NDArray[np.bool_]) -> Ints:
        """Return the tiles outside a set that share an edge with it, sorted."""
        one, other = self.ridges[:, 0], self.ridges[:, 1]
        touching = np.concatenate([one[inside[other]], other[inside[one]]])
        return np.unique(touching[~inside[touching]])

    def dissolve(self, labels: Ints) -> NDArray[np.object_]:
        """Return one geometry per label 0 … max, made of its tiles; a negative label belongs to none.

        Every label from 0 to the maximum must occur.
        """
        chosen = np.flatnonzero(labels >= 0)
        if len(chosen) > _MANY_TILES:
            return outlined(self, labels)
        tiles = self.tiles(chosen)
        order = np.argsort(labels[chosen], kind="stable")
        starts = np.flatnonzero(np.diff(labels[chosen][order], prepend=-1))
        groups = np.split(tiles[order], starts[1:])
        merged = np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)
        single = shapely.get_num_geometries(merged) == 1
        merged[single] = shapely.get_geometry(merged[single], 0)
        return merged

    def tiles(self, chosen: Ints) -> NDArray[np.object_]:
        """Return the polygons of some tiles: edges sorted by angle around the seed, each walked counter-clockwise."""
        wanted = np.zeros(len(self.seeds), dtype=bool)
        wanted[chosen] = True
        edge, side = np.nonzero(wanted[self.ridges])
        tile = self.ridges[edge, side]
        first, last = self.curves[self.offsets[edge]], self.curves[self.offsets[edge + 1] - 1]
        seed = self.seeds[tile]
        middle = (first + last) / 2 - seed
        order = np.lexsort((np.arctan2(middle[:, 1], middle[:, 0]), tile))
        vertices, rings = self.walk(edge[order], self.ahead(edge, tile)[order])
        position = np.cumsum(wanted) - 1
        return np.asarray(
            shapely.polygons(shapely.linearrings(self.curves[vertices], indices=position[tile[order]][rings]))
        )

    def walk(self, edges: Ints, ahead: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Positions of the vertices of a chain of edges, the last of each left out, and the place in the chain."""
        counts = self.offsets[edges + 1] - self.offsets[edges] - 1
        rings = np.repeat(np.arange(len(edges)), counts)
        step = np.arange(len(rings)) - np.repeat(np.cumsum(counts) - counts, counts)
        start = np.where(ahead, self.offsets[edges], self.offsets[edges + 1] - 1)
        return start[rings] + np.where(ahead[rings], step, -step), rings

    def ahead(self, edges: Ints, tiles: Ints) -> NDArray[np.bool_]:
        """Whether edges, walked as they are kept, go counter-clockwise around tiles beside them."""
        seeds = self.seeds[tiles]
        return _cross(self.curves[self.offsets[edges]] - seeds, self.curves[self.offsets[edges + 1] - 1] - seeds) > 0


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def mosaic(
    rng: np.random.Generator,
    half_width: float,
    spacing: float,
    kept: Callable[[Floats], NDArray[np.bool_]] | None = None,
) -> Mosaic:
    """Return a mosaic of the square |x|, |y| ≤ ``half_width`` with straight edges, its outermost tiles left open.

    Parameters
    ----------
    rng : numpy Generator
        Source of the places of the tiles.
    half_width, spacing : float
        Metres: half the side of the square, distance of the seeds.
    kept : callable, optional
        Which seeds make tiles; None keeps all.
    """
    seeds = _jittered(rng, half_width, spacing)
    if kept is not None:
        seeds = seeds[kept(seeds)]
    if len(seeds) > _MANY_TILES:
        return _dual(seeds, spacing)
    diagram = Voronoi(seeds)
    ends = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    closed = (ends >= 0).all(axis=1)
    ridges = np.asarray(diagram.ridge_points, dtype=np.int64)[closed]
    curves = np.round(diagram.vertices[ends[closed]].reshape(-1, 2), 3)
    return Mosaic(seeds, ridges, curves, 2 * np.arange(len(ridges) + 1), spacing)


def _dual(seeds: Floats, spacing: float) -> Mosaic:
    """Return the same diagram from triangles, in half the time: its edges join the centres of neighbouring triangles.

    Edges come in another order, so small mosaics stay with the diagram that they have always been drawn from.
    """
    mesh = Delaunay(seeds)
    a, b, c = (seeds[mesh.simplices[:, corner]] for corner in range(3))
    b, c = b - a, c - a
    twice, bb, cc = 2.0 * _cross(b, c), np.sum(b * b, axis=1), np.sum(c * c, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # three seeds of the rim may lie on a line
        middle = np.column_stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb]) / twice[:, None] + a
    one, side = np.nonzero(mesh.neighbors > np.arange(len(middle))[:, None])
    other = mesh.neighbors[one, side]
    closed = np.isfinite(middle[one]).all(axis=1) & np.isfinite(middle[other]).all(axis=1)
    one, other, side = one[closed], other[closed], side[closed]
    ridges = np.column_stack([mesh.simplices[one, (side + 1) % 3], mesh.simplices[one, (side + 2) % 3]])
    curves = np.round(np.stack([middle[one], middle[other]], axis=1).reshape(-1, 2), 3)
    return Mosaic(seeds, ridges.astype(np.int64), curves, 2 * np.arange(len(ridges) + 1), spacing)


def roughen(rng: np.random.Generator, tiles: Mosaic, inside: NDArray[np.bool_], detail: float) -> Mosaic:
    """Return a straight mosaic with the edges of some tiles roughened, pieces about ``detail`` metres long."""
    ends = tiles.curves.reshape(-1, 2, 2)
    rhombi, length = _rhombi(tiles.seeds[tiles.ridges], ends)
    depth = np.clip(np.ceil(np.log2(np.maximum(length, detail) / detail)), 0, 20).astype(np.int64)
    depth[~inside[tiles.ridges].any(axis=1)] = 0
    counts = 2**depth + 1
    offsets = np.concatenate([[0], np.cumsum(counts)])
    curves = np.empty((offsets[-1], 2))
    for level in np.unique(depth):
        of_level = np.flatnonzero(depth == level)
        places = offsets[of_level][:, None] + np.arange(2**level + 1)
        curves[places] = _displaced(rng, rhombi[of_level], int(level))
    return replace(tiles, curves=np.round(curves, 3).astype(np.float64), offsets=offsets)


def outlined(tiles: Mosaic, labels: Ints) -> NDArray[np.object_]:
    """Return one geometry per label 0 … max from the edges between tiles of different labels, each walked once.

    Three edges meet in a point, so the outline of a label comes into every point once and leaves it once: what comes
    next after an edge is known without looking at angles.
    """
    beside = labels[tiles.ridges]
    edge, side = np.nonzero((beside >= 0) & (beside[:, :1] != beside[:, 1:]))
    label = beside[edge, side]
    ahead = tiles.ahead(edge, tiles.ridges[edge, side])
    order, ring = _in_rings(_successors(tiles, edge, ahead, label))
    vertices, place = tiles.walk(edge[order], ahead[order])
    points, of_ring = tiles.curves[vertices], ring[place]
    starts = np.flatnonzero(np.diff(of_ring, prepend=-1))
    local = points - points[starts][of_ring]
    after = np.append(np.arange(1, len(points)), 0)
    after[np.append(starts[1:], len(points)) - 1] = starts
    area = np.add.reduceat(_cross(local, local[after]), starts)
    rings = shapely.linearrings(points, indices=of_ring)
    return _polygons(rings, area > 0, label[order][np.flatnonzero(np.diff(ring, prepend=-1))])


def _successors(tiles: Mosaic, edge: Ints, ahead: NDArray[np.bool_], label: Ints) -> Ints:
    """Return the edge that follows every edge of an outline."""
    ends = np.stack([tiles.curves[tiles.offsets[edge]], tiles.curves[tiles.offsets[edge + 1] - 1]])
    node = np.unique(np.ascontiguousarray(ends).view(np.complex128).ravel(), return_inverse=True)[1].reshape(2, -1)
    begin, end = np.where(ahead, node, node[::-1])
    leaving, arriving = np.lexsort((begin, label)), np.lexsort((end, label))
    following = np.empty(len(edge), dtype=np.int64)
    following[arriving] = leaving
    return following


def _in_rings(following: Ints) -> tuple[Ints, Ints]:
    """Return edges in the order in which they follow each other, ring after ring, and the ring of each."""
    after, seen = following.tolist(), bytearray(len(following))
    order: list[int] = []
    ring: list[int] = []
    rings = 0
    for first in range(len(after)):
        edge = first
        while not seen[edge]:
            seen[edge] = 1
            order.append(edge)
            ring.append(rings)
            edge = after[edge]
        rings += edge == first and bool(ring) and ring[-1] == rings
    return np.array(order, dtype=np.int64), np.array(ring, dtype=np.int64)


def _polygons(rings: NDArray[np.object_], is_shell: NDArray[np.bool_], label: Ints) -> NDArray[np.object_]:
    """Return one geometry per label from its rings: shells counter-clockwise, holes in the shell that holds them."""
    shells = np.flatnonzero(is_shell)
    order = shells[np.argsort(label[shells], kind="stable")]
    holes: dict[int, list[int]] = {}
    faces = shapely.polygons(rings)
    for hole in np.flatnonzero(~is_shell).tolist():
        own = order[np.searchsorted(label[order], label[hole]) : np.searchsorted(label[order], label[hole], "right")]
        inside = own[shapely.contains_properly(faces[own], shapely.get_point(rings[hole], 0))] if len(own) > 1 else own
        holes.setdefault(int(inside[0]), []).append(hole)
    for shell, inner in holes.items():
        faces[shell] = shapely.polygons(rings[shell], rings[inner])
    single = np.bincount(label[order]) == 1
    merged = np.empty(len(single), dtype=object)
    alone = single[label[order]]
    merged[label[order][alone]] = faces[order[alone]]
    several = np.unique(label[order][~alone])
    group = np.searchsorted(several, label[order][~alone])
    merged[several] = shapely.multipolygons(faces[order[~alone]], indices=group)
    return merged


def _jittered(rng: np.random.Generator, half_width: float, spacing: float) -> Floats:
    """Points of a triangular lattice, each moved by up to a third of the spacing."""
    rows = np.arange(-half_width, half_width + spacing, spacing * np.sqrt(3) / 2)
    columns = np.arange(-half_width, half_width + spacing, spacing)
    x = columns[None, :] + (np.arange(len(rows))[:, None] % 2) * spacing / 2
    points = np.column_stack([x.ravel(), np.repeat(rows, len(columns))])
    return points + rng.uniform(-1, 1, points.shape) * spacing / 3


def _rhombi(seeds: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Return the rhombus p, left, q, right inside the kite of every edge, and the length of the edge."""
    p, q = ends[:, 0], ends[:, 1]
    along = q - p
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
    unit = along / length[:, None]
    normal = np.column_stack([-unit[:, 1], unit[:, 0]])
    to_seed = seeds[:, 0] - (p + q) / 2
    height = np.abs(np.sum(to_seed * normal, axis=1))
    aside = np.abs(np.sum(to_seed * unit, axis=1))
    room = height * (length / 2) / (aside + length / 2)
    half = (_WITHIN_KITE * np.minimum(room, 0.75 * length))[:, None] * normal
    middle = (p + q) / 2
    return np.stack([p, middle + half, q, middle - half], axis=1), length


def _displaced(rng: np.random.Generator, rhombi: Floats, depth: int) -> Floats:
    """Curves from the first to the third corner of quadrilaterals, shape (m, 2**depth + 1, 2)."""
    quads = rhombi[:, None]
    for _ in range(depth):
        a, b, c, d = (quads[:, :, corner] for corner in range(4))
        place = rng.uniform(0.5 - _ROUGHNESS, 0.5 + _ROUGHNESS, (*quads.shape[:2], 1))
        m = b + place * (d - b)
        before = np.stack([a, (a + b) / 2, m, (a + d) / 2], axis=2)
        after = np.stack([m, (b + c) / 2, c, (c + d) / 2], axis=2)
        quads = np.stack([before, after], axis=2).reshape(len(rhombi), -1, 4, 2)
    return np.concatenate([quads[:, :, 0], rhombi[:, None, 2]], axis=1)
