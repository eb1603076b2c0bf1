"""The ledger against sums done in the head."""

import numpy as np
import pytest
import shapely
from tests.cases.four_units import CODES, GRID, emitters, field, square, units, zone

from zoning.errors import QuantityError
from zoning.field import Kind
from zoning.ledger import Column, Ledger, build_ledger

VALUES = np.arange(1.0, 17.0).reshape(4, 4)  # upper left unit: 1 + 2 + 5 + 6 = 14


def co2(account, column="emission"):
    return account.ledger.of_unit(column, species="CO2", year=2020)


def test_totals_of_whole_cells():
    account = build_ledger(units(), (), (field(VALUES),), None)
    assert co2(account) == pytest.approx([14, 22, 46, 54])
    assert account.ledger["grid_cells"].to_numpy() == pytest.approx([4] * 4)
    row = account.conservation.iloc[0]
    assert (row["raster_total"], row["in_units"]) == (136.0, pytest.approx(136.0))
    assert row["relative_difference"] < 1e-12


def test_no_data_has_no_mass_and_no_overlap_is_not_zero():
    values = VALUES.copy()
    values[:2, :2] = np.nan
    values[2, 0] = np.nan
    account = build_ledger(units(), (), (field(values),), None)
    assert np.isnan(co2(account)[0])
    assert co2(account)[2] == pytest.approx(46 - 9)
    assert account.ledger["valid_share"].to_numpy() == pytest.approx([0, 1, 0.75, 1], abs=1e-6)


def test_emitters_in_the_grid_are_taken_out_down_to_zero():
    # The cell of unit 2's lower left corner holds 13: an emitter of 5 fits, one of 20 leaves a shortfall of 12.
    rows = [("甲", 100, 100, "yes", 5.0), ("乙", 100, 100, "yes", 20.0), ("丙", 1100, 100, "no", 7.0)]
    account = build_ledger(units(), (), (field(VALUES),), emitters(rows))
    assert co2(account, "emission_gridded") == pytest.approx([14, 22, 46 - 13, 54])
    assert np.nan_to_num(co2(account, "emission_located")) == pytest.approx([0, 0, 25, 7])
    assert co2(account) == pytest.approx([14, 22, 46 - 13 + 25, 61])
    row = account.conservation.iloc[0]
    assert (row["taken_out"], row["shortfall"], row["located"]) == (13.0, 12.0, 32.0)
    assert list(account.short_cells) == [("CO2", "industry", 2020)]


def test_unknown_emitters_are_context_and_enter_no_sum():
    account = build_ledger(units(), (), (field(VALUES),), emitters([("甲", 100, 100, "unknown", 5.0)]))
    assert co2(account) == pytest.approx([14, 22, 46, 54])
    assert account.conservation.iloc[0]["taken_out"] == 0


def test_an_emitter_on_a_shared_border_counts_once():
    account = build_ledger(units(), (), (field(VALUES),), emitters([("甲", 1000, 1000, "no", 8.0)]))
    assert np.nansum(co2(account, "emission_located")) == 8.0


def test_fragments_carry_mass_and_not_area_share():
    # A zone over the left column of cells of unit 0 holds 1 + 5 = 6 of its 14 t, though half of its area.
    left = zone("energy", "NOBURN_3", shapely.box(500_000, 2_751_000, 500_500, 2_752_000))
    account = build_ledger(units(), (left,), (field(VALUES),), emitters([("甲", 100, 1900, "no", 2.0)]))
    assert list(account.fragments["unit"]) == [CODES[0]]
    assert float(account.ledger["fragment_emission"].sum()) == pytest.approx(8.0)
    assert float(account.ledger["fragment_gridded"].sum()) == pytest.approx(6.0)
    assert float(account.ledger["fragment_area"][0]) == pytest.approx(500_000, rel=1e-3)


def test_flux_is_multiplied_by_true_area_and_carbon_becomes_co2():
    flux = field(np.full((4, 4), 1.0), unit="t km-2 yr-1", kind=Kind.FLUX, basis="C")
    account = build_ledger(units(), (), (flux,), None)
    area = GRID.cell_area.sum() / 1e6
    assert co2(account).sum() == pytest.approx(area * 44 / 12, rel=1e-12)
    assert GRID.cell_area[0, 0] == pytest.approx(250_000, rel=1e-3)
    assert GRID.cell_area[0, 0] != 250_000


def test_a_level_is_never_summed():
    with pytest.raises(QuantityError):
        build_ledger(units(), (), (field(VALUES, unit="ug m-3", kind=Kind.INTENSIVE),), None)


def test_two_series_of_one_quantity_stand_beside_each_other():
    other = field(VALUES * 2, series="fine")
    account = build_ledger(units(), (), (field(VALUES), other), None)
    assert co2(account) == pytest.approx([14, 22, 46, 54])
    ratio = account.ledger["grid_ratio"].sel(series="fine", species="CO2", sector="industry", year=2020)
    assert ratio.to_numpy() == pytest.approx([2.0] * 4)


def test_a_unit_smaller_than_a_cell_keeps_its_exact_value_and_a_flag():
    frame = units().frame
    frame.loc[0, "geometry"] = square(0, 2, size=250)
    account = build_ledger(type(units())(frame), (), (field(VALUES),), None)
    assert co2(account)[0] == pytest.approx(5 / 4)
    assert account.ledger["resolution"].to_numpy().tolist() == [2, 0, 0, 0]
    assert account.conservation.iloc[0]["outside"] == pytest.approx(136 - (5 / 4 + 22 + 46 + 54))


def test_a_ledger_only_grows_and_every_column_has_a_unit():
    ledger = Ledger.of_units(["A"]).with_column("x", ("unit",), np.ones(1), Column("t", "甲", "x", "hand"))
    with pytest.raises(QuantityError):
        ledger.with_column("x", ("unit",), np.ones(1), Column("t", "甲", "x", "hand"))
    with pytest.raises(QuantityError):
        ledger.with_column("y", ("unit",), np.ones(1), Column("", "甲", "y", "hand"))
    ledger["x"][0] = 5.0
    assert float(ledger["x"][0]) == 1.0
