"""What changed between two clauses that are one: modality, numbers with unit, deadlines, subject, words, place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from zoning.clauses.lexicon import default_lexicon
from zoning.clauses.model import MODALITIES, Clause
from zoning.clauses.strength import numbers as numbers_of
from zoning.tables import read
from zoning.versions.model import Change
from zoning.versions.similarity import comparable, masked

__all__ = ["carbon_change", "carbon_states", "changes_between", "kind_of"]

_YEAR = re.compile(r"[0-9]{4}")
_REACH = {"PROHIBIT": 1, "EXIT": 1, "RESTRICT": 0}  # of what lies below a number: larger is stricter, or not sure
_SIGNS = {"floor": 1, "ceiling": -1}
_WINDOW = 12  # letters around a number among which the words that direct it stand
_STATES = ("NONE", "ENERGY_ONLY", "CARBON_COUPLED", "CARBON")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a text: value and unit as written, whether it dates something, and which way it is stricter."""

    value: str
    unit: str
    date: bool
    sign: int

    @property
    def text(self) -> str:
        return self.value + self.unit


def changes_between(old: Clause, new: Clause) -> tuple[Change, ...]:
    """Return everything that changed between two clauses, the weightiest first.

    Examples
    --------
    >>> one = Clause("U", "unit", "Z", "再生水利用率2027年应达到25%。")
    >>> changes_between(one, Clause("U", "unit", "Z", "再生水利用率2026年应达到25%。"))
    (Change(aspect='DEADLINE', old='2027年', new='2026年', direction=1),)
    """
    texts = comparable(old.text), comparable(new.text)
    found: list[Change] = []
    if texts[0] != texts[1]:
        found += _modality(old, new)
        found += _numbers(old, new)
        if old.label.industries != new.label.industries:
            found.append(Change("SUBJECT", "、".join(old.label.industries), "、".join(new.label.industries)))
        plain = not found or masked(texts[0]) != masked(texts[1])
        found += [Change("WORDING")] if plain else []
    for aspect, was, now in (
        ("TAG", old.tag, new.tag),
        ("DIMENSION", old.dimension, new.dimension),
        ("NUMBER", old.number, new.number),
    ):
        if was != now:
            found.append(Change(aspect, was, now))
    return tuple(found)


def kind_of(changes: Iterable[Change]) -> str:
    """Return the kind that changes make of a record: the weightiest.

    Examples
    --------
    >>> kind_of([Change("NUMBER"), Change("DIMENSION")]), kind_of([])
    ('MOVED', 'SAME')
    >>> kind_of([Change("TAG", "水/限制类", "水/禁止类")]), kind_of([Change("TAG", "", "水/禁止类")])
    ('REWORDED', 'RENUMBERED')
    """
    aspects = {"NUMBER" if _only_marked(change) else change.aspect for change in changes}
    for kind, own in (
        ("MODALITY", {"MODALITY"}),
        ("QUANTITY", {"QUANTITY"}),
        ("DEADLINE", {"DEADLINE"}),
        ("REWORDED", {"SUBJECT", "WORDING", "TAG"}),
        ("MOVED", {"DIMENSION"}),
        ("RENUMBERED", {"NUMBER"}),
    ):
        if aspects & own:
            return kind
    return "SAME"


def _only_marked(change: Change) -> bool:
    """Whether a tag came or went with the way a list is written: like its number, it says nothing of the demand."""
    return change.aspect == "TAG" and not (change.old and change.new)


def _modality(old: Clause, new: Clause) -> list[Change]:
    was, now = old.label.modality, new.label.modality
    if was == now:
        return []
    return [Change("MODALITY", was, now, 1 if MODALITIES.index(now) < MODALITIES.index(was) else -1)]


def _numbers(old: Clause, new: Clause) -> list[Change]:
    """Return the numbers that changed: of one unit of measure, in their order, the equal ones taken off before."""
    before, after = _found(old), _found(new)
    found: list[Change] = []
    for unit, date in dict.fromkeys((number.unit, number.date) for number in (*before, *after)):
        was = [number for number in before if (number.unit, number.date) == (unit, date)]
        now = [number for number in after if (number.unit, number.date) == (unit, date)]
        kept = Counter(one.value for one in was) & Counter(one.value for one in now)
        was, now = _without(was, kept), _without(now, kept)
        found += [_changed(*sides, date=date) for sides in zip_longest(was, now)]
    return sorted(found, key=lambda change: change.aspect == "DEADLINE")


def _without(found: list[_Number], kept: Counter[str]) -> list[_Number]:
    left, rest = Counter(kept), []
    for number in found:
        if left[number.value]:
            left[number.value] -= 1
        else:
            rest.append(number)
    return rest


def _changed(was: _Number | None, now: _Number | None, *, date: bool) -> Change:
    aspect = "DEADLINE" if date else "QUANTITY"
    if was is None or now is None:  # a number that came makes a demand firmer, one that went looser
        return Change(aspect, was.text if was else "", now.text if now else "", 1 if was is None else -1)
    sign = was.sign if was.sign == now.sign else 0
    larger = _value(now.value) - _value(was.value)
    return Change(aspect, was.text, now.text, sign * ((larger > 0) - (larger < 0)))


def _value(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # 十四五, 三
        return float(_serials().get(text.removesuffix("五") if len(text) > 2 else text, 0))


def _found(clause: Clause) -> tuple[_Number, ...]:
    return _read(comparable(clause.text), _REACH.get(clause.label.modality, -1))


@lru_cache(maxsize=100_000)
def _read(text: str, reach: int) -> tuple[_Number, ...]:
    """Return the numbers of a comparable text in order; a base year is a number, not a date.

    ``reach`` is 1 where what lies below a number is banned, -1 where it is wanted, 0 where neither is sure.
    """
    lexicon = default_lexicon()
    found = numbers_of(text, lexicon)
    bases = [(hit.start, hit.end) for hit in lexicon.all("grade.base_year", text)]
    units = {hit.start: hit.end for hit in lexicon.all("grade.unit", text)}
    rows: list[tuple[int, _Number]] = []
    for hit in lexicon.all("number.year", text):
        base = any(start <= hit.start < end for start, end in bases)
        digits = _YEAR.match(text, hit.start)
        value = digits[0] if digits else text[hit.start : hit.end]
        rows.append((hit.start, _Number(value, "年" if digits else "", date=not base, sign=0 if base else -1)))
    for hit in found.counts:
        long = _unit().match(text[hit.end :])
        end = max(units.get(hit.start, hit.end), hit.end + (long.end() if long else 0))
        sign = _sign(text, hit.start, end, reach)
        rows.append((hit.start, _Number(text[hit.start : hit.end], text[hit.end : end], date=False, sign=sign)))
    rows += [(hit.start(), _Number(hit[0], text[hit.end()], date=False, sign=0)) for hit in _numerals().finditer(text)]
    rows += [(hit.start(), _Number(hit[0], "", date=False, sign=0)) for hit in _shares().finditer(text)]
    return tuple(number for _, number in sorted(rows, key=lambda row: row[0]))


def _sign(text: str, start: int, end: int, reach: int) -> int:
    """Return 1 where a larger number is stricter, -1 where it is weaker, 0 where the words do not say."""
    before, behind = text[max(0, start - _WINDOW) : start], text[end : end + _WINDOW]
    for kind, pattern, where in _directions():
        if not pattern.search(before if where == "before" else behind):
            continue
        if kind in _SIGNS:
            return _SIGNS[kind]
        return reach if kind == "wide" else -reach
    return 0


@lru_cache(maxsize=1)
def _numerals() -> re.Pattern[str]:
    return re.compile("|".join(row["word"] for row in read("version_words") if row["kind"] == "numeral"))


@lru_cache(maxsize=1)
def _shares() -> re.Pattern[str]:
    """Return how a share is written in words: number and unit at once."""
    return re.compile("|".join(row["word"] for row in read("version_words") if row["kind"] == "share"))


@lru_cache(maxsize=1)
def _serials() -> dict[str, int]:
    return {row["word"]: int(row["value"]) for row in read("version_words") if row["kind"] == "serial"}


@lru_cache(maxsize=1)
def _unit() -> re.Pattern[str]:
    """Return what stands behind a number as its unit of measure where that is more than one word."""
    return re.compile("|".join(row["word"] for row in read("version_words") if row["kind"] == "unit"))


@lru_cache(maxsize=1)
def _directions() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    kinds = (*_SIGNS, "wide", "narrow")
    return tuple(
        (row["kind"], re.compile(row["word"]), row["value"]) for row in read("version_words") if row["kind"] in kinds
    )


@lru_cache(maxsize=1)
def carbon_states() -> frozenset[str]:
    """Return the states that are control of carbon: those of the carbon ledger in ``clause_counts``."""
    return frozenset(row["carbon_state"] for row in read("clause_counts") if row["ledger"] == "carbon")


def carbon_change(old: Iterable[Clause], new: Iterable[Clause], changes: Iterable[Change] = ()) -> str:
    """Return what became of the carbon demand of a record: one of ``CARBON_CHANGES``, or "".

    It came or went with its words; where it stayed, state, grade and modality decide, and then the direction of what
    else changed.

    Examples
    --------
    >>> from zoning.clauses import clauses_of_cell
    >>> old = clauses_of_cell("鼓励开展固碳造林。", code="U", level="unit")
    >>> carbon_change(old, clauses_of_cell("应组织开展固碳造林。", code="U", level="unit")), carbon_change((), old)
    ('STRENGTHENED', 'ADDED')
    """
    was, now = (max(map(_demand, side), default=(-1,)) for side in (old, new))
    least = min(_STATES.index(state) for state in carbon_states())
    spoke, speaks = was[0] >= least, now[0] >= least
    if spoke != speaks:
        return "ADDED" if speaks else "REMOVED"
    if not speaks:
        return ""
    if was != now:
        return "STRENGTHENED" if now > was else "WEAKENED"
    signs = {change.direction for change in changes} - {0}
    return {frozenset({1}): "STRENGTHENED", frozenset({-1}): "WEAKENED"}.get(frozenset(signs), "")


def _demand(clause: Clause) -> tuple[int, ...]:
    label = clause.label
    return _STATES.index(label.carbon_state), min(label.grade, 1), label.grade, -MODALITIES.index(label.modality)
