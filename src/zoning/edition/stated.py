"""Words of the public edition: what the study states, what rules answered, what the lists say; no file, no person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from zoning.clauses import AccessList, Clause, Entry
from zoning.edition.rules import limit
from zoning.edition.withheld import Withheld
from zoning.errors import Finding
from zoning.judge.reason import Reason
from zoning.messages import finding, say
from zoning.result import Provenance
from zoning.study import EmissionsInput, LayerInput, Study
from zoning.symbology.figures import named
from zoning.symbology.marks import PRINTED

__all__ = ["public_findings", "public_lists", "public_provenance", "public_reasons", "public_study"]

_HIDDEN = "—"
_L = TypeVar("_L", bound=LayerInput)


def public_study(study: Study) -> Study:
    """Return the study with sources and years, without files, department tables, people and remarks."""
    hidden = ("points", "inventory", "targets", "projects", "access_list", "overrides", "comments", "tables")
    changed: dict[str, object] = dict.fromkeys(hidden)
    changed |= {
        "study": study.study.model_copy(update={"edition": "public"}),
        "units": _layer(study.units),
        "zones": tuple(_layer(one) for one in study.zones),
        "emissions": tuple(_emissions(one) for one in study.emissions),
        "base": tuple(_layer(one) for one in study.base),
        "atlas": study.atlas.model_copy(update={"fonts": ()}),
        "root": Path(),
    }
    if study.symbology is not None:
        changed["symbology"] = study.symbology.model_copy(update={"path": ""})
    return study.model_copy(update=changed)


def _layer(one: _L) -> _L:
    return one.model_copy(update={"path": _HIDDEN, "layer": "", "encoding": "", "fields": {}})


def _emissions(one: EmissionsInput) -> EmissionsInput:
    sectors = dict.fromkeys(one.sectors, _HIDDEN)
    return one.model_copy(update={"sectors": sectors, "path": _HIDDEN if one.path else "", "total": "", "proxy": ""})


def public_provenance(provenance: Provenance) -> Provenance:
    """Return versions and seed; inputs and settings name files of the office."""
    return replace(provenance, inputs={}, settings={})


def public_reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the answers of the rules; the numbers and names they rest on stay in the office."""
    return tuple(_reason(one) for one in reasons)


def _reason(one: Reason) -> Reason:
    bare = replace(one, evidence=(), counterfactual_zh="", counterfactual_en="")
    return replace(bare, sentence_zh=_answer(one, "zh"), sentence_en=_answer(one, "en"))


def _answer(one: Reason, lang: str) -> str:
    return say(f"edition.answer.{one.answer}", lang, rule=named(one.rule, lang))


def public_findings(findings: Iterable[Finding], withheld: Withheld) -> tuple[Finding, ...]:
    """Return the warnings that every sheet prints, without the place they were found at, and what is withheld."""
    printed = (one for one in findings if one.code in PRINTED)
    bare = tuple(replace(one, file="", layer="", row=None, field="", value="") for one in printed)
    units = len(frozenset().union(*withheld.values()))
    few, share = limit("enterprises"), limit("enterprises", "largest_share")
    said = finding("NUMBERS_WITHHELD", units=units, enterprises=f"{few:.0f}", share=f"{share:.0%}")
    return (*bare, said) if units else bare


def public_lists(lists: Iterable[AccessList]) -> tuple[AccessList, ...]:
    """Return the lists with their clauses; no names of files, other columns left out."""
    return tuple(
        AccessList(one.level, [_clause(clause) for clause in one.clauses], [_entry(entry) for entry in one.entries])
        for one in lists
    )


def _clause(clause: Clause) -> Clause:
    return replace(clause, address=replace(clause.address, file=_listed()))


def _entry(entry: Entry) -> Entry:
    address = replace(entry.address, file=_listed())
    cells = tuple((dimension, replace(at, file=_listed())) for dimension, at in entry.cells)
    return replace(entry, address=address, cells=cells, others=())


def _listed() -> str:
    """Return what stands for the file of a list: its name is that of a draft of somebody."""
    return say("edition.list", "zh")
