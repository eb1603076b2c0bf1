"""Which list 两高 stands for: the word names a list, and lists differ by province and change with time.

A list is the rows of ``lianggao_membership`` with one ``list_id``. Of a province the latest version counts that is
known in content and no younger than the year asked for; without one, the national list of six trades (``L-NAT-45``,
环环评〔2021〕45号: until a national rule replaces it). Lists that only say whose carbon is assessed (非两高目录)
never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zoning.clauses.crosswalk import shortest
from zoning.tables import Row, read

__all__ = ["NATIONAL_LIST", "two_high_codes", "two_high_list"]

NATIONAL_LIST = "L-NAT-45"
"""The list that 两高 stands for where no list of the province is known in content."""

_OTHER_PURPOSE = "非两高"
_NEWEST = 9999
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def _year(row: Row) -> int:
    """Return the year of a version; one without a date counts as in force."""
    found = _YEAR.search(row["date_or_version"])
    return int(found[0]) if found else _NEWEST


def two_high_list(province: str = "", year: int | None = None, rows: Iterable[Row] | None = None) -> str:
    """Return the id of the list that 两高 stands for.

    Parameters
    ----------
    province : str
        Name, with or without 省 or 市; "" takes the national list.
    year : int, optional
        Versions younger than it are left out; None takes the latest.
    rows : iterable of rows, optional
        ``lianggao_membership`` with the rows of a study, instead of the packaged table.

    Examples
    --------
    >>> two_high_list("广东省"), two_high_list("广东", 2021), two_high_list("浙江"), two_high_list()
    ('L-GD-2022', 'L-NAT-45', 'L-NAT-45', 'L-NAT-45')
    """
    known = [
        row
        for row in (read("lianggao_membership") if rows is None else rows)
        if row["gb_t_4754"] and _OTHER_PURPOSE not in row["list_name_zh"] and province and row["province"]
        and province.startswith(row["province"].rstrip("省市"))
    ]  # fmt: skip
    dated = {(_year(row), row["list_id"]) for row in known}
    own = [version for version in dated if year is None or version[0] <= year or version[0] == _NEWEST]
    return max(own)[1] if own else NATIONAL_LIST


def two_high_codes(list_id: str, rows: Iterable[Row] | None = None) -> tuple[str, ...]:
    """Return the GB/T 4754 codes of a list, without those that a shorter one reaches; empty if none is known.

    Examples
    --------
    >>> two_high_codes("L-GD-2022")
    ('2511', '2521', '2522', '2523', '26', '30', '31', '32', '4411', '4412')
    """
    table = read("lianggao_membership") if rows is None else rows
    codes = (code for row in table if row["list_id"] == list_id for code in row["gb_t_4754"].split(";"))
    return shortest(code for code in codes if code)
