"""Pages of the commands on lists in a real browser that can resolve no host: silent, and they answer."""

from __future__ import annotations

import re

import pytest
from tests.runs.test_check_page_offline import acted, browser  # noqa: F401 - a fixture is used by its name
from tests.runs.test_list_chain import DEMO, command
from tests.runs.test_map_offline import opened

pytestmark = pytest.mark.debian
OLD, NEW = DEMO / "access_list.xlsx", DEMO / "access_list_later.xlsx"
CALLS = {"audit": (OLD,), "diff": (OLD, NEW), "backtest": (OLD, NEW)}


@pytest.fixture(scope="module", params=["zh", "en"])
def pages(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    for name, files in CALLS.items():
        command("--lang", request.param, "list", name, *files, "-o", folder)
    return {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in CALLS}


def shown(dom, kind):
    """Return how many elements of a class are shown, and how many are hidden."""
    found = re.findall(rf'<\w+ [^>]*class="[^"]*\b{kind}\b[^"]*"[^>]*>', dom)
    hidden = sum(" hidden" in tag for tag in found)
    return len(found) - hidden, hidden


def typed(query, text):
    return (
        f"const box = document.querySelector('{query}'); box.value = '{text}'; box.dispatchEvent(new Event('input'));"
    )


@pytest.mark.parametrize("name", CALLS)
def test_a_page_says_nothing_on_its_console(browser, pages, tmp_path, name):  # noqa: F811 - the fixture
    dom, console = opened(browser, tmp_path, pages[name])
    assert console == []
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', dom)


def test_the_audit_is_searched_and_filtered(browser, pages, tmp_path):  # noqa: F811 - the fixture
    whole = shown(opened(browser, tmp_path, pages["audit"])[0], "finding")
    assert whole[1] == 0
    found, console = acted(browser, tmp_path, typed("#search", "ZH99010430002"), pages["audit"])
    assert console == []
    assert 0 < shown(found, "finding")[0] < whole[0]
    act = "document.querySelector('#severities button[data-severity=\"warning\"]').click();"
    warned, _ = acted(browser, tmp_path, act, pages["audit"])
    assert 0 < shown(warned, "finding")[0] < whole[0]


def test_the_comparison_is_searched_and_filtered(browser, pages, tmp_path):  # noqa: F811 - the fixture
    act = "document.querySelector('.tools button[data-kind=\"ADDED\"]').click();"
    added, console = acted(browser, tmp_path, act, pages["diff"])
    assert console == []
    assert shown(added, "record")[0] == 7
    found, _ = acted(browser, tmp_path, typed(".tools input", "ZH99010210004"), pages["diff"])
    assert shown(found, "record")[0] == 1
