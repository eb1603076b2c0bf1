"""How space is divided: control units, element zones, emitters and grids. A value that exists is valid."""

from zoning.supports.curved import AnyGrid, CurvedGrid, grid_of
from zoning.supports.frames import ControlUnits, ElementZones, Emitters
from zoning.supports.grid import Grid

__all__ = ["AnyGrid", "ControlUnits", "CurvedGrid", "ElementZones", "Emitters", "Grid", "grid_of"]
