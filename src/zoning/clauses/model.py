"""What a clause of an access list (准入清单条款) is: its address, its labels with their evidence, its reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

__all__ = [
    "ABOUT_CARBON",
    "CARBON_STATES",
    "DIMENSIONS",
    "LEVELS",
    "MODALITIES",
    "AccessList",
    "Address",
    "Clause",
    "Cue",
    "Entry",
    "Label",
    "Scope",
]

LEVELS = ("province", "region", "city", "zone", "unit")
"""Levels of lists, uppermost first: each is bound by those before it."""

CARBON_STATES = ("CARBON", "CARBON_COUPLED", "ENERGY_ONLY", "NONE")
"""Carbon states, strongest first: the first whose rule holds wins."""

ABOUT_CARBON = CARBON_STATES[:2]
"""States of clauses that speak of carbon, or act on what emits it."""

MODALITIES = ("PROHIBIT", "EXIT", "RESTRICT", "REQUIRE", "HORTATORY", "STATEMENT")
"""Modalities, strongest first: the strongest cue of a clause wins."""

DIMENSIONS = ("R", "S", "P", "Z")
"""Dimensions in the order in which they win: 环境风险防控, 空间布局约束, 污染物排放管控, 资源利用效率."""

_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a text stands: file, sheet (or table), cell, and the characters ``start:end`` inside the cell.

    Examples
    --------
    >>> str(Address("list.xlsx", "清单", "I5", 4, 20))
    'list.xlsx!清单!I5[4:20]'
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        """Write the address as ``file!sheet!cell[start:end]``, what is empty left out."""
        place = "!".join(part for part in (self.file, self.sheet, self.cell) if part)
        return f"{place}[{self.start}:{self.end}]"


class Cue(NamedTuple):
    """The words behind one judgement (a tuple: a list of ten thousand clauses has fifty thousand of them).

    Attributes
    ----------
    decision : str
        What was judged: ``carbon_state, dimension, modality, strength, grade, industry``.
    value : str
        What it was judged to be.
    rule : str
        Id of the row of the lexicon that decided.
    span : tuple of int
        Characters ``start, end`` of the text that was judged, as the user wrote it.
    """

    decision: str
    value: str
    rule: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """What one clause demands, judged from its words alone.

    Attributes
    ----------
    carbon_state : str
        ``CARBON, CARBON_COUPLED, ENERGY_ONLY`` or ``NONE``.
    dimension : str
        ``R, S, P`` or ``Z``.
    modality : str
        ``PROHIBIT, EXIT, RESTRICT, REQUIRE, HORTATORY`` or ``STATEMENT``.
    strength : str
        ``WEAK, MEDIUM`` or ``STRONG``.
    grade : int
        0 hortatory or statement, 1 binding, 2 with a number and its unit, 3 with a date and a named body as well.
    industries : tuple of str
        Tags of the named industries, in the order of the text.
    span : tuple of int or None
        Characters of the original text that decided the carbon state; of a NONE, the words that looked like carbon,
        coal or energy and were left out; None where there are no such words.
    rule : str
        Id of the lexicon row that decided the carbon state ("" where no words spoke).
    evidence : tuple of Cue
        Words and rule behind every judgement.
    """

    carbon_state: str
    dimension: str
    modality: str
    strength: str
    grade: int
    industries: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    rule: str = ""
    evidence: tuple[Cue, ...] = ()

    def why(self, decision: str) -> tuple[Cue, ...]:
        """Return the cues behind one judgement (``modality``, ``dimension`` …)."""
        return tuple(cue for cue in self.evidence if cue.decision == decision)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what a clause reaches; the default is nobody, never the whole unit.

    Attributes
    ----------
    gate : str
        ``EXISTING`` sources, the ``PIPELINE`` of planned projects, ``BOTH`` or ``NONE``.
    reach : str
        ``INDUSTRY, OBJECT, INTERSECTION, LIST`` (two-high), ``USER_LIST``, ``REGION``, ``ALL_INDUSTRY``, ``SCOPE2``,
        ``TRANSPORT, NON_CO2, SINK, REFERENCE, STANDARD`` or ``NONE``.
    sectors : tuple of str
        Inventory sectors (``power, industry, residential, transportation, agriculture, waste …``).
    industry_codes : tuple of str
        Digits of GB/T 4754-2017; a code reaches every code that begins with it.
    objects : tuple of str
        Ids of object rows of ``sector_industry`` (``SI064`` industrial boilers …).
    fuels : tuple of str
        ``coal, oil, gas, biomass, petcoke`` where the clause is about a fuel.
    zone : str
        ``NOBURN, AIR_RECEPTOR, BUILT_UP, PARK, REDLINE, BUFFER …``; "" without a place.
    exact : bool
        True only if the whole mass of the sectors (inside the zone, if there is one) is reached; else the reach is an
        interval from 0 to that mass.
    exception : bool
        Something is taken out (除外); the reach is an upper bound.
    missing : tuple of str
        What must be known to turn the reach into mass: ``zone, list, registry, scope2, fleet, non_co2, sink, target``.
    rules : tuple of str
        Ids of the rows of ``scope_rules`` that fired, in their order.
    """

    gate: str = "NONE"
    reach: str = "NONE"
    sectors: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    fuels: tuple[str, ...] = ()
    zone: str = ""
    exact: bool = False
    exception: bool = False
    missing: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of an access list.

    Attributes
    ----------
    code : str
        Code of the unit (or zone, city …) whose list it stands in.
    level : str
        ``province, region, city, zone`` or ``unit``.
    dimension : str
        Column of the list where there is one, else what the text says (``label.dimension``).
    text : str
        Words of the clause as the user wrote them, without number and tag.
    number, tag : str
        ``1-2.``, ``大气/限制类``; "" without.
    address : Address
        ``cell[address.start:address.end] == text``.
    label : Label
        Its spans count from the beginning of ``text``.
    scope : Scope
        Whom it reaches.
    ordinal : int
        Which of the clauses of its dimension it is, from 1; 0 outside of a list.
    """

    code: str
    level: str
    dimension: str
    text: str
    number: str = ""
    tag: str = ""
    address: Address = field(default_factory=Address)
    label: Label = field(default_factory=lambda: Label("NONE", "P", "STATEMENT", "WEAK", 0))
    scope: Scope = field(default_factory=Scope)
    ordinal: int = 0

    @property
    def id(self) -> str:
        """How people and registers name it: code, dimension, number as written, place in its dimension.

        Examples
        --------
        >>> Clause("ZH1", "unit", "P", "甲应建账。", number="2-1.", ordinal=1).id
        'ZH1|P|2-1|1'
        """
        return f"{self.code}|{self.dimension}|{self.number.rstrip('.、．')}|{self.ordinal}"

    @property
    def span(self) -> tuple[int, int] | None:
        """Characters of the cell that decided the carbon state, or None."""
        if self.label.span is None:
            return None
        start, end = self.label.span
        return self.address.start + start, self.address.start + end


@lru_cache(maxsize=100_000)
def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(text))


_ORDER = {dimension: order for order, dimension in enumerate(DIMENSIONS)}


def _key(clause: Clause) -> tuple[object, ...]:
    order = _ORDER.get(clause.dimension, len(_ORDER))
    at = clause.address
    return clause.code, at.file, at.sheet, _natural(at.cell), order, at.start, at.end, clause.number, clause.text


def _numbered(clauses: list[Clause]) -> Iterable[Clause]:
    """Give every clause its place in its dimension; clauses without a code of their own count together."""
    counts: Counter[tuple[str, str]] = Counter()
    for clause in clauses:
        counts[clause.code, clause.dimension] += 1
        ordinal = counts[clause.code, clause.dimension]
        yield clause if clause.ordinal == ordinal else _with_ordinal(clause, ordinal)


def _with_ordinal(clause: Clause, ordinal: int) -> Clause:
    """Return ``replace(clause, ordinal=ordinal)``, sooner: a province has hundreds of thousands of clauses."""
    return Clause(
        clause.code,
        clause.level,
        clause.dimension,
        clause.text,
        clause.number,
        clause.tag,
        clause.address,
        clause.label,
        clause.scope,
        ordinal,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of one unit (zone, city …) beside its clauses, and the cells that hold, or could hold, clauses.

    Attributes
    ----------
    code, name : str
        As written.
    unit_class : str
        Code of the class (``priority, key, general``); "" if the list does not say, or says another word.
    subtypes : tuple of str
        要素细类 as written, one by one.
    place : tuple of str
        Province, city, county, township as written; "" where the list does not say.
    address : Address
        The cell that holds the code.
    cells : tuple of (str, Address)
        Dimension (S, P, R, Z) and address of every cell of the entry in that dimension, in order, empty ones too:
        ``start:end`` is the whole text of the cell. Where a further clause is written, it is written there.
    others : tuple of (str, str, Address)
        Header, text and address of every other column: nothing of the source is lost.
    """

    code: str
    name: str = ""
    unit_class: str = ""
    subtypes: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    address: Address = field(default_factory=Address)
    cells: tuple[tuple[str, Address], ...] = ()
    others: tuple[tuple[str, str, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class AccessList:
    """The clauses of one level of lists, in an order of their own: how they came in never matters.

    ``entries`` are what the list says of its units, by code; ordinals are given here.

    Examples
    --------
    >>> one, two = Clause("U1", "unit", "S", "甲。"), Clause("U2", "unit", "S", "乙。")
    >>> AccessList("unit", (two, one)) == AccessList("unit", (one, two))
    True
    >>> sorted(AccessList("unit", (two, one)).by_code())
    ['U1', 'U2']
    """

    level: str
    clauses: tuple[Clause, ...] = ()
    entries: tuple[Entry, ...] = ()

    def __init__(self, level: str, clauses: Iterable[Clause] = (), entries: Iterable[Entry] = ()) -> None:
        object.__setattr__(self, "level", level)
        object.__setattr__(self, "clauses", tuple(_numbered(sorted(clauses, key=_key))))
        object.__setattr__(self, "entries", tuple(sorted(entries, key=lambda entry: (entry.code, str(entry.address)))))

    def by_code(self) -> dict[str, tuple[Clause, ...]]:
        """Return the clauses of every unit (or zone, city …) that has any, in code order."""
        groups: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            groups.setdefault(clause.code, []).append(clause)
        return {code: tuple(group) for code, group in groups.items()}
