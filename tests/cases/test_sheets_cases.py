"""Sheets of the atlas: what stands on them, what is absent and why, and whose wishes order them."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from tests.cases.nine_units import CODES, nine_units

from zoning.atlas.imprint import imprint_of, system_text
from zoning.atlas.sheets import SHEETS, check_sheets, known_sheet, plates_of, sheet_list
from zoning.cartography.bases import base_layers
from zoning.cartography.cells import densities_of
from zoning.cartography.layers import cells_of, code_legend, density_theme, short_codes, value_legend
from zoning.cartography.model import Areas, Cells, Lines, Points
from zoning.drafts import Draft
from zoning.field import Field, Kind, Origin
from zoning.intake import ArrayBlocks
from zoning.ledger import Ledger
from zoning.study import parse_study
from zoning.supports import BaseLayer, ControlUnits, Emitters, Grid
from zoning.symbology import packaged_look

LOOK = packaged_look()
WEST, SOUTH = 350_000.0, 2_740_000.0


def with_atlas(result, **atlas):
    content = {key: value for key, value in result.study.model_dump(exclude_defaults=True).items() if key != "root"}
    return replace(result, study=parse_study(content | {"atlas": atlas}, root="."))


def plate(result, name, lang="zh"):
    plates, _ = plates_of(result, lang, [name])
    return next(one for one in plates if one.id == name)


def areas_of(panel, theme):
    return next(layer for layer in panel.layers if layer.theme == theme)


def field(values, side=2_000.0, **about):
    grid = Grid("EPSG:4549", Affine(side, 0, WEST, 0, -side, SOUTH + 12_000.0), values.shape)
    known = {"species": "CO2", "sector": "industry", "year": 2020, "unit": "t", "kind": Kind.TOTAL, "basis": "CO2"}
    return Field(grid, ArrayBlocks(values), **(known | {"origin": Origin.SPREAD} | about))


def test_every_sheet_is_drawn_or_said_to_be_absent():
    plates, absent = plates_of(nine_units())
    families = {plate.id.split(".")[0] for plate in plates} | {one.id.split(".")[0] for one in absent}
    assert families == {sheet.id.split(".")[0] for sheet in SHEETS}
    assert len({plate.id for plate in plates}) == len(plates)
    assert all(one.missing and one.title for one in absent)
    assert {"zones.water", "zones.ecology", "emitters", "double_high", "pressure", "parks"} <= {
        one.id for one in absent
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_plate_says_what_it_shows_how_to_read_it_and_where_it_comes_from(lang):
    for one in plates_of(nine_units(), lang)[0]:
        assert one.group
        assert one.title
        assert one.subtitle, one.id
        assert one.notes, one.id
        assert one.panels, one.id
        for panel in one.panels:
            for layer in panel.layers:
                if isinstance(layer, Areas):
                    assert len(layer.keys) == len(layer.shapes)
                    assert sum(entry.count for entry in layer.entries) == len(layer.keys), (one.id, layer.theme)
                    assert set(layer.keys) == {entry.key for entry in layer.entries}


def test_panels_show_the_whole_region_with_a_margin():
    panel = plate(nine_units(), "unit_class").panels[0]
    west, south, east, north = panel.extent
    assert (west, south) == (WEST - 360, SOUTH - 360)
    assert (east, north) == (WEST + 12_360, SOUTH + 12_360)


def test_classes_of_units_are_counted_with_their_area():
    table = plate(nine_units(), "unit_class").tables[0]
    assert [row[1:] for row in table.rows] == [
        ("2", "32", "22%"), ("5", "80", "56%"), ("2", "32", "22%"), ("9", "144", ""),
    ]  # fmt: skip


def test_densities_of_units_are_classed_and_a_unit_without_data_says_so():
    areas = areas_of(plate(nine_units(), "emission.CO2").panels[0], "density.CO2")
    assert areas.unit == "t/(km²·a)"
    assert areas.keys[0] == "07"  # 1.6e6 t on 16 km² are 100,000 t km-2: the last class holds it
    assert areas.keys[8] == "NO_DATA"
    assert areas.labels[:2] == ("20001", "20002")


def test_sectors_share_the_classes_of_the_total():
    one = plate(nine_units(), "sectors.CO2")
    assert [panel.title for panel in one.panels] == ["工业", "电力热力", "居民生活"]
    keys = [areas_of(panel, "density.CO2").keys[0] for panel in one.panels]
    assert keys == ["06", "06", "05"]  # 50,000, 30,000 and 20,000 t km-2


def test_the_grid_is_drawn_where_there_is_one():
    result = replace(nine_units(), fields=(field(np.full((6, 6), 40.0)),))
    cells = areas_of(plate(result, "emission.CO2").panels[0], "density.CO2")
    assert isinstance(cells, Cells)
    assert cells.classes.shape == (6, 6)
    assert [entry.count for entry in cells.entries] == [36]  # 40 t on 4 km² everywhere
    panels = plate(result, "sectors.CO2").panels
    assert [type(panel.layers[0]) for panel in panels] == [Cells, Areas, Areas]


def test_a_level_has_no_density_and_another_series_is_not_drawn():
    level = field(np.full((6, 6), 35.0), kind=Kind.INTENSIVE, unit="ug m-3")
    assert isinstance(plate(replace(nine_units(), fields=(level,)), "emission.CO2").panels[0].layers[0], Areas)
    both = (field(np.full((6, 6), 40.0)), field(np.full((6, 6), 4e9), series="alternative"))
    cells = plate(replace(nine_units(), fields=both), "emission.CO2").panels[0].layers[0]
    assert [entry.key for entry in cells.entries] == ["01"]


def test_blocks_of_cells_keep_mass():
    values = np.arange(36, dtype=float).reshape(6, 6)
    values[0, 0] = np.nan
    region = shapely.box(WEST, SOUTH, WEST + 12_000, SOUTH + 12_000)
    crs = CRS.from_epsg(4549)
    whole, blocks = (densities_of([field(values)], region, crs, most) for most in (100, 9))
    assert (whole.merged, blocks.merged, blocks.values.shape) == (1, 2, (3, 3))
    areas = whole.grid.cell_area / 1e6
    assert np.nansum(whole.values * areas) == pytest.approx(np.nansum(values))
    # the first block: 1 + 6 + 7 t over three cells with data
    three = areas[0, 1] + areas[1, 0] + areas[1, 1]
    assert blocks.values[0, 0] == pytest.approx(14 / three)


def test_a_cell_is_drawn_if_the_region_has_its_centre_or_a_border_in_it():
    region = shapely.box(WEST + 100, SOUTH + 100, WEST + 200, SOUTH + 200)
    found = densities_of([field(np.ones((6, 6)))], region, CRS.from_epsg(4549), 100)
    assert np.isfinite(found.values).sum() == 1


def test_a_grid_beside_the_region_is_not_drawn_and_one_of_several_grids_neither():
    crs = CRS.from_epsg(4549)
    far = shapely.box(WEST + 1e6, SOUTH, WEST + 1.1e6, SOUTH + 1e4)
    assert densities_of([field(np.ones((6, 6)))], far, crs, 100) is None
    near = shapely.box(WEST, SOUTH, WEST + 1e4, SOUTH + 1e4)
    assert densities_of([field(np.ones((6, 6))), field(np.ones((12, 12)), side=1000.0)], near, crs, 1000) is None


def test_sinks_have_a_class_of_their_own():
    result = replace(nine_units(), fields=(field(np.full((6, 6), -40.0)),))
    cells = plate(result, "emission.CO2").panels[0].layers[0]
    assert [entry.label for entry in cells.entries] == ["< 0"]


def test_what_a_study_leaves_out_reorders_and_retitles():
    atlas = {"leave_out": ["location", "emission.NOx", "zones.air"], "order": ["decision", "emission"],
             "titles": {"unit_class": "三类单元图"}}  # fmt: skip
    plates, absent = plates_of(with_atlas(nine_units(), **atlas))
    ids = [one.id for one in plates]
    assert ids[:3] == ["decision", "emission.CO2", "unit_class"]
    assert not {"location", "emission.NOx", "zones.air"} & {*ids, *(one.id for one in absent)}
    assert plates[2].title == "三类单元图"


def test_only_what_is_asked_for_is_made():
    assert [one.id for one in plates_of(nine_units(), "zh", ["emission.NOx", "decision"])[0]] == [
        "emission.NOx", "decision",
    ]  # fmt: skip


def test_unknown_sheets_name_the_nearest_one():
    study = with_atlas(nine_units(), leave_out=["descision"], order=["emission.CO2"], titles={"park": "园区"}).study
    found = check_sheets(study)
    assert [(one.code, one.field, one.value) for one in found] == [
        ("SHEET_UNKNOWN", "atlas.leave_out", "descision"), ("SHEET_UNKNOWN", "atlas.titles", "park"),
    ]  # fmt: skip
    assert "decision" in found[0].fix_zh
    assert "parks" in found[1].fix_en


@pytest.mark.parametrize(
    ("name", "known"),
    [("emission", True), ("emission.PM2.5", True), ("zones.air", True), ("zones.air.2", True), ("zones", False),
     ("mutual_control.kappa", True), ("emission.", False), ("unit_class.x", False)],
)  # fmt: skip
def test_ids_that_are_known(name, known):
    assert known_sheet(name) is known


def test_the_list_has_every_sheet_in_both_languages():
    assert [row[0].removesuffix(".…") for row in sheet_list("en")] == [sheet.id for sheet in SHEETS]
    assert not any("\u4e00" <= letter <= "\u9fff" for row in sheet_list("en") for text in row for letter in text)


def test_every_unit_stands_once_in_the_index():
    rows = plate(nine_units(), "unit_index").tables[0].rows
    assert [row[0] for row in rows] == list(CODES)


def test_flagged_units_stand_in_the_order_of_urgency():
    (_, flagged) = plate(nine_units(), "decision").tables
    assert [row[0] for row in flagged.rows] == [CODES[0], CODES[1], CODES[3], CODES[2]]


def test_after_the_drafts_a_list_has_the_strongest_of_its_clauses():
    drafts = (
        Draft("a", "unit", CODES[0], "R1-KEY", "T", "P", "add", "", "甲", carbon_state="CARBON", units=(CODES[0],)),
        Draft(
            "b", "unit", CODES[3], "R1-KEY", "T", "P", "add", "", "乙", carbon_state="ENERGY_ONLY", units=(CODES[3],)
        ),
        Draft("c", "unit", CODES[2], "R", "T", "P", "add", "", "丙", carbon_state="CARBON", units=(CODES[2],), rank=2),
        Draft("d", "zone", "type:AIR_HIGH", "ZONE", "T", "P", "add", "", "丁", carbon_state="CARBON", units=CODES),
    )
    one = plate(replace(nine_units(), drafts=drafts), "before_after")
    now, after = (areas_of(panel, "carbon_state").keys for panel in one.panels)
    assert (now[0], after[0]) == ("NONE", "CARBON")
    assert now[1:] == after[1:]
    assert one.notes[0].startswith("9 个单元中 1 个")


def test_a_measure_that_raises_one_of_the_two_comes_first():
    signs = (("M1", "CO2", "-"), ("M1", "NOX", "+")), (("M2", "CO2", "+"), ("M2", "NOX", "+")), (("M3", "CO2", "?"),)
    drafts = tuple(
        Draft(str(place), "unit", code, "R", "T", "P", "add", "", "甲", units=(code,), signs=one)
        for place, (code, one) in enumerate(zip(CODES, signs, strict=False))
    )
    one = plate(replace(nine_units(), drafts=drafts), "direction")
    assert areas_of(one.panels[0], "direction").keys[:4] == ("RISES", "BOTH", "UNKNOWN", "NONE")
    assert "M1" in one.notes[1]


def test_zones_with_drafts_keep_their_colour_and_the_others_are_kept():
    draft = Draft("d", "zone", "type:AIR_HIGH", "ZONE", "T", "P", "add", "", "丁", units=CODES)
    one = plate(replace(nine_units(), drafts=(draft,)), "zone_changes")
    kept, changed = one.panels[0].layers[:2]
    assert (kept.keys, changed.keys) == (("KEPT",), ("AIR_HIGH",))
    assert len(one.panels) == 1


def test_emitters_are_points_by_size_and_an_unknown_mass_is_no_zero():
    frame = gpd.GeoDataFrame(
        {"record": ["1", "2", "3"], "emitter": ["A", "A", "B"], "name": ["甲", "甲", "乙"], "sector": "industry",
         "year": 2020, "in_grid": "no", "CO2": [20_000.0, 10_000.0, np.nan]},
        geometry=gpd.points_from_xy([WEST + 10] * 3, [SOUTH + 10] * 3), crs="EPSG:4549",
    )  # fmt: skip
    one = plate(replace(nine_units(), emitters=Emitters(frame, ("CO2",))), "emitters")
    points = areas_of(one.panels[0], "emitter.CO2")
    assert isinstance(points, Points)
    assert points.keys == ("02", "NO_DATA")
    assert [entry.size for entry in points.entries] == sorted((entry.size for entry in points.entries), reverse=True)


def test_base_layers_are_drawn_with_their_review_and_nothing_else_is():
    frame = gpd.GeoDataFrame(
        {"label": ["海", "岸"]},
        geometry=[
            shapely.box(WEST, SOUTH, WEST + 5, SOUTH + 5),
            shapely.LineString([(WEST, SOUTH), (WEST, SOUTH + 9)]),
        ],
        crs="EPSG:4549",
    )
    bases = (
        BaseLayer("sea", "海域", "闽S（2024）1号", "测绘院", frame[:1]),
        BaseLayer("road", "道路", "闽S（2024）1号", "测绘院", frame[1:]),
    )
    result = replace(nine_units(), bases=bases)
    below, above = base_layers(result)
    assert ([type(one) for one in below], [type(one) for one in above]) == ([Areas], [Lines])
    one = plate(result, "location")
    assert one.panels[0].layers[0].theme == "base.sea"
    assert one.panels[0].layers[-1].theme == "base.road"
    assert one.approvals == ("海域：审图号 闽S（2024）1号", "道路：审图号 闽S（2024）1号")
    bare = plate(nine_units(), "location")
    assert not any(layer.theme.startswith("base.") for layer in bare.panels[0].layers)
    assert bare.approvals == ()


def one_unit():
    """A single unit, and nothing else: no zones, no emission, no lists."""
    result = nine_units()
    units = ControlUnits(result.units.frame[:1])
    ledger = Ledger.of_units(CODES[:1])
    return replace(
        result, units=units, zones=(), ledger=ledger, decisions=result.decisions[:1], lists=(), findings=(),
        conservation=pd.DataFrame(),
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_unit_alone_has_its_sheets(lang):
    plates, absent = plates_of(one_unit(), lang)
    assert {"location", "unit_class", "decision", "unit_index"} <= {one.id for one in plates}
    assert {"emission", "sectors", "zones.air", "common_origin", "carbon_state"} <= {one.id for one in absent}
    assert plates[1].tables[0].rows[0][2] in ("无数据", "no data")


def test_units_without_any_data_are_drawn_as_such():
    result = nine_units()
    data = result.ledger.data.copy(deep=True)
    data["emission"].values[:] = np.nan
    plates, absent = plates_of(replace(result, ledger=Ledger(data)))
    assert "emission" in {one.id for one in absent}
    assert "decision" in {one.id for one in plates}


def test_species_without_limits_of_their_own_share_some():
    assert density_theme(LOOK, "CH4") == "density.other"
    assert density_theme(LOOK, "NOx") == "density.NOx"
    assert {entry.label for entry in value_legend(LOOK, "density.other", np.array([-1.0, 0.05])).entries} == {
        "< 0", "0–0.1",
    }  # fmt: skip


def test_ranges_below_zero_are_written_without_two_dashes():
    found = value_legend(LOOK, "common_origin_difference", np.array([-0.05, -0.5, 0.0, 0.05]), "en")
    assert [entry.label for entry in found.entries] == ["0.03–0.1", "\u22120.03 to 0.03", "\u22120.1 to \u22120.03",
                                                        "< \u22120.3"]  # fmt: skip


def test_classes_unknown_to_the_table_are_no_data():
    assert code_legend(LOOK, "unit_class", ["KEY", "OTHER"]).keys == ("KEY", "NO_DATA")


def test_cells_below_all_classes_draw_nothing():
    densities = densities_of(
        [field(np.full((6, 6), -4.0))], shapely.box(WEST, SOUTH, WEST + 9e3, SOUTH + 9e3), CRS.from_epsg(4549), 100
    )
    assert (cells_of(LOOK, densities, "density.NOx").classes == -1).all()


@pytest.mark.parametrize(
    ("codes", "short"),
    [(["ZH35010010001", "ZH35020020001"], ("010010001", "020020001")), (["A", "B"], ("A", "B")), ([], ()),
     (["X"], ("X",))],
)  # fmt: skip
def test_short_codes_leave_out_what_all_share(codes, short):
    assert short_codes(codes) == short


def test_the_margin_comes_from_the_study_alone():
    result = with_atlas(nine_units(), version="1.0", status="final", sign_off={"checked": "李四"})
    imprint = imprint_of(result)
    assert imprint.crs == "CGCS2000 / 3 度带 120°E（EPSG:4549）"
    assert (imprint.version, imprint.status, imprint.mark) == ("1.0", "正式", "示例数据")
    assert imprint.sign_off == (("编制", ""), ("校核", "李四"), ("审核", ""), ("审定", ""))
    assert imprint.title.endswith("图集")
    assert len(imprint.warnings) == 2


@pytest.mark.parametrize(
    ("code", "text"),
    [(4490, "CGCS2000 地理坐标（EPSG:4490）"), (4528, "CGCS2000 / 3 度带 120°E（EPSG:4528）"),
     (4508, "CGCS2000 / 横轴墨卡托 中央经线 111°E（EPSG:4508）"),
     (32650, "WGS 84 / 横轴墨卡托 中央经线 117°E（EPSG:32650）")],
)  # fmt: skip
def test_systems_are_named_as_a_margin_does(code, text):
    assert system_text(CRS.from_epsg(code)) == text
