"""Rows that stand twice in one table: entered twice, or a permit that was renewed; each enterprise is counted once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.addresses import normalise_address
from zoning.inventory.linkage.evidence import Listings, listings, values_of_rows
from zoning.inventory.rows import Row, rows_of
from zoning.tables import numbers

__all__ = ["Repeat", "find_repeats"]

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_PERMITS = "permits"

_Values = Mapping[str, Mapping[tuple[object, ...], float]]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Rows of one enterprise in one table and year.

    Attributes
    ----------
    enterprise, table : str
    kept : str
        Row that counts.
    others : tuple of str
        Rows that do not (``kind`` entered, renewed), or that count as well (``kind`` differs).
    kind : str
        ``entered`` (twice, near-equal values), ``renewed`` (permit), ``differs`` (two rows with different values).
    """

    enterprise: str
    table: str
    kept: str
    others: tuple[str, ...]
    kind: str


def find_repeats(tables: DepartmentTables, links: pd.DataFrame) -> tuple[Repeat, ...]:
    """Find rows that stand twice.

    Parameters
    ----------
    tables : DepartmentTables
    links : DataFrame
        ``ref, enterprise``.

    Returns
    -------
    tuple of Repeat
        Of a permit the one that was issued or runs last is kept; of rows entered twice the one with more numbers,
        else the lower one in the table, which was entered later.
    """
    values, kinds = values_of_rows(tables), listings()
    rows = tables.firms.merge(links[["ref", "enterprise"]], on="ref").sort_values("ref", kind="stable")
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows_of(rows):
        listed = (
            () if row["table"] == _PERMITS else (row["year"],)
        )  # one permit at a time; any file and sheet of the kind
        groups[row["enterprise"], row["table"], *listed].append(row)
    found: list[Repeat] = []
    for (enterprise, table, *_), members in sorted(groups.items(), key=lambda one: tuple(map(str, one[0]))):
        if len(members) > 1:
            found.extend(_of_group(str(enterprise), str(table), members, values, kinds))
    return tuple(found)


def _of_group(
    enterprise: str, table: str, members: Sequence[Row], values: _Values, kinds: Listings
) -> Iterator[Repeat]:
    if table not in kinds or not kinds[table].once:
        yield from _same_rows(enterprise, table, members, values)
        return
    for site in _sites(members):
        ranked = sorted(site, key=lambda row: _worth(row, values), reverse=True)
        kept, rest = ranked[0], ranked[1:]
        if table == _PERMITS and rest:
            yield Repeat(enterprise, table, str(kept["ref"]), tuple(sorted(str(row["ref"]) for row in rest)), "renewed")
            continue
        alike = [row for row in rest if _near_equal(values[str(kept["ref"])], values[str(row["ref"])])]
        for kind, others in (("entered", alike), ("differs", [row for row in rest if row not in alike])):
            if others:
                yield Repeat(
                    enterprise, table, str(kept["ref"]), tuple(sorted(str(one["ref"]) for one in others)), kind
                )


def _sites(members: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each site: one that is given another address and other coordinates is a site of its own."""
    sites: dict[str, list[Row]] = defaultdict(list)
    for row in members:
        sites[normalise_address(str(row["address"]))].append(row)
    unplaced = sites.pop("", [])
    if len(sites) <= 1:
        yield [row for rows in sites.values() for row in rows] + unplaced
        return
    yield from (sites[address] for address in sorted(sites))
    if unplaced:
        yield unplaced


def _worth(row: Row, values: _Values) -> tuple[object, ...]:
    dates = sorted("".join(part.zfill(2) for part in date) for date in _DATE.findall(str(row["note"])))
    issued, ends = (dates[0], dates[-1]) if dates else ("", "")
    return issued, ends, len(values[str(row["ref"])]), int(str(row["row"])), str(row["ref"])


def _near_equal(kept: Mapping[tuple[object, ...], float], other: Mapping[tuple[object, ...], float]) -> bool:
    settings = numbers("linkage_settings")
    shared = kept.keys() & other.keys()
    if not kept and not other:
        return True
    near = sum(
        abs(kept[key] - other[key]) <= settings["repeat_near"] * max(abs(kept[key]), abs(other[key])) for key in shared
    )
    return near >= settings["repeat_share"] * max(1, min(len(kept), len(other)))


def _same_rows(enterprise: str, table: str, members: Sequence[Row], values: _Values) -> Iterator[Repeat]:
    """Yield rows of amounts that repeat another to the letter; two boilers of one size are two boilers."""
    alike: dict[object, list[Row]] = defaultdict(list)
    for row in members:
        stated = values[str(row["ref"])]
        if any(key[-1] == "amount" for key in stated):
            alike[tuple(sorted(stated.items(), key=str))].append(row)
    for rows in alike.values():
        if len(rows) > 1:
            ranked = sorted(rows, key=lambda row: _worth(row, values), reverse=True)
            others = tuple(sorted(str(row["ref"]) for row in ranked[1:]))
            yield Repeat(enterprise, table, str(ranked[0]["ref"]), others, "entered")
