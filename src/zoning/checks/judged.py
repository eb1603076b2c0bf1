"""What judging an input gives: its findings, and the value if no error stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import shapely

from zoning.errors import Finding, Severity

__all__ = ["FaultShape", "Judged"]

T = TypeVar("T")


@dataclass(frozen=True)
class FaultShape:
    """Where a geometric fault is, for a map: its finding's code, what it concerns, and its shape in EPSG:4490."""

    code: str
    severity: Severity
    file: str
    value: str
    area_m2: float
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Judged(Generic[T]):
    """A value (None where an error stands against it) with the findings of its input and where they are on the map."""

    value: T | None
    findings: tuple[Finding, ...]
    shapes: tuple[FaultShape, ...] = ()

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.findings)
