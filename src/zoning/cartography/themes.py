"""What the units can be coloured by, and what the legend of each theme says; one geometry serves them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.cartography.model import Entry
from zoning.ledger import nearest_year
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import ClassLimit, Look, Symbol, look_of, unit_text
from zoning.symbology.figures import species_text

__all__ = ["Overlay", "Theme", "codes_of", "nearest_year", "overlays", "themes"]

_BY_DECISION = ("decision", "unit_class", "carbon_state", "evidence_class")
_BY_LEDGER = ("synergy_class", "resolution")
_M2_PER_KM2 = 1e6
_NO_DATA = "NO_DATA"


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
        counts = Counter(str(code) for code in zones.frame["subtype"])
        entries = tuple(
            Entry(one.code, one.label(lang), "", one.outline, one.hatch, counts[one.code])
            for one in look.symbols(name)
            if counts[one.code]
        )
        made.append(Overlay(name, say(f"map.{name}", lang), entries))
    return tuple(made)


def codes_of(values: Iterable[object]) -> tuple[str, ...]:
    """Return class codes as text; absent ones (None, NaN, empty) are «no data»; whole numbers lose their fraction."""
    return tuple(_code(value) for value in values)


def _code(value: object) -> str:
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        return _NO_DATA
    return str(int(value)) if isinstance(value, float) else str(value)


def _categorical(result: Result, look: Look, lang: str) -> Iterator[Theme]:
    table = result.decisions.reindex(list(result.units.codes))
    for name in _BY_DECISION:
        yield _theme(name, codes_of(table[name]), _entries_of(look.symbols(name), lang), (look, lang))
    for name in _BY_LEDGER:
        if name in result.ledger:
            yield _theme(
                name, codes_of(result.ledger[name].values), _entries_of(look.symbols(name), lang), (look, lang)
            )


def _numeric(result: Result, look: Look, lang: str) -> Iterator[Theme]:
    ledger, base = result.ledger, result.study.years.base
    if "emission" in ledger:
        area = ledger.of_unit("area") / _M2_PER_KM2
        for species in (str(name) for name in ledger["emission"]["species"].values):
            name = f"density.{species}"
            year = nearest_year(ledger, species, base)
            if name in look.numeric_themes and year is not None:
                density = ledger.of_unit("emission", species=species, year=year) / area
                yield _ranges(name, density, (look, lang), species=species_text(species), year=year)
    uncovered = result.decisions["uncovered_lo_t"].reindex(list(result.units.codes))
    yield _ranges("uncovered", pd.to_numeric(uncovered).to_numpy(dtype=np.float64), (look, lang))


def _ranges(name: str, values: NDArray[np.float64], manner: tuple[Look, str], **slots: object) -> Theme:
    look, lang = manner
    limits = look.class_limits(name)
    found = [look.class_of(name, float(value)) for value in values]
    keys = tuple(_NO_DATA if limit is None else _place(limit, limits) for limit in found)
    entries = tuple(
        Entry(_place(limit, limits), limit.label(lang), limit.fill, limit.outline, "", 0) for limit in reversed(limits)
    )
    return _theme(name, keys, entries, manner, unit=unit_text(limits[0].unit, lang), **slots)


def _place(limit: ClassLimit, limits: tuple[ClassLimit, ...]) -> str:
    return f"{limits.index(limit):02d}"


def _entries_of(classes: tuple[Symbol, ...], lang: str) -> tuple[Entry, ...]:
    return tuple(Entry(one.code, one.label(lang), one.fill, one.outline, one.hatch, 0) for one in classes)


def _theme(
    name: str, keys: tuple[str, ...], entries: tuple[Entry, ...], manner: tuple[Look, str], **slots: object
) -> Theme:
    look, lang = manner
    counts = Counter(keys)
    known = (*entries, *_entries_of((look.no_data,), lang))
    present = tuple(
        Entry(one.key, one.label, one.fill, one.outline, one.hatch, counts[one.key]) for one in known if counts[one.key]
    )
    group = "density" if name.startswith("density.") else name
    title = say(f"map.theme.{group}", lang, **slots)
    return Theme(name, title, say(f"map.note.{group}", lang, **slots), present, keys)
