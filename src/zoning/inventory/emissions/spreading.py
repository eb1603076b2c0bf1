"""Pollutants of the fuels and processes of an enterprise: what is reported spread over them, else factor × activity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zoning.errors import Severity, TableError
from zoning.factors import Factor, Registry
from zoning.inventory.emissions.evidence import made_of
from zoning.inventory.emissions.facts import Facts, of_use
from zoning.inventory.emissions.model import REPORTED
from zoning.inventory.emissions.treatments import removal
from zoning.inventory.emissions.used import Ledger
from zoning.messages import finding

__all__ = ["Burnt", "Share", "fine_reported", "fine_share", "noted", "spread"]

_SOLVENT = "VOC"


@dataclass(frozen=True, slots=True)
class Burnt:
    """One fuel or raw material of an enterprise and where it is used."""

    fuel: str
    device: str
    activity: float


@dataclass(frozen=True, slots=True)
class Share:
    """One species of one record, t yr-1, and what it rests on: ``reported``, ``factor`` or '' (not determined)."""

    amount: float
    basis: str


def spread(
    burnt: Sequence[Burnt], facts: Facts, aside: frozenset[str], ledger: Ledger
) -> tuple[list[dict[str, Share]], dict[str, Share]]:
    """Return the pollutants of each record of an enterprise, and of one more record for what no fuel makes.

    A reported emission is spread by uncontrolled factor × activity and adds up to itself. VOC of a fuel is at most what
    the fuel gives; the rest is of solvents and processes (in power and heat supply all of it is of fuels). What nobody
    reported is factor × activity × (1 − removal of the treatments named).

    Parameters
    ----------
    burnt : sequence of Burnt
    facts : Facts
        Reported emissions and treatments.
    aside : frozenset of str
        Species whose reported amount was set aside: not determined, and not computed instead.

    Returns
    -------
    list of mapping
        Species → share, in the order of ``burnt``.
    mapping
        The same of the further record; empty if none is needed.
    """
    parts: list[dict[str, Share]] = [{} for _ in burnt]
    rest: dict[str, Share] = {}
    for species in REPORTED:
        weights = [_made(one, species, ledger) for one in burnt]
        if species in aside:
            shares, left = [Share(math.nan, "") for _ in burnt], None if burnt else Share(math.nan, "")
        elif species in facts.emitted:
            shares, left = _reported(facts.emitted[species], weights, of_fuels=_all_of_fuels(species, facts))
        else:
            shares, left = _by_factor(weights, species, facts, ledger), None
        for part, share in zip(parts, shares, strict=True):
            part[species] = share
        if left is not None and (left.amount != 0.0 or not burnt):
            rest[species] = left
    return parts, rest


def _all_of_fuels(species: str, facts: Facts) -> bool:
    return species != _SOLVENT or of_use(facts.industry, "energy")


def _made(one: Burnt, species: str, ledger: Ledger) -> float:
    """Tonnes before treatment, NaN where there is no factor."""
    return made_of(ledger.registry, species, one.fuel, one.device) * one.activity / 1000.0


def _reported(total: float, weights: Sequence[float], *, of_fuels: bool) -> tuple[list[Share], Share]:
    """Spread a reported amount; the last record with a weight takes what rounding leaves, so that the sum is exact."""
    known = [0.0 if math.isnan(one) else one for one in weights]
    whole = math.fsum(known)
    spread_over = (total if of_fuels else min(total, whole)) if whole > 0 else 0.0
    amounts = [spread_over * one / whole if whole > 0 else 0.0 for one in known]
    rest = total - spread_over
    if rest == 0.0 and whole > 0:
        last = max(at for at, one in enumerate(known) if one > 0)
        amounts[last] = 0.0
        amounts[last] = total - math.fsum(amounts)
    return [Share(amount, "reported") for amount in amounts], Share(rest, "reported")


def fine_reported(total: float, weights: Sequence[float]) -> list[float]:
    """Spread PM2.5 that a department reports over records as their shares of PM say; the last takes all without any.

    Examples
    --------
    >>> fine_reported(3.0, [1.0, math.nan, 2.0]), fine_reported(3.0, [0.0, 0.0])
    ([1.0, 0.0, 2.0], [0.0, 3.0])
    """
    shares, rest = _reported(total, weights, of_fuels=True)
    amounts = [share.amount for share in shares]
    amounts[-1] += rest.amount
    return amounts


def _by_factor(weights: Sequence[float], species: str, facts: Facts, ledger: Ledger) -> list[Share]:
    removed, _, unknown = removal(facts.texts(species), species, ledger.registry)
    if unknown and weights:
        _unknown(facts, species, unknown, ledger)
    left = math.nan if unknown else 1.0 - removed
    return [Share(one * left, "" if math.isnan(one * left) else "factor") for one in weights]


def _unknown(facts: Facts, species: str, texts: Sequence[str], ledger: Ledger) -> None:
    """Say that nobody knows what a treatment removes: the species is not determined."""
    firm = facts.row_of("env_statistics")
    where = firm.at("+".join(texts))
    slots = {"name": firm.name, "species": species}
    said = finding("VALUE_UNKNOWN", "treatment", severity=Severity.WARNING, where=where, **slots)
    if said not in ledger.findings:
        ledger.findings.append(said)


def fine_share(one: Burnt, ledger: Ledger) -> float:
    """Return the share of PM2.5 in PM of a record; what no fuel makes counts as process dust."""
    factor = _fine(ledger.registry, one.fuel, one.device)
    if factor is None:
        return math.nan
    ledger.note(factor)
    return factor.value


@lru_cache(maxsize=4096)
def _fine(registry: Registry, fuel: str, device: str) -> Factor | None:
    for name in (fuel, "process"):
        try:
            return registry.pm25_share(name, device)
        except TableError:
            continue
    return None


def noted(shares: Sequence[Mapping[str, Share]], burnt: Sequence[Burnt], facts: Facts, ledger: Ledger) -> None:
    """Remember the factors and treatments that computed pollutants rest on."""
    for one, part in zip(burnt, shares, strict=True):
        for species, share in part.items():
            if share.basis == "factor":
                ledger.note(ledger.registry.pollutant(species, one.fuel, one.device))
                for factor in removal(facts.texts(species), species, ledger.registry)[1]:
                    ledger.note(factor)
