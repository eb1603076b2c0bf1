"""The legal basis of a draft: only what the register says is in force and may be cited is printed."""

from __future__ import annotations

from zoning.drafts.inputs import Drafting
from zoning.drafts.model import Basis
from zoning.drafts.settings import wording
from zoning.drafts.templates import Template
from zoning.tables import Row

__all__ = ["bases_of"]

_NATIONWIDE = "全国"
_CITABLE = "可引"


def bases_of(template: Template, basis: Drafting) -> tuple[Basis, ...]:
    """Return the documents a template rests on, as they are printed.

    A document is cited by its title, and by its number where the register has seen it (never an unverified one), if it
    may be cited, is in force on the day of drafting and holds in this province; else 【依据待核】 is printed.
    """
    found = []
    for name in template.basis.split(";"):
        law = basis.laws.get(name.strip())
        good = law is not None and template.basis_print == _CITABLE and _in_force(law, basis)
        found.append(Basis(name.strip(), _cited(law) if good and law else wording("unverified"), good))
    return tuple(found)


def _in_force(law: Row, basis: Drafting) -> bool:
    if law["citable_in_draft"] != "yes" or law["legal_state"] != "in_force":
        return False
    begun = not law["in_force_from"] or law["in_force_from"] <= basis.as_of[: len(law["in_force_from"])]
    over = bool(law["repealed_on"]) and law["repealed_on"] <= basis.as_of[: len(law["repealed_on"])]
    return begun and not over and _holds_here(law, basis)


def _holds_here(law: Row, basis: Drafting) -> bool:
    if law["province"] == _NATIONWIDE:
        return True
    places = (basis.region.province, basis.region.name)
    return any(name and place.startswith(name) for name in law["province"].split("、") for place in places)


def _cited(law: Row) -> str:
    number = wording("number", number=law["number"]) if law["number"] else ""
    return f"{wording('basis', title=law['title'])}{number}"
