"""Write the pages that are generated from the code; a test holds them against it."""

from pathlib import Path

from zoning.checks.page import finding_page
from zoning.content import content_page
from zoning.indicators import CATALOGUE
from zoning.indicators.page import indicator_page
from zoning.judge.page import rule_page

HERE = Path(__file__).parent
PAGES = {
    "content.md": content_page(),
    "findings.md": finding_page(),
    "indicators.md": indicator_page(CATALOGUE),
    "rules.md": rule_page(),
}

if __name__ == "__main__":
    for name, text in PAGES.items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
