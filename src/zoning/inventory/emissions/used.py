"""Factors that were used, each once with where it is from, and what was asked for and is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from zoning.errors import Finding, Severity, TableError
from zoning.factors import Factor, FuelFactor, Registry
from zoning.inventory.emissions.book import Use
from zoning.messages import Both, finding

__all__ = ["Ledger"]

_F = TypeVar("_F", Factor, FuelFactor)
_OF_FUEL = ("fuel", "series", "year", "place", "vintage", "source", "status")
_OF_FACTOR = (*_OF_FUEL, "kind", "name", "use", "value", "unit")


class Ledger:
    """Factors that were used, and what was asked for and is not there, each said once."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.used: dict[str, dict[str, object]] = {}
        self.findings: list[Finding] = []
        self._missing: set[str] = set()

    def ask(self, call: Callable[[], _F], use: Use) -> _F | None:
        """Return a factor, or None where there is none: that is an error, said at the first row that needs it."""
        try:
            return call()
        except TableError as error:
            if error.zh not in self._missing:
                self._missing.add(error.zh)
                slots = {"name": use.firm.name, "fuel": use.written or use.fuel, "reason": Both(error.zh, error.en)}
                where = use.where()
                self.findings.append(finding("VALUE_UNKNOWN", "factor", severity=Severity.ERROR, where=where, **slots))
            return None

    def note(self, factor: Factor, tier: str = "default") -> None:
        """Remember a factor that was used."""
        if factor.id not in self.used:
            of = f"{factor.name}/{factor.fuel}/{factor.use}/{factor.place}"
            others = "; ".join(self.registry.others(factor.kind, of, factor.id))
            about = {name: getattr(factor, name) for name in _OF_FACTOR}
            self.used[factor.id] = {"factor_id": factor.id, **about, "tier": tier, "others": others, "uses": 0}
        self._count(factor.id)

    def note_fuel(self, factor: FuelFactor, kind: str) -> str:
        """Remember the factors of a fuel, and return their id."""
        used = f"{kind}:{factor.fuel}@{factor.series}:{factor.year}:{factor.place}"
        if used not in self.used:
            others = "; ".join(self.registry.others("fuel", factor.fuel, used)) if kind == "fuel" else ""
            about = {name: getattr(factor, name) for name in _OF_FUEL}
            self.used[used] = {"factor_id": used, "kind": kind, "name": factor.fuel, "use": "",
                               "value": factor.co2_per_unit, "unit": f"tCO2/{factor.unit}", **about, "tier": "default",
                               "others": others, "uses": 0}  # fmt: skip
        self._count(used)
        return used

    def note_stated(self, use: Use, value: float, tier: str) -> str:
        """Remember factors that a table states itself, and return their id."""
        used = f"stated:{use.firm.ref}:{use.fuel}"
        source = f"{use.firm.file} {use.firm.sheet} {use.firm.row}".replace("  ", " ")
        about = {"factor_id": used, "kind": "stated", "name": use.fuel, "fuel": use.fuel, "use": "",
                 "series": use.firm.table, "year": use.year, "place": use.firm.enterprise, "vintage": "",
                 "value": value, "unit": f"tCO2/{use.unit}", "source": source, "status": "stated", "tier": tier,
                 "others": "", "uses": 0}  # fmt: skip
        self.used.setdefault(used, about)
        self._count(used)
        return used

    def _count(self, used: str) -> None:
        row = self.used[used]
        row["uses"] = int(str(row["uses"])) + 1
