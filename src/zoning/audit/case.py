"""What an audit looks at: the lists of all levels that were given, and the date it is as of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from zoning.clauses import LEVELS, AccessList, Clause, Entry
from zoning.clauses.addressees import Bearer
from zoning.clauses.inheritance import Chains, Zones, bearers
from zoning.vocab import UnitClass, value

__all__ = ["Case"]

_DIGIT = re.compile(r"^[A-Z]{2}[0-9]{6}([123])")


@dataclass(frozen=True)
class Case:
    """Lists under audit.

    Attributes
    ----------
    lists : tuple of AccessList
        Those that were given, in any order; of each level at most one.
    date : str
        ``YYYY-MM-DD``: what is over, in force or repealed is judged as of this day.
    carbon : tuple of AccessList
        The user's own texts on carbon (碳达峰方案).
    chains : mapping
        Unit → codes of its regions, smallest first; without, the code of the unit says it.
    zones : mapping
        Unit → (code, type) of the zones it lies in, by geometry; without, 要素细类 of the list says the types.
    places : tuple of str
        Names of the province, city and counties, beside those that the list writes.
    """

    lists: tuple[AccessList, ...]
    date: str
    carbon: tuple[AccessList, ...] = ()
    chains: Chains = field(default_factory=dict)
    zones: Zones = field(default_factory=dict)
    places: tuple[str, ...] = ()

    @cached_property
    def by_level(self) -> Mapping[str, AccessList]:
        """Lists by level, uppermost first."""
        given = {one.level: one for one in self.lists}
        return {level: given[level] for level in LEVELS if level in given}

    @cached_property
    def own(self) -> AccessList | None:
        """List of the lowest level that was given: the one that is audited, the others are held against it."""
        return next(reversed(tuple(self.by_level.values())), None)

    @cached_property
    def uppers(self) -> tuple[AccessList, ...]:
        """Lists above it, uppermost first."""
        return tuple(self.by_level.values())[:-1]

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, uppermost list first."""
        return tuple(clause for one in self.by_level.values() for clause in one.clauses)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """What the audited list says of its units, by code; of a code that stands there twice, the first."""
        found: dict[str, Entry] = {}
        for entry in self.own.entries if self.own else ():
            found.setdefault(entry.code, entry)
        return found

    @cached_property
    def units(self) -> Mapping[str, tuple[Clause, ...]]:
        """Clauses of every unit of the audited list, in code order; a unit without any has none."""
        if self.own is None:
            return {}
        held = self.own.by_code()
        return {code: held.get(code, ()) for code in sorted({*held, *self.entries})}

    @cached_property
    def by_unit(self) -> bool:
        """Whether the audited list goes unit by unit (or zone by zone)."""
        return self.own is not None and self.own.level in ("unit", "zone")

    def name(self, code: str) -> str:
        """Return the name of a unit as the list writes it; "" if it does not."""
        return self.entries[code].name if code in self.entries else ""

    @cached_property
    def bearers(self) -> tuple[Bearer, ...]:
        """Units of the audited list with their zones, regions and places, in code order."""
        known = bearers(tuple(self.by_level.values()), self.chains, self.zones)
        return tuple(bearer for bearer in known if bearer.code in self.units)

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """Class of every unit: as the list says, else by the digit of the code, else ""."""
        return {code: self._class(code) for code in self.units}

    def _class(self, code: str) -> str:
        entry = self.entries.get(code)
        said = value("unit_class", entry.unit_class) if entry and entry.unit_class else None
        if said:
            return said
        digit = _DIGIT.match(code)
        return next((str(one) for one in UnitClass if digit and one.digit == digit[1]), "")
