"""Names of fuels in any spelling → names of ``tables/fuel_factors.csv``; of unknown ones, what is near."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["Fuel", "fuel_of", "fuel_unit", "nearest_fuels"]

_LAST_BRACKET = re.compile(r"(.+?)\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel: its name, the unit its amounts are kept in, and whether the word leaves open which coal it is."""

    name: str
    unit: str
    assumed: bool


@cache
def _known() -> dict[str, Fuel]:
    return {
        normalise_header(row["written"]): Fuel(row["fuel"], row["unit"], bool(row["assumed"]))
        for row in read("fuel_aliases")
    }


@cache
def fuel_of(written: str) -> Fuel | None:
    """Return the fuel that a text names, or None.

    Examples
    --------
    >>> fuel_of("发生炉煤气（烟煤）").name, fuel_of("燃料煤").assumed, fuel_of("煤气")
    ('bituminous', True, None)
    """
    plain = normalise_header(written)
    found = _known().get(plain)
    if found is None and (match := _LAST_BRACKET.fullmatch(plain)):
        found = _known().get(match[1])
    return found


@cache
def fuel_unit(name: str) -> str:
    """Return the unit that amounts of a fuel are kept in (``t``, ``10kNm3``, ``MWh``, ``GJ``, ``tce``)."""
    return next(row["unit"] for row in read("fuel_aliases") if row["fuel"] == name)


def nearest_fuels(written: str) -> str:
    """Return the known names that are spelt most like a text, for a message."""
    words = {normalise_header(row["written"]): row["written"] for row in read("fuel_aliases")}
    plain = normalise_header(written)
    near = difflib.get_close_matches(plain, words, n=3, cutoff=0.3)
    holding = [word for word in words if plain and (plain in word or word in plain)]
    named = list(dict.fromkeys([*near, *holding]))[:4]
    return "、".join(words[word] for word in named) or "烟煤、天然气、燃料油、柴油、生物质"
