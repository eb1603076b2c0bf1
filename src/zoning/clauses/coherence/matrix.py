"""Relations counted: rows are kinds of clause (or clauses) by dimension, columns are types of demand.

A cell counts pairs of one clause and one demand. A pair has the worst verdict of its rules, and a cell is named by the
worst verdict in it, in the order of :data:`~zoning.clauses.coherence.model.VERDICTS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from zoning.clauses.coherence.model import VERDICTS, Relation
from zoning.clauses.model import DIMENSIONS

__all__ = ["matrix", "wide"]

_BY = ("unit", "zone", "list")
_ROWS = ("type", "clause")
_ORDER = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
_DIMENSION = {dimension: rank for rank, dimension in enumerate(("S", "P", "R", "Z"))}


def matrix(
    relations: Iterable[Relation],
    by: str = "unit",
    *,
    rows: str = "type",
    zones: Mapping[str, Iterable[str]] | None = None,
) -> pd.DataFrame:
    """Return the matrix in its long form: one row a group, dimension, kind of clause (or clause) and type of demand.

    Parameters
    ----------
    relations : iterable of Relation
        As :func:`~zoning.clauses.coherence.relating.relations` gives them.
    by : str
        ``unit`` (code of the clause), ``zone`` (sub-type; a unit counts in each of its own) or ``list`` (level).
    rows : str
        ``type`` (kind of environmental clause) or ``clause`` (its id).
    zones : mapping
        Sub-types of every unit; needed for ``zone``, and a unit it does not have is in none.

    Returns
    -------
    DataFrame
        ``group, dimension, row, demand_type``, one column of counts for each of ``VERDICTS``, ``pairs``, ``regional``
        (pairs whose demand is the region's) and ``dominant``, sorted.

    Raises
    ------
    ValueError
        If ``by`` or ``rows`` is another word, or zones are asked for and not given.
    """
    if by not in _BY or rows not in _ROWS or (by == "zone" and zones is None):
        raise ValueError(f"by {by!r} of {_BY}, rows {rows!r} of {_ROWS}, zones for by='zone'")
    names = ["group", "dimension", "row", "demand_type"]
    records = [record for relation in relations for record in _records(relation, by, rows, zones or {})]
    columns = [*names, "clause", "demand", "verdict", "regional"]
    frame = pd.DataFrame(records, columns=columns)
    if frame.empty:
        return pd.DataFrame(columns=[*names, *VERDICTS, "pairs", "regional", "dominant"])
    pairs = frame.groupby([*names, "clause", "demand"], as_index=False)[["verdict", "regional"]].min()
    counts = pairs.pivot_table(index=names, columns="verdict", aggfunc="size", fill_value=0)
    counts = counts.reindex(columns=range(len(VERDICTS)), fill_value=0)
    counts.columns = pd.Index(VERDICTS)
    counts["pairs"] = counts.sum(axis=1)
    counts["regional"] = pairs.groupby(names)["regional"].sum()
    counts["dominant"] = pairs.groupby(names)["verdict"].min().map(dict(enumerate(VERDICTS)))
    table = counts.reset_index()
    rank = table["dimension"].map(_DIMENSION).fillna(len(DIMENSIONS))
    order = table.assign(_rank=rank).sort_values(["group", "_rank", "row", "demand_type"], kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _records(
    relation: Relation, by: str, rows: str, zones: Mapping[str, Iterable[str]]
) -> Iterable[tuple[str, str, str, str, str, str, int, int]]:
    clause = relation.clause
    groups = {"unit": [clause.code], "list": [clause.level]}.get(by) or sorted(set(zones.get(clause.code, ())))
    row = relation.hit.type if rows == "type" else clause.id
    for group in groups:
        yield (
            group, clause.dimension, row, relation.demand.requirement_type, clause.id,
            relation.demand.id, _ORDER[relation.verdict], int(relation.regional),
        )  # fmt: skip


def wide(table: pd.DataFrame, value: str = "dominant") -> pd.DataFrame:
    """Return the wide form: index ``group, dimension, row``, one column a type of demand.

    Parameters
    ----------
    table : DataFrame
        Long form.
    value : str
        ``dominant`` ("" where nothing meets), ``pairs``, or one of ``VERDICTS`` (0 where nothing meets).
    """
    index = ["group", "dimension", "row"]
    if table.empty:
        return pd.DataFrame(index=pd.MultiIndex.from_tuples([], names=index))
    pivot = table.set_index([*index, "demand_type"])[value].unstack("demand_type")
    pivot = pivot.fillna("" if value == "dominant" else 0)
    pivot = pivot if value == "dominant" else pivot.astype(int)
    order = table.drop_duplicates(index)[index]
    return pivot.reindex(pd.MultiIndex.from_frame(order))
