"""Laws, documents and standards that clauses cite, held against the register as of a date.

The register (``law_register``) says of each document when it came into force, when it was repealed, what took its
place, and how far that is verified; its own status is printed with every judgement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from zoning.audit.patterns import patterns
from zoning.audit.places import of_clause
from zoning.clauses import Clause
from zoning.clauses.normalise import plain
from zoning.errors import Finding, Severity
from zoning.messages import LANGUAGES, Both, say
from zoning.tables import Row, read

__all__ = ["Citation", "citations", "law_findings", "standing"]

_OVER = ("repealed", "superseded", "expired")
_SPENT = (*_OVER, "draft", "not_yet", "not_a_norm", "older")
_NEAR = 3  # characters between a title and the number that belongs to it
_SHORTEST = 5  # characters of a law's name that is looked for outside 《》
_DIGITS = re.compile("[0-9]")
_DASHES = re.compile("[—–]")


@dataclass(frozen=True)
class Citation:
    """One document named in one clause.

    Attributes
    ----------
    clause : Clause
        Where.
    words : str
        As named there (plain text).
    row : Row or None
        Row of the register; None where it has none.
    state : str
        ``in_force, repealed, superseded, expired, draft, not_yet, not_a_norm, older, unknown`` (legal state not
        verified) or ``unlisted``.
    successor : Row or None
        What took its place, as far as the register says.
    """

    clause: Clause
    words: str
    row: Row | None
    state: str
    successor: Row | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """A document named in a text: its title or number, an edition beside it, and where."""

    words: str
    key: str
    edition: str
    kind: str
    start: int
    end: int


def standing(row: Row, date: str) -> str:
    """Return whether a document holds on a day, as far as the register says.

    Examples
    --------
    >>> row = {"legal_state": "repealed", "repealed_on": "2026-08-15", "in_force_from": ""}
    >>> standing(row, "2026-08-14"), standing(row, "2026-08-15")
    ('in_force', 'repealed')
    """
    state, ended, begins = row["legal_state"], row["repealed_on"], row["in_force_from"]
    if state in ("draft", "not_a_norm"):
        return state
    if begins and begins > date:
        return "not_yet"
    if ended:
        return (state if state in _OVER else "repealed") if ended <= date else "in_force"
    return state


def citations(clauses: Iterable[Clause], date: str) -> tuple[Citation, ...]:
    """Return every document that clauses name, in the order of the clauses.

    Examples
    --------
    >>> found = citations([Clause("U", "unit", "P", "依据《中华人民共和国大气污染防治法》管控。")], "2026-11-20")
    >>> [(one.row["id"], one.state, one.successor["id"]) for one in found]
    [('N004', 'repealed', 'N001')]
    """
    return tuple(one for clause in clauses for one in _of_clause(clause, date))


def _of_clause(clause: Clause, date: str) -> Iterator[Citation]:
    seen: set[str] = set()
    for named in _named(clause.text):
        row, older = _looked_up(named, date)
        name = row["id"] if row else named.key
        if name in seen:
            continue
        seen.add(name)
        state = "unlisted" if row is None else "older" if older else standing(row, date)
        follower = _by_id().get(row["superseded_or_amended_by"]) if row and not older else row
        yield Citation(clause, named.words, row, state, follower)


@lru_cache(maxsize=100_000)
def _named(text: str) -> tuple[_Named, ...]:
    """Return the documents named in a text: titles, numbers, and laws named without 《》; one name for one place."""
    line = _DASHES.sub("-", plain(text))
    titles = [_title(found[1], line, found.start(), found.end()) for found in _hits("title", line)]
    numbers = list(_numbers(line))
    found: list[_Named] = []
    for title in titles:
        beside = next((one for one in numbers if 0 <= one.start - title.end <= _NEAR), None)
        if beside is not None and _rows("number", beside.key):
            continue  # the number says which edition
        if any(one.regex.search(plain(line[title.start : title.end])) for one in patterns("short_title")):
            continue  # 《条例》 is short for a document named before; its number, if any, names it
        found.append(title)
        numbers = [one for one in numbers if one is not beside]
    found += [one for one in numbers if not any(title.start < one.start < title.end for title in titles)]
    taken = [(one.start, one.end) for one in (*titles, *found)]
    return tuple(sorted((*found, *_bare(line, taken)), key=lambda one: one.start))


def _hits(kind: str, line: str) -> Iterator[re.Match[str]]:
    for one in patterns(kind):
        yield from one.regex.finditer(line)


def _title(title: str, line: str, start: int, end: int) -> _Named:
    """Return a title with the edition inside its brackets, or in brackets right behind it."""
    behind = next((found for found in _hits("edition", line[end : end + 16]) if found.start() == 0), None)
    whole = title + (behind[0] if behind else "")
    return _Named(f"《{title}》" + (behind[0] if behind else ""), _key(whole), _edition(whole), "title", start, end)


@lru_cache(maxsize=10_000)
def _key(title: str) -> str:
    """Return a title as titles are compared: without the country, quotation marks and edition."""
    text = plain(title)
    for kind in ("quote", "prefix", "edition"):
        for one in patterns(kind):
            text = one.regex.sub("", text)
    return text.replace("——", "").replace("-", "").replace("—", "")


def _edition(title: str) -> str:
    years = (found.groupdict().get("y") for found in _hits("edition", plain(title)))
    return max((year for year in years if year), default="")


def _numbers(line: str) -> Iterator[_Named]:
    ends: set[int] = set()
    for found in _hits("number", line):
        words = found[0]
        if words[0] > "\u4e00":  # letters of an issuer run into the words before them
            for one in patterns("before_number"):
                words = one.regex.sub("", words)
            if not words or _DIGITS.match(words) or words[0] in "〔[(【令":
                continue
        if found.end() not in ends:
            ends.add(found.end())
            yield _Named(words, _number_key(words), "", "number", found.end() - len(words), found.end())


def _number_key(words: str) -> str:
    return re.sub("[〔\\[(【]", "(", re.sub("[〕\\])】]", ")", _DASHES.sub("-", plain(words)))).replace(")第", ")")


def _bare(line: str, taken: Iterable[tuple[int, int]]) -> Iterator[_Named]:
    """Find laws by their bare names; only those that are over, for only they matter."""
    places = [*taken, *(found.span() for one in patterns("bare_within") for found in one.regex.finditer(line))]
    for words in _bare_names():
        spans = (found.span() for found in re.finditer(re.escape(words), line))
        free = (one for one in spans if not any(start < one[1] and one[0] < end for start, end in places))
        if (span := next(free, None)) is not None:
            places.append(span)
            yield _Named(words, _aliases().get(words, words), "", "title", *span)


@cache
def _bare_names() -> tuple[str, ...]:
    """Names of laws that are over, and what practitioners call them; the longest first."""
    ends = [one.regex for one in patterns("bare_law")]
    over = {row["id"]: _key(row["title"]) for row in read("law_register") if row["legal_state"] in _OVER}
    names = {title for title in over.values() if len(title) >= _SHORTEST and any(end.search(title) for end in ends)}
    names |= {plain(one.regex.pattern) for one in patterns("alias") if one.value in over}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@cache
def _aliases() -> Mapping[str, str]:
    return {plain(one.regex.pattern): _key(_by_id()[one.value]["title"]) for one in patterns("alias")}


@cache
def _by_id() -> Mapping[str, Row]:
    return {row["id"]: row for row in read("law_register")}


@cache
def _index(kind: str) -> Mapping[str, tuple[Row, ...]]:
    groups: dict[str, list[Row]] = {}
    for row in read("law_register"):
        for name in (row["number"], row["number_unverified"]) if kind == "number" else (row["title"],):
            if name:
                groups.setdefault(_number_key(name) if kind == "number" else _key(name), []).append(row)
    return {key: tuple(rows) for key, rows in groups.items()}


def _rows(kind: str, key: str) -> tuple[Row, ...]:
    return _index(kind).get(key, ())


def _looked_up(named: _Named, date: str) -> tuple[Row | None, bool]:
    """Return the row of the register, and whether the citation names an older edition than the register knows."""
    rows = _rows(named.kind, named.key) or _rows("title", _aliases().get(named.key, ""))
    if not rows and named.kind == "number":
        rows = _of_undated(named.key)
    if not rows:
        return None, False
    dated = {row["id"]: _edition(row["title"]) or row["date_issued"][:4] for row in rows}
    if named.edition:
        same = [row for row in rows if dated[row["id"]] == named.edition]
        if same:
            return same[0], False
        printed = [row for row in rows if _edition(row["title"])]
        latest = max(printed, key=lambda row: dated[row["id"]], default=None)
        if latest is not None and dated[latest["id"]] > named.edition:
            return latest, True
    holding = [row for row in rows if standing(row, date) == "in_force"]
    return (holding or list(rows))[0], False


def _of_undated(key: str) -> tuple[Row, ...]:
    """Return the editions of a standard that is named without its year."""
    if "-" in key:
        return ()
    return tuple(row for known, rows in _index("number").items() if known.rpartition("-")[0] == key for row in rows)


def law_findings(cited: Iterable[Citation]) -> tuple[Finding, ...]:
    """Return a finding for every citation of what does not hold, or is not known to hold."""
    found = []
    for one in cited:
        if one.row is None:
            found.append(of_clause("LAW_UNKNOWN", "", one.clause, words=one.words))
        elif one.state == "unknown":
            found.append(of_clause("LAW_UNKNOWN", "unverified", one.clause, words=one.words, id=one.row["id"],
                                   status=_status(one.row)))  # fmt: skip
        elif one.state in _SPENT:
            found.append(_spent(one, one.row))
    return tuple(found)


def _spent(one: Citation, row: Row) -> Finding:
    severity = Severity.INFO if one.state == "not_a_norm" else None
    follower = one.successor
    key = one.state if follower is None or one.state not in _OVER else f"{one.state}_by"
    title = follower["title"] if follower else ""
    return of_clause(
        "LAW_NOT_IN_FORCE", key, one.clause, severity=severity, words=one.words, id=row["id"], status=_status(row),
        on=_on(row), begins=row["in_force_from"], follower=title, follower_id=follower["id"] if follower else "",
        follower_number=f"（{follower['number']}）" if follower and follower["number"] not in ("", title) else "",
    )  # fmt: skip


def _on(row: Row) -> Both:
    """Return since when; nothing where the register does not say."""
    day = row["repealed_on"]
    return Both(*(say("audit.law.day", lang, day=day) if day else "" for lang in LANGUAGES))


def _status(row: Row) -> Both:
    key = f"audit.status.{row['status']}"
    return Both(say(key, "zh"), say(key, "en"))
