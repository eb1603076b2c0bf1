"""Units as department tables write them in headers, columns and titles → the unit that amounts are kept in."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from zoning.checks.header_forms import alternatives
from zoning.checks.table.amounts import without_year
from zoning.checks.table.departments.sheets import Sheet
from zoning.errors import Finding, QuantityError, Severity
from zoning.messages import Both, finding
from zoning.quantities import canonical, convert, dimension

__all__ = ["converted", "factor_of", "known_unit"]

_SHOWN = 20
_OURS = {"10kNm3": "万立方米", "MWh": "MWh", "GJ": "GJ", "t": "t", "tce": "tce"}


@cache
def known_unit(written: str) -> str:
    """Return a unit as the table of units writes it, without its year; '' if it is not there.

    Full width letters, blanks and brackets around it do not matter.

    Examples
    --------
    >>> known_unit("（万立方米）"), known_unit("t/a"), known_unit("筐")
    ('万立方米', 't', '')
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    inner = plain.strip("()[]【】 ")
    for form in (written, plain, inner, "".join(inner.split()), inner.removesuffix("标准状态")):
        try:
            return without_year(form)
        except QuantityError:
            continue
    return ""


@cache
def factor_of(written: str, unit: str) -> float:
    """Return by what an amount in a written unit is multiplied for our unit; NaN if one cannot measure the other.

    Of several units («t,万Nm3» over amounts of several fuels) it is the one that can.

    Examples
    --------
    >>> factor_of("亿立方米", "10kNm3"), factor_of("千克", "t"), factor_of("吨", "10kNm3"), factor_of("tce", "MWh")
    (10000.0, 0.001, nan, nan)
    >>> factor_of("t,万Nm3", "10kNm3"), factor_of("吨、千克", "t")
    (1.0, nan)
    """
    fitting = {factor for one in alternatives(written) if not math.isnan(factor := _factor_of(one, unit))}
    return fitting.pop() if len(fitting) == 1 else math.nan


def _factor_of(written: str, unit: str) -> float:
    """Return the factor of one unit.

    Power is no amount of heat: kWh, tce and GJ are one dimension, but a table that gives power in tce does not say
    by which of the two values.
    """
    known, ours = known_unit(written), _OURS[unit]
    if not known or dimension(known) != dimension(ours):
        return math.nan
    if (unit == "MWh") != canonical(known).endswith("Wh"):
        return math.nan
    factor = convert(1.0, known, ours)
    near = round(factor) if factor >= 1 else 1.0 / round(1.0 / factor)  # powers of ten come out of pint with noise
    return float(near) if abs(near / factor - 1.0) < 1e-12 else factor


def converted(
    sheet: Sheet, name: str, amounts: Sequence[float], units: Sequence[str]
) -> tuple[list[float], list[Finding]]:
    """Return amounts of a column in the units that are asked for.

    The unit beside the amount comes first, then that of the header, then that of the titles. An amount without any, or
    with one that cannot measure it, is an error with its cell.

    Parameters
    ----------
    sheet : Sheet
        Where the column is.
    name : str
        Field of the column.
    amounts : sequence of float
        As written.
    units : sequence of str
        Our unit in every row.
    """
    header = sheet.header.units.get(name, "")
    written = sheet.unit_texts(name)
    out: list[float] = []
    findings: list[Finding] = []
    used: Counter[str] = Counter()
    for place, (amount, own, unit) in enumerate(zip(amounts, written, units, strict=True)):
        if math.isnan(amount):
            out.append(amount)
            continue
        text = own or header or sheet.title_unit
        factor = factor_of(text, unit) if text else math.nan
        out.append(amount * factor if not _is_inverse(factor) else amount / round(1.0 / factor))
        used[text] += 1
        if math.isnan(factor):
            findings.append(_no_unit(sheet, name, place, text, unit))
    return out, [*findings, *_mixed(sheet, name, used), *_against_header(sheet, name, units), *_merged(sheet, name)]


def _against_header(sheet: Sheet, name: str, units: Sequence[str]) -> list[Finding]:
    """Name rows whose own unit is another one than that of the header: the unit of the row was followed."""
    header = sheet.header.units.get(name, "")
    if not known_unit(header):
        return []
    other = [
        (record, own)
        for record, own, unit in zip(sheet.rows, sheet.unit_texts(name), units, strict=True)
        if own and record.text(name) and not _same(factor_of(own, unit), factor_of(header, unit))
    ]
    if not other:
        return []
    rows = "、".join(str(record.row) for record, _ in other[:_SHOWN])
    shown = "、".join(dict.fromkeys(own for _, own in other))
    where = sheet.where(name) | {"row": other[0][0].row, "value": shown}
    slots = {"count": len(other), "rows": rows, "header": header}
    return [finding("UNIT_MIXED", "header", severity=Severity.WARNING, where=where, **slots)]


def _same(one: float, other: float) -> bool:
    """Whether two factors are one, or one of them cannot measure the amount at all, which is said elsewhere."""
    return math.isnan(one) or math.isnan(other) or one == other


def _merged(sheet: Sheet, name: str) -> list[Finding]:
    """Refuse one number that is merged over several cells: how much of it belongs to which of them nobody can tell."""
    cells = [(record, record.cells[name]) for record in sheet.rows if name in record.cells]
    return [
        finding("VALUE_UNKNOWN", "merged", where=sheet.at(name, record), address=cell.merged_from)
        for record, cell in cells if cell.merged_from and cell.text not in ("", "0")
    ]  # fmt: skip


def _is_inverse(factor: float) -> bool:
    """Whether dividing by a whole number is exact where multiplying by its inverse is not."""
    return 0 < factor < 1 and abs(round(1.0 / factor) * factor - 1.0) < 1e-12


def _no_unit(sheet: Sheet, name: str, place: int, text: str, unit: str) -> Finding:
    record = sheet.rows[place]
    where = sheet.at(name, record)
    address = sheet.address(name, record.row)
    if not text:
        return finding("UNIT_MISSING", "amount", where=where, address=address)
    if not known_unit(text):
        return finding("UNIT_MISSING", "unit", where=where, unit=text, address=address)
    return finding("UNIT_MISSING", "other", where=where, unit=text, address=address, allowed=_OURS[unit])


def _mixed(sheet: Sheet, name: str, used: Counter[str]) -> list[Finding]:
    if len(used) < 2 or not all(used) or name == "amount":
        return []
    shown = "、".join(f"{unit} {count}" for unit, count in used.most_common())
    where = sheet.where(name) | {"value": shown}
    return [finding("UNIT_MIXED", "rows", severity=Severity.INFO, where=where, count=Both(shown, shown))]
