"""What codes of an inventory are called in its workbook: fuels, processes, tables of departments, rows of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from zoning.tables import read
from zoning.workbook.fields import code_label, listed

__all__ = ["fuel_name", "sheets_and_rows", "table_names", "with_fuel_names"]

_SEVERAL = "; "  # between tables that say the same


@cache
def _fuels() -> dict[str, tuple[str, str]]:
    processes = {row["name"]: (row["zh"], row["name"].replace("_", " ")) for row in read("process_factors")}
    return processes | {row["fuel"]: (row["zh"], row["en"]) for row in read("balance_fuels")}


def fuel_name(code: str, lang: str) -> str:
    """Return the name of a fuel or process; a code that no table knows stays what it is.

    Examples
    --------
    >>> fuel_name("natural_gas", "zh"), fuel_name("natural_gas", "en"), fuel_name("CaCO3", "zh"), fuel_name("?", "zh")
    ('天然气', 'natural gas', '碳酸钙', '?')
    """
    names = _fuels().get(code)
    return code_label(code, lang) if names is None else names[lang == "en"]


def with_fuel_names(frame: pd.DataFrame, lang: str, column: str = "fuel") -> pd.DataFrame:
    """Return a table whose codes of fuels are names."""
    return frame.assign(**{column: [fuel_name(str(code), lang) for code in frame[column]]})


def table_names(codes: str, lang: str) -> str:
    """Return the names of tables that stand in one text (``carbon_verification; key_energy_users``)."""
    return listed((code_label(code, lang) for code in codes.split(_SEVERAL)), lang)


def sheets_and_rows(refs: Iterable[str], lang: str) -> str:
    """Return rows of tables shortly: table, sheet, and the numbers of its rows.

    Examples
    --------
    >>> sheets_and_rows(["boilers//7", "permits//12", "boilers//3"], "en")
    'boilers 3, 7; discharge permits 12'
    """
    found: dict[str, list[int]] = {}
    for ref in refs:
        kind, sheet, row = ref.split("/", 2)
        table, _, number = kind.partition("#")
        name = " ".join(part for part in (code_label(table, lang), number and f"#{number}", sheet) if part)
        found.setdefault(name, []).append(int(row))
    parts = (f"{name} {listed(map(str, sorted(rows)), lang)}" for name, rows in sorted(found.items()))
    return ("; " if lang == "en" else "；").join(parts)
