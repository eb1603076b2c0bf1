"""How space is divided: control units, element zones, emitters and grids. A value that exists is valid."""

from zoning.supports.base_layers import BaseLayer
from zoning.supports.cells import CellGrid
from zoning.supports.curved import CurvedGrid
from zoning.supports.frames import ControlUnits, ElementZones, Emitters
from zoning.supports.grid import Grid
from zoning.supports.under import AnyGrid, grid_of

__all__ = [
    "AnyGrid",
    "BaseLayer",
    "CellGrid",
    "ControlUnits",
    "CurvedGrid",
    "ElementZones",
    "Emitters",
    "Grid",
    "grid_of",
]
