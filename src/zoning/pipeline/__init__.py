"""The straight line and the public functions that take paths: check, run, publish, coverage."""

from zoning.pipeline.overlaying import coverage
from zoning.pipeline.publishing import DELIVERABLES, publish
from zoning.pipeline.running import check, run

__all__ = ["DELIVERABLES", "check", "coverage", "publish", "run"]
