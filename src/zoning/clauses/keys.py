"""What a pattern cannot match without: one or two characters of which at least one has to stand in the text.

Most rules of the lexicon say nothing about most clauses. Their keys are looked up once for a text, so that only the
rules that can match at all are tried. A pattern without keys is always tried; a key too few would lose a match, so
everything that is not understood here (back references, flags …) gives no keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import add
from types import MappingProxyType

__all__ = ["keys_in", "keys_of", "starts_of"]

_MOST = 120  # strings that one stretch of a pattern may stand for; more say too little
_TOKEN = re.compile(
    r"\\.|\[\^?(?:\\.|[^\]\\])+\]|\(\?(?:[:=!]|<[=!]|P<[a-z0-9]+>)|[()|.^$]|[*+?]\??|\{[0-9,]*\}\??|.", re.DOTALL
)
_UNREAD = re.compile(r"\\[^bBdDsSwWAZ\W]|\(\?(?![:=!]|<[=!]|P<[a-z0-9]+>)")
"""Escapes and groups that are not read here (``\\u4e00``, ``\\1``, ``(?i)``)."""
_REPEAT = re.compile(r"[*+?]|\{([0-9]*)")
_NOT_LITERAL = frozenset("bBdDsSwWAZ")
_SHARED = 12.0
"""A single character is worth as little as this many pairs: it stands in far more texts."""

_Strings = frozenset[str]
_Runs = list[_Strings]


def keys_of(pattern: str, shared: Mapping[str, int] = MappingProxyType({})) -> _Strings | None:
    """Return characters and pairs of characters of which every match of a pattern has one; None if there are none.

    Parameters
    ----------
    pattern : str
        Of a rule.
    shared : mapping, optional
        Key → number of rules that have it in their pattern: what many rules speak of (项目) stands in many clauses, so
        that other keys are preferred to it.

    Examples
    --------
    >>> sorted(keys_of("(?:严禁|禁止)…|退出"))
    ['严禁', '禁止', '退出']
    >>> sorted(keys_of("[降减]碳(?!源)")), keys_of("[^,]*"), keys_of("(?:甲乙)?")
    (['减碳', '降碳'], None, None)
    """
    if _UNREAD.search(pattern):
        return None
    return _Parser(_TOKEN.findall(pattern), shared).keys()


def keys_in(text: str) -> _Strings:
    """Return all characters and pairs of neighbours of a text."""
    return frozenset((*text, *map(add, text, text[1:])))


class _Parser:
    """Reads a pattern piece by piece: every alternative is a list of stretches, each a set of strings."""

    def __init__(self, tokens: list[str], shared: Mapping[str, int]) -> None:
        self._tokens = tokens
        self._shared = shared
        self._at = 0

    def _weight(self, keys: _Strings) -> float:
        return sum((1.0 if len(key) > 1 else _SHARED) + self._shared.get(key, 0) for key in keys)

    def _best(self, runs: _Runs) -> _Strings | None:
        """Return the keys of the stretch that says most."""
        candidates = [frozenset(string[:2] for string in run) for run in runs if run and all(run)]
        return min(candidates, key=lambda keys: (self._weight(keys), sorted(keys)), default=None)

    def keys(self) -> _Strings | None:
        alternatives = self._alternatives()
        best = [self._best(runs) for runs in alternatives]
        return None if any(keys is None for keys in best) else frozenset().union(*(keys or () for keys in best))

    def _alternatives(self) -> list[_Runs]:
        found = [self._sequence()]
        while self._at < len(self._tokens) and self._tokens[self._at] == "|":
            self._at += 1
            found.append(self._sequence())
        return found

    def _sequence(self) -> _Runs:
        """Read one alternative; neighbouring stretches are joined where they stand for few strings."""
        runs: _Runs = []
        run: _Strings = frozenset(("",))
        while self._at < len(self._tokens) and self._tokens[self._at] not in "|)":
            inner, exact = self._item()
            if exact is not None and len(run) * len(exact) <= _MOST:
                run = frozenset(a + b for a in run for b in exact)
                continue
            runs.append(run)
            runs += inner
            run = exact if exact is not None else frozenset(("",))
        return [*runs, run]

    def _item(self) -> tuple[_Runs, _Strings | None]:
        """Read one item with its quantifier: stretches that it must have, and all strings it is, if it is such."""
        piece = self._tokens[self._at]
        self._at += 1
        runs, exact = self._group(piece) if piece[0] == "(" else ([], _exact(piece))
        least = self._least()
        if least is None:
            return runs, exact
        if least == 0:
            return [], None
        return ([*runs, exact] if exact is not None else runs), None

    def _least(self) -> int | None:
        """Return how often the item before has to come; None without a quantifier."""
        if self._at >= len(self._tokens) or not (repeat := _REPEAT.match(self._tokens[self._at])):
            return None
        self._at += 1
        return 1 if repeat[0] == "+" else int(repeat[1] or 0)

    def _group(self, opening: str) -> tuple[_Runs, _Strings | None]:
        alternatives = self._alternatives()
        self._at += 1  # the bracket that closes it
        if opening in ("(?!", "(?<!"):
            return [], frozenset(("",))
        keys = [self._best(runs) for runs in alternatives]
        must = [] if any(one is None for one in keys) else [frozenset().union(*(one or () for one in keys))]
        if opening in ("(?=", "(?<="):
            return must, None
        whole = [runs[0] for runs in alternatives if len(runs) == 1]
        exact = frozenset().union(*whole) if len(whole) == len(alternatives) else None
        return ([] if exact is not None and len(exact) <= _MOST else must), exact


def _exact(piece: str) -> _Strings | None:
    """Return the strings that one piece stands for, None if they are many or unknown."""
    if piece[0] == "[" and len(piece) > 1:
        inside = piece[1:-1]
        plain = inside[0] != "^" and "-" not in inside[1:-1] and "\\" not in inside
        return frozenset(inside) if plain else None
    if piece[0] == "\\" and len(piece) > 1:
        return None if piece[1] in _NOT_LITERAL else frozenset((piece[1],))
    if piece in "^$":
        return frozenset(("",))
    return None if piece == "." else frozenset((piece,))


def starts_of(pattern: str) -> frozenset[str] | None:
    """Return the characters that a match of a pattern can begin with; None if they are many, unknown or none.

    Examples
    --------
    >>> sorted(starts_of("(?<!非)甲烷|(?:煤|重)?油")), starts_of("[^,]甲"), starts_of("甲?")
    (['油', '煤', '甲', '重'], None, None)
    """
    if _UNREAD.search(pattern):
        return None
    reader = _Starts(_TOKEN.findall(pattern))
    starts, empty = reader.alternatives()
    return None if empty or not reader.done else starts


_Begin = tuple[frozenset[str] | None, bool]  # characters (None: any), and whether it may match nothing


class _Starts:
    """Reads a pattern for the characters it begins with."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        """Whether all was read: a bracket too many ends it before."""
        return self._at == len(self._tokens)

    def alternatives(self) -> _Begin:
        found = [self._sequence()]
        while self._at < len(self._tokens) and self._tokens[self._at] == "|":
            self._at += 1
            found.append(self._sequence())
        return _union(starts for starts, _ in found), any(empty for _, empty in found)

    def _sequence(self) -> _Begin:
        found: list[frozenset[str] | None] = []
        begun = False
        while self._at < len(self._tokens) and self._tokens[self._at] not in "|)":
            starts, empty = self._item()
            if not begun:
                found.append(starts)
            begun |= not empty
        return _union(found), not begun

    def _item(self) -> _Begin:
        piece = self._tokens[self._at]
        self._at += 1
        starts, empty = self._group(piece) if piece[0] == "(" else _start(piece)
        if self._at < len(self._tokens) and (repeat := _REPEAT.match(self._tokens[self._at])):
            self._at += 1
            empty |= repeat[0] != "+" and int(repeat[1] or 0) == 0
        return starts, empty

    def _group(self, opening: str) -> _Begin:
        inner = self.alternatives()
        self._at += 1
        return (frozenset(), True) if opening in ("(?=", "(?!", "(?<=", "(?<!") else inner


def _union(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    together: frozenset[str] = frozenset()
    for one in sets:
        if one is None:
            return None
        together |= one
    return together


def _start(piece: str) -> _Begin:
    """Return what one piece begins with: a class with ranges of letters or figures is spelled out."""
    if piece in ("^", "$"):
        return frozenset(), True
    if piece[0] == "[" and len(piece) > 1 and (spelled := _RANGE.sub(_spelled, piece[1:-1])):
        return (
            (None, False)
            if spelled[0] == "^" or "-" in spelled[1:-1] or "\\" in spelled
            else (frozenset(spelled), False)
        )
    return _exact(piece), False


_RANGE = re.compile("0-9|a-z|A-Z")


def _spelled(found: re.Match[str]) -> str:
    return "".join(map(chr, range(ord(found[0][0]), ord(found[0][2]) + 1)))
