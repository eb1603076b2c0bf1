"""A page that is drawn on in millimetres, one thing after the other, the last on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

from zoning.atlas.drawing.stencils import Recording, Replay, Stamps, Stencils
from zoning.cartography.model import Extent
from zoning.tables import numbers, read

__all__ = ["POINTS", "Page", "colour", "corners_of", "line_path", "ring_path", "shape_path", "size"]

_Floats = NDArray[np.float64]
POINTS = 72 / 25.4
"""Points in a millimetre."""
_DIGITS = 2  # of a point: 0.0035 mm
_SHAPE_DIGITS = 1  # 0.035 mm, a third of what shapes are eased by


def size(name: str) -> float:
    """Return a size of the table ``drawing_settings``."""
    return numbers("drawing_settings")[name]


def colour(name: str) -> str:
    """Return a colour of the table ``drawing_colours``."""
    return _colours()[name]


@cache
def _colours() -> Mapping[str, str]:
    return MappingProxyType({row["id"]: row["value"] for row in read("drawing_colours")})


class Page:
    """One page of a file; paths are in points already, everything else in millimetres."""

    def __init__(self, width: float, height: float, stencils: Stencils) -> None:
        self.width, self.height, self.stencils = width, height, stencils
        self.artists: list[Artist] = []
        self.figure = Figure(
            dpi=72, figsize=(width / 25.4, height / 25.4), facecolor="none", edgecolor="none", linewidth=0
        )

    def add(self, artist: Artist, clip: Extent | None = None, within: Path | None = None) -> None:
        """Put something on top, cut off at a box (mm) and at a path (points)."""
        artist.set_transform(IdentityTransform())
        artist.set_zorder(len(self.artists))
        self.figure.add_artist(artist)
        self.artists.append(artist)
        if clip is not None:
            artist.set_clip_box(Bbox.from_extents(*(value * POINTS for value in clip)))
        if within is not None:
            artist.set_clip_path(within, IdentityTransform())

    def path(
        self,
        path: Path,
        *,
        fill: str = "",
        line: str = "",
        width: float = 0.0,
        clip: Extent | None = None,
        **style: object,
    ) -> None:
        """Draw a path: ``fill`` and ``line`` are colours, empty for none; ``width`` is in mm."""
        if not len(corners_of(path)) or not (fill or line):
            return
        style = {"joinstyle": "round", "capstyle": "butt", **style}
        within = style.pop("within", None)
        patch = PathPatch(
            path, facecolor=fill or "none", edgecolor=line or "none", linewidth=width * POINTS if line else 0, **style
        )
        self.add(patch, clip, within if isinstance(within, Path) else None)

    def stamp(
        self,
        paths: Sequence[Path],
        look: tuple[str, str, float],
        clip: Extent | None = None,
        places: _Floats | None = None,
    ) -> None:
        """Draw paths that other pages of the file show too; ``look`` is fill, line and the width of the line, mm."""
        fill, line, width = look
        if len(paths) and (fill or line):
            self.add(Stamps(self.stencils, paths, (fill, line, width * POINTS), places), clip)

    def recorded(self, draw: Callable[[Page], None]) -> Recording:
        """Return what ``draw`` puts on a page of this size, to be put on several pages by :meth:`replay`."""
        page = Page(self.width, self.height, self.stencils)
        draw(page)
        return Recording(page.artists)

    def replay(self, recording: Recording) -> None:
        """Put a recording on top."""
        self.add(Replay(recording))

    def box(self, box: Extent, *, fill: str = "", line: str = "", width: float = 0.0) -> None:
        """Draw a rectangle."""
        left, bottom, right, top = box
        corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        self.path(ring_path(corners), fill=fill, line=line, width=width, joinstyle="miter")


def corners_of(path: Path) -> _Floats:
    """Return the vertices of a path."""
    return np.asarray(path.vertices, dtype=np.float64)


def shape_path(shapes: NDArray[np.object_]) -> Path:
    """Return polygons (mm) as one path in points; rings of holes must run against their shells."""
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        return Path(np.empty((0, 2)))
    _, places, offsets = shapely.to_ragged_array(shapes, include_z=False)
    return _ringed(places, offsets[0], _SHAPE_DIGITS)


def _ringed(places: _Floats, ends: NDArray[np.int64], digits: int = _DIGITS) -> Path:
    codes = np.full(len(places), Path.LINETO, dtype=np.uint8)
    codes[ends[:-1]] = Path.MOVETO
    codes[ends[1:] - 1] = Path.CLOSEPOLY
    return Path(np.round(places * POINTS, digits), codes, closed=False)


def ring_path(corners: _Floats) -> Path:
    """Return one closed ring of corners (mm), the first not repeated, as a path in points."""
    return _ringed(np.vstack([corners, corners[:1]]), np.array([0, len(corners) + 1]))


def line_path(lines: list[_Floats]) -> Path:
    """Return open lines (mm) as one path in points."""
    if not lines:
        return Path(np.empty((0, 2)))
    places = np.vstack(lines)
    codes = np.full(len(places), Path.LINETO, dtype=np.uint8)
    codes[np.cumsum([0, *(len(line) for line in lines[:-1])])] = Path.MOVETO
    return Path(np.round(places * POINTS, _DIGITS), codes)
