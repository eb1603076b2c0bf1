"""What judging an input gives: its findings, and the value if no error stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from zoning.errors import Finding, Severity

__all__ = ["Judged"]

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
