"""What the engine proposes to answer (建议), with its reason; a person decides, and what a person wrote stays.

The rules, first that holds: nothing is asked · agreed · the clause does not exist · departments contradict each other ·
a number is disputed that equals a target · less is asked than an upper list demands · a draft rewrites the clause
already · the proposed text says less than the clause · the proposed text says as much · else a person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zoning.clauses import CARBON_STATES, MODALITIES, Clause, classify
from zoning.clauses.coherence import types_of
from zoning.clauses.lexicon import default_lexicon
from zoning.clauses.reading import read_clause
from zoning.clauses.strength import numbers as numbers_in
from zoning.consultation.model import Comment, Matched, Suggestion
from zoning.messages import LANGUAGES, Both, say
from zoning.tables import numbers
from zoning.targets import Target

__all__ = ["AnswerRow", "Known", "answer_rows", "answered", "suggestion"]


@dataclass(frozen=True)
class Known:
    """What answers can rest on.

    Attributes
    ----------
    upper : tuple of Clause
        Clauses of the lists above the units.
    targets : tuple of Target
        Dated limits of the region.
    rewrites : mapping
        Clause id → text of the draft that replaces it.
    """

    upper: tuple[Clause, ...] = ()
    targets: tuple[Target, ...] = ()
    rewrites: Mapping[str, str] = field(default_factory=dict)


def _said(decision: str, key: str, **values: str | Both) -> Suggestion:
    in_words = [
        {name: one.text(lang) if isinstance(one, Both) else one for name, one in values.items()} for lang in LANGUAGES
    ]
    return Suggestion(
        decision,
        *(say(f"consultation.{key}", lang, **values) for lang, values in zip(LANGUAGES, in_words, strict=True)),
    )


def suggestion(matched: Matched, known: Known) -> Suggestion:
    """Return the answer proposed for one comment.

    Examples
    --------
    >>> from zoning.consultation.model import Target
    >>> comment = Comment("c.xlsx", "表", 3, 1, "甲局", "无意见。")
    >>> suggestion(Matched(comment, (Target("NONE||"),), "none", "none"), Known()).decision
    'NONE'
    """
    for rule in (_nothing, _absent, _contradicted, _disputed, _below_upper, _rewritten, _weaker):
        found = rule(matched, known)
        if found is not None:
            return found
    if matched.action == "modify" and matched.proposed and matched.clauses:
        return _said("ADOPT", "adopt")
    return _said("STUDY", "study.soften" if matched.softens and matched.clauses else f"study.{matched.action}")


def _nothing(matched: Matched, _: Known) -> Suggestion | None:
    if matched.action == "none":
        return _said("NONE", "none")
    if matched.action in ("support", "keep") and matched.clauses and not matched.conflicts:
        return _said("ADOPT", "support")
    return None


def _absent(matched: Matched, _: Known) -> Suggestion | None:
    unknown = [
        one.notation.strip("|").removeprefix("UNKNOWN:") for one in matched.targets if "UNKNOWN:" in one.notation
    ]
    return _said("STUDY", "absent", named="、".join(unknown)) if unknown else None


def _contradicted(matched: Matched, _: Known) -> Suggestion | None:
    if not matched.conflicts:
        return None
    return _said("STUDY", "conflict", named="、".join(sorted({one.department for one in matched.conflicts})))


def _disputed(matched: Matched, known: Known) -> Suggestion | None:
    """Answer a question about a clause whose number is that of a target of the same year."""
    if matched.action != "question":
        return None
    for clause in matched.clauses:
        for target in known.targets:
            limit = f"{target.limit:.10g}"
            if _holds_number(clause.text, limit) and str(target.year) in clause.text:
                text = f"{target.region_name}{target.indicator} {target.year}: {limit} {target.unit}"
                return _said("REJECT", "target", target=text, source=target.source)
    return None


def _holds_number(text: str, number: str) -> bool:
    """Tell whether a number stands in a text by itself, not as figures of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", text) is not None


def _below_upper(matched: Matched, known: Known) -> Suggestion | None:
    """Answer those who ask for less than an upper list demands of the same matter."""
    if not (matched.action == "delete" or matched.softens):
        return None
    found = [one for clause in matched.clauses for one in _above(clause, known.upper)]
    if not found:
        return None
    shown = int(numbers("consultation_settings")["shown"])
    named = "；".join(dict.fromkeys(f"{one.id}“{one.text}”" for one in found[:shown]))
    decision = "REJECT" if matched.action == "delete" else "PART"
    return _said(decision, "upper", named=named)


def _above(clause: Clause, upper: Iterable[Clause]) -> list[Clause]:
    """Return upper clauses on the same matter: of one kind, or of the same carbon words for the same industry."""
    kinds = {hit.type for hit in types_of(clause.text)}
    own = set(clause.label.industries)
    found = []
    for one in upper:
        if one.label.modality in ("STATEMENT", "HORTATORY"):
            continue
        alike = kinds & {hit.type for hit in types_of(one.text)} or (
            clause.label.rule and clause.label.rule == one.label.rule
        )
        theirs = set(one.label.industries)
        if alike and (own & theirs or not own or not theirs):
            found.append(one)
    return found


def _rewritten(matched: Matched, known: Known) -> Suggestion | None:
    texts = [known.rewrites[clause.id] for clause in matched.clauses if clause.id in known.rewrites]
    return _said("PART", "rewritten", text=texts[0]) if texts else None


def _weaker(matched: Matched, _: Known) -> Suggestion | None:
    """Answer a proposed text that demands less: a softer word, a weaker carbon state, or a number that is gone."""
    if not matched.proposed or not matched.clauses:
        return None
    clause, new = matched.clauses[0], classify(matched.proposed)
    old = clause.label
    if MODALITIES.index(new.modality) > MODALITIES.index(old.modality):
        return _said("PART", "weaker.modality")
    if CARBON_STATES.index(new.carbon_state) > CARBON_STATES.index(old.carbon_state):
        return _said("PART", "weaker.carbon")
    if _counts(clause.text) and not _counts(matched.proposed):
        return _said("PART", "weaker.number")
    return None


def _counts(text: str) -> bool:
    lexicon = default_lexicon()
    return numbers_in(read_clause(text, lexicon).stated, lexicon).any


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of the table 意见—采纳情况—理由.

    Attributes
    ----------
    matched : Matched
        The comment and what it is about.
    suggested : Suggestion
        What the engine proposes.
    answer : str
        What goes into the column of answers: a person's words where there are any, else the proposal, marked.
    by_person : bool
        Whether these words are a person's.
    """

    matched: Matched
    suggested: Suggestion
    answer: str
    by_person: bool

    @property
    def comment(self) -> Comment:
        """The comment."""
        return self.matched.comment


def answer_rows(matched: Sequence[Matched], known: Known, lang: str = "zh") -> tuple[AnswerRow, ...]:
    """Return the rows of the table of answers, in the given order; what a person answered is kept as it is.

    Proposals are marked (【建议】); an answer without the mark is a person's and is never touched.
    """
    return answered(matched, [suggestion(one, known) for one in matched], lang)


def answered(matched: Sequence[Matched], suggested: Sequence[Suggestion], lang: str = "zh") -> tuple[AnswerRow, ...]:
    """Return the rows of the table of answers from proposals that were made before, one a comment."""
    rows = []
    marks = tuple(say("consultation.mark", tongue) for tongue in LANGUAGES)
    for one, proposal in zip(matched, suggested, strict=True):
        own = one.comment.answer
        kept = bool(own) and not own.startswith(marks)
        words = proposal.reason_en if lang == "en" else proposal.reason_zh
        mark, decision = say("consultation.mark", lang), say(f"consultation.{proposal.decision}", lang)
        proposed = f"{mark}{decision}：{words}" if lang == "zh" else f"{mark} {decision}: {words}"
        rows.append(AnswerRow(one, proposal, own if kept else proposed, kept))
    return tuple(rows)
