"""The study file: strict, frozen, every fault at once."""

import re
from pathlib import Path

import pytest

import zoning
from zoning.errors import StudyError
from zoning.io.read.studies import read_study
from zoning.study import parse_study
from zoning.tables import read

SOUND = {"study": {"name": "示例", "admin_code": "990100"}, "years": {"base": 2020}, "units": {"path": "units.gpkg"}}


def faults(content):
    with pytest.raises(StudyError) as raised:
        parse_study(content, root=".")
    return raised.value.findings


def test_a_sound_study_is_frozen():
    study = parse_study(SOUND, root="somewhere")
    with pytest.raises(ValueError, match="frozen"):
        study.years.base = 2021
    assert study.locate("units.gpkg").as_posix() == "somewhere/units.gpkg"


def test_unknown_key_names_the_nearest_allowed():
    found = faults(SOUND | {"tolerence": {"area": 1.0}})
    assert [(one.code, one.field) for one in found] == [("KEY_UNKNOWN", "tolerence")]
    assert "tolerance" in found[0].fix_zh
    assert "tolerance" in found[0].fix_en


def test_nested_unknown_key_is_addressed_and_named():
    found = faults(SOUND | {"zones": [{"element": "air", "path": "a.gpkg", "encodng": "GBK"}]})
    assert found[0].field == "zones.0.encodng"
    assert "encoding" in found[0].fix_zh


def test_an_unknown_threshold_is_a_fault_of_the_study_beside_its_others():
    found = faults(SOUND | {"thresholds": {"need_share_lwo": 0.2, "tier_a": 1.0}, "tolerence": {}})
    assert {one.field for one in found} == {"thresholds.need_share_lwo", "tolerence"}
    assert any("need_share_low" in one.fix_en for one in found)


def test_a_threshold_that_no_study_reaches_is_refused():
    (found,) = faults(SOUND | {"thresholds": {"permit_tolerance": 0.2, "tier_a": 1.0}})
    assert found.field == "thresholds.permit_tolerance"
    assert "set_by" in found.fix_zh


def test_what_a_study_may_set_is_read_from_the_study():
    code = "".join(path.read_text(encoding="utf-8") for path in Path(zoning.__file__).parent.rglob("*.py"))
    packaged = set(re.findall(r'numbers\("thresholds"\)\["(\w+)"\]', code))
    asked = set(re.findall(r'\.threshold\("(\w+)"\)', code))
    marked = {row["id"] for row in read("thresholds") if row["set_by"] == "package"}
    assert packaged - asked <= marked
    assert not marked & asked


def test_what_a_study_does_not_set_comes_from_the_tables():
    study = parse_study(SOUND | {"thresholds": {"cells_per_unit": 9.0}}, root=".")
    assert (study.threshold("cells_per_unit"), study.threshold("grid_ratio")) == (9.0, 1.5)
    assert (study.tolerance.area, study.tolerance.width, study.tolerance.densify) == (1.0, 0.1, 50.0)


def test_all_faults_come_at_once():
    found = faults({"study": {"nane": "x"}, "years": {"base": 20}, "units": {}})
    assert {one.field for one in found} == {"study.nane", "study.name", "study.admin_code", "years.base", "units.path"}


@pytest.mark.parametrize("missing", ["species", "year"])
def test_what_may_not_be_guessed_has_no_default(missing):
    layer = {
        "species": "CO2",
        "mass_basis": "CO2",
        "unit": "t",
        "kind": "total",
        "year": 2020,
        "sectors": {"all": "x.tif"},
    }
    layer.pop(missing)
    assert [one.field for one in faults(SOUND | {"emissions": [layer]})] == [f"emissions.0.{missing}"]


def test_points_must_say_whether_the_grid_holds_them():
    assert {one.field for one in faults(SOUND | {"points": {"path": "p.csv"}})} == {"points.crs", "points.in_grid"}


def test_file_missing_and_not_toml(tmp_path):
    with pytest.raises(StudyError) as raised:
        read_study(tmp_path / "none.toml")
    assert [one.code for one in raised.value.findings] == ["PATH_MISSING"]
    (tmp_path / "bad.toml").write_text("[study\nname = 1", encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        read_study(tmp_path / "bad.toml")
    assert [one.code for one in raised.value.findings] == ["FILE_UNREADABLE"]


def test_bom_is_forgiven(tmp_path):
    text = '\ufeff[study]\nname = "x"\nadmin_code = "990100"\n[years]\nbase = 2020\n[units]\npath = "u.gpkg"\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert read_study(tmp_path / "study.toml").study.name == "x"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"study": {"name": "x", "admin_code": "35"}}, "六位数字"),
        ({"study": {"name": "", "admin_code": "350582"}}, "不能为空"),
        ({"years": {"base": 1800}}, "不小于"),
        ({"years": {"base": "去年"}}, "整数"),
        ({"zones": [{"element": "fire", "path": "x"}]}, "'air'"),
        ({"zones": {"element": "air"}}, "[[zones]]"),
        ({"tolerance": {"area": -1.0}}, "大于"),
        ({"units": "units.gpkg"}, "[units]"),
    ],
)
def test_impossible_values_are_explained_in_the_users_language(changes, word):
    found = faults(SOUND | changes)
    assert any(word in one.message_zh for one in found), [one.message_zh for one in found]
    assert all("{" not in one.message_zh + one.message_en for one in found)
    assert not any("Input should" in one.message_zh for one in found)
