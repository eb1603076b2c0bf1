"""How a run lays its supports: the longest edge, where finished coverages are kept, and what the layers run on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
from pyproj import proj_version_str

from zoning.crs import DENSIFY, same_crs
from zoning.overlay.coverage import Coverage
from zoning.overlay.kernels import KERNELS
from zoning.overlay.onto_grid import coverage
from zoning.overlay.polygons import Polygons, WkbPolygons, polygons_of, raise_faults
from zoning.overlay.rings import chunks_of, in_threads
from zoning.supports import AnyGrid, CurvedGrid

__all__ = ["CoverageStore", "Laying", "MemoryStore", "coverage_key"]

T = TypeVar("T")
R = TypeVar("R")
Labelled: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | WkbPolygons
_CHUNK_VERTICES = 500_000


class CoverageStore(Protocol):
    """Where finished coverages are kept, by a key of their content and never by a file name."""

    def get(self, key: str, polygons: Labelled, grid: AnyGrid) -> Coverage | None:
        """Return the coverage of a key, or None."""
        ...

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage."""
        ...


class MemoryStore:
    """Keeps coverages as long as the run lasts: the check and the ledger lay the same grids."""

    def __init__(self) -> None:
        self._kept: dict[str, Coverage] = {}

    def get(self, key: str, polygons: Labelled, grid: AnyGrid) -> Coverage | None:
        """Return the coverage of a key, or None."""
        kept = self._kept.get(key)
        return None if kept is None else replace(kept, index=polygons.index, grid=grid)

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage."""
        self._kept[key] = cover


def coverage_key(polygons: Labelled, grid: AnyGrid, densify: float) -> str:
    """Return the sha256 of everything a coverage depends on, never of a file name.

    Vertices and rings, labels, both systems, the bits of the grid, edge length, version of the kernels, and that of
    PROJ where coordinates go through it.

    Raises
    ------
    CrsError
        If the layer has no coordinate system.
    GeometryError
        If a geometry is no polygon.
    """
    source = polygons_of(polygons)
    cells = grid.digest if isinstance(grid, CurvedGrid) else [float(term).hex() for term in grid.transform]
    projected = "" if same_crs(source.crs, grid.crs) else proj_version_str
    digest = hashlib.sha256()
    facts = (KERNELS, projected, source.crs.to_wkt(), grid.crs.to_wkt(), cells, grid.shape, float(densify).hex())
    for part in (repr(facts), *map(str, source.index)):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    digest.update(b"".join(_geometry(source)))
    return digest.hexdigest()


def _geometry(source: Polygons) -> list[bytes]:
    """Return digests of polygons as they come: whether they are valid is asked only where they have to be laid."""
    if isinstance(source, WkbPolygons):
        return [
            hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).digest()
            for array in (source.data, source.offsets)
        ]

    def digest_of(begin: int, end: int) -> bytes:
        rings, faults = source.rings(begin, end)
        raise_faults(source, {begin: faults}, source.crs)
        digest = hashlib.sha256()
        for array in (rings.x, rings.y, rings.ring_ptr, rings.outer, rings.unit_ptr):
            digest.update(np.int64(len(array)).tobytes())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        return digest.digest()

    return in_threads(digest_of, chunks_of(source.vertex_ptr, _CHUNK_VERTICES))


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

    def cover(self, polygons: Labelled, grid: AnyGrid) -> Coverage:
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
