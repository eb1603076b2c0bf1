"""Coverages are kept by content, resumed from disk, and layers give the same bits on any executor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from affine import Affine
from tests.cases.four_units import GRID, emitters, field, units

from zoning.io.coverages import CoverageFolder
from zoning.ledger import build_ledger
from zoning.overlay import Laying, coverage_key, laying
from zoning.supports import Grid

SHAPES = units().frame.set_index("code").geometry


def test_the_key_follows_content_and_nothing_else():
    key = coverage_key(SHAPES, GRID, 50.0)
    assert coverage_key(SHAPES.copy(), Grid(GRID.crs, GRID.transform, GRID.shape), 50.0) == key
    moved = SHAPES.translate(0.001)
    shifted = Grid(GRID.crs, Affine(500, 0, 500_000.5, 0, -500, 2_752_000), GRID.shape)
    renamed = SHAPES.rename(index={SHAPES.index[0]: "ZH99010120009"})
    others = [coverage_key(*one) for one in (
        (moved, GRID, 50.0), (SHAPES, shifted, 50.0), (SHAPES, GRID, 20.0), (renamed, GRID, 50.0),
    )]  # fmt: skip
    assert len({key, *others}) == 5


def test_a_kept_coverage_is_used_and_is_the_same(tmp_path, monkeypatch):
    first = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, GRID)
    assert len(list(tmp_path.glob("*.coverage"))) == 1

    def refuse(*_args, **_kwargs):
        raise AssertionError("laid again")

    monkeypatch.setattr(laying, "coverage", refuse)
    again = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, GRID)
    np.testing.assert_array_equal(again.to_sparse().toarray(), first.to_sparse().toarray())
    assert again.index.tolist() == first.index.tolist()
    with pytest.raises(AssertionError, match="laid again"):
        Laying(store=CoverageFolder(tmp_path / "other")).cover(SHAPES, GRID)


def test_a_damaged_file_is_laid_again(tmp_path):
    first = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, GRID)
    (kept,) = tmp_path.glob("*.coverage")
    kept.write_bytes(kept.read_bytes()[:100])
    again = Laying(store=CoverageFolder(tmp_path)).cover(SHAPES, GRID)
    np.testing.assert_array_equal(again.to_sparse().toarray(), first.to_sparse().toarray())


def test_an_executor_changes_no_bit():
    rng = np.random.default_rng(1)
    fields = tuple(field(rng.gamma(1, 10, (4, 4)), species=name) for name in ("CO2", "SO2", "VOC"))
    found = emitters([("甲", 100, 100, "yes", 5.0)])
    plain = build_ledger(units(), (), fields, found)
    with ThreadPoolExecutor(3) as pool:
        pooled = build_ledger(units(), (), fields, found, Laying(executor=pool))
    assert pooled.ledger.data.identical(plain.ledger.data)
    assert pooled.conservation.equals(plain.conservation)
