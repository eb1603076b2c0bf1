"""What a page tells about one unit, as plain values; every text is plain, nothing is markup."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ClauseLine", "DraftLine", "Figure", "Masses", "ReasonLine", "UnitCard", "ZoneLine"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name; ``text`` carries the unit of measure, absent is «no data» and never 0."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Masses:
    """Emission of one year by species × sector, t yr-1; NaN is no data.

    Attributes
    ----------
    year : int
        Year of the numbers.
    species, sectors : tuple of str
        Codes, in the order of the ledger.
    sector_labels : tuple of str
        Names of the sectors.
    values : tuple of tuple of float
        One row per species, one number per sector.
    years : tuple of int
        Year of each species; they differ where a species is not known of ``year``.
    shares : tuple of float
        What the unit is of all units, per species; NaN where nothing is known.
    """

    year: int
    species: tuple[str, ...]
    sectors: tuple[str, ...]
    sector_labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    years: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone the unit lies in: how much of the unit, and how much of its CO2 (NaN: not known)."""

    element: str
    subtype: str
    code: str
    name: str
    area_km2: float
    area_share: float
    co2_share: float


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """The answer of one rule with its evidence."""

    rule: str
    name: str
    answer: str
    sentence: str
    counterfactual: str
    missing: str
    evidence: tuple[Figure, ...]
    thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause that speaks to the unit.

    Attributes
    ----------
    level, number, dimension, text : str
        Codes and texts as the list has them.
    carbon_state : str
        CARBON, CARBON_COUPLED, ENERGY_ONLY, NONE.
    grade : int
        0 to 3.
    spans : tuple of (int, int)
        Characters of ``text`` that say so, in order, without overlap.
    place : str
        Where it stands: file, sheet, cell.
    counts : bool
        Whether it counts as a control of carbon.
    certain : bool
        False of a clause of an upper list of which nobody says whether it is for this unit.
    """

    level: str
    number: str
    dimension: str
    text: str
    carbon_state: str
    grade: int
    spans: tuple[tuple[int, int], ...]
    place: str
    counts: bool
    certain: bool = True


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A drafted clause: what it does to the list, its text, why, on what basis, and whose the template is.

    ``rank`` 1 is proposed, higher ones are alternatives for the same place; ``before`` is the clause that would be
    replaced; ``gaps`` are named what nobody filled; ``shared`` says that other units are served by it too; ``rule`` is
    the rule it answers.
    """

    action: str
    level: str
    dimension: str
    text: str
    target: str
    why: str
    basis: str
    status: str
    rank: int
    before: str = ""
    gaps: tuple[str, ...] = ()
    shared: bool = False
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitCard:
    """Everything that is shown of one unit.

    Attributes
    ----------
    code, name : str
        As in the layer of units.
    unit_class, decision, carbon_state, evidence_class, tier : str
        Codes; empty where there is none.
    sentence, counterfactual : str
        Why, and what would change it.
    figures : tuple of Figure
        Numbers with units, in a fixed order; the same names for every unit of a result.
    masses : Masses or None
        Each species in its year nearest to the base year; None where nothing is known of emissions.
    zones, reasons, clauses, drafts
        Largest share first; rules that decide first; by level and number; by rank.
    notes : tuple of str
        What is missing, what depends on the grid, what a person changed.
    masses_by_year : tuple of Masses
        Every year in which the unit has any number, in order.
    """

    code: str
    name: str
    unit_class: str
    decision: str
    carbon_state: str
    evidence_class: str
    tier: str
    sentence: str
    counterfactual: str
    figures: tuple[Figure, ...]
    masses: Masses | None
    zones: tuple[ZoneLine, ...]
    reasons: tuple[ReasonLine, ...]
    clauses: tuple[ClauseLine, ...]
    drafts: tuple[DraftLine, ...]
    notes: tuple[str, ...]
    masses_by_year: tuple[Masses, ...] = ()
