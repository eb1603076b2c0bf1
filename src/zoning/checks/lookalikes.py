"""Columns whose values look like what is wanted: offered by their letter in a finding, never taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from zoning.checks.table.coordinates import decimal_of
from zoning.intake import RawCell, RawTable
from zoning.tables import numbers, read
from zoning.vocab import value

__all__ = ["UNIT_CODE", "column_letter", "mended_code", "offered", "wanted_header"]

UNIT_CODE = re.compile(r"(ZH|HY)\d{6}[123]\d{4}")
_LIKE = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})


def column_letter(column: int) -> str:
    """Letter of a column as a spreadsheet names it.

    Examples
    --------
    >>> column_letter(2), column_letter(28)
    ('B', 'AB')
    """
    return RawCell("", 0, column).address.removesuffix("0")


def mended_code(code: str) -> str:
    """Return the unit code that a text was meant to be: half width, no blanks, 0 for O, 1 for I; empty if none.

    Examples
    --------
    >>> mended_code("ＺＨ35058210006"), mended_code("ZH3505 821OOO6"), mended_code("甲")
    ('ZH35058210006', 'ZH35058210006', '')
    """
    plain = re.sub(r"[\s\u200b\ufeff\-_]+", "", unicodedata.normalize("NFKC", code)).translate(_LIKE).upper()
    return plain if UNIT_CODE.fullmatch(plain) else ""


def _between(low: str, high: str) -> Callable[[str], bool]:
    bounds = numbers("thresholds")

    def test(text: str) -> bool:
        at = decimal_of(text)
        return at is not None and bounds[low] <= at <= bounds[high] and not float(at).is_integer()

    return test


def _in_domain(domain: str) -> Callable[[str], bool]:
    return lambda text: value(domain, text) is not None


def _test(field: str) -> Callable[[str], bool] | None:
    """Return what a value of a field looks like; None where its values have no look of their own."""
    if field in ("lon", "lat"):
        return _between(f"china_{field}_low", f"china_{field}_high")
    tests: dict[str, Callable[[str], bool]] = {
        "code": lambda text: bool(mended_code(text)),
        "unit": lambda text: bool(mended_code(text)),
        "region_code": lambda text: bool(re.fullmatch(r"[1-9]\d{5}(\d{3})?(\d{3})?", text)),
        "year": lambda text: bool(re.fullmatch(r"(19|20)\d\d年?", text)),
        "date": lambda text: bool(re.fullmatch(r"(19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?", text)),
        "status": _in_domain("project_status"),
        "indicator": _in_domain("indicator"),
        "to": _in_domain("decision"),
    }
    return tests.get(field)


def offered(table: RawTable, field: str, known: Sequence[int] = (), layer: str = "") -> list[str]:
    """Return columns not in use whose values look like those of a field: letter, and header in brackets.

    Parameters
    ----------
    table : RawTable
        The whole table, header and titles included.
    field : str
        Our name of the field that is wanted.
    known : sequence of int
        Columns that are in use.
    layer : str
        Kind of table: the unit of measure of a target is no unit code.
    """
    test = None if (layer, field) in (("targets", "unit"), ("projects", "code")) else _test(field)
    if test is None:
        return []
    share = numbers("thresholds")["lookalike_share"]
    columns: dict[int, list[RawCell]] = {}
    for cell in (cell for line in table.rows for cell in line if cell.text):
        if cell.column not in known:
            columns.setdefault(cell.column, []).append(cell)
    named = []
    for column, cells in sorted(columns.items()):
        fitting = [cell for cell in cells if test(cell.text)]
        if fitting and len(fitting) >= share * len(cells):
            above = [cell.text for cell in cells if cell.row < fitting[0].row]
            named.append(f"{column_letter(column)}（{above[-1]}）" if above else column_letter(column))
    return named


def wanted_header(layer: str, field: str) -> str:
    """Header that a planner would write for a field: the first Chinese one of ``tables/field_aliases.csv``.

    Examples
    --------
    >>> wanted_header("list", "code"), wanted_header("targets", "limit")
    ('环境管控单元编码', '上限')
    """
    written = [row["alias"] for row in read("field_aliases") if (row["layer"], row["field"]) == (layer, field)]
    return next((alias for alias in written if not alias.isascii()), written[0] if written else field)
