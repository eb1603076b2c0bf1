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
    rest, serial = _half(text), []
    words, fillers = _words()
    while rest:
        digits = re.search(r"[0-9]+$", rest)
        word = next((word for word in words if rest.endswith(word)), "")
        if digits or word:
            found = digits[0] if digits else word
            serial.append(int(found) if digits else words[word])
            rest = rest[: -len(found)]
            continue
        filler = next((filler for filler in fillers if rest.endswith(filler)), "")
        if filler and (serial or re.search(rf"(?:[0-9]|{'|'.join(words)}){filler}$", rest)):
            rest = rest[: -len(filler)]
        elif rest[-1] in _JOINTS:
            rest = rest[:-1]
        else:
            break
    whole = rest or _half(text)
    return Name(whole, tuple(reversed(serial)) if rest else ())


def _half(text: str) -> str:
    """Return a name in half width, circled numerals too: they are serials here, not the heads of clauses."""
    return plain(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=1)
def _words() -> tuple[Mapping[str, int], tuple[str, ...]]:
    """Return serial word → number, and words that stand beside serials; longest first."""
    rows = read("version_words")
    words = {row["word"]: int(row["value"]) for row in rows if row["kind"] == "serial"}
    fillers = {row["word"] for row in rows if row["kind"] == "filler"}
    longest = sorted(words, key=lambda word: (-len(word), word))
    return {word: words[word] for word in longest}, tuple(sorted(fillers, key=lambda word: (-len(word), word)))


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
