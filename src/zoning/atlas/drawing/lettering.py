"""Our fonts: what a text measures, and texts on a page, white around so that they can be read on any ground."""

from __future__ import annotations

import pathlib
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from zoning.atlas.drawing.ink import POINTS, Page, colour, size
from zoning.cartography.model import Extent
from zoning.cartography.placing import Measure
from zoning.fonts import FAMILIES, font_files

__all__ = ["clean", "measurer", "our_fonts", "text_width", "write", "write_lines"]

_LEADING = 1.2  # from line to line, in sizes of the text
_RISE = 0.36  # half the height of a Chinese letter above the base line, in sizes
_UNKNOWN = "□"
_given: list[pathlib.Path] = []  # fonts of the user, behind ours


@contextmanager
def our_fonts(extra: Sequence[pathlib.Path] = ()) -> Iterator[None]:
    """Draw with our fonts and those the user gave; what was set before is put back.

    Ours are embedded as they are (Type 42); with others, whose outlines may be of another kind, all are as Type 3.
    """
    _take(tuple(extra))
    families = _families()
    settings: Any = {
        "pdf.fonttype": 3 if extra else 42,
        "pdf.compression": 6,
        "axes.unicode_minus": False,
        "font.family": list(families),
        "path.simplify": False,
        "lines.scale_dashes": False,
        "text.parse_math": False,
        "text.usetex": False,
    }
    with mpl.rc_context(settings):
        yield


def _take(extra: tuple[pathlib.Path, ...]) -> None:
    """Take the fonts of this atlas; what was measured with others is forgotten."""
    if tuple(_given) != extra:
        _given[:] = extra
        for kept in (_families, _font, _advance, _regular_files, clean, _outline):
            kept.cache_clear()


@cache
def _families() -> tuple[str, ...]:
    """Make our fonts known; return their families, the one of the signs that others lack behind."""
    known = {entry.fname for entry in fontManager.ttflist}
    for file in (*font_files(), *_given):
        if str(file) not in known:
            fontManager.addfont(str(file))
    given = {str(file) for file in _given}
    return (*FAMILIES, *dict.fromkeys(entry.name for entry in fontManager.ttflist if entry.fname in given))


@cache
def _font() -> FontProperties:
    return FontProperties(family=list(_families()), weight="normal")


@cache
def _advance(letter: str) -> float:
    """Return the width of a letter in sizes of the text; NaN if no font has it."""
    for file in _regular_files():
        font = get_font(file)
        glyph = font.get_char_index(ord(letter))
        if glyph:
            font.set_size(100, 72)
            return float(font.load_glyph(glyph, LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100
    return float("nan")


@cache
def _regular_files() -> tuple[str, ...]:
    found = {entry.name: entry.fname for entry in fontManager.ttflist if entry.weight in (400, "normal", "regular")}
    return tuple(found[family] for family in _families() if family in found)


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return a text that can be drawn: on one line, without control characters, □ for what no font of ours has."""
    letters = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return "".join(_UNKNOWN if np.isnan(_advance(letter)) else letter for letter in letters).strip()


def text_width(text: str, points: float) -> float:
    """Return the width of one line of text, mm."""
    return sum(_advance(letter) for letter in text) * points / POINTS


def measurer(points: float) -> Measure:
    """Return what measures texts of a size, as the placing of labels asks for it."""

    @lru_cache(maxsize=65536)
    def measure(text: str) -> tuple[float, float]:
        lines = text.split("\n")
        return max(text_width(line, points) for line in lines), len(lines) * points * _LEADING / POINTS

    return measure


def write(
    page: Page, text: str, at: tuple[float, float], points: float, *, turn: float = 0.0, halo: bool = False
) -> None:
    """Write one line of text with its middle at a point (mm), turned counter-clockwise by ``turn`` degrees."""
    angle = np.radians(turn)
    half, drop = text_width(text, points) / 2, _RISE * points / POINTS
    x = (at[0] - half * np.cos(angle) + drop * np.sin(angle)) * POINTS
    y = (at[1] - half * np.sin(angle) - drop * np.cos(angle)) * POINTS
    if halo:
        look = ("", colour("paper"), 2 * size("label_halo"))
        page.stamp([_outline(text, points)], look, places=np.round([[x, y]], 2))
    page.add(
        Text(
            round(x, 2),
            round(y, 2),
            text,
            fontproperties=_font().copy(),
            fontsize=points,
            color=colour("ink"),
            rotation=turn,
            rotation_mode="anchor",
            ha="left",
            va="baseline",
            parse_math=False,
        )
    )


def write_lines(page: Page, lines: str, box: Extent, points: float) -> None:
    """Write lines of text, each in the middle of a box that was measured for them, with a halo."""
    step = points * _LEADING / POINTS
    for number, line in enumerate(lines.split("\n")):
        write(page, line, ((box[0] + box[2]) / 2, box[3] - (number + 0.5) * step), points, halo=True)


@lru_cache(maxsize=8192)
def _outline(text: str, points: float) -> Path:
    """Return the outline of a text in points, to a tenth and without curves: it is only drawn wide and white."""
    places, found = text_to_path.get_text_path(_font(), text, ismath=False)
    codes = np.asarray(found, dtype=np.uint8)
    codes = np.where(np.isin(codes, (Path.CURVE3, Path.CURVE4)), Path.LINETO, codes).astype(np.uint8)
    return Path(np.round(np.asarray(places).reshape(-1, 2) * points / text_to_path.FONT_SCALE, 1), codes)
