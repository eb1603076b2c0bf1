"""Columns of a sheet as numbers: what is written becomes float64, and what is no number is named by its cell."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence

from zoning.checks.table.amounts import A_NUMBER, number
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding
from zoning.messages import Both, finding
from zoning.tables import numbers

__all__ = ["column_of_numbers", "column_of_years", "not_negative", "numbers_of"]

A_YEAR = Both("四位数的年份", "a year of four digits")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0+)?(?:\s*年度?|[-/.年]\d{1,2}.*)?")


def _read(text: str) -> float:
    if not text:
        return math.nan
    return float(text) if _PLAIN.fullmatch(text) else number(text)


def numbers_of(
    sheet: Sheet, name: str, texts: Sequence[str], parse: Callable[[str], float], wanted: Both = A_NUMBER
) -> tuple[list[float], list[Finding]]:
    """Return texts of a field as numbers; each that is none is an error with its address."""
    key = "number" if wanted is A_NUMBER else "year"
    amounts: list[float] = []
    findings: list[Finding] = []
    for record, text in zip(sheet.rows, texts, strict=True):
        try:
            amounts.append(parse(text))
        except ValueError:
            amounts.append(math.nan)
            findings.append(finding("VALUE_UNKNOWN", key, where=sheet.at(name, record, text), allowed=wanted))
    return amounts, findings


def column_of_numbers(sheet: Sheet, name: str) -> tuple[list[float], list[Finding]]:
    """Return a field as numbers, NaN where it is empty; one that nothing on Earth could amount to is an error."""
    amounts, findings = numbers_of(sheet, name, sheet.texts(name), _read)
    most = numbers("thresholds")["amount_most"]
    if any(abs(amount) > most for amount in amounts):
        findings += [
            finding("VALUE_UNKNOWN", "endless", where=sheet.at(name, record), most=f"{most:g}")
            for record, amount in zip(sheet.rows, amounts, strict=True) if abs(amount) > most
        ]  # fmt: skip
        amounts = [math.nan if abs(amount) > most else amount for amount in amounts]
    return amounts, findings


def not_negative(sheet: Sheet, name: str, amounts: Sequence[float]) -> list[Finding]:
    """Return an error for each amount below 0."""
    if not any(amount < 0 for amount in amounts):
        return []
    least = Both("不小于 0 的数", "0 or more")
    return [
        finding("VALUE_UNKNOWN", "negative", where=sheet.at(name, record), allowed=least)
        for record, amount in zip(sheet.rows, amounts, strict=True) if amount < 0
    ]  # fmt: skip


def _year(text: str) -> float:
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _YEAR.fullmatch(plain)
    if match is None and not math.isnan(number(plain)):
        raise ValueError(text)
    return float(match[1]) if match else math.nan


def column_of_years(sheet: Sheet, name: str = "year") -> tuple[list[int], list[Finding]]:
    """Return the year of every row: its own, else that of the sheet; a day counted since 1900 is no year."""
    if name not in sheet.columns:
        return [sheet.year] * len(sheet.rows), []
    years, findings = numbers_of(sheet, name, sheet.texts(name), _year, A_YEAR)
    return [int(year) if math.isfinite(year) else sheet.year for year in years], findings
