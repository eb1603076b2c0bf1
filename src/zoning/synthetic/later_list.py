"""A later version of the invented list (动态更新): units renumbered, split and merged, clauses changed and added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from zoning.synthetic.layout import Layout
from zoning.synthetic.plan import Plan
from zoning.tables import Row, read

__all__ = ["Later", "later_list"]

_RENUMBERED = 50  # added to the serial of a unit that keeps everything but its code
_REWORDED = ("不低于82%", "不低于85%")


@dataclass(frozen=True)
class Later:
    """The later version, and what was done to come to it.

    Attributes
    ----------
    units : DataFrame
        ``code, name, unit_class, province, city, county, subtypes``, one row a unit.
    clauses : DataFrame
        As :func:`zoning.synthetic.access_lists.unit_list`.
    matches : dict
        ``renumbered, split, merged`` → old code(s) → new code(s).
    revised : tuple of str
        Old codes of the units that got a clause on carbon.
    """

    units: pd.DataFrame
    clauses: pd.DataFrame
    matches: Mapping[str, Mapping[str, tuple[str, ...]]]
    revised: tuple[str, ...]


def later_list(units: pd.DataFrame, clauses: pd.DataFrame, land: Layout, part: Plan) -> Later:
    """Return the later version of a list.

    Every second unit with a gap, one quiet and one ordinary unit get a clause on carbon; shares of reused water rise;
    one unit is renumbered, one is split in two, two of one county and class become one.
    """
    revised = _revised(land, part)
    changed = _with_revisions(_reworded(clauses), revised)
    ordinary = [land.codes[unit] for unit in part.units("ordinary")]
    moves = _moves(ordinary)
    codes = {old: new for kind in moves.values() for old, new in kind.items()}
    frame = pd.concat([_unit_rows(row, codes) for _, row in units.iterrows()], ignore_index=True)
    return Later(
        units=frame.drop_duplicates("code").sort_values("code", ignore_index=True),
        clauses=_carried(changed, codes),
        matches=moves,
        revised=tuple(sorted(revised)),
    )


def _revised(land: Layout, part: Plan) -> dict[str, str]:
    """Return the units that are revised, and which clause they get."""
    chosen = {land.codes[unit]: "revision" for unit in part.units("gap")[::2]}
    chosen |= {land.codes[unit]: "revision" for unit in part.units("ordinary")[:1]}
    return chosen | {land.codes[unit]: "revision_sink" for unit in part.units("sinkless")[:1]}


def _reworded(clauses: pd.DataFrame) -> pd.DataFrame:
    before, after = _REWORDED
    return clauses.assign(text=clauses["text"].str.replace(before, after, regex=False))


def _with_revisions(clauses: pd.DataFrame, revised: Mapping[str, str]) -> pd.DataFrame:
    words: dict[str, Row] = {row["use"]: row for row in read("synthetic_clauses") if row["use"].startswith("revision")}
    added = []
    for code, use in sorted(revised.items()):
        row, own = words[use], clauses[clauses["code"] == code]
        number = int((own["dimension"] == row["dimension"]).sum()) + 1
        added.append(
            {
                "code": code, "layout": own["layout"].iloc[0], "dimension": row["dimension"], "number": number,
                "tag": row["tag"], "text": row["text_zh"], "use": row["use"], "carbon_state": row["carbon_state"],
                "grade": int(row["grade"]),
            }
        )  # fmt: skip
    return pd.concat([clauses, pd.DataFrame(added)], ignore_index=True) if added else clauses


def _moves(ordinary: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    moves: dict[str, dict[str, tuple[str, ...]]] = {"renumbered": {}, "split": {}, "merged": {}}
    left = list(ordinary[1:])
    if left:
        old = left.pop()
        moves["renumbered"][old] = (_serial(old, _RENUMBERED),)
    if left:
        old = left.pop()
        moves["split"][old] = (_serial(old, 2 * _RENUMBERED), _serial(old, 2 * _RENUMBERED + 1))
    pair = _pair(left)
    if pair:
        new = _serial(pair[0], 3 * _RENUMBERED)
        moves["merged"] = dict.fromkeys(pair, (new,))
    return moves


def _pair(codes: list[str]) -> tuple[str, ...]:
    """Return two units of one county and class, empty where there are none."""
    for old in codes:
        alike = [one for one in codes if one[:9] == old[:9]]  # the code holds county and class
        if len(alike) > 1:
            return tuple(alike[:2])
    return ()


def _serial(code: str, more: int) -> str:
    return f"{code[:9]}{int(code[9:]) + more:04d}"


def _unit_rows(row: pd.Series[Any], codes: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    new = codes.get(row["code"], (row["code"],))
    names = [row["name"]] if len(new) == 1 else [f"{row['name']}-{part}" for part in range(1, len(new) + 1)]
    return pd.DataFrame([row.to_dict() | {"code": code, "name": name} for code, name in zip(new, names, strict=True)])


def _carried(clauses: pd.DataFrame, codes: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the clauses under the new codes: of a split unit in both parts, of merged ones each text once."""
    parts = []
    for old, own in clauses.groupby("code", sort=False):
        parts += [own.assign(code=new) for new in codes.get(str(old), (str(old),))]
    whole = pd.concat(parts, ignore_index=True).drop_duplicates(["code", "dimension", "text"], ignore_index=True)
    whole["layout"] = whole.groupby("code")["layout"].transform("first")
    whole["turn"] = whole["dimension"].map({name: place for place, name in enumerate(("S", "P", "R", "Z"))})
    whole = whole.sort_values(["code", "turn", "number"], kind="stable", ignore_index=True).drop(columns="turn")
    whole["number"] = whole.groupby(["code", "dimension"]).cumcount() + 1
    return whole
