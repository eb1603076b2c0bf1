"""The map in a real browser that can resolve no host: it draws, it says nothing on its console, it answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from tests.cases.nine_units import CODES, HOSTILE, nine_units, several_years
from tests.cases.test_map_layers_cases import field

from zoning.frontpage import render_index
from zoning.study import MapInput
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


def acted(html, act):
    """Return the page with a script that runs once the map is there and leaves what it saw as the text of #seen."""
    place = html.rindex("<!--")
    script = f"""<script>
      const choose = (id, value) => {{ const box = document.getElementById(id); box.value = value;
        box.dispatchEvent(new Event("change")); box.dispatchEvent(new Event("input")); }};
      const wait = (count) => new Promise((done) => setTimeout(done, count));
      const colour = (app, i, canvas) => {{
        const at = app.map.latLngToLayerPoint(app.units[i].bounds.getCenter()).subtract(L.DomUtil.getPosition(canvas));
        const pen = document.createElement("canvas").getContext("2d", {{ willReadFrequently: true }});
        pen.drawImage(canvas, -at.x, -at.y);
        const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
        return "#" + [r, g, b].map((value) => value.toString(16).padStart(2, "0")).join("").toUpperCase(); }};
      const seen = {{}};
      zoningReady.then(async (app) => {{ {act}
        const told = document.createElement("pre"); told.id = "seen"; told.textContent = JSON.stringify(seen);
        document.body.append(told); }});</script>"""
    return f"{html[:place]}{script}{html[place:]}"


def seen(dom):
    return json.loads(unescape(re.search(r'<pre id="seen">(.*?)</pre>', dom, re.DOTALL).group(1)))


def test_the_map_draws_without_a_network(browser, tmp_path):
    act = """const canvas = app.unitCanvas._container;
      seen.colours = app.units.map((unit) => colour(app, unit.i, canvas));
      seen.canvases = document.querySelectorAll("canvas.zoning-canvas").length;
      seen.requests = performance.getEntriesByType("resource").map((one) => one.name)
        .filter((name) => !/^(data|blob):/.test(name));"""
    dom, console = opened(browser, tmp_path, acted(render_map(nine_units()), act))
    assert console == []
    known = seen(dom)
    assert known["colours"][:8] == [
        "#A50026",
        "#A50026",
        "#F6C35C",
        "#F4854F",
        "#2B7BB5",
        "#EEEEE8",
        "#EEEEE8",
        "#EEEEE8",
    ]
    assert known["canvases"] == 1, "one copy of the units"
    assert known["requests"] == []
    legend = dom[dom.index('id="legend"') :]
    assert legend.index("需要碳条款") < legend.index("需要提级") < legend.index("待定（缺证据）")
    assert "leaflet-control-scale-line" in dom
    assert 'class="north ' in dom
    assert "示例数据" in dom


def test_a_unit_asked_for_in_the_address_is_opened_as_text(browser, tmp_path):
    dom, console = opened(browser, tmp_path, render_map(nine_units(), "en"), f"#{CODES[3]}")
    assert console == []
    card = dom[dom.index('id="card"') :]
    assert "160,000&nbsp;t/yr" in card
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;") in card
    assert '<img src="x"' not in dom


def test_themes_zones_and_search_answer(browser, tmp_path):
    act = """choose("theme", "density.CO2");
      document.getElementById("zones.energy").click();
      await wait(300);
      seen.first = colour(app, 0, app.unitCanvas._container);
      seen.last = app.entryOf(8).key;
      seen.canvases = document.querySelectorAll(".leaflet-zones-pane canvas").length;
      seen.found = app.find("第五").found.map((i) => app.units[i].code);
      app.select(app.find("第五").found[0]);
      await wait(500);"""
    dom, console = opened(browser, tmp_path, acted(render_map(nine_units()), act))
    assert console == []
    assert seen(dom) == {"first": "#7F0000", "last": "NO_DATA", "canvases": 1, "found": [CODES[4]]}
    assert dom[dom.index('id="legend"') :].index("≥ 100,000") < 2000
    assert "高污染燃料禁燃区（Ⅱ类·较严）" in dom
    assert CODES[4] in dom[dom.index('id="card"') :]


def test_another_year_is_drawn_with_the_same_classes(browser, tmp_path):
    act = """await app.show("density.CO2", 2020);
      seen.now = colour(app, 0, app.unitCanvas._container);
      const slider = document.getElementById("year");
      slider.value = "0"; slider.dispatchEvent(new Event("input"));
      await wait(200);
      seen.then = colour(app, 0, app.unitCanvas._container);
      seen.year = app.year;
      seen.told = document.getElementById("year-told").textContent;
      choose("grid", "0");
      await wait(200);
      seen.grid = document.getElementById("grid-year").getAttribute("aria-valuetext");
      slider.value = "1"; slider.dispatchEvent(new Event("input"));
      await wait(200);
      seen.moved = document.getElementById("grid-year").getAttribute("aria-valuetext");
      choose("grid-year", "0");
      await wait(200);
      seen.back = app.year;"""
    fields = tuple(field(np.full((3, 3), 9e5), year=year) for year in (2015, 2020))
    dom, console = opened(browser, tmp_path, acted(render_map(replace(several_years(), fields=fields)), act))
    assert console == []
    known = {"now": "#7F0000", "then": "#BC2A18", "year": 2015, "told": "2015"}
    assert seen(dom) == known | {"grid": "2015", "moved": "2020", "back": 2015}  # grids and units go together


def test_units_left_out_by_a_filter_are_not_met(browser, tmp_path):
    act = """const middle = app.units[4].bounds.getCenter();
      seen.before = app.unitCanvas.at(middle);
      app.filter((i) => i < 4);
      seen.after = app.unitCanvas.at(middle);
      seen.colours = [colour(app, 0, app.unitCanvas._container), colour(app, 4, app.unitCanvas._container)];
      app.filter(null);
      seen.again = app.unitCanvas.at(middle);"""
    dom, console = opened(browser, tmp_path, acted(render_map(nine_units()), act))
    assert console == []
    assert seen(dom) == {"before": 4, "after": -1, "again": 4, "colours": ["#A50026", "#000000"]}


def test_tiles_that_do_not_load_leave_the_map_whole(browser, tmp_path):
    result = nine_units()
    about = MapInput(tiles="https://t0.example.org/{z}/{x}/{y}?tk={key}", key="k", attribution="天地图", approval="GS1")
    html = render_map(replace(result, study=result.study.model_copy(update={"map": about})))
    act = """seen.colour = colour(app, 0, app.unitCanvas._container);"""
    dom, console = opened(browser, tmp_path, acted(html, act))
    assert console == []
    assert seen(dom) == {"colour": "#A50026"}
    assert "天地图" in dom
    dom, _ = opened(
        browser,
        tmp_path,
        acted(
            html,
            """document.getElementById("tiles").click(); await wait(1500);
      seen.missed = document.getElementById("tiles-key").textContent;""",
        ),
    )
    assert "没有载入" in seen(dom)["missed"]


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
