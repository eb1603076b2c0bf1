"""Which rules can match in a text at all: every rule is one bit of a number, every key the bits of the rules it calls.

The keys of a text (:mod:`zoning.clauses.keys`) are looked up once; then the rules left of a kind are one ``&`` away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from operator import add

from zoning.clauses.keys import keys_of
from zoning.clauses.rules import Rule

__all__ = ["RuleIndex", "pairs_of"]

_KEPT = 50_000  # choices that are remembered: ten thousand clauses make a few thousand


def pairs_of(text: str) -> frozenset[str]:
    """Return all pairs of neighbouring characters of a text.

    Examples
    --------
    >>> sorted(pairs_of("燃煤锅炉"))
    ['煤锅', '燃煤', '锅炉']
    """
    return frozenset(map(add, text, text[1:]))


def _parts(rule: Rule) -> frozenset[str]:
    """Return the characters and pairs that the pattern of a rule is written with."""
    return pairs_of(rule.pattern.pattern).union(rule.pattern.pattern)


class RuleIndex:
    """The rules of a lexicon by the keys without which they cannot match.

    Parameters
    ----------
    kinds : mapping
        Kind → its rules, in the order in which they are asked.
    unkeyed : collection of str
        Kinds that most texts are never asked about: their rules are always left.
    blot : str
        Character that may stand in a text asked about and not in the text looked up: rules with it in a key are always
        left.

    Attributes
    ----------
    bits : dict
        Kind → bits of its rules.
    """

    def __init__(self, kinds: Mapping[str, Sequence[Rule]], unkeyed: Collection[str], blot: str) -> None:
        self.bits: dict[str, int] = {}
        self._rules: list[Rule] = []
        self._always = 0
        self._singles: dict[str, int] = {}
        self._pairs: dict[str, int] = {}
        self._shared = Counter(key for rules in kinds.values() for rule in rules for key in _parts(rule))
        for kind, rules in kinds.items():
            self.bits[kind] = sum(self._added(rule, blot, keyed=kind not in unkeyed) for rule in rules)
        self._known_singles, self._known_pairs = frozenset(self._singles), frozenset(self._pairs)
        self.chosen = lru_cache(maxsize=_KEPT)(self._chosen)
        self.chosen_of = lru_cache(maxsize=_KEPT)(self._chosen_of)
        self.bits_of = lru_cache(maxsize=None)(self._bits_of)

    def _added(self, rule: Rule, blot: str, *, keyed: bool) -> int:
        bit = 1 << len(self._rules)
        self._rules.append(rule)
        keys = keys_of(rule.pattern.pattern, self._shared) if keyed else None
        if keys is None or any(blot in key for key in keys):
            self._always |= bit
            return bit
        for key in keys:
            table = self._singles if len(key) == 1 else self._pairs
            table[key] = table.get(key, 0) | bit
        return bit

    def left_in(self, text: str, pairs: Collection[str]) -> int:
        """Return the bits of the rules that can match in a text with these pairs of neighbours."""
        bits = self._always
        for key in self._known_pairs.intersection(pairs):
            bits |= self._pairs[key]
        for key in self._known_singles.intersection(text):
            bits |= self._singles[key]
        return bits

    def _bits_of(self, kinds: tuple[str, ...]) -> int:
        """Return the bits of the rules of several kinds."""
        bits = 0
        for kind in kinds:
            bits |= self.bits.get(kind, 0)
        return bits

    def _chosen_of(self, kinds: tuple[str, ...], bits: int) -> tuple[Rule, ...]:
        """Return the rules with these bits, kind by kind."""
        return tuple(rule for kind in kinds for rule in self.chosen(bits & self.bits.get(kind, 0)))

    def _chosen(self, bits: int) -> tuple[Rule, ...]:
        """Return the rules with these bits, in their order."""
        return tuple(rule for number, rule in enumerate(self._rules) if bits >> number & 1)
