"""The cue words as data: reading, compiling and asking the table of rules.

A rule is a row of ``tables/clause_lexicon.csv``. Its ``pattern`` is a word or a regular expression over normal text
(half width, simplified, no blanks), in which

- ``…`` stands for up to 16 characters inside one comma part, ``……`` for up to 60 inside one sentence;
- ``<NAME>`` stands for the pattern of the row of kind ``macro`` with that value.

``when`` must and ``unless`` must not be found around the hit; ``where`` says how far around: ``hit`` (the words found),
``part`` (between commas), ``sentence`` (between ``;`` and ``。``) or ``clause``. ``needs`` names words (``|`` between
them) of which one has to be there before the pattern is tried at all. Rules of a kind are asked in the order of the
table. A user's rows replace rows with the same id and come before the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from zoning.clauses.keys import starts_of
from zoning.clauses.narrowing import RuleIndex, pairs_of
from zoning.clauses.rules import Hit, Rule, part_of
from zoning.errors import TableError
from zoning.messages import fault
from zoning.tables import Row, read

__all__ = [
    "BLOT", "INDUSTRY", "PARTS", "SENTENCES", "Hit", "Lexicon", "Rule", "default_lexicon", "industry_row",
    "lexicon_with", "part_of",
]  # fmt: skip

BLOT = "□"
"""Stands for every character that does not count."""

INDUSTRY = "industry"
"""Kind of the rules that name industries: the rows of ``clause_industries``."""

PARTS = re.compile(r"(?:[^,;。!?:]|:(?=[0-9]))+")
"""Comma parts of normal text; the colon of a ratio does not part."""

SENTENCES = re.compile(r"[^;。!?]+")
"""Sentences of normal text."""

_SELDOM = ("quantity.", "deadline.")
"""Kinds that most clauses are never asked about: their keys are not looked up for every text."""

_MACRO = re.compile(r"<([A-Z_0-9]+)>")
_PLACES = ("hit", "part", "sentence", "clause")


class Lexicon:
    """All rules by kind, compiled when a kind is first asked for.

    Parameters
    ----------
    rows : iterable of mapping
        Rows with the columns of ``clause_lexicon``.

    Raises
    ------
    TableError
        If a pattern is no regular expression, a macro is not defined, or ``where`` is none of the four words.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._macros = {row["value"]: row["pattern"] for row in self.rows if row["kind"] == "macro"}
        self._kinds: dict[str, tuple[Rule, ...]] = {}
        self._index: RuleIndex | None = None

    def rules(self, kind: str) -> Sequence[Rule]:
        """Return the rules of a kind, in the order in which they are asked."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(self._rule(row) for row in self.rows if row["kind"] == kind)
        return self._kinds[kind]

    def narrowed(self, text: str) -> Lexicon:
        """Return the lexicon with those rules only that can match in a text.

        Asked about the text, or about what is left of it when parts are blotted out, it gives the same answers, sooner.

        Examples
        --------
        >>> text = "禁止新建燃煤锅炉。"
        >>> default_lexicon().narrowed(text).first("modality.cue", text).value
        'PROHIBIT'
        """
        return _Narrowed(self, text)

    def rules_of(self, kinds: tuple[str, ...]) -> Sequence[Rule]:
        """Return the rules of several kinds, kind by kind."""
        return tuple(rule for kind in kinds for rule in self.rules(kind))

    def index(self) -> RuleIndex:
        """Return which rules can match in which texts."""
        if self._index is None:
            kinds = dict.fromkeys(row["kind"] for row in self.rows if row["kind"] != "macro")
            seldom = frozenset(kind for kind in kinds if kind.startswith(_SELDOM))
            self._index = RuleIndex({kind: self.rules(kind) for kind in kinds}, seldom, BLOT)
        return self._index

    def pairs(self, text: str) -> frozenset[str]:
        """Return pairs of neighbouring characters: those of the text, perhaps more; none of them is missing."""
        return pairs_of(text)

    def first(self, kind: str, text: str) -> Hit | None:
        """Return the hit of the first rule (in table order) that holds anywhere in the text, or None."""
        for rule in self.rules(kind):
            hit = rule.first(text)
            if hit is not None:
                return hit
        return None

    def all(self, kind: str, text: str) -> list[Hit]:
        """Return every hit of every rule of a kind, in table order."""
        return [hit for rule in self.rules(kind) for hit in rule.hits(text)]

    def extended(self, rows: Iterable[Mapping[str, str]]) -> Lexicon:
        """Return a lexicon with further rows, asked before the present ones; a row with a known id replaces it.

        Examples
        --------
        >>> row = {"id": "X1", "kind": "carbon.CARBON", "pattern": "碳画像"}
        >>> default_lexicon().extended([row]).first("carbon.CARBON", "应建立碳画像。").rule
        'X1'
        """
        own = [{column: row.get(column, "") for column in _COLUMNS} for row in rows]
        ids = {row["id"] for row in own}
        return Lexicon([*own, *(row for row in self.rows if row["id"] not in ids)])

    def _rule(self, row: Row) -> Rule:
        where = row["where"] or "part"
        if where not in _PLACES:
            raise fault(TableError, "lexicon.where", id=row["id"], where=where)
        needs = tuple(word for word in row["needs"].split("|") if word)
        when, unless = (self._compiled(row, name) if row[name] else None for name in ("when", "unless"))
        return Rule(row["id"], row["value"], where, needs, self._compiled(row, "pattern"), when, unless)

    def _compiled(self, row: Row, column: str) -> re.Pattern[str]:
        try:
            pattern = self._expanded(row[column])
            return re.compile(_sooner(pattern) if column == "pattern" else pattern)
        except (re.error, KeyError) as error:
            raise fault(TableError, "lexicon.pattern", id=row["id"], column=column, error=error) from error

    def _expanded(self, pattern: str) -> str:
        while _MACRO.search(pattern):
            pattern = _MACRO.sub(lambda name: f"(?:{self._macros[name[1]]})", pattern)
        return pattern.replace("……", "[^;。]{0,60}?").replace("…", "[^,;。]{0,16}?")


def _sooner(pattern: str) -> str:
    """Return a pattern that first looks whether a match can begin here: of many alternatives most are never tried."""
    starts = starts_of(pattern) if pattern.count("|") >= _MANY else None
    if not starts:
        return pattern
    return f"(?=[{re.escape(''.join(sorted(starts)))}])(?:{pattern})"


_MANY = 8  # alternatives from which on a look ahead is quicker than trying them


class _Narrowed(Lexicon):
    """A lexicon for one text; what it does not hold cannot match there."""

    _index: RuleIndex

    def __init__(self, whole: Lexicon, text: str) -> None:
        self.rows = whole.rows
        self._index = index = whole.index()
        self._bits = index.bits
        self._pairs = pairs_of(text)
        self._left = index.left_in(text, self._pairs)

    def rules(self, kind: str) -> Sequence[Rule]:
        return self._index.chosen(self._left & self._bits.get(kind, 0))

    def rules_of(self, kinds: tuple[str, ...]) -> Sequence[Rule]:
        bits = self._left & self._index.bits_of(kinds)
        return self._index.chosen_of(kinds, bits) if bits else ()

    def narrowed(self, text: str) -> Lexicon:  # noqa: ARG002 - what can match in a part can match in the whole
        return self

    def pairs(self, text: str) -> frozenset[str]:  # noqa: ARG002 - as above
        return self._pairs

    def first(self, kind: str, text: str) -> Hit | None:
        bits = self._left & self._bits.get(kind, 0)
        if not bits:  # mostly: this is asked some dozen times of a clause
            return None
        for rule in self._index.chosen(bits):
            hit = rule.first(text)
            if hit is not None:
                return hit
        return None

    def all(self, kind: str, text: str) -> list[Hit]:
        bits = self._left & self._bits.get(kind, 0)
        return [hit for rule in self._index.chosen(bits) for hit in rule.hits(text)] if bits else []


_COLUMNS = ("id", "kind", "value", "where", "needs", "pattern", "when", "unless", "gloss", "source", "status")


@lru_cache(maxsize=1)
def default_lexicon() -> Lexicon:
    """Return the packaged lexicon."""
    return Lexicon([*read("clause_lexicon"), *map(industry_row, read("clause_industries"))])


def lexicon_with(rules: Iterable[Row], industries: Iterable[Row]) -> Lexicon:
    """Return the packaged lexicon with what differs in rows of ``clause_lexicon`` and ``clause_industries``.

    Examples
    --------
    >>> own = {"id": "X1", "tag": "陶瓷", "pattern": "紫砂", "unless": ""}
    >>> lexicon_with([], [own]).first(INDUSTRY, "紫砂企业").value
    '陶瓷'
    """
    packaged = {row["id"]: dict(row) for row in default_lexicon().rows}
    rows = [{name: row.get(name, "") for name in _COLUMNS} for row in (*rules, *map(industry_row, industries))]
    own = [row for row in rows if row != packaged.get(row["id"])]
    return default_lexicon().extended(own) if own else default_lexicon()


def industry_row(row: Mapping[str, str]) -> Row:
    """Return a row of ``clause_industries`` as a rule: its tag is the value."""
    blank = dict.fromkeys(_COLUMNS, "")
    return blank | {name: row[name] for name in row if name in blank} | {"kind": INDUSTRY, "value": row.get("tag", "")}
