"""Forms in which a department writes a header: a name with its unit, with a remark to the person who fills it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from zoning.quantities import is_known
from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["alternatives", "forms_of"]

_BRACKET = re.compile(r"(.+?)[（(\[【]([^（()）\[\]【】]+)[)）\]】]")
_UNDERSCORE = re.compile(r"(.+)_([^_]+)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}\s*[.、．)）]|[(（]\d{1,3}[)）]|[一二三四五六七八九十]+、)\s*")
_SEVERAL = re.compile(r"\s*(?:[,，、;；]|或者?)\s*")
_BESIDE = re.compile(r"[\s/／:：,，—-]+")


def alternatives(written: str) -> tuple[str, ...]:
    """Return the units of a text that names several («t,万Nm3»): which one counts is said by what is measured.

    Examples
    --------
    >>> alternatives("t,万Nm3"), alternatives("吨"), alternatives("吨、筐")
    (('t', '万Nm3'), ('吨',), ('吨', '筐'))
    """
    return tuple(filter(None, _SEVERAL.split(written.strip())))


def forms_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, unit) that a header may mean, the plainest first; the unit is '' where it carries none.

    A remark in brackets (尚未领取的填写原组织机构代码) and a number before the name are no part of it. Whether a name
    is known is for the caller to say.

    Examples
    --------
    >>> list(forms_of("煤炭消耗量(吨)")), list(forms_of("综合能耗（当量值，万tce）"))
    ([('煤炭消耗量', '吨')], [('综合能耗(当量值)', '万tce')])
    >>> list(forms_of("单位详细名称(全称)")), list(forms_of("用电量/万千瓦时"))
    ([('单位详细名称', '')], [('用电量', '万千瓦时')])
    """
    plain = " ".join(text.split())
    yield from _forms(plain)
    bare = _NUMBERED.sub("", plain)
    if bare and bare != plain:
        yield bare, ""
        yield from _forms(bare)


def _forms(plain: str) -> Iterator[tuple[str, str]]:
    for pattern in (_BRACKET, _UNDERSCORE):
        if match := pattern.fullmatch(plain):
            yield from _bracketed(match[1].strip(), match[2].strip())
            return
    for match in _BESIDE.finditer(plain):
        name, unit = plain[: match.start()], plain[match.end() :]
        if name and _all_units(unit):
            yield name, unit


def _bracketed(name: str, inside: str) -> Iterator[tuple[str, str]]:
    if _all_units(inside):
        yield name, inside
        return
    parts = alternatives(inside)
    units = [part for part in parts if _is_unit(part)]
    if len(units) == 1:
        kind = ",".join(part for part in parts if part not in units)
        yield f"{name}({kind})", units[0]
        if _is_remark(kind):
            yield name, units[0]
    if _is_remark(inside):
        yield name, ""
        yield from _forms(name)


def _all_units(text: str) -> bool:
    return _is_unit(text) or (len(alternatives(text)) > 1 and all(map(_is_unit, alternatives(text))))


@cache
def _is_unit(text: str) -> bool:
    return is_known(text)


@cache
def _is_remark(text: str) -> bool:
    words = [row["written"] for row in read("value_aliases") if row["domain"] == "header_remark"]
    return any(normalise_header(word) in normalise_header(text) for word in words)
