"""The interactive map: complete in itself, equal for equal results, true to the ledger, safe with hostile names."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import folium
import numpy as np
import pytest
import shapely
from pyproj import CRS
from tests.cases.nine_units import CODES, HOSTILE, nine_units, several_years

from zoning.cartography.layers import codes_of
from zoning.cartography.themes import nearest_year
from zoning.errors import ZoningError
from zoning.ledger import Column, Ledger
from zoning.study import MapInput
from zoning.tables import read
from zoning.webmap import render_map
from zoning.webmap.coloured import coloured
from zoning.webmap.contents import contents
from zoning.webmap.geometry import screen_shapes
from zoning.webmap.inline import POLICY, VENDORED, asset, inline_assets
from zoning.webmap.page import PROGRAM, map_page

CJK = re.compile("[\u4e00-\u9fff]")
WHOLE = 450_000


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
    return contents(nine_units()).configuration


@pytest.fixture(scope="module")
def parts():
    return dict(contents(nine_units()).parts())


def unpacked(page, name):
    """Return the value of one part as the browser unpacks it."""
    packed = re.search(f'id="part-{re.escape(name)}">([^<]*)</script>', page).group(1)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def theme(known, name):
    return next(one for one in known["themes"] if one["id"] == name)


def legend(known, name):
    one = theme(known, name)
    counts = one["counts"][str(one["year"])]
    return {entry["label"]: count for entry, count in zip(one["entries"], counts, strict=True)}


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


def test_hostile_names_stay_text(page, parts):
    parsed = Elements(page)
    assert "img" not in parsed.tags
    assert "textarea" not in parsed.tags
    assert "<script>alert(1)" not in page
    assert page.count("</script>") == parsed.tags.count("script") == 5 + len(parts)
    assert "<title>示例市 &lt;/script&gt;&lt;b&gt;协同</title>" in page
    assert unpacked(page, "units")["names"][3] == HOSTILE
    plain = re.search(r'id="configuration">(.*?)</script>', page).group(1)
    assert "<" not in plain
    assert json.loads(plain)["title"] == "示例市 </script><b>协同"


def test_a_part_is_what_was_packed(page, parts):
    assert {name: unpacked(page, name) for name in parts} == json.loads(json.dumps(parts))


def program():
    from importlib.resources import files

    folder = files("zoning.webmap").joinpath("program")
    return {name: folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in PROGRAM}


def test_every_file_of_the_program_is_in_the_page(page):
    from importlib.resources import files

    assert {one.name for one in files("zoning.webmap").joinpath("program").iterdir()} == {
        f"{name}.js" for name in PROGRAM
    }
    assert all(text in page for text in program().values())


def test_our_own_program_never_writes_markup():
    whole = "\n".join(program().values())
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", whole)


NEWER_THAN_CHROME_86 = (
    r"\.at\((?!event|latLng|this)-?\d", r"structuredClone", r"Object\.hasOwn", r"\?\?=|\|\|=|&&=", r"\bstatic\s*\{",
    r"this\.#\w|^\s+#\w+\s*[=(;]",
    r"\.(?:findLast|findLastIndex|toSorted|toReversed|toSpliced|with)\(", r"Object\.groupBy|Map\.groupBy", r"WeakRef",
    r"Promise\.any", r"AggregateError", r"\d_\d", r"\bawait\b(?![^\n]*async)", r"crypto\.randomUUID",
    r"\.roundRect\(", r"inert\b",
    r"showPopover|popover=", r"new Intl\.Segmenter", r"Array\.fromAsync", r"AbortSignal\.timeout", r"\bscrollend\b",
    r"createConicGradient", r"CompressionStream\(\"deflate-raw", r"/[a-z]*v[a-z]*\.test", r"\.replaceChildren\(\)\s*\?",
)  # fmt: skip


@pytest.mark.parametrize("pattern", NEWER_THAN_CHROME_86)
def test_the_program_needs_nothing_newer_than_chrome_86(pattern):
    assert not [(name, found.group()) for name, text in program().items() for found in re.finditer(pattern, text)]


@pytest.mark.parametrize(
    "pattern",
    [r":has\(", r"(?<![-\w])inset\s*:", r"@container|container-type", r"aspect-ratio", r"accent-color", r"@layer",
     r"\bdvh\b|\bsvh\b",
     r"color-mix\(", r"scrollbar-gutter", r":is\(|:where\(", r"text-wrap\s*:", r"@property", r"&\s*[.:#]"],
)  # fmt: skip
def test_the_style_needs_nothing_newer_than_chrome_86(pattern):
    from importlib.resources import files

    style = "".join(
        files("zoning.webmap").joinpath(name).read_text(encoding="utf-8") for name in ("map.css", "card.css")
    )
    assert not re.search(pattern, style)


def test_the_units_are_drawn_from_one_copy_of_their_shapes(page):
    packed = unpacked(page, "shapes")
    # three by three squares: 12 borders of one square each inside, and the 4 + 4 of the rim between its junctions
    assert len(packed["arcs"]) == 12 + 8
    used = [arc if arc >= 0 else ~arc for shape in packed["shapes"] for part in shape for ring in part for arc in ring]
    assert sorted(set(used)) == list(range(20))
    assert sum(used.count(arc) == 2 for arc in set(used)) == 12
    assert page.count('id="part-shapes"') == 1


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


def test_densities_are_mass_over_area_in_fixed_classes(known, parts):
    # 16 km2 each: 1.6 Mt → 100,000; 320 kt → 20,000; 48 kt → 3,000; 160 kt → 10,000; 80 kt → 5,000; 4 kt → 250;
    # 1.6 kt → 100; 0.8 kt → 50 t km-2 yr-1; the last unit has no data
    assert legend(known, "density.CO2") == {
        "≥ 100,000": 1, "10,000–30,000": 2, "3,000–10,000": 2, "0–300": 3, "无数据": 1,
    }  # fmt: skip
    keys = parts["keys-density.CO2"]["2020"]
    entries = theme(known, "density.CO2")["entries"]
    labels = [entries[ord(letter) - 48]["label"] for letter in keys]
    assert (labels[0], labels[8]) == ("≥ 100,000", "无数据")
    assert theme(known, "density.CO2")["legend"] == "CO₂ 排放密度（t/(km²·a)）"
    assert theme(known, "density.CO2")["years"] == [2020]
    assert legend(known, "uncovered")["无数据"] == 1


def test_every_class_a_unit_has_is_in_the_legend(known, parts):
    for one in known["themes"]:
        packed = parts[f"keys-{one['id']}"]
        assert sorted(int(year) for year in packed) == one["years"]
        used = {ord(letter) - 48 for keys in packed.values() for letter in keys}
        assert used == set(range(len(one["entries"])))
        assert all(len(keys) == 9 for keys in packed.values())


def test_years_share_their_classes_and_limits():
    known = contents(several_years())
    one = theme(known.configuration, "density.CO2")
    assert (one["years"], one["year"]) == ([2015, 2020], 2020)
    counts = {
        year: dict(zip([entry["label"] for entry in one["entries"]], values, strict=True))
        for year, values in one["counts"].items()
    }
    # halves: 50,000; 10,000; 1,500; 5,000; 2,500; 125; 50; 25 t km-2 yr-1
    names = ("≥ 100,000", "30,000–100,000", "10,000–30,000", "3,000–10,000", "1,000–3,000", "0–300", "无数据")
    assert counts["2015"] == dict(zip(names, (0, 1, 1, 1, 2, 3, 1), strict=True))
    assert counts["2020"] == dict(zip(names, (1, 0, 2, 2, 0, 3, 1), strict=True))


def test_zones_are_outline_and_hatch_and_off_at_first(known):
    assert [(one["id"], len(one["entries"])) for one in known["overlays"]] == [("zones.air", 2), ("zones.energy", 1)]
    assert all(entry["fill"] == "" for one in known["overlays"] for entry in one["entries"])
    assert not any(one["shown"] or one["filled"] for one in known["overlays"])


def test_the_mark_and_the_warnings_are_on_the_map(known):
    assert known["marks"] == ["示例数据", "内部版"]
    assert known["warnings"] == [
        {"kind": "资料年份与基准年不同", "texts": ("格网年份 2013 与基准年 2020 不同",)},
        {"kind": "两个图层由同一代用量分配", "texts": ("NOx 与 CO2 由同一代用量分配",)},
    ]
    assert contents(nine_units(example=False)).configuration["marks"] == ["内部版"]
    assert "容差 1 m" in known["remarks"][1]


def test_pages_of_the_atlas_stand_beside_the_units():
    page = render_map(nine_units(), pages={CODES[4]: 31})
    assert unpacked(page, "units")["pages"] == [0, 0, 0, 0, 31, 0, 0, 0, 0]
    assert "pages" not in unpacked(render_map(nine_units()), "units")


def with_tiles(url):
    result = nine_units()
    about = {"tiles": url, "key": "abc123", "attribution": "天地图", "approval": "GS(2024)0001号"}
    return replace(result, study=result.study.model_copy(update={"map": MapInput(**about)}))


def test_tiles_open_the_policy_for_their_host_alone(known):
    page = render_map(with_tiles("https://t0.example.org/img/{z}/{x}/{y}?tk={key}"))
    assert f"content=\"{POLICY}; img-src 'self' data: blob: https://t0.example.org\"".replace("'", "&#39;") in page
    assert "GS(2024)0001号" in page
    assert known["tiles"] is None
    several = contents(with_tiles("https://{s}.example.org/{z}/{x}/{y}.png"))
    assert several.hosts == ("https://a.example.org", "https://b.example.org", "https://c.example.org")


def test_english_is_english():
    known = contents(nine_units(), "en").configuration
    ours = [
        *known["marks"],
        *known["words"].values(),
        *known["remarks"],
        *(one["kind"] for one in known["warnings"]),
    ]
    ours += [text for one in known["themes"] for text in (one["title"], one["legend"], one["note"])]
    ours += [entry["label"] for one in (*known["themes"], *known["overlays"]) for entry in one["entries"]]
    assert not [text for text in ours if CJK.search(text)]
    assert '<html lang="en">' in render_map(nine_units(), "en")


def test_our_texts_exist_in_both_languages():
    rows = [row for row in read("messages_deliverables") if row["key"].startswith(("map.", "index.", "legend."))]
    rows += read("messages_map")
    assert len(rows) > 150
    assert not [row["key"] for row in rows if bool(row["zh"]) != bool(row["en"])]
    other = "index.switch"  # names the other language in that language
    assert not [row["key"] for row in rows if CJK.search(row["en"]) and row["key"] != other]
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


def polygons(known):
    """Return the shapes as the browser decodes them, in degrees."""
    packed = known.packed()
    arcs, last = [], np.zeros(2)
    for flat in packed["arcs"]:
        arc = last + np.cumsum(np.array(flat, dtype=float).reshape(-1, 2), axis=0)
        last = arc[-1]
        arcs.append(np.array([packed["west"], packed["south"]]) + arc * packed["step"])

    def ring(numbers):
        lines = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
        return np.vstack([lines[0], *(line[1:] for line in lines[1:])])

    shapes = [
        [shapely.Polygon(ring(part[0]), [ring(hole) for hole in part[1:]]) for part in shape]
        for shape in packed["shapes"]
    ]
    return np.array([parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts) for parts in shapes])


def wavy(count, west):
    """Return a strip 1 km wide whose eastern and western borders have ``count`` vertices each."""
    y = np.linspace(0.0, 50_000.0, count)
    border = lambda x: np.column_stack([x + 40.0 * np.sin(y / 3.0), y])  # noqa: E731
    return shapely.Polygon(np.vstack([border(west), border(west + 1000.0)[::-1]]))


def test_simplified_neighbours_still_share_their_border():
    strips = np.array([wavy(30_000, 350_000.0), wavy(30_000, 351_000.0)])
    strips = shapely.transform(strips, lambda xy: xy + np.array([0.0, 2_740_000.0]))
    known = screen_shapes(strips, CRS.from_epsg(4549), 40_000)
    drawn = polygons(known)
    assert known.tolerance > 1.0
    assert shapely.get_num_coordinates(drawn).sum() <= 40_000 < shapely.get_num_coordinates(strips).sum()
    assert shapely.coverage_is_valid(drawn)
    assert shapely.is_valid(drawn).all()
    assert drawn[0].intersection(drawn[1]).length > 0.4  # the common border is 50 km, some 0.45 degrees


def test_nothing_collapses_however_coarse_the_borders_are():
    """Half circles of 30 km around a unit of 12 km, asked for in a single vertex: each keeps its form."""
    around = shapely.Point(350_000.0, 2_740_000.0).buffer(30_000.0, 64)
    hole = shapely.Point(350_000.0, 2_740_000.0).buffer(12_000.0, 64)
    west, east = (
        shapely.box(310_000, 2_700_000, 350_000, 2_780_000),
        shapely.box(350_000, 2_700_000, 390_000, 2_780_000),
    )
    units = np.array([around.intersection(west).difference(hole), around.intersection(east).difference(hole), hole])
    drawn = polygons(screen_shapes(units, CRS.from_epsg(4549), 1))
    whole = shapely.area(drawn) * 111_320.0**2 * np.cos(np.radians(24.76))
    assert whole / shapely.area(units) == pytest.approx(1.0, abs=0.15)


def test_the_questions_of_synergy_are_themes():
    result = nine_units()
    values = np.array([0.9, 1.02, 1.6, *[np.nan] * 6])
    column = Column("1", "压力", "pressure", "ours")
    found = {one.id: one for one in coloured(replace(result, ledger=result.ledger.with_column(
        "pressure_air", ("unit",), values, column)))}  # fmt: skip
    theme = found["pressure_air"].described()
    assert [entry["label"] for entry in theme["entries"]] == ["≥ 1.5", "1–1.05", "< 0.95", "无数据"]
    assert found["pressure_air"].keys[0].tolist() == [2, 1, 0, *[3] * 6]
    assert theme["group"] == "synergy"
    assert "pressure_carbon" not in found


def test_shapes_are_where_they_were():
    known = screen_shapes(np.array([shapely.box(118.5, 24.7, 118.6, 24.8)]), CRS.from_epsg(4490), WHOLE)
    assert known.tolerance == 1.0
    drawn = polygons(known)[0]
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
