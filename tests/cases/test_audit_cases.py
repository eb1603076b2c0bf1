"""The audit of a list: every kind of fault, planted in a known cell and found there."""

from __future__ import annotations

import json
import re
import zipfile

import docx
import geopandas as gpd
import openpyxl
import pytest
from click.testing import CliRunner
from shapely import box

from zoning.audit import audit_lists
from zoning.audit.case import Case
from zoning.audit.copies import copies
from zoning.audit.deadlines import dates_of
from zoning.audit.laws import citations, standing
from zoning.audit.types import type_findings
from zoning.audit.wording import gap_of, weaknesses
from zoning.checks.grouping import grouped
from zoning.clauses import AccessList, Clause, Entry, clauses_of_cell
from zoning.cli import cli
from zoning.listpage import render_audit
from zoning.pipeline.listing import ListFiles, audit_files

HEADER = ["序号", "环境管控单元编码", "环境管控单元名称", "市", "县", "管控单元分类", "要素细类",
          "空间布局约束", "污染物排放管控", "环境风险防控", "资源开发效率要求"]  # fmt: skip
DIGITS = {"优先保护单元": "1", "重点管控单元": "2", "一般管控单元": "3"}
HIGH = "大气环境高排放重点管控区"
SOUND = ("禁止在甲山体新建采石场。", "企业应建立废气治理台账。", "应编制突发环境应急预案。", "取水应安装计量设施。")
AS_OF = "2026-11-20"


def row(number, kind, subtypes, cells, name=""):
    code = f"ZH350582{DIGITS[kind]}{number:04d}"
    texts = [given if given is not None else sound for given, sound in zip(cells, SOUND, strict=True)]
    return [number, code, name or f"晋江市甲镇{kind}{number}", "泉州市", "晋江市", kind, subtypes, *texts]


def book(path, rows, title="某市生态环境准入清单"):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "清单"
    for line in ([title], HEADER, *rows):
        sheet.append(line)
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                cell.data_type = "s"
    made.save(path)
    return str(path)


def city(path):
    made = openpyxl.Workbook()
    for line in (["管控类别", "序号", "管控要求"], ["空间布局约束", "1.1", "全市禁止新建燃煤锅炉。"],
                 ["资源利用效率", "4.1", "工业用水重复利用率应达到90%以上。"]):  # fmt: skip
        made.active.append(line)
    made.save(path)
    return str(path)


KEY, PRIORITY, GENERAL = "重点管控单元", "优先保护单元", "一般管控单元"
NONE = (None, None, None, None)
PLANTED = [
    ("LIST_TYPE_WRONG.industry_admitted", "H3",
     PRIORITY, "生态保护红线", ("支持园区内印染企业扩大产能。", None, None, None)),
    ("LIST_TYPE_WRONG.named", "H3",
     GENERAL, "大气环境一般管控区", ("本单元为优先保护单元，禁止开发。", None, None, None)),
    ("LIST_TYPE_WRONG.subtypes", "B3",
     KEY, "生态保护红线", NONE),
    ("LAW_NOT_IN_FORCE.repealed_by", "I3",
     KEY, HIGH, (None, "依据《中华人民共和国大气污染防治法》实施总量控制。", None, None)),
    ("LAW_NOT_IN_FORCE.superseded_by", "I3",
     KEY, HIGH, (None, "环境空气执行GB 3095—2012二级标准。", None, None)),
    ("LAW_NOT_IN_FORCE.older", "H3",
     KEY, HIGH, ("执行《产业结构调整指导目录（2019年本）》。", None, None, None)),
    ("LAW_UNKNOWN", "I3",
     KEY, HIGH, (None, "执行《甲地乙办法》。", None, None)),
    ("REFERENCE_DEAD", "I3",
     KEY, HIGH, (None, "执行市级总体清单第4.9条。", None, None)),
    ("REFERENCE_DEAD.annex", "K3",
     KEY, HIGH, (None, None, None, "用水定额按附件3执行。")),
    ("DEADLINE_PASSED", "I3",
     KEY, HIGH, (None, "2024年底前完成锅炉改造。", None, None)),
    ("DEADLINE_PASSED.plan", "K3",
     KEY, HIGH, (None, None, None, "“十四五”期间单位产值能耗应下降15%。")),
    ("LIST_DIMENSION_MISSING.unit", "J3",
     KEY, HIGH, (None, None, "", None)),
    ("LIST_DIMENSION_MISSING.placeholder", "J3",
     KEY, HIGH, (None, None, "／", None)),
    ("LIST_DIMENSION_MISSING.pending", "I3",
     KEY, HIGH, (None, "COD排放量不得超过XX吨/年。", None, None)),
    ("LIST_DIMENSION_MISSING.hortatory", "K3",
     KEY, HIGH, (None, None, None, "鼓励开展节水改造。")),
    ("LIST_PART_UNREAD.number_jumps", "H3",
     KEY, HIGH, ("1-1.禁止新建甲项目。\n1-3.严格控制乙项目。", None, None, None)),
    ("LIST_COPIED.within", "I3",
     KEY, HIGH, (None, "企业应建立台账并报送。\n企业应建立台账并报送。", None, None)),
    ("LIST_DIMENSION_DIFFERS", "H3",
     KEY, HIGH, ("工业废水应处理后达标排放。", None, None, None)),
    ("LIST_WEAKER", "K3",
     KEY, HIGH, (None, None, None, "工业用水重复利用率应达到80%以上。")),
    ("LIST_CONTRADICTION", "H3",
     KEY, HIGH, ("允许新建燃煤锅炉。", None, None, None)),
    ("LIST_ZONE_UNANSWERED.type", "B3",
     KEY, HIGH, NONE),
    ("LIST_CARBON_SILENT.alone", "B3",
     KEY, HIGH, NONE),
    ("CLAUSE_PENALTY.audit", "I3",
     KEY, HIGH, (None, "涂装废气应采用RTO处理。", None, None)),
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=[planted[0] for planted in PLANTED])
def test_a_planted_fault_is_found_in_its_cell(tmp_path, planted):
    key, cell, kind, subtypes, cells = planted
    path = book(tmp_path / "清单.xlsx", [row(1, kind, subtypes, cells), row(2, KEY, HIGH, (None,) * 4)])
    uppers = {} if key == "LIST_CARBON_SILENT.alone" else {"city": city(tmp_path / "市.xlsx")}
    found = audit_files(ListFiles(path, uppers), AS_OF).findings
    here = [one for one in found if one.key == key and one.row == 3]
    assert here, [one.key for one in found]
    assert f"清单!{cell}" in here[0].message_zh
    assert f"清单!{cell}" in here[0].message_en
    assert here[0].file == path
    assert here[0].layer == "清单"
    assert here[0].fix_zh
    assert here[0].fix_en


def test_an_industrial_unit_with_clauses_of_protection_only(tmp_path):
    cells = ("禁止毁林开垦和采石取土。", "农村生活污水应集中处理。", "应加强森林火险监测。", "严格控制取水总量。")
    path = book(tmp_path / "a.xlsx", [row(1, KEY, HIGH, cells, "晋江市甲工业园区")])
    assert "LIST_TYPE_WRONG.only_ecological" in {one.key for one in audit_files(ListFiles(path), AS_OF).findings}


def test_a_sound_list_has_no_warning(tmp_path):
    texts = [(f"禁止在{name}山新建采石场。", f"{name}厂应建立废气台账。", f"{name}河沿线应编制应急预案。",
              f"{name}泵站取水应安装计量设施。") for name in "甲乙丙丁"]  # fmt: skip
    path = book(tmp_path / "a.xlsx", [row(n, KEY, HIGH, cells) for n, cells in enumerate(texts, start=1)])
    found = audit_files(ListFiles(path, {"city": city(tmp_path / "市.xlsx")}), AS_OF)
    assert [one.key for one in found.findings if one.severity != "info"] == []
    assert not found.unhealthy


def units(texts, **places):
    clauses = [Clause(f"ZH35058220{n:03d}", "unit", "P", text) for n, text in enumerate(texts, start=1)]
    return Case((AccessList("unit", clauses, places.get("entries", ())),), AS_OF)


def test_a_text_in_a_fifth_of_the_units_is_a_copy_and_one_below_is_not():
    different = [f"{name}厂应每月报送用水台账。" for name in "甲乙丙丁戊己庚辛壬癸子丑"]
    same = ["企业应每月报送排污台账。"] * 3
    assert [len(one.units) for one in copies(units([*same, *different]))] == [3]  # 3 of 15 are a fifth
    assert copies(units([*same, *different, "寅厂应每月报送用水台账。"])) == ()


def test_numbers_and_own_place_names_make_near_copies():
    entries = [Entry(f"ZH35058220{n:03d}", f"晋江市{town}一般管控单元", place=("福建省", "泉州市", "晋江市", town))
               for n, town in enumerate(("东石镇", "磁灶镇", "内坑镇"), start=1)]  # fmt: skip
    texts = [f"{entry.place[3]}企业应在{n}个月内完成治理。" for n, entry in enumerate(entries, start=1)]
    (one,) = copies(units(texts, entries=entries))
    assert (one.kind, len(one.units), one.wordings, one.unit_class) == ("near", 3, 3, "KEY")


@pytest.mark.parametrize(("text", "day"), [
    ("2025年底前完成。", "2025-12-31"), ("2024年6月底前完成。", "2024-06-30"), ("2024年2月底前完成。", "2024-02-29"),
    ("2024年6月15日前完成。", "2024-06-15"), ("到2027年，完成10台。", "2027-12-31"),
    ("“十四五”期间完成。", "2025-12-31"), ("2025年煤炭消费总量控制在286万吨以内。", "2025-12-31"),
])  # fmt: skip
def test_dates_are_read(text, day):
    assert [one[1] for one in dates_of(text)] == [day]


@pytest.mark.parametrize("text", [
    "能耗较2020年下降5%。", "自2024年起执行新标准。", "按《甲方案（2023年版）》执行。", "2018年底前建成的锅炉应改造。",
    "依据环环评〔2021〕45号执行。", "2020年前已取得环评批复的项目应限期整改。",
])  # fmt: skip
def test_what_is_no_deadline(text):
    assert dates_of(text) == ()


@pytest.mark.parametrize(("words", "identity", "state"), [
    ("依据《中华人民共和国环境保护法》", "N002", "repealed"), ("依据《环境保护法》", "N002", "repealed"),
    ("依据《大气污染防治法（2018年修正）》", "N004", "repealed"), ("依据固废法管理", "N008", "repealed"),
    ("依据大气污染防治法管理", "N004", "repealed"),
    ("执行《环境空气质量标准》（GB 3095-2012）二级", "N051", "superseded"),
    ("执行《环境空气质量标准》（GB3095-2026）", "N052", "in_force"), ("执行《环境空气质量标准》", "N052", "in_force"),
    ("执行GB 3095二级标准", "N052", "in_force"), ("根据环环评〔2021〕45号", "N023", "in_force"),
    ("按照环环评[2024]41号文件", "N013", "in_force"), ("执行《2024—2025年节能降碳行动方案》", "N032", "expired"),
    ("落实“三线一单”要求，执行GB 13271-2014。", None, "unlisted"),
])  # fmt: skip
def test_citations_are_looked_up(words, identity, state):
    (one,) = citations([Clause("U", "unit", "P", words)], AS_OF)
    assert ((one.row["id"] if one.row else None), one.state) == (identity, state)


def test_a_law_holds_until_the_day_of_its_repeal():
    clause = [Clause("U", "unit", "P", "依据《大气污染防治法》。")]
    assert citations(clause, "2026-08-14")[0].state == "in_force"
    assert citations(clause, "2026-08-15")[0].state == "repealed"
    assert (
        standing({"legal_state": "in_force", "repealed_on": "", "in_force_from": "2026-08-15"}, "2026-08-14")
        == "not_yet"
    )


@pytest.mark.parametrize(("text", "kind"), [
    ("/", "empty"), ("—", "empty"), ("无。", "empty"), ("暂无", "empty"), ("待定", "pending"),
    ("同上", "pending"),
    ("不得超过××吨。", "pending"), ("排放量为___吨", "pending"), ("按【 】执行", "pending"),
    ("应执行【待核定】限值", "pending"),
    ("无组织排放应收集处理。", ""), ("应建账。", ""),
    ("对待处置的危险废物应分类贮存。", ""), ("亟待修复的地块应管控。", ""),
])  # fmt: skip
def test_gaps(text, kind):
    assert gap_of(text) == kind


def test_orders_to_nobody_and_without_content():
    texts = ["应达标排放。", "按相关规定执行。", "应急物资应定期检查。", "印染企业应达标排放。"]
    found = weaknesses([Clause("U", "unit", "P", text) for text in texts])
    assert [(one.kind, one.clause.text) for one in found] == [("NO_SUBJECT", texts[0]), ("VAGUE", texts[1])]


@pytest.mark.parametrize("text", [
    "禁止新建、扩建印染项目。", "现有化工企业限期退出。", "严格控制园区外工业项目扩大产能。",
    "支持林下经济和生态旅游发展。",
    "鼓励工业企业搬迁退出。",
])  # fmt: skip
def test_what_fits_a_protected_unit(text):
    own = AccessList("unit", clauses_of_cell(text, code="ZH35058210001", level="unit", dimension="S"))
    assert type_findings(Case((own,), AS_OF)) == ()


def test_exit_codes_and_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = book(tmp_path / "清单.xlsx", [row(1, KEY, HIGH, (None, "2024年底前完成锅炉改造。", None, None))])
    done = CliRunner().invoke(cli, ["list", "audit", path, "--city", city(tmp_path / "市.xlsx"), "--json", "f.json"])
    assert done.exit_code == 3, done.output
    assert sorted(one.name for one in (tmp_path / "清单-audit").iterdir()) == [
        "audit.html",
        "audit.xlsx",
        "findings.json",
    ]
    assert json.loads((tmp_path / "f.json").read_text("utf-8"))[0]["code"] == "DEADLINE_PASSED"
    earlier = ["list", "audit", path, "--city", str(tmp_path / "市.xlsx"), "--date", "2023-01-01"]
    assert CliRunner().invoke(cli, earlier).exit_code == 0
    assert CliRunner().invoke(cli, ["list", "audit", path, "--date", "2023"]).exit_code == 2
    assert CliRunner().invoke(cli, ["list", "audit", str(tmp_path / "none.xlsx")]).exit_code == 3


def test_the_carbon_state_of_a_unit_is_its_own_or_inherited(tmp_path):
    rows = [row(1, KEY, HIGH, (None, "应开展碳排放评价。", None, None)), row(2, KEY, HIGH, NONE)]
    found = audit_files(ListFiles(book(tmp_path / "a.xlsx", rows), {"city": city(tmp_path / "市.xlsx")}), AS_OF)
    states = found.tables["carbon"].set_index("unit_code")
    assert list(states["own_state"]) == ["CARBON", "NONE"]
    assert list(states["inherited_state"]) == ["CARBON_COUPLED", "CARBON_COUPLED"]  # 全市禁止新建燃煤锅炉
    assert list(states["level"]) == ["unit", "city"]
    assert states["words"].iloc[0] == "碳排放评价"


def test_codes_against_a_layer_leave_the_audit_standing(tmp_path):
    square = gpd.GeoDataFrame({"HJGKDYBM": ["ZH35058229999"]}, geometry=[box(118.5, 24.7, 118.6, 24.8)], crs=4490)
    square.to_file(tmp_path / "u.gpkg")
    path = book(tmp_path / "a.xlsx", [row(1, KEY, HIGH, (None, "2024年底前完成锅炉改造。", None, None))])
    kinds = {one.key for one in audit_files(ListFiles(path, units=str(tmp_path / "u.gpkg")), AS_OF).findings}
    assert {"LIST_CODE_UNKNOWN", "UNIT_WITHOUT_LIST", "DEADLINE_PASSED"} <= kinds


HOSTILE = ("<script>alert(1)</script>应建账。", '=HYPERLINK("http://x","y")应建账', "企业😀应建账并报送" + "长" * 2000,
           "{unit}{0}%s\"'&应建账")  # fmt: skip


def test_hostile_text_stays_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = book(tmp_path / "a.xlsx", [row(1, KEY, HIGH, HOSTILE, "<img src=x onerror=alert(1)>")], "<b>")
    CliRunner().invoke(cli, ["list", "audit", path, "-o", "out"])
    page = (tmp_path / "out" / "audit.html").read_text("utf-8")
    assert len(re.findall("<script>", page)) == 1  # ours
    assert "<img" not in page
    assert "😀" in page
    with zipfile.ZipFile(tmp_path / "out" / "audit.xlsx") as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", "只是文字".encode("gbk")])
def test_a_file_that_is_no_list_is_a_finding(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    found = audit_files(ListFiles(str(path)), AS_OF)
    assert found.unhealthy
    assert found.lists == ()
    for lang in ("zh", "en"):
        assert "<h1>" in render_audit("a.xlsx", found, lang)


def test_english_page_and_grouping():
    own = AccessList(
        "unit", clauses_of_cell("2024年底前完成锅炉改造。", code="ZH35058220001", level="unit", dimension="P")
    )
    found = audit_lists([own], date=AS_OF)
    page = render_audit("list", found, "en")
    assert "What to do first" in page
    assert "先做什么" not in page
    assert len(grouped(found.findings)) <= len(found.findings)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("两高项目须符合生态环境保护法律法规和相关法定规划。", []),
        ("应履行环境保护法定职责。", []),
        ("应依照环境保护法和大气污染防治法落实措施。", ["N002", "N004"]),
    ],
)
def test_words_that_only_look_like_a_law_cite_none(text, cited):
    clause = Clause("ZH1", "unit", "P", text)
    found = [one.row["id"] for one in citations([clause], "2026-11-20") if one.row is not None]
    assert sorted(found) == cited


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("按《江苏省太湖水污染防治条例》管理，不符合《条例》的不得引进。", ["《江苏省太湖水污染防治条例》"]),
        ("按《通知》（苏环办〔2031〕9号）执行。", ["苏环办(2031)9号"]),
    ],
)
def test_a_title_that_is_short_for_another_is_no_document_of_its_own(text, cited):
    assert [
        one.words.replace("〔", "(").replace("〕", ")") for one in citations([Clause("U", "unit", "P", text)], AS_OF)
    ] == cited


def test_a_national_issuer_in_front_of_a_title_is_no_part_of_it():
    text = "按照《自然资源部 生态环境部 国家林业和草原局关于加强生态保护红线管理的通知（试行）》管理。"
    assert [one.row["id"] for one in citations([Clause("U", "unit", "P", text)], AS_OF)] == ["N063"]
    text = "按照《甲省自然资源厅关于加强生态保护红线管理的通知》管理。"
    assert [one.row for one in citations([Clause("U", "unit", "P", text)], AS_OF)] == [None]


@pytest.mark.parametrize(
    ("text", "dimension", "doubted"),
    [
        ("到2030年，碳排放强度较2025年下降17%。", "P", False),
        ("禁止新建65蒸吨/小时及以下燃煤锅炉。", "P", False),
        ("严格执行《太湖流域管理条例》和《江苏省太湖水污染防治条例》。", "S", False),
        ("原则上禁止新建三类工业项目并严格控制环境风险。", "S", False),
        ("禁止新建65蒸吨/小时及以下燃煤锅炉。", "Z", False),
        ("合理布局商业、居住功能区块，严格控制恶臭、油烟等污染排放较大的建设项目布局。", "R", False),
        ("重点发展新能源、新材料产业。", "S", False),
        ("应编制突发环境事件应急预案。", "Z", True),
        ("应建设雨污分流管网并安装VOCs治理设施。", "S", True),
    ],
)
def test_a_column_is_doubted_only_where_no_words_of_a_clause_speak_of_it(text, dimension, doubted):
    own = AccessList("unit", clauses_of_cell(text, code="ZH35058220001", level="unit", dimension=dimension))
    codes = [str(one.code) for one in audit_lists([own], date=AS_OF).findings]
    assert ("LIST_DIMENSION_DIFFERS" in codes) is doubted


def test_what_lacks_a_filter_does_not_order_one():
    fuel = "禁止燃用非专用锅炉或未配置高效除尘设施的专用锅炉燃用的生物质成型燃料。"
    for text, said in ((fuel, False), ("锅炉应配置高效除尘设施。", True)):
        own = AccessList("unit", clauses_of_cell(text, code="ZH35058220001", level="unit", dimension="Z"))
        codes = [str(one.code) for one in audit_lists([own], date=AS_OF).findings]
        assert ("CLAUSE_PENALTY" in codes) is said


def test_the_title_of_a_document_is_no_list_of_the_level_it_names(tmp_path):
    made = docx.Document()
    made.add_heading("某市生态环境准入清单", 1)
    table = made.add_table(rows=2, cols=6)
    lines = (["环境管控单元编码", "环境管控单元名称", *HEADER[-4:]], ["ZH35058220001", "甲镇", *SOUND])
    for line, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    made.save(str(tmp_path / "l.docx"))
    found = audit_files(ListFiles(str(tmp_path / "l.docx")), AS_OF)
    assert [one.level for one in found.lists] == ["unit"]
    assert "HEADER_UNKNOWN" not in {str(one.code) for one in found.findings}


def test_a_dead_number_of_an_enumeration_is_named_with_the_last_one_that_is_there():
    text = "第九条 甲应建账。\n第十条 乙应建账。\n第十九条 丙应建账。"
    upper = AccessList("city", clauses_of_cell(text, code="350500", level="city", dimension="P"))
    text = "执行市级总体要求第九条、第十条和第二十五条。"
    own = AccessList("unit", clauses_of_cell(text, code="ZH35058220001", level="unit", dimension="P"))
    (dead,) = [one for one in audit_lists([upper, own], date=AS_OF).findings if one.code == "REFERENCE_DEAD"]
    assert "「市级总体要求第二十五条」" in dead.message_zh
    assert "最后一条是 十九" in dead.message_zh
