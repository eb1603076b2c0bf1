"""Split the cell of a list into clauses, losing nothing: the pieces put together are the cell.

A line that begins with a number (``1-1.``, ``(1)``, ``①``, ``一、``, ``1、``) is cut before every number of the same
style that follows a stop; a numbered item is one clause, whatever stands in it. A line without numbers is cut after
``；`` and ``。``, unless what follows continues the clause (但, 其中 …). A line break inside a sentence cuts nothing.
A sub-item (允许排放量要求：, kind ``split.heading`` of the lexicon) is no clause: it becomes the tag of those under it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from zoning.clauses.lexicon import Lexicon, default_lexicon
from zoning.clauses.normalise import HEAD, mapped, normalise, numbered

__all__ = ["Piece", "split_cell"]

_HEAD = re.compile(HEAD)
_STOP = re.compile(r"[;。!?]")
_BREAK = re.compile(r"[\r\n\v\f\u2028\u2029]+")
_PLAIN = re.compile(r"[^\r\n\v\f\u2028\u2029。；;!?！？:：【】]*[。；;!?！？]?")
"""One sentence in one line without a colon or a tag: most cells of lists with one row per clause."""
_LONGEST = 40  # characters of a heading with its number: nothing longer is looked at
_LINE_OR_STOP = re.compile(r"[\r\n\v\f\u2028\u2029]+|[。；;]")
_FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十]+|[①-⑳⑴-⒇⒈-⒛❶-➓㈠-㈩]|[A-Za-z]+")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_FAMILIES = (
    ("[0-9]+", "1"),
    ("[一二三四五六七八九十百]+", "一"),
    ("[①-⑳]", "①"),
    ("[⑴-⒇]", "⑴"),
    ("[⒈-⒛]", "⒈"),
    ("[A-Z]+", "A"),
    ("[a-z]", "a"),
)
_TAIL = " \t\r\n\v\f\u3000\u2028\u2029；;"


class Piece(NamedTuple):
    """One clause in its cell.

    Attributes
    ----------
    start, end : int
        All characters of the piece, with number, tag and stop; the pieces of a cell follow without gap.
    text_start, text_end : int
        Characters of the clause itself.
    number, tag : str
        As written; "" without.
    """

    start: int
    end: int
    text_start: int
    text_end: int
    number: str = ""
    tag: str = ""


def split_cell(cell: str, lexicon: Lexicon | None = None) -> tuple[Piece, ...]:
    r"""Return the pieces of a cell, in order; an empty cell has none.

    Examples
    --------
    >>> cell = "1-1. 【水/禁止类】禁止新设入河排污口。\n1-2. 甲应建账；乙除外。"
    >>> [(piece.number, piece.tag, cell[piece.text_start : piece.text_end]) for piece in split_cell(cell)]
    [('1-1.', '水/禁止类', '禁止新设入河排污口。'), ('1-2.', '', '甲应建账；乙除外。')]
    """
    if not cell.strip():
        return ()
    lexicon = lexicon or default_lexicon()
    if _PLAIN.fullmatch(cell) and not _begins(cell):
        end = len(cell.rstrip(_TAIL))
        return (Piece(0, len(cell), min(len(cell) - len(cell.lstrip()), end), end),)
    headings = _headings(cell, lexicon)
    starts = [0, *(heading.end for heading in headings)]
    ends = [*(heading.start for heading in headings), len(cell)]
    found = list(_block(cell, 0, ends[0], "", lexicon)) if cell[: ends[0]].strip() else []
    for heading, start, end in zip(headings, starts[1:], ends[1:], strict=True):
        block = _block(cell, start, end, heading.name, lexicon) or (Piece(start, end, end, end, "", heading.name),)
        found += [block[0]._replace(start=heading.start), *block[1:]]
    return (found[0]._replace(start=0), *found[1:])


class _Heading(NamedTuple):
    """A line that names what the clauses after it are about (允许排放量要求：), with its number."""

    start: int
    end: int
    name: str


def _headings(cell: str, lexicon: Lexicon) -> list[_Heading]:
    """Return the headings of a cell: at the beginning of a line or behind a stop, ended by a colon or the line."""
    if ":" not in cell and "：" not in cell and not _BREAK.search(cell.strip()):
        return []
    rules = lexicon.rules("split.heading")
    found = []
    for start in (0, *(gap.end() for gap in _LINE_OR_STOP.finditer(cell))):
        line = cell[start : start + _LONGEST]
        broken = _BREAK.search(line)
        line = line[: broken.start()] if broken else line
        if len(line) == _LONGEST and ":" not in line and "：" not in line:
            continue
        body, at = mapped(line)
        number = _HEAD.match(body)
        match = next((hit for rule in rules if (hit := rule.pattern.match(body, number.end() if number else 0))), None)
        if match and body[match.end() : match.end() + 1] in ("", ":"):
            colon = match.end() < len(body)
            found.append(_Heading(start, start + (at[match.end()] + 1 if colon else len(line)), body[: match.end()]))
    return found


def _block(cell: str, start: int, end: int, heading: str, lexicon: Lexicon) -> tuple[Piece, ...]:
    """Return the pieces of the text under one heading, tagged with it; empty if there is none."""
    text = cell[start:end]
    if not text.strip():
        return ()
    lines = _lines(text)
    cuts = sorted({at + cut for at, stop in lines for cut in (0, *_cuts(text[at:stop], lexicon))} | {0})
    pieces = (_piece(text, at, stop) for at, stop in zip(cuts, [*cuts[1:], len(text)], strict=True))
    return tuple(
        Piece(
            start + piece.start,
            start + piece.end,
            start + piece.text_start,
            start + piece.text_end,
            piece.number,
            "；".join(part for part in (heading, piece.tag) if part),
        )
        for piece in pieces
    )


def _lines(cell: str) -> list[tuple[int, int]]:
    """Return stretches of the cell that break only where a sentence ends or a number begins."""
    starts = [0]
    for gap in _BREAK.finditer(cell):
        before, after = cell[starts[-1] : gap.start()].rstrip(), cell[gap.end() :].lstrip()
        if before and after and (before[-1] in "。；;!！?？" or after[0] == "【" or _begins(after)):
            starts.append(gap.end())
    return list(zip(starts, [*starts[1:], len(cell)], strict=True))


def _begins(text: str) -> bool:
    return numbered(text[:20])


def _cuts(line: str, lexicon: Lexicon) -> list[int]:
    """Return where inside a line new clauses begin."""
    body, at = mapped(line)
    stops = [stop.end() for stop in _STOP.finditer(body) if stop.end() < len(body)]
    heads = [(stop, head[0]) for stop in stops if (head := _HEAD.match(body, stop))]
    first = _HEAD.match(body)
    if first is not None:
        return [at[stop] for stop in _items(body, heads, first[0], lexicon)]
    if heads and _ordinal(heads[0][1]) == 1:
        return [at[stop] for stop in (heads[0][0], *_items(body, heads[1:], heads[0][1], lexicon))]
    if lexicon.first("split.sublist", body):
        return []
    follows = lexicon.rules("split.continue")
    return [at[stop] for stop in stops if not any(rule.pattern.match(body, stop) for rule in follows)]


def _items(body: str, heads: list[tuple[int, str]], first: str, lexicon: Lexicon) -> list[int]:
    """Return the stops after which the next item of the list begins, not an item of a list inside an item."""
    style, number, begin = _style(first), _ordinal(first), 0
    cuts: list[int] = []
    for stop, head in heads:
        inner = lexicon.first("split.sublist", body[begin:stop]) is not None
        if _style(head) == style and (_ordinal(head) == number + 1 or not inner):
            number, begin = _ordinal(head), stop
            cuts.append(stop)
    return cuts


def _style(head: str) -> str:
    """Return a number with every figure made the first of its kind: two numbers of one list have the same style."""
    for figures, one in _FAMILIES:
        head = re.sub(figures, one, head)
    return head


def _ordinal(head: str) -> int:
    """Return the last figure of a clause number.

    Examples
    --------
    >>> _ordinal("1-3."), _ordinal("(十二)"), _ordinal("二十、"), _ordinal("④"), _ordinal("b)"), _ordinal("IV.")
    (3, 12, 20, 4, 2, 4)
    """
    last = _FIGURES.findall(head)[-1]
    if last.isascii():
        return int(last) if last.isdecimal() else _ROMAN.get(last, ord(last[0].lower()) - ord("a") + 1)
    tens, ten, ones = last.rpartition("十")
    if not ten:
        return int(unicodedata.numeric(last[-1]))
    return 10 * int(unicodedata.numeric(tens) if tens else 1) + int(unicodedata.numeric(ones) if ones else 0)


def _piece(cell: str, start: int, end: int) -> Piece:
    normal = normalise(cell[start:end])
    if not normal.text:
        return Piece(start, end, end, end, normal.number, next(iter(normal.tags), ""))
    text_start = start + normal.at[0]
    text_end = text_start + len(cell[text_start:end].rstrip(_TAIL))
    # Brackets inside a clause are a gap to be filled in (【待核定】), not what the clause is filed under.
    tags = normalise(cell[start:text_start]).tags if normal.tags else ()
    return Piece(start, end, text_start, text_end, normal.number, next(iter(tags), ""))
