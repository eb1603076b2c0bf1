"""Laws of department tables: amounts do not depend on how they are written, rows not on their neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.checks import check_departments
from zoning.checks.table.departments.measures import factor_of
from zoning.checks.table.departments.processes import terms_of
from zoning.intake import RawCell, RawTable
from zoning.study import parse_study

UNITS = {"吨": 1.0, "万吨": 1e4, "千克": 1e-3, "t": 1.0, "kg": 1e-3}
amounts = st.decimals(min_value=0, max_value=10**7, places=3).map(str)
STUDY = parse_study(
    {"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020}, "units": {"path": "u.gpkg"},
     "inventory": {"crs": "EPSG:4490", "in_grid": "no", "series": "industry-guides",
                   "tables": [{"kind": "key_energy_users", "path": "t"}]}}, ".",
)  # fmt: skip


def uses(*rows):
    cells = tuple(
        tuple(RawCell(text, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(rows, start=1)
    )
    return check_departments({0: (RawTable("t.xlsx", cells),)}, STUDY).value.uses


@given(st.lists(st.tuples(amounts, st.sampled_from(sorted(UNITS))), min_size=1, max_size=5))
def test_an_amount_is_the_same_whatever_unit_stands_where(rows):
    beside = uses(("单位名称", "柴油", "计量单位"), *((f"企{i}", *row) for i, row in enumerate(rows)))
    long = uses(
        ("单位名称", "能源品种", "消费量", "计量单位"), *((f"企{i}", "柴油", *row) for i, row in enumerate(rows))
    )
    expected = [float(amount) * UNITS[unit] for amount, unit in rows]
    assert beside["amount"].tolist() == pytest.approx(expected, rel=1e-12)
    assert long["amount"].tolist() == beside["amount"].tolist()
    for place, (amount, unit) in enumerate(rows):
        alone = uses(("单位名称", f"柴油({unit})"), ("企", amount))
        assert alone["amount"].tolist() == [beside["amount"].iloc[place]]


@given(st.permutations(["甲", "乙", "丙", "丁"]))
def test_the_order_of_rows_moves_nothing_but_their_numbers(names):
    amount = {"甲": "1", "乙": "2", "丙": "3", "丁": "4"}
    table = uses(("单位名称", "柴油(吨)"), *((name, amount[name]) for name in names))
    rows = {ref.rpartition("/")[2]: value for ref, value in zip(table["ref"], table["amount"], strict=True)}
    assert rows == {str(place): float(amount[name]) for place, name in enumerate(names, start=2)}


@given(st.sampled_from(["吨", "万吨", "千克"]), st.sampled_from(["立方米", "万千瓦时", "吉焦", "万立方米"]))
def test_a_unit_measures_one_thing_only(mass, other):
    assert factor_of(mass, "t") > 0
    assert factor_of(other, "t") != factor_of(other, "t")


@given(st.lists(st.tuples(amounts, st.decimals(min_value="0.001", max_value=2, places=4).map(str)), max_size=4))
def test_every_term_of_a_process_is_read(terms):
    text = " + ".join(f"CaCO3 {amount} t × {factor}" for amount, factor in terms)
    found = [(one.process, one.amount, one.factor) for one in terms_of(text)]
    assert found == [("CaCO3", float(amount), float(factor)) for amount, factor in terms]
