"""The runner of the benchmarks, once and small: a page with every part comes out. Nothing is asserted in seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_quick_run_writes_a_whole_page(tmp_path):
    pytest.importorskip("exactextract")
    pytest.importorskip("matplotlib")
    page = tmp_path / "speed.md"
    call = [sys.executable, "-m", "benchmarks.speed", "--quick", "--folder", str(tmp_path / "in"), "--out", str(page)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    for part in ("## 目标", "## 启动", "## W1", "## B-small", "## 增长", "exactextract 0", "快速模式"):
        assert part in text
    rows = [line for line in text.splitlines() if line.startswith("| exactextract")]
    off = float(rows[0].split("|")[-3])
    assert 0 < off < 1e-7, "the other tool must have found the same totals up to float32 fractions"
    assert (tmp_path / "speed-growth.png").read_bytes().startswith(b"\x89PNG")
