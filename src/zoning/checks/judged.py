"""What judging an input gives: its findings, and the value if no error stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from zoning.errors import Finding, Severity
from zoning.study import Study
from zoning.tables import read

__all__ = ["Judged", "threshold"]

T = TypeVar("T")


@dataclass(frozen=True)
class Judged(Generic[T]):
    """A value (None where an error stands against it) with the findings of its input."""

    value: T | None
    findings: tuple[Finding, ...]

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)


@cache
def _packaged() -> dict[str, float]:
    return {row["id"]: float(row["value"]) for row in read("thresholds")}


def threshold(name: str, study: Study) -> float:
    """Return a row of ``tables/thresholds.csv``, or what the study puts in its place."""
    return study.thresholds.get(name, _packaged()[name])
