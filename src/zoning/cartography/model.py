"""What a map shows, as values: layers with the class of every shape, and panels of layers. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from zoning.supports import AnyGrid

__all__ = ["Areas", "Cells", "Entry", "Extent", "Layer", "Lines", "Panel", "Points"]

Extent = tuple[float, float, float, float]
"""West, south, east, north in the coordinate system of the panel."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend: how one class looks, and how many shapes are of it.

    Attributes
    ----------
    key, label : str
        Class of the theme; its text.
    fill, outline, hatch : str
        As in :class:`zoning.symbology.Symbol`.
    count : int
        Shapes of this class in the whole result.
    size : float
        Diameter (mm) of a point on paper; 0 for areas and lines.
    """

    key: str
    label: str
    fill: str
    outline: str
    hatch: str = ""
    count: int = 0
    size: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Areas:
    """Polygons coloured by class: a partition, or zones that lie over one (outline and hatch only).

    Attributes
    ----------
    theme, title, unit : str
        ``decision``, ``zones.air``, ``density.CO2`` …; title of the legend; unit of measure as readers write it.
    shapes : ndarray of shapely geometries
        In the coordinate system of the panel.
    keys : tuple of str
        Class of each shape, a key of ``entries``.
    entries : tuple of Entry
        Classes in the order of the legend, ``NO_DATA`` last if any shape has no value.
    labels : tuple of str
        What may be written on each shape; empty writes nothing.
    filled : bool
        False draws outline and hatch alone, so that two themes never mix their fills.
    """

    theme: str
    title: str
    shapes: NDArray[np.object_]
    keys: tuple[str, ...]
    entries: tuple[Entry, ...]
    unit: str = ""
    labels: tuple[str, ...] = ()
    filled: bool = True


@dataclass(frozen=True, kw_only=True)
class Points:
    """Places with a class each; ``places`` is (n, 2): x and y in the coordinate system of the panel."""

    theme: str
    title: str
    places: NDArray[np.float64]
    keys: tuple[str, ...]
    entries: tuple[Entry, ...]
    unit: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines of one look: borders, rivers, roads."""

    theme: str
    title: str
    shapes: NDArray[np.object_]
    entry: Entry
    width: float = 0.3
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Cells of a grid coloured by class; they lie where the grid says, whatever its coordinate system.

    Attributes
    ----------
    grid : Grid or CurvedGrid
        The cells.
    classes : ndarray of int16, (rows, cols)
        Index into ``entries``; -1 draws nothing.
    entries : tuple of Entry
        Classes in the order of the legend.
    """

    theme: str
    title: str
    grid: AnyGrid
    classes: NDArray[np.int16]
    entries: tuple[Entry, ...]
    unit: str = ""


Layer = Areas | Points | Lines | Cells


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One map frame.

    Attributes
    ----------
    layers : tuple of Layer
        Lowest first.
    crs : CRS
        Of shapes and extent.
    extent : Extent
        What must be seen; the frame shows at least this.
    title : str
        Above the frame where a sheet has several.
    around : ndarray of shapely geometries or None
        Shapes of the whole region, for the locator; without them it shows the largest layer of the panel.
    """

    layers: tuple[Layer, ...]
    crs: CRS
    extent: Extent
    title: str = ""
    around: NDArray[np.object_] | None = None
