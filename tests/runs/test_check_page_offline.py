"""The page of a check in a real browser that can resolve no host: silent, inert to hostile names, and it answers."""

from __future__ import annotations

import os
import re
import shutil

import pytest
from tests.cases.test_checkpage_cases import HOSTILE, overlap, shape, squares
from tests.runs.test_map_offline import PROGRAM, opened

from zoning.checkpage import render_check
from zoning.errors import Severity
from zoning.messages import finding

pytestmark = pytest.mark.debian


@pytest.fixture(scope="module")
def browser():
    if PROGRAM is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    if PROGRAM is None:
        pytest.skip("chromium is not installed")
    return shutil.which(PROGRAM)


def page(lang="zh"):
    """Two overlaps and a sliver on a row of squares, and a finding that has no place."""
    faults = [
        overlap(),
        finding("LAYER_SLIVER", where={"file": "u.gpkg", "value": "丙"}, count=1, width=1, total="3 m²", named="丙"),
        finding("UNIT_MISSING", where={"file": "e.tif"}),
    ]
    drawn = [shape(), shape(at=118.019), shape("LAYER_SLIVER", "丙", Severity.WARNING, at=118.028)]
    return render_check("示例", faults, drawn, {"单元": squares(), "分区": squares(2)}, lang)


def acted(browser, folder, act, html=""):
    """Return the page after a script of the test has acted on it, and what it wrote on its console."""
    html = html or page()
    place = html.rindex("</body>")
    return opened(browser, folder, f"{html[:place]}<script>{act}</script>{html[place:]}")


def view(dom):
    return [float(edge) for edge in re.search(r'id="chart"[^>]*viewBox="([^"]+)"', dom).group(1).split()]


def marks(dom):
    """Return number → whether it is shown."""
    found = re.findall(r'<g class="mark [^>]*data-number="(\d+)"[^>]*>', dom)
    hidden = re.findall(r'<g class="mark [^>]*data-number="(\d+)"[^>]*style="display: none;?"', dom)
    return {number: number not in hidden for number in found}


CLICK = "document.querySelector('.places button[data-number=\"2\"]').click();"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_nothing_on_its_console(browser, tmp_path, lang):
    dom, console = opened(browser, tmp_path, page(lang))
    assert console == []
    assert marks(dom) == {"1": True, "2": True, "3": True}
    assert re.search(r'<span id="length">\d+ (m|km)</span>', dom)


def test_a_click_zooms_to_the_shape_marks_its_finding_and_a_second_click_goes_back(browser, tmp_path):
    whole = view(opened(browser, tmp_path, page())[0])
    dom, console = acted(browser, tmp_path, CLICK)
    assert console == []
    close = view(dom)
    assert close[2] < whole[2]
    box = [float(edge) for edge in re.search(r'data-number="2" data-box="([^"]+)"', dom).group(1).split()]
    assert close[0] < box[0] < box[2] < close[0] + close[2]
    assert close[1] < box[1] < box[3] < close[1] + close[3]
    assert 'class="fault error on" data-number="2"' in dom
    assert dom.count('class="finding error on"') == 1
    back, _ = acted(browser, tmp_path, CLICK * 2)
    assert view(back) == whole
    assert ' on"' not in back


def test_a_shape_on_the_map_leads_to_its_finding(browser, tmp_path):
    act = "document.querySelector('.fault[data-number=\"3\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}));"
    dom, console = acted(browser, tmp_path, act)
    assert console == []
    assert re.search(r'class="finding warning on" data-severity="warning" data-shapes="3"', dom)


def test_the_filter_shows_one_severity_of_findings_and_shapes(browser, tmp_path):
    dom, console = acted(browser, tmp_path, "document.querySelector('#filter .warning').click();")
    assert console == []
    shown = re.findall(r'<article class="finding (\w+)"[^>]*?( hidden="")?>', dom)
    assert sorted(shown) == [("error", ' hidden=""'), ("error", ' hidden=""'), ("warning", "")]
    assert marks(dom) == {"1": False, "2": False, "3": True}
    assert len(re.findall(r"<section hidden", dom)) == 1


def test_a_layer_can_be_switched_off(browser, tmp_path):
    dom, console = acted(browser, tmp_path, "document.querySelectorAll('.legend input')[1].click();")
    assert console == []
    assert re.findall(r'<g class="layer look-\d" data-layer="(\d)"( style="display: none;")?>', dom) == [
        ("0", ""), ("1", ' style="display: none;"')
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_names_are_inert(browser, tmp_path, lang):
    faults = [
        finding("LAYER_OVERLAP", where={"file": bad, "layer": bad, "field": bad, "value": bad}, pairs=bad, count=1,
                total=bad) for bad in HOSTILE
    ]  # fmt: skip
    layers = {bad: squares().assign(HJGKDYBM=list(HOSTILE[:3])) for bad in HOSTILE}
    html = render_check(HOSTILE[1], faults, [shape(file=bad, value=bad) for bad in HOSTILE], layers, lang)
    dom, console = acted(browser, tmp_path, CLICK, html)
    assert console == []
    assert "<img" not in dom
    assert "onload=" not in re.sub(r">[^<]*<", "><", dom)
    assert 'class="fault error on"' in dom


def test_an_empty_page_is_silent_too(browser, tmp_path):
    _, console = opened(browser, tmp_path, render_check("示例", [], [], {}))
    assert console == []
