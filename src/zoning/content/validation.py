"""Are content tables fit to be used? Every cell by the rule of its column, every row by its meaning, every key once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from zoning.content.cells import cell_faults
from zoning.content.meaning import meaning_faults
from zoning.content.rows import Placed, Tables, key_of
from zoning.errors import Finding
from zoning.messages import finding

__all__ = ["validate"]


def validate(tables: Tables) -> tuple[Finding, ...]:
    """Return every fault of a set of content tables, with file, row, field, value and remedy.

    Parameters
    ----------
    tables : mapping of str to rows
        All extendable tables, by name (:func:`zoning.content.packaged`, or what :func:`zoning.content.extend` gives);
        rows refer to each other, so one table alone cannot be judged.

    Examples
    --------
    >>> from zoning.content import packaged
    >>> validate(packaged())
    ()
    """
    return (*_repeated(tables), *cell_faults(tables), *meaning_faults(tables))


def _repeated(tables: Tables) -> Iterator[Finding]:
    for name, rows in tables.items():
        seen: dict[str, list[Placed]] = defaultdict(list)
        for one in rows:
            seen[key_of(name, one.cells)].append(one)
        for key, same in seen.items():
            for one in same[1:]:
                where = {"file": one.file, "row": one.row, "value": key}
                yield finding("CODE_DUPLICATE", "content", where=where, first=same[0].row)
