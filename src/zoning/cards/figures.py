"""The numbers of a card with their units of measure: the same lines for every unit of a result, in one order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.cards.model import Figure
from zoning.errors import TableError
from zoning.ledger import Ledger, nearest_year
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of
from zoning.symbology.figures import absent, amount, bounds, named, number, share, species_text
from zoning.vocab import label

__all__ = ["figures_of"]

_M2_PER_KM2 = 1e6
_NONE = "—"

_Line = tuple[str, Sequence[str]]


@dataclass(frozen=True)
class _Source:
    """Where the lines are read from."""

    ledger: Ledger
    table: pd.DataFrame
    look: Look
    base: int
    lang: str

    def name(self, key: str, **slots: object) -> str:
        return say(key, self.lang, **slots)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of the decisions as numbers, NaN where there is none."""
        return pd.to_numeric(self.table[name], errors="coerce").to_numpy(dtype=np.float64)

    def of_unit(self, name: str, species: str = "") -> NDArray[np.float64] | None:
        """Return a column of the ledger over units; None where there is no such column or species."""
        if name not in self.ledger:
            return None
        column = self.ledger[name]
        if species and species not in column["species"].values:
            return None
        return np.asarray(column.sel(species=species) if species else column, dtype=np.float64)

    def class_label(self, theme: str, code: object) -> str:
        """Return the label of a class as the study words it; «no data» where there is none."""
        if absent(code):
            return self.look.no_data.label(self.lang)
        text = str(int(code)) if isinstance(code, float) else str(code)
        try:
            return self.look.symbol(theme, text).label(self.lang)
        except TableError:
            return text


def figures_of(result: Result, ledger: Ledger, table: pd.DataFrame, lang: str) -> Iterator[tuple[Figure, ...]]:
    """Return the figures of every unit, in the order of the units.

    Parameters
    ----------
    result : Result
        A finished run.
    ledger, table : Ledger, DataFrame
        Its ledger and its decisions, both in the order of its units.
    lang : str
        Language of names and units of measure.
    """
    source = _Source(ledger, table, look_of(result.study), result.study.years.base, lang)
    lines = [*_judged(source), *_tonnes(source), *_emissions(source), *_shares_of(source), *_origin(source)]
    lines += [*_pressure(source), *_whereabouts(source)]
    names = [name for name, _ in lines]
    for values in zip(*(texts for _, texts in lines), strict=True):
        yield tuple(map(Figure, names, values))


def _judged(source: _Source) -> list[_Line]:
    table, lang = source.table, source.lang
    tiers = [_NONE if absent(tier) else source.class_label("tier", tier) for tier in table["tier"]]
    states = [source.class_label("carbon_state", state) for state in table["carbon_state"]]
    grades = [0 if absent(grade) else int(grade) for grade in table["best_grade"]]
    listed = [
        say("map.state.graded" if grade > 0 else "map.state.ungraded", lang, state=state, grade=grade)
        for state, grade in zip(states, grades, strict=True)
    ]
    rules = [_NONE if absent(rule) else named(str(rule), lang) for rule in table["driving_rule"]]
    evidence = [source.class_label("evidence_class", code) for code in table["evidence_class"]]
    return [
        (source.name("map.line.rule"), rules),
        (source.name("map.line.list"), listed),
        (source.name("map.line.tier"), tiers),
        (source.name("map.line.evidence"), evidence),
    ]


def _emissions(source: _Source) -> Iterator[_Line]:
    if "emission" not in source.ledger:
        return
    for species in (str(name) for name in source.ledger["emission"]["species"].values):
        year = nearest_year(source.ledger, species, source.base)
        if year is not None:
            masses = source.ledger.of_unit("emission", species=species, year=year)
            name = source.name("map.line.emission", species=species_text(species), year=year)
            yield name, _amounts(masses, source.lang)


def _tonnes(source: _Source) -> Iterator[_Line]:
    """Yield the tonnes that decided."""
    low, high = source.column("uncovered_lo_t"), source.column("uncovered_hi_t")
    yield source.name("map.line.uncovered"), _between(low, high, "t yr-1", source.lang)
    yield source.name("map.line.governable"), _amounts(source.column("governable_t"), source.lang)
    yield source.name("map.line.located"), _amounts(source.column("located_t"), source.lang)


def _shares_of(source: _Source) -> Iterator[_Line]:
    """Yield what of the masses is located, and what clauses reach."""
    located = source.of_unit("located_share", "CO2")
    if located is not None:
        yield source.name("card.line.located_share"), [share(float(value), source.lang) for value in located]
    for name in ("kappa_air_carbon", "kappa_energy_air"):
        ends = source.of_unit(f"{name}_lo"), source.of_unit(f"{name}_hi")
        if ends[0] is not None and ends[1] is not None:
            yield source.name(f"card.line.{name}"), _shares(ends[0], ends[1], source.lang)
    ends = source.of_unit("mutual_control_lo"), source.of_unit("mutual_control_hi")
    if ends[0] is not None and ends[1] is not None:
        yield source.name("card.line.mutual_control"), _between(ends[0], ends[1], "1", source.lang)


def _origin(source: _Source) -> Iterator[_Line]:
    """Yield one line per pollutant that shares its sectors with CO2, beside what the whole region has."""
    if "common_origin" not in source.ledger or "common_origin_reference" not in source.ledger:
        return
    reference = source.ledger["common_origin_reference"]
    for species in (str(name) for name in reference["species"].values):
        whole = float(reference.sel(species=species))
        values = source.of_unit("common_origin", species)
        if species != "CO2" and not math.isnan(whole) and values is not None:
            texts = [
                source.name("card.against", value=number(float(one), source.lang), whole=number(whole, source.lang))
                for one in values
            ]
            yield source.name("card.line.common_origin", species=species_text(species)), texts


def _pressure(source: _Source) -> Iterator[_Line]:
    for axis in ("air", "carbon"):
        values = source.of_unit(f"pressure_{axis}")
        if values is None or f"binding_{axis}" not in source.ledger:
            continue
        binding = [str(name or "") for name in source.ledger[f"binding_{axis}"].values]
        texts = [
            source.name("card.bound", value=number(float(one), source.lang), by=label(by, source.lang))
            if by
            else number(float(one), source.lang)
            for one, by in zip(values, binding, strict=True)
        ]
        yield source.name(f"card.line.pressure_{axis}"), texts
    if "synergy_class" in source.ledger:
        codes = source.ledger["synergy_class"].values
        yield source.name("card.line.synergy"), [source.class_label("synergy_class", code) for code in codes]


def _whereabouts(source: _Source) -> Iterator[_Line]:
    area, valid = source.of_unit("area"), source.of_unit("valid_share")
    if area is not None:
        yield source.name("map.line.area"), [amount(float(one) / _M2_PER_KM2, "km2", source.lang) for one in area]
    if "resolution" in source.ledger:
        codes = source.ledger["resolution"].values.tolist()
        yield source.name("map.line.resolution"), [source.class_label("resolution", code) for code in codes]
    if valid is not None:
        yield source.name("map.line.valid"), [share(float(value), source.lang) for value in valid]


def _amounts(values: Iterable[Any], lang: str) -> list[str]:
    return [amount(float(value), "t yr-1", lang) for value in values]


def _between(low: NDArray[np.float64], high: NDArray[np.float64], unit: str, lang: str) -> list[str]:
    return [bounds(float(least), float(most), unit, lang) for least, most in zip(low, high, strict=True)]


def _shares(low: NDArray[np.float64], high: NDArray[np.float64], lang: str) -> list[str]:
    texts = ((share(float(least), lang), share(float(most), lang)) for least, most in zip(low, high, strict=True))
    return [least if least == most else f"{least}–{most}" for least, most in texts]
