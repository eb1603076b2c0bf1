"""Totals of rasters against each other and against a published one, with the slip that a ratio is known for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.checks.raster.judged_layers import LayerJudged
from zoning.checks.raster.numbers import bands
from zoning.errors import Finding, Severity
from zoning.intake import Window
from zoning.messages import Both, finding
from zoning.supports import AnyGrid, CurvedGrid
from zoning.tables import Row, numbers, read

__all__ = ["Sums", "against_published", "against_total", "cell_by_cell"]

_BASES = ("carbon", "co2_as_carbon", "no2_as_no", "no_as_no2", "sulphur")
_SAME_PLACE = 1e-3  # of a cell: origins written with fewer digits are the same origin


@dataclass(frozen=True)
class Sums:
    """A sum to be held against another: of which species, in which unit, named how."""

    value: float
    unit: str
    species: str
    where: Mapping[str, object]


def against_total(parts: Sums, whole: float, tolerance: float) -> list[Finding]:
    """Hold the sum of the sectors against the raster of their total."""
    return _differs(parts, whole, tolerance, "")


def against_published(sums: Sums, published: float, tolerance: float) -> list[Finding]:
    """Hold the sum of a grid against a published total; a ratio of molar masses is a fault of the basis as well."""
    findings = _differs(sums, published, tolerance, "published")
    ratio = sums.value / published if published else np.inf
    basis = [row for row in _slips(ratio, sums.species) if row["id"] in _BASES] if findings else []
    if basis:
        where = dict(sums.where) | {"field": "mass_basis", "value": f"{ratio:.4f}"}
        slots: dict[str, Any] = {"hint": _named(basis), "grid": f"{sums.value:,.1f}", "published": f"{published:,.1f}"}
        findings.append(finding("SPECIES_BASIS", "ratio", where=where, **slots))
    return findings


def _differs(sums: Sums, whole: float, tolerance: float, key: str) -> list[Finding]:
    difference = abs(sums.value / whole - 1) if whole else (0.0 if not sums.value else np.inf)
    if difference <= tolerance:
        return []
    ratio = sums.value / whole if whole else np.inf
    slips = _slips(ratio, sums.species)
    hint = Both("", "") if not slips else _hinted(_named(slips))
    where = dict(sums.where) | {"value": f"{whole:,.1f} {sums.unit}".strip()}
    shown: dict[str, Any] = {"parts": f"{sums.value:,.1f} {sums.unit}".strip(), "difference": f"{difference:.2%}"}
    return [finding("TOTAL_MISMATCH", key, where=where, ratio=f"{ratio:.6g}", hint=hint, **shown)]


def _slips(ratio: float, species: str) -> list[Row]:
    """Return the known slips that a ratio of totals is near to."""
    near = numbers("thresholds")["ratio_match"]
    return [
        row for row in read("total_ratios")
        if abs(ratio / float(row["value"]) - 1) <= near and row["species"] in ("", species or row["species"])
    ]  # fmt: skip


def _named(rows: Sequence[Row]) -> Both:
    return Both("；或 ".join(row["zh"] for row in rows), "; or ".join(row["en"] for row in rows))


def _hinted(named: Both) -> Both:
    return Both(f"；像是 {named.zh}", f"; this looks like {named.en}")


def cell_by_cell(parts: Sequence[LayerJudged], total: LayerJudged, tolerance: float) -> list[Finding]:
    """Find where the sum of the sectors and their total differ most; only where both lie on the same cells.

    A cell without data in every part is held against nothing: masks of sectors differ.
    """
    grids = [part.grid for part in parts]
    if total.grid is None or not all(grid is not None and _alike(grid, total.grid) for grid in grids):
        return []
    worst, at, highest = 0.0, (0, 0), 0.0
    for window in bands(total.blocks, *(part.blocks for part in parts)):
        whole = total.blocks.read(window)
        difference = np.abs(_added(parts, window) - whole)
        highest = max(highest, float(np.nanmax(whole, initial=0.0)))
        if np.isfinite(difference).any() and np.nanmax(difference) > worst:
            worst = float(np.nanmax(difference))
            row, col = np.unravel_index(int(np.nanargmax(difference)), difference.shape)
            at = (window.row0 + int(row), int(col))
    if worst <= tolerance * highest:
        return []
    where = {"file": total.raw.file, "row": None, "value": f"{worst:,.6g}"}
    place = _place(total.grid, at)
    slots = {"line": at[0] + 1, "column": at[1] + 1, "place": place}
    return [finding("TOTAL_MISMATCH", "cells", severity=Severity.WARNING, where=where, **slots)]


def _added(parts: Sequence[LayerJudged], window: Window) -> NDArray[np.float64]:
    layers = np.stack([part.blocks.read(window) for part in parts])
    added = np.nansum(layers, axis=0)
    added[np.isnan(layers).all(axis=0)] = np.nan
    return np.asarray(added)


def _alike(one: AnyGrid, other: AnyGrid) -> bool:
    """Tell whether two grids have the same cells, but for the last digits of their origin."""
    if one == other:
        return True
    if isinstance(one, CurvedGrid) or isinstance(other, CurvedGrid) or one.shape != other.shape:
        return False
    shift = np.abs(np.array(one.transform[:6]) - np.array(other.transform[:6]))
    return bool((shift <= _SAME_PLACE * min(one.dx, other.dx)).all())


def _place(grid: AnyGrid, at: tuple[int, int]) -> str:
    """Return the centre of a cell in units of the system."""
    if isinstance(grid, CurvedGrid):
        return "—"
    x, y = grid.transform @ (at[1] + 0.5, at[0] + 0.5)
    return f"({x:.10g}, {y:.10g})"
