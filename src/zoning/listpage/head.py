"""The head of the page: the list, the date, the verdict, and the counts that a planner asks for first."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from zoning.audit import Audit, lists_said
from zoning.clauses import ABOUT_CARBON
from zoning.content import knowledge_date
from zoning.errors import FindingCode, Severity
from zoning.htmltree import Child, tag
from zoning.messages import say

__all__ = ["head"]


def head(title: str, found: Audit, lang: str) -> list[Child]:
    """Return title, verdict and counts."""
    status = say("audit.status.second-hand", lang)
    known = knowledge_date()["value"]
    return [
        tag(
            "header",
            tag("h1", title),
            tag("p", say("audit.subtitle", lang, date=found.date), class_="soft"),
            tag("p", say("audit.lists", lang, lists=lists_said(found.lists, lang)), class_="soft"),
            tag("p", say("audit.as_of", lang, known=known, status=status), class_="soft"),
        ),
        _verdict(found, lang),
        tag("div", *(_tile(name, count, lang) for name, count in _counts(found).items()), class_="tiles"),
    ]


def _verdict(found: Audit, lang: str) -> ET.Element:
    counts = Counter(one.severity for one in found.findings)
    key = next((str(severity) for severity in Severity if counts[severity]), "none")
    slots = {str(severity): counts[severity] for severity in Severity}
    return tag("p", say(f"audit.verdict.{key}", lang, **slots), class_=f"verdict {key}")


def _counts(found: Audit) -> dict[str, int]:
    clauses, carbon = found.tables.get("clauses"), found.tables.get("carbon")
    kinds = Counter(one.code for one in found.findings)
    speaking = 0 if clauses is None or clauses.empty else int(clauses["carbon_state"].isin(ABOUT_CARBON).sum())
    silent = 0 if carbon is None or carbon.empty else int((~carbon["own_state"].isin(ABOUT_CARBON)).sum())
    return {
        "units": len(found.tables.get("coverage", ())), "clauses": len(found.tables.get("clauses", ())),
        "carbon": speaking, "silent": silent, "over": kinds[FindingCode.DEADLINE_PASSED],
        "spent": kinds[FindingCode.LAW_NOT_IN_FORCE], "copied": len(found.tables.get("copies", ())),
    }  # fmt: skip


def _tile(name: str, count: int, lang: str) -> ET.Element:
    return tag("div", tag("b", str(count)), tag("span", say(f"audit.count.{name}", lang)), class_="tile")
