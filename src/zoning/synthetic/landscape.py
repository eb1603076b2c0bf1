"""The invented country: coast, hills, towns, industrial parks, roads, as smooth functions of the plane.

Everything is dimensionless and evaluated at points; what is planted on it (units, zones, emitters, residual emissions)
is decided elsewhere. Coordinates are metres east and north of the middle of the region.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["Landscape", "Places", "landscape", "settled"]

Floats = NDArray[np.float64]

_ROUNDED = 1 + 1e-9  # a distance of a tree and one of numpy differ in the last digits
_POINTS = 1 << 17  # waves are added up for so many points at once: 25 MB


@dataclass(frozen=True)
class Waves:
    """A smooth random function: a few plane waves, mean 0, standard deviation 1."""

    vectors: Floats
    phases: Floats

    def __call__(self, points: Floats) -> Floats:
        """Values at points, shape (n,)."""
        values = np.empty(len(points))

        def fill(begin: int) -> None:
            part = points[begin : begin + _POINTS]
            waves = part[:, :1] * self.vectors[:, 0] + part[:, 1:] * self.vectors[:, 1]
            waves += self.phases
            values[begin : begin + _POINTS] = np.cos(waves, out=waves).sum(axis=1)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(fill, range(0, len(points), _POINTS)))
        return np.asarray(values * np.sqrt(2.0 / len(self.phases)))


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

    def at(self, points: Floats) -> Places:
        """Return what the country is like at points, shape (n, 2)."""
        return Places(self, points)

    @cached_property
    def network(self) -> cKDTree:
        """Points along the roads, closer together than a road is wide."""
        sites = self.towns[:, :2]
        _, nearest = cKDTree(sites).query(sites, k=min(3, len(sites)))
        nearest = nearest.reshape(len(sites), -1)
        start = np.repeat(sites, nearest.shape[1], axis=0)
        along = sites[nearest.ravel()] - start
        steps = np.linspace(0.0, 1.0, 65)
        return cKDTree((start[:, None] + steps[:, None] * along[:, None]).reshape(-1, 2))

    @property
    def reach(self) -> float:
        """Size of a town, m."""
        return self.radius * 0.22 / sqrt(max(1.0, len(self.towns) / 5.0))


@dataclass(frozen=True)
class Places:
    """What the country is like at some points: each value, shape (n,), is computed once, when it is first asked for.

    Attributes
    ----------
    country : Landscape
        The country.
    points : ndarray, shape (n, 2)
        Where.
    """

    country: Landscape
    points: Floats

    @cached_property
    def _known_waves(self) -> dict[int, Floats]:
        return {}

    def wave(self, number: int) -> Floats:
        """Return one of the independent smooth functions of the country."""
        if number not in self._known_waves:
            self._known_waves[number] = self.country.waves[number](self.points)
        return self._known_waves[number]

    def _towns(self, width: float) -> Floats:
        """Sum of bell curves around the nearest few towns."""
        return _bumps(*self._near_towns, width)

    def _parks(self, width: float) -> Floats:
        """Sum of bell curves around the nearest few industrial parks."""
        return _bumps(*self._near_parks, width)

    @cached_property
    def _near_towns(self) -> tuple[Floats, Floats]:
        return _nearest(self.points, self.country.towns)

    @cached_property
    def _near_parks(self) -> tuple[Floats, Floats]:
        return _nearest(self.points, self.country.parks)

    @cached_property
    def offshore(self) -> Floats:
        """Signed distance east of the coast in units of the radius; positive is sea."""
        bent = np.column_stack([np.zeros(len(self.points)), self.points[:, 1]])
        return np.asarray(
            self.points[:, 0] / self.country.radius - 0.55 - 0.10 * self.country.waves[0](bent) - 0.05 * self.wave(1)
        )

    @cached_property
    def belonging(self) -> Floats:
        """How clearly a point belongs to the region: falls from its middle outwards."""
        centre = np.array([0.05 * self.country.radius, 0.0])
        away = np.hypot(*((self.points - centre) / [1.0, 1.15]).T) / self.country.radius
        return np.asarray(1.0 - away + 0.10 * self.wave(1))

    @cached_property
    def height(self) -> Floats:
        """Relief, 0 at the coast to about 1.5 in the hills of the west."""
        rise = np.clip(-self.offshore, 0, None)
        return np.asarray(np.clip(rise * (0.9 + 0.35 * self.wave(2)), 0, None))

    @cached_property
    def people(self) -> Floats:
        """Density of population."""
        near = self._towns(0.9 * self.country.reach)
        return np.asarray((0.05 + near) * np.exp(-1.2 * self.height) * (1 + 0.25 * np.tanh(self.wave(3))))

    @cached_property
    def countryside(self) -> Floats:
        """Density of villages: where people are, without the towns."""
        wide = self._towns(2.2 * self.country.reach)
        return np.asarray((0.15 + wide) * np.exp(-0.8 * self.height) * (1 + 0.5 * np.tanh(self.wave(4))))

    @cached_property
    def built(self) -> Floats:
        """Built-up share: sharp towns and parks."""
        towns, parks = self._towns(0.6 * self.country.reach), self._parks(0.4 * self.country.reach)
        return np.asarray(1.0 - np.exp(-1.6 * towns - 1.2 * parks))

    @cached_property
    def workshops(self) -> Floats:
        """Density of small workshops: around parks, patchy."""
        near = self._parks(0.7 * self.country.reach)
        return np.asarray((0.01 + near) * np.exp(0.5 * self.wave(5)))

    @cached_property
    def factories(self) -> Floats:
        """Density of factories: in the parks."""
        return np.asarray(0.005 + self._parks(0.45 * self.country.reach))

    @cached_property
    def roads(self) -> Floats:
        """Density of road traffic: along the lines from each town to its two nearest ones, and in towns."""
        away, _ = self.country.network.query(self.points)
        return np.asarray(
            0.02 + np.exp(-away / (0.12 * self.country.reach)) + 0.6 * self._towns(0.8 * self.country.reach)
        )

    @cached_property
    def freight(self) -> Floats:
        """Share of heavy traffic, 0 to 1: high near parks and the port."""
        return np.asarray(1.0 / (1.0 + np.exp(-2.0 * (self.wave(3) + 3.0 * self._parks(self.country.reach)))))


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
    height = country.at(sites).height
    low = sites[height <= np.median(height)]
    chosen = [int(np.argmax(country.at(low).offshore - 0.3 * np.abs(low[:, 1]) / country.radius))]
    tree = cKDTree(low)
    distance = np.hypot(*(low - low[chosen[0]]).T)
    for _ in range(towns - 1):
        chosen.append(int(np.argmax(distance)))
        # a new town is the nearest one only of sites that are no further from it than it was from the other towns
        around = np.array(tree.query_ball_point(low[chosen[-1]], distance[chosen[-1]] * _ROUNDED), dtype=np.int64)
        distance[around] = np.minimum(distance[around], np.hypot(*(low[around] - low[chosen[-1]]).T))
    return low[chosen]


def _waves(rng: np.random.Generator, scale: float, count: int = 24) -> Waves:
    angle = rng.uniform(0, 2 * np.pi, count)
    number = 2 * np.pi / (scale * rng.uniform(0.6, 1.8, count))
    vectors = np.column_stack([number * np.cos(angle), number * np.sin(angle)])
    return Waves(vectors, rng.uniform(0, 2 * np.pi, count))


def _nearest(points: Floats, places: Floats) -> tuple[Floats, Floats]:
    """Distance and weight of the nearest few places (x, y, weight) of every point, each (n, few)."""
    near = min(6, len(places))
    distance, index = cKDTree(places[:, :2]).query(points, k=near)
    return distance.reshape(len(points), -1), places[:, 2][index].reshape(len(points), -1)


def _bumps(distance: Floats, weight: Floats, width: float) -> Floats:
    """Sum of bell curves around places."""
    return np.asarray((weight * np.exp(-0.5 * (distance / width) ** 2)).sum(axis=1))
