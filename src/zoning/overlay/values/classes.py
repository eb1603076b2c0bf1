"""Shares of classes: how much of a unit each value takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.errors import InputError
from zoning.messages import fault
from zoning.overlay.kernels.sums import add_pieces
from zoning.overlay.values.bands import Part, Pieces, frozen, parts_of
from zoning.overlay.values.jobs import Floats, Job, Loaded, Weight
from zoning.overlay.values.quantiles import collected
from zoning.overlay.values.sources import Source
from zoning.overlay.values.sums import Running, run_tasks
from zoning.tables import numbers

__all__ = ["class_shares", "classes_of"]

_PARTS = 32  # at least: what is known of a part has a column for each class in it


@dataclass(frozen=True, eq=False)
class Bands:
    """Some bands of one layer, with everything that their classes need."""

    pieces: Pieces
    source: Source
    weight: Weight
    part: Part


def class_shares(
    pieces: Pieces, units: int, source: Source, weight: Weight, running: Running
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the classes in order, and the share of the weight that each has, (units, layers, classes).

    Raises
    ------
    InputError
        If there are more classes than the limit.
    """
    columns: dict[float, int] = {}
    sums = np.zeros((source.shape[0], units, 0))
    for bands, found in run_tasks(classes_of, _bands(pieces, source, weight, running), running):
        for classes, unit, own in found:
            at = [columns.setdefault(value, len(columns)) for value in classes.tolist()]
            _allowed(len(columns))
            if len(columns) > sums.shape[2]:
                sums = np.concatenate([sums, np.zeros((*sums.shape[:2], len(columns) - sums.shape[2]))], axis=2)
            layer = sums[bands.part.layers[0]]
            total = np.ascontiguousarray(layer[:, at])
            add_pieces(frozen(unit), own, total)
            layer[:, at] = total
    order = np.argsort(list(columns), kind="stable")
    every = np.moveaxis(sums, 0, 1)[..., order]
    with np.errstate(invalid="ignore"):
        return np.asarray(list(columns), dtype=np.float64)[order], every / every.sum(axis=-1, keepdims=True)


def classes_of(bands: Bands) -> list[tuple[Floats, NDArray[np.int64], Floats]]:
    """Return classes, units (pieces, 1) and weights (pieces, classes) of every band: a pure function."""
    part = bands.part
    values = bands.source.read(part.layers, part.window)
    loaded = Loaded(values, bands.weight.read(part), part.window, part.layers[0])
    found: list[tuple[Floats, NDArray[np.int64], Floats]] = []
    for unit, counts, (x, w, _) in collected(Job(bands.pieces, loaded, bands.weight.area, part.bands), part.layers[0]):
        codes, classes = pd.factorize(x)
        _allowed(len(classes))
        place = np.repeat(np.arange(len(unit)), counts) * len(classes) + codes
        weights = np.bincount(place, weights=w, minlength=len(unit) * len(classes))
        found.append((classes, unit.reshape(-1, 1), weights.reshape(len(unit), -1).astype(np.float64)))
    return found


def _bands(pieces: Pieces, source: Source, weight: Weight, running: Running) -> Iterator[Bands]:
    for layer in range(source.shape[0]):
        for part in parts_of(pieces, source, running.memory, at_least=_PARTS, layers=(layer, layer + 1)):
            own = source.only(part.layers, part.window)
            yield Bands(pieces.only(*part.bands), own, weight.only(part), part)


def _allowed(count: int) -> None:
    limit = int(numbers("limits")["classes"])
    if count > limit:
        raise fault(InputError, "overlay.classes", count=count, limit=limit)
