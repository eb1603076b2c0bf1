"""Cases of the example city: its files read back with independent tools, its tables by hand, its bytes."""

import csv
import hashlib
import json
import tomllib
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
import shapely

from zoning import vocab
from zoning.errors import TableError
from zoning.factors import fuel_factor, fuel_series
from zoning.io.write.example import write_demo, write_region
from zoning.quantities import canonical
from zoning.study import parse_study
from zoning.synthetic import SyntheticRegion, region
from zoning.synthetic.access_lists import cells
from zoning.synthetic.mosaic import mosaic, roughen

DEMO = Path(__file__).parents[2] / "data" / "demo"


@pytest.fixture(scope="module")
def city() -> SyntheticRegion:
    return region(units=24, seed=4)


@pytest.fixture(scope="module")
def folder(city, tmp_path_factory) -> Path:
    return write_region(city, tmp_path_factory.mktemp("city")).parent


def hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_region_gives_the_same_bytes_and_another_seed_other_ones(city, folder, tmp_path):
    again = hashes(write_region(region(units=24, seed=4), tmp_path / "again").parent)
    assert again == hashes(folder)
    other = hashes(write_region(region(units=24, seed=5), tmp_path / "other").parent)
    same = {name for name in again if again[name] == other[name]}
    assert {Path(name).suffix for name in same} <= {".prj", ".cpg", ".shx", ".docx"}
    assert "access_list.xlsx" not in same


def test_writing_twice_into_one_folder_replaces_the_files(city, folder, tmp_path):
    write_region(region(units=12, seed=9), tmp_path)
    write_region(city, tmp_path)
    assert hashes(tmp_path) == hashes(folder)


def test_units_are_a_gbk_shapefile_of_dialect_a(city, folder):
    (path,) = (folder / "units").glob("*.shp")
    assert path.with_suffix(".cpg").read_text() == "GBK"
    assert "重点管控单元".encode("gbk") in path.with_suffix(".dbf").read_bytes()
    layer = gpd.read_file(path)
    names = ["HJGKDYBM", "HJGKDYMC", "PROVINCE", "CITY", "COUNTY", "GKDYFL", "YSXL", "MJ", "REMARKS"]
    assert list(layer.columns[:-1]) == names
    assert all(vocab.field_name("units", name) for name in names)
    assert layer.crs.to_epsg() == 4549
    assert list(layer["HJGKDYBM"]) == list(city.units.codes)
    assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    np.testing.assert_allclose(layer["MJ"], layer.area / 1e6, atol=1e-4)
    assert list(layer["GKDYFL"].map(lambda one: vocab.value("unit_class", one))) == list(city.units.frame["unit_class"])
    assert layer["REMARKS"].str.contains("示例").all()


@pytest.mark.parametrize(
    ("element", "name"),
    [("air", "air_zones.geojson"), ("energy", "energy_no_burn.gpkg"), ("water", "water_zones.gpkg"),
     ("ecology", "ecology_zones.gpkg")],
)  # fmt: skip
def test_zones_are_of_dialect_b_and_their_words_are_known(city, folder, element, name):
    layer = gpd.read_file(folder / "zones" / name)
    by_field = {vocab.field_name(f"zones.{element}", header): header for header in layer.columns[:-1]}
    assert None not in by_field
    assert layer.crs.to_epsg() == 4490
    frame = city.zones[element].frame
    assert list(layer[by_field["code"]]) == list(frame["code"])
    fuel = layer[by_field["fuel_class"]] if "fuel_class" in by_field else [""] * len(layer)
    written = [vocab.zone_subtype(element, *one) for one in zip(layer[by_field["subtype"]], fuel, strict=True)]
    assert written == list(frame["subtype"])
    assert (element == "air") == ("GKFQFL\n" in layer.columns)


def test_rasters_hold_the_fields_and_say_what_is_no_data(city, folder):
    study = parse_study(tomllib.loads((folder / "study.toml").read_text("utf-8")), folder)
    assert study.study.example
    blocks = {(one.series, one.species): one for one in study.emissions}
    for field in city.grids.fields:
        path = study.locate(blocks[field.series, field.species].sectors[field.sector])
        with rasterio.open(path) as raster:
            assert raster.crs.to_epsg() == 4490
            assert raster.nodata == -9999.0
            assert raster.units == ("t",)
            assert tuple(raster.transform)[:6] == tuple(field.grid.transform)[:6]
            values = raster.read(1, masked=True).filled(np.nan)
            kind = np.float32 if field.series == "alternative" else np.float64
            np.testing.assert_array_equal(values, field.values().astype(kind))
    with rasterio.open(study.locate(blocks["primary", "CO2"].total)) as raster:
        np.testing.assert_array_equal(raster.read(1, masked=True).filled(np.nan), city.grids.total_co2)


def test_the_study_parses_and_every_path_is_there(folder):
    study = parse_study(tomllib.loads((folder / "study.toml").read_text("utf-8")), folder)
    paths = [study.units.path, *(zone.path for zone in study.zones), study.points.path, study.targets.path]
    paths += [study.projects.path, study.access_list.unit, study.access_list.city, study.overrides.path]
    paths += [path for one in study.emissions for path in one.sectors.values()]
    assert all(study.locate(path).is_file() for path in paths)
    assert (study.years.base, study.years.near, study.years.outlook) == (2020, 2025, 2035)
    assert {sector for one in study.emissions for sector in one.sectors} == {
        "power", "industry", "residential", "transport",
    }  # fmt: skip


def test_enterprises_are_activity_times_factor(folder):
    path = folder / "points" / "enterprises.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path, dtype={"行业代码": str})
    assert all(vocab.field_name("points", header) for header in table.columns)
    assert table["行业代码"].str.fullmatch(r"\d{4}").all()
    assert set(table["是否已含于格网"]) <= {"是", "否"}
    assert set(table["燃料"].map(lambda one: vocab.value("fuel", one))) <= {
        "coal", "coke", "petcoke", "oil", "gas", "biomass", "process",
    }  # fmt: skip
    by_hand = {"烟煤": 2.071509, "天然气": 21.621888, "焦炭": 2.851825, "柴油": 3.145122, "成型生物质": 0.0}
    for fuel, factor in by_hand.items():
        rows = table[table["燃料"] == fuel]
        np.testing.assert_allclose(rows["CO2"], rows["消耗量"] * factor, rtol=1e-6, atol=0.001)


@pytest.mark.parametrize("name", ["targets", "projects", "overrides"])
def test_headers_of_the_tables_are_known(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert all(vocab.field_name(name, header) for header in rows[0])
    assert all("示例" in row.get("note", row.get("备注", "")) for row in rows)


def test_one_county_is_behind_its_path_for_coal_and_no_other(city):
    coal = city.targets[(city.targets["indicator"] == "煤炭消费总量") & (city.targets["region_level"] == "county")]
    behind = []
    for code, rows in coal.groupby("region_code"):
        base, near = rows[rows["year"] == 2020].iloc[0], rows[rows["year"] == 2025].iloc[0]
        path = base["limit"] + (near["limit"] - base["limit"]) * 2 / 5
        if near["use"] >= 1.05 * path and base["use"] >= 1.05 * base["limit"]:
            behind.append(code)
        else:
            assert near["use"] <= path
    assert behind == [city.truth.lagging["region_code"]]
    for indicator in set(city.targets["indicator"]):
        canonical(city.targets.loc[city.targets["indicator"] == indicator, "unit"].iloc[0])
        assert vocab.value("indicator", indicator)


def test_county_numbers_add_up_to_the_city(city):
    levels = city.targets.pivot_table("use", ["indicator", "year"], "region_level", aggfunc="sum").dropna()
    coal = levels.index.get_level_values("indicator") == "煤炭消费总量"
    base = levels.index.get_level_values("year") == 2020
    checked = levels[~coal | base]
    np.testing.assert_allclose(checked["city"], checked["county"], rtol=1e-3)


def test_the_four_layouts_by_hand():
    one = pd.DataFrame(
        {
            "dimension": ["S", "P", "P"],
            "number": [1, 1, 2],
            "tag": ["空间", "水", "水"],
            "text": ["甲。", "乙。", "丙。"],
        }
    )
    assert cells(one, "A") == [{"P": "2-1. 【水】乙。\n2-2. 【水】丙。", "S": "1-1. 【空间】甲。"}]
    assert cells(one, "B") == [{"P": "乙；丙。", "S": "甲。"}]
    assert cells(one, "C") == [{"P": "(1)【水】乙。", "S": "(1)【空间】甲。"}, {"P": "(2)【水】丙。"}]
    assert cells(one, "D") == [{"P": "1、乙。2、丙。", "S": "1、甲。"}]


def test_the_list_has_two_header_rows_and_all_clauses(city, folder):
    book = openpyxl.load_workbook(folder / "access_list.xlsx")
    assert book.properties.created == datetime(2021, 4, 12)  # noqa: DTZ001 - a spreadsheet has no time zone
    sheet = book.active
    assert "示例" in sheet["A1"].value
    assert sheet["B2"].value == "环境管控\n单元编码"
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:M1", "D2:F2", "I2:L2", "B2:B3"} <= merged
    heads = [sheet.cell(3, column).value for column in range(9, 13)]
    assert [vocab.field_name("list", head) for head in heads] == [
        "dimension:S",
        "dimension:P",
        "dimension:R",
        "dimension:Z",
    ]
    text = "".join(str(cell.value) for row in sheet.iter_rows(min_row=4) for cell in row if cell.value)
    codes = [row[1].value for row in sheet.iter_rows(min_row=4) if row[1].value]
    assert codes == list(city.units.codes)
    assert all(clause.rstrip("。") in text for clause in city.unit_list["text"])
    assert city.unit_list.groupby("code").size().between(3, 12).all()


def test_unmarked_regions_carry_no_mark(city, tmp_path):
    study = write_region(city, tmp_path, mark=False)
    content = tomllib.loads(study.read_text("utf-8"))
    assert content["study"]["example"] is False
    assert "示例" not in openpyxl.load_workbook(tmp_path / "access_list.xlsx").active["A1"].value.replace(city.name, "")


def test_truth_json_is_the_truth(city, folder):
    written = json.loads((folder / "truth.json").read_text("utf-8"))
    assert written.pop("list_faults") == city.list_faults
    assert written.pop("list_changes")["revised"] == list(city.later.revised)
    assert written.pop("comments") == city.comments["target"].tolist()
    assert written == json.loads(json.dumps(city.truth.as_dict()))


def test_the_bundled_demo_is_what_the_generator_writes(tmp_path):
    study = write_demo(tmp_path)
    lists = ("access_list.xlsx", "access_list_later.xlsx", "access_list_city.docx", "comments.xlsx")
    for name in ("study.toml", "truth.json", "targets.csv", "projects.csv", "overrides.csv", "README.md", *lists):
        assert (DEMO / name).read_bytes() == (study.parent / name).read_bytes(), (
            f"{name}: make the demo again with write_demo"
        )
    mine, theirs = ({str(one.relative_to(root)) for root in (root,) for one in root.rglob("*") if one.is_file()}
                    for root in (DEMO, tmp_path))  # fmt: skip
    assert mine == theirs
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 3_000_000
    readme = (DEMO / "README.md").read_text("utf-8")
    assert "示例数据" in readme
    assert "invented" in readme


def test_the_demo_needs_a_clause_in_a_fifth_of_its_units():
    truth = json.loads((DEMO / "truth.json").read_text("utf-8"))
    needed = {unit for rule in ("R1", "R2a", "R3", "R8", "S1") for unit in truth["planted"][rule]}
    assert 0.15 <= len(needed) / len(truth["roles"]) <= 0.30
    assert 12 <= len(truth["key_emitters"]) <= 20


def test_a_straight_mosaic_roughened_keeps_its_corners():
    rng = np.random.default_rng(0)
    straight = mosaic(rng, 1000.0, 400.0)
    inside = np.hypot(*straight.seeds.T) < 600
    rough = roughen(rng, straight, inside, 20.0)
    first, last = rough.offsets[:-1], rough.offsets[1:] - 1
    np.testing.assert_array_equal(rough.curves[first], straight.curves[::2])
    np.testing.assert_array_equal(rough.curves[last], straight.curves[1::2])
    label = np.where(inside, np.cumsum(inside) - 1, -1)
    plain, fractal = straight.dissolve(label), rough.dissolve(label)
    assert shapely.area(plain).sum() != shapely.area(fractal).sum()
    assert (shapely.get_num_coordinates(fractal) > 3 * shapely.get_num_coordinates(plain)).all()
    assert all(shapely.contains(fractal, shapely.points(straight.seeds[inside])))


@pytest.mark.parametrize(
    ("fuel", "series", "expected"),
    [
        (
            "bituminous",
            "industry-guides",
            2.071509,
        ),  # 23.204 · 26.18 = 607.48072; · 0.93 = 564.95707; · 44 / 12 = 2071.5093
        # printed values of a public table that cites the yearbook and the provincial guide
        ("汽油", "provincial-guide", 2.925056),
        ("柴油", "provincial-guide", 3.095910),
        ("天然气", "provincial-guide", 21.621888),
        ("烟煤", "provincial-guide", 1.741750),
        ("褐煤", "provincial-guide", 1.172864),
        ("焦炭", "provincial-guide", 2.860419),
        ("石油焦", "provincial-guide", 3.211542),
        ("原油", "provincial-guide", 3.020202),
        ("燃料油", "provincial-guide", 3.170461),
        ("液化天然气", "provincial-guide", 2.831257),
        ("液化石油气", "provincial-guide", 3.101330),
        ("高炉煤气", "provincial-guide", 8.481132),
        ("转炉煤气", "provincial-guide", 15.124032),
        ("焦炉煤气", "provincial-guide", 8.863806),
        ("gas", "industry-guides", 21.621888),
        ("coal", "industry-guides", 2.071509),
    ],
)
def test_fuel_factors(fuel, series, expected):
    assert fuel_factor(fuel, series).co2_per_unit == pytest.approx(expected, abs=6e-7)


def test_a_factor_says_where_it_is_from():
    factor = fuel_factor("lignite", "industry-guides")
    assert (factor.ncv, factor.carbon, factor.oxidation, factor.unit) == (14.449, 28.0, 0.96, "t")
    assert (factor.status, factor.year, factor.place) == ("second-hand", 2013, "CN")


@pytest.mark.parametrize(("fuel", "series"), [("烟煤", "nonsense"), ("anthracite", "provincial-guide"), ("", "")])
def test_a_factor_that_is_not_there_is_refused_with_the_names_that_are(fuel, series):
    with pytest.raises(TableError) as refused:
        fuel_factor(fuel, series)
    assert all(name in refused.value.text("en") for name in fuel_series())
    assert all(name in refused.value.text("zh") for name in fuel_series())


def test_each_fault_of_the_list_stands_in_a_unit_of_its_own(city):
    planted = city.list_faults
    assert len(set(planted.values())) == len(planted) >= 5
    for code, unit in planted.items():
        own = city.unit_list[city.unit_list["code"] == unit]
        if code == "LIST_DIMENSION_MISSING":
            assert "R" not in set(own["dimension"])
        else:
            assert (own["use"] == f"fault:{code}").sum() == 1
    assert set(city.unit_list.loc[city.unit_list["use"].str.startswith("fault"), "code"]) < set(planted.values())


def test_the_later_list_has_the_units_that_its_changes_give(city):
    moves = city.later.matches
    gone = {old for kind in moves.values() for old in kind}
    come = {new for kind in moves.values() for news in kind.values() for new in news}
    assert set(city.later.units["code"]) == set(city.units.codes) - gone | come
    assert set(city.later.clauses["code"]) == set(city.later.units["code"])
    assert [len(one) for one in moves["split"].values()] == [2]
    assert len(set(moves["merged"].values())) == 1
    added = city.later.clauses[city.later.clauses["use"].str.startswith("revision")]
    assert len(added) == len(city.later.revised) >= 2
    numbers = city.later.clauses.groupby(["code", "dimension"])["number"]
    assert (numbers.max() == numbers.size()).all()


def test_comments_name_clauses_that_stand_in_the_list(city):
    targets = [one.split("|") for one in city.comments["target"] if one]
    stands = set(zip(city.unit_list["code"], city.unit_list["dimension"], city.unit_list["number"], strict=True))
    assert all((code, dimension, int(number)) in stands for code, dimension, number in targets)
    assert (city.comments["target"] == "").sum() == 1
