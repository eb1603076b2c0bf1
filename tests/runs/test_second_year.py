"""A second year over the same borders and grids: every coverage is taken from the folder of the first."""

from __future__ import annotations

import sys
from pathlib import Path

import zoning
import zoning.overlay

ONTO_GRID = sys.modules["zoning.overlay.onto_grid"]


def test_a_second_year_of_a_study_lays_nothing_again(tmp_path: Path, demo_folder: Path, monkeypatch) -> None:
    calls = []
    kernel = ONTO_GRID.cover_units

    def counted(*given):
        calls.append(1)
        return kernel(*given)

    monkeypatch.setattr(ONTO_GRID, "cover_units", counted)
    monkeypatch.setattr("zoning.pipeline.running.warm_up", lambda: None)
    study = zoning.read_study(demo_folder / "study.toml")
    first = zoning.run(study, workdir=tmp_path)
    assert calls
    calls.clear()
    again = zoning.run(study, workdir=tmp_path)
    assert not calls, "geometry was computed again"
    assert again.ledger.data.identical(first.ledger.data)
