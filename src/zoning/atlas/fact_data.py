"""The card of a unit as the template of a fact sheet reads it: texts, shares and colours, never markup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from zoning.atlas.model import Plate
from zoning.cards import ClauseLine, DraftLine, Masses, ReasonLine, UnitCard, ZoneLine
from zoning.errors import ResultError, TableError
from zoning.messages import fault, listed, say
from zoning.symbology import Look, Symbol
from zoning.symbology.figures import amount, number, share, species_text
from zoning.vocab import label

__all__ = ["fact_data"]

_SERIES = "series"
_HATCHED = "slash"  # a sector that takes out, and the sectors beyond the colours there are
_NONE = "—"
_LEAST = 0.0005  # reads 0.0 % below

Data = dict[str, Any]


def fact_data(plate: Plate, look: Look, lang: str = "zh") -> Data:
    """Return what ``templates/fact.typ`` sets on the pages of one unit, ready for JSON.

    Parameters
    ----------
    plate : Plate
        Of a unit: with a card.
    look : Look
        Colours of the study.
    lang : str
        Language of headings and labels.

    Raises
    ------
    ResultError
        If the plate has no card.
    """
    card = plate.card
    if card is None:
        raise fault(ResultError, "card.none", plate=plate.id)
    return {
        "code": card.code,
        "name": card.name,
        "decision": _decision(card, look, lang),
        "figures": _block("figures", lang, rows=[[one.name, one.text] for one in card.figures]),
        "chart": _chart(card.masses, look, lang),
        "zones": _zones(card.zones, lang),
        "reasons": _reasons(card.reasons, lang),
        "clauses": _clauses(card.clauses, look, lang),
        "drafts": _drafts(card.drafts, lang),
        "notes": _block("notes", lang, rows=[*card.notes, *plate.notes]),
        "sources": _block("sources", lang, rows=[*plate.sources, *plate.approvals]),
    }


def _block(name: str, lang: str, **content: object) -> Data:
    """Return one part of the page: its heading, what is said where it is empty, and its content."""
    return {"title": say(f"card.head.{name}", lang), "empty": say(f"card.empty.{name}", lang), **content}


def _symbol(look: Look, theme: str, code: str) -> Symbol:
    try:
        return look.symbol(theme, code) if code else look.no_data
    except TableError:
        return look.no_data


def _swatch(look: Look, theme: str, code: str, lang: str) -> Data:
    one = _symbol(look, theme, code)
    known = one.theme == theme or not code
    return {"text": one.label(lang) if known else code, "fill": one.fill, "outline": one.outline, "hatch": one.hatch}


def _decision(card: UnitCard, look: Look, lang: str) -> Data:
    marks = [(theme, code) for theme, code in (("unit_class", card.unit_class), ("tier", card.tier)) if code]
    return {
        **_swatch(look, "decision", card.decision, lang),
        "head": say("card.head.decision", lang),
        "marks": [_swatch(look, theme, code, lang) for theme, code in marks],
        "sentence": card.sentence,
        "change": say("card.change", lang, text=card.counterfactual) if card.counterfactual else "",
    }


def _chart(masses: Masses | None, look: Look, lang: str) -> Data:
    """Return bars of species × sector: each as long as a share of its species, so that all can be compared."""
    if masses is None:
        return _block("chart", lang, rows=[], legend=[], note="")
    looks = [_series(place, look) for place in range(len(masses.sectors))]
    rows = [_bar(masses, place, looks, lang) for place in range(len(masses.species))]
    used = {part["sector"] for row in rows for part in row["parts"]}
    legend = [
        {"text": masses.sector_labels[place], **looks[place]} for place in range(len(masses.sectors)) if place in used
    ]
    return _block("chart", lang, rows=rows, legend=legend, note=say("card.chart.note", lang))


def _series(place: int, look: Look) -> Data:
    """Return colour and hatch of a sector; with more sectors than colours the later ones are hatched."""
    colours = look.symbols(_SERIES)
    one = colours[place % len(colours)]
    return {"fill": one.fill, "outline": one.outline, "hatch": _HATCHED if place >= len(colours) else one.hatch}


def _bar(masses: Masses, place: int, looks: Sequence[Data], lang: str) -> Data:
    values = masses.values[place]
    known = [value for value in values if not math.isnan(value)]
    whole = sum(abs(value) for value in known)
    parts = [
        {"sector": sector, "share": abs(value) / whole, **looks[sector]} | ({"hatch": _HATCHED} if value < 0 else {})
        for sector, value in enumerate(values)
        if not math.isnan(value) and value != 0
    ]
    species, year = masses.species[place], masses.years[place] if masses.years else masses.year
    name = species_text(species)
    total = sum(known) if known else math.nan
    of_region = masses.shares[place] if masses.shares else math.nan
    return {
        "label": name if year == masses.year or not known else say("card.chart.of_year", lang, name=name, year=year),
        "parts": parts,
        "text": amount(total, "t yr-1", lang),
        "share": "" if math.isnan(of_region) else _of_region(of_region, lang),
    }


def _of_region(part: float, lang: str) -> str:
    """Return what a unit is of the region; a share that would read 0 is said to be under the least shown."""
    shown = say("card.chart.least", lang) if 0 < part < _LEAST else share(part, lang)
    return say("card.chart.share", lang, share=shown)


def _zones(zones: Iterable[ZoneLine], lang: str) -> Data:
    header = [
        say(f"card.column.{name}", lang) for name in ("element", "subtype", "zone", "area", "area_share", "co2_share")
    ]
    rows = [
        [
            label(one.element, lang),
            label(one.subtype, lang),
            " ".join(dict.fromkeys(text for text in (one.name, one.code) if text)),
            number(one.area_km2, lang),
            share(one.area_share, lang),
            share(one.co2_share, lang),
        ]
        for one in zones
    ]
    return _block("zones", lang, header=header, rows=rows)


def _reasons(reasons: Iterable[ReasonLine], lang: str) -> Data:
    header = [say(f"card.column.{name}", lang) for name in ("rule", "answer", "why", "evidence", "thresholds")]
    rows = [
        {
            "rule": one.rule,
            "name": one.name,
            "answer": label(one.answer, lang),
            "holds": one.answer == "true",
            "sentence": one.sentence,
            "change": one.counterfactual,
            "missing": one.missing,
            "evidence": [[item.name, item.text] for item in one.evidence],
            "thresholds": list(one.thresholds),
        }
        for one in reasons
    ]
    return _block("reasons", lang, header=header, rows=rows)


def _clauses(clauses: Iterable[ClauseLine], look: Look, lang: str) -> Data:
    names = ("level", "dimension", "number", "clause", "state", "grade", "place")
    header = [say(f"card.column.{name}", lang) for name in names]
    rows = [
        {
            "level": _level(one.level, lang) + ("" if one.certain else say("explain.uncertain", lang)),
            "dimension": label(one.dimension, lang),
            "number": one.number,
            "pieces": _pieces(one.text, one.spans),
            "state": _swatch(look, "carbon_state", one.carbon_state, lang),
            "grade": say("card.grade.counts" if one.counts else "card.grade", lang, grade=one.grade),
            "place": one.place or _NONE,
        }
        for one in clauses
    ]
    return _block("clauses", lang, header=header, rows=rows, note=say("card.clauses.note", lang))


def _level(level: str, lang: str) -> str:
    return say(f"audit.level.{level}", lang)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Data]:
    """Return a text cut at the words that are marked; put together again the pieces are the text."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [{"text": text[at:start], "marked": False}, {"text": text[start:end], "marked": True}]
        at = end
    return [piece for piece in (*pieces, {"text": text[at:], "marked": False}) if piece["text"]]


def _drafts(drafts: Iterable[DraftLine], lang: str) -> Data:
    rows = [
        {
            "head": _draft_head(one, lang),
            "first": one.rank == 1,
            "shared": one.shared,
            "text": one.text,
            "lines": [[name, text] for name, text in _draft_lines(one, lang) if text],
        }
        for one in drafts
    ]
    return _block("drafts", lang, rows=rows, mark=say("card.drafts.mark", lang))


def _draft_head(one: DraftLine, lang: str) -> str:
    rank = "card.drafts.first" if one.rank == 1 else "card.drafts.other"
    parts = (
        say(f"explain.draft.{one.action}", lang),
        say("card.drafts.list", lang, level=_level(one.level, lang)),
        label(one.dimension, lang),
        say(rank, lang, rank=one.rank),
    )
    return " · ".join(parts)


def _draft_lines(one: DraftLine, lang: str) -> tuple[tuple[str, str], ...]:
    return (
        (say("card.draft.before", lang), one.before),
        (say("card.draft.why", lang), one.why),
        (say("card.draft.gaps", lang), listed(one.gaps, lang)),
        (say("card.draft.basis", lang), one.basis),
        (say("card.draft.status", lang), one.status),
    )
