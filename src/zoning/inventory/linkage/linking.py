"""The linkage of department tables: rows to evidence, pairs, enterprises, and what is to be said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.inventory.linkage.blocking import candidates
from zoning.inventory.linkage.clusters import Clusters, Pair, join
from zoning.inventory.linkage.dragged import without_dragged_codes
from zoning.inventory.linkage.evidence import Evidence, gather_evidence
from zoning.inventory.linkage.mergers import Merger, find_mergers
from zoning.inventory.linkage.naming import name_enterprises
from zoning.inventory.linkage.repeats import find_repeats
from zoning.inventory.linkage.review import Decision, decisions, pair_id
from zoning.inventory.linkage.sayings import Linked, corrections_of, findings_of
from zoning.inventory.linkage.scoring import Scored, probability, reasons, score_pair
from zoning.inventory.model import Linkage

__all__ = ["link_enterprises"]

_LINKS = ("ref", "enterprise", "level", "score", "rule", "counts", "merged_into", "merged_year")
_PAIRS = (
    "pair", "left", "right", "left_name", "right_name", "left_code", "right_code", "level", "score", "reasons_zh",
    "reasons_en", "distance_m", "decision", "by", "date", "note",
)  # fmt: skip


def link_enterprises(tables: DepartmentTables, review: pd.DataFrame | None) -> Linkage:
    """Tell which rows of the department tables are one enterprise.

    Rows of one valid credit code and one name are one by their words. All else is compared by code, name, address,
    distance, industry, fuels and by standing in one table; the weights of what agrees and what does not add up to a
    probability (Fellegi and Sunter 1969; ``tables/linkage_weights.csv``), and the probability to a level
    (``tables/linkage_settings.csv``). Only an exact key makes a link sure. The best pairs are followed first, and
    never one that would put two valid codes into one enterprise; a row that goes as well with two is held by none.

    Parameters
    ----------
    tables : DepartmentTables
    review : DataFrame or None
        A reviewed sheet of pairs, ``pair, decision, by, date, note``; its decisions win over scores.

    Returns
    -------
    Linkage
        The same for any order of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from zoning.departments import DepartmentTables, empty_frame
    >>> row = dict.fromkeys(empty_frame("firms").columns, "") | {"lon": float("nan"), "lat": float("nan"), "year": 2020}
    >>> rows = [row | {"ref": "permits//2", "table": "permits", "row": 2, "name": "晋江市甲乙食品有限公司",
    ...                "code": "91350100M000100Y43", "code_state": "valid"},
    ...         row | {"ref": "boilers//2", "table": "boilers", "row": 2, "name": "晋江市甲乙食品有限责任公司"}]
    >>> linked = link_enterprises(DepartmentTables(firms=pd.DataFrame(rows)), None)
    >>> linked.links[["ref", "enterprise", "level"]].to_numpy().tolist()
    [['boilers//2', '91350100M000100Y43', 'sure'], ['permits//2', '91350100M000100Y43', 'own']]
    """
    tables, dragged = without_dragged_codes(tables)
    evidence = gather_evidence(tables)
    said, faults = decisions(review)
    scored = _scored(evidence, said)
    clusters = join(evidence, scored, said)
    names = name_enterprises(evidence, clusters)
    links = _links(evidence, clusters, names)
    repeats = find_repeats(tables, links)
    dropped = {ref for one in repeats if one.kind != "differs" for ref in one.others}
    links["counts"] = ~links["ref"].isin(dropped)
    mergers = find_mergers(tables, links)
    links, set_aside = _with_mergers(tables, links, mergers)
    linked = Linked(evidence, clusters, names, repeats, mergers, set_aside, links, dragged)
    pairs = _pairs(evidence, scored, said)
    known = set(pairs["pair"])
    faults["gone"] = sorted(pair for pair in said if pair not in known)
    return Linkage(links, pairs, findings_of(tables, linked, faults), corrections_of(tables, linked))


def _scored(evidence: Sequence[Evidence], said: Mapping[str, Decision]) -> list[tuple[int, int, Scored]]:
    """Return the pairs that are alike, those that are two whatever else agrees, and those that a person decided."""
    found = []
    for left, right in candidates(evidence):
        scored = score_pair(evidence[left], evidence[right])
        if scored.level != "apart" or scored.veto or pair_id(evidence[left], evidence[right]) in said:
            found.append((left, right, scored))
    return found


@dataclass(frozen=True, slots=True)
class _Hold:
    """How a piece of evidence is held by its enterprise."""

    level: str
    score: float
    rule: str


def _links(evidence: Sequence[Evidence], clusters: Clusters, names: Mapping[int, str]) -> pd.DataFrame:
    best: dict[int, Pair] = {}
    sure = list(range(len(evidence)))
    for pair in clusters.joined.values():
        for piece in (pair.left, pair.right):
            held = best.get(piece)
            if held is None or (held.word != "accept", -held.scored.log_odds) > (
                pair.word != "accept",
                -pair.scored.log_odds,
            ):
                best[piece] = pair
        if pair.word == "accept" or pair.scored.level == "sure":
            _merge(sure, pair.left, pair.right)
    first = _first_pieces(evidence, clusters)
    rows: list[tuple[object, ...]] = []
    for piece, one in enumerate(evidence):
        top = clusters.top(piece)
        hold = _hold(piece, first[top], best.get(piece), sure)
        for position, ref in enumerate(one.refs):
            level = "own" if piece == first[top] and position == 0 else hold.level
            rows.append((ref, names[top], level, hold.score, "own" if level == "own" else hold.rule, True, "", 0))
    frame = pd.DataFrame(rows, columns=list(_LINKS)).sort_values("ref", kind="stable", ignore_index=True)
    return frame.astype({"score": "float64", "merged_year": "int64"})


def _first_pieces(evidence: Sequence[Evidence], clusters: Clusters) -> dict[int, int]:
    """Return the piece that each enterprise is known by: one with a valid code, of the most rows."""
    first: dict[int, int] = {}
    for piece in sorted(range(len(evidence)), key=lambda at: (not evidence[at].valid, -len(evidence[at].refs), at)):
        first.setdefault(clusters.top(piece), piece)
    return first


def _hold(piece: int, first: int, pair: Pair | None, sure: list[int]) -> _Hold:
    if piece == first or pair is None:
        return _Hold("sure", 1.0, "words")
    level = "sure" if _root(sure, piece) == _root(sure, first) else "probable"
    if pair.word == "accept":
        return _Hold(level, 1.0, "review")
    return _Hold(level, probability(pair.scored.log_odds), pair.scored.rule)


def _root(forest: list[int], piece: int) -> int:
    while forest[piece] != piece:
        piece = forest[piece]
    return piece


def _merge(forest: list[int], left: int, right: int) -> None:
    left, right = sorted((_root(forest, left), _root(forest, right)))
    forest[right] = left


def _pairs(
    evidence: Sequence[Evidence], scored: Sequence[tuple[int, int, Scored]], said: Mapping[str, Decision]
) -> pd.DataFrame:
    rows = []
    for left, right, score in scored:
        one, other = evidence[left], evidence[right]
        key = pair_id(one, other)
        if score.level == "apart" and key not in said:
            continue
        words, decision = reasons(score), said.get(key, Decision(""))
        told = (key, one.refs[0], other.refs[0], one.text, other.text, one.code, other.code, score.level)
        compared = (probability(score.log_odds), words.zh, words.en, score.distance)
        rows.append((*told, *compared, decision.decision, decision.by, decision.date, decision.note))
    frame = pd.DataFrame(rows, columns=list(_PAIRS))
    frame["review"] = frame["level"].map({"probable": 0, "possible": 1, "sure": 2, "apart": 3})
    frame = frame.sort_values(["review", "score", "pair"], kind="stable", ignore_index=True)
    return frame.drop(columns="review").astype({"score": "float64", "distance_m": "float64"})


def _with_mergers(
    tables: DepartmentTables, links: pd.DataFrame, mergers: Sequence[Merger]
) -> tuple[pd.DataFrame, dict[str, Merger]]:
    """Mark enterprises that went into another, and rows of later years that the successor reports too.

    Rows are set aside for years in which the fuels show that the successor reports them, and by a mere word only for
    the years behind the one in which the two became one.
    """
    links, set_aside = links.copy(), {}
    years = dict(zip(tables.firms["ref"], tables.firms["year"], strict=True))
    stating = set(tables.uses["ref"]) | set(tables.pollutants.loc[tables.pollutants["what"] != "permitted", "ref"])
    stating |= set(tables.energy["ref"])
    reported: dict[str, set[int]] = defaultdict(set)
    for ref, enterprise in zip(links["ref"], links["enterprise"], strict=True):
        if ref in stating:
            reported[enterprise].add(int(years[ref]))
    for merger in mergers:
        if not merger.successor:
            continue
        rows = links["enterprise"] == merger.enterprise
        links.loc[rows, "merged_into"] = merger.successor
        links.loc[rows, "merged_year"] = merger.year
        begins = merger.year + (merger.said == "words")
        for ref in links.loc[rows & links["counts"], "ref"]:
            if ref in stating and years[ref] >= begins and int(years[ref]) in reported[merger.successor]:
                set_aside[str(ref)] = merger
    links.loc[links["ref"].isin(set_aside), "counts"] = False
    return links, set_aside
