"""Units as users and files write them: «t CO2 per cell per year», «gC m-2 d-1», «吨/年» → unit, substance, period.

A word is a row of ``tables/unit_words.csv``; what is made of words is a mass (or an amount of substance) over an area,
a time and a cell, each at most once. Anything else is refused, never read in part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from zoning.errors import QuantityError
from zoning.quantities.measures import canonical, convert, unknown_unit
from zoning.tables import Row, read

__all__ = ["WrittenUnit", "written_unit"]

_POWER = re.compile(r"(?:\^|\*\*)?[({]?([+-]?\d+)[)}]?")
_MASS = ("mass", "loose mass", "amount")
_SYMBOL = 2
"""Letters of a symbol, whose case counts (Mg is a million mg); longer words may be written in capitals."""


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """What a written unit says.

    Attributes
    ----------
    unit : str
        Canonical form of the mass over area and time, without substance, cell and month (``t``, ``g m-2 d-1``).
    basis : str
        Substance whose mass it is (``CO2``, ``C``, ``NO2``); empty where it does not say.
    per_cell, per_month : bool
        Whether it says that it is the mass of a cell, of a month.
    loose : str
        A word of it that means different masses to different people (``ton``), else empty.
    """

    unit: str
    basis: str = ""
    per_cell: bool = False
    per_month: bool = False
    loose: str = ""


def written_unit(text: str) -> WrittenUnit:
    """Return what a written unit says.

    Raises
    ------
    QuantityError
        If it is not understood; the message names the nearest known unit.

    Examples
    --------
    >>> written_unit("t CO2 per cell per year")
    WrittenUnit(unit='t yr-1', basis='CO2', per_cell=True, per_month=False, loose='')
    >>> written_unit("tonne C/cell/month").per_month, written_unit("gC m-2 d-1").unit, written_unit("万吨/年").unit
    (True, 'g m-2 d-1', '10kt yr-1')
    """
    try:
        return _composed(tuple(_terms(_plain(text))), text)
    except QuantityError:
        return WrittenUnit(canonical(text))


def _plain(text: str) -> str:
    """Return the text in half width, superscripts as digits; «μ» in its Greek form."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


@lru_cache(maxsize=1)
def _words() -> tuple[Row, ...]:
    return tuple(sorted(read("unit_words"), key=lambda row: -len(row["written"])))


def _word(text: str) -> Row | None:
    """Return the longest word that a text begins with, in its own case or else, if it is no symbol, in lower case."""
    for form, shortest in ((text, 1), (text.lower(), _SYMBOL + 1)):
        for row in _words():
            rest = text[len(row["written"]) :]
            found = len(row["written"]) >= shortest and form.startswith(row["written"])
            if found and (_ends(row, rest) or _is_substance(row, rest)):
                return row
    return None


def _ends(row: Row, rest: str) -> bool:
    """Tell whether a word ends here: a Latin word must not go on in further letters."""
    return not (row["written"][-1].isascii() and rest[:1].isascii() and rest[:1].isalpha())


def _is_substance(row: Row, rest: str) -> bool:
    """Tell whether a mass is followed by the substance it is of, as in «tCO2» and «gC»."""
    if row["role"] not in _MASS:
        return False
    after = [one for one in _words() if one["role"] == "substance" and rest.startswith(one["written"])]
    return any(_ends(one, rest[len(one["written"]) :]) for one in after)


def _terms(text: str) -> Iterator[tuple[Row, int]]:
    """Yield the words of a unit with their powers; what stands behind «/» or «per», or in brackets there, is divided.

    Raises
    ------
    QuantityError
        At the first thing that is no word.
    """
    position, sign, group = 0, 1, 1
    while position < len(text):
        mark = text[position]
        row = _word(text[position:])
        if row is not None and row["role"] != "per":
            position += len(row["written"])
            power = _POWER.match(text, position)
            yield row, sign * (int(power.group(1)) if power else 1)
            position, sign = (power.end() if power else position), group
        elif row is not None or mark == "/":
            position, sign = position + (len(row["written"]) if row else 1), -1
        elif mark in "([{":
            position, group = position + 1, sign
        elif mark in ")]}":
            position, group, sign = position + 1, 1, 1
        elif mark.isspace() or mark in ".*·_×-":
            position += 1
        else:
            raise unknown_unit(text)


def _composed(terms: tuple[tuple[Row, int], ...], text: str) -> WrittenUnit:
    of_role: dict[str, list[tuple[Row, int]]] = {}
    for row, power in terms:
        of_role.setdefault(row["role"].removeprefix("loose "), []).append((row, power))
    named = of_role.pop("substance", [])
    substances = {row["unit"] for row, _ in named if row["unit"]}
    months, cells = of_role.pop("month", []), of_role.pop("cell", [])
    mass = _mass(of_role, text)
    area, time = _below(of_role, ("length", "area"), text), _below(of_role, ("time",), text)
    proper = [power == 1 for _, power in named] + [power == -1 and not time for _, power in months]
    if of_role or len(substances) > 1 or len(months) > 1 or not all(proper):
        raise unknown_unit(text)
    loose = next((row["written"] for row, _ in terms if row["role"].startswith("loose")), "")
    unit = " ".join(part for part in (mass, area, time) if part)
    return WrittenUnit(unit, "".join(substances), bool(cells), bool(months), loose)


def _mass(of_role: dict[str, list[tuple[Row, int]]], text: str) -> str:
    """Take the one mass or amount, and what it is multiplied with («10^3 t» → kt)."""
    masses = [*of_role.pop("mass", []), *of_role.pop("amount", [])]
    scales = of_role.pop("scale", [])
    if len(masses) != 1 or masses[0][1] != 1 or any(power != 1 for _, power in scales):
        raise unknown_unit(text)
    unit = masses[0][0]["unit"]
    if not scales:
        return unit
    for row in read("unit_words"):
        scale = 1.0
        for factor, _ in scales:
            scale *= float(factor["unit"])
        if row["role"] == masses[0][0]["role"] and abs(convert(1.0, row["unit"], unit) / scale - 1) < 1e-9:
            return row["unit"]
    raise unknown_unit(text)


def _below(of_role: dict[str, list[tuple[Row, int]]], roles: tuple[str, ...], text: str) -> str:
    """Take what the mass is divided by: one area (or a length, squared) or one time."""
    found = [term for role in roles for term in of_role.pop(role, [])]
    if not found:
        return ""
    row, power = found[0]
    if len(found) > 1 or power != (-2 if row["role"] == "length" else -1):
        raise unknown_unit(text)
    return f"{row['unit']}-2" if row["role"] == "length" else row["unit"]
