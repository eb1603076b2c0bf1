"""Sheets of what went in: the clauses as they were read, the audit of the grids, the faults of the inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zoning.clauses import Clause
from zoning.errors import Finding, Severity
from zoning.messages import say
from zoning.result import Result
from zoning.tables import read
from zoning.workbook.fields import code_label, listed
from zoning.workbook.sheet import Sheet, table

__all__ = ["clauses_sheet", "faults_sheet", "findings_sheet", "proxy_sheet"]


def clauses_sheet(result: Result, lang: str) -> Sheet:
    """Return every clause of every list with its labels, the words behind them, its reach and its address."""
    frames = [result.units.frame, *(zones.frame for zones in result.zones)]
    names = {code: name for frame in frames for code, name in zip(frame["code"], frame["name"], strict=True)}
    clauses = [clause for one in result.lists for clause in one.clauses]
    records = [_clause(clause, names.get(clause.code, ""), lang) for clause in clauses]
    counting = sum(clause.label.carbon_state in ("CARBON", "CARBON_COUPLED") for clause in clauses)
    lines = (say("book.clauses.found", lang, total=len(clauses), carbon=counting), say("book.clauses.read", lang))
    return Sheet("clauses", lines, (table("clauses", records, lang),), frozen=2)


def _clause(clause: Clause, name: str, lang: str) -> dict[str, Any]:
    label, scope, address = clause.label, clause.scope, clause.address
    cue = clause.text[slice(*label.span)] if label.span else ""
    parts = (*scope.sectors, *scope.industry_codes, *scope.objects, *scope.fuels, *([scope.zone] if scope.zone else []))
    return {
        "level": clause.level,
        "code": clause.code,
        "name": name,
        "dimension": clause.dimension,
        "number": f"{clause.number}{f'【{clause.tag}】' if clause.tag else ''}",
        "text": clause.text,
        "carbon_state": label.carbon_state,
        "modality": label.modality,
        "strength": label.strength,
        "grade": label.grade,
        "industries": listed(label.industries, lang),
        "cue": say("book.cue", lang, words=cue, rule=label.rule) if cue else label.rule,
        "gate": scope.gate,
        "reach": scope.reach,
        "scope_text": listed((code_label(part, lang) for part in parts), lang),
        "exact": scope.exact,
        "exception": scope.exception,
        "scope_missing": listed((code_label(part, lang) for part in scope.missing), lang),
        "file": address.file,
        "sheet": address.sheet,
        "cell": f"{address.cell}[{address.start}:{address.end}]",
    }


def proxy_sheet(result: Result, lang: str) -> Sheet:
    """Return the audit of pollutant grids against carbon grids: which of them are copies of one another."""
    records = result.proxy_audit.to_dict("records")
    for record in records:
        found = say("book.proxy_audit.copy" if record["is_copy"] else "book.proxy_audit.own", lang)
        record["verdict"] = record.get(f"verdict_{lang}", found)
    copies = sum(bool(record["is_copy"]) for record in records)
    lines = (say("book.proxy_audit.found", lang, pairs=len(records), copies=copies), say("book.proxy_audit.read", lang))
    return Sheet("proxy_audit", lines, (table("proxy_audit", records, lang),))


def findings_sheet(result: Result, lang: str) -> Sheet:
    """Return the faults of the inputs of a result."""
    return faults_sheet(result.findings, lang)


def faults_sheet(findings: Iterable[Finding], lang: str) -> Sheet:
    """Return faults, errors first, each with its address and its remedy."""
    meanings = {row["code"]: row[f"meaning_{lang}"] for row in read("finding_codes")}
    order = list(Severity)
    ordered = sorted(findings, key=lambda one: order.index(one.severity))
    counts = {severity: sum(one.severity is severity for one in ordered) for severity in Severity}
    found = say("book.findings.found", lang, **{str(severity): count for severity, count in counts.items()})
    records = [_finding(one, meanings.get(one.code, ""), lang) for one in ordered]
    return Sheet("findings", (found, say("book.findings.read", lang)), (table("findings", records, lang),), frozen=1)


def _finding(one: Finding, meaning: str, lang: str) -> dict[str, Any]:
    texts = {"meaning": meaning, "message": one.message(lang), "fix": one.fix(lang)}
    plain = {"severity": str(one.severity), "code": str(one.code), "row": "" if one.row is None else str(one.row)}
    return one.as_row() | plain | texts
