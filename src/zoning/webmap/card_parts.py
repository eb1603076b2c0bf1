"""The cards of all units as parts of the map page, small enough to be carried and opened one by one.

A page of 44,604 units cannot hold their cards as objects: the cards of some hundred units are one part, which the
page unpacks when one of them is clicked. A part is one list per field of its cards, which packs well; texts that occur
twice stand once in the table of the part, and what speaks to many units (names of figures, zones, rules, clauses of
upper lists) once in the page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from zoning.cards.model import ClauseLine, DraftLine, Figure, Masses, ReasonLine, UnitCard, ZoneLine
from zoning.messages import knows, say
from zoning.symbology import HATCHES, Look, Symbol, unit_text
from zoning.symbology.figures import species_text
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["card_parts"]

_THEMES = ("unit_class", "decision", "carbon_state")
_OWN = "unit"  # the level of clauses that speak to one unit alone
_NEITHER, _FALSE = "NONE", "false"
_SHORT = 3  # letters; the place of a text is no shorter
_DIGITS = 3  # of a number below _WHOLE
_WHOLE = 99.95


@dataclass
class _Page:
    """What stands once in the page, gathered while its parts are made: lines by kind, and codes that need a name."""

    lines: dict[str, dict[tuple[Any, ...], int]] = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)
    sectors: dict[str, str] = field(default_factory=dict)

    def once(self, kind: str, *line: Any) -> int:  # noqa: ANN401 - values as JSON has them
        """Return the place of a line among those of its kind."""
        known = self.lines.setdefault(kind, {})
        return known.setdefault(line, len(known))

    def name(self, kind: str, *codes: str) -> None:
        """Remember codes whose names the page has to show."""
        self.codes.setdefault(kind, set()).update(code for code in codes if code)


def card_parts(cards: Collection[UnitCard], look: Look, lang: str = "zh") -> Iterator[tuple[str, object]]:
    """Yield the parts of a page that hold the cards: name and value, one after the other.

    Parameters
    ----------
    cards : collection of UnitCard
        In the order of the units; only those of one part are held at a time. Of very many the clauses that speak of
        neither carbon nor energy are cut short; numbers of rules that are false, and the sectors of other years than
        that next to the base year, are left to the workbook.
    look : Look
        Colours and hatches of chips and bars.
    lang : str
        ``zh`` or ``en``.

    Yields
    ------
    tuple of str and value
        ``cards-0``, ``cards-1`` …: ``texts`` and ``columns``; at last ``cards``: what they share (``size`` of a part,
        names of codes, symbols, and under ``once`` the lines that parts refer to by place). All as JSON has it.

    Examples
    --------
    >>> from zoning.symbology import packaged_look
    >>> card = UnitCard(code="ZH1", name="甲", unit_class="KEY", decision="NEED", carbon_state="NONE", tier="B",
    ...                 evidence_class="A", sentence="", counterfactual="", figures=(), masses=None, zones=(),
    ...                 reasons=(), clauses=(), drafts=(), notes=())
    >>> parts = dict(card_parts([card], packaged_look()))
    >>> list(parts), parts["cards-0"]["columns"][:2]
    (['cards-0', 'cards'], [['ZH1'], ['甲']])
    """
    settings = numbers("map_settings")
    page, size, left = _Page(), int(settings["part_cards"]), iter(cards)
    if len(cards) > settings["full_cards"]:
        left = (_lean(card, int(settings["lean_letters"]), say("map2.card.lean", lang)) for card in cards)
    place = 0
    while chunk := [_card(card, page) for card in islice(left, size)]:
        yield f"cards-{place}", _tabled(chunk)
        place += 1
    yield "cards", _shared(page, size, look, lang)


def _lean(card: UnitCard, most: int, note: str) -> UnitCard:
    """Return a card as a page of very many units can carry it, and what was left out as a note."""
    clauses = tuple(
        replace(one, text=f"{one.text[:most]}…", spans=tuple(span for span in one.spans if span[1] <= most))
        if one.carbon_state == _NEITHER and len(one.text) > most
        else one
        for one in card.clauses
    )
    reasons = tuple(replace(one, evidence=()) if one.answer == _FALSE else one for one in card.reasons)
    return replace(card, clauses=clauses, reasons=reasons, masses_by_year=(), notes=(*card.notes, note))


def _card(card: UnitCard, page: _Page) -> list[Any]:
    return [
        card.code,
        card.name,
        card.unit_class,
        card.decision,
        card.sentence,
        card.counterfactual,
        _pairs("figures", card.figures, page),
        _years(card, page),
        [_zone(zone, page) for zone in card.zones],
        [_reason(reason, page) for reason in card.reasons],
        [_clause(clause, page) for clause in card.clauses],
        [_draft(draft, page) for draft in card.drafts],
        list(card.notes),
    ]


def _pairs(kind: str, figures: tuple[Figure, ...], page: _Page) -> list[Any]:
    """Place of the names, and the texts: the names are the same for every unit."""
    return [page.once(kind, *(figure.name for figure in figures)), *(figure.text for figure in figures)]


def _years(card: UnitCard, page: _Page) -> list[Any]:
    """Place of the masses shown at first, and those of every year; at the end where the first mix years."""
    near, found = card.masses, [_masses(one, page) for one in card.masses_by_year]
    if near is None:
        return [-1, found]
    first = _masses(near, page)
    return [found.index(first), found] if first in found else [len(found), [*found, first]]


def _masses(masses: Masses, page: _Page) -> list[Any]:
    """Year, place of species and sectors, year of each species (0: that year), numbers, sums, shares of all units."""
    page.sectors.update(zip(masses.sectors, masses.sector_labels, strict=True))
    page.name("species", *masses.species)
    sheet = page.once("sheets", masses.species, masses.sectors)
    years = list(masses.years) if any(year != masses.year for year in masses.years) else 0
    rows = [[_read(value) for value in row] for row in masses.values]
    sums = [_read(math.fsum(known)) if known else None for known in map(_known, masses.values)]
    return [masses.year, sheet, years, rows, sums, [_short(share) for share in masses.shares]]


def _known(values: Iterable[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


def _zone(zone: ZoneLine, page: _Page) -> list[Any]:
    page.name(f"zones.{zone.element}", zone.subtype)
    place = page.once("zones", zone.element, zone.subtype, zone.code, zone.name)
    return [place, _read(zone.area_km2), _short(zone.area_share), _short(zone.co2_share)]


def _reason(reason: ReasonLine, page: _Page) -> list[Any]:
    page.name("answer", reason.answer)
    rule = page.once("rules", reason.rule, reason.name, reason.answer, reason.missing, reason.thresholds)
    said = [reason.sentence, reason.counterfactual]
    return [rule, *said, _pairs("evidence", reason.evidence, page)]


def _clause(clause: ClauseLine, page: _Page) -> list[Any] | int:
    page.name("level", clause.level)
    page.name("dimension", clause.dimension)
    spans = [place for span in clause.spans for place in span]
    said = [clause.level, clause.number, clause.dimension, clause.text, clause.carbon_state, clause.grade]
    line = [*said, tuple(spans), clause.place, int(clause.counts), int(clause.certain)]
    return line if clause.level == _OWN else page.once("clauses", *line)


def _draft(draft: DraftLine, page: _Page) -> list[Any] | int:
    page.name("level", draft.level)
    page.name("dimension", draft.dimension)
    page.name("action", draft.action)
    about = [draft.target, draft.before, draft.why, draft.basis, draft.status, draft.rank]
    line = [draft.action, draft.level, draft.dimension, draft.text, *about, draft.gaps, int(draft.shared)]
    return page.once("drafts", *line) if draft.shared else line


def _read(value: float) -> float | int | None:
    """Return a number with the digits that a reader is shown (``symbology.figures.number``); None for no data."""
    return _short(value) if abs(value) < _WHOLE or math.isnan(value) else round(value)


def _short(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    number = float(f"{value:.{_DIGITS}g}")
    return int(number) if number.is_integer() else number


def _tabled(cards: list[list[Any]]) -> dict[str, Any]:
    """Put every text that occurs twice into one table; in the cards its place there stands for it."""
    counts: Counter[str] = Counter()
    for card in cards:
        counts.update(_texts(card))
    texts = [text for text, count in counts.items() if count > 1 and len(text) > _SHORT]
    places = {text: place for place, text in enumerate(texts)}
    columns = [[card[place] for card in cards] for place in range(len(cards[0]))]
    return {"texts": texts, "columns": _placed(columns, places)}


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
        "figures": int(settings["fold_figures"]),
        "once": {kind: [list(line) for line in lines] for kind, lines in sorted(page.lines.items())},
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
