"""Emitters on the map: one circle per enterprise and place, sized by known CO2, never by a guess."""

from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from tests.cases.nine_units import HOSTILE, nine_units

from zoning.supports import Emitters
from zoning.tables import numbers
from zoning.webmap import render_map
from zoning.webmap.emitters import emitter_layer

ROWS = [
    ("A", "大厂", "coal", 250_000.0, 118.0),
    ("A", "大厂", "process", 20_000.0, 118.0),
    ("B", HOSTILE, "gas", 26_000.0, 118.1),
    ("C", "小厂", "gas", 25_999.0, 118.2),
    ("D", "未知", "", math.nan, 118.3),
]


def with_emitters(rows=ROWS, counted=True):
    frame = pd.DataFrame(rows, columns=["emitter", "name", "fuel", "CO2", "lon"])
    frame = frame.assign(industry="3011", sector="industry", year=2020, in_grid="no", record=frame.index.astype(str))
    points = shapely.points(frame.pop("lon"), 24.5)
    emitters = Emitters(gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4490"), ("CO2",), counted=counted)
    return replace(nine_units(), emitters=emitters)


def test_one_circle_per_enterprise_largest_first_by_steps_of_the_table():
    layer = emitter_layer(with_emitters())
    assert [point["name"] for point in layer.points] == ["大厂", HOSTILE, "小厂", "未知"]
    radii = [point["radius"] for point in layer.points]
    assert radii[0] > radii[1] > radii[2]
    assert [point["known"] for point in layer.points] == [True, True, True, False]
    assert layer.points[0]["at"] == pytest.approx((24.5, 118.0), abs=1e-6)
    assert ("CO₂", "270,000\N{NO-BREAK SPACE}t/a") in layer.points[0]["lines"]
    assert ("CO₂", "无数据") in layer.points[3]["lines"], "unknown is not 0"
    assert {size["label"]: size["count"] for size in layer.sizes}["CO₂ 未知"] == 1
    assert sum(size["count"] for size in layer.sizes) == 4


def test_what_is_not_drawn_is_said(monkeypatch):
    limits = dict(numbers("limits")) | {"page_points": 2.0}
    monkeypatch.setattr("zoning.webmap.emitters.numbers", lambda name: limits if name == "limits" else numbers(name))
    layer = emitter_layer(with_emitters())
    assert len(layer.points) == 2
    assert "另有 2 家" in layer.note


def test_context_points_are_said_to_be_in_no_sum():
    assert "不计入" in emitter_layer(with_emitters(counted=False)).note


def test_hostile_names_stay_text_and_order_of_rows_does_not_matter():
    page = render_map(with_emitters())
    assert "<script>alert(1)" not in page
    assert render_map(with_emitters(ROWS[::-1])) == page


def test_without_emitters_there_is_no_layer():
    assert emitter_layer(replace(nine_units(), emitters=None)) is None
