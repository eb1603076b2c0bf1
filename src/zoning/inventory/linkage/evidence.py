"""Rows that are the same enterprise by their very words, taken together: what is known of each for comparing it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.addresses import normalise_address, town_of
from zoning.inventory.linkage.codes import credit_code_of
from zoning.inventory.linkage.names import FirmName, former_names, parse_name
from zoning.inventory.rows import Row, rows_of
from zoning.tables import numbers, read

__all__ = ["Evidence", "Listing", "Listings", "gather_evidence", "listings", "values_of_rows"]

_LEAST = 2  # letters of a name

Listings = Mapping[str, "Listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """How a kind of table lists enterprises: once a year or in many rows; how much its places are worth."""

    once: bool
    place_rank: int
    operating: bool


def listings() -> Listings:
    """Return kind of table → how it lists enterprises (``tables/linkage_tables.csv``).

    Examples
    --------
    >>> listings()["permits"].once, listings()["boilers"].once
    (True, False)
    """
    return {
        row["kind"]: Listing(row["listing"] == "once", int(row["place_rank"]), row["operating"] == "1")
        for row in read("linkage_tables")
    }


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of one code, one name and (without a valid code) one address.

    Attributes
    ----------
    key : str
        Stable id, made of what the rows say and never of where they stand.
    refs : tuple of str
        Rows, sorted.
    code, state, valid : str
        Code as written, its state, and the valid credit code ('' if none).
    name : FirmName
    former : tuple of FirmName
        Older and newer names that a remark gives.
    text : str
        Name as written (of the first row).
    addresses : frozenset of str
        Operating and registered addresses, normalised.
    towns, industries, permits : frozenset of str
    points : tuple of (lon, lat)
        As the tables have them.
    amounts : mapping
        (year, fuel) → amounts.
    listed : frozenset
        (table, sheet, year) of tables that list an enterprise once.
    """

    key: str
    refs: tuple[str, ...]
    code: str
    state: str
    valid: str
    name: FirmName
    former: tuple[FirmName, ...]
    text: str
    addresses: frozenset[str]
    towns: frozenset[str]
    industries: frozenset[str]
    permits: frozenset[str]
    points: tuple[tuple[float, float], ...]
    amounts: Mapping[tuple[int, str], frozenset[float]]
    listed: frozenset[tuple[str, str, int]]


def gather_evidence(tables: DepartmentTables) -> tuple[Evidence, ...]:
    """Put rows of the same words together.

    Parameters
    ----------
    tables : DepartmentTables

    Returns
    -------
    tuple of Evidence
        Sorted by ``key``; every row of ``tables.firms`` is in exactly one.
    """
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows_of(tables.firms.sort_values("ref", kind="stable")):
        groups[_words_of(row)].append(row)
    amounts, kinds = _amounts(tables.uses), listings()
    return tuple(_evidence(words, groups[words], amounts, kinds) for words in sorted(groups))


def _words_of(row: Row) -> tuple[str, ...]:
    valid = credit_code_of(str(row["code"]), str(row["code_state"]), str(row["permit"]))
    name = parse_name(str(row["name"]))
    if valid:
        return valid, "valid", name.core, name.branch
    words = str(row["code"]), str(row["code_state"]), name.whole, normalise_address(str(row["address"]))
    nameless = not row["code"] and len(name.core) < _LEAST
    return (*words, str(row["ref"])) if nameless else words  # two rows without a name are not one enterprise


def _evidence(
    words: tuple[str, ...],
    rows: Sequence[Row],
    amounts: Mapping[str, list[tuple[tuple[int, str], float]]],
    kinds: Listings,
) -> Evidence:
    burnt: dict[tuple[int, str], set[float]] = defaultdict(set)
    for row in rows:
        for key, amount in amounts.get(str(row["ref"]), ()):
            burnt[key].add(amount)
    texts = {name: tuple(str(row[name]) for row in rows) for name in ("ref", "name", "code", "industry", "permit")}
    addresses = {normalise_address(str(row[name])) for row in rows for name in ("address", "registered_address")}
    towns = {town_of(str(row["address"]), str(row["town"])) for row in rows}
    valid = words[0] if words[1] == "valid" else ""
    text = max(sorted(set(texts["name"])), key=texts["name"].count)
    return Evidence(
        key=hashlib.sha256("\n".join(words).encode()).hexdigest()[:10],
        refs=texts["ref"],
        code=valid or texts["code"][0],
        state=words[1],
        valid=valid,
        name=parse_name(text),
        former=tuple(sorted({parse_name(other) for row in rows for other in former_names(str(row["note"]))}, key=str)),
        text=" ".join(text.split()),
        addresses=frozenset(addresses - {""}),
        towns=frozenset(towns - {""}),
        industries=frozenset(texts["industry"]) - {""},
        permits=frozenset(permit.strip().upper() for permit in texts["permit"]) - {""},
        points=tuple(sorted(_points(rows))),
        amounts={key: frozenset(values) for key, values in burnt.items()},
        listed=frozenset(
            (str(row["table"]), str(row["sheet"]), int(str(row["year"])))
            for row in rows
            if str(row["table"]) in kinds and kinds[str(row["table"])].once
        ),
    )


def _points(rows: Sequence[Row]) -> set[tuple[float, float]]:
    pairs = {(float(str(row["lon"])), float(str(row["lat"]))) for row in rows}
    return {(lon, lat) for lon, lat in pairs if np.isfinite(lon) and np.isfinite(lat) and lon and lat}


def _amounts(uses: pd.DataFrame) -> dict[str, list[tuple[tuple[int, str], float]]]:
    burnt = uses[(uses["what"] == "fuel") & (uses["amount"] >= numbers("linkage_settings")["amount_least"])]
    found: dict[str, list[tuple[tuple[int, str], float]]] = defaultdict(list)
    for ref, year, fuel, amount in burnt[["ref", "year", "fuel", "amount"]].itertuples(index=False):
        found[str(ref)].append(((int(year), str(fuel)), float(amount)))
    return found


def values_of_rows(tables: DepartmentTables) -> dict[str, dict[tuple[object, ...], float]]:
    """Return ref → every number that the row states, by what it is; for telling rows that were entered twice.

    Parameters
    ----------
    tables : DepartmentTables

    Returns
    -------
    dict
        Numbers that are not given are left out.
    """
    found: dict[str, dict[tuple[object, ...], float]] = defaultdict(dict)
    for frame, by, values in (
        (tables.uses, ["year", "what", "fuel"], ["amount"]),
        (tables.pollutants, ["year", "species", "what"], ["amount"]),
        (tables.energy, ["year"], ["tce_calorific", "tce_equivalent", "output"]),
        (tables.devices, ["kind", "what", "fuel"], ["capacity", "commissioned"]),
    ):
        for line in frame[["ref", *by, *values]].itertuples(index=False):
            for name, value in zip(values, line[1 + len(by) :], strict=True):
                if np.isfinite(value):
                    found[str(line[0])][(*line[1 : 1 + len(by)], name)] = float(value)
    return found
