"""Which industry of the balance an enterprise belongs to: the sheet's own names against GB/T 4754 codes.

A sheet may name divisions (纺织业), groups (制鞋业), several together (金属制品和机械制造业), or give codes.
Every name becomes a set of code prefixes; an enterprise goes to the name with the longest prefix of its code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from zoning.tables import Row, read

__all__ = ["SheetIndustries", "balance_sector", "division", "group_enterprises", "nested", "read_industries", "without"]

_NUMBERING = re.compile(r"^(?:[#＃*]|\(?[一二三四五六七八九十]+[\)、.．]|\(\d+\)|\d+[、.．)])+")
_CODE = re.compile(r"^[A-Za-z]?(\d{2,4})(?=\D|$)")
_OF_WHICH = re.compile(r"^(?:其中|of which)[::]?", re.IGNORECASE)
_EMPTY_ENDS = re.compile(r"[^0-9A-Za-z一-鿿]")


def _plain(name: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    return _NUMBERING.sub("", text)


def _bare(name: str) -> str:
    return _EMPTY_ENDS.sub("", _plain(name))


@dataclass(frozen=True)
class SheetIndustries:
    """The industries of a sheet, understood.

    Attributes
    ----------
    prefixes : mapping of str to tuple of str
        Code prefixes of each name that counts; empty for a name that says nothing of an industry.
    subtotals : tuple of str
        Names that add up others of the sheet (采矿业, 制造业, 其中：…) and therefore count nowhere.
    rest : str
        Name that takes what no other takes (其他, or a mixed row that holds 其他制造业); '' if there is none.
    """

    prefixes: Mapping[str, tuple[str, ...]]
    subtotals: tuple[str, ...] = ()
    rest: str = ""

    def group_of(self, code: str) -> tuple[str, str]:
        """Return the name that an enterprise of a GB/T 4754 code belongs to, and how: ``name, near, rest, none``."""
        digits = "".join(re.findall(r"\d", code))
        for how, wanted in (("name", (digits,)), ("near", _near(digits))):
            for one in wanted:
                found = self._longest(one)
                if found:
                    return found, how
        if self.rest and balance_sector(digits) == "industry":
            return self.rest, "rest"
        return "", "none"

    def _longest(self, digits: str) -> str:
        found = [
            (len(prefix), name)
            for name, prefixes in self.prefixes.items()
            for prefix in prefixes
            if digits and digits.startswith(prefix)
        ]
        return min(found, key=lambda one: (-one[0], one[1]))[1] if found else ""


def _near(digits: str) -> tuple[str, ...]:
    row = _row_of(digits)
    return tuple(filter(None, row["near"].split(";"))) if row else ()


@cache
def _row_of(digits: str) -> Row | None:
    known = {row["prefix"]: row for row in read("balance_groups")}
    return next((known[digits[:size]] for size in range(len(digits), 0, -1) if digits[:size] in known), None)


def balance_sector(code: str) -> str:
    """Return the sector of the energy balance that a GB/T 4754 code belongs to; '' if the code says nothing.

    Examples
    --------
    >>> balance_sector("4412"), balance_sector("C3071"), balance_sector("7723"), balance_sector("")
    ('power', 'industry', 'other', '')
    """
    row = _row_of("".join(re.findall(r"\d", code)))
    return row["sector"] if row else ""


def division(code: str) -> tuple[str, str, str]:
    """Return prefix, Chinese and English name of the GB/T 4754 division of a code.

    Examples
    --------
    >>> division("1952")
    ('19', '皮革、毛皮、羽毛及其制品和制鞋业', 'leather fur feather and footwear')
    >>> division("")
    ('', '', '')
    """
    row = _row_of("".join(re.findall(r"\d", code))[:2])
    return (row["prefix"], row["name"], row["en"]) if row else ("", "", "")


def read_industries(names: Iterable[str]) -> SheetIndustries:
    """Understand the names of an industries sheet.

    Parameters
    ----------
    names : iterable of str
        As written; order does not matter.

    Examples
    --------
    >>> sheet = read_industries(["制造业", "纺织业", "纺织服装和其他制造业", "C30 非金属矿物制品业", "制鞋业"])
    >>> sheet.subtotals
    ('制造业',)
    >>> [sheet.group_of(code)[0] for code in ("1713", "1810", "3071", "1952")]
    ['纺织业', '纺织服装和其他制造业', 'C30 非金属矿物制品业', '制鞋业']
    >>> sheet.group_of("2110")
    ('纺织服装和其他制造业', 'rest')
    """
    ordered = sorted(set(names))
    sections = {name: row for name in ordered if (row := _section(name)) is not None}
    plain = {name: _prefixes(name) for name in ordered if name not in sections and not _OF_WHICH.match(_plain(name))}
    covered = {prefix[:2] for prefixes in plain.values() for prefix in prefixes}
    subtotals = {name for name in ordered if _OF_WHICH.match(_plain(name))}
    rest = sorted(name for name, row in sections.items() if row["kind"] == "rest")
    for name, row in sections.items():
        if row["kind"] == "memo" or (row["kind"] == "section" and covered & set(_span(row))):
            subtotals.add(name)
        elif row["kind"] == "section":
            plain[name] = _span(row)
        else:
            plain[name] = ()
    mixed = sorted(name for name, prefixes in plain.items() if "41" in prefixes and len(prefixes) > 1)
    return SheetIndustries(plain, tuple(sorted(subtotals)), next(iter(rest + mixed), ""))


def nested(industries: SheetIndustries) -> tuple[str, ...]:
    """Return names that may be a part of another name of the sheet: all their codes lie within its codes.

    Examples
    --------
    >>> nested(read_industries(["非金属矿物制品业", "水泥制造", "纺织业"]))
    ('水泥制造',)
    """
    found = []
    for name, prefixes in industries.prefixes.items():
        others = [one for other, codes in industries.prefixes.items() if other != name for one in codes]
        if prefixes and all(any(code.startswith(one) and code != one for one in others) for code in prefixes):
            found.append(name)
    return tuple(sorted(found))


def without(industries: SheetIndustries, names: Iterable[str]) -> SheetIndustries:
    """Return the industries with some names among the subtotals."""
    aside = set(names)
    prefixes = {name: codes for name, codes in industries.prefixes.items() if name not in aside}
    return SheetIndustries(prefixes, tuple(sorted({*industries.subtotals, *aside})), industries.rest)


def _section(name: str) -> Row | None:
    return next((row for row in read("balance_sections") if _bare(row["name"]) == _bare(name)), None)


def _span(row: Row) -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(int(row["first"]), int(row["last"]) + 1))


def _prefixes(name: str) -> tuple[str, ...]:
    coded = _CODE.match(_plain(name))
    if coded:
        return (coded.group(1),)
    exact = [row["prefix"] for row in read("balance_groups") if _bare(row["name"]) == _bare(name)]
    return tuple(exact) or _consumed(_bare(name), _words()) or _consumed(_bare(name), _crosswalk_words())


def _consumed(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the prefixes of the words in a text, longest words first; a letter belongs to one word only."""
    found: set[str] = set()
    for word in sorted(words, key=lambda one: (-len(one), one)):
        if word in text:
            found |= set(words[word])
            text = text.replace(word, "|")
    return tuple(sorted(found))


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    words: dict[str, set[str]] = {}
    for row in read("balance_groups"):
        for word in filter(None, row["words"].split(";")):
            words.setdefault(_bare(word), set()).add(row["prefix"])
    return {word: tuple(sorted(prefixes)) for word, prefixes in words.items()}


@cache
def _crosswalk_words() -> Mapping[str, tuple[str, ...]]:
    """Words of ``tables/sector_industry.csv``, for names that the table of divisions does not know."""
    words: dict[str, set[str]] = {}
    for row in read("sector_industry"):
        codes = next((row[key] for key in ("gb_t_4754_4", "gb_t_4754_3", "gb_t_4754_2") if row[key]), "")
        if row["row_type"] != "industry" or row["inventory_sector"] not in ("industry", "power"):
            continue
        for word in filter(None, (row["industry_zh"], *row["synonyms_zh"].split(";"))):
            words.setdefault(_bare(word), set()).update(filter(None, codes.split(";")))
    return {word: tuple(sorted(prefixes)) for word, prefixes in words.items() if prefixes}


def group_enterprises(enterprises: pd.DataFrame, industries: SheetIndustries) -> pd.DataFrame:
    """Return ``group, division, sector, how`` of every enterprise.

    Parameters
    ----------
    enterprises : DataFrame
        Index ``enterprise``; ``industry`` (GB/T 4754 digits), ``industry_name``, ``sector``.
    industries : SheetIndustries
        What the sheet splits industry into.

    Examples
    --------
    >>> rows = pd.DataFrame({"industry": ["4412", ""], "industry_name": ["", "制鞋"], "sector": "industry"}, ["a", "b"])
    >>> group_enterprises(rows, read_industries(["制鞋业"]))[["group", "sector", "how"]].to_numpy().tolist()
    [['', 'power', 'none'], ['制鞋业', 'industry', 'name']]
    """
    codes = [
        str(code) or next(iter(_prefixes(str(name))), "")
        for code, name in zip(enterprises["industry"], enterprises["industry_name"], strict=True)
    ]
    found = [industries.group_of(code) for code in codes]
    sectors = [balance_sector(code) or str(own) for code, own in zip(codes, enterprises["sector"], strict=True)]
    return pd.DataFrame(
        {
            "group": [name for name, _ in found],
            "division": [division(code)[0] for code in codes],
            "sector": [sector or "industry" for sector in sectors],
            "how": [how for _, how in found],
        },
        index=enterprises.index,
        dtype=object,
    )
