"""Where things lie on a page: paper, margins, map frames, the room for the legend. Sizes are rows of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from zoning.atlas.model import Frame, Plate
from zoning.tables import numbers

__all__ = ["Orientation", "PageSize", "Paper", "atlas_setting", "columns_of", "frames_of", "page_size"]

Paper = Literal["A3", "A4"]
Orientation = Literal["landscape", "portrait"]
_DEGREES = 360.0  # an extent of larger numbers is one of a plane


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSize:
    """Sizes of a page in mm (``text``: pt).

    Attributes
    ----------
    width, height, margin : float
        Paper, and what is left free around.
    head, foot, gap : float
        Title above; sign-off block below, with ``foot_rows`` rows in all; between them and the body.
    aside : float
        Width of the legend beside the maps, or its height beneath them.
    beside : bool
        Whether the legend stands beside the maps.
    marks, number : float
        Width of the marks beside the title, and of the page number.
    text : float
        Size of the text, pt.
    """

    width: float
    height: float
    margin: float
    head: float
    foot: float
    foot_rows: int
    gap: float
    aside: float
    beside: bool
    marks: float
    number: float
    text: float

    @property
    def body(self) -> tuple[float, float]:
        """Width and height between title and sign-off block, mm."""
        free = self.height - 2 * (self.margin + self.gap) - self.head - self.foot
        return self.width - 2 * self.margin, free

    @property
    def maps(self) -> tuple[float, float]:
        """Width and height of the room for maps, mm."""
        width, height = self.body
        taken = self.aside + self.gap
        return (width - taken, height) if self.beside else (width, height - taken)


def atlas_setting(name: str) -> float:
    """Return a row of ``atlas_settings``.

    Examples
    --------
    >>> atlas_setting("A3.width")
    420.0
    """
    return numbers("atlas_settings")[name]


def page_size(paper: Paper, orientation: Orientation) -> PageSize:
    """Return the sizes of a page.

    Examples
    --------
    >>> page_size("A3", "landscape").maps, page_size("A4", "portrait").width
    ((315.0, 239.0), 210.0)
    """
    beside = orientation == "landscape"
    long, short = (atlas_setting(f"{paper}.{side}") for side in ("width", "height"))
    rows = 1 if beside else 2
    shared = ("margin", "head", "gap", "marks", "number", "text")
    return PageSize(
        width=long if beside else short,
        height=short if beside else long,
        foot=atlas_setting(f"{paper}.foot") * rows,
        foot_rows=rows,
        aside=atlas_setting(f"{paper}.{'aside' if beside else 'beneath'}"),
        beside=beside,
        **{name: atlas_setting(f"{paper}.{name}") for name in shared},
    )


def columns_of(plate: Plate, paper: Paper, orientation: Orientation) -> int:
    """Return how many map frames stand side by side: the number that shows them at the largest scale."""
    size = page_size(paper, orientation)
    return max(
        range(1, len(plate.panels) + 1), key=lambda columns: (_scale(plate, size, paper, columns), -columns), default=1
    )


def frames_of(plate: Plate, paper: Paper, orientation: Orientation) -> tuple[Frame, ...]:
    """Return the room of each panel: one large frame, a smaller one for a fact sheet, or a grid of equal ones.

    Only the first frame of a sheet has a locator inset: the others show the same place.
    """
    if not plate.panels:
        return ()
    size = page_size(paper, orientation)
    locator = atlas_setting(f"{paper}.locator")
    if plate.card is not None:
        width = min(atlas_setting(f"{paper}.fact_width"), size.body[0])
        return tuple(
            Frame(width, atlas_setting(f"{paper}.fact_height"), 0.0 if place else locator)
            for place in range(len(plate.panels))
        )
    columns = columns_of(plate, paper, orientation)
    width, height = _room(plate, size, paper, columns)
    if size.beside:
        width = _narrowed(plate, (width, height), atlas_setting(f"{paper}.aside_most") - size.aside, columns)
    inset = min(locator, 0.3 * width, 0.3 * height)
    return tuple(Frame(width, height, 0.0 if place else inset) for place in range(len(plate.panels)))


def _narrowed(plate: Plate, room: tuple[float, float], most: float, columns: int) -> float:
    """Return the width of frames without what the maps do not need, so that the legend and its tables have it.

    All frames of a row give no more than ``most``; a wide map gives nothing, and no map becomes smaller.
    """
    width, height = room
    widest = max(_shape(panel.extent) for panel in plate.panels)
    return max(width - most / columns, min(width, height * widest + atlas_setting("frame_room")))


def _shape(extent: tuple[float, float, float, float]) -> float:
    """Return width ÷ height of an extent on the ground; degrees of longitude are shorter than those of latitude."""
    west, south, east, north = extent
    middle = (south + north) / 2
    narrower = math.cos(math.radians(middle)) if max(map(abs, extent)) <= _DEGREES else 1.0
    return (east - west) * narrower / (north - south) if north > south else math.inf


def _room(plate: Plate, size: PageSize, paper: Paper, columns: int) -> tuple[float, float]:
    """Return width and height of each frame of a grid, with the line of its title taken off."""
    width, height = size.maps
    rows = -(-len(plate.panels) // columns)
    head = atlas_setting(f"{paper}.panel_title") if len(plate.panels) > 1 else 0.0
    return (
        (width - (columns - 1) * size.gap) / columns,
        (height - (rows - 1) * size.gap) / rows - head,
    )


def _scale(plate: Plate, size: PageSize, paper: Paper, columns: int) -> float:
    """Return millimetres of paper per unit of ground at which the widest panel still fits."""
    width, height = _room(plate, size, paper, columns)
    wide = max(panel.extent[2] - panel.extent[0] for panel in plate.panels)
    tall = max(panel.extent[3] - panel.extent[1] for panel in plate.panels)
    return min(width / wide if wide > 0 else float("inf"), height / tall if tall > 0 else float("inf"))
