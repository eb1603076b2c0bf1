"""Findings of one kind become one with examples; the most harmful comes first, whatever order they were found in."""

from __future__ import annotations

import dataclasses

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from zoning.checks.grouping import grouped, ordered_shapes
from zoning.checks.judged import FaultShape
from zoning.errors import Finding, FindingCode, Severity
from zoning.messages import finding
from zoning.tables import read


def unknown(row, value="甲", file="a.xlsx", field="类别", **more):
    where = {"file": file, "row": row, "field": field, "value": value}
    return finding("VALUE_UNKNOWN", where=where, count=1, allowed="乙", **more)


def test_a_finding_alone_of_its_kind_is_unchanged():
    alone = unknown(7)
    assert grouped([alone]) == (alone,)
    assert grouped([]) == ()


def test_one_fault_in_five_hundred_rows_is_one_finding_with_a_count_and_examples():
    faults = [unknown(row, f"v{row % 12}") for row in range(2, 502)]
    (one,) = grouped(reversed(faults))
    assert one.row == 2
    values = [f"v{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
    assert one.value == "；".join(values)
    rows = "（同类共 500 处，见第 2、3、4、5、6、7、8、9、10、11… 行；值："
    assert one.message_zh == unknown(2, "v2").message_zh + rows + "；".join(values) + "…）"
    rows = " (500 alike, see rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11…; values "
    assert one.message_en == unknown(2, "v2").message_en + rows + "; ".join(values) + "…)"
    assert (one.fix_zh, one.fix_en) == (faults[0].fix_zh, faults[0].fix_en)


@pytest.mark.parametrize(
    ("faults", "tail"),
    [
        ([unknown(3), unknown(9)], "（同类共 2 处，见第 3、9 行）"),
        ([unknown(3, "x"), unknown(3, "y")], "（同类共 2 处；值：x；y）"),
        ([unknown(4, "x"), unknown(None, "x")], "（同类共 2 处）"),
    ],
)
def test_what_is_the_same_everywhere_is_not_said_again(faults, tail):
    (one,) = grouped(faults)
    assert one.message_zh == faults[0].message_zh + tail


def test_a_finding_twice_word_for_word_counts_once():
    assert grouped([unknown(3), unknown(3)]) == (unknown(3),)


@pytest.mark.parametrize(
    "other",
    [
        unknown(4, file="b.xlsx"),
        unknown(4, field="级别"),
        unknown(4, severity=Severity.WARNING),
        dataclasses.replace(unknown(4), layer="表2"),
        dataclasses.replace(unknown(4), key="VALUE_UNKNOWN.other"),
    ],
)
def test_another_file_field_severity_layer_or_text_is_another_kind(other):
    assert len(grouped([unknown(3), other])) == 2


def test_a_long_value_is_quoted_in_short_and_kept_whole_in_its_column():
    (one,) = grouped([unknown(3, "长" * 500), unknown(4, "{count}")])
    assert one.value == "长" * 500 + "；{count}"
    assert one.message_zh.endswith(f"值：{'长' * 60}…；{{count}}）")


def test_the_most_harmful_comes_first():
    where = {"file": "u.gpkg", "value": "x"}
    faults = [
        finding("GEOM_Z", where=where, count=1),
        unknown(3),
        finding("LAYER_OVERLAP", where=where, pairs="甲、乙", count=1, total="1 m²"),
        finding("UNIT_MISSING", where={"file": "e.tif"}),
        finding("PATH_MISSING", where={"file": "z.csv"}),
        finding("CRS_MISSING", where={"file": "z.shp"}),
        finding("YEAR_DIFFERS", severity=Severity.WARNING, where=where, year=2010, base=2020),
    ]
    order = ["PATH_MISSING", "CRS_MISSING", "LAYER_OVERLAP", "UNIT_MISSING", "VALUE_UNKNOWN", "YEAR_DIFFERS", "GEOM_Z"]
    assert [str(one.code) for one in grouped(faults)] == order


def test_within_a_code_files_and_rows_are_in_order():
    faults = [unknown(30, field="b"), unknown(5, field="c"), unknown(9, file="0.csv"), unknown(None, field="d")]
    assert [(one.file, one.row) for one in grouped(faults)] == [
        ("0.csv", 9), ("a.xlsx", None), ("a.xlsx", 5), ("a.xlsx", 30)
    ]  # fmt: skip


def test_every_code_has_one_rank():
    rows = read("finding_harm")
    assert sorted(row["code"] for row in rows) == sorted(FindingCode)
    assert len({row["rank"] for row in rows}) == len(rows)


words = st.sampled_from(["", "a", "b", "ZH1、ZH2", "{x}", "\x1b[31m"])
findings = st.builds(
    Finding,
    code=st.sampled_from([FindingCode.CODE_PATTERN, FindingCode.GEOM_Z]),
    severity=st.sampled_from(list(Severity)),
    message_zh=words,
    message_en=words,
    file=words,
    row=st.none() | st.integers(1, 5),
    value=words,
    key=st.sampled_from(["k", "l"]),
)


@given(st.lists(findings, max_size=25), st.randoms(use_true_random=False))
def test_grouping_is_idempotent_and_independent_of_order(several, chance):
    once = grouped(several)
    assert grouped(once) == once
    chance.shuffle(several)
    assert grouped(several) == once
    kinds = {(one.code, one.severity, one.key, one.file) for one in several}
    assert {(one.code, one.severity, one.key, one.file) for one in once} == kinds
    assert len(once) == len(kinds)


def test_shapes_are_numbered_most_harmful_first_then_largest_and_empty_ones_are_left_out():
    def shape(code, area, value, severity=Severity.ERROR):
        return FaultShape(code, severity, "u.gpkg", value, area, shapely.Point(118, 24).buffer(0.01))

    sliver = shape("LAYER_SLIVER", 9.0, "s", Severity.WARNING)
    gap, small, big = shape("LAYER_GAP", 5.0, "g"), shape("LAYER_OVERLAP", 1.0, "a"), shape("LAYER_OVERLAP", 2.0, "b")
    unmeasured = shape("LAYER_OVERLAP", float("nan"), "n")
    empty = dataclasses.replace(gap, geometry=shapely.Polygon())
    expected = (big, small, unmeasured, gap, sliver)
    assert ordered_shapes([sliver, small, empty, unmeasured, gap, big]) == expected
    assert ordered_shapes(reversed(expected)) == expected
