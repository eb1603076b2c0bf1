"""A hand-made region of four square units on a 4 × 4 grid, small enough to add up in the head."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.supports import ControlUnits, ElementZones, Emitters, Grid

CRS = "EPSG:4549"
GRID = Grid(CRS, Affine(500, 0, 500_000, 0, -500, 2_752_000), (4, 4))
CODES = ("ZH99010120001", "ZH99010120002", "ZH99010210001", "ZH99010230001")
CLASSES = ("KEY", "KEY", "PRIORITY", "GENERAL")


def square(x, y, size=1000):
    """Square with its lower left corner x, y cells of 500 m from the grid's lower left corner."""
    return shapely.box(500_000 + 500 * x, 2_750_000 + 500 * y, 500_000 + 500 * x + size, 2_750_000 + 500 * y + size)


def units(order=(0, 1, 2, 3)):
    """Four units of 2 × 2 cells each, in any order of rows."""
    shapes = [square(0, 2), square(2, 2), square(0, 0), square(2, 0)]
    frame = {
        "code": [CODES[i] for i in order],
        "name": [f"示例单元{i}" for i in order],
        "unit_class": [CLASSES[i] for i in order],
        "admin_code": [CODES[i][2:8] for i in order],
    }
    return ControlUnits(gpd.GeoDataFrame(frame, geometry=[shapes[i] for i in order], crs=CRS))


def field(values, species="CO2", sector="industry", **further):
    """A layer of t per cell."""
    values = np.asarray(values, dtype=np.float64)
    settings = {"unit": "t", "kind": Kind.TOTAL, "basis": species if species != "NOx" else "NO2", "source": "hand"}
    return Field(grid=GRID, blocks=ArrayBlocks(values), species=species, sector=sector, year=2020, **settings | further)


def emitters(rows):
    """Emitters from rows (name, x, y in metres from the lower left corner, in_grid, CO2)."""
    frame = {
        "record": [f"r{i}" for i in range(len(rows))],
        "emitter": [row[0] for row in rows],
        "name": [row[0] for row in rows],
        "industry": ["3011"] * len(rows),
        "sector": ["industry"] * len(rows),
        "fuel": ["coal"] * len(rows),
        "activity": [1.0] * len(rows),
        "activity_unit": ["t"] * len(rows),
        "energy_tce": [np.nan] * len(rows),
        "year": [2020] * len(rows),
        "in_grid": [row[3] for row in rows],
        "CO2": [row[4] for row in rows],
    }
    points = [shapely.Point(500_000 + row[1], 2_750_000 + row[2]) for row in rows]
    return Emitters(gpd.GeoDataFrame(frame, geometry=points, crs=CRS), ("CO2",))


def zone(element, subtype, shape, code="YS9901012540001"):
    """One zone."""
    frame = {"code": [code], "name": ["示例分区"], "subtype": [subtype]}
    return ElementZones(element, gpd.GeoDataFrame(frame, geometry=[shape], crs=CRS))
