"""Which power of ten an amount is of: what else the departments know of the same enterprise.

Four things bear witness to an amount of fuel without being it: the pollutants the enterprise says it made, its energy
use in standard coal, its output beside that of its industry, and its boilers. Each says for, against or nothing of an
amount: a witness within its width is for it, one that is off by nearly 10³ is against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from zoning.errors import TableError
from zoning.factors import Registry
from zoning.inventory.emissions.book import Use
from zoning.inventory.emissions.facts import Facts
from zoning.inventory.emissions.model import OF_FUEL
from zoning.messages import Both, say
from zoning.tables import numbers

__all__ = ["Witnesses", "energy_of", "made_of", "off_by", "verdict"]

_EDITION = "GB/T 2589-2008"  # the one that holds every fuel; amounts are only weighed by it, no result is in its tce


def off_by(value: float, reference: float) -> float:
    """Return log10 of value over reference, NaN where either is not positive.

    Examples
    --------
    >>> off_by(1000.0, 1.0), off_by(0.0, 1.0)
    (3.0, nan)
    """
    positive = value > 0 and reference > 0 and math.isfinite(value) and math.isfinite(reference)
    return math.log10(value) - math.log10(reference) if positive else math.nan


def verdict(value: float, witness: float, width: float) -> int:
    """Return 1 if a witness is within 10^width of a value, -1 if it is off by a slip of unit, else 0.

    Examples
    --------
    >>> verdict(1000.0, 1.1, 0.6), verdict(1000.0, 900.0, 0.6), verdict(1000.0, 100.0, 0.6), verdict(1.0, math.nan, 1)
    (-1, 1, 0, 0)
    """
    off = abs(off_by(value, witness))
    return 1 if off <= width else -1 if off >= numbers("thresholds")["slip_against"] else 0


@lru_cache(maxsize=4096)
def energy_of(registry: Registry, fuel: str) -> float:
    """Return tce per unit of a fuel, power or heat by calorific value, NaN for one the table does not hold."""
    try:
        return registry.standard_coal(fuel, _EDITION).value
    except TableError:
        return math.nan


@lru_cache(maxsize=4096)
def made_of(registry: Registry, species: str, fuel: str, device: str) -> float:
    """Return kg of a species per unit of fuel before treatment, NaN where there is no factor."""
    try:
        return registry.pollutant(species, fuel, device).value
    except TableError:
        return math.nan


@dataclass(frozen=True)
class Witnesses:
    """What bears witness to the amounts of fuel of one year.

    Attributes
    ----------
    facts : mapping of str to Facts
        By enterprise.
    registry : Registry
    peers : mapping
        Middle energy of a kind of fuel per output (tce per 10⁴ yuan), by (first two digits of the industry, kind).
    """

    facts: Mapping[str, Facts]
    registry: Registry
    peers: Mapping[tuple[str, str], float]

    @staticmethod
    def of(facts: Mapping[str, Facts], registry: Registry) -> Witnesses:
        """Return the witnesses of a year."""
        return Witnesses(facts, registry, _peers(facts, registry))

    def judge(self, use: Use, amount: float) -> tuple[int, tuple[Both, ...]]:
        """Return (for − against) of an amount in the place of a use, and who is for it."""
        facts = self.facts[use.firm.enterprise]
        said = {
            "made": self._made(facts, use, amount),
            "tce": self._tce(facts, use, amount),
            "output": self._output(facts, use, amount),
            "boiler": self._boiler(facts, use, amount),
        }
        names = tuple(Both(say(f"witness.{name}", "zh"), say(f"witness.{name}", "en")) for name in said)
        return sum(said.values()), tuple(name for name, one in zip(names, said.values(), strict=True) if one > 0)

    def _made(self, facts: Facts, use: Use, amount: float) -> int:
        """Judge by the pollutants made of the fuels in the statistics, with the amount in its place.

        Dust and solvents are of the process; one species alone may be so too, and speaks against nothing.
        """
        if use.what != "fuel":
            return 0
        fuels = _one_table(facts, "env_statistics", use.kind)
        said = []
        for species in (one for one in OF_FUEL if facts.made.get(one, 0.0) > 0):
            each = [(made_of(self.registry, species, fuel, facts.device(fuel)), other) for fuel, other in fuels]
            own = made_of(self.registry, species, use.fuel, facts.device(use.fuel))
            rest = math.fsum(factor * other for factor, other in each if not math.isnan(factor))
            width = numbers("thresholds")["factor_slip_width"]
            said.append(verdict((own * amount + rest) / 1000.0, facts.made[species], width))
        return 1 if 1 in said else -1 if len(said) > 1 and all(one < 0 for one in said) else 0

    def _tce(self, facts: Facts, use: Use, amount: float) -> int:
        """Energy use against the fuels, power and heat of the same table, with the amount in its place."""
        rest = math.fsum(
            max(other, 0.0) * energy_of(self.registry, fuel)
            for fuel, other in _one_table(facts, "key_energy_users", use.kind)
        )
        written = use.amount * energy_of(self.registry, use.fuel) + rest
        if _whole_power(written, facts.tce):
            return 0  # all of it is off at once: it is the energy use that slipped
        whole = amount * energy_of(self.registry, use.fuel) + rest
        return verdict(whole, facts.tce, math.log10(1.0 + numbers("thresholds")["tce_disagreement"]))

    def _output(self, facts: Facts, use: Use, amount: float) -> int:
        """Energy per output against the middle one of the same industry (of all industries if it has none)."""
        energy = amount * energy_of(self.registry, use.fuel)
        peer = self.peers.get((facts.industry[:2], use.kind), self.peers.get(("", use.kind), math.nan))
        return verdict(energy / facts.output if facts.output > 0 else math.nan, peer, _width("slip_output"))

    def _boiler(self, facts: Facts, use: Use, amount: float) -> int:
        """Fuel against what the boilers of its kind burn in a year at the usual load."""
        if use.kind in facts.kilns:
            return 0
        burnt = facts.boilers.get(use.kind, math.nan) * numbers("thresholds")["boiler_tce"]
        return verdict(amount * energy_of(self.registry, use.fuel), burnt, _width("slip_output"))


def _whole_power(value: float, reference: float) -> bool:
    """Tell whether two numbers are one number but for a power of ten, to the rounding of a table."""
    off = off_by(value, reference)
    close = math.log10(1.0 + numbers("thresholds")["stated_rounding"])
    return not math.isnan(off) and round(off) != 0 and abs(off - round(off)) <= close


def _width(name: str) -> float:
    return numbers("thresholds")[name]


def _one_table(facts: Facts, table: str, without: str) -> list[tuple[str, float]]:
    return [(use.fuel, use.amount) for use in facts.uses
            if use.firm.table == table and use.kind != without and not math.isnan(use.amount)]  # fmt: skip


def _peers(facts: Mapping[str, Facts], registry: Registry) -> dict[tuple[str, str], float]:
    """Middle energy per output by industry and kind, where at least a few enterprises have both."""
    found: dict[tuple[str, str], list[float]] = {}
    for one in facts.values():
        kinds = {use.kind: use for use in one.uses if use.what == "fuel" and use.amount > 0 and one.output > 0}
        for kind, use in kinds.items():
            ratio = use.amount * energy_of(registry, use.fuel) / one.output
            if not math.isnan(ratio):
                found.setdefault((one.industry[:2], kind), []).append(ratio)
                found.setdefault(("", kind), []).append(ratio)
    few = numbers("thresholds")["slip_peers"]
    return {key: median(ratios) for key, ratios in found.items() if len(ratios) >= few}
