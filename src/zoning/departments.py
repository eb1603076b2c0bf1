"""What departments know of a city, row by row: the values of their tables, each with the address it came from.

One kind of table is one way in which a department keeps its books (``tables/department_tables.csv``). Here all of them
have become the same few frames, in known units; nothing is matched, chosen or computed yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["COLUMNS", "DepartmentTables", "check_letter", "code_state", "empty_frame"]

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of a credit code, by their values 0 to 30 (GB 32100-2015)
_CREDIT_CODE = re.compile(rf"[{_LETTERS}]{{2}}\d{{6}}[{_LETTERS}]{{10}}")
_OLD_NUMBER = re.compile(r"\d{13}|\d{15}|[0-9A-Z]{8}[0-9X]")  # registration numbers; organisation codes

COLUMNS: dict[str, tuple[str, ...]] = {
    "firms": (
        "ref", "table", "file", "sheet", "row", "code", "code_state", "name", "permit", "town", "address",
        "registered_address", "lon", "lat", "datum", "industry", "industry_name", "year", "status", "note",
    ),
    "uses": (
        "ref", "year", "what", "fuel", "written", "amount", "unit", "ncv", "carbon", "oxidation", "factor",
        "measured", "co2_t", "field", "address",
    ),
    "pollutants": ("ref", "year", "species", "what", "amount", "field", "address"),
    "controls": ("ref", "what", "text"),
    "devices": ("ref", "kind", "what", "capacity", "unit", "fuel", "written", "commissioned", "status", "control"),
    "energy": ("ref", "year", "tce_calorific", "tce_equivalent", "output"),
    "stated": ("ref", "year", "item", "amount", "field", "address"),
    "balance": ("file", "sheet", "row", "address", "year", "part", "item", "written", "fuel", "amount", "unit"),
    "areas": ("ref", "file", "sheet", "row", "town", "town_name", "year", "sector", "what", "fuel", "amount", "unit"),
}  # fmt: skip
"""Columns of every frame of :class:`DepartmentTables`."""

_NUMBERS = (
    "lon", "lat", "amount", "ncv", "carbon", "oxidation", "factor", "co2_t", "capacity", "commissioned",
    "tce_calorific", "tce_equivalent", "output",
)  # fmt: skip
_COUNTS = ("row", "year")


def check_letter(code: str) -> str:
    """Return the last letter of a credit code: 31 − Σ value × 3^i mod 31 over the first 17 (GB 32100-2015).

    Examples
    --------
    >>> check_letter("91350100M000100Y4")
    '3'
    """
    total = sum(_LETTERS.index(letter) * 3**place for place, letter in enumerate(code[:17]))
    return _LETTERS[(31 - total % 31) % 31]


def code_state(code: str) -> str:
    """Return ``valid``, ``check`` (letter wrong), ``old`` (registration number), ``malformed`` or ``none``.

    Examples
    --------
    >>> [code_state(code) for code in ("91350100M000100Y43", "91350100M000100Y44", "350100100012345", "")]
    ['valid', 'check', 'old', 'none']
    """
    if not code:
        return "none"
    if _OLD_NUMBER.fullmatch(code):
        return "old"
    if not _CREDIT_CODE.fullmatch(code):
        return "malformed"
    return "valid" if check_letter(code) == code[-1] else "check"


def empty_frame(name: str) -> pd.DataFrame:
    """Return one of the frames without rows, with its types.

    Examples
    --------
    >>> list(empty_frame("controls").columns)
    ['ref', 'what', 'text']
    """
    types = {
        column: "float64"
        if column in _NUMBERS
        else "int64"
        if column in _COUNTS
        else "bool"
        if column == "measured"
        else "object"
        for column in COLUMNS[name]
    }
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})


@dataclass(frozen=True)
class DepartmentTables:
    """The rows of all department tables of a study, under one set of names.

    ``ref`` names one row of one table and is the same in every frame: ``kind/sheet/row``, as
    ``env_statistics/工业企业/12``; a second file of a kind carries its number: ``permits#2//7``. ``row`` is the row as
    the user sees it, ``address`` the cell (``M12``), ``field`` the header over it, ``year`` the year that the numbers
    are of. A number that is not there is NaN, a text ''.

    Attributes
    ----------
    firms : DataFrame
        One row per row that names an enterprise: ``table`` (kind), ``code`` (credit code in capitals and half width),
        ``code_state`` (``valid``, ``check`` wrong check letter, ``old`` registration number, ``malformed``, ``none``),
        ``address`` (operating), ``registered_address``, ``lon, lat`` (decimal degrees, as the table has them),
        ``datum`` (``CGCS2000, WGS84, GCJ-02, BD-09``, '' if the table does not say), ``industry`` (GB/T 4754 digits),
        ``status`` (``in_use, standby, removed, merged, cancelled`` or ''), ``note`` (remark; of a permit also its dates
        of issue and end).
    uses : DataFrame
        What an enterprise burnt, processed, bought or sold: ``what`` is ``fuel, process, power, heat, heat_sold``;
        ``fuel`` a name of ``tables/fuel_factors.csv`` (``bituminous, natural_gas`` …) or of
        ``tables/process_factors.csv``, or ``biomass``; ``written`` as the table has it; ``amount`` in ``unit``, which
        is ``t``, ``10kNm3`` (10⁴ m³), ``MWh`` or ``GJ``; power and heat are net, negative if sold. ``ncv`` (GJ per
        unit), ``carbon`` (tC/GJ), ``oxidation`` (0 to 1), ``factor`` (t CO2 per unit of a process, of power or of heat)
        and ``co2_t`` as a verification states them; ``measured`` if it says that they were.
    pollutants : DataFrame
        ``species`` (``SO2, NOx, PM, VOC`` …), ``what`` (``made, emitted, permitted``), ``amount`` in t yr-1.
    controls : DataFrame
        ``what`` (``SO2, NOx, PM, VOC``) and the text of the treatment.
    devices : DataFrame
        Boilers and kilns: ``kind`` (``boiler, kiln``), ``what`` (type as written), ``capacity`` in ``unit`` (as
        written), ``fuel`` as in ``uses``, ``commissioned`` (year), ``status`` as in ``firms``, ``control`` (treatment).
    energy : DataFrame
        Energy use in tce by calorific value (当量值) and by equivalent value (等价值); ``output`` in 10⁴ yuan.
    stated : DataFrame
        What a verification adds up itself: ``item`` (``combustion, process, power, heat, total``), ``amount`` t CO2.
    balance : DataFrame
        Energy balance: ``part`` is ``balance`` (sector × fuel) or ``industries`` (final use by industry); ``item`` a
        code of ``tables/balance_items.csv`` or the name of the industry as written (of their sum
        ``industries_total``); ``fuel`` also ``power, heat``; ``unit`` as in ``uses``, and ``tce``; transformation input
        is negative as printed.
    areas : DataFrame
        Townships: ``sector`` (``residential, transport``), ``what`` (vehicle or use as written), fuel and amount.
    """

    firms: pd.DataFrame = field(default_factory=lambda: empty_frame("firms"))
    uses: pd.DataFrame = field(default_factory=lambda: empty_frame("uses"))
    pollutants: pd.DataFrame = field(default_factory=lambda: empty_frame("pollutants"))
    controls: pd.DataFrame = field(default_factory=lambda: empty_frame("controls"))
    devices: pd.DataFrame = field(default_factory=lambda: empty_frame("devices"))
    energy: pd.DataFrame = field(default_factory=lambda: empty_frame("energy"))
    stated: pd.DataFrame = field(default_factory=lambda: empty_frame("stated"))
    balance: pd.DataFrame = field(default_factory=lambda: empty_frame("balance"))
    areas: pd.DataFrame = field(default_factory=lambda: empty_frame("areas"))
