"""Write docs/conformance.md: our numbers beside those of other tools."""

from pathlib import Path

from benchmarks.accuracy.page import page

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE)
