"""Which level of lists a sheet or a table of a document belongs to: by codes, else by name, titles, headings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from zoning.checks.table.list_cards import is_pairs
from zoning.checks.table.list_matrix import is_matrix
from zoning.checks.table.list_owners import About
from zoning.checks.table.list_sheets import distinct, is_text, layout_of, titles_of
from zoning.checks.table.list_words import codes_in, dimension_of, zone_type
from zoning.clauses import LEVELS
from zoning.errors import Finding
from zoning.intake import RawTable
from zoning.messages import Both, finding, say
from zoning.study import ListInput
from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["by_level", "level_of", "levels_of", "ours_of"]


def ours_of(declared: ListInput) -> Mapping[str, str]:
    """Return our name by normalised header, as the study declares it."""
    return {normalise_header(header): name for name, header in declared.fields.items()}


@cache
def _words() -> tuple[tuple[str, str], ...]:
    """Words of a title and the level they say, longest first."""
    rows = [
        (normalise_header(row["written"]), row["code"])
        for row in read("value_aliases")
        if row["domain"] == "list_level"
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row[0]), row)))


def level_of(table: RawTable, ours: Mapping[str, str]) -> str:
    """Return the level that a table itself says, or "".

    Codes of units or zones in its rows decide; else the words of the sheet's name, of titles and headings, the nearest
    first (``tables/value_aliases.csv``, domain ``list_level``).

    Examples
    --------
    >>> from zoning.intake import RawCell
    >>> level_of(RawTable("l.xlsx", ((RawCell("空间布局约束", 1, 1), RawCell("甲。", 1, 2)),), "省级总体"), {})
    'province'
    """
    sheet = None if is_text(table) else layout_of(table, ours)
    texts = [cell.text for line in table.rows for cell in distinct(line)]
    texts += () if is_text(table) else titles_of(table, sheet)
    if any(codes_in(text) for text in texts):
        return "unit"
    if any(codes_in(text, "zone") for text in texts):
        return "zone"
    if sheet is not None and sheet.has("zone_code", "zone_type") and not sheet.has("code"):
        return "zone"
    if sheet is not None and sheet.has("region") and not sheet.has("code"):
        return "region"
    name, *above = (texts[:1] or [""]) if is_text(table) else (titles_of(table, sheet) or ("",))
    return next((found for title in (name, *reversed(above)) if (found := _said(title))), "")


def _said(title: str) -> str:
    said = normalise_header(title)
    found = next((level for word, level in _words() if word in said), "")
    return found or ("zone" if zone_type(title) else "")


def by_level(
    tables: Sequence[RawTable], declared: ListInput, level: str, *, leave: Collection[str] = ()
) -> tuple[dict[str, tuple[RawTable, ...]], tuple[Finding, ...]]:
    """Share the tables of one file out by level.

    Parameters
    ----------
    tables : sequence of RawTable
        Sheets, tables and paragraphs of the file.
    declared : ListInput
        Field map of the study.
    level : str
        What the caller takes the file for: tables that say nothing, or of which none says otherwise, are of this level.
    leave : collection of str
        Levels for which the caller names the file once more: they are not returned here.

    Returns
    -------
    dict, tuple of Finding
        Tables by level; a warning for each list whose level nobody says.
    """
    ours = ours_of(declared)
    told = {at: level_of(table, ours) for at, table in enumerate(tables)}
    lists = [at for at, table in enumerate(tables) if _is_list(table, ours)]
    if level != "unit" and level not in told.values():
        # Words of a title may be of the document, not of the level: who asks for a level knows what the file is.
        told = {at: said if said == "unit" and at in lists else "" for at, said in told.items()}
    held = {told[at] for at in lists}
    shares: dict[str, list[RawTable]] = defaultdict(list)
    findings = []
    for at, table in enumerate(tables):
        # The title above a table (昆明市生态环境准入清单) names the document: by itself it is no list of its level.
        own = told[at] if at in lists or told[at] in held or not is_text(table) else ""
        if not own and at in lists and level == "unit" and _regional(table, ours):
            own = "city"
            where = {"file": table.file, "layer": table.sheet}
            findings.append(
                finding(
                    "LIST_LEVEL_UNCLEAR",
                    where=where,
                    taken=Both(say(f"list.level.{own}", "zh"), say(f"list.level.{own}", "en")),
                )
            )
        shares[own or level].append(table)
    kept = [one for one in LEVELS if shares[one] and one not in leave]
    return {one: tuple(shares[one]) for one in kept}, tuple(findings)


def levels_of(tables: Sequence[RawTable]) -> tuple[str, ...]:
    """Return the levels of the lists of a file, uppermost first; empty if none of its tables has the look of a list.

    Examples
    --------
    >>> from zoning.intake import RawCell
    >>> rows = (("单元编码", "ZH35058210001"), ("空间布局约束", "甲。"))
    >>> lines = [[(text, row, at) for at, text in enumerate(line, 1)] for row, line in enumerate(rows, 1)]
    >>> cells = tuple(tuple(RawCell(*one) for one in line) for line in lines)
    >>> levels_of((RawTable("l.xlsx", cells),)), levels_of((RawTable("l.xlsx", cells[:1]),))
    (('unit',), ())
    """
    lists = tuple(table for table in tables if _is_list(table, {}) and _has_dimension(table))
    return tuple(by_level(lists, ListInput(unit="—"), "unit")[0]) if lists else ()


def _has_dimension(table: RawTable) -> bool:
    return any(dimension_of(cell.text, {}) for line in table.rows for cell in line)


def _is_list(table: RawTable, ours: Mapping[str, str]) -> bool:
    if is_text(table):
        return any(dimension_of(cell.text, ours) for line in table.rows for cell in line)
    sheet = layout_of(table, ours)
    return (
        is_pairs(table, ours) or is_matrix(table, About("unit", ours=ours)) or (sheet is not None and sheet.has("text"))
    )


def _regional(table: RawTable, ours: Mapping[str, str]) -> bool:
    """Whether a list has no place for codes of units."""
    sheet = None if is_text(table) else layout_of(table, ours)
    return sheet is None or not sheet.has("code")
