"""Words and settings of drafting, as rows of tables: nothing that is printed or compared stands in code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from zoning.tables import Row, numbers, read

__all__ = ["rows_by", "setting", "wording", "words", "zone_name"]


@cache
def words(kind: str) -> Mapping[str, str]:
    """Return key → word of one kind of ``draft_words``, in their order.

    Examples
    --------
    >>> words("class_name")["KEY"]
    '重点管控单元'
    """
    return MappingProxyType({row["key"]: row["word"] for row in read("draft_words") if row["kind"] == kind})


def wording(key: str, **slots: object) -> str:
    """Return one wording with its places filled.

    Examples
    --------
    >>> wording("firms", count=3)
    '3家重点排放单位'
    """
    return words("text")[key].format(**slots)


def setting(name: str) -> float:
    """Return a row of ``draft_settings``.

    Examples
    --------
    >>> setting("candidates")
    3.0
    """
    return numbers("draft_settings")[name]


def zone_name(subtype: str) -> str:
    """Return the name of a zone sub-type as a clause writes it; the code where no row has one.

    Examples
    --------
    >>> zone_name("AIR_HIGH"), zone_name("NOBURN_2")
    ('大气环境高排放重点管控区', 'Ⅱ类禁燃区')
    """
    return words("zone_name").get(subtype, subtype)


@cache
def rows_by(table: str, column: str) -> Mapping[str, tuple[Row, ...]]:
    """Return cell of one column → its rows of a table, in their order."""
    found: dict[str, list[Row]] = {}
    for row in read(table):
        found.setdefault(row[column], []).append(row)
    return MappingProxyType({key: tuple(rows) for key, rows in found.items()})
