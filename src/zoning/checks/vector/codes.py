"""Codes of a layer: unique, well formed, and in agreement with class, element, region and version."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.checks.vector.addressed import EXAMPLES, Addressed, joined, shown
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.vocab import UnitClass, label, value

__all__ = [
    "UNIT_CODE",
    "ZONE_CODE",
    "check_admin",
    "check_class_digits",
    "check_element",
    "check_pattern",
    "check_unique",
    "check_version",
]

UNIT_CODE = re.compile(r"(ZH|HY)\d{6}[123]\d{4}")
ZONE_CODE = re.compile(r"YS\d{6}[123]\d{6}")
_CLASS_DIGIT, _ELEMENT_DIGIT = 8, 9
_ELEMENTS = {"ecology": "1", "water": "2", "air": "3", "energy": "5"}
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_ADMIN = re.compile(r"\d{6,12}")


def check_unique(named: Addressed, shapes: NDArray[np.object_]) -> tuple[Finding, ...]:
    """Find rows without a code, and codes that stand on several rows: repeated rows, parts, or different features."""
    codes = pd.Series(named.codes)
    findings: list[Finding] = []
    empty = np.flatnonzero((codes == "").to_numpy())
    if len(empty):
        where = named.where(empty, "code", "")
        findings.append(finding("CODE_DUPLICATE", "empty", where=where, count=len(empty), rows=_rows(named, empty)))
    groups = codes[(codes != "") & codes.duplicated(keep=False)].groupby(codes).groups
    kinds: dict[str, list[tuple[str, list[int]]]] = {}
    for code, index in groups.items():
        at = [int(one) for one in index]
        kinds.setdefault(_likeness(shapes[at]), []).append((str(code), at))
    for kind, repeated in sorted(kinds.items()):
        texts = [
            Both(f"{shown(code)}（第 {_rows(named, at)} 行）", f"{shown(code)} (rows {_rows(named, at)})")
            for code, at in repeated[:EXAMPLES]
        ]
        where = named.where(repeated[0][1], "code", "; ".join(code for code, _ in repeated[:EXAMPLES]))
        named_codes = joined(texts, len(repeated))
        findings.append(finding("CODE_DUPLICATE", kind, where=where, count=len(repeated), named=named_codes))
    return tuple(findings)


def _rows(named: Addressed, positions: Sequence[int] | NDArray[np.int64]) -> str:
    rows = ", ".join(str(named.row(one)) for one in positions[:EXAMPLES])
    return rows + (" …" if len(positions) > EXAMPLES else "")


def _likeness(shapes: NDArray[np.object_]) -> str:
    """Tell whether features of one code are the same shape (``same``), touch (``parts``), or are different ones."""
    there = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if len(there) < len(shapes):
        return "features"
    if len({shapely.to_wkb(shapely.normalize(shape)) for shape in there}) == 1:
        return "same"
    apart = [min(shape.distance(other) for other in there if other is not shape) for shape in there]
    return "parts" if max(apart) == 0 else "features"


def check_pattern(named: Addressed, pattern: re.Pattern[str], key: str) -> tuple[Finding, ...]:
    """Find codes that break the rule, and say what they would be without blanks, full width, lower case, O for 0."""
    odd = np.array([at for at, code in enumerate(named.codes) if code and not pattern.fullmatch(code)], dtype=int)
    if not len(odd):
        return ()
    mended = {int(at): _mended(str(named.codes[at]), pattern) for at in odd}

    def near(at: int) -> Both:
        return Both(f"应为 {mended[at]}？", f"{mended[at]}?") if mended[at] else Both("", "")

    likely = [at for at in odd if mended[int(at)]]
    findings = []
    for suffix, chosen in (("mended", likely), ("", [at for at in odd if not mended[int(at)]])):
        if len(chosen):
            text = ".".join(part for part in (key, suffix) if part)
            where = named.where(chosen, "code")
            findings.append(finding("CODE_PATTERN", text, severity=Severity.WARNING, where=where, count=len(chosen),
                                    named=named.named(chosen, near)))  # fmt: skip
    return tuple(findings)


def _mended(code: str, pattern: re.Pattern[str]) -> str:
    r"""Return the code in half width and upper case without blanks and dashes, if that fits the rule.

    Examples
    --------
    >>> _mended("zh350582 100O８", UNIT_CODE), _mended("甲1", UNIT_CODE)
    ('ZH35058210008', '')
    """
    plain = unicodedata.normalize("NFKC", code).upper()
    plain = "".join(letter for letter in plain if letter.isalnum() and letter.isascii())
    plain = plain[:2] + plain[2:].translate(_LOOK_ALIKES)
    return plain if pattern.fullmatch(plain) else ""


def check_class_digits(
    named: Addressed, classes: pd.Series, written: pd.Series, pattern: re.Pattern[str]
) -> tuple[Finding, ...]:
    """Hold the class digit of each code against the class of the feature."""
    digits = [UnitClass(one).digit if isinstance(one, str) else "" for one in classes]
    wrong = [
        at for at, (code, digit) in enumerate(zip(named.codes, digits, strict=True))
        if digit and pattern.fullmatch(code) and code[_CLASS_DIGIT] != digit
    ]  # fmt: skip
    if not wrong:
        return ()
    by_digit = {one.digit: one for one in UnitClass}

    def disagreement(at: int) -> Both:
        digit = named.codes[at][_CLASS_DIGIT]
        text, meant = shown(written.iloc[at]), by_digit[digit]
        zh = f"类别位 {digit} 表示{label(meant)}，分类写“{text}”"
        return Both(zh, f"digit {digit} means {label(meant, 'en')}, class says “{text}”")

    first = named.ordered(wrong)[0]
    where = named.where(wrong, "unit_class", f"{named.codes[first]}: {written.iloc[first]}")
    return (finding("CLASS_MISMATCH", where=where, count=len(wrong), named=named.named(wrong, disagreement)),)


def check_element(named: Addressed, written: pd.Series | None, element: str) -> tuple[Finding, ...]:
    """Hold the element digit of each code, and the element column if there is one, against the declared element."""
    wrong = [
        at for at, code in enumerate(named.codes)
        if ZONE_CODE.fullmatch(code) and code[_ELEMENT_DIGIT] != _ELEMENTS[element]
    ]  # fmt: skip
    name = Both(label(element), label(element, "en"))
    findings = []
    if wrong:
        where = named.where(wrong, "code")
        findings.append(finding("ELEMENT_MISMATCH", where=where, element=name, digit=_ELEMENTS[element],
                                count=len(wrong), named=named.named(wrong)))  # fmt: skip
    told = [] if written is None else [value("element", cell) for cell in written]
    other = [at for at, code in enumerate(told) if code is not None and code != element]
    if other and written is not None:
        words = "、".join(sorted({shown(written.iloc[at]) for at in other}))
        where = named.where(other, "element")
        findings.append(finding("ELEMENT_MISMATCH", "text", where=where, element=name, written=words,
                                count=len(other), named=named.named(other)))  # fmt: skip
    return tuple(findings)


def check_admin(named: Addressed, given: pd.Series | None, admin_code: str) -> tuple[Finding, ...]:
    """Hold the admin digits of each code against the study (unless of the whole country) and against its field."""
    standard = [at for at, code in enumerate(named.codes) if UNIT_CODE.fullmatch(code) or ZONE_CODE.fullmatch(code)]
    findings = []
    prefix = _significant(admin_code)
    foreign = [at for at in standard if not named.codes[at][2:].startswith(prefix)]
    if foreign:
        where = named.where(foreign, "code")
        findings.append(finding("ADMIN_MISMATCH", where=where, admin=admin_code, count=len(foreign),
                                named=named.named(foreign)))  # fmt: skip
    if given is None:
        return tuple(findings)
    fields = [shown(cell) for cell in given]
    differ = [
        at for at in standard
        if _ADMIN.fullmatch(fields[at]) and not named.codes[at][2:8].startswith(_significant(fields[at][:6]))
    ]  # fmt: skip
    if differ:
        text = named.named(differ, lambda at: Both(fields[at], fields[at]))
        where = named.where(differ, "admin_code")
        findings.append(finding("ADMIN_MISMATCH", "field", where=where, count=len(differ), named=text))
    return tuple(findings)


def _significant(admin_code: str) -> str:
    """Return the digits of a code that say something: 2 of a province, 4 of a city, 6 of a county, none of the whole.

    Examples
    --------
    >>> _significant("350000"), _significant("350500"), _significant("350582"), _significant("000000")
    ('35', '3505', '350582', '')
    """
    pairs = [admin_code[:2], admin_code[2:4], admin_code[4:6]]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    return "".join(pairs)


def check_version(named: Addressed, versions: pd.Series | None) -> tuple[Finding, ...]:
    """Warn where one layer holds features of several versions."""
    if versions is None:
        return ()
    told = [shown(version) for version in versions]
    counts = Counter(version for version in told if version)
    if len(counts) < 2:
        return ()
    rare = min(counts, key=lambda version: (counts[version], version))
    at = [position for position, version in enumerate(told) if version == rare]
    words = [f"{version} × {count}" for version, count in sorted(counts.items())[:EXAMPLES]]
    where = named.where(at, "version", "; ".join(words))
    return (finding("VERSION_MIXED", where=where, count=len(counts), rare=rare, named=named.named(at)),)
