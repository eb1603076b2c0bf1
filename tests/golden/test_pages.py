"""Generated pages and printed texts, held against small files that are read in review."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent


@pytest.mark.parametrize("name", ["content.md", "findings.md", "indicators.md", "rules.md"])
def test_generated_pages_are_up_to_date(name):
    pages = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages[name], "run: make docs"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explanation_of_a_unit(demo_result, lang):
    code = demo_result.decisions.index[demo_result.decisions["driving_rule"] == "R8-NEW"][0]
    expected = (GOLDEN / f"explain_{lang}.txt").read_text(encoding="utf-8")
    assert demo_result.explain(code, lang) + "\n" == expected
