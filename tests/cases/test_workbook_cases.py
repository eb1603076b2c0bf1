"""The workbook of a small result by hand: every sheet, every hostile text, every gap."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.cases.six_units import CODES, NAMES, shares, six_units

from zoning.audit import matrices
from zoning.ledger import Column, Ledger
from zoning.messages import say
from zoning.symbology import symbol
from zoning.workbook import sheets_of, write_workbook
from zoning.workbook.cover import limits_of_trust
from zoning.workbook.paint import CELL_LIMIT, clean

TABS = [
    "说明",
    "决定",
    "理由与证据",
    "分级与统计",
    "条款草案",
    "清单体检",
    "清单问题",
    "维度覆盖",
    "碳状态",
    "继承后的要求",
    "协调性矩阵（单元）",
    "协调性矩阵（分区）",
    "期限",
    "协调性",
    "分区未回应",
    "守恒",
    "基线",
    "分区片段",
    "指标",
    "条款",
    "代用量审查",
    "输入问题",
    "数据字典",
]
OF_LISTS = TABS[5:15]
NUMERIC = {"number", "integer", "share", "ratio", "small", "science", "year"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "workbook.xlsx"
    write_workbook(six_units(), path)
    return openpyxl.load_workbook(path)


def header_row(sheet) -> int:
    return int(re.search(r"\d+", sheet.auto_filter.ref).group())


def records(sheet) -> list[dict[str, object]]:
    top = header_row(sheet)
    names = [cell.value for cell in sheet[top]]
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def test_the_sheets_are_there_in_reading_order(book):
    assert book.sheetnames == TABS


def test_english_workbook_has_no_chinese_of_ours(tmp_path):
    result = six_units(name="study")
    write_workbook(result, tmp_path / "en.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "en.xlsx")
    assert book.sheetnames[:3] == ["read me", "decisions", "reasons"]
    for sheet in sheets_of(result, "en"):
        said = [*sheet.lines, *(table.caption for table in sheet.tables)]
        said += [column.title for table in sheet.tables for column in table.columns]
        assert not [text for text in said if re.search(r"[\u4e00-\u9fff]", text)]


def test_every_title_row_carries_the_mark_of_example_data_and_only_then(book, tmp_path):
    assert all("示例数据" in sheet["A1"].value for sheet in book)
    write_workbook(six_units(example=False), tmp_path / "real.xlsx")
    assert not any("示例数据" in sheet["A1"].value for sheet in openpyxl.load_workbook(tmp_path / "real.xlsx"))


def test_decisions_by_hand(book):
    rows = records(book["决定"])
    assert [row["单元编码"] for row in rows] == sorted(CODES)
    first = next(row for row in rows if row["单元编码"] == CODES[0])
    assert first["决定"] == "需要碳条款"
    assert first["未覆盖可管控 CO₂ 下限（t/a）"] == 410_000.0
    assert first["成立的规则"].splitlines()[0] == "R1-KEY 重点排放单位未被有效碳条款覆盖"
    assert first["建议修改的维度"] == "空间布局约束"
    watched = next(row for row in rows if row["单元编码"] == CODES[3])
    assert (watched["人工调整"], watched["计算所得决定"], watched["调整人"]) == ("已采用", "需要碳条款", "张三")
    assert watched["随格网而变"] == "是"
    unknown = next(row for row in rows if row["单元编码"] == CODES[5])
    assert "缺企业排放台账" in unknown["缺什么"]


def test_what_is_absent_is_blank_and_said_so_never_zero(book):
    row = next(row for row in records(book["决定"]) if row["单元编码"] == CODES[5])
    assert row["CO₂ 总量（t/a）"] is None
    assert row["可管控 CO₂（t/a）"] == 0.0
    lines = [cell.value for cell in book["决定"]["A"][: header_row(book["决定"]) - 1]]
    assert any("无数据，不是 0" in str(line) for line in lines)
    baseline = {row["单元编码"]: row for row in records(book["基线"])}
    assert baseline[CODES[5]]["CO2 居民生活 2020（t/a）"] is None
    assert baseline[CODES[5]]["CO2 合计 2020（t/a）"] == 0.0  # two sectors are known to be 0


def test_decisions_have_the_colours_of_every_other_deliverable(book):
    sheet = book["决定"]
    column = next(cell.column for cell in sheet[header_row(sheet)] if cell.value == "决定")
    fills = {
        sheet.cell(row, column).value: sheet.cell(row, column).fill.fgColor.rgb[2:]
        for row in range(header_row(sheet) + 1, sheet.max_row + 1)
    }
    assert fills["需要碳条款"] == symbol("decision", "NEED").fill[1:]
    assert fills["已覆盖"] == symbol("decision", "COVERED").fill[1:]


def test_headers_are_frozen_and_filtered(book):
    for name in ("决定", "理由与证据", "条款草案", "守恒", "基线", "条款", "数据字典"):
        sheet = book[name]
        assert sheet.freeze_panes.endswith(str(header_row(sheet) + 1))
        assert sheet.print_title_rows == f"${header_row(sheet)}:${header_row(sheet)}"


def test_hostile_text_stays_text(tmp_path):
    write_workbook(six_units(), tmp_path / "w.xlsx")
    with zipfile.ZipFile(tmp_path / "w.xlsx") as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == len(TABS)
    assert not any(
        "<f>" in sheet or "<f " in sheet or "hyperlink" in sheet.replace("=HYPERLINK", "").lower() for sheet in sheets
    )
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    named = [cell for cell in cells if cell.value == NAMES[1]]
    assert named
    assert all(cell.quotePrefix for cell in named)  # editing the cell leaves it text
    assert "陶瓷园区" in {cell.value for cell in cells}  # its control character is gone


def test_reasons_say_column_value_unit_and_where_thresholds_come_from(book):
    row = next(row for row in records(book["理由与证据"]) if row["单元编码"] == CODES[3])
    assert row["回答"] == "成立"
    evidence = row["证据"].splitlines()
    assert evidence[0] == "未覆盖下限（uncovered_co2_lo） = 30,000 t/a"
    assert evidence[2].endswith("（grid_ratio） = 无数据")
    assert "重点排放单位年排放量（二手来源，待核）：26,000 t/a" in row["阈值及来源"]
    open_one = next(row for row in records(book["理由与证据"]) if row["回答"] == "无法判定")
    assert "缺企业排放台账" in open_one["缺什么"]


def test_a_threshold_of_the_study_is_shown_as_such():
    result = six_units()
    study = result.study.model_copy(update={"thresholds": {"key_emitter_co2": 10_000.0}})
    sheet = next(one for one in sheets_of(dataclasses.replace(result, study=study)) if one.key == "reasons")
    shown = [dict(zip((c.name for c in sheet.tables[0].columns), row, strict=True)) for row in sheet.tables[0].rows]
    assert "（研究文件给定）：10,000 t/a" in shown[0]["thresholds_text"]


def test_counts_and_tiers_by_hand():
    counts, tiers, drivers = next(one for one in sheets_of(six_units()) if one.key == "tiers").tables
    by_name = [dict(zip((c.name for c in counts.columns), row, strict=True)) for row in counts.rows]
    assert [row["units"] for row in by_name] == [1] * 6
    assert by_name[3]["applied"] == 1
    assert np.isnan(by_name[5]["co2_t"])
    assert by_name[0]["co2_t"] == 1_522_001.1
    rows = [dict(zip((c.name for c in tiers.columns), row, strict=True)) for row in tiers.rows]
    assert [(row["tier"], row["units"], row["limit"]) for row in rows] == [
        ("A", 1, 260_000.0),
        ("B", 0, 78_000.0),
        ("C", 2, 0.0),
    ]
    assert rows[2]["codes"].splitlines()[0] == f"{CODES[3]} {NAMES[3]}（30,000）"
    assert rows[2]["uncovered_lo_t"] == 50_000.0
    assert ("R1-KEY", 1) in [(row[1], row[2]) for row in drivers.rows]


def test_a_share_of_need_outside_the_expected_range_names_the_rule():
    result = six_units()
    flagged = result.decisions.assign(decision="NEED", driving_rule="R3-GAP")
    sheet = next(one for one in sheets_of(dataclasses.replace(result, decisions=flagged)) if one.key == "tiers")
    assert any("100%" in line and "R3-GAP" in line for line in sheet.lines)


def test_baseline_is_wide_with_units_in_its_headers(book):
    row = next(row for row in records(book["基线"]) if row["单元编码"] == CODES[0])
    assert row["CO2 工业 2020（t/a）"] == shares()[0, 0, 0, 0]
    assert row["CO2 合计 2020（t/a）"] == pytest.approx(1_522_001.1, rel=1e-15)
    assert row["椭球面积（km²）"] == pytest.approx(20.002)
    assert row["定位占比 CO2（%）"] == pytest.approx(1_100_400.375 / 1_522_001.1)
    assert row["排放量 second CO2 工业 2020（t/a）"] == 1.3 * shares()[0, 0, 0, 0]
    small = next(row for row in records(book["基线"]) if row["单元编码"] == CODES[5])
    assert small["分辨率标记"] == "小于一个像元"


def test_columns_the_program_does_not_know_are_shown_with_their_unit(tmp_path):
    result = six_units()
    meaning = Column("kg m-2", "某指标", "some index", "使用者 user")
    ledger = result.ledger.with_column("my_index", ("unit",), np.arange(6.0), meaning)
    sheet = next(one for one in sheets_of(dataclasses.replace(result, ledger=ledger)) if one.key == "indicators")
    column = next(column for column in sheet.tables[0].columns if column.name == "my_index_kg_m-2")
    assert (column.title, column.unit, column.source) == ("某指标（kg m-2）", "kg m-2", "使用者 user")


def test_regional_values_stand_below_the_indicators():
    sheet = next(one for one in sheets_of(six_units()) if one.key == "indicators")
    assert [row[:3] for row in sheet.tables[1].rows] == [("同根同源参照", "CO2", 1.0), ("同根同源参照", "SO2", 0.62)]


def test_clauses_keep_text_labels_and_address(book):
    rows = {row["条款原文"]: row for row in records(book["条款"])}
    row = rows["2025年底前完成燃煤锅炉清洁能源替代，由市发改局负责。"]
    assert (row["清单层级"], row["碳状态"], row["等级（级）"], row["管现有还是新增"]) == (
        "单元",
        "碳关联条款",
        3,
        "现有源",
    )
    assert row["依据的字词"] == "“2025”（L0）"
    assert (row["文件"], row["工作表"], row["单元格"]) == ("list.xlsx", "清单", "I5[4:32]")
    assert row["名称"] == NAMES[0]
    assert len(rows) == 4


def test_findings_come_errors_and_warnings_first(book):
    rows = records(book["输入问题"])
    assert [row["程度"] for row in rows] == ["警告", "警告", "提示"]
    assert (rows[0]["数值"], rows[1]["数值"], rows[1]["行号"]) == ("-2013", "=1", "7")


def test_copies_of_one_proxy_are_named(book):
    rows = records(book["代用量审查"])
    assert [(row["部门"], row["是副本"], row["结论"]) for row in rows] == [
        ("工业", "是", "副本"),
        ("电力热力", "否", "像元太少"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["six units", "example city"])
def test_every_column_is_in_the_data_dictionary_and_no_number_is_without_unit(which, lang, request):
    result = six_units() if which == "six units" else request.getfixturevalue("demo_result")
    sheets = sheets_of(result, lang)
    listed = {(row[0], row[1]) for row in sheets[-1].tables[0].rows}
    for sheet in sheets:
        for column, values in ((c, [row[n] for row in t.rows]) for t in sheet.tables for n, c in enumerate(t.columns)):
            assert (say(f"book.{sheet.key}.tab", lang), column.title) in listed
            assert column.meaning_zh
            assert column.meaning_en
            assert column.source
            numeric = any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
            assert column.unit or not (numeric or column.kind in NUMERIC), column
            assert column.kind in NUMERIC or not numeric, column


def test_everything_the_example_city_found_is_in_the_workbook(demo_result):
    """No column of a part of the result is left out: each is shown, or is one of those shown in words."""
    shown = {sheet.key: {c.name for t in sheet.tables for c in t.columns} for sheet in sheets_of(demo_result)}
    in_words = {
        "reasons",
        "undetermined",
        "missing",
        "sentence_zh",
        "sentence_en",
        "counterfactual_zh",
        "counterfactual_en",
    }
    assert set(demo_result.decisions.columns) - in_words <= shown["decisions"]
    assert set(demo_result.conservation.columns) <= shown["conservation"]
    assert set(demo_result.proxy_audit.columns) - {"verdict_zh", "verdict_en"} <= shown["proxy_audit"]
    names = {column.name for sheet in sheets_of(demo_result) for table in sheet.tables for column in table.columns}
    ledger = demo_result.ledger
    for name in ledger.columns:
        if "unit" in ledger.data[name].dims and not ledger.data[name].isnull().all():
            assert any(name == one or one.startswith(f"{name}_") for one in names) or name == "emission", name
    assert {f"CO2_{sector}_2020_t" for sector in ("industry", "power", "residential", "transport")} <= names


def test_cover_says_what_the_numbers_cannot_bear(book):
    said = "\n".join(str(cell.value) for cell in book["说明"]["B"])
    assert "1 对是同一代用量的副本" in said
    assert "1 个单元小于 4 个像元" in said
    assert "1 个单元换一套格网决定就会不同" in said
    assert "（2020）与基准年（2021）不同" in said
    assert "本软件建议值" in said
    assert "ab" * 32 in said
    assert "没有计入点源" not in said


def test_no_emitters_is_the_first_limit_of_trust():
    assert "没有计入点源" in limits_of_trust(dataclasses.replace(six_units(), emitters=None), "zh")[0]


def test_text_longer_than_a_cell_is_cut_aloud(tmp_path):
    assert clean("短", "zh") == "短"
    cut = clean("😀" * CELL_LIMIT, "zh")
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cut.endswith("全文见 results.gpkg）")
    result = six_units()
    decisions = result.decisions.assign(sentence_zh="长" * 40_000)
    write_workbook(dataclasses.replace(result, decisions=decisions), tmp_path / "long.xlsx")
    longest = max(len(row["为什么"]) for row in records(openpyxl.load_workbook(tmp_path / "long.xlsx")["决定"]))
    assert longest == CELL_LIMIT


def test_a_result_with_nothing_in_it_still_has_all_its_sheets_but_those_of_lists(tmp_path):
    result = six_units()
    empty = dataclasses.replace(
        result, zones=(), emitters=None, fragments=result.fragments.iloc[:0], lists=(), reasons=(), findings=(),
        proxy_audit=result.proxy_audit.iloc[:0], conservation=result.conservation.iloc[:0],
        ledger=Ledger(result.ledger.data[["area"]]),
    )  # fmt: skip
    write_workbook(empty, tmp_path / "empty.xlsx")
    assert openpyxl.load_workbook(tmp_path / "empty.xlsx").sheetnames == [tab for tab in TABS if tab not in OF_LISTS]


def test_override_texts_that_are_absent_are_blank(tmp_path):
    result = six_units()
    decisions = result.decisions.assign(override_by=pd.Series([np.nan] * 6, index=result.decisions.index, dtype=object))
    write_workbook(dataclasses.replace(result, decisions=decisions), tmp_path / "nan.xlsx")
    rows = records(openpyxl.load_workbook(tmp_path / "nan.xlsx")["决定"])
    assert {row["调整人"] for row in rows} <= {None, ""}


def test_path_may_be_text(tmp_path):
    write_workbook(six_units(), str(tmp_path / "w.xlsx"))
    assert Path(tmp_path / "w.xlsx").stat().st_size > 10_000


def tables_of(result, lang="zh"):
    """Rows of the first table of every sheet, as records of titles."""
    found = {}
    for sheet in sheets_of(result, lang):
        table = sheet.tables[0]
        found[sheet.key] = [dict(zip((c.name for c in table.columns), row, strict=True)) for row in table.rows]
    return found


def test_the_register_says_who_decided_what_and_how_it_stands(demo_result):
    rows = tables_of(demo_result)["register"]
    assert [(row["id"], row["from"], row["to"], row["state"]) for row in rows] == [
        ("OV01", "需要碳条款", "关注", "已采用"),
        ("OV02", "需要提级", "已覆盖", "已采用"),
    ]
    assert all(row["who"] and row["reason"] and row["valid_until"] == "2025-12-31" for row in rows)


def test_an_entry_that_ran_out_and_one_that_is_refused_are_in_the_register(demo_result):
    first = demo_result.register.iloc[0]
    late = first.to_dict() | {"id": "OV03", "state": "expired", "why_zh": "有效期至 2022-01-01，已过"}
    bad = first.to_dict() | {"id": "OV04", "kind": "车队", "state": "refused", "to": "=1+1", "now": ""}
    result = dataclasses.replace(demo_result, register=pd.DataFrame([late, bad]))
    rows = tables_of(result)["register"]
    assert [(row["state"], row["kind"], row["why"]) for row in rows] == [
        ("已过期", "决定", "有效期至 2022-01-01，已过"), ("未采用", "车队", "依据未变，已采用"),
    ]  # fmt: skip
    lines = next(sheet.lines for sheet in sheets_of(result) if sheet.key == "register")
    assert lines[0] == "共 2 条登记：已采用 0 条，待重议 0 条，已过期 1 条，未采用 1 条。"


def test_comments_stand_beside_the_clause_they_mean(demo_result):
    rows = tables_of(demo_result)["comments"]
    assert [row["target"].rpartition("|")[0] for row in rows][:2] == ["ZH99010110001|S|1-1", "ZH99010210001|S|1-1"]
    assert rows[1]["conflict"]
    assert rows[1]["before"]
    assert rows[-1]["target"].startswith("UNKNOWN:")
    assert all(row["answer"].startswith("【建议】") for row in rows)


def test_the_matrix_has_the_gravest_verdict_of_each_pair_in_words(demo_result):
    sheets = {sheet.key: sheet for sheet in sheets_of(demo_result)}
    relations = demo_result.audit.tables["coherence"]
    heat = "工业片区应建设集中供热管网，新增用热企业应接入管网。"
    assert set(relations.loc[relations["text"] == heat, "relation"]) >= {"MAY_CONFLICT"}
    unit = next(
        clause.code for one in demo_result.lists if one.level == "unit" for clause in one.clauses if clause.text == heat
    )
    rows = [row for row in tables_of(demo_result)["matrix_units"] if row["group"] == unit and row["dimension"] == "Z"]
    steam = next(row for row in rows if row["type"] == "集中供热替代分散锅炉")
    verdicts = {name: value for name, value in steam.items() if name.startswith("demand_") and value}
    assert "MAY_CONFLICT" in verdicts.values()
    assert steam["against"] == sum(
        pair == "MAY_CONFLICT" for pair in relations.loc[relations["text"] == heat]
        .drop_duplicates(["text", "demand"])["relation"]
    )  # fmt: skip
    titles = [column.title for column in sheets["matrix_zones"].tables[0].columns]
    assert {"总量", "强度", "占比"} <= set(titles)
    assert {row["group"] for row in tables_of(demo_result)["matrix_zones"]} >= {"AIR_HIGH", "AIR_GENERAL"}


def test_a_matrix_that_is_too_long_shows_the_first_units_and_says_so(monkeypatch, demo_result):
    known = matrices.numbers("limits")
    monkeypatch.setattr(matrices, "numbers", lambda _name: known | {"audit_matrix_rows": 12})
    again = dataclasses.replace(demo_result)
    shown, total = again.audit.cut["matrix_units"]
    assert total == 80
    assert 0 < shown < 12
    groups = [row["group"] for row in tables_of(again)["matrix_units"] if row["group"].startswith("ZH")]
    assert len(groups) <= 12
    assert set(groups) <= set(sorted(again.decisions.index)[:shown])
    lines = next(sheet.lines for sheet in sheets_of(again) if sheet.key == "matrix_units")
    assert f"共 80 个单元，按编码顺序只列前 {shown} 个" in lines[-1]


def test_a_penalty_has_a_magnitude_only_where_a_source_gives_one():
    from zoning.audit import audit_lists
    from zoning.clauses import AccessList, clauses_of_cell

    cell = "1、燃煤锅炉应采用石灰石—石膏湿法脱硫。2、涂装废气应采用RTO处理。"
    own = AccessList("unit", clauses_of_cell(cell, code="ZH35058220001", level="unit", dimension="P"))
    rows = audit_lists([own], date="2026-01-01").tables["penalties"].set_index("measure")
    assert rows.loc["M002 石灰石—石膏湿法脱硫", "magnitude"].startswith("0.69 tCO2/tSO2")
    assert rows.loc["M009 VOCs 蓄热式热力焚烧（RTO）", "magnitude"] == ""


def test_what_units_have_to_keep_has_its_level_and_agrees_with_the_judge(demo_result):
    """Geometry, not the words of the list, says in which zones a unit lies: as for the decisions."""
    held = pd.DataFrame(tables_of(demo_result)["audit_held"])
    assert set(held["level"]) == {"unit", "city"}
    assert len(held) == len(demo_result.audit.tables["held"])
    first = held[held["unit_code"] == demo_result.decisions.index[0]]
    assert list(first["level"]) == sorted(first["level"], reverse=True)  # own clauses first
