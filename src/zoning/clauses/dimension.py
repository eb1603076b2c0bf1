"""Dimension: 环境风险防控 R, 空间布局约束 S, 污染物排放管控 P or 资源利用效率 Z, by what a clause is about.

Every sentence goes through the decision list of the lexicon (kind ``dimension``), whose first rule that holds wins;
of several sentences the first of R, S, P, Z wins. An effect at the end (，降低…) and the title of a document that
has to be carried out decide only if nothing else does; where no words speak, a ban, an exit, a limit and a fact are
about what may be here (S), anything else about how it is run (P).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zoning.clauses.lexicon import PARTS, Hit, Lexicon
from zoning.clauses.modality import Demand
from zoning.clauses.model import DIMENSIONS
from zoning.clauses.reading import BLOT, Reading

__all__ = ["dimension"]

_RANK = {value: rank for rank, value in enumerate(DIMENSIONS)}
_UNSAID = {"PROHIBIT": "S", "EXIT": "S", "RESTRICT": "S", "STATEMENT": "S"}
_TITLE = re.compile("《[^》]*》")


def _said(demand: Demand, reading: Reading, lexicon: Lexicon) -> Hit | None:
    asked = None
    for text in _texts(demand, reading):
        if text is not asked and (hit := lexicon.first("dimension", text[demand.start : demand.end])):
            return Hit(hit.rule, hit.value, hit.start + demand.start, hit.end + demand.start)
        asked = text
    return None


def _texts(demand: Demand, reading: Reading) -> Iterator[str]:
    """Yield what is asked in turn: the topic, the topic with effects, the titles where they are all there is."""
    if not reading.aims[demand.start : demand.end].strip(BLOT + ",:"):  # an exemption and nothing else
        yield reading.normal.text
        return
    yield reading.topic
    yield reading.aims
    if "《" in reading.normal.text and "《" in (titled := _titled(reading)):
        parts = (part[0] for part in PARTS.finditer(titled, demand.start, demand.end) if part[0].strip(BLOT))
        if "《" in next(parts, ""):
            yield titled


def _titled(reading: Reading) -> str:
    """Return what a clause is about with the titles that it tells to carry out."""
    titled = reading.aims
    for title in _TITLE.finditer(reading.carbon):
        titled = f"{titled[: title.start()]}{title[0]}{titled[title.end() :]}"
    return titled


def _unsaid(demand: Demand) -> Hit:
    return Hit("", _UNSAID.get(demand.cue.value, "P"), demand.start, demand.end)


def _continues(demand: Demand, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether a sentence goes on about what stands before it (确需 …, 但 …, 其中 …)."""
    return any(rule.pattern.match(reading.stated, demand.start) for rule in lexicon.rules("split.continue"))


def dimension(reading: Reading, sentences: tuple[Demand, ...], lexicon: Lexicon) -> Hit:
    """Return the words that decide the dimension; a rule id of "" means that none spoke and the modality decided."""
    hits = [_said(demand, reading, lexicon) for demand in sentences]
    for index, demand in enumerate(sentences):
        if hits[index] is None and not (index and _continues(demand, reading, lexicon)):
            hits[index] = _unsaid(demand)
    return min((hit for hit in hits if hit), key=lambda hit: _RANK[hit.value])
