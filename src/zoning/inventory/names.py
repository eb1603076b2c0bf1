"""What fuels and processes of an inventory are called."""

from __future__ import annotations

from functools import cache

from zoning.messages import Both
from zoning.tables import read
from zoning.vocab import label

__all__ = ["fuel_name"]


@cache
def _known() -> dict[str, Both]:
    processes = {row["name"]: Both(row["zh"], row["name"].replace("_", " ")) for row in read("process_factors")}
    return processes | {row["fuel"]: Both(row["zh"], row["en"]) for row in read("balance_fuels")}


def fuel_name(code: str) -> Both:
    """Return the name of a fuel or process in both languages; a code that no table knows stays what it is.

    Examples
    --------
    >>> fuel_name("natural_gas").en, fuel_name("CaCO3").zh, fuel_name("?").zh
    ('natural gas', '碳酸钙', '?')
    """
    return _known().get(code) or Both(label(code), label(code, "en"))
