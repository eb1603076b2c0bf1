"""A reviewed list → what became of every draft, which needs are met now, and the list as it was adopted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zoning.clauses import classify, counts_for_carbon, scope_of
from zoning.drafts.subjects import gate_answers
from zoning.errors import Finding, ResultError
from zoning.indicators import touches_existing
from zoning.io.read import guard
from zoning.io.records import encode
from zoning.io.whole import whole_files
from zoning.io.write.plain_workbook import write_rows
from zoning.messages import fault, say
from zoning.pipeline.revising import Revised, RevisedList, free_name, read_edits
from zoning.redline import Further, Outcome, Review, Reviewed, clean_copy, read_review
from zoning.redline.listing import in_file_order
from zoning.tables import numbers, read
from zoning.vocab import label

__all__ = ["Adopted", "Adoption", "Flag", "adopt_list"]

_BOOK, _JSON = "adoption.xlsx", "adoption.json"


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one draft.

    ``counts`` tells whether the words that stand count as control of carbon, ``answers`` whether they are what the
    reason called for (table ``adoption_answers``).
    """

    draft: str
    code: str
    dimension: str
    reason: str
    outcome: Outcome
    before: str
    proposed: str
    text: str
    counts: bool
    answers: bool
    place: str
    by: str
    when: str
    note: str
    similarity: float
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """One unit after the review: the decision on it before ("" if not known), and whether its need is met now.

    ``met`` is ``MET`` where every reason that called for a clause has one that answers it, ``OPEN`` where those that
    have none wait for a decision, ``PARTLY`` where some have one, else ``NOT_MET``.
    """

    code: str
    decision: str
    met: str
    accepted: int
    reworded: int
    rejected: int
    open: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """A review read back.

    Attributes
    ----------
    file, source : str
        The reviewed file, and the list it is the revision of.
    counts : mapping
        How many drafts came out so, by outcome.
    drafts : tuple of Adopted
        Every draft in the order of the list.
    flags : tuple of Flag
        Every unit that has one, by code.
    further : tuple of Further
        What the reviewer changed where nothing was proposed.
    findings : tuple of Finding
        What is unclear.
    files : tuple of str
        Names of the files that were written.
    """

    file: str
    source: str
    counts: Mapping[str, int]
    drafts: tuple[Adopted, ...]
    flags: tuple[Flag, ...]
    further: tuple[Further, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...] = ()


def adopt_list(
    reviewed: str | Path, run: str | Path, out: str | Path | None = None, decisions: Mapping[str, str] | None = None
) -> Adoption:
    """Read a reviewed list back, and write the adopted one and a report (xlsx, JSON) into a folder.

    Parameters
    ----------
    reviewed : path
        The revised xlsx or docx as the reviewer left it, under whatever name.
    run : path
        The folder of the run that wrote the revision, or its ``edits.json``.
    out : path or None
        Folder to write into, made if missing; None writes nothing.
    decisions : mapping or None
        Decision on each unit before the review.

    Raises
    ------
    InputError
        If the reviewed file is missing or no sound xlsx or docx.
    ResultError
        If ``run`` holds no edits of ours, or none of this file.
    """
    path, place = Path(reviewed), Path(run)
    guard.require_file(path, path.name, "table_bytes")
    guard.require_magic(path, path.name)
    guard.require_archive(path, path.name)
    revised = read_edits(place)
    base = place if place.is_dir() else place.parent
    one, review = _best(path, revised, base)
    drafts = tuple(_adopted(result) for result in _in_order(review))
    adoption = Adoption(
        file=path.name,
        source=one.source,
        counts={outcome.value: review.count(outcome) for outcome in Outcome},
        drafts=drafts,
        flags=_flags(drafts, decisions or {}, _asked_elsewhere(revised, one)),
        further=review.further,
        findings=review.findings,
    )
    return adoption if out is None else _written(adoption, path, review, Path(out))


def _best(path: Path, revised: Revised, base: Path) -> tuple[RevisedList, Review]:
    """Return the list that a reviewed file is a revision of, whatever it is called now, and the review."""
    kind = path.suffix.lower() == ".docx"
    alike = [one for one in revised.lists if one.file and (Path(one.file).suffix.lower() == ".docx") == kind]
    named = [one for one in alike if Path(one.file).stem in path.stem]
    if not alike:
        raise fault(ResultError, "redline.not_of_run", file=path.name)
    read = [(one, _read(path, one, revised, base)) for one in named or alike]
    best = min(read, key=lambda pair: (pair[1].count(Outcome.LOST) / max(len(pair[0].edits), 1), pair[0].file))
    if best[1].count(Outcome.LOST) == len(best[0].edits):
        raise fault(ResultError, "redline.not_of_run", file=path.name)
    return best


def _read(path: Path, one: RevisedList, revised: Revised, base: Path) -> Review:
    """Read a review against the revised list as we wrote it: with its marks taken back it is the list before."""
    written = base / Path(one.file).name  # a name only: edits.json may come from anybody
    source = written if written.is_file() else None
    return read_review(path, source, one.edits, revised.about.author)


def _in_order(review: Review) -> list[Reviewed]:
    results = {one.edit: one for one in review.reviewed}
    return [results[edit] for edit in in_file_order([one.edit for one in review.reviewed])]


def _adopted(one: Reviewed) -> Adopted:
    edit = one.edit
    clause = _clause(one) if one.outcome in (Outcome.ACCEPTED, Outcome.REWORDED) else ""
    return Adopted(
        draft=edit.id,
        code=edit.code,
        dimension=edit.dimension,
        reason=edit.reason,
        outcome=one.outcome,
        before=edit.before or edit.old,
        proposed=edit.after or edit.new,
        text=one.text.strip(),
        counts=bool(clause) and counts_for_carbon(classify(clause)),
        answers=bool(clause) and _answers(edit.reason, clause, own=edit.units in ((), (edit.code,))),
        place=f"{one.at.sheet}!{one.at.cell}" if one.at.sheet else one.at.cell,
        by=one.by,
        when=one.when,
        note=one.note,
        similarity=round(one.similarity, 3),
        units=edit.units or (edit.code,),
    )


def _clause(one: Reviewed) -> str:
    """Return the clause that stands: as it was proposed if the words are those, else as they are."""
    return one.edit.after if one.outcome == Outcome.ACCEPTED and one.edit.after else one.text


def _answers(reason: str, text: str, *, own: bool) -> bool:
    """Whether a clause is what a reason called for; a reason that no row names wants one that counts.

    One on new projects only mends no gap of existing sources, nor one on these what a reason says of new projects.
    ``own`` is a clause in the unit's own list: there any word ends its silence, from above only one that binds sources.
    """
    wanted = {row["rule"]: row["answer"] for row in read("adoption_answers")}.get(reason, "counting")
    said = classify(text)
    if wanted == "sink":
        return said.carbon_state == "CARBON" and scope_of(text).reach == "SINK"
    if wanted == "speaking":
        return said.carbon_state != "NONE" and (own or (said.grade > 0 and touches_existing(scope_of(text))))
    strong = counts_for_carbon(said) and (wanted != "dated" or said.grade >= numbers("thresholds")["full_grade"])
    return strong and gate_answers(reason, scope_of(text))


def _asked_elsewhere(revised: Revised, read: RevisedList) -> dict[str, set[str]]:
    """Return the reasons of every unit for which the other lists of the run have a clause that waits for its review."""
    asked: dict[str, set[str]] = {}
    for edit in (edit for one in revised.lists if one != read for edit in one.edits):
        for unit in edit.units or (edit.code,):
            asked.setdefault(unit, set()).add(edit.reason)
    return asked


def _flags(
    drafts: Sequence[Adopted], decisions: Mapping[str, str], elsewhere: Mapping[str, set[str]]
) -> tuple[Flag, ...]:
    """Return what is met of every unit: each reason that called for a clause needs one that answers it.

    A clause that stands in the list of the city for many units is counted for every unit it serves.
    """
    by_code: dict[str, list[Adopted]] = {}
    for draft in drafts:
        for unit in draft.units:
            by_code.setdefault(unit, []).append(draft)
    flags = []
    for code, given in sorted(by_code.items()):
        number = {outcome: sum(1 for one in given if one.outcome == outcome) for outcome in Outcome}
        flags.append(
            Flag(
                code,
                decisions.get(code, ""),
                _met(given, elsewhere.get(code, set())),
                number[Outcome.ACCEPTED],
                number[Outcome.REWORDED],
                number[Outcome.REJECTED],
                number[Outcome.OPEN] + number[Outcome.LOST],
            )
        )
    return tuple(flags)


def _met(drafts: Sequence[Adopted], elsewhere: set[str]) -> str:
    reasons = {draft.reason for draft in drafts} | elsewhere
    met = {draft.reason for draft in drafts if draft.answers}
    waiting = {draft.reason for draft in drafts if draft.outcome in (Outcome.OPEN, Outcome.LOST)} | elsewhere
    if met == reasons:
        return "MET"
    if reasons - met <= waiting:
        return "OPEN"
    return "PARTLY" if met else "NOT_MET"


def _written(adoption: Adoption, path: Path, review: Review, folder: Path) -> Adoption:
    """Write the adopted list, and the report as xlsx and JSON: all of them, or none."""
    stem = free_name(path, path.suffix.lower(), set(), "redline.suffix.clean")
    adoption = replace(adoption, files=(stem, _BOOK, _JSON))
    text = json.dumps(encode(adoption), ensure_ascii=False, indent=1)
    with whole_files(folder) as partial:
        clean_copy(path, review, partial / stem)
        (partial / _JSON).write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
        write_rows(_sheets(adoption), partial / _BOOK)
    return adoption


_Sheets = dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]]


def _sheets(adoption: Adoption) -> _Sheets:
    """Return the sheets of the report: drafts, units, further changes, what is unclear."""
    drafts = [
        (
            one.code, label(one.dimension), say(f"redline.outcome.{one.outcome}"), one.before, one.proposed, one.text,
            one.note, one.by, one.when, one.place, one.reason, _yes(one.counts), _yes(one.answers),
            f"{one.similarity:.2f}", one.draft,
        )
        for one in adoption.drafts
    ]  # fmt: skip
    flags = [
        (
            one.code, label(one.decision) if one.decision else "", say(f"redline.met.{one.met}"), str(one.accepted),
            str(one.reworded), str(one.rejected), str(one.open),
        )
        for one in adoption.flags
    ]  # fmt: skip
    further = [(one.at.sheet, one.at.cell, one.before, one.after) for one in adoption.further]
    findings = [(one.file, one.layer, one.field, one.message(), one.fix()) for one in adoption.findings]
    tables: dict[str, Sequence[Sequence[str]]] = {
        "drafts": drafts,
        "flags": flags,
        "further": further,
        "findings": findings,
    }
    return {say(f"redline.report.{name}"): (_header(name), rows) for name, rows in tables.items()}


def _yes(told: bool) -> str:  # noqa: FBT001 - the only thing it is told
    return say("redline.yes" if told else "redline.no")


def _header(name: str) -> list[str]:
    return say(f"redline.report.{name}.columns").split("|")
