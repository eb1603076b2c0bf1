"""The findings of the page, grouped by kind, and what to do first."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePath
from xml.etree import ElementTree as ET

from zoning.audit import Audit, Kind, kinds_of, unit_of
from zoning.errors import Finding, Severity
from zoning.htmltree import Child, chip, tag
from zoning.messages import say
from zoning.symbology import symbol
from zoning.tables import numbers

__all__ = ["finding_part", "first_steps"]


def first_steps(found: Audit, lang: str) -> ET.Element:
    """Return the kinds of errors and warnings in the order in which they should be dealt with."""
    kinds = [one for one in kinds_of(found.findings) if one.severity is not Severity.INFO]
    rows = [
        tag("li", tag("a", _step(one, lang), href=f"#{one.severity}-{one.code}"), class_=str(one.severity))
        for one in kinds
    ]
    inside: Child = tag("ol", *rows) if rows else tag("p", say("audit.first.none", lang))
    return tag("section", tag("h2", say("audit.first", lang)), inside, id="first")


def _step(one: Kind, lang: str) -> str:
    key = "audit.first.row" if one.units else "audit.first.places"
    return say(key, lang, meaning=one.meaning(lang), count=one.count, units=one.units)


def finding_part(found: Audit, lang: str) -> ET.Element:
    """Return the findings, each with its place and its remedy; of very many the first, and how many there are."""
    most = int(numbers("limits")["audit_page_findings"])
    shown = found.findings[:most]
    parts: list[Child] = [tag("h2", say("audit.findings", lang))]
    if len(found.findings) > most:
        cut = say("audit.findings.cut", lang, total=len(found.findings), shown=most)
        parts.append(tag("p", cut, class_="soft"))
    kinds = {(one.severity, one.code): one for one in kinds_of(found.findings)}
    for key, group in groupby(shown, key=lambda one: (one.severity, one.code)):
        parts.append(_kind(kinds[key], list(group), lang))
    return tag("section", *parts, id="findings")


def _kind(kind: Kind, group: list[Finding], lang: str) -> ET.Element:
    title = tag("summary", chip(symbol("severity", str(kind.severity)), lang), tag("b", kind.meaning(lang)),
                tag("span", str(kind.code), class_="code"), tag("span", str(kind.count), class_="count"))  # fmt: skip
    opened = {"open": "open"} if kind.severity is not Severity.INFO else {}
    return tag("details", title, *(_card(one, lang) for one in group), id=f"{kind.severity}-{kind.code}",
               class_=f"kind {kind.severity}", **opened)  # fmt: skip


def _card(one: Finding, lang: str) -> ET.Element:
    row = say("screen.row", lang, row=one.row) if one.row else ""
    place = " · ".join(part for part in (PurePath(one.file).name, one.layer, row) if part)
    return tag(
        "article",
        tag("p", place, class_="place") if place else None,
        tag("p", one.message(lang)),
        tag("p", one.fix(lang), class_="fix") if one.fix(lang) else None,
        class_=f"finding {one.severity} item",
        data_severity=str(one.severity),
        data_unit=unit_of(one),
    )
