"""The first sheet: what this is about, how to read it, how far to trust it, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from zoning.messages import say
from zoning.result import Result
from zoning.vocab import DecisionCode, label
from zoning.workbook.fields import listed
from zoning.workbook.judged import outcome_lines
from zoning.workbook.sheet import Sheet, Table, table

__all__ = ["cover_sheet", "limits_of_trust"]


def cover_sheet(result: Result, lang: str) -> Sheet:
    """Return the read-me: study, outcome, meaning of the decisions, limits of trust, sources, versions, hashes."""
    parts = (
        _part("study", _study(result, lang), lang),
        _part("decisions", _decisions(lang), lang),
        _part(
            "reading",
            ((say(f"book.reading.{n}.item", lang), say(f"book.reading.{n}", lang)) for n in range(1, 6)),
            lang,
        ),
        _part("limits", ((str(n), text) for n, text in enumerate(limits_of_trust(result, lang), start=1)), lang),
        _part("sources", _sources(result, lang), lang),
        _part("versions", sorted(result.provenance.versions.items()), lang),
        _part("inputs", sorted(result.provenance.inputs.items()), lang),
    )
    return Sheet("cover", outcome_lines(result, lang), parts)


def _part(key: str, rows: Iterable[tuple[str, str]], lang: str) -> Table:
    records = ({"item": item, "content": content} for item, content in rows)
    return table("cover", records, lang, say(f"book.cover.{key}", lang))


def _study(result: Result, lang: str) -> list[tuple[str, str]]:
    study = result.study
    years = {"base": study.years.base, "near": study.years.near, "outlook": study.years.outlook}
    rows = [
        ("name", study.study.name),
        ("region", f"{study.study.admin_name} {study.study.admin_code}".strip()),
        ("compiler", study.study.compiler),
        ("years", listed((f"{say(f'book.year.{key}', lang)} {year}" for key, year in years.items() if year), lang)),
        ("units", str(len(result.units))),
        ("seed", str(result.provenance.seed)),
    ]
    if study.study.example:
        rows.append(("example", say("book.study.example.text", lang)))
    return [(say(f"book.study.{key}", lang), value) for key, value in rows if value]


def _decisions(lang: str) -> list[tuple[str, str]]:
    return [(label(code, lang), say(f"book.decision.{code}", lang)) for code in DecisionCode]


def limits_of_trust(result: Result, lang: str) -> tuple[str, ...]:
    """Return what the numbers of this result cannot bear, most important first: only what holds here is said."""
    said = []
    if result.emitters is None or not result.emitters.counted:
        said.append(say("book.limit.no_emitters", lang))
    copies = int(result.proxy_audit["is_copy"].sum()) if len(result.proxy_audit) else 0
    if copies:
        said.append(say("book.limit.copies", lang, copies=copies, pairs=len(result.proxy_audit)))
    undetermined = int((result.decisions["decision"] == DecisionCode.UNDETERMINED).sum())
    if undetermined:
        said.append(say("book.limit.undetermined", lang, count=undetermined))
    coarse = int(np.sum(result.ledger["resolution"].values > 0)) if "resolution" in result.ledger else 0
    if coarse:
        said.append(say("book.limit.resolution", lang, count=coarse))
    sensitive = int(result.decisions["grid_sensitive"].astype(bool).sum())
    if sensitive:
        said.append(say("book.limit.grid", lang, count=sensitive))
    years = sorted({one.year for one in result.study.emissions} - {result.study.years.base})
    if years:
        shown = listed(map(str, years), lang)
        said.append(say("book.limit.years", lang, years=shown, base=result.study.years.base))
    return (*said, *_partial_years(result, lang), say("book.limit.thresholds", lang), say("book.limit.people", lang))


def _partial_years(result: Result, lang: str) -> tuple[str, ...]:
    """Warn of years of the inventory that know fewer enterprises than the base year: their sums are no trend."""
    if result.inventory is None:
        return ()
    records = result.inventory.records.dropna(subset=["CO2"])
    known = records.groupby("year")["enterprise"].nunique().to_dict()
    base = known.get(result.inventory.year, 0)
    fewer = [say("book.limit.year_of", lang, year=year, count=count) for year, count in known.items() if count < base]
    return (say("book.limit.inventory_years", lang, years=listed(fewer, lang), base=base),) if fewer else ()


def _sources(result: Result, lang: str) -> list[tuple[str, str]]:
    study = result.study
    rows = [(say("book.source.units", lang), study.units.source)]
    rows += [
        (say("book.source.zones", lang, element=label(zones.element, lang)), zones.source) for zones in study.zones
    ]
    for one in study.emissions:
        about = " · ".join(part for part in (one.source, one.licence) if part)
        rows.append((f"{one.series} {one.species} {one.year}", about))
    if study.points is not None:
        rows.append((say("book.source.points", lang), study.points.source))
    return [(item, content or say("book.source.none", lang)) for item, content in dict.fromkeys(rows)]
