"""The one reader of the packaged tables.

Every table is a CSV file beside this module, UTF-8, first row the header. Each row of facts says where it comes from
(``source``) and how far to trust it (``status``: official-seen, second-hand, memory, ours). What each table is for
stands in ``table_purposes``; ``zoning tables`` lists them. The tables of content are validated in ``zoning.content``,
which also puts the rows of a study beside them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

from zoning.errors import TableError

__all__ = ["Row", "names", "numbers", "parse", "read", "text"]

Row = Mapping[str, str]


def text(name: str) -> str:
    """Return a packaged table file (with its suffix) as text.

    Examples
    --------
    >>> text("finding_codes.csv").splitlines()[0].startswith("code,")
    True
    """
    return files("zoning.tables").joinpath(name).read_text(encoding="utf-8-sig")


def names() -> tuple[str, ...]:
    """Return the names of all packaged tables (without suffix), sorted.

    Examples
    --------
    >>> "law_register" in names()
    True
    """
    found = (file.name for file in files("zoning.tables").iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in found if name.endswith(".csv")))


def parse(source: str, name: str) -> tuple[Row, ...]:
    """Parse the text of a table: frozen rows, every cell stripped, no cell missing.

    Raises
    ------
    TableError
        If the header is empty or repeated, or a row has more or fewer cells than the header.
    """
    lines = csv.reader(StringIO(source.removeprefix("\ufeff")))
    header = [cell.strip() for cell in next(lines, [])]
    if not header or len(set(header)) != len(header):
        raise TableError(f"表 {name}：表头为空或有重复列", f"table {name}: header empty or with repeated columns")
    rows = []
    for number, line in enumerate(lines, start=2):
        if not any(line):
            continue
        if len(line) != len(header):
            raise TableError(
                f"表 {name} 第 {number} 行：{len(line)} 格，应为 {len(header)} 格",
                f"table {name}, row {number}: {len(line)} cells, expected {len(header)}",
            )
        rows.append(MappingProxyType(dict(zip(header, (cell.strip() for cell in line), strict=True))))
    return tuple(rows)


@cache
def read(name: str) -> tuple[Row, ...]:
    """Return the rows of one packaged table (named without suffix), in file order.

    Examples
    --------
    >>> read("finding_codes")[0]["code"]
    'CODE_DUPLICATE'
    """
    return parse(text(f"{name}.csv"), name)


@cache
def numbers(name: str) -> Mapping[str, float]:
    """Return id → value of a table of settings.

    Examples
    --------
    >>> numbers("tolerances")["densify"]
    50.0
    """
    return MappingProxyType({row["id"]: float(row["value"]) for row in read(name)})
