"""How a run lays its supports: the longest edge, where finished coverages are kept, and what the layers run on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol, TypeVar

import geopandas as gpd
import numpy as np

from zoning.crs import DENSIFY, as_crs
from zoning.overlay.coverage import Coverage
from zoning.overlay.onto_grid import coverage
from zoning.supports import AnyGrid, CurvedGrid

__all__ = ["CoverageStore", "Laying", "MemoryStore", "coverage_key"]

T = TypeVar("T")
R = TypeVar("R")


class CoverageStore(Protocol):
    """Where finished coverages are kept, by a key of their content and never by a file name."""

    def get(self, key: str, polygons: gpd.GeoSeries, grid: AnyGrid) -> Coverage | None:
        """Return the coverage of a key, or None."""
        ...

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage."""
        ...


class MemoryStore:
    """Keeps coverages as long as the run lasts: the check and the ledger lay the same grids."""

    def __init__(self) -> None:
        self._kept: dict[str, Coverage] = {}

    def get(self, key: str, polygons: gpd.GeoSeries, grid: AnyGrid) -> Coverage | None:  # noqa: ARG002 - the port's own
        """Return the coverage of a key, or None."""
        return self._kept.get(key)

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage."""
        self._kept[key] = cover


def coverage_key(polygons: gpd.GeoSeries, grid: AnyGrid, densify: float) -> str:
    """Return the sha256 of everything a coverage depends on: geometry, labels, systems, grid, edge length, version."""
    cells = grid.digest if isinstance(grid, CurvedGrid) else tuple(grid.transform)
    digest = hashlib.sha256()
    for part in (
        version("zoning"),
        as_crs(polygons.crs).to_wkt(),
        grid.crs.to_wkt(),
        repr((cells, grid.shape, densify, [str(label) for label in polygons.index])),
    ):
        digest.update(part.encode())
    for shape in polygons.to_wkb():
        digest.update(np.int64(len(shape or b"")).tobytes())
        digest.update(shape or b"")
    return digest.hexdigest()


@dataclass(frozen=True)
class Laying:
    """Settings of the overlay of one run.

    Attributes
    ----------
    densify : float
        Longest edge that is projected as a straight one, m.
    store : CoverageStore
        Asked before anything is laid, told afterwards.
    executor : Executor or None
        Runs the layers (threads, processes, or the executor of a cluster client); None runs them one by one. Results
        are taken in the order of the layers, so that sums are the same bits.
    """

    densify: float = DENSIFY
    store: CoverageStore = field(default_factory=MemoryStore)
    executor: Executor | None = None

    def cover(self, polygons: gpd.GeoSeries, grid: AnyGrid) -> Coverage:
        """Return the coverage of a grid by polygons, from the store if it was laid before."""
        key = coverage_key(polygons, grid, self.densify)
        kept = self.store.get(key, polygons, grid)
        if kept is not None:
            return kept
        cover = coverage(polygons, grid, densify=self.densify)
        self.store.put(key, cover)
        return cover

    def each(self, function: Callable[[T], R], jobs: Iterable[T]) -> list[R]:
        """Return the results of a function for every job, in the order of the jobs."""
        return list(self.executor.map(function, jobs) if self.executor is not None else map(function, jobs))
