"""Dimension: 环境风险防控 R, 空间布局约束 S, 污染物排放管控 P or 资源利用效率 Z, by what a clause is about.

Every sentence goes through the decision list of the lexicon (kind ``dimension``), whose first rule that holds wins;
of several sentences the first of R, S, P, Z wins. An effect at the end (，降低…) and the title of a document that
has to be carried out decide only if nothing else does.
"""

from __future__ import annotations

from zoning.clauses.lexicon import SENTENCES, Hit, Lexicon
from zoning.clauses.model import DIMENSIONS
from zoning.clauses.reading import Reading

__all__ = ["dimension"]

_RANK = {value: rank for rank, value in enumerate(DIMENSIONS)}
_UNSAID = {"PROHIBIT": "S", "EXIT": "S", "STATEMENT": "S"}


def _first(text: str, lexicon: Lexicon) -> Hit | None:
    hits = [
        Hit(hit.rule, hit.value, hit.start + match.start(), hit.end + match.start())
        for match in SENTENCES.finditer(text)
        if (hit := lexicon.first("dimension", match[0]))
    ]
    return min(hits, key=lambda hit: _RANK[hit.value], default=None)


def dimension(reading: Reading, modality: str, lexicon: Lexicon) -> Hit:
    """Return the words that decide the dimension; a rule id of "" means that none spoke and the modality decided."""
    hit = next((hit for text in (reading.topic, reading.aims, reading.carbon) if (hit := _first(text, lexicon))), None)
    return hit or Hit("", _UNSAID.get(modality, "P"), 0, len(reading.normal.text))
