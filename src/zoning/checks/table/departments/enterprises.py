"""Who the rows of a table are about: names, credit codes, places, trades, years, states."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from zoning.checks.table.departments.columns import column_of_years
from zoning.checks.table.departments.places import places_of
from zoning.checks.table.departments.sheets import Sheet
from zoning.checks.table.firms import credit_code_fault
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.vocab import value

__all__ = ["code_state", "firm_rows", "plain_code", "status_of"]

_OLD = re.compile(r"\d{13}|\d{15}|[0-9A-Z]{8}[0-9X]")  # registration numbers; organisation codes
_DIGITS = re.compile(r"[A-Za-z]?(\d{1,4})(?:\.0+)?")
_DATUM = {"CGCS2000": "CGCS2000", "GCJ-02": "GCJ-02", "BD-09": "BD-09"}


def plain_code(text: str) -> str:
    """Return a credit code in capitals and half width, without blanks and dashes.

    Examples
    --------
    >>> plain_code(" 9135 0582ex01448156"), plain_code("３５０５８２")
    ('91350582EX01448156', '350582')
    """
    return re.sub(r"[\s\u200b\ufeff\-—_'’`]+", "", unicodedata.normalize("NFKC", text)).upper()


@cache
def code_state(code: str) -> str:
    """Return ``valid``, ``check`` (letter wrong), ``old`` (registration number), ``malformed`` or ``none``.

    Examples
    --------
    >>> [code_state(code) for code in ("91350100M000100Y43", "91350100M000100Y44", "350100100012345", "")]
    ['valid', 'check', 'old', 'none']
    """
    if not code:
        return "none"
    if _OLD.fullmatch(code):
        return "old"
    fault = credit_code_fault(code)
    if fault is None:
        return "valid"
    return "check" if "check letter" in fault.en else "malformed"


@cache
def status_of(text: str) -> str | None:
    """Return the state of an enterprise or a device, '' if nothing is said, None if it is not understood.

    Examples
    --------
    >>> status_of("已拆除(2018年)"), status_of("备用"), status_of(""), status_of("乙")
    ('removed', 'standby', '', None)
    """
    if not text:
        return ""
    plain = unicodedata.normalize("NFKC", text)
    return value("device_status", plain) or value("device_status", re.sub(r"\([^()]*\)|\d{4}年(\d+月)?", "", plain))


def _industry(text: str) -> str:
    match = _DIGITS.fullmatch(text.strip())
    return match[1] if match else "".join(letter for letter in text if letter.isdigit())


def firm_rows(sheet: Sheet) -> tuple[list[tuple[Any, ...]], list[int], list[Finding]]:
    """Return the rows of ``firms``, the year of every row, and what is wrong about who and where they are.

    Returns
    -------
    (list of tuple, list of int, list of Finding)
        Rows in the order of ``COLUMNS["firms"]``.
    """
    years, findings = column_of_years(sheet)
    codes = [plain_code(text) for text in sheet.texts("code")]
    states = [code_state(code) for code in codes]
    lon, lat, faults = places_of(sheet)
    findings += faults
    status, faults = _states(sheet)
    findings += faults
    datum, faults = _datums(sheet)
    findings += faults
    industry = [_industry(text) for text in sheet.texts("industry")]
    findings += [*_codes_wrong(sheet, codes, states), *_industry_missing(sheet, industry)]
    texts = {
        name: sheet.texts(name) for name in ("name", "permit", "town", "address", "registered_address", "industry_name")
    }
    count = len(sheet.rows)
    parts = (
        sheet.refs, [sheet.kind] * count, [sheet.records.file] * count, [sheet.records.sheet] * count,
        [record.row for record in sheet.rows], codes, states, texts["name"], texts["permit"], texts["town"],
        texts["address"], texts["registered_address"], lon, lat, datum, industry, texts["industry_name"], years,
        status, _notes(sheet),
    )  # fmt: skip
    return list(zip(*parts, strict=True)), years, findings


def _notes(sheet: Sheet) -> list[str]:
    """Return remarks; of a permit with its dates of issue and end behind them, as renewals are told by them."""
    parts = zip(sheet.texts("note"), sheet.texts("issued"), sheet.texts("valid_until"), strict=True)
    return ["；".join(filter(None, (note, "/".join(filter(None, dates))))) for note, *dates in parts]


def _codes_wrong(sheet: Sheet, codes: Sequence[str], states: Sequence[str]) -> list[Finding]:
    """Credit codes that are wrong do not stop anything: the row keeps its name, and linkage knows the state."""
    found = []
    for record, code, state in zip(sheet.rows, codes, states, strict=True):
        if state in ("check", "old", "malformed"):
            fault = credit_code_fault(code) or Both("", "")
            where = sheet.at("code", record)
            found.append(finding("FIRM_CODE_PATTERN", severity=Severity.WARNING, where=where, reason=fault))
    return found


def _industry_missing(sheet: Sheet, industry: Sequence[str]) -> list[Finding]:
    if "industry" not in sheet.columns:
        return []
    empty = [record for record, code in zip(sheet.rows, industry, strict=True) if not code]
    if not empty:
        return []
    rows = "、".join(str(record.row) for record in empty)
    where = sheet.where("industry") | {"row": empty[0].row, "value": "、".join(record.text("name") for record in empty)}
    return [finding("INDUSTRY_MISSING", where=where, count=len(empty), rows=rows)]


def _states(sheet: Sheet) -> tuple[list[str], list[Finding]]:
    states: list[str] = []
    findings = []
    for record, text in zip(sheet.rows, sheet.texts("status"), strict=True):
        state = status_of(text)
        if state is None:
            where = sheet.at("status", record)
            known = Both("在用、备用、停用、已拆除、已合并、注销", "in use, standby, removed, merged, cancelled")
            findings.append(finding("VALUE_UNKNOWN", severity=Severity.WARNING, where=where, count=1, allowed=known))
        states.append(state or "")
    return states, findings


def _datums(sheet: Sheet) -> tuple[list[str], list[Finding]]:
    datums: list[str] = []
    findings = []
    for record, text in zip(sheet.rows, sheet.texts("datum"), strict=True):
        known = value("datum", text) if text else ""
        if known in ("Beijing 1954", "Xian 1980"):
            findings.append(finding("DATUM_SHIFT_UNKNOWN", severity=Severity.WARNING, where=sheet.at("datum", record)))
        elif known is None:
            allowed = Both("CGCS2000、GCJ-02、BD-09", "CGCS2000, GCJ-02, BD-09")
            where = sheet.at("datum", record)
            findings.append(finding("VALUE_UNKNOWN", severity=Severity.WARNING, where=where, count=1, allowed=allowed))
        datums.append(_DATUM.get(known or "", known or text))
    return datums, findings
