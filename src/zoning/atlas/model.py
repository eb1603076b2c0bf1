"""What stands on the pages of an atlas, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zoning.cards import UnitCard
from zoning.cartography import Entry, Extent, Panel

__all__ = ["Absent", "Drawn", "Frame", "Imprint", "Label", "Plate", "Table", "Wanted"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows beside or behind a map; what does not fit flows to further pages, no row is lost.

    ``numeric`` are the columns set to the right.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Plate:
    """One sheet (图幅).

    Attributes
    ----------
    id : str
        ``unit_class``, ``emission.CO2`` … or ``unit:ZH…`` for a fact sheet; unique in an atlas.
    group : str
        Bookmark it stands under.
    title, subtitle : str
        图名; what is shown, in one line (year, unit).
    panels : tuple of Panel
        One large frame, or several small ones side by side.
    notes : tuple of str
        How to read it; thresholds with their status.
    sources : tuple of str
        Sources and years of the data on the sheet.
    approvals : tuple of str
        审图号 of the base layers on the sheet.
    tables : tuple of Table
        Beneath or behind the map.
    card : UnitCard or None
        What a fact sheet tells.
    """

    id: str
    group: str
    title: str
    subtitle: str = ""
    panels: tuple[Panel, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    card: UnitCard | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """A sheet that could not be made, and what is missing for it; listed behind the contents."""

    id: str
    title: str
    missing: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Room for one panel on a page, mm; ``locator`` is the side of the inset in its corner, 0 for none."""

    width: float
    height: float
    locator: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text on the map: its box in mm from the lower left corner of the frame, and whether a line leads to it."""

    text: str
    box: Extent
    led: bool = False


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What the drawing of one panel came to, for the margins of the sheet and for tests.

    Attributes
    ----------
    page : int
        Page of the file of panels, from 1.
    width, height : float
        Size of the drawing, mm.
    scale : int
        1 : scale, true at the centre of the frame.
    legend : mapping of str to tuple of Entry
        Title of a layer with its unit → classes that are in the frame, in the order of the legend.
    labels : tuple of Label
        Texts on the map.
    unlabelled : tuple of str
        Labels there was no place for; they go into a table.
    crs : str
        Plane the map is drawn in; a system of degrees is drawn in a plane of its datum.
    """

    page: int
    width: float
    height: float
    scale: int
    legend: Mapping[str, tuple[Entry, ...]]
    labels: tuple[Label, ...]
    unlabelled: tuple[str, ...]
    crs: str = ""


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What every sheet says in its margin."""

    study: str
    title: str
    mark: str
    compiler: str
    date: str
    version: str
    status: str
    approval: str
    edition: str
    crs: str
    sign_off: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    lang: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of an atlas is wanted.

    Attributes
    ----------
    sheets : tuple of str
        Ids of sheets, ``unit:CODE`` for a fact sheet; empty for all.
    units : tuple of str or None
        Codes of units that get a fact sheet; None for what the study says.
    fonts : tuple of Path
        Font files with characters that ours lack, before those of the study.
    """

    sheets: tuple[str, ...] = ()
    units: tuple[str, ...] | None = None
    fonts: tuple[Path, ...] = ()
