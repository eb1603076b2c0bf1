"""What the columns of the deliverables are called, in what unit they are shown, and what they mean.

One table, ``tables/deliverable_fields.csv``: sheet, field, names, unit of measure as shown, kind (how it is shown),
meaning and source. The workbook's data dictionary, its headers and the aliases of the GeoPackage all come from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from zoning.messages import listed, say
from zoning.tables import read
from zoning.vocab import label

__all__ = ["Field", "code_label", "field", "fields", "listed", "said", "unit_label", "with_unit"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a deliverable.

    Attributes
    ----------
    sheet, name : str
        Sheet key and field name.
    zh, en : str
        Name shown to readers.
    unit : str
        Unit of measure of the values as shown; empty for text only.
    kind : str
        ``text, code, label, flag, number, integer, share, ratio, small, science, year, marks`` (pieces of text that
        stayed, went or came) or ``theme.<theme>``.
    meaning_zh, meaning_en, source_zh, source_en : str
        For the data dictionary.
    width : float
        Of its column, in characters; 0 where it is in no sheet.
    """

    sheet: str
    name: str
    zh: str
    en: str
    unit: str
    kind: str
    meaning_zh: str
    meaning_en: str
    source_zh: str
    source_en: str
    width: float

    def title(self, lang: str) -> str:
        """Return the name with its unit of measure, as it stands in a header.

        Examples
        --------
        >>> field("decisions", "co2_t").title("zh")
        'CO₂ 总量（t/a）'
        """
        return with_unit(self.en if lang == "en" else self.zh, self.unit, self.kind, lang)

    def source(self, lang: str) -> str:
        """Return where the values come from."""
        return self.source_en if lang == "en" else self.source_zh


@cache
def _table() -> Mapping[str, Mapping[str, Field]]:
    sheets: dict[str, dict[str, Field]] = {}
    for row in read("deliverable_fields"):
        texts = dict(row)
        width = float(texts.pop("width") or 0)
        made = Field(name=texts.pop("field"), **texts, width=width)
        sheets.setdefault(made.sheet, {})[made.name] = made
    return sheets


def fields(sheet: str) -> tuple[Field, ...]:
    """Return the fields of a sheet in the order of its columns."""
    return tuple(_table()[sheet].values())


def field(sheet: str, name: str) -> Field | None:
    """Return one field, or None if the table does not know it."""
    return _table()[sheet].get(name)


def unit_label(unit: str, lang: str) -> str:
    """Return a unit of measure as readers write it; an unknown one as it is.

    Examples
    --------
    >>> unit_label("t yr-1", "zh"), unit_label("1", "en"), unit_label("µg m-3", "zh")
    ('t/a', 'ratio', 'µg m-3')
    """
    known = field("unit", unit)
    return unit if known is None else (known.en if lang == "en" else known.zh)


def with_unit(name: str, unit: str, kind: str, lang: str) -> str:
    """Return a name with its unit of measure, as it stands in a header; a share is displayed as a percentage.

    Examples
    --------
    >>> with_unit("占比", "1", "share", "zh"), with_unit("area", "km2", "number", "en")
    ('占比（%）', 'area (km²)')
    """
    shown = "%" if kind == "share" else unit_label(unit, lang)
    return say("book.with_unit", lang, name=name, unit=shown) if unit else name


def code_label(code: str, lang: str) -> str:
    """Return the name of any code: from the vocabulary, else from the codes of the deliverables, else the code."""
    named = label(code, lang)
    known = field("code", code) if named == code else None
    return named if known is None else (known.en if lang == "en" else known.zh)


def said(key: str, lang: str) -> str:
    """Return the text of a key that a result carries; the key itself where no text has it."""
    try:
        return say(key, lang)
    except (KeyError, IndexError):
        return key
