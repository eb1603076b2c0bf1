"""Faults planted in the invented list of units, each in a unit of its own: what an audit of the list must find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from zoning.synthetic.layout import Layout
from zoning.synthetic.plan import Plan
from zoning.tables import Row, read

__all__ = ["plant"]

_USE = "fault:"
_MISSING = "LIST_DIMENSION_MISSING"
_QUIET = ("ordinary", "quiet")  # roles whose decision rests on none of their clauses


def plant(clauses: pd.DataFrame, land: Layout, part: Plan) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the clauses with faults among them, and finding code → the unit it was planted in.

    Each fault stands in a unit of its class that carries no other; where a small region has none left, it is left out.
    One unit loses its clauses on risk. A weaker, contradicting or dead clause refers to what the city's list says.
    """
    free = _free(land, part)
    planted: dict[str, str] = {}
    added: list[dict[str, object]] = []
    for row in read("synthetic_clauses"):
        code = next(free[row["unit_class"]], "") if row["use"].startswith(_USE) else ""
        if code:
            planted[row["use"].removeprefix(_USE)] = code
            added.append(_clause(row, code, clauses))
    bare = next(free["GENERAL"], "")
    if bare:
        planted[_MISSING] = bare
        clauses = clauses[(clauses["code"] != bare) | (clauses["dimension"] != "R")]
    return _ordered(pd.concat([clauses, pd.DataFrame(added)]) if added else clauses), planted


def _free(land: Layout, part: Plan) -> Mapping[str, Iterator[str]]:
    """Return the units that may carry a fault, by class; the last ones first, as far from the others as can be."""
    quiet = [land.codes[unit] for unit in reversed(part.units(*_QUIET))]
    classes = dict(zip(land.codes, land.classes, strict=True))
    return {name: iter([code for code in quiet if classes[code] == name]) for name in ("PRIORITY", "KEY", "GENERAL")}


def _clause(row: Row, code: str, clauses: pd.DataFrame) -> dict[str, object]:
    own = clauses[clauses["code"] == code]
    number = int((own["dimension"] == row["dimension"]).sum()) + 1
    return {
        "code": code,
        "layout": own["layout"].iloc[0],
        "dimension": row["dimension"],
        "number": number,
        "tag": row["tag"],
        "text": row["text_zh"].format(town="沿海"),
        "use": row["use"],
        "carbon_state": row["carbon_state"],
        "grade": int(row["grade"]),
    }


def _ordered(clauses: pd.DataFrame) -> pd.DataFrame:
    """Return the clauses unit by unit and dimension by dimension, as they stood before."""
    turn = clauses["dimension"].map({name: place for place, name in enumerate(("S", "P", "R", "Z"))})
    places = clauses.assign(turn=turn).sort_values(["code", "turn", "number"], kind="stable")
    return places.drop(columns="turn").reset_index(drop=True)
