"""What speaks for two units of two versions being one: ground, code, name, clauses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zoning.clauses.model import AccessList, Clause
from zoning.tables import numbers
from zoning.versions.naming import Names
from zoning.versions.similarity import comparable, masked

__all__ = ["Evidence", "Ground", "Unit", "units_of"]

_Pair = tuple[str, str]


@dataclass(frozen=True)
class Ground:
    """Areas of the units of two layers in m²: of each, and of what each pair shares."""

    old: Mapping[str, float] = field(default_factory=dict)
    new: Mapping[str, float] = field(default_factory=dict)
    shared: Mapping[_Pair, float] = field(default_factory=dict)

    def share(self, old: str, new: str) -> float | None:
        """Return the share of the smaller unit that two units have in common; None where one is not known.

        Examples
        --------
        >>> Ground({"A": 4.0}, {"B": 2.0}, {("A", "B"): 1.0}).share("A", "B")
        0.5
        """
        least = min(self.old.get(old, 0.0), self.new.get(new, 0.0))
        return min(self.shared.get((old, new), 0.0) / least, 1.0) if least > 0 else None


@dataclass(frozen=True)
class Unit:
    """What a list says of one unit: code, name, class, sub-types, place, other columns, clauses."""

    code: str
    name: str = ""
    unit_class: str = ""
    subtypes: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    clauses: tuple[Clause, ...] = ()

    @property
    def words(self) -> Counter[str]:
        """Its clauses without their numbers."""
        return Counter(masked(comparable(clause.text)) for clause in self.clauses)


def units_of(one: AccessList) -> dict[str, Unit]:
    """Return the units of a list by code: those with clauses, and those that are only named.

    Examples
    --------
    >>> sorted(units_of(AccessList("unit", [Clause("ZH1", "unit", "S", "甲应建账。")])))
    ['ZH1']
    """
    found = {code: Unit(code, clauses=own) for code, own in one.by_code().items()}
    for entry in one.entries:
        unit = found.get(entry.code, Unit(entry.code))
        found[entry.code] = replace(
            unit,
            name=unit.name or entry.name,
            unit_class=unit.unit_class or entry.unit_class,
            subtypes=unit.subtypes or entry.subtypes,
            place=unit.place or entry.place,
            others=(*unit.others, *((header, text) for header, text, _ in entry.others)),
        )
    return {code: found[code] for code in sorted(found)}


class Evidence:
    """What speaks for pairs of units.

    Clauses and words of names that many units of both versions have weigh little: lists are full of clauses that were
    pasted from one unit to the next.
    """

    def __init__(self, old: Mapping[str, Unit], new: Mapping[str, Unit], ground: Ground) -> None:
        self._units = old, new
        self.ground = ground
        self.names = Names(unit.name for unit in (*old.values(), *new.values()))
        self._words = tuple({code: unit.words for code, unit in side.items()} for side in (old, new))
        counts = Counter(text for side in self._words for words in side.values() for text in words)
        units = len(old) + len(new)
        self._weights = {text: math.log(1 + units / count) for text, count in counts.items()}
        self._totals = tuple({code: self._weight(words) for code, words in side.items()} for side in self._words)
        self._settings = numbers("version_settings")
        self._known: dict[_Pair, dict[str, float]] = {}

    def _weight(self, words: Counter[str]) -> float:
        return math.fsum(self._weights[text] * count for text, count in words.items())

    def shared_clauses(self, old: str, new: str) -> tuple[float, float]:
        """Return how alike the clauses are (Dice), and the share of the smaller unit's that stand in the larger's."""
        one, other = self._totals[0][old], self._totals[1][new]
        both = self._weight(self._words[0][old] & self._words[1][new])
        least = min(one, other)
        return (2 * both / (one + other) if one + other else 0.0), (both / least if least else 0.0)

    def of(self, old: str, new: str) -> dict[str, float]:
        """Return the evidence of a pair: ``code, name, clauses, area``, as far as both sides are known."""
        if (old, new) not in self._known:
            found = {"code": float(old == new)}
            names = self._units[0][old].name, self._units[1][new].name
            if all(names):
                found["name"] = self.names.similarity(*names)
            found["clauses"] = self.shared_clauses(old, new)[0]
            area = self.ground.share(old, new)
            if area is not None:
                found["area"] = area
            self._known[old, new] = found
        return self._known[old, new]

    def score(self, old: str, new: str) -> float:
        """Return how well a pair fits by code, name and clauses; what is not known on a side weighs nothing."""
        return max(self._mean(old, new, ("code", "name", "clauses")) - self._apart(old, new), 0.0)

    def fit(self, old: str, new: str) -> float:
        """Return how sure a pair is: by the ground where it is known, else as its score; another code tells nothing."""
        found = self.of(old, new)
        if "area" in found:
            return found["area"]
        parts = ("code", "name", "clauses") if old == new else ("name", "clauses")
        return max(self._mean(old, new, parts) - self._apart(old, new), 0.0)

    def fit_of_part(self, old: str, new: str) -> float:
        """Return how sure a unit is to be a part of another: by the ground, else by name and the clauses it shares."""
        found = self.of(old, new)
        if "area" in found:
            return found["area"]
        inside = self.shared_clauses(old, new)[1]
        return max((inside + found.get("name", inside)) / 2 - self._apart(old, new), 0.0)

    def _mean(self, old: str, new: str, parts: tuple[str, ...]) -> float:
        found = self.of(old, new)
        weights = {name: self._settings[f"unit_{name}"] for name in parts if name in found}
        return math.fsum(weights[name] * found[name] for name in weights) / math.fsum(weights.values())

    def _apart(self, old: str, new: str) -> float:
        """Return what another class or another place takes off."""
        one, other = self._units[0][old], self._units[1][new]
        off = 0.0
        if one.unit_class and other.unit_class and one.unit_class != other.unit_class:
            off += self._settings["unit_class"]
        if any(one.place) and any(other.place) and one.place != other.place:
            off += self._settings["unit_place"]
        return off
