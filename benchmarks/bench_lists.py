"""How fast lists are audited, understood, revised and compared: the units of a city and of a province.

Run with ``pytest benchmarks/bench_lists.py --benchmark-enable -s``. The list is the demo's, with other codes and places
in every copy.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.pipeline.comparing import compare_lists
from zoning.pipeline.listing import ListFiles, audit_files, write_audit_report
from zoning.pipeline.lists import read_lists
from zoning.pipeline.revising import write_revisions
from zoning.redline import Revision

DEMO = Path(__file__).parents[1] / "data" / "demo" / "access_list.xlsx"
CITY, PROVINCE = 80, 3_000
HEAD = [
    "序号", "环境管控单元编码", "环境管控单元名称", "管控单元分类", "空间布局约束", "污染物排放管控", "环境风险防控",
    "资源利用效率",
]  # fmt: skip


def list_of(path: Path, count: int, later: str = "") -> Path:
    """A list of ``count`` units, one row and one cell a dimension; ``later`` is written behind every seventh cell."""
    rows = list(openpyxl.load_workbook(DEMO).worksheets[0].iter_rows(min_row=4, values_only=True))
    units = [row for row in rows if row[1]]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    sheet.append(HEAD)
    for at in range(count):
        row = units[at % len(units)]
        code = f"ZH{350000 + at // 999:06d}{row[1][8]}{at % 999 + 1:04d}"
        cells = [str(text or "").replace("示例", f"甲{at % 97}") for text in row[8:12]]
        if later and at % 7 == 0:
            cells[1] += f"\n{later}"
        sheet.append([str(at + 1), code, f"{row[2]}{at}", row[6], *cells])
    book.save(path)
    return path


@pytest.fixture(params=[CITY, PROVINCE])
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return list_of(tmp_path / "list.xlsx", request.param)


def test_audit(benchmark: Callable[..., object], listed: Path) -> None:
    def task() -> None:
        write_audit_report("list", audit_files(ListFiles(str(listed))), listed.parent / "out")

    benchmark.pedantic(task, rounds=1)
    assert (listed.parent / "out" / "audit.html").is_file()


def test_understanding(benchmark: Callable[..., object], listed: Path) -> None:
    read = benchmark.pedantic(lambda: read_lists({"unit": listed}), rounds=1)
    assert not read.faulty


def test_redline(benchmark: Callable[..., object], listed: Path) -> None:
    made = []
    for row, line in enumerate(openpyxl.load_workbook(listed).worksheets[0].iter_rows(min_row=2, values_only=True), 2):
        text = str(line[5] or "")
        at = Address(listed.name, "清单", f"F{row}", len(text), len(text))
        made.append(Edit(f"{row}", at, "", "\n另：2030年底前完成改造。", str(line[1]), "P", reason="R1-KEY"))
    out = listed.parent / "revised"
    out.mkdir()
    written = benchmark.pedantic(
        lambda: write_revisions({"unit": listed}, made, out, Revision("甲", "2026-05-04")), rounds=1
    )
    assert written.findings == ()


@pytest.mark.parametrize("count", [CITY, PROVINCE])
def test_diff(benchmark: Callable[..., object], tmp_path: Path, count: int) -> None:
    old = list_of(tmp_path / "old.xlsx", count)
    new = list_of(tmp_path / "new.xlsx", count, "现有企业单位产值二氧化碳排放2030年较2025年下降15%。")
    found = benchmark.pedantic(lambda: compare_lists(old, new), rounds=1)
    assert found.comparison.unit_counts["SAME"] == count
