"""The department tables of 晋江: read without an error, every planted fault that one table shows by itself is said."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from zoning.checks import check_departments, check_projects
from zoning.errors import Severity
from zoning.io.read.table.spreadsheets import read_table
from zoning.study import ProjectsInput, parse_study

pytestmark = pytest.mark.real

FILES = {
    "env_statistics": "env_statistics_2020.xlsx", "permits": "discharge_permits.csv",
    "carbon_verification": "carbon_verification_2019_2021.xlsx", "key_energy_users": "key_energy_users_2020.csv",
    "boilers": "boilers.csv", "kilns": "kilns.csv", "energy_balance": "energy_balance_2020.xlsx",
    "vehicles": "vehicles_roads.csv", "residential": "residential.csv",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "jinjiang" / "tables"


@pytest.fixture(scope="module")
def result(folder):
    inventory = {
        "crs": "EPSG:4490", "in_grid": "unknown", "series": "industry-guides",
        "tables": [{"kind": kind, "path": file} for kind, file in FILES.items()],
    }  # fmt: skip
    study = parse_study(
        {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"},
         "inventory": inventory}, folder,
    )  # fmt: skip
    raws = {place: read_table(folder / file, file) for place, file in enumerate(FILES.values())}
    return check_departments(raws, study)


def test_no_error_and_just_the_planted_faults(result):
    assert [one for one in result.findings if one.severity is Severity.ERROR] == []
    assert Counter(one.key for one in result.findings if one.severity is Severity.WARNING) == {
        "ENCODING_UNDECLARED.table": 1,  # permits are GBK
        "FIRM_CODE_PATTERN": 5,  # 3 old numbers, 2 wrong check letters
        "INDUSTRY_MISSING": 2,  # 6 rows of 环统, and the permit of one of them
        "YEAR_MISMATCH.rows": 1,  # 4 rows of 2019
        "FIRM_DUPLICATE.rows": 1,  # the other double has another name
        "ARITHMETIC.above": 1,  # the slip of SO2
        "ARITHMETIC.stated": 1,  # the wrong total
        "UNIT_SLIP.tce_below": 2,  # the slip of tce, in both of its columns
    }
    said = {one.key: one for one in result.findings}
    assert said["YEAR_MISMATCH.rows"].message_zh.count("4 行")
    assert said["INDUSTRY_MISSING"].file == "discharge_permits.csv"
    assert "81 行" in said["POINT_FORMAT.angles"].message_zh


def test_rows_of_every_table(result):
    counts = result.value.firms.groupby("table").size().to_dict()
    assert counts == {
        "env_statistics": 244, "permits": 255, "key_energy_users": 142, "boilers": 183, "kilns": 139,
        "carbon_verification": 143 + 36 + 73 + 73,
    }  # fmt: skip
    assert Counter(result.value.devices["status"])["removed"] == 6
    assert result.value.firms["lon"].notna().sum() == 244 + 255 + 183


@pytest.mark.parametrize(("column", "fuel"), [("coal_t", "bituminous"), ("gas_1e4m3", "natural_gas")])
def test_fuels_as_the_truth_has_them(result, folder, column, fuel):
    truth = pd.read_csv(folder / "tables_truth_open.csv", dtype={"key_user_rows": str})
    truth = truth[(truth["fuel_source"] == "key_users") & truth["key_user_rows"].str.fullmatch(r"\d+")]
    uses = result.value.uses
    ours = uses[(uses["fuel"] == fuel) & uses["ref"].str.startswith("key_energy_users/")].set_index("ref")["amount"]
    refs = "key_energy_users//" + truth["key_user_rows"]
    assert ours.reindex(refs).fillna(0.0).to_numpy() == pytest.approx(truth[column].to_numpy(), rel=1e-9)
    assert len(refs) > 20


def test_the_balance_equals_the_published_totals(result):
    table = result.value.balance.set_index(["part", "item", "fuel"])["amount"]
    assert table["balance", "available", "bituminous"] == pytest.approx(3_097_000)
    assert table["balance", "consumption_tce", "energy"] == pytest.approx(10_964_000)


def test_planned_projects(folder):
    raw = read_table(folder / "pipeline_projects.csv", "p.csv")[0]
    judged = check_projects(raw, ProjectsInput(path="p.csv", crs="EPSG:4490"), None)
    assert Counter(str(one.code) for one in judged.findings) == {
        "POINT_AXES_SWAPPED": 1, "FIRM_DUPLICATE": 1, "UNIT_SLIP": 1, "PROJECT_STATUS": 1,
    }  # fmt: skip
    assert len(judged.value) == 25  # 27 but for one cancelled and one working; units would show the one outside
