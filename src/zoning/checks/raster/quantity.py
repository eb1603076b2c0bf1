"""What the numbers of a raster are: unit, kind and mass basis, from the study or from the file, never guessed.

A unit states its kind: a mass over an area is a flux, a mass alone can only be that of the cell. What is left open is
a bare mass without «per cell» whose numbers are as small as those of a flux: then the kind must be declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zoning.checks.raster.numbers import Summary, where_of
from zoning.errors import Finding, QuantityError, Severity
from zoning.field import Kind
from zoning.intake import RawRaster
from zoning.messages import Both, finding, say
from zoning.quantities import WrittenUnit, bases, basis_factor, tonnes_per_year, written_unit
from zoning.tables import numbers
from zoning.vocab import value

__all__ = ["COMMON_YEAR", "Claim", "Quantity", "judge_quantity", "stated_unit"]

COMMON_YEAR = 2021
"""A year of 365 days, where units are held against each other and none is said."""


@dataclass(frozen=True)
class Claim:
    """What is said of a raster outside of it: by the study, or (``bare``) by nobody yet.

    Attributes
    ----------
    species, unit, kind, basis, period, crs : str
        As written; empty where nothing is said.
    year : int or None
        None if nobody says.
    sinks : bool
        Whether negative cells are declared.
    bare : bool
        The raster by itself: what a study would have to add is a warning then.
    """

    species: str = ""
    unit: str = ""
    kind: str = ""
    basis: str = ""
    period: str = ""
    crs: str = ""
    year: int | None = None
    sinks: bool = False
    bare: bool = False

    @property
    def code(self) -> str:
        """Code of the species; empty if it has none."""
        return value("species", self.species) or ""

    @property
    def lacking(self) -> Severity:
        """How much it matters that something is not said."""
        return Severity.WARNING if self.bare else Severity.ERROR


@dataclass(frozen=True)
class Quantity:
    """What the numbers are: written unit, kind, basis (empty only for a raster by itself)."""

    written: WrittenUnit
    kind: Kind
    basis: str

    def tonnes(self, species: str, year: int | None) -> tuple[float, bool]:
        """Return the factor to t yr-1 of the species, and whether it is per m²."""
        return tonnes_per_year(self.written.unit, species, self.basis, year or COMMON_YEAR)


def stated_unit(raw: RawRaster, claim: Claim) -> WrittenUnit | None:
    """Return the unit that holds: the declared one, else the file's own; None if there is none or it is not known."""
    try:
        return written_unit(claim.unit or raw.unit_tag)
    except QuantityError:
        return None


def judge_quantity(raw: RawRaster, claim: Claim, found: Summary) -> tuple[Quantity | None, list[Finding]]:
    """Judge what is said of the numbers of a raster.

    Parameters
    ----------
    raw : RawRaster
        Its tags.
    claim : Claim
        What the study says; its species is a known one, or empty for a raster by itself.
    found : Summary
        What is in it: how large its numbers are is named where the unit or the kind is missing.
    """
    text = claim.unit or raw.unit_tag
    where = where_of(raw, field="unit", value=text)
    if not text:
        return None, [finding("UNIT_MISSING", "grid", where=where, hint=_looks(found))]
    try:
        written = written_unit(text)
    except QuantityError as error:
        return None, [finding("UNIT_MISSING", "grid_unknown", where=where, reason=error)]
    if written.loose and claim.unit:  # who writes the study can say which; a tag of a file cannot be asked
        return None, [finding("UNIT_MISSING", "loose", where=where, word=written.loose)]
    findings = [finding("UNIT_UNCLEAR", "loose", where=where, word=written.loose)] if written.loose else []
    findings += _species_tag(raw, claim)
    basis, faults = _basis(raw, claim, written)
    findings += faults
    if basis is None:
        return None, findings
    kind, faults = _kind(raw, claim, (written, basis), found)
    findings += faults
    if kind is None:
        return None, findings
    quantity = Quantity(written, kind, basis)
    return quantity, findings + (_other_tag(raw, claim, quantity) if claim.unit and raw.unit_tag else [])


def _looks(found: Summary) -> Both:
    """Say how large the numbers are, and whether that is like a flux."""
    if not found.data or not found.highest > 0:
        return Both("", "")
    key = "raster.like_flux" if found.highest < numbers("thresholds")["flux_like"] else "raster.like_total"
    slots = {"highest": f"{found.highest:.3g}", "total": f"{found.clean:,.1f}"}
    return Both(say(key, "zh", **slots), say(key, "en", **slots))


def _species_tag(raw: RawRaster, claim: Claim) -> list[Finding]:
    """Find a file that says it is of another species than the study says."""
    tagged = value("species", raw.species_tag)
    if not claim.code or tagged is None or tagged == claim.code or raw.species_tag in bases(claim.code):
        return []
    where = where_of(raw, field="species", value=raw.species_tag)
    return [finding("SPECIES_BASIS", "species", severity=Severity.WARNING, where=where, species=claim.species)]


def _basis(raw: RawRaster, claim: Claim, written: WrittenUnit) -> tuple[str | None, list[Finding]]:
    """Return the substance whose mass it is: declared, or in the unit, or the only one that there is."""
    declared = value("species", claim.basis) or claim.basis
    species = claim.code
    where = where_of(raw, field="mass_basis", value=claim.basis or written.basis)
    tagged = _tagged_basis(raw)
    if declared and tagged and tagged != declared:
        return None, [finding("SPECIES_BASIS", "tag", where=where | {"value": raw.unit_tag}, basis=declared)]
    if not species:
        return written.basis or declared, []
    basis = declared or written.basis or (species if bases(species) == (species,) else "")
    if not basis and "mol" in written.unit:
        return bases(species)[0], []
    if not basis:
        allowed = Both("、".join(bases(species)), " or ".join(bases(species)))
        missing = finding(
            "SPECIES_BASIS", "missing", severity=claim.lacking, where=where, species=species, bases=allowed
        )
        return (bases(species)[0] if claim.bare else None), [missing]
    try:
        basis_factor(species, basis)
    except QuantityError as error:
        return None, [finding("SPECIES_BASIS", where=where, reason=error)]
    return basis, []


def _tagged_basis(raw: RawRaster) -> str:
    """Return the substance that the file's own unit names; empty if it names none or is not understood."""
    try:
        return written_unit(raw.unit_tag).basis if raw.unit_tag else ""
    except QuantityError:
        return ""


def _kind(
    raw: RawRaster, claim: Claim, stated: tuple[WrittenUnit, str], found: Summary
) -> tuple[Kind | None, list[Finding]]:
    """Return the kind that the unit states, if the declared one agrees and the numbers do not speak against it."""
    written, basis = stated
    where = where_of(raw, field="kind", value=claim.unit or raw.unit_tag)
    try:
        _, per_area = tonnes_per_year(written.unit, claim.code or "CO2", basis or "CO2", COMMON_YEAR)
    except QuantityError as error:
        mole = "mol" in written.unit
        code, key = ("UNIT_MISSING", "grid_unknown") if mole else ("KIND_MISSING", "level")
        return None, [finding(code, key, where=where, reason=error)]
    kind = Kind.FLUX if per_area else Kind.TOTAL
    if claim.kind and claim.kind != kind:
        return None, [finding("KIND_MISSING", where=where, kind=claim.kind, other=_word(kind))]
    vague = kind is Kind.TOTAL and not claim.kind and not written.per_cell
    if vague and 0 < found.highest < numbers("thresholds")["flux_like"]:
        return None, [finding("KIND_MISSING", "small", where=where, hint=_looks(found))]
    return kind, []


def _word(kind: Kind) -> Both:
    key = f"raster.kind.{kind}"
    return Both(say(key, "zh"), say(key, "en"))


def _other_tag(raw: RawRaster, claim: Claim, quantity: Quantity) -> list[Finding]:
    """Find a unit tag of the file that does not give the same tonnes as the declared unit."""
    where = where_of(raw, field="unit", value=raw.unit_tag)
    slots: dict[str, Any] = {"unit": claim.unit}
    try:
        tag = written_unit(raw.unit_tag)
        basis = tag.basis or quantity.basis
        tagged = tonnes_per_year(tag.unit, claim.code, basis, COMMON_YEAR)
    except QuantityError:
        return [finding("UNIT_UNCLEAR", "tag_unknown", where=where, **slots)]
    factor, per_area = quantity.tonnes(claim.code, COMMON_YEAR)
    if tag.per_month and not (quantity.written.per_month or claim.period == "monthly"):
        severity = Severity.WARNING if claim.period else Severity.ERROR
        return [finding("TIME_AMBIGUOUS", "tag", severity=severity, where=where | {"field": "period"}, **slots)]
    if tagged[1] != per_area:
        return [finding("UNIT_UNCLEAR", "dimension", severity=Severity.ERROR, where=where, **slots)]
    if np.isclose(tagged[0], factor, rtol=1e-9, atol=0):
        return []
    return [finding("UNIT_UNCLEAR", where=where, factor=f"{tagged[0] / factor:.4g}", **slots)]
