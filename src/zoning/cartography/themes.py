"""What the units can be coloured by, and what the legend of each theme says; one geometry serves them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zoning.cartography.layers import Legend, code_legend, value_legend
from zoning.cartography.model import Entry
from zoning.ledger import nearest_year
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of
from zoning.symbology.figures import species_text

__all__ = ["Overlay", "Theme", "nearest_year", "overlays", "themes"]

_BY_DECISION = ("decision", "unit_class", "carbon_state", "evidence_class")
_BY_LEDGER = ("synergy_class", "resolution")
_M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Theme:
    """One way to colour the units: the legend, and the key of every unit in it, in the order of the units.

    ``year`` is 0 for a theme that belongs to no year.
    """

    id: str
    title: str
    note: str
    entries: tuple[Entry, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """Zones of one element, drawn as outline and hatch over the units."""

    id: str
    title: str
    entries: tuple[Entry, ...]


def themes(result: Result, lang: str = "zh") -> tuple[Theme, ...]:
    """Return the themes this result has numbers or classes for, the decision first.

    A unit without a value has the class «no data»; a theme with no value at all is left out.
    """
    look = look_of(result.study)
    found = [*_categorical(result, look, lang), *_numeric(result, look, lang)]
    order = {name: place for place, name in enumerate(("decision", "unit_class", "density.CO2", "carbon_state"))}
    useful = [theme for theme in found if set(theme.keys) != {look.no_data.code}]
    return tuple(sorted(useful, key=lambda theme: order.get(theme.id, len(order))))


def overlays(result: Result, lang: str = "zh") -> tuple[Overlay, ...]:
    """Return one overlay per element that has zones; only sub-types that occur are in its legend."""
    look, made = look_of(result.study), []
    for zones in result.zones:
        name = f"zones.{zones.element}"
        legend = code_legend(look, name, zones.frame["subtype"], lang)
        entries = tuple(replace(entry, fill="") for entry in legend.entries)
        made.append(Overlay(name, say(f"map.{name}", lang), entries))
    return tuple(made)


def _categorical(result: Result, look: Look, lang: str) -> Iterator[Theme]:
    table, ledger = result.decisions.reindex(list(result.units.codes)), result.ledger
    for name in _BY_DECISION:
        yield _theme(name, code_legend(look, name, table[name], lang), lang)
    for name in _BY_LEDGER:
        if name in ledger:
            yield _theme(name, code_legend(look, name, ledger[name].values, lang), lang)


def _numeric(result: Result, look: Look, lang: str) -> Iterator[Theme]:
    ledger, base = result.ledger, result.study.years.base
    if "emission" in ledger:
        area = ledger.of_unit("area") / _M2_PER_KM2
        for species in (str(name) for name in ledger["emission"]["species"].values):
            name = f"density.{species}"
            year = nearest_year(ledger, species, base)
            if name in look.numeric_themes and year is not None:
                density = ledger.of_unit("emission", species=species, year=year) / area
                legend = value_legend(look, name, density, lang)
                yield _theme(name, legend, lang, species=species_text(species), year=year)
    uncovered = result.decisions["uncovered_lo_t"].reindex(list(result.units.codes))
    values = pd.to_numeric(uncovered).to_numpy(dtype=np.float64)
    yield _theme("uncovered", value_legend(look, "uncovered", values, lang), lang)


def _theme(name: str, legend: Legend, lang: str, **slots: object) -> Theme:
    group = "density" if name.startswith("density.") else name
    slots["unit"] = legend.unit
    title = say(f"map.theme.{group}", lang, **slots)
    return Theme(name, title, say(f"map.note.{group}", lang, **slots), legend.entries, legend.keys)
