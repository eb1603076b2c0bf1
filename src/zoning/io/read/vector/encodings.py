"""How bytes of text were written: declared, by a sidecar, by the language byte of a DBF, or found by trial decoding.

Bytes of one Chinese encoding often decode as another and give other hanzi, so a decoding is not only tried but ranked:
first by the words of the field it gives (``tables/encoding_words.csv``), then by whether its foreign characters are
Chinese at all, then UTF-8 before the rest, because text that is valid UTF-8 by chance hardly exists.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from zoning.tables import read

__all__ = ["TRIED", "Choice", "Encoding", "Misfit", "Text", "choose", "decoded", "named", "sample"]

TRIED = ("UTF-8", "GB18030", "BIG5")
"""Encodings of trial decoding, the likeliest first."""
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_FOREIGN = re.compile("[^\x00-\x7f]")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding: the name users know, and the codec that decodes it (a superset where files hold more than said)."""

    name: str
    codec: str


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes of one cell or field name; ``full`` if they fill their field, so may end inside a character."""

    raw: bytes
    full: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The encoding to decode with, and why: ``declared, cpg, ldid, guessed, ascii``."""

    encoding: Encoding
    source: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """What was declared (``source``: ``declared, cpg``) or tried first does not fit; ``better`` does, if anything."""

    encoding: Encoding
    source: str
    better: Encoding | None


@cache
def _known() -> dict[str, Encoding]:
    return {row["id"]: Encoding(row["name"], row["codec"]) for row in read("encoding_names")}


def named(name: str) -> Encoding | None:
    """Return the encoding of a name as found in a .cpg or a study; None if it is not known.

    Examples
    --------
    >>> named("ANSI 936").name, named("cp936").name, named("utf-8").codec, named("OEM")
    ('GBK', 'GBK', 'utf-8', None)
    """
    plain = re.sub(r"^(ANSI|OEM|WINDOWS|CP|MS)[ _-]?(?=\d)", "", name.strip().strip("\x00\ufeff").upper())
    return _known().get(plain)


def decoded(text: Text, encoding: Encoding) -> str | None:
    """Return the text, without the part of a character that a full field cuts off; None if the bytes do not fit.

    Examples
    --------
    >>> decoded(Text("管控".encode("gbk")[:3], full=True), Encoding("GBK", "gb18030"))
    '管'
    """
    try:
        return codecs.getincrementaldecoder(encoding.codec)().decode(text.raw, not text.full)
    except UnicodeDecodeError:
        return None


def choose(texts: Iterable[Text], declared: str = "", cpg: str = "", ldid: int = 0) -> Choice | Misfit:
    """Choose the encoding of a layer.

    A declaration of the study goes before the .cpg, that before the language byte of the DBF, that before trial
    decoding. A declaration or .cpg that the bytes contradict is a misfit; a language byte that they contradict is left
    aside, because many programs write it without regard to the text.

    Parameters
    ----------
    texts : iterable of Text
        Field names and cells.
    declared, cpg : str
        Names of encodings; empty or unknown ones say nothing.
    ldid : int
        Language driver byte of the DBF header.

    Examples
    --------
    >>> choose([Text("重点管控单元".encode("gbk"))]).encoding.name
    'GB18030'
    >>> choose([Text("重点管控单元".encode("gbk"))], cpg="UTF-8").better.name
    'GB18030'
    """
    foreign = [text for text in dict.fromkeys(texts) if not text.raw.isascii()]
    given = _given(declared, cpg)
    if not foreign:
        return Choice(given[0], given[1]) if given else Choice(_known()["UTF-8"], "ascii")
    ranks = {name: _rank(foreign, _known()[name]) for name in TRIED}
    best = max(TRIED, key=lambda name: (ranks[name] is not None, ranks[name] or (0, False, False)))
    fits = ranks[best] is not None
    if given:
        rank = _rank(foreign, given[0])
        good = rank is not None and (not fits or rank >= (ranks[best] or rank))
        return Choice(*given) if good else Misfit(*given, _known()[best] if fits else None)
    by_byte = _known().get(f"LDID/{ldid:02X}")
    rank = None if by_byte is None else _rank(foreign, by_byte)
    if by_byte is not None and rank is not None and (not fits or rank >= (ranks[best] or rank)):
        return Choice(by_byte, "ldid")
    return Choice(_known()[best], "guessed") if fits else Misfit(_nearest(foreign), "guessed", None)


def _given(declared: str, cpg: str) -> tuple[Encoding, str] | None:
    for name, source in ((declared, "declared"), (cpg, "cpg")):
        encoding = named(name)
        if encoding is not None:
            return encoding, source
    return None


def _rank(texts: Sequence[Text], encoding: Encoding) -> tuple[int, bool, bool] | None:
    """Return (words of the field, whether most foreign characters are Chinese, whether UTF-8); None if it misfits."""
    parts = [decoded(text, encoding) for text in texts]
    if any(part is None for part in parts):
        return None
    whole = "\n".join(part for part in parts if part)
    words = sum(whole.count(row["id"]) for row in read("encoding_words"))
    chinese = 2 * len(_CHINESE.findall(whole)) > len(_FOREIGN.findall(whole))
    return words, chinese, encoding.codec == "utf-8"


def _nearest(texts: Sequence[Text]) -> Encoding:
    """Return the encoding that most texts fit."""
    name = max(TRIED, key=lambda name: sum(decoded(text, _known()[name]) is not None for text in texts))
    return _known()[name]


def sample(texts: Iterable[Text], encoding: Encoding) -> str:
    """Return a few foreign texts as an encoding shows them, what misfits as �, for a user to judge by.

    Examples
    --------
    >>> sample([Text(b"ZH1"), Text("重点".encode("gbk"))], Encoding("GBK", "gb18030"))
    '重点'
    """
    foreign = (text.raw for text in dict.fromkeys(texts) if not text.raw.isascii())
    shown = " ".join(raw.decode(encoding.codec, "replace") for raw, _ in zip(foreign, range(3), strict=False))
    return "".join(letter if letter.isprintable() else "�" for letter in shown)[:_SHOWN]
