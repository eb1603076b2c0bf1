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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from zoning.clauses.keys import keys_of, starts_of
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

_SELDOM = ("quantity.", "reference.", "deadline.")
"""Kinds that most clauses are never asked about: they are not looked up for every text."""

_MACRO = re.compile(r"<([A-Z_0-9]+)>")
_PLACES = ("hit", "part", "sentence", "clause")


def part_of(text: str, start: int, end: int, stops: str = ",;。") -> str:
    """Return the stretch between stops around ``text[start:end]``.

    Examples
    --------
    >>> part_of("甲乙,丙丁,戊", 3, 4)
    '丙丁'
    """
    begin, last = 0, len(text)
    for stop in stops:
        before, after = text.rfind(stop, begin, start), text.find(stop, end, last)
        begin = before + 1 if before >= 0 else begin
        last = after if after >= 0 else last
    return text[begin:last]


class Hit(NamedTuple):
    """Where a rule was found (a tuple, for some dozens are made for every clause)."""

    rule: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled row of the lexicon."""

    id: str
    value: str
    where: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def first(self, text: str, begin: int = 0) -> Hit | None:
        """Return the first place at or after ``begin`` where the rule holds, or None."""
        if self.needs and not any(word in text for word in self.needs):
            return None
        match = self.pattern.search(text, begin)
        while match is not None:
            start, end = match.span()
            if self._holds(text, start, end):
                return Hit(self.id, self.value, start, end)
            match = self.pattern.search(text, max(end, start + 1))
        return None

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every place where the rule holds."""
        hit = self.first(text)
        while hit is not None:
            yield hit
            hit = self.first(text, max(hit.end, hit.start + 1))

    def _holds(self, text: str, start: int, end: int) -> bool:
        if self.when is None and self.unless is None:
            return True
        around = self._around(text, start, end)
        if self.when is not None and not self.when.search(around):
            return False
        return self.unless is None or not self.unless.search(around)

    def _around(self, text: str, start: int, end: int) -> str:
        if self.where == "hit":
            return text[start:end]
        if self.where == "clause":
            return text
        return part_of(text, start, end, ",;。" if self.where == "part" else ";。")


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
        self._index: _Index | None = None

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

    def candidates(self, text: str) -> dict[str, Sequence[Rule]]:
        """Return kind → rules that can match in a text, in the order in which they are asked."""
        if self._index is None:
            self._index = _indexed(self)
        index = self._index
        found = set(index.always)
        for one, two in pairwise(f"{text} "):
            if one in index.by_key:
                of_one = index.by_key[one]
                if two in of_one:
                    found.update(of_one[two])
                if "" in of_one:
                    found.update(of_one[""])
        kinds: dict[str, list[Rule]] = {}
        for number in sorted(found):
            kind, rule = index.places[number]
            if kind in kinds:
                kinds[kind].append(rule)
            else:
                kinds[kind] = [rule]
        return {**index.seldom, **kinds}

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
        return Rule(row["id"], row["value"], where, needs, _sooner(self._compiled(row, "pattern")), when, unless)

    def _compiled(self, row: Row, column: str) -> re.Pattern[str]:
        try:
            return re.compile(self._expanded(row[column]))
        except (re.error, KeyError) as error:
            raise fault(TableError, "lexicon.pattern", id=row["id"], column=column, error=error) from error

    def _expanded(self, pattern: str) -> str:
        while _MACRO.search(pattern):
            pattern = _MACRO.sub(lambda name: f"(?:{self._macros[name[1]]})", pattern)
        return pattern.replace("……", "[^;。]{0,60}?").replace("…", "[^,;。]{0,16}?")


def _sooner(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that first looks whether a match can begin here: of many alternatives most are never tried."""
    starts = starts_of(pattern.pattern) if pattern.pattern.count("|") >= _MANY else None
    if not starts:
        return pattern
    return re.compile(f"(?=[{re.escape(''.join(sorted(starts)))}])(?:{pattern.pattern})")


_MANY = 8  # alternatives from which on a look ahead is quicker than trying them


@dataclass(frozen=True, slots=True)
class _Index:
    """All rules with their kinds, the numbers of those always tried and of those of a key; rules seldom asked for."""

    places: tuple[tuple[str, Rule], ...]
    always: frozenset[int]
    by_key: dict[str, dict[str, list[int]]]
    seldom: dict[str, Sequence[Rule]]


def _indexed(lexicon: Lexicon) -> _Index:
    kinds = dict.fromkeys(row["kind"] for row in lexicon.rows if row["kind"] != "macro")
    seldom = {kind: lexicon.rules(kind) for kind in kinds if kind.startswith(_SELDOM)}
    places = tuple((kind, rule) for kind in kinds if kind not in seldom for rule in lexicon.rules(kind))
    always: set[int] = set()
    by_key: dict[str, dict[str, list[int]]] = {}
    for number, (_, rule) in enumerate(places):
        keys = keys_of(rule.pattern.pattern)
        if keys is None or any(BLOT in key for key in keys):
            always.add(number)
        for key in keys or ():
            by_key.setdefault(key[0], {}).setdefault(key[1:], []).append(number)
    return _Index(places, frozenset(always), by_key, seldom)


class _Narrowed(Lexicon):
    """A lexicon for one text; what it does not hold cannot match there."""

    def __init__(self, whole: Lexicon, text: str) -> None:
        self.rows = whole.rows
        self._found = whole.candidates(text)

    def rules(self, kind: str) -> Sequence[Rule]:
        return self._found.get(kind, ())

    def narrowed(self, text: str) -> Lexicon:  # noqa: ARG002 - what can match in a part can match in the whole
        return self

    def first(self, kind: str, text: str) -> Hit | None:
        for rule in self._found.get(kind, ()):  # as above, without a call: this runs some hundred times for a clause
            hit = rule.first(text)
            if hit is not None:
                return hit
        return None


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
