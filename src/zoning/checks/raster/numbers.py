"""Values of a raster, looked at once in bands: no-data that is not declared, signs, infinities, sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Finding, Severity
from zoning.intake import ArrayBlocks, Blocks, BlocksOver, RawRaster, WeightedBlocks, Window, natural_chunk
from zoning.messages import finding, say
from zoning.tables import numbers, read

__all__ = [
    "Summary",
    "WithoutMarks",
    "bands",
    "layer_name",
    "mass",
    "summarise",
    "value_findings",
    "where_of",
    "year_blocks",
]

_Values = NDArray[np.float64]
_NEAR = 1e-6  # float32 keeps seven digits
_HIGHER = 4  # times a band: 128 MB rather than unpack a block again for every band of it


class Areas(Protocol):
    """What a grid is for sums: the true areas of its cells."""

    def areas_of(self, window: Window) -> _Values:
        """Return the true areas of the cells of a window, m²; one column where they are the same along a row."""
        ...


@dataclass(frozen=True)
class Summary:
    """What is in a raster; of several steps, in all of them.

    Attributes
    ----------
    cells, data, zeros, negative, infinite : int
        Cells, and how many have a finite value, 0, a value below 0, an infinite one.
    negative_sum : float
        Sum of the values below 0.
    lowest, highest : float
        Extreme finite values (NaN if there are none), met ``lowest_hits`` and ``highest_hits`` times.
    total, sound : float
        Sum of the finite values: of all, and of those that stand for no-data in no format.
    marks : tuple of (float, int)
        Values of ``tables/nodata_values.csv`` that are unmistakable, and how often they are met.
    """

    cells: int = 0
    data: int = 0
    zeros: int = 0
    negative: int = 0
    infinite: int = 0
    negative_sum: float = 0.0
    lowest: float = np.nan
    lowest_hits: int = 0
    highest: float = np.nan
    highest_hits: int = 0
    total: float = 0.0
    sound: float = 0.0
    marks: tuple[tuple[float, int], ...] = ()

    @property
    def constant(self) -> bool:
        """Whether many cells have data and all of them the same."""
        return self.data >= numbers("thresholds")["nodata_repeats"] and self.lowest == self.highest

    @property
    def suspects(self) -> tuple[tuple[float, int], ...]:
        """Values that stand for no-data in spite of no tag, with how often they are met."""
        extremes = {self.lowest: self.lowest_hits, self.highest: self.highest_hits}
        further = {
            extreme: hits
            for extreme, hits in extremes.items()
            if not _known(extreme) and self._stands_for_nothing(extreme, hits)
        }
        return tuple(sorted((dict(self.marks) | further).items()))

    @property
    def clean(self) -> float:
        """Sum without the suspects."""
        extremes = {self.lowest: self.lowest_hits, self.highest: self.highest_hits}
        counted = [one for one, _ in self.suspects if one in extremes and abs(one) < _magnitude() and not _known(one)]
        return self.sound - sum(one * extremes[one] for one in counted)

    def _stands_for_nothing(self, extreme: float, hits: int) -> bool:
        if abs(extreme) >= _magnitude():
            return True
        if extreme < 0:
            return hits == self.negative and hits >= numbers("thresholds")["nodata_repeats"] and not self.constant
        return any(
            float(row["value"]) == extreme and hits >= float(row["least"]) and extreme != self.lowest
            for row in read("nodata_values")
        )


def _magnitude() -> float:
    return numbers("thresholds")["nodata_magnitude"]


@lru_cache(maxsize=1)
def _unmistakable() -> tuple[float, ...]:
    return tuple(float(row["value"]) for row in read("nodata_values") if float(row["least"]) == 1)


def _known(number: float) -> bool:
    return any(abs(number - mark) <= _NEAR * abs(mark) for mark in _unmistakable())


def bands(*blocks: Blocks) -> Iterator[Window]:
    """Yield windows of whole rows that cover rasters of one shape and fit into memory.

    They end where rows of the blocks of the file do, if these are not much higher than a band: then each is read once.
    """
    rows, cols = blocks[0].shape
    most = numbers("limits")["band_cells"]
    height = max(1, int(most) // max(1, cols))
    chunk = max(natural_chunk(one)[0] for one in blocks)
    if chunk * cols <= most * _HIGHER:
        height = max(height // chunk, 1) * chunk
    for row in range(0, rows, height):
        yield Window(row, min(row + height, rows), 0, cols)


def summarise(blocks: Blocks) -> Summary:
    """Return what is in a raster, read in bands of rows.

    Examples
    --------
    >>> found = summarise(ArrayBlocks(np.array([[1.0, -9999.0], [np.nan, 2.0]])))
    >>> found.data, found.suspects, found.total, found.clean
    (3, ((-9999.0, 1),), -9996.0, 3.0)
    """
    summary = Summary()
    for window in bands(blocks):
        summary = _both(summary, _of(blocks.read(window)))
    return summary


def _of(values: _Values) -> Summary:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Summary(cells=values.size, infinite=int(np.isinf(values).sum()))
    lowest, highest = float(finite.min()), float(finite.max())
    near = [
        mark for mark in _unmistakable() if lowest <= mark + _NEAR * abs(mark) and mark - _NEAR * abs(mark) <= highest
    ]
    with np.errstate(over="ignore"):  # the highest less the lowest of all numbers is infinitely far
        met = {mark: np.abs(finite - mark) <= _NEAR * abs(mark) for mark in near}
    below = finite[finite < 0]
    sound = np.abs(finite) < _magnitude()
    for hits in met.values():
        sound &= ~hits
    with np.errstate(over="ignore"):  # a sum over no-data marks may be infinite: it is shown as such
        total, negative = float(finite.sum()), float(below.sum())
    return Summary(
        cells=values.size,
        data=finite.size,
        zeros=int((finite == 0).sum()),
        negative=below.size,
        infinite=int(np.isinf(values).sum()),
        negative_sum=negative,
        lowest=lowest,
        lowest_hits=int((finite == lowest).sum()),
        highest=highest,
        highest_hits=int((finite == highest).sum()),
        total=total,
        sound=float(finite[sound].sum()),
        marks=tuple(sorted((mark, int(hits.sum())) for mark, hits in met.items() if hits.any())),
    )


def _both(one: Summary, other: Summary) -> Summary:
    """Return the summary of two parts of one raster."""
    if not (one.data and other.data):
        some = one if one.data else other
        return replace(some, cells=one.cells + other.cells, infinite=one.infinite + other.infinite)
    lowest, highest = min(one.lowest, other.lowest), max(one.highest, other.highest)
    marks = Counter(dict(one.marks)) + Counter(dict(other.marks))
    return Summary(
        cells=one.cells + other.cells,
        data=one.data + other.data,
        zeros=one.zeros + other.zeros,
        negative=one.negative + other.negative,
        infinite=one.infinite + other.infinite,
        negative_sum=one.negative_sum + other.negative_sum,
        lowest=lowest,
        lowest_hits=sum(part.lowest_hits for part in (one, other) if part.lowest == lowest),
        highest=highest,
        highest_hits=sum(part.highest_hits for part in (one, other) if part.highest == highest),
        total=one.total + other.total,
        sound=one.sound + other.sound,
        marks=tuple(sorted(marks.items())),
    )


@dataclass(frozen=True)
class WithoutMarks(BlocksOver):
    """Blocks in which values that stand for no-data in spite of no tag are no data.

    Examples
    --------
    >>> WithoutMarks(ArrayBlocks(np.array([[1.0, -9999.0]])), (-9999.0,)).read()
    array([[ 1., nan]])
    """

    blocks: Blocks
    marks: tuple[float, ...]

    def read(self, window: Window | None = None) -> _Values:
        """Return the values of a window."""
        values = self.blocks.read(window)
        for mark in self.marks:
            values = np.where(np.isclose(values, mark, rtol=_NEAR, atol=0), np.nan, values)
        return values


def mass(blocks: Blocks, areas: Areas | None) -> float:
    """Return Σ value, or Σ value × true cell area (m²) where areas are given, over the cells with data."""
    total = 0.0
    for window in bands(blocks):
        values = blocks.read(window)
        if areas is not None:
            values = values * areas.areas_of(window)
        total += float(np.nansum(values))
    return total


def year_blocks(parts: tuple[Blocks, ...], weights: tuple[float, ...]) -> tuple[Blocks, Summary, int]:
    """Return Σ weight × part, what is in the parts, and in how many cells only some of the parts have data.

    Every step is read once, in bands. A sum that fits into memory is kept; a larger one is added up when it is read.
    """
    if weights == (1.0,):
        return parts[0], summarise(parts[0]), 0
    lazy = WeightedBlocks(parts, weights)
    kept = np.empty(lazy.shape) if np.prod(lazy.shape) <= numbers("limits")["kept_cells"] else None
    summaries, lost = [Summary()] * len(parts), 0
    for window in bands(lazy):
        total, some = np.zeros(window.shape), np.zeros(window.shape, dtype=bool)
        for number, (part, weight) in enumerate(zip(parts, weights, strict=True)):
            values = part.read(window)
            summaries[number] = _both(summaries[number], _of(values))
            some |= np.isfinite(values)
            with np.errstate(over="ignore", invalid="ignore"):  # months of a no-data mark: judged by the summary
                total += values * weight
        lost += int((some & ~np.isfinite(total)).sum())
        if kept is not None:
            kept[window.row0 : window.row1] = total
    return lazy if kept is None else ArrayBlocks(kept), reduce(_both, summaries), lost


def layer_name(raw: RawRaster) -> str:
    """Return the band or variable as a user calls it."""
    return raw.layer or say("raster.band", "en")


def where_of(raw: RawRaster, **further: object) -> dict[str, object]:
    """Return the address of a raster, for findings."""
    return {"file": raw.file, "layer": layer_name(raw), **further}


def value_findings(raw: RawRaster, found: Summary, *, sinks: bool) -> list[Finding]:
    """Find no-data that is not declared, cells below zero, infinities, and a raster that holds nothing.

    Parameters
    ----------
    raw : RawRaster
        For its name and its no-data tag.
    found : Summary
        What is in it (:func:`summarise`).
    sinks : bool
        Whether negative cells are declared: then they are kept and counted.
    """
    if found.data == 0 and found.infinite == 0:
        return [finding("GRID_NOT_COVERING", "empty", where=where_of(raw))]
    findings = [_no_data(raw, found, one, hits) for one, hits in _marks(found, sinks=sinks)]
    if found.infinite:
        findings.append(
            finding("NODATA_UNDECLARED", "infinite", where=where_of(raw, value="inf"), count=found.infinite)
        )
    if not findings:
        findings += _negative(raw, found, sinks=sinks) + _plausible_tag(raw, found)
        if found.constant:
            where = where_of(raw, value=f"{found.lowest:g}")
            severity = Severity.INFO if found.lowest == 0 else Severity.WARNING
            findings.append(finding("NODATA_CONFLICT", "constant", severity=severity, where=where, count=found.data))
    return findings


def _marks(found: Summary, *, sinks: bool) -> tuple[tuple[float, int], ...]:
    """Return the suspects; among declared sinks a single −99 may be one of them and is let be."""
    many = numbers("thresholds")["nodata_repeats"]
    return tuple((one, hits) for one, hits in found.suspects if not sinks or hits >= many or abs(one) >= _magnitude())


def _no_data(raw: RawRaster, found: Summary, mark: float, hits: int) -> Finding:
    """Return the finding of a value that stands for no-data: without a tag, or beside another one."""
    slots: dict[str, Any] = {
        "count": hits,
        "cells": found.cells,
        "total": f"{found.total:,.1f}",
        "clean": f"{found.clean:,.1f}",
    }
    where = where_of(raw, value=f"{mark:g}")
    if raw.nodata is None:
        return finding("NODATA_UNDECLARED", where=where, **slots)
    return finding("NODATA_CONFLICT", "other", severity=Severity.ERROR, where=where, tag=f"{raw.nodata:g}", **slots)


def _negative(raw: RawRaster, found: Summary, *, sinks: bool) -> list[Finding]:
    if not found.negative:
        return []
    where = where_of(raw, value=f"{found.lowest:.6g}")
    slots: dict[str, Any] = {"count": found.negative, "sum": f"{found.negative_sum:.1f}"}
    if sinks:
        return [finding("NEGATIVE_CELLS", "sinks", severity=Severity.INFO, where=where, **slots)]
    return [finding("NEGATIVE_CELLS", where=where, **slots)]


def _plausible_tag(raw: RawRaster, found: Summary) -> list[Finding]:
    """Find a no-data tag that may be an amount: 0, or a number among the values."""
    if raw.nodata is None or np.isnan(raw.nodata) or found.cells == found.data:
        return []
    if not (raw.nodata == 0 or found.lowest < raw.nodata < found.highest):
        return []
    where = where_of(raw, value=f"{raw.nodata:g}")
    lacking = found.cells - found.data
    return [finding("NODATA_CONFLICT", "plausible", where=where, count=lacking)]
