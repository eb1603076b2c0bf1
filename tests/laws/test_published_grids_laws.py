"""A grid that is published with fewer cells holds the same mass, whatever its shape, its gaps and its kind."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.six_units import six_units

from zoning.field import Field, Kind
from zoning.intake import ArrayBlocks
from zoning.io.read.grids import read_grids
from zoning.io.runs import sha256
from zoning.io.write import grids
from zoning.tables import numbers

SYSTEMS = {
    "EPSG:4549": Affine(500.0, 0, 400_000.0, 0, -500.0, 2_750_000.0),
    "EPSG:4490": Affine(0.1, 0, 118.0, 0, 0.1, 24.0),
}


@pytest.mark.parametrize("kind", [Kind.TOTAL, Kind.FLUX])
@pytest.mark.parametrize("crs", SYSTEMS)
@settings(max_examples=12, deadline=None)
@given(rows=st.integers(1, 23), cols=st.integers(1, 23), most=st.integers(1, 40), seed=st.integers(0, 2**16))
def test_mass_is_conserved(kind, crs, rows, cols, most, seed):
    from pathlib import Path

    from zoning.supports import Grid

    random = np.random.default_rng(seed)
    values = random.lognormal(0, 3, (rows, cols))
    values[random.random((rows, cols)) < 0.3] = np.nan
    unit = "t" if kind is Kind.TOTAL else "t km-2 yr-1"
    field = Field(Grid(crs, SYSTEMS[crs], (rows, cols)), ArrayBlocks(values), "SO2", "all", 2020, unit, kind, "SO2")
    import dataclasses

    result = dataclasses.replace(six_units(), fields=(field,))
    few = numbers("limits") | {"published_cells": float(most)}
    with TemporaryDirectory() as folder, patch.object(grids, "numbers", lambda _: few):
        files, findings = grids.write_grids(result, folder)
        outputs = {name: sha256(Path(folder) / name) for name in files}
        (back,) = read_grids(Path(folder), grids.grid_records(result.fields), outputs)
        found = back.tonnes()
    assert len(findings) == (rows * cols > most)
    assert found.size <= max(most, 1)
    assert np.nansum(found) == pytest.approx(np.nansum(field.tonnes()), rel=1e-12, abs=0)
    assert np.isnan(found).all() == np.isnan(values).all()
    west, south, east, north = field.grid.bounds
    outer = back.grid.bounds
    assert outer[0] <= west
    assert outer[1] <= south + 1e-9
    assert outer[2] >= east - 1e-9
    assert outer[3] >= north - 1e-9
