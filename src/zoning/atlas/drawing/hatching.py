"""Hatches in millimetres: lines of exact spacing and angle over a whole window, cut off at the outline of shapes."""

from __future__ import annotations

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from zoning.atlas.drawing.ink import POINTS, Page, corners_of, line_path, size
from zoning.cartography.model import Extent
from zoning.symbology import HATCHES

__all__ = ["hatch_lines", "hatched"]

_Floats = NDArray[np.float64]


def hatched(page: Page, shapes: Path, hatch: str, line: str, clip: Extent) -> None:
    """Draw a hatch in the colour ``line`` inside a path (points), and inside the box ``clip`` (mm)."""
    corners = corners_of(shapes) / POINTS
    if not len(corners):
        return
    lowest, highest = corners.min(axis=0), corners.max(axis=0)
    box = (
        max(float(lowest[0]), clip[0]),
        max(float(lowest[1]), clip[1]),
        min(float(highest[0]), clip[2]),
        min(float(highest[1]), clip[3]),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    about = HATCHES[hatch]
    if about.angles:
        lines = [one for angle in about.angles for one in hatch_lines(box, angle, about.spacing)]
        page.path(line_path(lines), line=line, width=size("hatch_line"), clip=clip, within=shapes)
        return
    rows = [
        np.array([(np.floor(row[0, 0] / about.spacing) * about.spacing, row[0, 1]), row[1]])
        for row in hatch_lines(box, 0, about.spacing)
    ]
    dots = (0.0, (0.0, about.spacing * POINTS))  # dashes of no length with round ends
    page.path(
        line_path(rows),
        line=line,
        width=size("hatch_dot"),
        clip=clip,
        within=shapes,
        linestyle=dots,
        capstyle="round",
    )


def hatch_lines(box: Extent, angle: float, spacing: float) -> list[_Floats]:
    """Return parallel lines over a box: at ``angle`` degrees counter-clockwise from east, ``spacing`` mm apart.

    They are counted from the corner of the page, so that neighbouring shapes of one class are hatched through.
    """
    turn = np.radians(angle)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    corners = np.array([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])])
    away, forth = corners @ across, corners @ along
    numbers = np.arange(np.ceil(away.min() / spacing), np.floor(away.max() / spacing) + 1)
    start, end = forth.min() * along, forth.max() * along
    return [np.array([start + number * spacing * across, end + number * spacing * across]) for number in numbers]
