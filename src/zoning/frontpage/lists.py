"""The lists of a run: what they cover, what is wrong with them, what was drafted, and where to hand it on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from zoning.audit import Audit, kinds_of, lists_said
from zoning.clauses import ABOUT_CARBON, LEVELS, Clause, counts_for_carbon
from zoning.clauses.coherence import VERDICTS
from zoning.htmltree import Child, chip, link, table, tag
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of
from zoning.symbology.figures import named, share

__all__ = ["ANSWERS", "access_lists"]

ANSWERS = "lists/意见采纳情况表.xlsx"
"""The table of answers to comments inside the folder of a run."""

_STANDINGS = ("silent", "hortatory", "vague", "covered")
_KINDS = 6  # kinds of findings that the page names
_BOOK = "workbook.xlsx"


def access_lists(result: Result, paths: Sequence[str], lang: str) -> list[Child]:
    """Return the section on the access lists; without lists there is none.

    Parameters
    ----------
    result : Result
        With its lists.
    paths : sequence of str
        Published files: links are to these only.
    lang : str
        ``zh`` or ``en``.
    """
    found = result.audit
    if not found.lists:
        return []
    look, book = look_of(result.study), _BOOK if _BOOK in paths else ""
    return [
        tag("h2", say("index.lists", lang)),
        tag("p", say("index.lists.of", lang, lists=lists_said(found.lists, lang), date=found.date), class_="soft"),
        *_covered(result, found, lang),
        *_health(found, (look, book), lang),
        *_coherence(found, look, lang),
        *_drafts(result, paths, lang),
        *_consultation(result, paths, lang),
    ]


def _covered(result: Result, found: Audit, lang: str) -> list[Child]:
    """Return how many units lack a dimension, are silent on carbon, only encourage, or have a counting clause."""
    coverage, carbon = found.tables["coverage"], found.tables["carbon"]
    if coverage.empty:
        return []
    total = len(coverage)
    own = Counter(_standing(clauses) for clauses in _own(found).values())
    held = Counter(_held(row) for row in carbon.to_dict("records"))
    header = [say(f"index.lists.{name}", lang) for name in ("what", "own", "held")]
    rows: list[list[Child]] = [
        [say(f"index.lists.{name}", lang), _part(own[name], total, lang), _part(held[name], total, lang)]
        for name in _STANDINGS
    ]
    missing = say("index.lists.missing", lang, count=int((coverage["missing"] != "").sum()), total=total)
    beside = len({str(code) for code in result.units.frame["code"]} - set(coverage["unit_code"]))
    lacking = say("index.lists.beside", lang, count=beside) if beside else ""
    note = tag("p", say("index.lists.counts", lang), class_="soft")
    return [tag("p", missing, lacking), table(header, rows, class_="narrow"), note]


def _part(count: int, total: int, lang: str) -> str:
    return say("index.lists.part", lang, count=count, share=share(count / total, lang))


def _own(found: Audit) -> dict[str, tuple[Clause, ...]]:
    """Return the clauses of every unit of the audited list, those of upper lists left aside."""
    held = found.lists[-1].by_code()
    return {code: held.get(code, ()) for code in found.tables["coverage"]["unit_code"]}


def _standing(clauses: Sequence[Clause]) -> str:
    """Return how far clauses speak of carbon: not, by encouraging only, bindingly, or with a number that counts."""
    speaking = [clause for clause in clauses if clause.label.carbon_state in ABOUT_CARBON]
    if not any(clause.label.grade for clause in speaking):
        return "hortatory" if speaking else "silent"
    return "covered" if any(counts_for_carbon(clause) for clause in speaking) else "vague"


def _held(row: Mapping[Any, Any]) -> str:
    """Return the same for own and inherited clauses together, from a row of the audit."""
    if not {row["own_state"], row["inherited_state"]} & set(ABOUT_CARBON):
        return "silent"
    if not row["best_grade"] > 0:
        return "hortatory"
    return "covered" if row["counts"] else "vague"


def _health(found: Audit, manner: tuple[Look, str], lang: str) -> list[Child]:
    """Return the most harmful kinds of findings, and where all of them stand."""
    (look, book), kinds = manner, kinds_of(found.findings)
    if not kinds:
        return [tag("h3", say("index.lists.health", lang)), tag("p", say("index.lists.healthy", lang))]
    header = [say(f"index.lists.{name}", lang) for name in ("severity", "kind", "places", "first")]
    rows: list[list[Child]] = [
        [chip(look.symbol("severity", str(one.severity)), lang), one.meaning(lang), str(one.count), one.first]
        for one in kinds[:_KINDS]
    ]
    places = len(found.findings)
    more = say("index.lists.more", lang, places=places, kinds=len(kinds), sheet=say("book.list_findings.tab", lang))
    where = tag("p", more, " ", link(book, book) if book else None, class_="soft")
    return [tag("h3", say("index.lists.health", lang)), table(header, rows), where]


def _coherence(found: Audit, look: Look, lang: str) -> list[Child]:
    """Return how many wordings and pairs of a wording and a demand have each verdict; a pair has its gravest one."""
    rows = found.tables["coherence"]
    if rows.empty:
        return []
    pairs = rows.drop_duplicates(["level", "text", "demand"])  # the gravest verdict of a pair comes first
    counts = Counter(pairs["relation"])
    wordings = pairs.groupby("relation")["text"].nunique().to_dict()
    header = [say(f"index.lists.{name}", lang) for name in ("relation", "pairs", "wordings", "todo")]
    body: list[list[Child]] = [
        [chip(look.symbol("relation", name), lang), str(counts[name]), str(wordings[name]),
         say(f"index.lists.todo.{name}", lang)]
        for name in VERDICTS if counts[name]
    ]  # fmt: skip
    sheets = "、".join(say(f"book.{name}.tab", lang) for name in ("matrix_units", "matrix_zones", "audit_coherence"))
    note = say("index.lists.coherence.note", lang, sheets=sheets, penalties=len(found.tables["penalties"]))
    return [tag("h3", say("index.lists.coherence", lang)), table(header, body), tag("p", note, class_="soft")]


def _drafts(result: Result, paths: Sequence[str], lang: str) -> list[Child]:
    """Return the drafts of first rank by reason and level, and the files in which experts judge them."""
    first = [draft for draft in result.drafts if draft.rank == 1]
    if not first:
        return []
    levels = [level for level in LEVELS if any(draft.level == level for draft in first)]
    counts = Counter((draft.reason, draft.level) for draft in first)
    header = [say("index.lists.reason", lang), *(f"#{say(f'audit.level.{level}', lang)}" for level in levels)]
    rows: list[list[Child]] = [
        [named(reason, lang), *(str(counts[reason, level] or "—") for level in levels)]
        for reason in sorted({draft.reason for draft in first})
    ]
    gaps = sum(bool(draft.gaps) for draft in first)
    counts_of = {"count": len(first), "gaps": gaps, "written": len({edit.id for edit in result.edits})}
    note = say("index.lists.drafts.note", lang, sheet=say("book.drafts.tab", lang), **counts_of)
    drafted = [tag("h3", say("index.lists.drafts", lang)), table(header, rows), tag("p", note, class_="soft")]
    return [*drafted, *_revised(result, paths, lang)]


def _revised(result: Result, paths: Sequence[str], lang: str) -> list[Child]:
    """Return the links to the revised lists and how to hand them round, or why there are none."""
    suffix = f"_{say('redline.suffix')}"
    revised = [path for path in paths if PurePosixPath(path).parent.name == "lists" and suffix in path]
    if not revised:
        return [tag("p", say("index.lists.unrevised" if result.edits else "index.lists.unplaced", lang))]
    links = [tag("li", link(path, path)) for path in revised]
    how = tag("p", say("index.lists.adopt", lang), " ", tag("span", f"zoning list adopt {revised[0]}", class_="code"))
    return [tag("p", say("index.lists.revised", lang)), tag("ul", *links), how]


def _consultation(result: Result, paths: Sequence[str], lang: str) -> list[Child]:
    """Return how many comments there are, what is proposed, and the table that goes back to the departments."""
    if not result.comments:
        return []
    proposed = Counter(one.decision for one in result.suggestions)
    parts = [
        say("index.lists.proposed", lang, what=say(f"consultation.{name}", lang), count=count)
        for name, count in sorted(proposed.items())
    ]
    against = sum(bool(one.conflicts) for one in result.matched)
    joined = ("，" if lang == "zh" else ", ").join(parts)
    text = say("index.lists.comments.found", lang, count=len(result.comments), parts=joined, against=against)
    where: list[Child] = [" ", link(ANSWERS, ANSWERS)] if ANSWERS in paths else []
    return [tag("h3", say("index.lists.comments", lang)), tag("p", text, *where)]
