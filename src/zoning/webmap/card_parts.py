"""The cards of all units as parts of the map page, small enough to be carried and opened one by one.

A page of 44,604 units cannot hold their cards as objects: the cards of some hundred units are one part, which the
page unpacks when one of them is clicked. In a part a card is a list of fixed places; texts that occur twice stand once
in the table of the part, and clauses that speak to many units (of a province, a city, a zone) once in the page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from zoning.cards.model import ClauseLine, DraftLine, Figure, Masses, ReasonLine, UnitCard, ZoneLine
from zoning.messages import knows, say
from zoning.symbology import HATCHES, Look, Symbol, unit_text
from zoning.symbology.figures import species_text
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["card_parts"]

_THEMES = ("unit_class", "decision", "carbon_state", "evidence_class", "tier", "missing")
_CODED = ("unit_class", "decision", "carbon_state", "evidence_class", "tier")
_OWN = "unit"  # the level of clauses that speak to one unit alone
_SHORT = 3  # letters; the place of a text is no shorter
_DIGITS = 5  # of a mass: one more than any page shows


@dataclass
class _Page:
    """What all parts of a page share, gathered while they are made."""

    clauses: dict[tuple[Any, ...], int] = field(default_factory=dict)
    drafts: dict[tuple[Any, ...], int] = field(default_factory=dict)
    books: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = field(default_factory=dict)
    sectors: dict[str, str] = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)

    def note(self, kind: str, code: str) -> str:
        """Remember a code whose name the page has to show."""
        if code:
            self.codes.setdefault(kind, set()).add(code)
        return code


def card_parts(cards: Iterable[UnitCard], look: Look, lang: str = "zh") -> Iterator[tuple[str, object]]:
    """Yield the parts of a page that hold the cards: name and value, one after the other.

    Parameters
    ----------
    cards : iterable of UnitCard
        In the order of the units; only those of one part are held at a time.
    look : Look
        Colours and hatches of chips and bars.
    lang : str
        ``zh`` or ``en``.

    Yields
    ------
    tuple of str and value
        ``cards-0``, ``cards-1`` …: ``texts`` and ``units``; at last ``cards``: what they share (``size`` of a part,
        names of codes, symbols, clauses of upper levels, species and sectors). Values are plain, as JSON has them.

    Examples
    --------
    >>> from zoning.symbology import packaged_look
    >>> card = UnitCard(code="ZH1", name="甲", unit_class="KEY", decision="NEED", carbon_state="NONE", tier="B",
    ...                 evidence_class="A", sentence="", counterfactual="", figures=(), masses=None, zones=(),
    ...                 reasons=(), clauses=(), drafts=(), notes=())
    >>> parts = dict(card_parts([card], packaged_look()))
    >>> list(parts), parts["cards-0"]["units"][0][:3]
    (['cards-0', 'cards'], ['ZH1', '甲', 'KEY'])
    """
    page, size, left = _Page(), int(numbers("map_settings")["part_cards"]), iter(cards)
    place = 0
    while chunk := [_card(card, page) for card in islice(left, size)]:
        yield f"cards-{place}", _tabled(chunk)
        place += 1
    yield "cards", _shared(page, size, look, lang)


def _card(card: UnitCard, page: _Page) -> list[Any]:
    for kind in _CODED:
        page.note(kind, getattr(card, kind))
    return [
        card.code,
        card.name,
        card.unit_class,
        card.decision,
        card.carbon_state,
        card.evidence_class,
        card.tier,
        card.sentence,
        card.counterfactual,
        [_pair(figure) for figure in card.figures],
        _years(card, page),
        [_zone(zone, page) for zone in card.zones],
        [_reason(reason, page) for reason in card.reasons],
        [_clause(clause, page) for clause in card.clauses],
        [_draft(draft, page) for draft in card.drafts],
        list(card.notes),
    ]


def _pair(figure: Figure) -> list[str]:
    return [figure.name, figure.text]


def _years(card: UnitCard, page: _Page) -> list[Any]:
    """Place of the masses shown at first, and those of every year; at the end where the first mix years."""
    near, found = card.masses, [_masses(one, page) for one in card.masses_by_year]
    if near is None:
        return [-1, found]
    first = _masses(near, page)
    return [found.index(first), found] if first in found else [len(found), [*found, first]]


def _masses(masses: Masses, page: _Page) -> list[Any]:
    """Year, place of species and sectors, year of each species (0: that year), numbers, shares of all units."""
    page.sectors.update(zip(masses.sectors, masses.sector_labels, strict=True))
    for species in masses.species:
        page.note("species", species)
    book = page.books.setdefault((masses.species, masses.sectors), len(page.books))
    mixed = any(year != masses.year for year in masses.years)
    rows = [[_rounded(value) for value in row] for row in masses.values]
    return [masses.year, book, list(masses.years) if mixed else 0, rows, [_rounded(value) for value in masses.shares]]


def _zone(zone: ZoneLine, page: _Page) -> list[Any]:
    page.note("element", zone.element)
    page.note(f"zones.{zone.element}", zone.subtype)
    numbers_ = [_rounded(value) for value in (zone.area_km2, zone.area_share, zone.co2_share)]
    return [zone.element, zone.subtype, zone.code, zone.name, *numbers_]


def _reason(reason: ReasonLine, page: _Page) -> list[Any]:
    page.note("answer", reason.answer)
    evidence = [_pair(figure) for figure in reason.evidence]
    said = [reason.sentence, reason.counterfactual, reason.missing]
    return [reason.rule, reason.name, reason.answer, *said, evidence, list(reason.thresholds)]


def _clause(clause: ClauseLine, page: _Page) -> list[Any] | int:
    page.note("level", clause.level)
    page.note("dimension", clause.dimension)
    page.note("carbon_state", clause.carbon_state)
    spans = tuple(place for span in clause.spans for place in span)
    said = (clause.level, clause.number, clause.dimension, clause.text, clause.carbon_state, clause.grade)
    return _once(
        (*said, spans, clause.place, int(clause.counts), int(clause.certain)), page.clauses, shared=clause.level != _OWN
    )


def _draft(draft: DraftLine, page: _Page) -> list[Any] | int:
    page.note("level", draft.level)
    page.note("dimension", draft.dimension)
    page.note("action", draft.action)
    about = (draft.target, draft.before, draft.why, draft.basis, draft.status, draft.rank)
    line = (draft.level, draft.action, draft.dimension, draft.text, *about, draft.gaps, int(draft.shared))
    return _once(line, page.drafts, shared=draft.shared)


def _once(line: tuple[Any, ...], known: dict[tuple[Any, ...], int], *, shared: bool) -> list[Any] | int:
    """Return a line; of one that speaks to many units its place among those that stand once in the page."""
    return known.setdefault(line, len(known)) if shared else list(line)


def _rounded(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() else short


def _tabled(cards: list[list[Any]]) -> dict[str, Any]:
    """Put every text that occurs twice into one table; in the cards its place there stands for it."""
    counts: Counter[str] = Counter()
    for card in cards:
        counts.update(_texts(card))
    texts = [text for text, count in counts.items() if count > 1 and len(text) > _SHORT]
    places = {text: place for place, text in enumerate(texts)}
    return {"texts": texts, "units": [_placed(card, places) for card in cards]}


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - a value as JSON has it
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _placed(value: Any, places: Mapping[str, int]) -> Any:  # noqa: ANN401 - a value as JSON has it
    if isinstance(value, str):
        return {"t": places[value]} if value in places else value
    return [_placed(one, places) for one in value] if isinstance(value, (list, tuple)) else value


def _shared(page: _Page, size: int, look: Look, lang: str) -> dict[str, Any]:
    settings = numbers("map_settings")
    return {
        "size": size,
        "fold": int(settings["fold_letters"]),
        "rows": int(settings["fold_rows"]),
        "clauses": [list(line) for line in page.clauses],
        "drafts": [list(line) for line in page.drafts],
        "books": [[list(species), list(sectors)] for species, sectors in page.books],
        "labels": {
            kind: {code: _label(kind, code, look, lang) for code in sorted(codes)}
            for kind, codes in sorted(page.codes.items())
        },
        "symbols": {theme: {one.code: _symbol(one, lang) for one in look.symbols(theme)} for theme in _THEMES},
        "sectors": {code: _sector(place, name, look, lang) for place, (code, name) in enumerate(page.sectors.items())},
        "units": {"mass": unit_text("t yr-1", lang), "area": unit_text("km2", lang)},
    }


def _symbol(one: Symbol, lang: str) -> dict[str, str]:
    return {"label": one.label(lang), "fill": one.fill, "outline": one.outline, "hatch": one.hatch}


def _sector(place: int, name: str, look: Look, lang: str) -> dict[str, str]:
    """Return the look of a sector: the colours of the series in turn, with a hatch from the second turn on."""
    series, hatches = look.symbols("series"), ("", *HATCHES)
    made = _symbol(series[place % len(series)], lang)
    return made | {"label": name, "hatch": hatches[place // len(series) % len(hatches)]}


def _label(kind: str, code: str, look: Look, lang: str) -> str:
    if kind == "species":
        return species_text(code)
    if kind in look.themes:
        return next((one.label(lang) for one in look.symbols(kind) if one.code == code), code)
    key = f"map2.card.{kind}.{code}"
    return say(key, lang) if knows(key) else label(code, lang)
