"""Which pieces of evidence are worth comparing: those that share a code, a name, an address, a place or a use.

Enterprises are compared within small groups only, never each with each. Two different valid codes are compared where
their names are equal, so that a person sees them; all else is between rows of which one has no valid code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from zoning.inventory.linkage.codes import near_codes, organisation
from zoning.inventory.linkage.evidence import Evidence
from zoning.inventory.linkage.names import alike_core, beginnings
from zoning.tables import numbers

__all__ = ["candidates"]

_Key = tuple[str, ...]


def candidates(evidence: Sequence[Evidence]) -> list[tuple[int, int]]:
    """Return the pairs of positions to compare.

    Parameters
    ----------
    evidence : sequence of Evidence

    Returns
    -------
    list of (int, int)
        Each pair once, the smaller position first, sorted. Whether two pieces are compared depends on these two only,
        but for groups of more than ``block_most`` rows without a code, which say nothing (one address of a whole park).
    """
    blocks: dict[_Key, list[int]] = defaultdict(list)
    open_codes = _open_codes(evidence)
    for position, one in enumerate(evidence):
        for key in set(_keys(one, open_codes)):
            blocks[key].append(position)
    found: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        found.update(_pairs_of(key, members, evidence))
    return sorted(found)


def _open_codes(evidence: Sequence[Evidence]) -> set[str]:
    """Return the patterns of codes that fail their check: only near these is a valid code looked for."""
    return {pattern for one in evidence if not one.valid for pattern in near_codes(one.code)}


def _pairs_of(key: _Key, members: Sequence[int], evidence: Sequence[Evidence]) -> Iterator[tuple[int, int]]:
    named = [position for position in members if evidence[position].valid]
    unnamed = [position for position in members if not evidence[position].valid]
    if key[0] in {"code", "core", "permit"}:
        yield from combinations(named, 2)
    if len(unnamed) <= numbers("linkage_settings")["block_most"]:
        yield from combinations(unnamed, 2)
        yield from ((min(pair), max(pair)) for pair in product(named, unnamed))


def _keys(one: Evidence, open_codes: set[str]) -> Iterator[_Key]:
    yield from (("permit", permit) for permit in one.permits)
    yield from (("core", name.core) for name in (one.name, *one.former))
    yield from (("begins", core) for core in beginnings(one.name) if len(core) >= 3)
    if one.code:
        yield ("code", one.code)
        yield ("organisation", organisation(one.code) or one.code)
        yield from (("near", pattern) for pattern in near_codes(one.code) & open_codes)
    yield from (("address", address) for address in one.addresses if any(letter.isdigit() for letter in address))
    yield from _cells(one)
    yield from _uses(one)
    yield "alike", alike_core(one.name.core)


def _cells(one: Evidence) -> Iterator[_Key]:
    """Yield the four overlapping cells that hold a point, so that points less than a cell apart share one."""
    cell = 2 * numbers("linkage_settings")["block_cell"]
    for lon, lat in one.points:
        for east, north in product((0.0, 0.5), repeat=2):
            yield "cell", str(east), str(north), f"{lon / cell + east:.0f}", f"{lat / cell + north:.0f}"


def _uses(one: Evidence) -> Iterator[_Key]:
    for (year, fuel), amounts in one.amounts.items():
        for amount in amounts:
            yield "use", str(year), fuel, f"{amount:.4g}"
