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
        others = self.registry.others(
            factor.kind, f"{factor.name}/{factor.fuel}/{factor.use}/{factor.place}", factor.id
        )
        self._note(factor.id, tier, others, factor.kind, factor)

    def note_fuel(self, factor: FuelFactor, kind: str) -> str:
        """Remember the factors of a fuel, and return their id."""
        used = f"{kind}:{factor.fuel}@{factor.series}:{factor.year}:{factor.place}"
        others = self.registry.others("fuel", factor.fuel, used) if kind == "fuel" else ()
        self._note(used, "default", others, kind, factor)
        return used

    def note_stated(self, use: Use, value: float, tier: str) -> str:
        """Remember factors that a table states itself, and return their id."""
        used = f"stated:{use.firm.ref}:{use.fuel}"
        source = f"{use.firm.file} {use.firm.sheet} {use.firm.row}".replace("  ", " ")
        unit = f"tCO2/{use.unit}"
        self._keep(used, {"kind": "stated", "name": use.fuel, "fuel": use.fuel, "use": "", "series": use.firm.table,
                          "year": use.year, "place": use.firm.enterprise, "vintage": "", "value": value, "unit": unit,
                          "source": source, "status": "stated", "tier": tier, "others": ""})  # fmt: skip
        return used

    def _note(self, used: str, tier: str, others: tuple[str, ...], kind: str, factor: Factor | FuelFactor) -> None:
        fuel = isinstance(factor, FuelFactor)
        value = factor.co2_per_unit if isinstance(factor, FuelFactor) else factor.value
        unit = f"tCO2/{factor.unit}" if fuel else factor.unit
        about = {"kind": kind, "name": factor.fuel if isinstance(factor, FuelFactor) else factor.name,
                 "fuel": factor.fuel, "use": "" if isinstance(factor, FuelFactor) else factor.use,
                 "series": factor.series, "year": factor.year, "place": factor.place, "vintage": factor.vintage,
                 "value": value, "unit": unit, "source": factor.source, "status": factor.status}  # fmt: skip
        self._keep(used, about | {"tier": tier, "others": "; ".join(others)})

    def _keep(self, used: str, about: dict[str, object]) -> None:
        held = self.used.setdefault(used, {"factor_id": used, **about, "uses": 0})
        held["uses"] = int(str(held["uses"])) + 1
