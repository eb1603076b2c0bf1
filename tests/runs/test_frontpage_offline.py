"""The start page in a real browser that can resolve no host: one language at a time, and a button between them."""

from __future__ import annotations

import re

import pytest
from tests.cases.nine_units import CODES, nine_units
from tests.cases.test_frontpage_cases import GIVEN, Page
from tests.runs.test_map_offline import browser, opened

from zoning.frontpage import render_index

__all__ = ["browser"]
pytestmark = pytest.mark.debian
PRESS = 'document.getElementById("switch").click();'


def shown(dom):
    """Return the languages of the parts that are not hidden, the language of the page and its title."""
    parts = re.findall(r'<[a-z]+[^>]*data-in="(..)"[^>]*>', dom)
    hidden = re.findall(r'<[a-z]+(?=[^>]* hidden="")[^>]*data-in="(..)"[^>]*>', dom)
    return set(parts) - set(hidden), re.search('<html lang="(.*?)"', dom)[1], re.search("<title>(.*?)</title>", dom)[1]


@pytest.mark.parametrize(
    ("first", "mark", "act", "expected"),
    [
        ("zh", "", "", "zh"),
        ("en", "", "", "en"),
        ("zh", "#en", "", "en"),
        ("zh", "", PRESS, "en"),
        ("zh", "", PRESS * 2, "zh"),
        ("en", "#zh", PRESS, "en"),
    ],
)
def test_one_language_is_shown_and_the_button_shows_the_other(browser, tmp_path, first, mark, act, expected):
    html = render_index(nine_units(), GIVEN, first)
    dom, console = opened(browser, tmp_path, html.replace("</body>", f"<script>{act}</script></body>"), mark)
    assert console == []
    languages, lang, title = shown(dom)
    assert languages == {expected}
    assert lang == {"zh": "zh-CN", "en": "en"}[expected]
    assert title.endswith({"zh": "成果首页", "en": "start page"}[expected])
    button = re.search('<button[^>]*id="switch"[^>]*>(.*?)</button>', dom)
    assert 'hidden=""' not in button[0]
    assert button[1] == {"zh": "English", "en": "中文"}[expected]
    assert re.search('placeholder="(.)', dom)[1] == {"zh": "筛", "en": "f"}[expected]
    assert re.search('id="picture-title"[^>]*>(.)', dom)[1] == {"zh": "分", "en": "M"}[expected]


def test_without_a_script_both_languages_are_there_with_links_between_them():
    html = render_index(nine_units(), GIVEN)
    assert not re.search(r'data-in="[^>]*hidden|hidden[^>]*data-in="', html)
    assert {"#zh", "#en"} <= set(Page(html).links)
    assert {"zh", "en"} <= set(Page(html).ids)


def test_units_of_the_picture_are_drawn_as_links_to_the_map(browser, tmp_path):
    dom, console = opened(browser, tmp_path, render_index(nine_units(), GIVEN))
    assert console == []
    assert re.findall(r'<a href="map.html#(\w+)" tabindex="-1"><path', dom).count(CODES[0]) == 1
