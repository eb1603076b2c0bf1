"""The map in a real browser that can resolve no host: it draws, it says nothing on its console, it answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
from tests.cases.nine_units import CODES, HOSTILE, nine_units

from zoning.frontpage import render_index
from zoning.webmap import render_map

pytestmark = pytest.mark.debian
PROGRAM = next((name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), None)
SILENT = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
]


@pytest.fixture(scope="module")
def browser():
    if PROGRAM is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    if PROGRAM is None:
        pytest.skip("chromium is not installed")
    return PROGRAM


def opened(browser, folder, html, mark=""):
    """Return the page as the browser has it after running its scripts, and what it wrote on its console."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    command = [browser, *SILENT, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", "--dump-dom"]
    done = subprocess.run([*command, f"{file.as_uri()}{mark}"], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_the_map_draws_without_a_network(browser, tmp_path):
    dom, console = opened(browser, tmp_path, render_map(nine_units()))
    assert console == []
    paths = re.findall(r'<path class="leaflet-interactive"[^>]*fill="([^"]+)"', dom)
    assert len(paths) == 9
    assert sorted(paths).count("#A50026") == 2
    assert sum(fill.startswith("url(#hatch-") for fill in paths) == 1
    legend = dom[dom.index('id="legend"') :]
    assert legend.index("需要碳条款") < legend.index("需要提级") < legend.index("待定（缺证据）")
    assert "leaflet-control-scale-line" in dom
    assert 'class="north ' in dom
    assert "示例数据" in dom


def test_a_unit_asked_for_in_the_address_is_opened_as_text(browser, tmp_path):
    dom, console = opened(browser, tmp_path, render_map(nine_units(), "en"), f"#{CODES[3]}")
    assert console == []
    card = dom[dom.index('class="card"') :]
    assert "160,000&nbsp;t/yr" in card
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;") in card
    assert '<img src="x"' not in dom


def test_themes_zones_and_search_answer(browser, tmp_path):
    act = """
      const choose = (id, value) => { const box = document.getElementById(id); box.value = value;
        box.dispatchEvent(new Event("change")); };
      choose("theme", "density.CO2");
      document.getElementById("zones.energy").click();
      choose("unit-search", "第五");
    """
    html = render_map(nine_units())
    place = html.rindex("<!--")
    dom, console = opened(browser, tmp_path, f"{html[:place]}<script>{act}</script>{html[place:]}")
    assert console == []
    assert dom[dom.index('id="legend"') :].index("≥ 100,000") < 2000
    assert dom.count('fill="#7F0000"') >= 2  # the unit and its swatch
    assert "高污染燃料禁燃区（Ⅱ类·较严）" in dom
    assert len(re.findall(r'leaflet-zones-pane.*?<path[^>]*fill="url\(#hatch-', dom, re.DOTALL)) == 1
    assert CODES[4] in dom[dom.index('class="card"') :]


def test_a_script_of_another_host_is_refused_by_the_page_itself(browser, tmp_path):
    html = render_map(nine_units()).replace("</title>", '</title><script src="https://example.org/x.js"></script>', 1)
    _, console = opened(browser, tmp_path, html)
    assert any("Content Security Policy" in line for line in console)


def test_the_front_page_filters_its_units(browser, tmp_path):
    html = render_index(nine_units(), ["map.html"])
    act = 'const box = document.getElementById("filter"); box.value = "第五"; box.dispatchEvent(new Event("input"));'
    dom, console = opened(browser, tmp_path, html.replace("</body>", f"<script>{act}</script></body>"))
    assert console == []
    rows = re.findall(r"<tr( hidden=\"\")?><td><div><div class=\"code\">", dom)
    assert (len(rows), rows.count("")) == (9, 1)
