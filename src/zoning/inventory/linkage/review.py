"""What a person decided about pairs, kept from the last run: ids that do not depend on where rows stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from zoning.inventory.linkage.evidence import Evidence
from zoning.vocab import value

__all__ = ["Decision", "decisions", "pair_id"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a pair: ``accept`` or ``reject``, who, when, why."""

    decision: str
    by: str = ""
    date: str = ""
    note: str = ""


def pair_id(left: Evidence, right: Evidence) -> str:
    """Return the id of a pair: made of the codes, names and addresses of both sides, the same either way round."""
    return f"{left.key}-{right.key}" if left.key < right.key else f"{right.key}-{left.key}"


def decisions(review: pd.DataFrame | None) -> tuple[Mapping[str, Decision], dict[str, list[str]]]:
    """Read a reviewed sheet.

    Parameters
    ----------
    review : DataFrame or None
        Columns ``pair, decision, by, date, note``; a blank decision decides nothing.

    Returns
    -------
    mapping
        Pair → decision; of two equal ones the later by date.
    dict
        What cannot be used: ``unknown`` (words that are no decision) and ``both`` (pairs accepted and rejected).

    Examples
    --------
    >>> sheet = pd.DataFrame({"pair": ["a", "b", "b"], "decision": ["accept", "是", "否"]})
    >>> read, faults = decisions(sheet)
    >>> read["a"].decision, sorted(read), faults["both"]
    ('accept', ['a'], ['b'])
    """
    faults: dict[str, list[str]] = {"unknown": [], "both": []}
    found: dict[str, list[Decision]] = {}
    for row in _rows(review):
        if not row["decision"]:
            continue
        word = value("review", row["decision"])
        if word is None:
            faults["unknown"].append(f"{row['pair']}: {row['decision']}")
            continue
        found.setdefault(row["pair"], []).append(Decision(word, row["by"], row["date"], row["note"]))
    faults["both"] = sorted(pair for pair, said in found.items() if len({one.decision for one in said}) > 1)
    kept = {
        pair: max(said, key=lambda one: (one.date, one.by, one.note))
        for pair, said in found.items()
        if pair not in faults["both"]
    }
    return kept, faults


def _rows(review: pd.DataFrame | None) -> list[dict[str, str]]:
    if review is None or review.empty:
        return []
    sheet = review.reindex(columns=["pair", "decision", "by", "date", "note"])
    return [
        {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
        for row in sheet.to_dict("records")
    ]
