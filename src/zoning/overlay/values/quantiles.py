"""Weighted quantiles: all cells of a unit are needed at once, so units are taken in groups that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.overlay.kernels.moments import collect_values
from zoning.overlay.kernels.quantiles import weighted_quantiles
from zoning.overlay.values.bands import Part, Pieces
from zoning.overlay.values.jobs import Floats, Job, Loaded, Weight
from zoning.overlay.values.sources import Source
from zoning.overlay.values.sums import Running, read_ahead, run_tasks

__all__ = ["collected", "quantiles", "quantiles_of"]

_BYTES_OF_CELL = 64  # unit, value, weight and fraction of it, twice, while they are put in order


@dataclass(frozen=True, eq=False)
class Group:
    """Some units and one layer, with everything that their quantiles need."""

    pieces: Pieces
    source: Source
    weight: Weight
    layer: int
    units: NDArray[np.int64]
    q: Floats
    memory: float


def quantiles(
    pieces: Pieces, units: int, source: Source, weight: Weight, q: Floats, running: Running
) -> NDArray[np.float64]:
    """Return weighted quantiles, (units, layers, quantiles)."""
    found = np.full((units, source.shape[0], len(q)), np.nan)
    groups = _groups(pieces, units, source, (weight, q), running)
    for group, own in run_tasks(quantiles_of, groups, running):
        found[group.units, group.layer] = own
    return found


def quantiles_of(group: Group) -> Floats:
    """Read what a group of units covers of a layer, and return their quantiles: a pure function."""
    units, counts, cells = [], [], []
    for part, values in read_ahead(group.pieces, group.source, group.memory, (group.layer, group.layer + 1)):
        loaded = Loaded(values, group.weight.read(part), part.window, group.layer)
        for unit, count, found in collected(Job(group.pieces, loaded, group.weight.area, part.bands), group.layer):
            units.append(unit)
            counts.append(count)
            cells.append(found[:2])
    x, w = np.concatenate(cells, axis=1) if cells else np.empty((2, 0))
    unit = np.repeat(np.concatenate(units), np.concatenate(counts)) if units else np.empty(0, np.int64)
    if not w.all():
        unit, x, w = unit[w > 0], x[w > 0], w[w > 0]  # what weighs nothing is no neighbour either
    order = np.argsort(unit, kind="stable")
    ptr = np.append(0, np.cumsum(np.bincount(np.searchsorted(group.units, unit), minlength=len(group.units))))
    out = np.empty((len(group.units), len(group.q)))
    weighted_quantiles(ptr, x[order], w[order], group.q, out)
    return out


def collected(job: Job, layer: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Floats]]:
    """Yield, band by band, unit and number of cells with data of each piece, and their values, weights, fractions."""
    for span, values, cells in job.flat_bands(layer):
        counts, found = collect_values(job.pieces.covered, span.table, span.frame, job.area, cells, values)
        yield span.table[:, 0], counts, found


def _groups(
    pieces: Pieces, units: int, source: Source, asked: tuple[Weight, Floats], running: Running
) -> Iterator[Group]:
    """Cut units into groups, by the band that they begin in, and yield each with every layer."""
    weight, q = asked
    _, first = np.unique(pieces.table[:, 0], return_index=True)
    by_band = pieces.table[np.sort(first), 0]
    size = np.cumsum(pieces.sizes(units)[by_band]) * _BYTES_OF_CELL
    number = (size - 1) // max(int(running.memory), 1)
    for members in np.split(by_band, np.flatnonzero(np.diff(number)) + 1):
        if not len(members):
            continue
        chosen = np.zeros(units, dtype=bool)
        chosen[members] = True
        own = pieces.of_units(chosen)
        bands = np.flatnonzero(np.diff(own.band_ptr))
        part = Part((0, 1), (int(bands[0]), int(bands[-1]) + 1), own.window(int(bands[0]), int(bands[-1]) + 1))
        sent = own.only(*part.bands)
        for layer in range(source.shape[0]):
            layers = (layer, layer + 1)
            yield Group(
                sent, source.only(layers, part.window), weight.only(part), layer, np.sort(members), q, running.memory
            )
