"""Residuals over declared proxies: inside the units they add up to the residual, and nowhere is anything guessed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from shapely.geometry import box

from zoning.field import Origin
from zoning.inventory import Spread
from zoning.overlay import Laying
from zoning.pipeline.spreading import spread_fields
from zoning.study import parse_study
from zoning.supports import ControlUnits


def units():
    """Two units over the left three columns of a grid of 2 × 4 cells of 0.1 degrees."""
    frame = gpd.GeoDataFrame(
        {"code": ["A", "B"], "name": ["甲", "乙"], "unit_class": "KEY", "admin_code": "990101"},
        geometry=[box(120.0, 30.0, 120.2, 30.2), box(120.2, 30.0, 120.3, 30.2)],
        crs="EPSG:4490",
    )
    return ControlUnits(frame)


def proxy(folder, values, nodata=None):
    profile = {"driver": "GTiff", "height": 2, "width": 4, "count": 1, "dtype": "float64", "crs": "EPSG:4490",
               "transform": Affine(0.1, 0.0, 120.0, 0.0, -0.1, 30.2), "nodata": nodata}  # fmt: skip
    with rasterio.open(folder / "proxy.tif", "w", **profile) as out:
        out.write(np.asarray(values, dtype=float), 1)


def study(folder, sector="industry"):
    inventory = {
        "crs": "EPSG:4490", "in_grid": "no", "series": "industry-guides",
        "tables": [{"kind": "energy_balance", "path": "balance.xlsx"}],
        "spread": [{"sector": sector, "proxy": "proxy.tif", "name": "夜间灯光"}],
    }  # fmt: skip
    return parse_study(
        {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "u"},
         "inventory": inventory}, folder,
    )  # fmt: skip


def spread(tonnes=100.0, state="spread"):
    row = {"sector": "industry", "species": "CO2", "year": 2020, "t": tonnes, "proxy": "proxy.tif", "name": "",
           "state": state, "fuels": "bituminous"}  # fmt: skip
    return Spread(pd.DataFrame([row]))


def carried(folder, tonnes=100.0, state="spread"):
    return spread_fields(study(folder), units(), spread(tonnes, state), Laying())


def test_cells_inside_the_units_add_up_to_the_residual(tmp_path):
    proxy(tmp_path, [[1, 1, 2, 50], [0, 2, 4, 50]])  # the last column lies outside: its 100 carry nothing of it
    judged = carried(tmp_path)
    (field,) = judged.value
    assert (field.species, field.sector, field.year, field.origin) == ("CO2", "industry", 2020, Origin.SPREAD)
    assert field.proxy == "夜间灯光", "what the mass was spread by is printed wherever it is used"
    shapes = units().frame.set_index("code").geometry
    sums = Laying().cover(shapes, field.grid).total(field).iloc[:, 0]
    assert sums["A"] == pytest.approx(40.0)  # (1 + 1 + 0 + 2) of 10
    assert sums["B"] == pytest.approx(60.0)


def test_what_is_not_declared_stays_a_residual_row(tmp_path):
    proxy(tmp_path, np.ones((2, 4)))
    judged = carried(tmp_path, state="residual")
    assert judged.value == ()
    assert [str(one.code) for one in judged.findings] == ["EVIDENCE_MISSING"], "and it is said, not passed over"


def test_a_residual_of_nothing_makes_no_field(tmp_path):
    proxy(tmp_path, np.ones((2, 4)))
    assert carried(tmp_path, tonnes=0.0).value == ()


@pytest.mark.parametrize("values", [np.zeros((2, 4)), np.full((2, 4), -9.0), [[0, 0, 0, 5], [0, 0, 0, 5]]])
def test_a_proxy_that_is_nothing_in_the_units_is_refused(tmp_path, values):
    proxy(tmp_path, values, nodata=-9.0)
    judged = carried(tmp_path)
    assert judged.value == ()
    assert judged.faulty
    assert "proxy.tif" in " ".join(one.message_zh for one in judged.findings)


def test_negative_cells_of_a_proxy_are_refused(tmp_path):
    proxy(tmp_path, [[1, 1, 1, 1], [1, -1, 1, 1]])
    assert [str(one.code) for one in carried(tmp_path).findings if str(one.severity) == "error"] == ["NEGATIVE_CELLS"]


def test_a_missing_proxy_is_a_finding(tmp_path):
    judged = carried(tmp_path)
    assert [str(one.code) for one in judged.findings] == ["PATH_MISSING"]


def test_a_sector_that_has_a_grid_of_the_base_year_is_refused(tmp_path):
    proxy(tmp_path, np.ones((2, 4)))
    own = carried(tmp_path).value
    judged = spread_fields(study(tmp_path), units(), spread(), Laying(), own)
    assert judged.value == ()
    assert judged.faulty, "grid and residual would count the same sector twice"
