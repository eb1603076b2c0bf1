"""The register of 晋江: two entries are refused, two are on one unit, one reads a clause, one is about a place."""

from __future__ import annotations

import pytest

from zoning.checks import check_list, check_register
from zoning.io.read.table.spreadsheets import read_table
from zoning.judge import apply_readings
from zoning.study import ListInput, TableInput

pytestmark = pytest.mark.real


class _Units:
    def __init__(self, codes):
        self.codes = codes


def test_every_entry_stands_as_it_should(real_data):
    folder = real_data / "jinjiang"
    tables = read_table(folder / "access_list.xlsx", "access_list.xlsx")
    unit = check_list(tables, ListInput(unit="access_list.xlsx"), "unit", None).value
    (raw,) = read_table(folder / "tables" / "overrides.csv", "overrides.csv")
    judged = check_register(raw, TableInput(path="overrides.csv"), _Units(set(unit.by_code())))
    register = judged.value
    assert [entry.id for entry in register.decisions] == ["OV02", "OV05", "OV01"]
    assert {entry.id: (entry.why, entry.by) for entry in register.unapplied} == {
        "OV03": ("reason", ""), "OV04": ("superseded", "OV05"), "OV06": ("unit", ""), "OV08": ("elsewhere", ""),
    }  # fmt: skip
    assert register.decisions[2].has_ended("2023-01-01")
    assert not register.decisions[2].has_ended("2022-12-31")
    assert {str(found.code) for found in judged.findings} == {
        "OVERRIDE_REASON_MISSING", "OVERRIDE_CONFLICT", "OVERRIDE_TARGET_UNKNOWN", "VALUE_UNKNOWN",
    }  # fmt: skip
    lists, (standing,) = apply_readings((unit,), register.readings)
    assert (standing.entry.id, standing.state) == ("OV07", "applied")
    (read,) = (clause for clause in lists[0].clauses if clause.label.rule.startswith("register:OV07"))
    assert (read.id, read.label.carbon_state) == ("ZH35058210018|P|2-1|1", "CARBON_COUPLED")
