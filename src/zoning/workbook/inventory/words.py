"""What codes of an inventory are called in its workbook: fuels, processes, tables of departments, rows of them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from zoning.inventory import fuel_name
from zoning.workbook.fields import code_label, listed, unit_label

__all__ = ["sheets_and_rows", "table_names", "with_fuel_names"]

_SEVERAL = "; "  # between tables that say the same


def with_fuel_names(frame: pd.DataFrame, lang: str, column: str = "fuel") -> pd.DataFrame:
    """Return a table whose codes of fuels and units of measure are those for readers; other codes as elsewhere."""
    names = [fuel_name(str(code)) for code in frame[column]]
    said = [one.en if lang == "en" else one.zh for one in names]
    units = {"unit": [unit_label(str(unit), lang) for unit in frame["unit"]]} if "unit" in frame else {}
    return frame.assign(**{column: [code_label(one, lang) for one in said]}, **units)


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
