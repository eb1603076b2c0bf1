"""The front page: the outcome in one sentence, true to the decisions, with its doubts, safe with hostile names."""

from __future__ import annotations

import dataclasses
import itertools
import re
import sys
from html.parser import HTMLParser

import pytest
from tests.cases.nine_units import CODES, nine_units

from zoning.frontpage import render_index, units
from zoning.study import parse_study
from zoning.tables import numbers

FILES = ("workbook.xlsx", "map.html", "results.gpkg", "清单/修订 1.xlsx", "notes.xyz", "index.html")
BLANK = "\N{NO-BREAK SPACE}"


VOID = {"meta", "input", "br", "hr", "img", "link"}


class Page(HTMLParser):
    """What a page shows in one language: text by element, its links, and the rows of its tables."""

    def __init__(self, html, lang="zh"):
        super().__init__()
        self.tags, self.links, self.rows, self.items, self.ids, self.heads = [], [], [], [], [], []
        self.text, self._cell, self._lang, self._open, self._level = "", None, lang, [], ""
        self.feed(html)

    @property
    def _other(self):
        return any(lang not in ("", self._lang) for _, lang in self._open)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        self.ids += [about["id"]] if "id" in about else []
        if tag not in VOID:
            self._open.append((tag, about.get("data-in", "")))
        if self._other:
            return
        self.tags.append(tag)
        if tag == "a":
            self.links.append(about["href"])
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self._cell = ""
        if tag == "li":
            self.items.append("")
        if tag in {"h1", "h2", "h3"}:
            self.heads.append([tag, ""])
            self._level = tag

    def handle_endtag(self, tag):
        if not self._other:
            if tag in {"td", "th"}:
                self.rows[-1].append(self._cell)
                self._cell = None
            if tag == self._level:
                self._level = ""
        if tag not in VOID:
            assert self._open.pop()[0] == tag, "tags are closed in the order they were opened"

    def handle_data(self, data):
        if {"style", "script"} & {tag for tag, _ in self._open[-1:]} or self._other:
            return
        self.text += data
        if self._cell is not None:
            self._cell += data
        if self.items:
            self.items[-1] += data
        if self._level:
            self.heads[-1][1] += data


def page(result=None, files=FILES, lang="zh"):
    """Return what the page shows in a language; whichever stands first, the content is the same."""
    return Page(render_index(result or nine_units(), files, lang), lang)


def decided(decisions, **columns):
    result = nine_units()
    table = result.decisions.assign(decision=decisions, **columns)
    return dataclasses.replace(result, decisions=table)


def test_the_same_result_gives_the_same_page_for_any_order():
    html = render_index(nine_units(), FILES)
    assert render_index(nine_units(reverse=True), FILES[::-1]) == html
    assert not re.search(r"/(home|work|tmp|root|Users)/", html)


def test_the_outcome_is_one_sentence():
    text = page().text
    assert (
        "9 个环境管控单元：需要碳条款 2 个（22%），需要提级 1 个（11%），已覆盖 1 个（11%），关注 1 个（11%），"
        "暂无需行动 3 个（33%），待定（缺证据） 1 个（11%）。" in text
    )
    assert "9 个单元中 2 个（22%）需要补充碳条款，在预期的 10% 至 35% 之内。" in text
    assert "主导规则：R1-KEY 重点排放单位未被有效碳条款覆盖（2 个“需要碳条款”单元中的 2 个）" in text
    assert "预期区间和分档界线：本软件建议值" in text


@pytest.mark.parametrize(
    ("need", "verdict"),
    [
        (0, "没有一个能判为“需要”"),
        (1, "在预期的 10% 至 35% 之内"),
        (3, "在预期的 10% 至 35% 之内"),
        (4, "超出预期的 10% 至 35%"),
    ],
)
def test_the_share_of_need_is_held_against_what_is_expected(need, verdict):
    text = page(decided(["NEED"] * need + ["NO_ACTION"] * (9 - need))).text
    assert verdict in text
    assert ("主导规则：" in text) == (need > 0)


def test_the_limits_of_the_study_are_used_and_named_so():
    result = nine_units()
    about = {"study": {"name": "x", "admin_code": "350000"}, "years": {"base": 2020}, "units": {"path": "u"}}
    study = parse_study(about | {"thresholds": {"need_share_low": 0.3}}, root=".")
    text = page(dataclasses.replace(result, study=study)).text
    assert "超出预期的 30% 至 35%" in text
    assert "预期区间和分档界线：研究文件给定" in text
    assert "示例数据" not in text


def test_of_rules_that_drive_equally_often_the_first_code_is_named():
    rules = ["R3-GAP", "R1-KEY", "R3-GAP", "R1-KEY", *[""] * 5]
    assert "主导规则：R1-KEY" in page(decided(["NEED"] * 4 + ["WATCH"] * 5, driving_rule=rules)).text


def test_tiers_add_up():
    rows = [row for row in page().rows if row and row[0] in {"A 档", "B 档", "C 档"}]
    assert [row[:3] + row[-1:] for row in rows] == [
        ["A 档", f"≥ 260,000{BLANK}t/a", "1", f"1,200,000–1,300,000{BLANK}t/a"],
        ["B 档", f"≥ 78,000{BLANK}t/a", "1", f"90,000{BLANK}t/a"],
        ["C 档", f"< 78,000{BLANK}t/a", "2", f"49,000–90,000{BLANK}t/a"],
    ]


def test_the_tier_table_counts_decisions_under_their_names():
    header = next(row for row in page().rows if row and row[0] == "档次")
    first = next(row for row in page().rows if row and row[0] == "A 档")
    assert dict(zip(header, first, strict=True))["需要碳条款"] == "1"
    assert dict(zip(header, first, strict=True))["需要提级"] == "0"


def test_units_stand_in_the_order_of_urgency_with_their_sentences():
    rows = [row for row in page().rows if row and row[0].startswith("ZH") and len(row) == 8]
    assert [row[0][: len(CODES[0])] for row in rows] == [CODES[place] for place in (0, 1, 3, 4, 2, 5, 6, 7, 8)]
    assert rows[0][1:7] == ["重点管控单元", "需要碳条款", "1,200,000–1,300,000", "1,600,000", "A", "A"]
    assert rows[0][7] == f"判定句 {CODES[0]}：未覆盖量 <26 kt & 其他"
    assert rows[8][3:5] == ["无数据", "无数据"]


def test_hostile_names_stay_text():
    html = render_index(nine_units(), FILES)
    assert "<script>alert" not in html
    assert "img" not in Page(html).tags
    assert Page(html).tags.count("script") == html.count("</script>") == 1
    assert "恶意<script>alert(1)</script>" in Page(html).text


def test_links_are_relative_and_lead_to_what_was_published():
    links = page().links
    files = [link for link in links if not link.startswith(("#", "map.html#"))]
    assert files == [
        "map.html",
        "workbook.xlsx",
        "results.gpkg",
        "notes.xyz",
        "%E6%B8%85%E5%8D%95/%E4%BF%AE%E8%AE%A2%201.xlsx",
    ]
    assert f"map.html#{CODES[0]}" in links
    assert "index.html" not in links
    without = page(files=["workbook.xlsx", "javascript:alert(1)"])
    assert sorted(link for link in without.links if link[0] != "#") == ["javascript%3Aalert%281%29", "workbook.xlsx"]


def test_every_known_file_says_what_it_is():
    files = ["map.html", "workbook.xlsx", "results.gpkg", "control_units.parquet", "findings.json", "run.json",
             "report.docx", "atlas.pdf", "a.docx", "a.pdf", "a.gpkg", "a.parquet", "a.json", "a.csv", "a.nc", "a.html",
             "a.qml", "a.sld", "a.xlsx", "a"]  # fmt: skip
    about = [item for item in page(files=files, lang="en").items if item.startswith(tuple(files))]
    assert len(about) == len(files)
    assert all(len(item) > len(name) for item, name in zip(sorted(about), sorted(files), strict=True))


def test_conservation_adds_the_sectors_and_is_held_against_the_law():
    rows = {row[0]: row[1:] for row in page().rows if row}
    assert rows["CO₂（2020 年，primary）"] == ["2,435,840", "0", "0", "2,214,400", "0", "221,440", "0", "1.0e-15"]
    assert "最大相对差 1.0e-15，未超过 1e-9" in page().text
    result = nine_units()
    broken = result.conservation.assign(relative_difference=2e-9)
    assert "质量不守恒：最大相对差 2.0e-09" in page(dataclasses.replace(result, conservation=broken)).text


def test_findings_are_counted_by_kind_errors_first():
    found = page()
    assert "错误 0" in found.text
    assert "警告 3" in found.text
    kinds = [(row[0], row[2]) for row in found.rows if row and row[0] in {"错误", "警告", "提示"}]
    assert kinds == [("警告", "1"), ("警告", "2"), ("提示", "1")]
    assert "图层 units<1>.shp 有空洞" in found.text
    nothing = page(dataclasses.replace(nine_units(), findings=()))
    assert "没有发现问题" in nothing.text


def test_overrides_missing_evidence_and_doubts_are_said():
    text = page().text
    assert "已列入<搬迁>计划" in text
    assert "缺企业排放台账（环境统计、排污许可、碳核查；生态环境局掌握）：涉及 1 个单元" in text
    assert "4 个单元的证据为 C 类" in text
    assert "1 个单元换用另一套格网时决定会变" in text
    assert "3 个单元所含像元不足 4 个" in text


def test_provenance_names_versions_hashes_settings_and_thresholds():
    rows = {row[0]: row[1:] for row in page().rows if row}
    assert rows["units.gpkg"] == ["ab" * 32]
    assert rows["zoning"] == ["0.1.0"]
    assert rows["thresholds.key_emitter_co2"] == ["26000.0"]
    assert rows["重点排放单位年排放量（二手来源，待核）"][0] == f"26,000{BLANK}t/a"
    assert "随机种子：7" in page().text


def test_english_differs_and_says_the_same():
    text = page(lang="en").text
    assert "9 control units: needs a carbon clause: 2 (22%); clause to be upgraded: 1 (11%); covered: 1 (11%)" in text
    assert "2 of 9 units (22%) need a carbon clause; within the expected 10% to 35%" in text
    assert "grid year 2013 differs from base year 2020" in text
    assert "判定句" not in text


LISTS = (
    "workbook.xlsx", "lists/access_list_修订稿.xlsx", "lists/access_list_city_修订稿.docx",
    "lists/access_list_city_修订说明.docx", "lists/edits.json", "lists/意见采纳情况表.xlsx",
)  # fmt: skip


def test_without_lists_there_is_no_section_on_lists():
    assert "准入清单" not in {tag.strip() for tag in page().text.splitlines()}
    assert "与碳要求的协调性" not in page().text


def test_the_lists_are_counted_by_own_and_by_inherited_clauses(demo_result):
    rows = {row[0]: row[1:] for row in page(demo_result, LISTS).rows if len(row) == 3}
    own = [clause for one in demo_result.lists if one.level == "unit" for clause in one.clauses]
    speaking = {clause.code for clause in own if clause.label.carbon_state in ("CARBON", "CARBON_COUPLED")}
    assert rows["未涉及碳"] == [f"{80 - len(speaking)} 个（{(80 - len(speaking)) / 80:.0%}）", "0 个（0%）"]
    counts = [rows[name][0] for name in ("未涉及碳", "涉及碳，但只有倡导性条款", "碳条款有约束，但没有数值和单位",
                                         "有带数值和单位的碳条款")]  # fmt: skip
    assert sum(int(count.split()[0]) for count in counts) == 80


def test_every_file_beside_the_lists_is_described_and_linked_once_in_the_section(demo_result):
    found = page(demo_result, LISTS)
    about = [item for item in found.items if item.startswith("lists/")]
    assert any("修订稿（Excel" in item for item in about)
    assert any("修订稿（Word" in item for item in about)
    assert any("修订说明：" in item for item in about)
    assert any("修订记录" in item for item in about)
    assert any("填好后回复部门" in item for item in about)
    assert "zoning list adopt lists/access_list_city_修订稿.docx" in found.text
    assert "共 6 条意见，建议：采纳 1 条，待研究 5 条；与其他部门意见相反的 2 条。" in found.text


def test_where_the_sources_are_gone_the_page_says_so_and_has_no_dead_link(demo_result):
    found = page(demo_result, ("workbook.xlsx", "lists/意见采纳情况表.xlsx"))
    assert "这里没有修订稿" in found.text
    assert not [link for link in found.links if "%E4%BF%AE%E8%AE%A2" in link]
    bare = page(demo_result, ("map.html",))
    assert not [link for link in bare.links if "lists/" in link or "workbook" in link]


def test_the_section_on_lists_is_english_in_english(demo_result):
    html = render_index(demo_result, LISTS, "zh")
    text = Page(re.search('<section id="part-lists">.*?</section>', html, re.DOTALL)[0], "en").text
    text = text[: text.index("Comments of departments")]
    assert not re.findall(
        r"[\u4e00-\u9fff]+", text.replace("修订稿", "").replace("单元清单", "")
    )  # names of files and sheets


GIVEN = ("atlas.pdf", "map.html", "workbook.xlsx", "results.gpkg", "project.qgz", "grids/co2_2020.tif", "run.json",
         "grids/nox_2020.tif", "public/index.html", "public/map.html", "results.gdb/a1.gdbtable")  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ids_are_unique_and_every_link_inside_the_page_leads_somewhere(lang):
    found = page(files=GIVEN, lang=lang)
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link[0] == "#"} <= set(found.ids)
    outside = {link.partition("#")[0] for link in found.links} - {""}
    assert outside <= set(GIVEN)


def test_nothing_is_asked_of_any_network():
    html = render_index(nine_units(), GIVEN)
    assert not re.findall(r"(?:https?:)?//[a-z]", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
    assert not re.findall(r"<(?:img|iframe|link|object|embed)\b|@import|url\((?!#)", html)


def test_both_languages_are_in_the_page_whichever_stands_first():
    for first, other in (("zh", "en"), ("en", "zh")):
        html = render_index(nine_units(), GIVEN, first)
        assert html.index(f'data-in="{first}"') < html.index(f'data-in="{other}"')
        assert f'<html lang="{"zh-CN" if first == "zh" else "en"}"' in html
    zh, en = (Page(render_index(nine_units(), GIVEN, "zh"), lang) for lang in ("zh", "en"))
    assert [tag for tag, _ in zh.heads] == [tag for tag, _ in en.heads]
    assert len(zh.rows) == len(en.rows)
    for (_, one), (tag, two) in zip(zh.heads, en.heads, strict=True):
        assert tag == "h1" or one != two, "a heading is in the language of its part"
    assert page(files=GIVEN, lang="en").rows == en.rows


def test_the_english_part_has_no_words_of_ours_in_chinese():
    html = render_index(nine_units(), GIVEN, "en").partition('<section id="part-provenance">')[
        0
    ]  # has titles of documents
    text = re.sub(r"<[^>]*>", "", Page(html, "en").text)
    own = "".join(str(cell) for cell in nine_units().decisions.to_numpy().ravel())
    own += "示例市协同编制单位中文"
    assert set(re.findall(r"[\u4e00-\u9fff]", text)) <= set(own)


def test_headings_stand_in_order_and_tables_say_what_they_are():
    html = render_index(nine_units(), GIVEN)
    levels = [int(tag[1]) for tag, _ in page(files=GIVEN).heads]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert html.count("<table") == html.count("<caption")
    assert html.count("<th") - html.count("<thead") == html.count('scope="col"')
    for landmark in ("<header>", "<nav", "<main", 'class="skip"', "aria-label"):
        assert landmark in html


def test_the_line_on_conservation_stands_with_the_outcome():
    html = render_index(nine_units(), GIVEN)
    assert "最大相对差 1.0e-15" in Page(re.search('<section id="part-outcome">.*?</section>', html, re.DOTALL)[0]).text


def test_a_folder_of_many_files_is_one_entry():
    items = [item for item in page(files=GIVEN).items if item.startswith(("grids", "public", "results.gdb"))]
    assert [item.partition("/")[0].partition("文")[0] for item in items] == ["results.gdb", "grids", "public"]
    assert "2 个文件" in items[1]
    links = page(files=GIVEN).links
    assert {"grids/co2_2020.tif", "public/index.html"} <= set(links)
    assert not [link for link in links if "gdbtable" in link]


def test_every_deliverable_says_for_whom_it_is():
    for lang, word in (("zh", "人员"), ("en", "For ")):
        items = {item.split(".")[0]: item for item in page(files=GIVEN, lang=lang).items}
        for name in ("workbook", "results", "project", "run"):
            assert word in items[name]


def test_of_very_many_units_the_page_lists_the_most_urgent(monkeypatch):
    limits = dict(numbers("limits")) | {"index_units": 3}
    monkeypatch.setattr(units, "numbers", lambda _: limits)
    found = page()
    rows = [row for row in found.rows if row and row[0].startswith("ZH") and len(row) == 8]
    assert [row[0][: len(CODES[0])] for row in rows] == [CODES[place] for place in (0, 1, 3)]
    assert "共 9 个单元，本页只列最急的 3 个" in found.text


def test_of_very_many_overrides_the_page_lists_the_first(monkeypatch):
    result = decided(["NEED"] * 9, override_state="applied", override_reason="理由")
    limits = dict(numbers("limits")) | {"index_overrides": 2}
    monkeypatch.setattr(sys.modules["zoning.frontpage.outcome"], "numbers", lambda _: limits)
    found = page(result)
    assert len([row for row in found.rows if row[-1:] == ["理由"] and row[0].startswith("ZH")]) == 2
    assert "共 9 项人工调整，本页只列前 2 项" in found.text


def test_a_look_of_the_study_colours_the_page():
    result = nine_units()
    own = {"classes": {"decision": {"NEED": {"fill": "#010203", "zh": "必须补充", "en": "must be added"}}}}
    content = result.study.model_dump(exclude={"root"}, exclude_unset=True) | {"symbology": own}
    html = render_index(dataclasses.replace(result, study=parse_study(content, root=".")), GIVEN)
    assert "#010203" not in render_index(result, GIVEN)
    assert html.count("#010203") >= 5  # bar, keys, picture, legend, how to read
    assert "#A50026" not in html.replace("tier", "").partition("按未覆盖量分档")[0]
    assert "必须补充 2 个" in Page(html).text
    assert "must be added: 2" in Page(html, "en").text
