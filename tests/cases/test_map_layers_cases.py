"""Grids, hot spots and base layers of the map: right places, right classes, and what is said of them."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import Transformer
from tests.cases.nine_units import nine_units

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.supports import BaseLayer, Grid
from zoning.symbology import packaged_look
from zoning.tables import numbers
from zoning.webmap.coloured import places_of
from zoning.webmap.contents import contents
from zoning.webmap.grids import grid_layers
from zoning.webmap.overlays import over_layers
from zoning.webmap.pictures import palette_picture

WEST, NORTH = 350_000.0, 2_752_000.0  # the nine units: 12 km by 12 km
BOUNDS = (118.515, 24.756, 118.636, 24.868)


def read_png(uri):
    """Return the palette indices and the palette of a PNG with filter 0."""
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    chunks, at = {}, 8
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + size]
        at += 12 + size
    cols, rows = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(rows, cols + 1)
    return lines[:, 1:], chunks


def field(values, sector="industry", year=2020, **about):
    rows, cols = values.shape
    grid = Grid("EPSG:4549", Affine(12_000 / cols, 0, WEST, 0, -12_000 / rows, NORTH), (rows, cols))
    given = {"species": "CO2", "unit": "t", "kind": Kind.TOTAL, "basis": "CO2", "source": "某清单"} | about
    return Field(grid=grid, blocks=ArrayBlocks(values), sector=sector, year=year, **given)


def with_fields(*fields):
    return replace(nine_units(), fields=fields)


def test_a_picture_holds_the_colours_and_is_clear_elsewhere():
    pixels, chunks = read_png(palette_picture(np.array([[0, 1], [-1, 0]], dtype=np.int16), ["#FF0000", "#00FF00"]))
    assert pixels.tolist() == [[0, 1], [2, 0]]
    assert chunks[b"PLTE"][:6] == b"\xff\x00\x00\x00\xff\x00"
    assert chunks[b"tRNS"] == b"\xff\xff\x00"


def test_cells_are_coloured_by_density_and_sectors_are_added():
    # cells of 16 km2: 16 kt industry + 16 kt power = 2,000 t km-2 yr-1 in the north-west, no data in the south-east
    industry, power = np.full((3, 3), 16_000.0), np.full((3, 3), np.nan)
    power[0, 0], industry[2, 2] = 16_000.0, np.nan
    made = grid_layers(with_fields(field(industry), field(power, "power")), BOUNDS)
    total, *sectors = made.groups
    assert [one["title"] for one in made.groups] == ["CO₂（各部门合计）", "CO₂（工业）", "CO₂（电力热力）"]
    counts = {entry["label"]: entry["count"] for entry in total["layers"][0]["entries"]}
    assert counts == {"1,000–3,000": 8}, "1,000 t km-2 yr-1 of the others is in the same class; one cell has no data"
    assert {entry["label"]: entry["count"] for entry in sectors[1]["layers"][0]["entries"]} == {"1,000–3,000": 1}
    assert "某清单" in total["layers"][0]["note"]


def test_the_picture_lies_where_the_cells_are():
    values = np.full((24, 24), 250_000.0)  # 1e6 t km-2 yr-1
    values[5, 17] = 0.0
    layer = grid_layers(with_fields(field(values)), BOUNDS).groups[0]["layers"][0]
    made = grid_layers(with_fields(field(values)), BOUNDS).parts[layer["part"]]
    pixels, _ = read_png(made["picture"])
    to_mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (south, west), (north, east) = layer["bounds"]
    (x0, x1), (y0, y1) = to_mercator.transform([west, east], [south, north])
    cell = WEST + 17.5 * 500, NORTH - 5.5 * 500
    x, y = Transformer.from_crs("EPSG:4549", "EPSG:3857", always_xy=True).transform(*cell)
    col, row = int((x - x0) / (x1 - x0) * pixels.shape[1]), int((y1 - y) / (y1 - y0) * pixels.shape[0])
    low = pixels[row, col]
    found = np.argwhere(pixels == low)
    assert 4 <= len(found) <= 16, "one cell of 24 by 24, three pixels a side"
    assert np.abs(found.mean(axis=0) - [row, col]).max() <= 1.0


def test_years_are_layers_of_one_grid_and_totals_come_first(monkeypatch):
    fields = [field(np.full((3, 3), 9e5), sector, year) for year in (2018, 2020) for sector in ("industry", "power")]
    made = grid_layers(with_fields(*fields), BOUNDS)
    assert [layer["year"] for layer in made.groups[0]["layers"]] == [2018, 2020]
    assert made.groups[0]["first"] == 1
    assert not made.left_out
    limits = dict(numbers("map_settings")) | {"grid_bytes": 1.0}
    monkeypatch.setattr("zoning.webmap.grids.numbers", lambda _: limits)
    small = grid_layers(with_fields(*fields), BOUNDS)
    assert [layer["year"] for layer in small.groups[0]["layers"]] == [2020]
    assert small.left_out[0] == "CO₂（各部门合计，2018 年）"


def test_many_cells_are_drawn_as_one_with_their_common_density(monkeypatch):
    limits = dict(numbers("map_settings")) | {"grid_cells": 9.0}
    monkeypatch.setattr("zoning.webmap.grids.numbers", lambda _: limits)
    values = np.zeros((6, 6))
    values[0, 0] = 64_000.0  # over four cells of 4 km2: 4,000 t km-2 yr-1
    layer = grid_layers(with_fields(field(values)), BOUNDS).groups[0]["layers"][0]
    assert {entry["label"]: entry["count"] for entry in layer["entries"]} == {"3,000–10,000": 1, "0–300": 8}
    assert "2 × 2" in layer["note"]


def test_a_grid_elsewhere_and_an_alternative_series_are_not_shown():
    far = field(np.ones((3, 3)))
    far = replace(far, grid=Grid("EPSG:4490", Affine(0.1, 0, 80.0, 0, -0.1, 40.0), (3, 3)))
    assert grid_layers(with_fields(far), BOUNDS).groups == ()
    both = with_fields(field(np.full((3, 3), 9e5)), field(np.full((3, 3), 1.0), series="other"))
    assert len(grid_layers(both, BOUNDS).groups) == 1


def test_numbers_fall_into_the_classes_of_the_table():
    limits = packaged_look().class_limits("density.CO2")
    values = np.array([-1.0, 0.0, 299.9, 300.0, 1e9, np.nan])
    names = [limit.label() for limit in reversed(limits)] + ["无数据"]
    assert [names[place] for place in places_of(values, limits)] == [
        "< 0", "0–300", "0–300", "300–1,000", "≥ 100,000", "无数据",
    ]  # fmt: skip


def test_hot_spots_are_outlined_cells_by_share():
    cells = pd.DataFrame(
        {
            "cell": ["175/1371", "176/1372", "177/1373"],
            "side_m": 2000.0,
            "double_high_low": [True, False, False],
            "double_high": [True, True, False],
            "double_high_high": [True, True, False],
        }
    )
    result = replace(nine_units(), inventory=SimpleNamespace(evaluation={"double_high_cells": cells}))
    layer = next(one for one in over_layers(result) if one.id == "hot_spots")
    assert [(entry.key, entry.count, entry.fill) for entry in layer.entries] == [("STRICT", 1, ""), ("HIGH", 1, "")]
    assert layer.packed["keys"] == "01"
    assert len(layer.packed["shapes"]) == 2
    assert "2000 m" in layer.note


def base(role, shapes, labels=None):
    frame = gpd.GeoDataFrame({"label": labels or [""] * len(shapes)}, geometry=shapes, crs="EPSG:4549")
    return BaseLayer(role, f"图层{role}", "GS(2024)0001号", "某测绘院", frame)


def test_base_layers_carry_their_approval_and_lie_under_or_over():
    sea = base("sea", [shapely.box(360_000, 2_740_000, 370_000, 2_750_000)])
    road = base("road", [shapely.LineString([(350_000, 2_741_000), (362_000, 2_749_000)])])
    place = base("place", [shapely.Point(352_000, 2_742_000), shapely.Point(356_000, 2_746_000)], ["甲镇<b>", ""])
    layers = [one for one in over_layers(replace(nine_units(), bases=(sea, road, place))) if one.group == "base"]
    assert [(one.kind, one.pane, one.filled, one.shown) for one in layers] == [
        ("area", "under", True, True),
        ("line", "over", False, True),
        ("places", "over", False, True),
    ]
    assert all("GS(2024)0001号" in one.note for one in layers)
    assert [one["label"] for one in layers[2].packed["places"]] == ["甲镇<b>"]
    assert layers[1].packed["open"] is True
    remarks = contents(replace(nine_units(), bases=(sea,))).configuration["remarks"]
    assert not any("没有底图" in text for text in remarks)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_grids_and_bases_nothing_is_offered(lang):
    known = contents(nine_units(), lang).configuration
    assert known["grids"] == []
    assert known["emitters"] is None
    assert {one["group"] for one in known["overlays"]} == {"zones"}
