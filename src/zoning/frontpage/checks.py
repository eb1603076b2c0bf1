"""How far the numbers can be trusted: conservation, findings, and the warnings that touch every sheet."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from zoning.errors import Finding
from zoning.htmltree import Child, chip, table, tag
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of, unit_text
from zoning.symbology.figures import number, species_text
from zoning.symbology.marks import sheet_warnings
from zoning.tables import read

__all__ = ["conservation", "findings", "verdict", "warnings"]

_TERMS = ("raster_total", "taken_out", "shortfall", "in_units", "counted_twice", "outside", "located")
_LAW = 1e-9  # relative; what the law of conservation allows


def warnings(result: Result, lang: str) -> list[Child]:
    """Return the warnings that every sheet prints."""
    return [
        tag("div", tag("b", kind), tag("ul", *(tag("li", text) for text in texts)), class_="warning")
        for kind, texts in sheet_warnings(result, lang).items()
    ]


def verdict(result: Result, lang: str) -> Child:
    """Return the line on conservation of mass: whether it holds, and the largest difference."""
    if not len(result.conservation):
        return None
    worst = float(pd.to_numeric(result.conservation["relative_difference"]).max())
    holds = worst <= _LAW
    text = say(f"index.law.{'holds' if holds else 'broken'}", lang, worst=f"{worst:.1e}")
    return tag("p", text, class_="law" if holds else "warning")


def conservation(result: Result, lang: str) -> list[Child]:
    """Return the section on conservation: per series, species and year the terms summed over sectors."""
    rows = result.conservation
    if not len(rows):
        return []
    unit = unit_text("t yr-1", lang)
    header = [say(f"index.law.{name}", lang, unit=unit) for name in ("species", *_TERMS, "difference")]
    body: list[list[Child]] = []
    for (series, species, year), part in rows.groupby(["series", "species", "year"], sort=True):
        body.append(
            [
                say("index.law.layer", lang, species=species_text(str(species)), year=year, series=series),
                *(number(_tonnes(part[term]), lang) for term in _TERMS),
                f"{float(part['relative_difference'].max()):.1e}",
            ]
        )
    return [
        tag("h2", say("index.law", lang)),
        verdict(result, lang),
        table(header, body),
    ]


def _tonnes(column: pd.Series[Any]) -> float:
    """Return a sum to the gram: what is left of two sums of millions of tonnes below that is round-off."""
    return round(float(column.sum(min_count=1)), 6) + 0.0


def findings(result: Result, lang: str) -> list[Child]:
    """Return the section on findings: counts by severity, and one row per kind of finding, errors first."""
    found, look = result.findings, look_of(result.study)
    counts = Counter(str(finding.severity) for finding in found)
    title = tag("h2", say("index.findings", lang))
    if not found:
        return [title, tag("p", say("index.findings.none", lang))]
    keys: list[Child] = []
    for one in look.symbols("severity"):
        keys += [chip(one, lang), f" {counts[one.code]}　"]
    header = [say(f"index.findings.{name}", lang) for name in ("severity", "kind", "count", "example", "fix")]
    rows = [_kind(group, look, lang) for group in _grouped(found, look)]
    return [title, tag("p", *keys), table(header, rows, class_="findings")]


def _grouped(found: tuple[Finding, ...], look: Look) -> list[list[Finding]]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((str(finding.severity), str(finding.code)), []).append(finding)
    order = {one.code: place for place, one in enumerate(look.symbols("severity"))}
    return [groups[key] for key in sorted(groups, key=lambda key: (order[key[0]], key[1]))]


def _kind(group: list[Finding], look: Look, lang: str) -> list[Child]:
    first = group[0]
    meaning = next(row[f"meaning_{lang}"] for row in read("finding_codes") if row["code"] == str(first.code))
    return [
        chip(look.symbol("severity", str(first.severity)), lang),
        tag("div", meaning, tag("div", str(first.code), class_="code")),
        str(len(group)),
        first.message(lang),
        first.fix(lang),
    ]
