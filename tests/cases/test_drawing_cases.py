"""Maps as they are drawn: sizes, legends, texts, bytes; and the parts they are made of, by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pikepdf
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from tests.debian import needs

from zoning.atlas.drawing import draw_panels
from zoning.atlas.drawing.furniture import arrow_outline
from zoning.atlas.drawing.hatching import hatch_lines
from zoning.atlas.drawing.lettering import clean, our_fonts, text_width
from zoning.atlas.model import Frame
from zoning.cartography import Areas, Cells, Entry, Lines, Panel, Points
from zoning.cartography.graticule import Tick, graticule_of, spaced
from zoning.cartography.placing import Room, Wish, placed
from zoning.cartography.scale import View, fitted, plane_for, scale_bar
from zoning.errors import GeometryError
from zoning.supports import CurvedGrid, Grid
from zoning.symbology import packaged_look

GK = CRS("EPSG:4549")  # CGCS2000 / 3-degree, central meridian 120° E
LOOK = packaged_look()
A, B = Entry("A", "甲类", "#2E9465", "#4A4A4A"), Entry("B", "乙类", "#FFFFFF", "#87909A", "grid")


def squares(count, side=2_000.0, west=490_000.0, south=2_700_000.0):
    return np.array([shapely.box(west + i * side, south, west + (i + 1) * side, south + side) for i in range(count)])


def areas(shapes, keys, **more):
    return Areas(theme="t", title="类别", shapes=shapes, keys=tuple(keys), entries=(A, B), **more)


def panel(*layers, crs=GK, extent=None, **more):
    extent = extent or tuple(shapely.total_bounds(layers[0].shapes).tolist())
    return Panel(layers=layers, crs=crs, extent=extent, **more)


def draw(path, *panels, frame=None, lang="zh"):
    return draw_panels(panels, [frame or Frame(160, 100)] * len(panels), path, lang)


def words(path):
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def test_a_page_has_the_size_of_its_frame_and_the_legend_only_what_is_in_it(tmp_path):
    shapes = squares(4)
    near = tuple(shapely.total_bounds(shapes[:2]).tolist())
    layer = areas(shapes, "AAAB", unit="个")
    whole, part = draw_panels(
        [panel(layer), panel(layer, extent=near)], [Frame(160, 100), Frame(80, 90)], tmp_path / "a.pdf", "zh"
    )
    assert whole.legend == {"类别（个）": (A, B)}
    assert part.legend == {"类别（个）": (A,)}
    with pikepdf.open(tmp_path / "a.pdf") as file:
        sizes = [[float(side) / 72 * 25.4 for side in page.mediabox[2:]] for page in file.pages]
    assert sizes == [pytest.approx([160, 100], abs=0.01), pytest.approx([80, 90], abs=0.01)]
    assert (whole.page, part.page, part.width, part.height) == (1, 2, 80, 90)


@needs("pdftotext")
def test_texts_on_the_map_can_be_searched_and_are_no_formula(tmp_path):
    names = ("晋江市$x^2$单元", "<script>CO₂", "")
    (found,) = draw(tmp_path / "a.pdf", panel(areas(squares(3), "AAB", labels=names)))
    text = words(tmp_path / "a.pdf").replace("\n", "").replace(" ", "")
    assert {label.text for label in found.labels} == {"晋江市$x^2$单元", "<script>CO₂"}
    assert "<script>CO₂" in text
    assert "1:45000" in text
    assert found.scale == 45_000


def test_only_our_fonts_are_embedded(tmp_path):
    draw(tmp_path / "a.pdf", panel(areas(squares(1), "A", labels=("单元₂",))))
    with pikepdf.open(tmp_path / "a.pdf") as file:
        fonts = {
            str(one.BaseFont) for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
    assert fonts
    assert all("+Zoning" in name for name in fonts)


def test_the_same_panels_give_the_same_bytes_in_another_process(tmp_path):
    code = (
        "import sys; sys.path.insert(0, '.'); from pathlib import Path;"
        "from tests.cases.test_drawing_cases import areas, draw, panel, squares;"
        "draw(Path(sys.argv[1]), panel(areas(squares(4), 'ABAB', labels=tuple('甲乙丙丁'))))"
    )
    for name, seed in (("a.pdf", "1"), ("b.pdf", "2")):
        subprocess.run([sys.executable, "-c", code, tmp_path / name], check=True, env=environment(seed))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def environment(seed):
    import os

    return {**os.environ, "PYTHONHASHSEED": seed}


def test_many_pages_hold_a_shape_once(tmp_path):
    shapes = squares(30)
    layers = [areas(shapes, ("AB" * 15)[turn:] + ("AB" * 15)[:turn]) for turn in range(10)]
    draw(tmp_path / "one.pdf", panel(layers[0]))
    draw(tmp_path / "ten.pdf", *(panel(layer) for layer in layers))
    one, ten = (forms(tmp_path / name) for name in ("one.pdf", "ten.pdf"))
    assert one == 45  # fifteen filled and stroked in one; of the hatched fifteen the fill and the line
    assert ten == 90  # each of the thirty has been of either class


def forms(path):
    with pikepdf.open(path) as file:
        return sum(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form" for one in file.objects)


def test_an_extent_that_is_not_finite_is_refused(tmp_path):
    with pytest.raises(GeometryError):
        draw(tmp_path / "a.pdf", panel(areas(squares(1), "A"), extent=(0.0, 0.0, float("nan"), 1.0)))


def test_degrees_are_drawn_in_a_plane_of_their_datum(tmp_path):
    shapes = np.array([shapely.box(118.4, 24.5, 118.7, 24.9)])
    (found,) = draw(tmp_path / "a.pdf", panel(areas(shapes, "A"), crs=CRS("EPSG:4490")))
    assert found.crs.endswith("TM 120°E")
    x, y = 118.4, 24.5
    from zoning.crs import transformer

    mine = transformer(CRS("EPSG:4490"), plane_for(CRS("EPSG:4490"), (118.4, 24.5, 118.7, 24.9))).transform(x, y)
    assert mine == pytest.approx(transformer(CRS("EPSG:4490"), GK).transform(x, y), abs=1e-6)


def test_empty_layers_missing_shapes_and_one_point_are_drawn(tmp_path):
    nothing = np.empty(0, dtype=object)
    odd = np.array([None, shapely.Polygon(), shapely.Point(1, 1), squares(1)[0]], dtype=object)
    many = np.array([shapely.MultiPolygon([shapely.box(i * 10, 0, i * 10 + 5, 5) for i in range(1_000)])])
    points = Points(theme="p", title="点", places=np.array([[490_000.0, 2_700_000.0]]), keys=("A",), entries=(A,))
    found = draw(
        tmp_path / "a.pdf",
        panel(areas(nothing, ""), extent=(490_000.0, 2_700_000.0, 490_000.0, 2_700_000.0)),
        panel(
            areas(odd, "AAAB", labels=("甲", "乙", "丙", "丁")), extent=tuple(shapely.total_bounds(odd[3:]).tolist())
        ),
        panel(areas(many, "A", labels=("岛" * 60,))),
        panel(points, extent=(490_000.0, 2_700_000.0, 490_000.0, 2_700_000.0)),
    )
    assert [list(one.legend) for one in found] == [[], ["类别"], ["类别"], ["点"]]
    assert found[1].legend == {"类别": (B,)}
    assert found[2].unlabelled == ("岛" * 60,)


def test_zones_lines_and_a_locator_are_drawn_over_units(tmp_path):
    units = areas(squares(4), "ABAB", labels=("一", "二", "三", "四"))
    line = np.array([shapely.LineString([(488_000, 2_701_000), (499_000, 2_701_500)]), None], dtype=object)
    border = Lines(
        theme="base.boundary", title="县界", shapes=line, entry=Entry("L", "县界", "", "#7A1F16"), labels=("界", "")
    )
    zones = areas(squares(2, 1_500.0), "BB", filled=False)
    (found,) = draw(tmp_path / "a.pdf", panel(units, zones, border, around=squares(9)), frame=Frame(160, 100, 30))
    assert found.legend["县界"] == (border.entry,)
    assert {"一", "二", "三", "四"} <= {label.text for label in found.labels} | set(found.unlabelled)


@pytest.mark.parametrize("crs", [GK, CRS("EPSG:4490")])
def test_cells_show_the_classes_in_view(tmp_path, crs):
    grid = Grid("EPSG:4490", Affine(0.05, 0, 119.8, 0, -0.05, 24.6), (8, 8))
    classes = np.full((8, 8), -1, dtype=np.int16)
    classes[3, 3], classes[3, 4], classes[0, 0] = 0, 1, 2
    layer = Cells(
        theme="c", title="格网", grid=grid, classes=classes, entries=(A, B, Entry("C", "远", "#000000", "#000000"))
    )
    bounds = (119.95, 24.4, 120.05, 24.45)
    from zoning.crs import transformer

    extent = bounds if crs.is_geographic else transformer(CRS("EPSG:4490"), crs).transform_bounds(*bounds)
    (found,) = draw(tmp_path / "a.pdf", Panel(layers=(layer,), crs=crs, extent=extent))
    assert found.legend == {"格网": (A, B)}


def test_more_cells_than_can_be_drawn_are_a_picture(tmp_path):
    grid = Grid(GK, Affine(10, 0, 490_000, 0, -10, 2_702_000), (200, 200))
    layer = Cells(theme="c", title="格网", grid=grid, classes=np.zeros((200, 200), dtype=np.int16), entries=(A, B))
    (found,) = draw(tmp_path / "a.pdf", Panel(layers=(layer,), crs=GK, extent=grid.bounds))
    assert found.legend == {"格网": (A,)}
    with pikepdf.open(tmp_path / "a.pdf") as file:
        assert any(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" for one in file.objects)


def test_a_curved_grid_is_drawn_by_its_corners(tmp_path):
    x, y = np.meshgrid(np.linspace(490_000, 494_000, 5), np.linspace(2_700_000, 2_702_000, 3))
    grid = CurvedGrid(GK, x + y * 0.01, y)
    layer = Cells(
        theme="c", title="格网", grid=grid, classes=np.arange(8, dtype=np.int16).reshape(2, 4) % 2, entries=(A, B)
    )
    (found,) = draw(tmp_path / "a.pdf", Panel(layers=(layer,), crs=GK, extent=grid.bounds))
    assert found.legend == {"格网": (A, B)}


def test_hatch_lines_are_as_far_apart_as_stated():
    lines = hatch_lines((10.0, 10.0, 30.0, 20.0), 45, 1.6)
    across = np.array([-np.sin(np.pi / 4), np.cos(np.pi / 4)])
    away = np.array([line[0] @ across for line in lines])
    assert np.diff(away) == pytest.approx(1.6)
    assert (lines[0][1] - lines[0][0]) @ across == pytest.approx(0)


def test_the_arrow_points_up_where_north_is_up():
    corners = arrow_outline(0.0, (5.0, 5.0), 10.0)
    assert corners[0].tolist() == [5.0, 10.0]
    assert corners[1:, 1].max() < corners[0, 1]


def test_ticks_neither_touch_nor_leave_the_page():
    ticks = tuple(Tick("E118°30′", "bottom", x, 4.0) for x in (1.0, 20.0, 22.0, 60.0, 99.0))
    assert [tick.x for tick in spaced(ticks, lambda _text: 8.0, (100.0, 80.0))] == [20.0, 60.0]


def test_the_graticule_of_a_city_is_in_minutes():
    view = fitted(GK, (480_000, 2_700_000, 520_000, 2_730_000), (5.0, 5.0, 205.0, 155.0))
    ticks = graticule_of(view).ticks
    assert {tick.text for tick in ticks if tick.edge == "bottom"} >= {"E119°50′", "E120°"}
    assert {tick.edge for tick in ticks} == {"bottom", "top", "left", "right"}
    middle = next(tick for tick in ticks if tick.text == "E120°" and tick.edge == "bottom")
    assert middle.x == pytest.approx(105.0, abs=0.01)


def test_a_point_near_the_edge_has_its_text_inside():
    found = placed([Wish("名", shapely.Point(99, 50), 1.0)], Room((0, 0, 100, 100)), lambda _text: (10.0, 3.0))
    assert found.places[0].box[2] <= 100
    assert found.places[0].box == pytest.approx((88.0, 50 + 2.5 * 0.7 - 1.5, 98.0, 50 + 2.5 * 0.7 + 1.5))


def test_a_small_area_gets_a_line_to_empty_ground():
    small = shapely.box(50, 50, 52, 52)
    found = placed([Wish("很长的名称", small)], Room((0, 0, 100, 100)), lambda _text: (12.0, 3.0))
    (place,) = found.places
    assert place.target is not None
    assert not shapely.intersects(shapely.box(*place.box), small)


def test_the_bar_is_nice_and_no_longer_than_its_room():
    view = View(GK, (0, 0, 1, 1), (0, 0, 1, 1), 300_000)
    assert scale_bar(view, 60.0).metres == 10_000
    assert scale_bar(view, 30.0).metres == 5_000


def test_what_no_font_has_is_a_box_and_controls_are_blanks():
    with our_fonts():
        assert clean("晋江\t市\x00") == "晋江 市"
        assert clean("\U0001f600甲") == "□甲"
        assert text_width("晋江", 10.0) == pytest.approx(2 * 10 / 72 * 25.4)
