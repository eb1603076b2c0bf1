"""What is said aloud of a linkage: every link that a person should know of, every row that is not counted, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zoning.departments import DepartmentTables
from zoning.errors import Finding, Severity
from zoning.inventory.linkage.clusters import Clusters, Pair
from zoning.inventory.linkage.dragged import Dragged
from zoning.inventory.linkage.evidence import Evidence
from zoning.inventory.linkage.mergers import Merger
from zoning.inventory.linkage.naming import shared_codes
from zoning.inventory.linkage.repeats import Repeat
from zoning.inventory.linkage.scoring import probability, reasons
from zoning.inventory.model import Correction
from zoning.inventory.rows import Row, address_of_row, place_of_row, rows_of
from zoning.messages import LANGUAGES, Both, finding, say

__all__ = ["Linked", "corrections_of", "findings_of"]

_WARN = Severity.WARNING
_NAMED = 3  # names that a finding lists of many
_SLIPS = {"brand", "differs", "letter", "glyph", "ending"}


@dataclass(frozen=True, slots=True)
class Linked:
    """Everything that a linkage found out, for being told.

    Attributes
    ----------
    evidence, clusters, names, repeats, mergers
        As found.
    set_aside : mapping
        Row → the merger by which it is counted at the successor.
    links : DataFrame
    dragged : sequence of Dragged
        Codes that rows of a sheet were not believed.
    """

    evidence: Sequence[Evidence]
    clusters: Clusters
    names: Mapping[int, str]
    repeats: Sequence[Repeat]
    mergers: Sequence[Merger]
    set_aside: Mapping[str, Merger]
    links: pd.DataFrame
    dragged: Sequence[Dragged]

    def enterprise(self, piece: int) -> str:
        """Return the id of the enterprise of a piece."""
        return self.names[self.clusters.top(piece)]


def findings_of(tables: DepartmentTables, linked: Linked, faults: Mapping[str, Sequence[str]]) -> tuple[Finding, ...]:
    """Return the findings of a linkage, by code and address.

    Parameters
    ----------
    tables : DepartmentTables
    linked : Linked
    faults : mapping
        Decisions that cannot be used: ``unknown, both, gone`` → texts.

    Returns
    -------
    tuple of Finding
        FIRM_CODE_PATTERN, FIRM_NAME_DIFFERS, FIRM_MATCH_UNCERTAIN, FIRM_DUPLICATE, FIRM_MERGED, FIRM_UNMATCHED.
    """
    rows = {str(row["ref"]): row for row in rows_of(tables.firms)}
    names = _names(linked)
    found = [
        *_codes(linked, rows),
        *_dragged(linked, rows),
        *_shared(linked, rows),
        *_joined(linked, rows),
        *_refused(linked, rows),
        *_repeated(linked, rows, names),
        *_merged(linked, rows, names),
        *_unmatched(linked, tables),
        *(finding("FIRM_MATCH_UNCERTAIN", f"review_{kind}", severity=_WARN, pairs="、".join(pairs), count=len(pairs))
          for kind, pairs in sorted(faults.items()) if pairs),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.code, one.key, one.file, one.layer, one.row or 0, one.message_zh)))


def _names(linked: Linked) -> dict[str, str]:
    """Return enterprise → its name as most rows write it."""
    texts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for piece, one in enumerate(linked.evidence):
        texts[linked.enterprise(piece)].append((-len(one.refs), one.text))
    return {enterprise: min(found)[1] for enterprise, found in texts.items()}


def _codes(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield codes that are not valid, with the enterprise they were taken for."""
    for piece, one in enumerate(linked.evidence):
        if one.valid or one.state not in {"check", "old", "malformed"}:
            continue
        enterprise = linked.enterprise(piece)
        key = f"{one.state}_linked" if "#" not in enterprise else f"{one.state}_alone"
        for ref in one.refs:
            where = place_of_row(rows[ref], "code", one.code)
            yield finding("FIRM_CODE_PATTERN", key, severity=_WARN, where=where, name=one.text, taken=enterprise)


def _dragged(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield codes that stand beside many names in one sheet, at the first of their rows."""
    for one in linked.dragged:
        listed = sorted((rows[ref] for ref in one.refs), key=lambda row: int(str(row["row"])))
        names = tuple(dict.fromkeys(str(row["name"]).strip() for row in listed))
        where = place_of_row(listed[0], "code", one.code)
        some = Both("、".join(names[:_NAMED]), ", ".join(names[:_NAMED]))
        span = {"count": len(names), "last": listed[-1]["row"], "firms": some}
        yield finding("FIRM_CODE_PATTERN", "dragged", severity=_WARN, where=where, **span)


def _shared(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield codes that several enterprises carry, and branches that carry the code of their enterprise."""
    for code in shared_codes(linked.evidence, linked.clusters):
        carried = [(piece, one) for piece, one in enumerate(linked.evidence) if one.valid == code]
        branch = any(one.name.branch for _, one in carried)
        listed = "；".join(sorted({f"{one.text}（{address_of_row(rows[one.refs[0]]).zh}）" for _, one in carried}))
        listed_en = "; ".join(sorted({f"{one.text} ({address_of_row(rows[one.refs[0]]).en})" for _, one in carried}))
        first = rows[min(ref for _, one in carried for ref in one.refs)]
        key = "branch" if branch else "shared"
        where = place_of_row(first, "code", code)
        yield finding("FIRM_CODE_PATTERN", key, severity=_WARN, where=where, firms=Both(listed, listed_en))


def _joined(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield links that were made: other names under one code, and links that a person should confirm."""
    for pair in linked.clusters.joined.values():
        where, words = _of_pair(linked, rows, pair)
        seen = dict(pair.scored.found)
        if seen["code"] == "equal" and seen["name"] in _SLIPS:
            key = "" if seen["name"] in {"differs", "brand"} else "written"
            yield finding("FIRM_NAME_DIFFERS", key, severity=Severity.INFO, where=where, **words)
        if pair.scored.level != "sure" and pair.word != "accept":
            yield finding("FIRM_MATCH_UNCERTAIN", "held", severity=_WARN, where=where, **words)


def _refused(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Finding]:
    """Yield pairs that were not followed although they look alike, and decisions that contradict each other."""
    pairs = {pair.id: pair for pair in linked.clusters.considered}
    for key, reason in sorted(linked.clusters.refused.items()):
        pair = pairs[key]
        if reason == "codes" and linked.evidence[pair.left].valid and linked.evidence[pair.right].valid:
            continue
        if reason == "rejected" and pair.word != "accept":
            continue
        where, words = _of_pair(linked, rows, pair)
        yield finding("FIRM_MATCH_UNCERTAIN", reason, severity=_WARN, where=where, **words)


def _of_pair(linked: Linked, rows: Mapping[str, Row], pair: Pair) -> tuple[dict[str, object], dict[str, object]]:
    """Return the address and the words of a pair: the row that has no valid code first."""
    left, right = linked.evidence[pair.left], linked.evidence[pair.right]
    if right.valid == "" or (left.valid and len(right.refs) < len(left.refs)):
        left, right = right, left
    row = rows[left.refs[0]]
    words: dict[str, object] = {
        "left": left.text,
        "right": right.text,
        "code_of": right.code or "—",
        "other": address_of_row(rows[right.refs[0]]),
        "score": f"{probability(pair.scored.log_odds):.4f}",
        "reasons": reasons(pair.scored),
        "pair": pair.id,
    }
    return place_of_row(row, "name", left.text), words


def _repeated(linked: Linked, rows: Mapping[str, Row], names: Mapping[str, str]) -> Iterator[Finding]:
    for one in linked.repeats:
        for ref in one.others:
            where = place_of_row(rows[ref], "name", names[one.enterprise])
            yield finding("FIRM_DUPLICATE", one.kind, severity=_WARN, where=where, kept=address_of_row(rows[one.kept]))


def _merged(linked: Linked, rows: Mapping[str, Row], names: Mapping[str, str]) -> Iterator[Finding]:
    for one in linked.mergers:
        name = names[one.enterprise]
        where = place_of_row(rows[one.ref], "name", name)
        if not one.successor:
            yield finding("FIRM_MERGED", "unknown", severity=_WARN, where=where, year=one.year)
            continue
        aside = sorted(ref for ref, merger in linked.set_aside.items() if merger is one)
        zh, en = (
            "；".join(address_of_row(rows[ref]).zh for ref in aside),
            "; ".join(address_of_row(rows[ref]).en for ref in aside),
        )
        listed = Both(zh or "无", en or "none")
        share = f"{100 * one.explained:.0f}"
        words = {"year": one.year, "share": share, "firm": one.enterprise, "aside": listed}
        words["successor"] = f"{names[one.successor]} {one.successor}"
        yield finding("FIRM_MERGED", one.said, severity=_WARN, where=where, **words)


def _unmatched(linked: Linked, tables: DepartmentTables) -> Iterator[Finding]:
    """Yield, for each table, the enterprises that no other table knows; one finding for all of them."""
    rows = tables.firms.merge(linked.links[["ref", "enterprise"]], on="ref").sort_values("ref", kind="stable")
    only = rows.groupby("enterprise")["table"].transform("nunique") == 1
    for _, alone in rows[only].groupby("table", sort=True):
        first = alone.drop_duplicates("enterprise").sort_values(["file", "sheet", "row"], kind="stable")
        listed = "、".join(first["name"].str.strip())
        where = {"file": first["file"].iloc[0], "layer": first["sheet"].iloc[0], "field": "name", "value": listed}
        listed_rows = "、".join(map(str, first["row"]))
        yield finding(
            "FIRM_UNMATCHED", "table", severity=Severity.INFO, where=where, count=len(first), rows=listed_rows
        )


def corrections_of(tables: DepartmentTables, linked: Linked) -> tuple[Correction, ...]:
    """Return what is taken otherwise than written: rows that are counted once, codes that were taken for others.

    Parameters
    ----------
    tables : DepartmentTables
    linked : Linked

    Returns
    -------
    tuple of Correction
        Sorted by row.
    """
    rows = {str(row["ref"]): row for row in rows_of(tables.firms)}
    found = [*_rows_aside(linked, rows), *_codes_taken(linked)]
    return tuple(sorted(found, key=lambda one: (one.ref, one.kind, one.field)))


def _rows_aside(linked: Linked, rows: Mapping[str, Row]) -> Iterator[Correction]:
    names = _names(linked)
    for one in linked.repeats:
        if one.kind == "differs":
            continue
        kept = address_of_row(rows[one.kept])
        zh, en = (say(f"linkage.kept_{one.kind}", lang, kept=kept.text(lang)) for lang in LANGUAGES)
        for ref in one.others:
            yield Correction(ref, "", "FIRM_DUPLICATE", str(rows[ref]["name"]).strip(), "", zh, en, "set_aside")
    for ref, merger in linked.set_aside.items():
        words = {"successor": names[merger.successor], "year": merger.year}
        zh, en = (say(f"linkage.merged_{merger.said}", lang, **words) for lang in LANGUAGES)
        yield Correction(ref, "", "FIRM_MERGED", str(rows[ref]["name"]).strip(), "", zh, en, "set_aside")


def _codes_taken(linked: Linked) -> Iterator[Correction]:
    for pair in linked.clusters.joined.values():
        for piece, other in ((pair.left, pair.right), (pair.right, pair.left)):
            one, best = linked.evidence[piece], linked.evidence[other]
            if not one.code or one.valid or not best.valid or one.state == "none":
                continue
            why = reasons(pair.scored)
            for ref in one.refs:
                yield Correction(ref, "code", "FIRM_CODE_PATTERN", one.code, best.valid, why.zh, why.en, "applied")
