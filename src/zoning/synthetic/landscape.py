"""The invented country: coast, hills, towns, industrial parks, roads, as smooth functions of the plane.

Everything is dimensionless and evaluated at points; what is planted on it (units, zones, emitters, residual emissions)
is decided elsewhere. Coordinates are metres east and north of the middle of the region.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["Landscape", "landscape", "settled"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Waves:
    """A smooth random function: a few plane waves, mean 0, standard deviation 1."""

    vectors: Floats
    phases: Floats

    def __call__(self, points: Floats) -> Floats:
        """Values at points, shape (n,)."""
        waves = np.cos(points @ self.vectors.T + self.phases)
        return np.asarray(waves.sum(axis=1) * np.sqrt(2.0 / len(self.phases)))


@dataclass(frozen=True)
class Landscape:
    """Where what is, before anybody draws a border.

    Attributes
    ----------
    radius : float
        Half the size of the region, m.
    towns, parks : ndarray, shape (k, 3)
        x, y (m) and weight of towns and of industrial parks; the first town is the largest.
    waves : tuple of Waves
        Independent smooth functions, longest wave first.
    """

    radius: float
    towns: Floats
    parks: Floats
    waves: tuple[Waves, ...]

    def offshore(self, points: Floats) -> Floats:
        """Signed distance east of the coast in units of the radius; positive is sea."""
        bent = np.column_stack([np.zeros(len(points)), points[:, 1]])
        return np.asarray(points[:, 0] / self.radius - 0.55 - 0.10 * self.waves[0](bent) - 0.05 * self.waves[1](points))

    def belonging(self, points: Floats) -> Floats:
        """How clearly a point belongs to the region: falls from its middle outwards."""
        centre = np.array([0.05 * self.radius, 0.0])
        away = np.hypot(*((points - centre) / [1.0, 1.15]).T) / self.radius
        return np.asarray(1.0 - away + 0.10 * self.waves[1](points))

    def height(self, points: Floats) -> Floats:
        """Relief, 0 at the coast to about 1.5 in the hills of the west."""
        rise = np.clip(-self.offshore(points), 0, None)
        return np.asarray(np.clip(rise * (0.9 + 0.35 * self.waves[2](points)), 0, None))

    def people(self, points: Floats) -> Floats:
        """Density of population."""
        near = _bumps(points, self.towns, 0.9 * self._reach)
        return np.asarray(
            (0.05 + near) * np.exp(-1.2 * self.height(points)) * (1 + 0.25 * np.tanh(self.waves[3](points)))
        )

    def countryside(self, points: Floats) -> Floats:
        """Density of villages: where people are, without the towns."""
        wide = _bumps(points, self.towns, 2.2 * self._reach)
        return np.asarray(
            (0.15 + wide) * np.exp(-0.8 * self.height(points)) * (1 + 0.5 * np.tanh(self.waves[4](points)))
        )

    def built(self, points: Floats) -> Floats:
        """Built-up share: sharp towns and parks."""
        towns, parks = _bumps(points, self.towns, 0.6 * self._reach), _bumps(points, self.parks, 0.4 * self._reach)
        return np.asarray(1.0 - np.exp(-1.6 * towns - 1.2 * parks))

    def workshops(self, points: Floats) -> Floats:
        """Density of small workshops: around parks, patchy."""
        near = _bumps(points, self.parks, 0.7 * self._reach)
        return np.asarray((0.01 + near) * np.exp(0.5 * self.waves[5](points)))

    def factories(self, points: Floats) -> Floats:
        """Density of factories: in the parks."""
        return np.asarray(0.005 + _bumps(points, self.parks, 0.45 * self._reach))

    def roads(self, points: Floats) -> Floats:
        """Density of road traffic: along the lines from each town to its two nearest ones, and in towns."""
        away, _ = self._network.query(points)
        return np.asarray(
            0.02 + np.exp(-away / (0.12 * self._reach)) + 0.6 * _bumps(points, self.towns, 0.8 * self._reach)
        )

    def freight(self, points: Floats) -> Floats:
        """Share of heavy traffic, 0 to 1: high near parks and the port."""
        return np.asarray(
            1.0 / (1.0 + np.exp(-2.0 * (self.waves[3](points) + 3.0 * _bumps(points, self.parks, self._reach))))
        )

    @cached_property
    def _network(self) -> cKDTree:
        """Points along the roads, closer together than a road is wide."""
        sites = self.towns[:, :2]
        _, nearest = cKDTree(sites).query(sites, k=min(3, len(sites)))
        nearest = nearest.reshape(len(sites), -1)
        start = np.repeat(sites, nearest.shape[1], axis=0)
        along = sites[nearest.ravel()] - start
        steps = np.linspace(0.0, 1.0, 65)
        return cKDTree((start[:, None] + steps[:, None] * along[:, None]).reshape(-1, 2))

    @property
    def _reach(self) -> float:
        """Size of a town, m."""
        return self.radius * 0.22 / sqrt(max(1.0, len(self.towns) / 5.0))


def landscape(rng: np.random.Generator, radius: float) -> Landscape:
    """Return an invented country of a size (m): coast and hills, nobody living there yet."""
    waves = tuple(_waves(rng, scale * radius) for scale in (0.8, 0.5, 0.6, 0.35, 0.3, 0.2))
    return Landscape(radius, np.zeros((1, 3)), np.zeros((1, 3)), waves)


def settled(rng: np.random.Generator, country: Landscape, sites: Floats, towns: int) -> Landscape:
    """Return the country with so many towns on some of the sites, each with two industrial parks."""
    places = _spread(country, sites, towns)
    weights = np.concatenate([[1.0], np.sort(rng.uniform(0.3, 0.65, towns - 1))[::-1]])
    away = rng.uniform(0, 2 * np.pi, 2 * towns)
    far = country.radius * 0.2 / np.sqrt(max(1.0, towns / 5.0)) * rng.uniform(0.6, 1.3, 2 * towns)
    parks = np.repeat(places, 2, axis=0) + np.column_stack([far * np.cos(away), far * np.sin(away)])
    size = rng.uniform(0.4, 1.0, 2 * towns)
    return replace(country, towns=np.column_stack([places, weights]), parks=np.column_stack([parks, size]))


def _spread(country: Landscape, sites: Floats, towns: int) -> Floats:
    """Sites on the lower half of the land, far from each other; the first is near the coast."""
    height = country.height(sites)
    low = sites[height <= np.median(height)]
    chosen = [int(np.argmax(country.offshore(low) - 0.3 * np.abs(low[:, 1]) / country.radius))]
    distance = np.full(len(low), np.inf)
    for _ in range(towns - 1):
        distance = np.minimum(distance, np.hypot(*(low - low[chosen[-1]]).T))
        chosen.append(int(np.argmax(distance)))
    return low[chosen]


def _waves(rng: np.random.Generator, scale: float, count: int = 24) -> Waves:
    angle = rng.uniform(0, 2 * np.pi, count)
    number = 2 * np.pi / (scale * rng.uniform(0.6, 1.8, count))
    vectors = np.column_stack([number * np.cos(angle), number * np.sin(angle)])
    return Waves(vectors, rng.uniform(0, 2 * np.pi, count))


def _bumps(points: Floats, places: Floats, width: float) -> Floats:
    """Sum of bell curves around the nearest few places (x, y, weight)."""
    near = min(6, len(places))
    distance, index = cKDTree(places[:, :2]).query(points, k=near)
    weights = places[:, 2][index] * np.exp(-0.5 * (distance / width) ** 2)
    return np.asarray(weights.reshape(len(points), -1).sum(axis=1))
