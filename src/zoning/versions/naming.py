"""Names of control units: stem and serial, and how alike two names are among all names of both versions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from zoning.clauses.normalise import plain
from zoning.tables import numbers, read

__all__ = ["Name", "Names"]

_DIGITS = re.compile("[0-9]+$")
_JOINTS = "-_.·/()[]—–~"


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart.

    Attributes
    ----------
    stem : str
        What is left without the serial.
    serial : tuple of int
        ``2-1``, ``2a``, ``②-一`` are (2, 1); empty without one.
    """

    stem: str
    serial: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Name:
        """Take a name apart: numerals of every kind at its end are its serial.

        Examples
        --------
        >>> Name.of("磁灶镇重点管控单元2-1"), Name.of("安海镇重点管控单元之一").serial, Name.of("开发区②").serial
        (Name(stem='磁灶镇重点管控单元', serial=(2, 1)), (1,), (2,))
        """
        return _name(text)


@lru_cache(maxsize=100_000)
def _name(text: str) -> Name:
    serial: list[int] = []
    serials, fillers = _words()
    rest = _without(_half(text), (), serials)
    while found := _last(rest, serials):
        serial.append(int(found) if found.isdecimal() else serials[found])
        rest = _without(rest[: -len(found)], fillers["before"], serials)
    rest = rest if serial else _half(text)
    return Name(rest, tuple(reversed(serial))) if rest else Name(_half(text), ())


def _last(rest: str, serials: Mapping[str, int]) -> str:
    """Return the serial at the end of a name, what stands behind it passed over by :func:`_without`."""
    digits = _DIGITS.search(rest)
    return digits[0] if digits else next((word for word in serials if rest.endswith(word)), "")


def _without(rest: str, fillers: tuple[str, ...], serials: Mapping[str, int]) -> str:
    """Return a name without joints and words that stand beside serials; those behind one only where one is left."""
    behind = _words()[1]["behind"]
    while True:
        bare = rest.rstrip(_JOINTS)
        filler = next((word for word in fillers if bare.endswith(word)), "")
        bare = bare[: len(bare) - len(filler)]
        tail = next((word for word in behind if bare.endswith(word) and _last(bare[: -len(word)], serials)), "")
        bare = bare[: len(bare) - len(tail)]
        if bare == rest:
            return rest
        rest = bare


def _half(text: str) -> str:
    """Return a name in half width; a circled numeral is a serial of its own, not a further digit: 2① is 2-1."""
    plain_letters = ((char, unicodedata.normalize("NFKC", char)) for char in text)
    return plain(
        "".join(f"-{half}" if half.isdecimal() and not char.isdecimal() else half for char, half in plain_letters)
    )


@lru_cache(maxsize=1)
def _words() -> tuple[Mapping[str, int], Mapping[str, tuple[str, ...]]]:
    """Return serial word → number, and the words that stand before and behind serials; longest first."""
    rows = read("version_words")
    numbered = {row["word"]: int(row["value"]) for row in rows if row["kind"] == "serial"}
    sides = {
        side: _longest(row["word"] for row in rows if (row["kind"], row["value"]) == ("filler", side))
        for side in ("before", "behind")
    }
    return {word: numbered[word] for word in _longest(numbered)}, sides


def _longest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


class Names:
    """How alike names are: letter pairs that many names share weigh little, so that «优先保护单元» makes nobody a twin.

    Parameters
    ----------
    texts : iterable of str
        All names of both versions.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        stems = Counter(Name.of(text).stem for text in texts if text)
        counts: Counter[str] = Counter()
        for stem in stems:
            counts.update(set(_pairs(stem)))
        self._weights = {pair: math.log(1 + len(stems) / count) for pair, count in counts.items()}

    def similarity(self, one: str, other: str) -> float:
        """Return how alike two names are, from 0 to 1; 0 where one is not known.

        Examples
        --------
        >>> names = Names(["甲镇重点管控单元1", "甲镇重点管控单元2", "乙镇重点管控单元1"])
        >>> names.similarity("甲镇重点管控单元1", "甲镇重点管控单元1"), names.similarity("甲镇单元2", "甲镇单元2-1")
        (1.0, 0.85)
        """
        if not one or not other:
            return 0.0
        a, b = Name.of(one), Name.of(other)
        settings = numbers("version_settings")
        if a.stem == b.stem:
            if a.serial == b.serial:
                return 1.0
            short, long = sorted((a.serial, b.serial), key=len)
            goes_on = len(long) > len(short) and long[: len(short)] == short and bool(short)
            return settings["name_part"] if goes_on else settings["name_serial"]
        return settings["name_part"] * self._stems(a.stem, b.stem)

    def _stems(self, one: str, other: str) -> float:
        a, b = _pairs(one), _pairs(other)
        total = self._weight(a) + self._weight(b)
        return 2 * self._weight(a & b) / total if total else 0.0

    def _weight(self, pairs: Counter[str]) -> float:
        return sum(self._weights.get(pair, 1.0) * count for pair, count in sorted(pairs.items()))


@lru_cache(maxsize=100_000)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
