"""Process emissions as verifications explain them: «坯料CaCO3 8764.8 t × 0.4397 + MgCO3 2788.8 t × 0.522» → terms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from zoning.tables import read
from zoning.vocab import normalise_header

__all__ = ["Term", "process_of", "terms_of"]

_TERM = re.compile(
    r"(?P<amount>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>万吨|千克|吨|kg|t)\s*[×xX*]\s*(?P<factor>\d+(?:\.\d+)?)(?P<percent>%?)"
)
_REMARK = re.compile(r"^\([^()]*\)")  # behind the factor of the term before
_AROUND = " +;,、:=为"


@dataclass(frozen=True, slots=True)
class Term:
    """One term: process (None if its name is not known), name as written, amount, unit, t CO2 per unit."""

    process: str | None
    written: str
    amount: float
    unit: str
    factor: float


@cache
def _known() -> dict[str, str]:
    return {normalise_header(row["written"]): row["process"] for row in read("process_aliases")}


@cache
def process_of(written: str) -> str | None:
    """Return the process that a text names: exactly, else by the longest known name in it.

    Examples
    --------
    >>> process_of("坯料CaCO3"), process_of("石灰产量"), process_of("某物")
    ('CaCO3', 'lime', None)
    """
    plain = normalise_header(written)
    if plain in _known():
        return _known()[plain]
    inside = [name for name in _known() if name in plain]
    chemical = [name for name in inside if "co3" in name]
    best = max(chemical or inside, key=len, default="")
    return _known().get(best)


def terms_of(text: str) -> list[Term]:
    """Return the terms of an explanation, [] if it holds no amount times a factor.

    Examples
    --------
    >>> terms = terms_of("坯料CaCO3 8764.8 t × 0.4397 + MgCO3 2788.8 t × 0.522")
    >>> [(one.process, one.amount, one.factor) for one in terms]
    [('CaCO3', 8764.8, 0.4397), ('MgCO3', 2788.8, 0.522)]
    >>> terms_of("石灰产量 62310.4 t × 0.683")[0].process
    'lime'
    """
    plain = unicodedata.normalize("NFKC", text)
    terms = []
    position = 0
    for match in _TERM.finditer(plain):
        name = plain[position : match.start()].strip(_AROUND)
        name = _REMARK.sub("", name).strip(_AROUND)
        factor = float(match["factor"]) / (100.0 if match["percent"] else 1.0)
        amount = float(match["amount"].replace(",", ""))
        terms.append(Term(process_of(name), name, amount, match["unit"], factor))
        position = match.end()
    return terms
