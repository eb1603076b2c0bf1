"""The map in a browser without any host: every click, key and print a planner makes, against what Python says."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
from collections import Counter
from dataclasses import replace

import pytest
from pyproj import Geod
from tests.cases.nine_units import CODES, DECISIONS, HOSTILE, nine_units
from tests.runs.browser import PROGRAM, Browser

from zoning.cards import Cards
from zoning.cards.model import ClauseLine, DraftLine, Figure, Masses, ReasonLine, ZoneLine
from zoning.webmap import render_map

pytestmark = pytest.mark.debian
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp; \U00020bb7野家😀\N{RIGHT-TO-LEFT OVERRIDE}"
LONG = "条款" * 1000
MARKED = "\U00020bb7野：禁止新建燃煤锅炉，" + EVIL


def hostile_card(card):
    """Return a card with every kind of line, each text of it hostile or long."""
    nan = math.nan
    masses = Masses(2020, ("CO2", "NOx"), ("industry", "power"), (EVIL, "电力"), ((1234567.0, 41.26), (nan, nan)),
                    (2020, 2020), (0.034, nan))  # fmt: skip
    earlier = replace(masses, year=2015, values=((99.0, 1.0), (0.5, 0.5)), years=(2015, 2015), shares=(0.5, 1.0))
    clause = ClauseLine("unit", "1-1.", "S", MARKED, "CARBON", 2, ((6, 10), (10, 12)), EVIL, counts=True)
    shared = replace(clause, level="province", text=LONG, spans=(), counts=False, certain=False)
    draft = DraftLine("replace", "unit", "P", LONG, "T1", EVIL, EVIL, EVIL, 2, EVIL, (EVIL,), shared=True)
    reason = ReasonLine("R1-KEY", EVIL, "true", EVIL, EVIL, EVIL, (Figure(EVIL, EVIL),), (EVIL,))
    zone = ZoneLine("air", "AIR_HIGH", "YS<b>", EVIL, 3.25, 0.2875, nan)
    return replace(
        card,
        sentence=EVIL,
        counterfactual=LONG,
        figures=(Figure(EVIL, EVIL),) * 30,
        masses=masses,
        masses_by_year=(earlier, masses),
        zones=(zone,) * 12,
        reasons=(reason, replace(reason, answer="false", rule="R3-GAP")),
        clauses=(clause, shared),
        drafts=(draft,),
        notes=(EVIL,),
    )


class HostileCards(Cards):
    def card(self, code):
        return hostile_card(super().card(code))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if PROGRAM is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    if PROGRAM is None:
        pytest.skip("chromium is not installed")
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the pages: Chinese, English, and one whose cards are hostile."""
    folder, pages = tmp_path_factory.mktemp("pages"), {code: 11 + place for place, code in enumerate(CODES)}
    made = {name: folder / f"{name}.html" for name in ("zh", "en", "hostile")}
    for lang in ("zh", "en"):
        made[lang].write_text(render_map(nine_units(), lang, pages=pages), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zoning.webmap.contents.Cards", HostileCards)
        made["hostile"].write_text(render_map(nine_units()), encoding="utf-8")
    return made


@pytest.fixture
def opened(browser, files):
    pages = []

    def open_(name="zh", mark=""):
        pages.append(browser.open(files[name], mark))
        return pages[-1]

    yield open_
    for page in pages:
        assert page.said() == []
        assert page.asked() == []
        page.close()


def card_of(page, code):
    page.wait(f"document.getElementById('card').getAttribute('data-code') === {json.dumps(code)}")
    return page.run("document.getElementById('card').textContent")


def place_of(page, code):
    """Return where the middle of a unit is in the window."""
    return page.run(
        f"""(function () {{ const app = zoningApp, box = app.map.getContainer().getBoundingClientRect();
        const at = app.map.latLngToContainerPoint(app.units[app.byCode.get("{code}")].bounds.getCenter());
        return [box.left + at.x, box.top + at.y]; }})()"""
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_click_opens_the_card_that_python_knows(opened, lang):
    page, cards = opened(lang), Cards(nine_units(), lang)
    for code in (CODES[0], CODES[3], CODES[8]):
        page.press(place_of(page, code))
        text, card = card_of(page, code), cards.card(code)
        for said in (card.code, card.name, card.sentence, card.counterfactual, *card.notes):
            assert said in text
        for figure in card.figures:
            assert f"{figure.name}{figure.text}" in text
        for reason in card.reasons:
            assert reason.sentence in text
            assert all(f"{figure.name}{figure.text}" in text for figure in reason.evidence)
        for zone in card.zones:
            assert zone.name in text
            assert zone.code in text
        assert page.run("document.activeElement.id") == "card-title"
        link = page.run("document.querySelector('#card .to-atlas').getAttribute('href')")
        assert link == f"atlas.pdf#page={11 + CODES.index(code)}"
        page.key("Escape")
        assert page.run("document.getElementById('card').hidden && zoningApp.selected === -1")


def test_bars_show_the_shares_of_the_sectors(opened):
    page = opened("zh", f"#{CODES[0]}")
    text = card_of(page, CODES[0])
    widths = page.run("[...document.querySelector('#card .bar').children].map((one) => parseFloat(one.style.width))")
    assert widths == pytest.approx([50.0, 30.0, 20.0], abs=0.05)
    assert "1,600,000\N{NO-BREAK SPACE}t/a占全部单元 72%" in text  # 1.6 of 2.2144 Mt
    other = opened("zh", f"#{CODES[8]}")
    card_of(other, CODES[8])
    assert other.run("document.querySelectorAll('#card .bar').length") == 0  # no data is no bar of nought


def test_hostile_and_long_texts_stay_texts(opened):
    page = opened("hostile", f"#{CODES[3]}")
    text = card_of(page, CODES[3])
    assert HOSTILE in text
    assert text.count(EVIL) >= 15
    assert text.count(LONG) == 3
    assert page.run("document.querySelectorAll('#card script, #card img, #card iframe').length") == 0
    marked = page.run("[...document.querySelectorAll('#card mark')].map((one) => one.textContent)")
    assert marked == [MARKED[6:10], MARKED[10:12]]  # a character beyond the first plane counts as one
    assert page.run("document.querySelectorAll('#card .folded').length") >= 2
    page.click("#card .more")
    assert page.run("document.querySelector('#card .more').getAttribute('aria-expanded')") == "true"
    assert page.run(
        "(function (one) { return one.scrollWidth <= one.clientWidth; })(document.querySelector('.card-body'))"
    )
    assert "2015" not in page.text("#card-masses")


def test_the_card_follows_the_year_of_the_map(opened):
    page = opened("hostile", f"#{CODES[0]}")
    bars = "document.getElementById('card-masses').textContent"
    card_of(page, CODES[0])
    assert "1,234,608" in page.run(bars)
    page.run("(zoningApp.year = 2015, zoningApp.select(0))")
    page.wait(f"{bars}.includes('2015 年')")
    assert "100\N{NO-BREAK SPACE}t/a占全部单元 50%" in page.run(bars)
    page.run("zoningApp.show(zoningApp.themes[0].id, 0)")  # a theme of no year
    assert "2020 年" in page.run(bars)


def test_search_finds_by_any_part_and_is_led_by_keys(opened):
    page = opened()
    page.run("document.getElementById('unit-search').focus()")
    page.type("ｚｈ３５０ 单元")  # full width, lower case, two words
    assert page.run("document.querySelectorAll('#unit-hits li').length") == 8
    page.key("ArrowDown")
    page.key("ArrowDown")
    assert page.run("document.querySelector('#unit-hits [aria-selected=true]').id") == "unit-hit-2"
    page.key("ArrowUp")
    page.key("Enter")
    assert "第二单元" in card_of(page, CODES[1])
    assert page.run("zoningApp.map.getBounds().contains(zoningApp.units[1].bounds)")
    page.key("Escape")
    assert page.run("document.activeElement.id") == "unit-search"
    page.run("document.getElementById('unit-search').value = ''")
    page.type("<SCRIPT>alert(1)")
    assert page.run("document.querySelector('#unit-hits .hit-name').textContent") == HOSTILE
    page.run("document.getElementById('unit-search').value = ''")
    page.type("没有这个")
    assert page.run("document.getElementById('unit-hits').hidden")
    assert page.text("#unit-hits-said")


def test_search_over_a_nation_is_at_once(opened):
    page = opened()
    spent = page.run(
        """(function () {
        zoningApp.units = Array.from({ length: 44604 },
          (none, i) => ({ i: i, code: "ZH" + (35000020000 + i), name: "示例市第" + i + "管控单元" }));
        zoningApp.find("0");
        const begun = performance.now();
        const known = zoningApp.find("第44603");
        return [performance.now() - begun, known.count, known.found[0]]; })()"""
    )
    assert spent[1:] == [1, 44603]
    assert spent[0] < 100.0


def test_filters_count_what_python_counts(opened):
    page = opened()

    def counts(group):
        boxes = page.run(
            f"""[...document.querySelectorAll("#filter input")].filter((one) => one.id.startsWith("filter-{group}-"))
            .map((one) => [one.id.slice({len(group) + 8}), +one.closest("li").querySelector(".count").textContent])"""
        )
        return dict(boxes)

    shown = "[...zoningApp.units.keys()].filter((i) => !zoningApp.visible || zoningApp.visible(i))"
    assert counts("decision") == Counter(DECISIONS)
    page.click("#filter-decision-NEED")
    page.click("#filter-decision-WATCH")
    assert page.run(shown) == [0, 1, 2]  # or within a group
    assert counts("decision") == Counter(DECISIONS)
    assert counts("evidence_class") == {"A": 2, "B": 1, "C": 0}
    page.click("#filter-evidence_class-A")
    assert page.run(shown) == [0, 1]  # and between groups
    assert counts("decision") == {"NEED": 2, "UPGRADE": 0, "COVERED": 1, "WATCH": 0, "NO_ACTION": 0, "UNDETERMINED": 0}
    assert "2 / 9" in page.text("#filter-said")
    page.click("#filter-clear")
    page.click("#filter-reasons-R3-GAP")
    assert page.run(shown) == [0, 2]  # a unit has every rule that holds for a reason, not the first one alone
    page.click("#filter-clear")
    assert page.run("zoningApp.visible") is None
    assert page.run("document.querySelectorAll('#filter input:checked').length") == 0


def test_the_saved_list_is_a_table_without_formulas(opened):
    page = opened()
    page.run(
        "void (zoningApp.units[0].name = '=1+1', zoningApp.units[1].name = ' @x', zoningApp.units[2].name = 'a\"b,c')"
    )
    text = page.run("zoningApp.filteredTable()")
    assert text.startswith("\N{BYTE ORDER MARK}")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert [row[0] for row in rows[1:]] == list(CODES)
    assert [row[1] for row in rows[1:4]] == ["'=1+1", "' @x", 'a"b,c']
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for row in rows for cell in row if cell)


def test_measuring_agrees_with_geodesics(opened):
    page, earth = opened(), Geod(ellps="WGS84")
    ring = [(118.4, 24.6), (118.9, 24.7), (118.8, 25.1), (118.3, 24.9)]
    points = json.dumps([{"lng": lon, "lat": lat} for lon, lat in ring])
    length = page.run(f"zoningApp.geodesy.distance({points}[0], {points}[2])")
    assert length == pytest.approx(earth.inv(*ring[0], *ring[2])[2], abs=0.01)
    area = page.run(f"zoningApp.geodesy.area({points})")
    assert area == pytest.approx(earth.polygon_area_perimeter(*zip(*ring, strict=True))[0], rel=1e-5)
    page.click("#measure-length")
    page.press((700, 300))
    page.press((900, 300))
    page.press((900, 300), 2)
    assert "±" in page.text("#measured")
    assert page.run("zoningApp.measured().points.length") == 2
    assert page.run("document.getElementById('measure-length').getAttribute('aria-pressed')") == "false"
    assert page.run("zoningApp.selected") == -1  # the clicks were the tool's
    page.wait("zoningApp.clicksTaken === false")
    page.click("#measure-area")
    for place in ((700, 300), (900, 300), (900, 500)):
        page.press(place)
    page.key("Escape")
    assert "km²" in page.text("#measured")
    page.click("#measure-clear")
    assert page.run("zoningApp.measured().points.length") == 0


@pytest.mark.parametrize(("paper", "size"), [("a4-landscape", "841.92 x 594.96"), ("a3-portrait", "841.92 x 1191.12")])
def test_the_print_is_one_sheet_with_title_legend_and_sources(opened, tmp_path, paper, size):
    page, file = opened(), tmp_path / "map.pdf"
    page.run(f"""(function (box) {{ box.value = "{paper}"; box.dispatchEvent(new Event("change")); }})(window.paper)""")
    page.paper(file)
    about = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in about
    assert size in about
    assert "示例市 </script><b>协同" in text
    assert "示例数据" in text
    assert "需要碳条款" in text
    assert "编制<单位>" in text
    assert "查找单元" not in text  # controls stay on the screen
    assert page.run("document.body.classList.contains('printing')") is False
