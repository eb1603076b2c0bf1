"""What a drafted clause is, and the edit of a list that puts it in its place."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.clauses import Address

__all__ = ["Basis", "Draft", "Edit", "Slot"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One gap of a template: what filled it, and where that came from.

    ``value`` is the printed text; of a gap that nothing fills it is the placeholder (【待核定：…】) and ``filled`` is
    False.
    """

    name: str
    value: str
    column: str
    filled: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """One document a draft rests on: id of ``law_register``, and its title and number as printed, or 【依据待核】."""

    id: str
    printed: str
    citable: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """One candidate clause, for experts to accept, reword or reject.

    Attributes
    ----------
    id : str
        Stable name: equal inputs give equal ids (``ZH3505…|R3-GAP|T087``, ``zone:AIR_HIGH|ZONE|T004``).
    level, code : str
        The list it belongs to, and the unit, zone or region there; of a clause set for a zone type or a class of units
        ``type:AIR_HIGH`` or ``class:key``.
    reason, template : str
        Rule (``R3-GAP``, ``ZONE``) and row of ``clause_templates``.
    dimension : str
        S, P, R or Z.
    action : str
        ``add`` a clause, or ``replace`` the clause ``target``.
    target : str
        Id of the clause that is replaced; "" for a clause that is added.
    text : str
        The clause, gaps visible, without number and tag.
    number, tag : str
        In the manner of the list it goes into; "" where that uses none.
    before : str
        Text of the clause that is replaced.
    carbon_state, modality, grade
        How the engine itself reads the draft.
    slots, bases : tuple
        What filled it, what it rests on.
    measures, demands : tuple of str
        Rows of ``measures`` and ``carbon_demands`` behind it.
    rank : int
        1 is the candidate that is written into the revised list; others are alternatives for the same place.
    units : tuple of str
        Units it serves (one for a unit clause; all that inherit it for a shared one).
    evidence : tuple of (str, str, str)
        Column, value and unit of measure of what speaks for it, as printed.
    why_zh, why_en : str
        The reason as a sentence.
    when_not : str
        Condition under which it must not be used, as the template says it (Chinese); "" without.
    status : str
        How far the template is verified (``ours`` …).
    signs : tuple of (str, str, str)
        Measure, species and sign of the effect on CO2 and on the pollutant that binds (``+`` reduces).
    internal : str
        The clause of the internal edition, names of enterprises and projects in it; "" where it is the same.
    """

    id: str
    level: str
    code: str
    reason: str
    template: str
    dimension: str
    action: str
    target: str
    text: str
    number: str = ""
    tag: str = ""
    before: str = ""
    carbon_state: str = "NONE"
    modality: str = "STATEMENT"
    grade: int = 0
    slots: tuple[Slot, ...] = ()
    bases: tuple[Basis, ...] = ()
    measures: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    rank: int = 1
    units: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str, str], ...] = ()
    why_zh: str = ""
    why_en: str = ""
    when_not: str = ""
    status: str = "ours"
    signs: tuple[tuple[str, str, str], ...] = ()
    internal: str = ""

    @property
    def gaps(self) -> tuple[str, ...]:
        """Names of the slots that nothing fills."""
        return tuple(slot.name for slot in self.slots if not slot.filled)

    def why(self, lang: str = "zh") -> str:
        """Return the reason in one language."""
        return self.why_en if lang == "en" else self.why_zh


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one cell or paragraph of a list, in the words of the file.

    Attributes
    ----------
    id : str
        Of the draft it carries out.
    at : Address
        File, sheet, cell (or paragraph), and the characters ``start:end`` of its text, as it was read, that are
        replaced; ``start == end`` inserts.
    old, new : str
        The characters that go, and those that come; line breaks, number and tag are part of ``new``.
    code, dimension, clause : str
        Unit, dimension, and id of the clause that is replaced ("" for a new one).
    before, after : str
        The clause alone, without number and tag, for tables of changes.
    reason, why, basis : str
        Rule code, the reason as a sentence (zh), the printed legal basis.
    units : tuple of str
        Units whose need it serves; all that a shared clause is for.
    turn : int
        Which comes first of several that insert at one place: each is written behind the one before it.
    """

    id: str
    at: Address
    old: str
    new: str
    code: str
    dimension: str
    clause: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    why: str = ""
    basis: str = ""
    units: tuple[str, ...] = ()
    turn: int = 0
