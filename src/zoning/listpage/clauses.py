"""Every clause of the page, unit by unit, with the words that decided its carbon state marked."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from zoning.audit import Audit, cell_of, unit_of
from zoning.clauses import AccessList, Clause
from zoning.htmltree import Child, tag
from zoning.messages import say
from zoning.symbology import symbol
from zoning.tables import numbers
from zoning.vocab import label

__all__ = ["clause_part"]


def clause_part(found: Audit, lang: str) -> ET.Element:
    """Return the clauses of the audited list by unit, those of the lists above below them."""
    most = int(numbers("limits")["audit_page_clauses"])
    total = sum(len(one.clauses) for one in found.lists)
    faulty = {unit_of(one) for one in found.findings} if total > most else None
    parts: list[Child] = [
        tag("h2", say("audit.clauses", lang)),
        tag("p", say("audit.clauses.read", lang), class_="soft"),
    ]
    blocks: list[Child] = []
    left = most
    for one in reversed(found.lists):
        for code, clauses in one.by_code().items():
            if left < len(clauses) or (faulty is not None and one.level == "unit" and code not in faulty):
                continue
            left -= len(clauses)
            blocks.append(_unit(code, clauses, one, found, lang))
    if total > most:
        parts.append(tag("p", say("audit.clauses.cut", lang, total=total, shown=most - left), class_="soft"))
    return tag("section", *parts, *blocks, id="clauses")


def _unit(code: str, clauses: Sequence[Clause], one: AccessList, found: Audit, lang: str) -> ET.Element:
    name = next((entry.name for entry in one.entries if entry.code == code), "") if one.entries else ""
    own = found.lists and one is found.lists[-1]
    title = f"{code} {name}".strip() if own else f"{say('audit.upper', lang)} · {say(f'audit.level.{one.level}', lang)}"
    summary = tag("summary", tag("b", title), tag("span", str(len(clauses)), class_="count"))
    rows = [_clause(clause, lang) for clause in clauses]
    attributes = {"data_unit": code} if own else {}
    return tag("details", summary, tag("table", tag("tbody", *rows)), class_="kind unit", **attributes)


def _clause(clause: Clause, lang: str) -> ET.Element:
    said = clause.label
    return tag(
        "tr",
        tag("td", clause.number or f"#{clause.ordinal}", class_="no"),
        tag("td", *_marked(clause)),
        tag("td", label(clause.dimension, lang), class_="soft"),
        tag("td", symbol("carbon_state", said.carbon_state).label(lang), class_="soft"),
        tag("td", cell_of(clause.address), class_="code"),
        class_="item clause",
        data_unit=clause.code if clause.level in ("unit", "zone") else "",
    )


def _marked(clause: Clause) -> list[Child]:
    """Return the text of a clause with the words behind its carbon state marked."""
    span = clause.label.span
    if span is None or clause.label.carbon_state == "NONE":
        return [clause.text]
    start, end = span
    marked = tag("mark", clause.text[start:end], class_=f"mark-{clause.label.carbon_state}", title=clause.label.rule)
    return [clause.text[:start], marked, clause.text[end:]]
