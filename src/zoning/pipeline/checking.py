"""Every fault of a study, and nothing computed: apart from the run, so that a check need not load what judges."""

from __future__ import annotations

from zoning.errors import Finding
from zoning.overlay import Laying
from zoning.pipeline.gathering import gather
from zoning.study import Study

__all__ = ["check"]


def check(study: Study) -> list[Finding]:
    """Find every fault of every input of a study, in one pass and before any computing.

    Parameters
    ----------
    study : Study
        From :func:`zoning.read_study`.

    Returns
    -------
    list of Finding
        Most harmful first; an empty list is a sound study.
    """
    return list(gather(study, Laying(study.tolerance.densify)).findings)
