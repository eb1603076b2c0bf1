"""The page of a check: what it says, what it draws, and that nothing of the user's text becomes markup."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.checkpage import render_check
from zoning.checkpage.places import places, shapes_of
from zoning.checkpage.plane import Plane, sketch
from zoning.checks.judged import FaultShape
from zoning.errors import Severity
from zoning.messages import finding

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><svg onload=alert(1)>", "'--><!--")
VOID = {"meta", "input"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page as a browser reads them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["script"], ["style"]):
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def of(self, tag, kind):
        found = [attributes for name, attributes in self.attributes if name == tag]
        return [one for one in found if kind in (one.get("class") or "").split()]


def squares(count=3, crs=4490):
    """Squares of 0.01° in a row, from 118° E 24° N, under the header of the national format."""
    shapes = [shapely.box(118 + at / 100, 24, 118.01 + at / 100, 24.01) for at in range(count)]
    codes = [f"ZH3505821000{at}" for at in range(count)]
    return gpd.GeoDataFrame({"HJGKDYBM": codes}, geometry=shapes, crs=4490).to_crs(crs)


def overlap(file="u.gpkg", value="甲、乙"):
    where = {"file": file, "layer": "管控单元", "row": 3, "value": value}
    return finding("LAYER_OVERLAP", where=where, pairs=value, count=1, total="1 m²")


def shape(code="LAYER_OVERLAP", value="甲、乙", severity=Severity.ERROR, file="u.gpkg", at=118.009):
    return FaultShape(code, severity, file, value, 2e5, shapely.box(at, 24.004, at + 0.002, 24.006))


def test_a_sound_study_has_a_page_without_a_map():
    for lang, said in (("zh", "可以运行：没有发现问题"), ("en", "Can run: nothing was found")):
        page = Page(render_check("示例", [], [], {}, lang))
        assert said in page.text
        assert "svg" not in page.tags
        assert page.open == []


@pytest.mark.parametrize(
    ("severities", "zh", "en"),
    [
        (["error", "warning", "warning"], "不能运行：错误 1 个；另有警告 2 条，提示 0 条", "Cannot run: 1 error(s)"),
        (
            ["warning", "info"],
            "可以运行：错误 0 个，警告 1 条，提示 1 条",
            "Can run: 0 errors; 1 warning(s), 1 info(s)",
        ),
        (["info"], "可以运行：错误 0 个，警告 0 条，提示 1 条", "Can run: 0 errors, 0 warnings; 1 info(s)"),
    ],
)
def test_the_verdict_says_whether_a_run_is_possible(severities, zh, en):
    faults = [
        finding("GEOM_Z", severity=Severity(severity), where={"file": f"{at}.shp"}, count=1)
        for at, severity in enumerate(severities)
    ]
    assert zh in Page(render_check("示例", faults, [], {})).text
    assert en in Page(render_check("示例", faults, [], {}, "en")).text


def test_a_card_says_what_where_which_value_and_how_to_mend():
    one = overlap()
    page = Page(render_check("示例", [one], [shape()], {"单元": squares()}))
    for said in (one.message_zh, "管控单元 · 第 3 行", "甲、乙", one.fix_zh, "要素相互重叠", "LAYER_OVERLAP"):
        assert said in page.texts, said
    (card,) = page.of("article", "finding")
    assert (card["data-severity"], card["data-shapes"]) == ("error", "1")
    assert "甲、乙 · 0.2\N{NO-BREAK SPACE}km² · 118.01000, 24.00500" in page.texts


def test_findings_stand_under_their_files_errors_first_and_alike_ones_are_one():
    texts = [finding("FIELD_UNKNOWN", where={"file": "b.shp", "value": "x"}, count=1)]
    rows = [
        finding("CODE_PATTERN", where={"file": "b.shp", "row": row, "value": "z"}, count=1, named="z") for row in (9, 4)
    ]
    page = Page(
        render_check("示例", [*texts, *rows, overlap(), finding("GEOM_Z", where={"file": ""}, count=1)], [], {})
    )
    assert [one["data-severity"] for one in page.of("article", "finding")] == ["error", "error", "warning", "info"]
    order = [text for text in page.texts if text in ("u.gpkg", "b.shp", "研究整体")]
    assert order == ["u.gpkg", "b.shp", "研究整体"]
    assert "第 4、9 行" in page.text


def test_the_page_is_the_same_for_any_order_of_findings_and_shapes():
    faults = [overlap(), overlap(value="丙、丁"), finding("GEOM_Z", where={"file": "a.shp"}, count=1)]
    drawn = [shape(), shape(value="丙、丁", at=118.02), shape("LAYER_GAP", at=118.015)]
    html = render_check("示例", faults, drawn, {"单元": squares()})
    assert render_check("示例", faults[::-1], drawn[::-1], {"单元": squares()}) == html
    assert not re.search(r"/(home|work|tmp|root|Users)/", html)


def test_a_shape_belongs_to_the_finding_of_its_code_and_file_that_names_it():
    faults = [overlap(), overlap(file="v.gpkg", value="戊"), overlap(value="丙、丁")]
    drawn = places([shape(), shape(value="丁"), shape(value="己"), shape(file="v.gpkg"), shape("LAYER_GAP")])
    owned, alone = shapes_of(faults, drawn)
    assert [[one.number for one in own] for own in owned] == [[1, 3], [4], [2]]
    assert [one.number for one in alone] == [5]
    page = Page(render_check("示例", faults, [shape("LAYER_GAP", value="孤")], {}))
    assert "仅在图上标出的问题" in page.text
    assert "u.gpkg · 孤" in page.text


def test_hostile_text_stays_text():
    for lang in ("zh", "en"):
        layers = {bad: squares().assign(HJGKDYBM=list(HOSTILE[:3])) for bad in HOSTILE}
        faults = [
            finding("LAYER_OVERLAP", where={"file": bad, "layer": bad, "field": bad, "value": bad}, pairs=bad, count=1,
                    total=bad) for bad in HOSTILE
        ]  # fmt: skip
        drawn = [shape(file=bad, value=bad) for bad in HOSTILE]
        page = Page(render_check(HOSTILE[0], faults, drawn, layers, lang))
        assert page.tags.count("script") == 1
        assert "img" not in page.tags
        assert not [name for _, attributes in page.attributes for name in attributes if name.startswith("on")]
        for bad in HOSTILE:
            assert page.text.count(bad) >= 4


def test_characters_that_no_page_may_hold_are_shown_as_such():
    html = render_check("a\x00b\x1b[31m\udc80", [overlap(value="\ud800\x07")], [], {})
    assert html.encode("utf-8")
    assert "a�b�[31m�" in html
    assert not re.search("[\x00-\x08\x0b-\x1f]", html)


def test_nothing_is_fetched():
    html = render_check("示例", [overlap()], [shape()], {"单元": squares()})
    page = Page(html)
    policy = next(one for tag, one in page.attributes if tag == "meta" and "http-equiv" in one)
    assert policy["content"].startswith("default-src 'self'")
    assert not [name for _, one in page.attributes for name in one if name in ("src", "href")]
    assert "url(" not in html
    assert "http" not in html.replace("http-equiv", "")


def numbers_of(path):
    return np.array([float(number) for number in re.findall(r"-?\d+", path)]).reshape(-1, 2)


def paths(html, kind):
    return [one["d"] for one in Page(html).of("path", kind)]


def test_shapes_are_drawn_true_to_scale_whatever_the_system_of_the_layer():
    fault = FaultShape("LAYER_GAP", Severity.ERROR, "u.gpkg", "x", 1.0, shapely.box(118, 24, 118.01, 24.01))
    (drawn,) = (numbers_of(path) for path in paths(render_check("x", [], [fault], {}), "fault"))
    width, height = drawn.max(axis=0) - drawn.min(axis=0)
    # On the ellipsoid of CGCS2000 at 24.005° N: a degree is 101,751 m across and 110,757 m along the meridian.
    assert (round(width / 100, 1), round(height / 100, 1)) == (1017.5, 1107.6)
    for crs in (4490, 4326, 4549, 4528):
        html = render_check("x", [], [fault], {"单元": squares(1, crs)})
        outline = next(one["d"] for tag, one in Page(html).attributes if tag == "path" and "class" not in one)
        assert np.abs(np.sort(numbers_of(outline), axis=0) - np.sort(drawn, axis=0)).max() <= 1.0, crs


def test_layers_that_cannot_be_placed_are_named_and_left_out():
    bare, old = squares().set_crs(None, allow_override=True), squares().set_crs(4214, allow_override=True)
    page = Page(render_check("x", [], [], {"无坐标": bare, "北京54": old, "单元": squares()}))
    assert "无坐标：坐标系未知或不能精确转换，未画出。" in page.texts
    assert "北京54：坐标系未知或不能精确转换，未画出。" in page.texts
    assert len(page.of("g", "layer")) == 1
    assert "svg" not in Page(render_check("x", [], [], {"无坐标": bare})).tags


def test_faulty_geometries_are_drawn_as_far_as_they_have_places():
    bow = shapely.Polygon([(118, 24), (118.01, 24.01), (118.01, 24), (118, 24.01)])
    wild = shapely.Polygon([(118, 24), (1e300, 24), (118, np.inf), (118.01, 24.01)])
    mixed = shapely.GeometryCollection([bow, shapely.LineString([(118, 24), (118.1, 24)]), shapely.Point(118.2, 24)])
    several = [bow, wild, None, shapely.Polygon(), mixed, shapely.Point(118, 24, 12.5), shapely.MultiPoint([(118, 24)])]
    frame = gpd.GeoDataFrame({"code": list("abcdefg")}, geometry=several, crs=4490)
    faults = [
        FaultShape("GEOM_INVALID", Severity.ERROR, "u", "bow", float("nan"), bow),
        FaultShape("GEOM_INVALID", Severity.ERROR, "u", "mixed", 0.0, mixed),
        FaultShape("GEOM_EMPTY", Severity.ERROR, "u", "empty", 0.0, shapely.Polygon()),
    ]
    html = render_check("x", [], faults, {"单元": frame})
    assert len(paths(html, "fault")) == 2
    assert "inf" not in html.split("<svg", 1)[1].split("</svg>")[0]
    assert "nan" not in html.split("<svg", 1)[1].split("</svg>")[0]


def test_every_fault_has_its_number_box_and_mark():
    drawn = [shape(at=118.001), shape("LAYER_SLIVER", severity=Severity.WARNING), shape(at=118.02)]
    page = Page(render_check("x", [], drawn, {"单元": squares()}))
    assert {one["data-number"] for one in page.of("path", "fault")} == {"1", "2", "3"}
    assert [one["data-number"] for one in page.of("g", "mark")] == ["3", "2", "1"]
    box = np.array(page.of("path", "fault")[0]["data-box"].split(), dtype=float)
    assert (box[2:] > box[:2]).all()


def test_one_finding_with_many_shapes_lists_the_first_and_says_so():
    many = [shape(value=f"{at}", at=118 + at / 1000) for at in range(40)]
    page = Page(render_check("x", [overlap()], many, {}))
    assert "共 40 处，此处列出 30 处；其余见图上编号。" in page.texts
    assert len(page.of("path", "fault")) == 40


def wavy(count, vertices):
    """A row of squares with wavy edges; neighbours have the same vertices on the edge they share."""
    steps = np.linspace(0, 1, vertices, endpoint=False)
    rows = []
    for at in range(count):
        edge = np.column_stack([0.02 * np.sin(40 * steps), steps])
        ring = np.vstack([edge, [[0, 1], [1, 1]], edge[::-1] + np.array([1, 0])]) + np.array([at, 0])
        rows.append(shapely.Polygon(ring / 50 + np.array([118, 24])))
    return rows


def test_many_vertices_become_few_and_neighbours_still_share_their_border():
    shapes = wavy(4, 5000)
    plane = Plane.around((118.0, 24.0, 118.1, 24.1))
    full, few = sketch(shapes, plane, 10**6), sketch(shapes, plane, 1000)
    assert len(few.points) <= 1000 < len(full.points)
    rings = [few.points[few.curve == at].tolist() for at in range(4)]
    middle = [{tuple(point) for point in ring} for ring in rings]
    for one, other in itertools.pairwise(middle):
        assert len(one & other) > 50
    assert {tuple(point) for point in few.points.tolist()} <= {tuple(point) for point in full.points.tolist()}


def test_around_a_fault_every_vertex_stays():
    shapes = wavy(4, 5000)
    plane = Plane.around((118.0, 24.0, 118.1, 24.1))
    fault = shapely.box(118.0199, 24.0099, 118.0201, 24.0101)
    full, few = sketch([*shapes, fault], plane, 10**6), sketch(shapes, plane, 1500, [fault])
    low, high = plane.place(np.array([[118.0199, 24.0101], [118.0201, 24.0099]]))
    near = [tuple(p) for p in full.points.tolist() if low[0] <= p[0] <= high[0] and low[1] <= p[1] <= high[1]]
    assert len(near) > 4
    assert set(near) <= {tuple(point) for point in few.points.tolist()}
    assert len(few.points) <= 1500


def test_three_thousand_units_of_many_vertices_stay_below_five_megabytes():
    ring = np.column_stack([np.cos(np.linspace(0, 6.2, 400)), np.sin(np.linspace(0, 6.2, 400))]) / 250
    shapes = [shapely.Polygon(ring + np.array([115 + at % 60 / 100, 24 + at // 60 / 100])) for at in range(3000)]
    frame = gpd.GeoDataFrame({"code": [f"ZH3505{at:06d}" for at in range(3000)]}, geometry=shapes, crs=4490)
    drawn = [FaultShape("GEOM_INVALID", Severity.ERROR, "u", f"{at}", 1.0, shapes[at]) for at in range(300)]
    html = render_check("x", [], drawn, {"单元": frame})
    assert len(html.encode("utf-8")) < 5e6
    assert len(paths(html, "fault")) == 300


def test_a_layer_of_very_many_features_is_one_outline():
    shapes = shapely.box(np.arange(5001) / 1e4 + 118, 24, np.arange(1, 5002) / 1e4 + 118, 24.01)
    html = render_check("x", [], [], {"单元": gpd.GeoDataFrame(geometry=shapes, crs=4490)})
    svg = html.split('id="chart"', 1)[1].split("</svg>")[0]
    assert svg.count("<path") == 1
