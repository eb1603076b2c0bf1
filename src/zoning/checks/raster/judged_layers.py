"""One raster judged by itself: place, time, values and quantity, in one pass over its cells."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.checks.raster.numbers import Summary, mass, value_findings, where_of, year_blocks
from zoning.checks.raster.place import place
from zoning.checks.raster.quantity import Claim, Quantity, judge_quantity, stated_unit
from zoning.checks.raster.time_axis import judge_time
from zoning.errors import Finding, Severity
from zoning.field import Kind
from zoning.intake import Blocks, RawRaster, WeightedBlocks
from zoning.messages import finding
from zoning.supports import AnyGrid

__all__ = ["LayerJudged", "judge_layer"]


@dataclass(frozen=True)
class LayerJudged:
    """What is known of a raster after it was looked at.

    Attributes
    ----------
    raw : RawRaster
        As it was read.
    grid, quantity : AnyGrid, Quantity, or None
        None where a fault forbids it.
    blocks : Blocks
        Values of the year (of the first step where the year is not clear).
    yearly : bool
        Whether ``blocks`` are those of a year.
    found : Summary
        What is in its steps.
    findings : tuple of Finding
        Every fault.
    """

    raw: RawRaster
    grid: AnyGrid | None
    quantity: Quantity | None
    blocks: Blocks
    yearly: bool
    found: Summary
    findings: tuple[Finding, ...]

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)

    @property
    def unit_total(self) -> float:
        """Σ value over the cells with data; of a flux Σ value × area, m²."""
        flux = self.quantity is not None and self.quantity.kind is Kind.FLUX
        if not flux and self.blocks is self.raw.blocks:
            return self.found.total
        return mass(self.blocks, self.grid if flux else None)


def judge_layer(raw: RawRaster, claim: Claim) -> LayerJudged:
    """Judge one raster.

    Parameters
    ----------
    raw : RawRaster
        As it was read.
    claim : Claim
        What is said of it elsewhere.
    """
    grid, findings = place(raw, claim.crs)
    year, faults = judge_time(raw, claim, stated_unit(raw, claim))
    findings = findings + faults
    parts, weights = (year.parts, year.weights) if year else ((raw.blocks,), (1.0,))
    if len(parts) == 1 and isinstance(added := parts[0], WeightedBlocks):  # of several files each is looked at
        parts, weights = added.parts, added.weights
    blocks, found, lost = year_blocks(parts, weights)
    quantity, faults = judge_quantity(raw, claim, found)
    findings += faults + value_findings(raw, found, sinks=claim.sinks)
    if lost:
        findings.append(finding("NODATA_CONFLICT", "steps", where=where_of(raw, value=lost), count=lost))
    return LayerJudged(raw, grid, quantity, blocks, year is not None, found, tuple(findings))
