"""Our own fonts, and which characters they have.

``OFL.txt`` beside this module is their licence, ``docs/build_fonts.py`` how they were cut. No font of the machine is
ever used: a map looks the same everywhere, and a name that cannot be written is an error instead of a box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from zoning.errors import Finding, FindingCode
from zoning.messages import LANGUAGES, Both, finding, listed

__all__ = ["FAMILIES", "FAMILY", "check_texts", "family_of", "font_files", "missing"]

FAMILY = "Zoning Sans SC"
FAMILIES = (FAMILY, "Zoning Signs")
"""Families in the order in which a program looks for a character; the first has a regular and a bold face."""

_FILES = ("ZoningSansSC-Regular.ttf", "ZoningSansSC-Bold.ttf", "ZoningSigns-Regular.ttf")
_UNSEEN = frozenset({"Cc", "Cf"})  # controls and joiners have no glyph of their own
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_PLACES_TOLD = 3


def font_files() -> tuple[Path, ...]:
    """Return the files of our faces.

    Examples
    --------
    >>> [file.name for file in font_files()]
    ['ZoningSansSC-Regular.ttf', 'ZoningSansSC-Bold.ttf', 'ZoningSigns-Regular.ttf']
    """
    return tuple(Path(__file__).parent / name for name in _FILES)


def missing(text: str, extra: Iterable[Path] = ()) -> tuple[str, ...]:
    """Return the characters of a text that no face has, sorted; controls and variation selectors are passed over.

    Parameters
    ----------
    text : str
        Any text; a book of 5 MB takes a tenth of a second.
    extra : iterable of Path
        Further fonts that the user gave.

    Raises
    ------
    OSError, fontTools.ttLib.TTLibError
        If a font that the user gave cannot be read.

    Examples
    --------
    >>> missing("晋江 CO₂ −1.5 t km⁻²"), missing("𠮷野家")
    ((), ('𠮷',))
    """
    left = set(text) - _own_characters()
    if not left:
        return ()
    for file in extra:
        left -= _characters(file)
    return tuple(sorted(one for one in left if unicodedata.category(one) not in _UNSEEN and one not in _SELECTORS))


def check_texts(texts: Mapping[str, str], extra: Iterable[Path] = ()) -> tuple[Finding, ...]:
    """Return one finding per character that no face has, with the places that use it.

    Parameters
    ----------
    texts : mapping of str to str
        Where a text stands (for readers: sheet, unit) → the text.
    extra : iterable of Path
        Further fonts that the user gave.

    Examples
    --------
    >>> check_texts({"ZH1": "晋江", "ZH2": "𠮷村"})[0].value
    '𠮷 U+20BB7'
    """
    fonts = tuple(extra)
    lacking = missing("".join(sorted(set().union(*texts.values()))), fonts)
    return tuple(_finding(one, [place for place, text in texts.items() if one in text]) for one in lacking)


def _finding(character: str, places: list[str]) -> Finding:
    told = Both(*(listed(places[:_PLACES_TOLD], lang) for lang in LANGUAGES))
    return finding(
        FindingCode.GLYPH_MISSING,
        where={"value": f"{character} U+{ord(character):04X}", "field": places[0]},
        character=character,
        point=f"U+{ord(character):04X}",
        n=len(places),
        places=told,
    )


@cache
def family_of(file: Path) -> str:
    """Return the family of a font that the user gave, as programs ask for it (of its first face).

    Raises
    ------
    OSError, fontTools.ttLib.TTLibError
        If the file is no font.
    """
    with _faces(file) as faces:
        return str(faces[0]["name"].getBestFamilyName())


@lru_cache(maxsize=1)
def _own_characters() -> frozenset[str]:
    return frozenset().union(*map(_characters, font_files()))


@cache
def _characters(file: Path) -> frozenset[str]:
    with _faces(file) as faces:
        return frozenset(chr(code) for face in faces for code in face.getBestCmap() or ())


@contextmanager
def _faces(file: Path) -> Iterator[list[TTFont]]:
    with file.open("rb") as stream:  # ours, so that a file that is no font is closed too
        if file.suffix.lower() in {".ttc", ".otc"}:
            with TTCollection(stream, lazy=True) as collection:
                yield list(collection.fonts)
            return
        with TTFont(stream, lazy=True) as font:
            yield [font]
