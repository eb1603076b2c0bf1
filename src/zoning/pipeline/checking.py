"""Every fault of a study, and nothing computed: apart from the run, so that a check need not load what judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from zoning.checks import FaultShape
from zoning.checks.grouping import grouped
from zoning.errors import Finding, InputError, Severity
from zoning.io.read.extensions import extended_tables
from zoning.overlay import Laying
from zoning.pipeline.gathering import gather
from zoning.study import Study

__all__ = ["Examination", "check", "examine"]


@dataclass(frozen=True)
class Examination:
    """What a check found: findings, most harmful first, where on the map, and the layers to draw under them."""

    findings: tuple[Finding, ...]
    shapes: tuple[FaultShape, ...] = ()
    drawn: Mapping[str, gpd.GeoDataFrame] | None = None

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)


def check(study: Study) -> list[Finding]:
    """Find every fault of every input of a study, in one pass and before any computing.

    Parameters
    ----------
    study : Study
        From :func:`zoning.read_study`.

    Returns
    -------
    list of Finding
        Most harmful first; an empty list is a sound study. The same fault in many rows is one finding with a count.
    """
    return list(examine(study).findings)


def examine(study: Study) -> Examination:
    """Return what :func:`check` finds together with the places of the geometric faults."""
    inputs = gather(study, Laying(study.tolerance.densify))
    return Examination(grouped((*inputs.findings, *_own_tables(study))), inputs.shapes, inputs.drawn)


def _own_tables(study: Study) -> tuple[Finding, ...]:
    """Return the faults of the content tables of a study."""
    if study.tables is None:
        return ()
    try:
        return extended_tables(study).findings
    except InputError as error:
        return error.findings
