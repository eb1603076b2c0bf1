"""From the text of a clause to its labels, and from list cells to clauses."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from zoning.clauses.carbon import carbon_state
from zoning.clauses.dimension import dimension
from zoning.clauses.grade import grade
from zoning.clauses.industries import industries
from zoning.clauses.lexicon import Hit, Lexicon, default_lexicon
from zoning.clauses.modality import demands, modality
from zoning.clauses.model import Cue, Label
from zoning.clauses.reading import Reading, read_clause
from zoning.clauses.strength import numbers, strength

__all__ = ["classify", "classify_clauses", "labelled"]

COLUMNS = ("text", "dimension", "carbon_state", "modality", "strength", "grade", "industries", "span")


def _cues(reading: Reading, hits: Iterable[tuple[str, Hit]]) -> tuple[Cue, ...]:
    span = reading.normal.span
    return tuple([Cue(decision, value, rule, span(start, end)) for decision, (rule, value, start, end) in hits])


def classify(text: str, lexicon: Lexicon | None = None) -> Label:
    """Return the labels of one clause, judged from its words alone.

    Parameters
    ----------
    text : str
        The clause as written; number and bracket tag may stand before it.
    lexicon : Lexicon, optional
        Rules to ask instead of the packaged ones (``default_lexicon().extended(rows)``).

    Examples
    --------
    >>> label = classify("1-2.【大气/禁止类】禁止新建燃煤发电机组，国家规划内的除外。")
    >>> label.carbon_state, label.dimension, label.modality, label.strength, label.industries
    ('CARBON_COUPLED', 'S', 'PROHIBIT', 'MEDIUM', ('火电',))
    """
    return labelled(read_clause(text, lexicon or default_lexicon()))


def labelled(reading: Reading) -> Label:
    """Return the labels of a clause that is read already."""
    lexicon = reading.lexicon
    sentences = demands(reading, lexicon)
    demand = modality(sentences)
    state = carbon_state(reading, demand.value, lexicon)
    topic = dimension(reading, sentences, lexicon)
    figures = numbers(reading.stated, lexicon)
    level, words = grade(reading, demand.value, figures, lexicon)
    named = industries(reading.stated, lexicon)
    hits = [("modality", demand), ("dimension", topic), *(("grade", hit) for hit in words)]
    hits += [("industry", hit) for hit in named] + ([("carbon_state", state)] if state else [])
    return Label(
        carbon_state=state.value if state else "NONE",
        dimension=topic.value,
        modality=demand.value,
        strength=strength(demand.value, figures),
        grade=level,
        industries=tuple(hit.value for hit in named),
        span=reading.normal.span(state.start, state.end) if state else None,
        rule=state.rule if state else "",
        evidence=_cues(reading, hits),
    )


def classify_clauses(texts: Iterable[str], lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Return one row of labels per text, in the given order.

    Columns ``text, dimension, carbon_state, modality, strength, grade, industries`` (tags joined by ``;``) and
    ``span`` (start and end of the deciding words in the text, None where there are none).

    Examples
    --------
    >>> classify_clauses(["提倡低碳出行习惯。"]).loc[0, ["carbon_state", "modality", "strength"]].tolist()
    ['NONE', 'HORTATORY', 'WEAK']
    """
    rows = []
    for text in map(str, texts):
        label = classify(text, lexicon)
        tags = ";".join(label.industries)
        rows.append(
            (text, label.dimension, label.carbon_state, label.modality, label.strength, label.grade, tags, label.span)
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
