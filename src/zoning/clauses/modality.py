"""Modality: what kind of demand a clause makes, by the strongest cue in it.

PROHIBIT > EXIT > RESTRICT > REQUIRE > HORTATORY > STATEMENT. Encouragement (鼓励 …) governs to the next comma, and a
part without a cue of its own continues it. Soft words (推进 …) are hortatory only in a sentence without number and
binding word. A sentence without any cue is an instruction, unless it tells a fact or gives a permission.
"""

from __future__ import annotations

from typing import NamedTuple

from zoning.clauses.lexicon import PARTS, SENTENCES, Hit, Lexicon
from zoning.clauses.model import MODALITIES
from zoning.clauses.reading import BLOT, Reading
from zoning.clauses.strength import numbers

__all__ = ["Demand", "demands", "modality"]

_RANK = {value: rank for rank, value in enumerate(MODALITIES)}
_BARE = "bare"
_BINDING = ("modality.principle", "modality.cue", "modality.bind")
_WEAKER = (("soft", "modality.soft"), ("permit", "modality.permit"))


class Demand(NamedTuple):
    """One sentence of a clause: where it stands, and the cue that decides its modality."""

    start: int
    end: int
    cue: Hit


class _Part(NamedTuple):
    kind: str  # a modality, or soft, permit, topic, bare; "" of a part in which nothing counts
    hit: Hit


def _part(text: str, at: int, previous: str, lexicon: Lexicon) -> _Part:
    """Judge one comma part; ``at`` is where it stands."""
    governed = lexicon.first("modality.hort", text)
    free = text if governed is None else text[: governed.start]
    for rule in lexicon.rules_of(_BINDING):
        if hit := rule.first(free):
            return _Part(hit.value, _moved(hit, at))
    if governed is not None:
        return _Part("HORTATORY", _moved(governed, at))
    for kind, asked in _WEAKER:
        if hit := lexicon.first(asked, text):
            return _Part(kind, _moved(hit, at))
    if previous == "HORTATORY":
        return _Part("HORTATORY", Hit("", "HORTATORY", at, at + len(text)))
    if not text.strip(BLOT):
        return _Part("", Hit("", "STATEMENT", at, at + len(text)))
    kind = "topic" if lexicon.first("modality.topic", text) else _BARE
    return _Part(kind, Hit("", "REQUIRE", at, at + len(text)))


def _moved(hit: Hit, by: int) -> Hit:
    return Hit(hit.rule, hit.value, hit.start + by, hit.end + by)


def _sentence(reading: Reading, at: int, end: int, lexicon: Lexicon) -> Hit | None:
    parts: list[_Part] = []
    previous = ""
    exempt = False
    for match in PARTS.finditer(reading.cues, at, end):
        start, last = match.span()
        exempt |= not reading.stated[start:last].strip(BLOT)
        part = _part(match[0], start, previous, lexicon)
        parts.append(part)
        previous = part.kind
    cued = [part.hit for part in parts if part.kind in _RANK and part.hit.rule]
    best = min(cued, key=lambda hit: _RANK[hit.value], default=None)
    if best is not None and best.value != "HORTATORY":
        return best
    kinds = {part.kind: part.hit for part in reversed(parts)}
    if soft := kinds.get("soft"):
        counted = numbers(reading.cues[at:end], lexicon).any
        return Hit(soft.rule, "REQUIRE", soft.start, soft.end) if counted else best or soft
    named = None if exempt else kinds.get("topic")  # beside an exemption, what it is about demands nothing
    return _uncued(kinds, best) or _fact(reading, at, end, lexicon) or kinds.get(_BARE) or named


def _uncued(kinds: dict[str, Hit], encouraged: Hit | None) -> Hit | None:
    """Choose between an encouragement and an instruction in front of it; else take a permission."""
    if encouraged is None:
        return kinds.get("permit")
    instruction = kinds.get(_BARE)
    return instruction if instruction is not None and instruction.start < encouraged.start else encouraged


def _fact(reading: Reading, at: int, end: int, lexicon: Lexicon) -> Hit | None:
    """Find the words of a report; they may be words that are no cues (已完成 …)."""
    fact = lexicon.first("modality.fact", reading.stated[at:end])
    return _moved(fact, at) if fact else None


def demands(reading: Reading, lexicon: Lexicon) -> tuple[Demand, ...]:
    """Return the sentences of a clause, each with the cue of its modality; a clause without words is a statement."""
    found = []
    for match in SENTENCES.finditer(reading.cues):
        cue = _sentence(reading, match.start(), match.end(), lexicon)
        found.append(Demand(match.start(), match.end(), cue or Hit("", "STATEMENT", match.start(), match.end())))
    end = len(reading.cues)
    return tuple(found) or (Demand(0, end, Hit("", "STATEMENT", 0, end)),)


def modality(sentences: tuple[Demand, ...]) -> Hit:
    """Return the cue that decides the modality of a clause, its ``value`` one of ``MODALITIES``.

    A rule id of "" means that no cue stands there: a bare instruction.
    """
    return min((demand.cue for demand in sentences), key=lambda hit: _RANK[hit.value])
