"""One clause, read: its normal text, and the same text with what does not count for a judgement blotted out.

Blots keep the length, so that a place found in any of the texts is a place in all of them.
"""

from __future__ import annotations

from typing import NamedTuple

from zoning.clauses.lexicon import BLOT, Hit, Lexicon
from zoning.clauses.normalise import Normal, normalise

__all__ = ["BLOT", "Reading", "blotted", "read_clause"]

_EXCEPTIONS = ("mask.exception",)
_NOT_CARBON = ("mask.friend", "mask.substance", "mask.negation", "mask.name")
_NO_CUES = ("mask.noun", "mask.inside", "mask.aim")
_NO_AIMS = ("mask.name", "mask.list", "mask.zone", "mask.level", "mask.aim", "mask.purpose")
_EFFECTS = ("mask.effect",)


def blotted(text: str, hits: list[Hit]) -> str:
    """Return a text with places blotted out.

    Examples
    --------
    >>> blotted("使用活性炭吸附", [Hit("LO11", "", 2, 5)])
    '使用□□□吸附'
    """
    for hit in hits:
        text = f"{text[: hit.start]}{BLOT * (hit.end - hit.start)}{text[hit.end :]}"
    return text


class Reading(NamedTuple):
    """A clause as each judgement sees it.

    Attributes
    ----------
    normal : Normal
        Normal text with its way back to the original.
    stated : str
        Without exceptions and titles: what the clause says.
    carbon : str
        Also without false friends, substances, negated mentions and proper names; titles that are to be carried out
        stay.
    cues : str
        ``stated`` without nouns and words that only look like cues of modality, and without purposes in front.
    topic, aims : str
        ``stated`` without names of places, zones and lists, limit values and purposes: what it is about; ``topic`` is
        also without effects at the end (，降低…).
    left_out : tuple of Hit
        What ``carbon`` lost, with the rules that took it.
    lexicon : Lexicon
        The rules that can match in it.
    """

    normal: Normal
    stated: str
    carbon: str
    cues: str
    topic: str
    aims: str
    left_out: tuple[Hit, ...]
    lexicon: Lexicon


def _taken(lexicon: Lexicon, kinds: tuple[str, ...], text: str) -> tuple[str, list[Hit]]:
    """Blot out kinds one after the other: what one took can no longer mislead the next."""
    taken: list[Hit] = []
    for rule in lexicon.rules_of(kinds):
        if hits := rule.hits(text):
            text = blotted(text, hits)
            taken += hits
    return text, taken


def _titles(lexicon: Lexicon, text: str) -> tuple[list[Hit], list[Hit]]:
    """Return all titles, and those that nobody is told to carry out."""
    if "《" not in text:
        return [], []
    ordered = lexicon.all("title.ordered", text)
    every = lexicon.all("mask.title", text)
    loose = [hit for hit in every if not any(o.start <= hit.start and hit.end <= o.end for o in ordered)]
    return every, loose


def read_clause(text: str, lexicon: Lexicon) -> Reading:
    """Return the reading of a clause.

    Examples
    --------
    >>> from zoning.clauses.lexicon import default_lexicon
    >>> reading = read_clause("除保供机组外，禁止使用非甲烷总烃溶剂。", default_lexicon())
    >>> reading.stated, reading.carbon
    ('□□□□□□,禁止使用非甲烷总烃溶剂。', '□□□□□□,禁止使用□□□□□溶剂。')
    """
    normal = normalise(text)
    lexicon = lexicon.narrowed(normal.text)
    every, loose = _titles(lexicon, normal.text)
    excepted, exceptions = _taken(lexicon, _EXCEPTIONS, blotted(normal.text, every))
    without_loose = blotted(normal.text, [*loose, *exceptions])
    carbon, left_out = _taken(lexicon, _NOT_CARBON, without_loose)
    cues, _ = _taken(lexicon, _NO_CUES, excepted)
    aims, _ = _taken(lexicon, _NO_AIMS, excepted)
    topic, _ = _taken(lexicon, _EFFECTS, aims)
    return Reading(normal, excepted, carbon, cues, topic, aims, (*loose, *exceptions, *left_out), lexicon)
