"""The closed words of the field: classes, elements, zone sub-types, species, sectors, field names, decisions.

Enumerations are here; what words a user may write for them is in tables (``field_aliases``, ``value_aliases``,
``zone_vocab``), so that a new dialect needs no code.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

from zoning.messages import Both
from zoning.tables import Row, read

__all__ = [
    "GOVERNABLE",
    "DecisionCode",
    "Element",
    "UnitClass",
    "allowed",
    "field_name",
    "known_headers",
    "label",
    "normalise_header",
    "simplified",
    "value",
    "zone_subtype",
]


class UnitClass(StrEnum):
    """Classes of control units, with the digit that stands in the unit code."""

    PRIORITY = "PRIORITY"
    KEY = "KEY"
    GENERAL = "GENERAL"

    @property
    def digit(self) -> str:
        """Class digit of the code (1 优先, 2 重点, 3 一般)."""
        return {"PRIORITY": "1", "KEY": "2", "GENERAL": "3"}[self.value]


class Element(StrEnum):
    """Environmental elements that have control zones."""

    AIR = "air"
    ENERGY = "energy"
    WATER = "water"
    ECOLOGY = "ecology"


class DecisionCode(StrEnum):
    """What a unit's access list needs (docs/method.md §5)."""

    NEED = "NEED"
    UPGRADE = "UPGRADE"
    COVERED = "COVERED"
    WATCH = "WATCH"
    NO_ACTION = "NO_ACTION"
    UNDETERMINED = "UNDETERMINED"


_PLACE = "…"  # of the name of a pollutant in a wording
GOVERNABLE = ("power", "industry")
"""Sectors whose mass a list can govern: industry, boilers, kilns, energy supply; not household or road mass."""


def normalise_header(header: object) -> str:
    r"""Return a header without BOM, blanks, newlines, in half width, lower case and simplified characters.

    Examples
    --------
    >>> normalise_header("\ufeff GKFQFL\n")
    'gkfqfl'
    """
    return _plain(str(header))


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    half = unicodedata.normalize("NFKC", text).replace("\ufeff", "")
    return simplified(re.sub(r"\s+", "", half).lower())


def simplified(text: str) -> str:
    """Return a text in the simplified characters that all tables of words are written in.

    Examples
    --------
    >>> simplified("企業名稱")
    '企业名称'
    """
    return text.translate(_characters())


@cache
def _characters() -> dict[int, str]:
    """Return letter → simplified character."""
    rows = read("clause_traditional")
    pairs = ((a, b) for row in rows for a, b in zip(row["traditional"], row["simplified"], strict=True))
    return str.maketrans(dict(pairs))


@cache
def _fields(layer: str) -> dict[str, str]:
    own = {layer, "any"}
    shared = {"firms"} if layer in _of_firms() else set()  # what every table of enterprises says of them
    words: dict[str, str] = _fuel_columns(layer) | _pollutant_columns(layer)
    for layers in (shared, own):
        words |= {
            normalise_header(row["alias"]): row["field"] for row in read("field_aliases") if row["layer"] in layers
        }
    return words


@cache
def _of_firms() -> frozenset[str]:
    """Return the layers of tables whose rows are about enterprises."""
    return frozenset(
        ".".join(filter(None, (row["kind"], row["role"])))
        for row in read("department_tables") if row["required"].startswith("name|code")
    )  # fmt: skip


def _fuel_columns(layer: str) -> dict[str, str]:
    """Return headers that name fuels, alone or with a word of use (煤炭消耗量), where a table has such columns."""
    kinds = {".".join(filter(None, (row["kind"], row["role"]))): row["fuels"] for row in read("department_tables")}
    if kinds.get(layer) != "columns":
        return {}
    words = {role: ["", *(row["written"] for row in read("fuel_wordings") if row["role"] == role)]
             for role in ("prefix", "suffix")}  # fmt: skip
    return {
        normalise_header(f"{before}{row['written']}{after}"): f"fuel:{row['fuel']}"
        for row in read("fuel_aliases") for before in words["prefix"] for after in words["suffix"]
    }  # fmt: skip


def _pollutant_columns(layer: str) -> dict[str, str]:
    """Return headers that name an amount of a pollutant (二氧化硫排放量), where a table has such columns."""
    tables = {".".join(filter(None, (row["kind"], row["role"]))): row["typical"] for row in read("department_tables")}
    whats = {name.partition(":")[0] for name in tables.get(layer, "").split(";") if ":" in name}
    rows = read("pollutant_wordings")
    patterns = [(row["role"], row["written"]) for row in rows if _PLACE in row["written"]]
    return {
        normalise_header(pattern.replace(_PLACE, row["written"])): f"{what}:{row['role']}"
        for row in rows if _PLACE not in row["written"]
        for what, pattern in patterns if what in whats
    }  # fmt: skip


def field_name(layer: str, header: object) -> str | None:
    """Return our name of a header in a kind of layer (``units, zones.air, targets, list, points …``), or None.

    Examples
    --------
    >>> field_name("units", "HJGKDYBM"), field_name("units", "环境管控单元编码 "), field_name("units", "nonsense")
    ('code', 'code', None)
    """
    return _fields(layer).get(normalise_header(header))


def known_headers(layer: str) -> tuple[str, ...]:
    """Return the (normalised) headers known for a kind of layer, for «nearest known» messages."""
    return tuple(_fields(layer))


@cache
def _values(domain: str) -> dict[str, str]:
    return {normalise_header(row["written"]): row["code"] for row in read("value_aliases") if row["domain"] == domain}


def value(domain: str, written: object) -> str | None:
    """Return the code of a written value in a domain (``unit_class, species, in_grid, fuel …``), or None.

    Examples
    --------
    >>> value("unit_class", "重点管控单元"), value("unit_class", "2"), value("species", "PM25")
    ('KEY', 'KEY', 'PM2.5')
    """
    return _values(domain).get(normalise_header(written))


@lru_cache(maxsize=1)
def _subtypes() -> dict[str, Row]:
    return {row["code"]: row for row in read("zone_vocab")}


def allowed(domain: str) -> Both:
    """Return the values a domain knows, for messages: the Chinese words, and the codes.

    Examples
    --------
    >>> allowed("in_grid").zh, allowed("in_grid").en
    ('是、否、不明', 'yes, no, unknown')
    """
    words: dict[str, str] = {}
    for row in read("value_aliases"):
        if row["domain"] == domain and not row["written"].isascii():
            words.setdefault(row["code"], row["written"])
    codes = dict.fromkeys(row["code"] for row in read("value_aliases") if row["domain"] == domain)
    return Both("、".join(words.get(code, code) for code in codes), ", ".join(codes))


def zone_subtype(element: str, written: object, fuel_class: object = "") -> str | None:
    """Return the code of a zone sub-type from its text (and, for no-burn zones, its fuel class), or None.

    Examples
    --------
    >>> zone_subtype("air", "大气环境受体敏感重点管控区"), zone_subtype("energy", "高污染燃料禁燃区", "Ⅲ")
    ('AIR_RECEPTOR', 'NOBURN_3')
    """
    text = normalise_header(written)
    klass = normalise_header(fuel_class)
    for row in read("zone_subtype_words"):
        if row["element"] == element and row["word"] in text and (not row["fuel_class"] or row["fuel_class"] in klass):
            return row["code"]
    return None


@lru_cache(maxsize=1)
def _labels() -> dict[str, tuple[str, str]]:
    labels = {row["code"]: (row["zh"], row["en"]) for row in read("labels")}
    zones = {code: (_with_element(row), row["subtype_en"]) for code, row in _subtypes().items()}
    return zones | labels


def _with_element(row: Row) -> str:
    """Return a type of zone with its element in front, said once (生态保护红线 names it already)."""
    element, subtype = row["element_zh"], row["subtype_zh"]
    return subtype if subtype.startswith(element) else f"{element}{subtype}"


def label(code: str, lang: str = "zh") -> str:
    """Return the name of any code of the vocabulary in one language; the code itself if it has none.

    Examples
    --------
    >>> label("KEY"), label("industry", "en")
    ('重点管控单元', 'industry')
    """
    names = _labels().get(str(code))
    return str(code) if names is None else names[lang == "en"]
