"""What is around the data in a frame: neat line, graticule, scale bar, north arrow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoning.atlas.drawing.ink import POINTS, Page, colour, line_path, ring_path, size
from zoning.atlas.drawing.lettering import text_width, write
from zoning.cartography.graticule import Graticule, Tick, spaced
from zoning.cartography.model import Extent
from zoning.cartography.scale import Bar, View, north_angle
from zoning.messages import say

__all__ = ["arrow_outline", "arrow_size", "bar_size", "draw_arrow", "draw_bar", "draw_edge", "draw_lines_of"]

_Floats = NDArray[np.float64]
_ARROW = np.array([(0.0, 0.5), (0.3, -0.5), (0.0, -0.28), (-0.3, -0.5)])  # tip first, of height 1, around its middle
_LETTER = 1.35  # room of the letter above the tip, in heights of the letter


def draw_lines_of(page: Page, graticule: Graticule, clip: Extent) -> None:
    """Draw meridians and parallels, light, below the data."""
    page.path(line_path(list(graticule.lines)), line=colour("graticule"), width=size("graticule_line"), clip=clip)


def draw_edge(page: Page, graticule: Graticule, window: Extent) -> None:
    """Draw the neat line, the ticks inside it and the degrees outside."""
    inward = {"bottom": (0, 1), "top": (0, -1), "left": (1, 0), "right": (-1, 0)}
    length = size("tick")
    ticks = [
        np.array([(tick.x, tick.y), (tick.x + inward[tick.edge][0] * length, tick.y + inward[tick.edge][1] * length)])
        for tick in graticule.ticks
    ]
    page.path(line_path(ticks), line=colour("ink"), width=size("frame_line"))
    page.box(window, line=colour("ink"), width=size("neat_line"))
    points = size("graticule_text")
    for tick in spaced(graticule.ticks, lambda text: text_width(text, points), (page.width, page.height)):
        _degrees(page, tick, window, points)


def _degrees(page: Page, tick: Tick, window: Extent, points: float) -> None:
    left, bottom, right, top = window
    if tick.edge in ("bottom", "top"):
        write(page, tick.text, (tick.x, bottom / 2 if tick.edge == "bottom" else (top + page.height) / 2), points)
    else:
        write(page, tick.text, (left / 2 if tick.edge == "left" else (right + page.width) / 2, tick.y), points, turn=90)


def bar_size(bar: Bar) -> tuple[float, float]:
    """Return the room a scale bar takes, mm."""
    text = size("bar_text") / POINTS
    return bar.length + 7 * text, 2.6 * text + size("bar_height") + 1.2


def draw_bar(page: Page, bar: Bar, view: View, box: Extent, lang: str) -> None:
    """Draw a scale bar of alternating blocks, with its numbers and the scale, on white."""
    page.box(box, fill=colour("paper"))
    points, high = size("bar_text"), size("bar_height")
    text = points / POINTS
    left = (box[0] + box[2]) / 2 - bar.length / 2 - text
    bottom = box[1] + text * 1.3 + 0.3
    step = bar.length / bar.blocks
    for block in range(bar.blocks):
        x = left + block * step
        shade = colour("ink") if block % 2 == 0 else colour("paper")
        page.box((x, bottom, x + step, bottom + high), fill=shade, line=colour("ink"), width=size("frame_line"))
    kilometres = bar.metres >= 1000
    for share in (0.0, 0.5, 1.0):
        number = bar.metres * share / (1000 if kilometres else 1)
        write(page, f"{number:,g}", (left + bar.length * share, bottom - text * 0.75), points)
    unit = say("drawing.kilometres" if kilometres else "drawing.metres", lang)
    behind = text_width(f"{bar.metres / (1000 if kilometres else 1):,g}", points) / 2 + text
    write(page, unit, (left + bar.length + behind, bottom - text * 0.75), points)
    scale = say("drawing.scale", lang, scale=f"{view.scale:,}".replace(",", " "))
    write(page, scale, (left + bar.length / 2, bottom + high + text * 0.75), points)


def arrow_size(page: Page) -> tuple[float, float]:
    """Return the room a north arrow takes, mm."""
    high = size("arrow_small" if min(page.width, page.height) < size("small_frame") else "arrow_height")
    return high * 0.75, high


def arrow_outline(angle: float, middle: tuple[float, float], high: float) -> _Floats:
    """Return the corners of an arrow that points ``angle`` degrees clockwise from the page's upward, the tip first.

    Examples
    --------
    >>> arrow_outline(90.0, (10.0, 10.0), 4.0)[0].round(6).tolist()
    [12.0, 10.0]
    """
    turn = np.radians(angle)
    way = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    return np.asarray(_ARROW * high @ way + middle)


def draw_arrow(page: Page, view: View, box: Extent, lang: str) -> None:
    """Draw an arrow that points along the meridian at its own place, one half black, and the letter at its tip."""
    page.box(box, fill=colour("paper"))
    points = size("bar_text") + 1
    letter = points / POINTS * _LETTER
    high = box[3] - box[1] - letter - 0.6
    middle = (box[0] + box[2]) / 2, box[1] + 0.4 + high / 2
    angle = north_angle(view, middle)
    corners = arrow_outline(angle, middle, high)
    page.path(ring_path(corners), fill=colour("paper"), line=colour("ink"), width=size("frame_line"), joinstyle="miter")
    page.path(ring_path(corners[:3]), fill=colour("ink"), line=colour("ink"), width=size("frame_line"))
    away = high / 2 + letter / 2
    turn = np.radians(angle)
    at = middle[0] + away * float(np.sin(turn)), middle[1] + away * float(np.cos(turn))
    write(page, say("drawing.north", lang), at, points, turn=-angle)
