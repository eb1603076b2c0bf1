"""What the units can be coloured by on the map: every theme with every year it has, under the same limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.cartography.layers import limits_text
from zoning.cartography.model import Entry
from zoning.cartography.themes import Theme, nearest_year, themes
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import ClassLimit, Look, look_of, unit_text
from zoning.symbology.figures import species_text

__all__ = ["Coloured", "coloured", "entry_of", "limits_as_entries", "places_of"]

_M2_PER_KM2 = 1e6
_DENSITY = "density."
_ORIGIN, _CARBON = "common_origin", "CO2"
_QUESTIONS = {
    "pressure_air": ("pressure", "plate.note.pressure"),
    "pressure_carbon": ("pressure", "plate.note.pressure"),
    "mutual_control_lo": ("coverage", "plate.note.bounds"),
    "mutual_control_hi": ("coverage", "plate.note.bounds"),
}
"""Column of the ledger → its class limits, and the note that it has in the atlas too."""

_GROUPS = {
    "density.": "emissions",
    "uncovered": "emissions",
    "synergy_class": "synergy",
    "pressure_": "synergy",
    "mutual_control_": "synergy",
    "common_origin.": "synergy",
}
"""Begin of the code of a theme → group of the list of themes it stands in."""

_FIRST = 48  # the digit 0: class 12 is the letter 12 places behind it


@dataclass(frozen=True)
class Coloured:
    """One theme of the map.

    Attributes
    ----------
    id, title, note, legend : str
        Code; name in the list; how to read it; title of the legend with its unit.
    year : int
        Year that is shown first; 0 for a theme of no year.
    entries : tuple of Entry
        Classes that occur in any year, in the order of the legend; the same in every year.
    keys : mapping of int to ndarray of int64
        Year → entry of every unit.
    """

    id: str
    title: str
    note: str
    legend: str
    year: int
    entries: tuple[Entry, ...]
    keys: Mapping[int, NDArray[np.int64]]

    def described(self) -> dict[str, Any]:
        """Return what the page knows at once: texts, entries, and per year how many units are of each entry."""
        size = len(self.entries)
        return {
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "legend": self.legend,
            "group": next((group for start, group in _GROUPS.items() if self.id.startswith(start)), "units"),
            "year": self.year,
            "years": sorted(self.keys),
            "entries": [entry_of(entry) for entry in self.entries],
            "counts": {str(year): np.bincount(keys, minlength=size).tolist() for year, keys in self.keys.items()},
        }

    def packed(self) -> dict[str, str]:
        """Return per year one letter a unit: the place of its entry, counted from the digit 0."""
        return {str(year): "".join(chr(_FIRST + key) for key in keys.tolist()) for year, keys in self.keys.items()}


def coloured(result: Result, lang: str = "zh") -> tuple[Coloured, ...]:
    """Return the themes of a result with all their years, the decision first, the questions of synergy last."""
    look = look_of(result.study)
    return (*(_made(result, theme, look, lang) for theme in themes(result, lang)), *_questions(result, look, lang))


def entry_of(entry: Entry) -> dict[str, Any]:
    """Return a line of a legend as plain values."""
    return asdict(entry)


def limits_as_entries(limits: tuple[ClassLimit, ...], look: Look, lang: str) -> tuple[Entry, ...]:
    """Return the classes of numbers as entries, highest first, and «no data» behind them."""
    ranges = [
        Entry(f"{place:02d}", limits_text(limit, lang), limit.fill, limit.outline)
        for place, limit in reversed(list(enumerate(limits)))
    ]
    empty = look.no_data
    return (*ranges, Entry(empty.code, empty.label(lang), empty.fill, empty.outline, empty.hatch))


def places_of(values: NDArray[np.float64], limits: tuple[ClassLimit, ...]) -> NDArray[np.int64]:
    """Return the place of each number in :func:`limits_as_entries`; what is in no class is «no data», the last one.

    Examples
    --------
    >>> from zoning.symbology import packaged_look
    >>> limits = packaged_look().class_limits("density.SO2")
    >>> places_of(np.array([0.5, 400.0, np.nan]), limits).tolist()
    [6, 0, 7]
    """
    found = np.full(values.shape, len(limits), dtype=np.int64)
    for place, limit in enumerate(limits):
        found[(values >= limit.lower) & (values < limit.upper)] = len(limits) - 1 - place
    return found


def _made(result: Result, theme: Theme, look: Look, lang: str) -> Coloured:
    if theme.id.startswith(_DENSITY):
        return _density(result, theme, look, lang)
    places = {entry.key: place for place, entry in enumerate(theme.entries)}
    keys = np.array([places[key] for key in theme.keys], dtype=np.int64)
    return Coloured(theme.id, theme.title, theme.note, theme.title, 0, theme.entries, {0: keys})


def _questions(result: Result, look: Look, lang: str) -> Iterator[Coloured]:
    """Yield pressure, mutual coverage and common origin, as far as the ledger has a number of them."""
    ledger = result.ledger
    for column, (scheme, note) in _QUESTIONS.items():
        if column in ledger:
            words = say(f"map2.theme.{column}", lang), say(note, lang)
            yield from _classed((column, scheme), ledger.of_unit(column), words, (look, lang))
    for species in ledger[_ORIGIN]["species"].values.tolist() if _ORIGIN in ledger else ():
        if species != _CARBON:
            whole = float(ledger[f"{_ORIGIN}_reference"].sel(species=species))
            values = ledger.of_unit(_ORIGIN, species=species) - whole
            title = say(f"map2.theme.{_ORIGIN}", lang, species=species_text(species))
            words = title, say(f"plate.note.{_ORIGIN}", lang)
            yield from _classed((f"{_ORIGIN}.{species}", f"{_ORIGIN}_difference"), values, words, (look, lang))


def _classed(
    names: tuple[str, str], values: NDArray[np.float64], words: tuple[str, str], manner: tuple[Look, str]
) -> Iterator[Coloured]:
    """Yield the theme of a number without year, of which only the classes that occur are kept; nothing without one."""
    if not np.isfinite(values).any():
        return
    (id_, scheme), (title, note), (look, lang) = names, words, manner
    limits = look.class_limits(scheme)
    used, keys = np.unique(places_of(np.asarray(values, dtype=np.float64), limits), return_inverse=True)
    whole = limits_as_entries(limits, look, lang)
    yield Coloured(id_, title, note, title, 0, tuple(whole[place] for place in used), {0: keys.ravel()})


def _density(result: Result, theme: Theme, look: Look, lang: str) -> Coloured:
    species = theme.id.removeprefix(_DENSITY)
    limits = look.class_limits(theme.id)
    whole = limits_as_entries(limits, look, lang)
    years = {year: places_of(values, limits) for year, values in _densities(result, species)}
    used = sorted({int(place) for keys in years.values() for place in np.unique(keys)})
    renumbered = np.zeros(len(whole), dtype=np.int64)
    renumbered[used] = np.arange(len(used))
    first = nearest_year(result.ledger, species, result.study.years.base) or 0
    slots = {"species": species_text(species), "unit": unit_text(limits[0].unit, lang)}
    title = say("map2.core.density", lang, species=slots["species"])
    legend = say("map2.core.density_legend", lang, **slots)
    entries = tuple(whole[place] for place in used)
    return Coloured(
        theme.id, title, theme.note, legend, first, entries, {year: renumbered[keys] for year, keys in years.items()}
    )


def _densities(result: Result, species: str) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Return per year with any number the emission of the units over their area, t km-2 yr-1."""
    ledger = result.ledger
    area = ledger.of_unit("area") / _M2_PER_KM2
    for year in sorted(int(year) for year in ledger["emission"]["year"].values):
        mass = ledger.of_unit("emission", species=species, year=year)
        if np.isfinite(mass).any():
            yield year, np.asarray(mass / area, dtype=np.float64)
