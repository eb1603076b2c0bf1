"""True areas of the cells of regular grids: against polygons on the ellipsoid, and in parts."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine

from zoning.crs import GEOD, transformer
from zoning.intake import Window
from zoning.supports import Grid

GRIDS = {
    "Gauss-Krüger": ("EPSG:4549", Affine(500, 0, 400_000, 0, -500, 2_800_000)),
    "Gauss-Krüger, south up": ("EPSG:4549", Affine(500, 0, 400_000, 0, 500, 2_700_000)),
    "UTM": ("EPSG:32650", Affine(30, 0, 200_000, 0, -30, 3_800_000)),
    "Web Mercator": ("EPSG:3857", Affine(3000, 0, 13_000_000, 0, -3000, 4_000_000)),
    "equal-area": ("EPSG:6933", Affine(1000, 0, 11_000_000, 0, -1000, 3_000_000)),
    "coarser than a lattice": ("EPSG:3857", Affine(120_000, 0, 13_000_000, 0, -120_000, 4_000_000)),
}


@pytest.mark.parametrize("name", GRIDS)
def test_cells_are_as_large_as_their_polygons_on_the_ellipsoid(name: str) -> None:
    crs, transform = GRIDS[name]
    grid = Grid(crs, transform, (3, 4))
    degrees = pyproj.CRS(grid.crs.geodetic_crs)
    for row, col in ((0, 0), (2, 3)):
        x, y = transform.c + col * transform.a, transform.f + row * transform.e
        box = shapely.segmentize(shapely.box(x, y, x + transform.a, y + transform.e), transform.a / 200)
        lon, lat = transformer(grid.crs, degrees).transform(*shapely.get_coordinates(box).T)
        area = abs(GEOD.polygon_area_perimeter(lon, lat)[0])
        assert grid.cell_area[row, col] == pytest.approx(area, rel=1e-7)


@pytest.mark.parametrize("name", GRIDS)
def test_a_part_of_a_grid_has_the_very_areas_of_the_whole(name: str) -> None:
    crs, transform = GRIDS[name]
    grid = Grid(crs, transform, (230, 310))
    again = Grid(crs, transform, (230, 310))
    for window in (Window(0, 230, 0, 310), Window(7, 8, 3, 4), Window(100, 229, 151, 310)):
        part = again.areas_of(window)
        assert np.array_equal(part, grid.cell_area[window.row0 : window.row1, window.col0 : window.col1])


def test_degrees_have_one_area_a_row() -> None:
    grid = Grid("EPSG:4490", Affine(0.1, 0, 118, 0, -0.1, 25), (4, 5))
    assert grid.areas_of(Window(1, 3, 2, 5)).shape == (2, 1)
    assert np.array_equal(grid.areas_of(Window(1, 3, 2, 5)), grid.cell_area[1:3])
