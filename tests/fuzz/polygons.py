"""Polygons that break other programs, drawn from a seed, in cells of the grid: x to the right, y upwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

WIDE, HIGH = 11, 9  # the part of the plane that grids of the tests show; shapes lie in it, beside it, and around it

Ring = NDArray[np.float64]
Maker = Callable[[np.random.Generator], Polygon | MultiPolygon]


def place(rng: np.random.Generator) -> NDArray[np.float64]:
    """A point inside the frame, or beyond any of its sides and corners."""
    return rng.uniform(-0.25, 1.25, 2) * [WIDE, HIGH]


def size(rng: np.random.Generator) -> float:
    """From a ten-thousandth of a cell to three times the frame."""
    return float(10 ** rng.uniform(-4, 1.5))


def around(rng: np.random.Generator, count: int, rough: float) -> Ring:
    angle = np.sort(rng.random(count)) * 2 * np.pi
    return np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(rough, 1.0, (count, 1))


def star(rng: np.random.Generator) -> Polygon:
    return Polygon(place(rng) + size(rng) * around(rng, int(rng.integers(4, 60)), rng.uniform(0.05, 0.9)))


def comb(rng: np.random.Generator) -> Polygon:
    """Teeth of any thinness on a back that runs in any direction."""
    teeth = int(rng.integers(2, 30))
    gap = 10 ** rng.uniform(-6, -0.1)
    x = np.repeat(np.arange(teeth), 4) + np.tile([0.0, gap / 2, gap, (1 + gap) / 2], teeth)
    y = np.tile([1.0, rng.uniform(0.9, 1.5), 1.0, 0.0], teeth) * rng.uniform(0.5, 9)
    points = np.vstack([np.column_stack([x, y]), [teeth, -0.3], [0, -0.3]])
    return Polygon(place(rng) + turned(rng, points * size(rng) / teeth))


def spiral(rng: np.random.Generator) -> Polygon:
    """An arm that winds inwards, and the way back beside it."""
    turns, count = rng.uniform(1, 4), int(rng.integers(20, 150))
    t = np.linspace(0.15, 1, count)
    angle, width = t * turns * 2 * np.pi, rng.uniform(0.02, 0.8) / turns / 2
    arm = np.column_stack([np.cos(angle), np.sin(angle)]) * t[:, None]
    back = np.column_stack([np.cos(angle), np.sin(angle)]) * (t - width * t)[:, None]
    return Polygon(place(rng) + size(rng) * np.vstack([arm, back[::-1]]))


def staircase(rng: np.random.Generator) -> Polygon:
    """Steps up to the right, every corner on a cell border, half or quarter of it."""
    steps, unit = int(rng.integers(1, 14)), 2.0 ** -int(rng.integers(0, 3))
    x, y = (np.cumsum(rng.integers(1, 4, steps)) * unit for _ in range(2))
    left, low = np.round(place(rng) / unit) * unit
    corners = np.column_stack([np.repeat(x, 2), np.append(0, np.repeat(y, 2)[:-1])])
    ring = np.vstack([[0, 0], corners, [0, corners[-1, 1]]])
    return Polygon(ring * rng.choice([-1.0, 1.0], 2) + [left, low])


def sliver(rng: np.random.Generator) -> Polygon:
    """Two points far apart, two beside them by a hair; lying along a grid line as often as not."""
    one = place(rng)
    other = place(rng) if rng.random() < 0.5 else one + turned(rng, np.array([[size(rng), 0.0]]))[0]
    if rng.random() < 0.4:
        axis = int(rng.integers(2))
        one[axis] = other[axis] = np.round(one[axis]) + rng.choice([0.0, 0.25, 1e-9])
    away = np.array([one[1] - other[1], other[0] - one[0]])
    away = away / max(np.hypot(*away), 1e-300) * 10 ** rng.uniform(-10, -1)
    middle = (one + other) / 2 + away * rng.uniform(1, 2)
    return Polygon([one, other, other + away, middle, one + away * rng.uniform(0, 1)])


def lattice(rng: np.random.Generator) -> Polygon:
    """A star with every vertex on a whole, half or quarter cell: edges through corners and along borders."""
    shape = star(rng)
    unit = 2.0 ** -int(rng.integers(0, 3))
    return Polygon(np.round(shapely.get_coordinates(shape) / unit) * unit)


def almost_flat(rng: np.random.Generator) -> Polygon:
    """Vertices within rounding of cell borders: a little this side, a little the other, some exactly on it."""
    points = np.round(np.vstack([star(rng).exterior.coords])[:-1])
    off = rng.choice([0.0, 0.0, 1e-15, -1e-13, 1e-12, 3e-11, -1e-9, 1e-6], points.shape)
    return Polygon(points + off)


def ringed(rng: np.random.Generator) -> Polygon | MultiPolygon:
    """Holes, islands in holes and ponds on islands, all of one centre."""
    outline = around(rng, int(rng.integers(4, 40)), 0.7)
    centre, reach = place(rng), size(rng)
    scales = np.cumprod(np.append(1.0, rng.uniform(0.3, 0.69, int(rng.integers(1, 6)))))
    rings = [centre + reach * scale * outline for scale in scales]
    parts = [
        Polygon(rings[k], rings[k + 1 : k + 2]) if k + 1 < len(rings) else Polygon(rings[k])
        for k in range(0, len(rings), 2)
    ]
    return MultiPolygon(parts) if len(parts) > 1 else parts[0]


def chessboard(rng: np.random.Generator) -> MultiPolygon:
    """Parts that touch at their corners, on cell corners or off them."""
    step = float(rng.choice([0.25, 0.5, 1.0, 2.0, 0.3]))
    low = np.round(place(rng) / step) * step
    rows, cols = rng.integers(2, 7, 2)
    fields = [(r, c) for r in range(rows) for c in range(cols) if (r + c) % 2 == 0]
    boxes = [shapely.box(*(low + np.array([c, r]) * step), *(low + np.array([c + 1, r + 1]) * step)) for r, c in fields]
    return MultiPolygon(boxes)


def touching_hole(rng: np.random.Generator) -> Polygon:
    """A hole that meets its shell in one point, and another that meets the first."""
    low, reach = np.round(place(rng) * 2) / 2, size(rng)
    shell = np.array([(0, 0), (4, 0), (4, 4), (0, 4)])
    holes = [np.array([(0, 0), (2, 1), (1, 2)]), np.array([(2, 1), (3, 1), (3, 2)])]
    return Polygon(low + shell * reach, [low + hole * reach for hole in holes])


def frame(rng: np.random.Generator) -> Polygon:
    """Around the whole grid, at any distance, with a window in it."""
    far = 10 ** rng.uniform(0.1, 6)
    window = shapely.box(*np.sort(np.vstack([place(rng), place(rng)]), axis=0).ravel())
    shape = shapely.box(-far, -far, WIDE + far, HIGH + far).difference(window)
    return shape if isinstance(shape, Polygon) else shapely.box(-far, -far, WIDE + far, HIGH + far)


def repeated(rng: np.random.Generator) -> Polygon:
    """A star with vertices that stand several times in a row, and vertices in the middle of edges."""
    points = np.vstack([star(rng).exterior.coords])
    middle = (points[:-1] + points[1:]) / 2
    mixed = np.empty((2 * len(middle), 2))
    mixed[::2], mixed[1::2] = points[:-1], middle
    return Polygon(np.repeat(mixed, rng.integers(1, 4, len(mixed)), axis=0))


def turned(rng: np.random.Generator, points: Ring) -> Ring:
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.6 else np.pi / 2 * rng.integers(4)
    return points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


KINDS: tuple[Maker, ...] = (
    star, comb, spiral, staircase, sliver, lattice, almost_flat, ringed, chessboard, touching_hole, frame, repeated,
)  # fmt: skip


def polygon(rng: np.random.Generator, kind: Maker) -> Polygon | MultiPolygon:
    """A valid polygon of a kind: drawn again until it is one; turned the other way round as often as not."""
    while True:
        shape = kind(rng)
        if shape.is_valid and shape.area > 0:
            return shapely.reverse(shape) if rng.random() < 0.5 else shape
