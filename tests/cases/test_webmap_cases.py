"""The interactive map: complete in itself, equal for equal results, true to the ledger, safe with hostile names."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import folium
import numpy as np
import pytest
import shapely
from pyproj import CRS
from tests.cases.nine_units import CODES, HOSTILE, nine_units

from zoning.cartography.themes import codes_of, nearest_year
from zoning.errors import ZoningError
from zoning.ledger import Column, Ledger
from zoning.tables import read
from zoning.webmap import render_map
from zoning.webmap.geometry import FINEST, screen_shapes
from zoning.webmap.inline import POLICY, VENDORED, asset, inline_assets
from zoning.webmap.page import configuration, map_page

CJK = re.compile("[\u4e00-\u9fff]")


class Elements(HTMLParser):
    """Counts the elements of a page and keeps the text of its scripts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.scripts = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "script":
            self.scripts.append(data)


@pytest.fixture(scope="module")
def page():
    return render_map(nine_units())


@pytest.fixture(scope="module")
def known():
    return configuration(nine_units(), 1.0)


def theme(known, name):
    return next(one for one in known["themes"] if one["id"] == name)


def legend(known, name):
    return {entry["label"]: entry["count"] for entry in theme(known, name)["entries"]}


def test_the_same_result_gives_the_same_page_for_any_order_of_rows(page):
    assert render_map(nine_units(reverse=True)) == page


def test_nothing_is_asked_from_a_network(page):
    parsed = Elements(page)
    assert not [value for name, value in parsed.attributes if name in {"src", "href"}]
    assert ("content", POLICY) in parsed.attributes
    assert not re.search(r"url\((?!data:|#|[\"']?#)[^)]*\.(png|svg|gif|jpg)", page)
    assert "sourceMappingURL" not in page
    assert len(page.encode()) < 400_000


def test_the_licences_of_what_is_inside_go_with_it(page):
    assert asset("LICENSES.txt").decode().strip() in page
    assert "--" not in asset("LICENSES.txt").decode(), "it stands in a comment of the page"


def test_hostile_names_stay_text(page, known):
    parsed = Elements(page)
    assert "img" not in parsed.tags
    assert "textarea" not in parsed.tags
    assert "<script>alert(1)" not in page
    assert page.count("</script>") == parsed.tags.count("script") == 4
    assert "<title>示例市 &lt;/script&gt;&lt;b&gt;协同</title>" in page
    assert known["units"][3]["name"] == HOSTILE
    assert json.dumps(HOSTILE)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("'", "\\u0027") in page


def test_our_own_program_never_writes_markup():
    from importlib.resources import files

    program = files("zoning.webmap").joinpath("map.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", program)


def test_the_units_are_drawn_from_one_copy_of_their_shapes(page):
    shapes, _ = screen_shapes(nine_units().units.geometries, nine_units().units.crs)
    inner = shapes[4]["coordinates"][0][0]  # a corner that four squares share, each once as a ring starts and ends
    corner = f"[{inner[0]}, {inner[1]}]"
    expected = sum(json.dumps(shape["coordinates"]).count(corner) for shape in shapes)
    zones = sum(json.dumps(screen_shapes(zone.geometries, zone.crs)[0]).count(corner) for zone in nine_units().zones)
    assert page.count(corner) == expected + zones
    assert expected >= 4


def test_the_legend_counts_only_what_is_there(known):
    assert [one["id"] for one in known["themes"]][:4] == ["decision", "unit_class", "density.CO2", "carbon_state"]
    assert legend(known, "decision") == {
        "需要碳条款": 2, "需要提级": 1, "已覆盖": 1, "关注": 1, "暂无需行动": 3, "待定（缺证据）": 1,
    }  # fmt: skip
    assert legend(known, "carbon_state") == {
        "明确的碳条款": 2, "碳关联条款": 1, "仅能源条款": 1, "未涉及碳与能源": 4, "无数据": 1,
    }  # fmt: skip
    assert legend(known, "synergy_class") == {"重点协同单元": 1, "缺管控": 3, "低": 5}
    assert all(sum(legend(known, one["id"]).values()) == 9 for one in known["themes"])


def test_densities_are_mass_over_area_in_fixed_classes(known):
    # 16 km2 each: 1.6 Mt → 100,000; 320 kt → 20,000; 48 kt → 3,000; 160 kt → 10,000; 80 kt → 5,000; 4 kt → 250;
    # 1.6 kt → 100; 0.8 kt → 50 t km-2 yr-1; the last unit has no data
    assert legend(known, "density.CO2") == {
        "≥ 100,000": 1, "10,000–30,000": 2, "3,000–10,000": 2, "0–300": 3, "无数据": 1,
    }  # fmt: skip
    keys = theme(known, "density.CO2")["keys"]
    assert keys[0] == max(key for key in keys if key != "NO_DATA")
    assert keys[8] == "NO_DATA"
    assert theme(known, "density.CO2")["title"] == "CO₂ 排放密度（2020 年，t/(km²·a)）"
    assert legend(known, "uncovered")["无数据"] == 1


def test_every_class_a_unit_has_is_in_the_legend(known):
    for one in known["themes"]:
        assert set(one["keys"]) == {entry["key"] for entry in one["entries"]}


def test_a_click_tells_numbers_with_units(known):
    lines = dict(zip(known["lines"], known["units"][0]["values"], strict=True))
    blank = "\N{NO-BREAK SPACE}"
    assert lines["CO₂ 排放量（2020 年）"] == f"1,600,000{blank}t/a"
    assert lines["NOx 排放量（2020 年）"] == f"1,600{blank}t/a"
    assert lines["未覆盖的 CO₂"] == f"1,200,000–1,300,000{blank}t/a"
    assert lines["可管控的 CO₂"] == f"1,280,000{blank}t/a"
    assert lines["面积"] == f"16{blank}km²"
    assert lines["清单现状"] == "未涉及碳与能源；没有有效碳条款"
    assert lines["主导规则"] == "R1-KEY 重点排放单位未被有效碳条款覆盖"
    absent = dict(zip(known["lines"], known["units"][8]["values"], strict=True))
    assert {absent[name] for name in ("CO₂ 排放量（2020 年）", "未覆盖的 CO₂", "可管控的 CO₂")} == {"无数据"}
    assert absent["格网分辨率"] == "小于一个像元"


def test_a_click_tells_sentence_override_and_what_is_missing(known):
    units = known["units"]
    assert [unit["code"] for unit in units] == list(CODES)
    assert units[0]["sentence"].startswith(f"判定句 {CODES[0]}")
    assert units[0]["counterfactual"] == "若未覆盖量低于 26 kt 则无需行动"
    assert units[2]["notes"] == [
        "人工调整已采用：软件计算为“需要碳条款”，由 张三 于 2024-05-01 调整。理由：已列入<搬迁>计划"
    ]
    assert units[1]["notes"] == ["两套格网给出的决定不同，需以定位数据核实。"]
    assert units[8]["notes"] == ["缺企业排放台账（环境统计、排污许可、碳核查；生态环境局掌握）"]
    assert known["units"][3]["values"][known["lines"].index("清单现状")] == "明确的碳条款；有效碳条款最高 2 级"


def test_zones_are_outline_and_hatch_and_off_at_first(known, page):
    assert [(one["id"], len(one["entries"])) for one in known["overlays"]] == [("zones.air", 2), ("zones.energy", 1)]
    assert all(entry["fill"] == "" for one in known["overlays"] for entry in one["entries"])
    names = re.search(r"zoningMap\((\w+), (\w+), \[(\w+), (\w+)\]", page).groups()
    assert f"{names[1]}.addTo({names[0]})" in page
    assert not any(f"{zone}.addTo(" in page for zone in names[2:])


def test_the_mark_and_the_warnings_are_on_the_map(known):
    assert known["mark"] == "示例数据"
    assert known["warnings"] == [
        {"kind": "资料年份与基准年不同", "texts": ("格网年份 2013 与基准年 2020 不同",)},
        {"kind": "两个图层由同一代用量分配", "texts": ("NOx 与 CO2 由同一代用量分配",)},
    ]
    assert configuration(nine_units(example=False), 1.0)["mark"] == ""
    assert "容差 4 m" in configuration(nine_units(), 4.0)["remarks"][1]


def test_english_is_english():
    known = configuration(nine_units(), 1.0, "en")
    ours = [
        known["mark"],
        *known["words"].values(),
        *known["lines"],
        *known["remarks"],
        *(one["kind"] for one in known["warnings"]),
    ]
    ours += [text for one in known["themes"] for text in (one["title"], one["note"])]
    ours += [entry["label"] for one in (*known["themes"], *known["overlays"]) for entry in one["entries"]]
    assert not [text for text in ours if CJK.search(text)]
    assert '<html lang="en">' in render_map(nine_units(), "en")


def test_our_texts_exist_in_both_languages():
    rows = [row for row in read("messages_deliverables") if row["key"].startswith(("map.", "index.", "legend."))]
    assert len(rows) > 150
    assert not [row["key"] for row in rows if bool(row["zh"]) != bool(row["en"])]
    assert not [row["key"] for row in rows if CJK.search(row["en"])]
    slots = [(set(re.findall(r"{(\w+)", row["zh"])), set(re.findall(r"{(\w+)", row["en"]))) for row in rows]
    assert all(zh == en for zh, en in slots)


def test_what_is_not_vendored_is_refused():
    with pytest.raises(ZoningError, match=r"unknown\.js"):
        inline_assets('<script src="https://example.org/unknown.js"></script>')
    with pytest.raises(ZoningError, match=r"x\.css"):
        inline_assets('<link rel="stylesheet" href="https://example.org/x.css"/>')
    with pytest.raises(ZoningError, match=r"x\.png"):
        inline_assets('<p><img src="https://example.org/x.png"></p>')
    chart = folium.Map(location=(24, 118), tiles=None)
    folium.plugins.MiniMap().add_to(chart)
    with pytest.raises(ZoningError):
        inline_assets(chart.get_root().render())


def test_what_is_vendored_is_used_and_put_in_whole():
    rendered = map_page(nine_units())
    assert set(re.findall(r'(?:src|href)="(https?://[^"]+)"', rendered)) == set(VENDORED)
    style = inline_assets('<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"/>')
    assert style.count("data:image/png;base64,") == 3
    assert ".leaflet-pane" in style


def wavy(count, west):
    """Return a strip 1 km wide whose eastern and western borders have ``count`` vertices each."""
    y = np.linspace(0.0, 50_000.0, count)
    border = lambda x: np.column_stack([x + 40.0 * np.sin(y / 3.0), y])  # noqa: E731
    return shapely.Polygon(np.vstack([border(west), border(west + 1000.0)[::-1]]))


def test_simplified_neighbours_still_share_their_border():
    strips = np.array([wavy(30_000, 350_000.0), wavy(30_000, 351_000.0)])
    strips = shapely.transform(strips, lambda xy: xy + np.array([0.0, 2_740_000.0]))
    shapes, tolerance = screen_shapes(strips, CRS.from_epsg(4549))
    drawn = np.array([shapely.geometry.shape(shape) for shape in shapes])
    assert tolerance > FINEST
    assert shapely.get_num_coordinates(drawn).sum() <= 100_000 < shapely.get_num_coordinates(strips).sum()
    assert shapely.coverage_is_valid(drawn)
    assert shapely.is_valid(drawn).all()
    assert drawn[0].intersection(drawn[1]).length > 0.4  # the common border is 50 km, some 0.45 degrees


def test_shapes_are_where_they_were():
    shapes, tolerance = screen_shapes(np.array([shapely.box(118.5, 24.7, 118.6, 24.8)]), CRS.from_epsg(4490))
    assert tolerance == FINEST
    drawn = shapely.geometry.shape(shapes[0])
    assert drawn.bounds == pytest.approx((118.5, 24.7, 118.6, 24.8), abs=1e-6)
    assert drawn.area == pytest.approx(0.01, rel=1e-4)


def test_the_year_nearest_to_the_base_year_is_shown():
    values = np.full((1, 1, 3), np.nan)
    values[0, 0, :2] = 1.0
    ledger = (
        Ledger.of_units(["ZH1"])
        .with_coordinates(species=["CO2"], year=[2018, 2022, 2020])
        .with_column("emission", ("unit", "species", "year"), values, Column("t yr-1", "排放", "emission", "x"))
    )
    assert nearest_year(ledger, "CO2", 2020) == 2018  # 2020 has no number; of 2018 and 2022 the earlier
    assert nearest_year(ledger, "CO2", 2021) == 2022


def test_codes_of_absent_classes_are_no_data():
    assert codes_of([None, "", float("nan"), 2.0, 1, "KEY"]) == ("NO_DATA", "NO_DATA", "NO_DATA", "2", "1", "KEY")
