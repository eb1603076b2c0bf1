"""The matrix of coherence, unit by unit and type of zone by type of zone, from the relations of every text.

What a text says to a demand is the same wherever it stands: it is asked once (:func:`zoning.audit.coherent.related`)
and laid out here for everybody who has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from zoning.audit.case import Case
from zoning.clauses import Clause
from zoning.clauses.coherence import Relation, matrix, wide
from zoning.tables import numbers

__all__ = ["LEAD", "matrix_of_units", "matrix_of_zones"]

LEAD = ("group", "name", "dimension", "type", "pairs", "against")
"""Columns before those of the demands: whose row it is, kind of clause, pairs compared, pairs that (may) conflict."""

_AGAINST = ["CONFLICT", "MAY_CONFLICT"]

Texts = Mapping[tuple[str, str], list[Relation]]


def _by_text(found: Iterable[Relation]) -> Texts:
    texts: dict[tuple[str, str], list[Relation]] = {}
    for one in found:
        texts.setdefault((one.clause.level, one.clause.text), []).append(one)
    return texts


def matrix_of_units(case: Case, found: Iterable[Relation]) -> tuple[pd.DataFrame, int]:
    """Return the matrix of every unit and of every upper list, and of how many of them it is.

    Units come in the order of their codes; those that would make the sheet longer than ``audit_matrix_rows`` are left
    out, the upper lists never are.

    Parameters
    ----------
    case : Case
        The lists.
    found : iterable of Relation
        Of every text, as :func:`zoning.audit.coherent.related` gives them.
    """
    texts = _by_text(found)
    upper = [clause for one in case.uppers for clause in one.clauses]
    relations = _spread(upper, texts)
    most, rows, shown = int(numbers("limits")["audit_matrix_rows"]), 0, 0
    for clauses in case.units.values():
        own = _spread(clauses, texts)
        rows += len({(one.clause.dimension, one.hit.type) for one in own})
        if rows > most:
            break
        relations += own
        shown += 1
    return _laid_out(matrix(relations, "unit"), {code: case.name(code) for code in case.units}), shown


def _spread(clauses: Iterable[Clause], texts: Texts) -> list[Relation]:
    return [
        replace(one, clause=clause) for clause in clauses for one in texts.get((clause.level, clause.text), ())
    ]  # fmt: skip


def matrix_of_zones(case: Case, found: Iterable[Relation]) -> pd.DataFrame:
    """Return the matrix of every type of zone over the units that lie in such zones; a wording counts once in a type.

    Parameters
    ----------
    case : Case
        The lists; without types of zones the matrix is empty.
    found : iterable of Relation
        Of every text.
    """
    texts = _by_text(found)
    wordings: dict[str, dict[tuple[str, str, str], Clause]] = {}
    for bearer in case.bearers:
        for kind in {kind for _, kind in bearer.zones}:
            held = wordings.setdefault(kind, {})
            for clause in case.units[bearer.code]:
                held.setdefault((clause.level, clause.text, clause.dimension), clause)
    parts = [
        matrix(_spread(held.values(), texts), "list").assign(group=kind) for kind, held in sorted(wordings.items())
    ]
    filled = [part for part in parts if len(part)]
    return _laid_out(pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(), {})


def _laid_out(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a group, dimension and kind of clause, with one column a type of demand: its verdict or ""."""
    if table.empty:
        return pd.DataFrame(columns=list(LEAD))
    index = ["group", "dimension", "row"]
    verdicts = wide(table)
    sums = table.groupby(index)[["pairs", *_AGAINST]].sum().reindex(verdicts.index).to_numpy().tolist()
    records: list[dict[str, Any]] = []
    for key, counts, verdict in zip(verdicts.index, sums, verdicts.to_dict("records"), strict=True):
        group, dimension, kind = key
        pairs, *against = counts
        lead = (group, names.get(group, ""), dimension, kind, int(pairs), int(sum(against)))
        records.append(dict(zip(LEAD, lead, strict=True)) | {str(name): value for name, value in verdict.items()})
    return pd.DataFrame(records)
