"""Declared areas of a layer against measured ones, and the unit of measure that would explain the difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.checks.vector.addressed import EXAMPLES, Addressed, joined, shown
from zoning.checks.vector.topology import Layout, measured_area
from zoning.crs import local_areas
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.study import Study
from zoning.tables import read

__all__ = ["check_areas"]

_FIELD = "declared_area_km2"


def check_areas(named: Addressed, declared: pd.Series, layout: Layout, study: Study) -> tuple[Finding, ...]:
    """Find declared areas (km²) that differ from the measured ones, and those that fit in another unit of measure.

    Parameters
    ----------
    named : Addressed
        Features of ``layout``, in its order.
    declared : Series
        Their declared areas, as they were read.
    layout : Layout
        Sound polygons.
    """
    amounts = pd.to_numeric(declared, errors="coerce").to_numpy(dtype=float)
    findings = _words(named, declared, amounts)
    tolerance = study.threshold("area_mismatch")
    measured = _measured(layout, amounts, tolerance)
    wrong = np.flatnonzero(np.abs(amounts / measured - 1) > tolerance)
    if not len(wrong):
        return findings

    def both(at: int) -> Both:
        told, found = f"{amounts[at]:.6g}", f"{measured[at]:.4f}"
        return Both(f"声明 {told}，图形 {found} km²", f"declared {told}, measured {found} km²")

    worst = wrong[np.argsort(-np.abs(np.log(np.maximum(amounts[wrong], 1e-12) / measured[wrong])), kind="stable")]
    found = finding("AREA_MISMATCH", where=named.where(worst[:1], _FIELD), count=len(wrong),
                    tolerance=f"{tolerance:.1%}",
                    named=joined([named.named(worst[at : at + 1], both) for at in range(min(len(worst), EXAMPLES))],
                                 len(worst)))  # fmt: skip
    return (*findings, found, *_slips(named, wrong, amounts / measured, study.threshold("slip_tolerance")))


def _words(named: Addressed, declared: pd.Series, amounts: NDArray[np.float64]) -> tuple[Finding, ...]:
    """Find areas that are no numbers."""
    texts = [shown(cell) if not pd.isna(cell) else "" for cell in declared]
    odd = [at for at, text in enumerate(texts) if text and np.isnan(amounts[at])]
    if not odd:
        return ()
    named_cells = named.named(odd, lambda at: Both(f"“{texts[at]}”", f"“{texts[at]}”"))
    where = named.where(odd, _FIELD, texts[odd[0]])
    return (
        finding("VALUE_UNKNOWN", "area", severity=Severity.WARNING, where=where, count=len(odd), named=named_cells),
    )


def _measured(layout: Layout, declared: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Return measured areas in km²: from the areal scale at each centroid, exactly where that leaves a doubt."""
    areas = local_areas(layout.geometries, layout.crs) / 1e6
    off = np.abs(declared / areas - 1)
    doubtful = np.flatnonzero((off > tolerance / 2) & (off < 4 * tolerance))
    if len(doubtful):
        areas[doubtful] = measured_area(layout.geometries[doubtful], layout.crs) / 1e6
    return areas


def _slips(
    named: Addressed, wrong: NDArray[np.int64], ratios: NDArray[np.float64], tolerance: float
) -> tuple[Finding, ...]:
    """Name the unit of measure in which the numbers would be right."""
    findings = []
    for row in read("area_slips"):
        factor = float(row["factor"])
        at = wrong[np.abs(ratios[wrong] / factor - 1) < tolerance]
        if len(at):
            unit = Both(row["zh"], row["en"])
            found = finding("UNIT_SLIP", "area", severity=Severity.WARNING, where=named.where(at, _FIELD),
                            count=len(at), unit=unit, factor=f"{factor:g}", named=named.named(at))  # fmt: skip
            findings.append(found)
    return tuple(findings)
