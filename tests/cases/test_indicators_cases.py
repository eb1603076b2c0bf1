"""Indicators against numbers worked by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from tests.cases.four_units import CODES, emitters, field, units, zone
from tests.cases.plain_case import clause, emitter, grid

from zoning.checks.proxy import audit_pair
from zoning.field import Origin
from zoning.indicators import CATALOGUE, Facts, held_over, parts_of_units, unit_control
from zoning.indicators.noburn import fuel_share_inside
from zoning.indicators.origin import common_origin, located_share
from zoning.ledger import build_ledger
from zoning.targets import Target, Targets

LIMITS = {
    "proxy_log_ratio_sd": 0.05, "proxy_mass_share": 0.2, "proxy_rank_correlation": 0.99, "proxy_residual_share": 0.01,
}  # fmt: skip


def facts(account, **settings):
    regions = dict.fromkeys(CODES, ("990101",))
    plain = {"lists": (), "targets": None, "regions": regions, "year": 2020} | settings
    parts = parts_of_units(account.ledger, account.located, 2020)
    held = held_over(plain["lists"], plain["regions"], account.ledger, 0.05)
    return Facts(account.ledger, account.located, parts, held=held, **plain)


def fields():
    """Two sectors: unit 0 holds CO2 30 + 10 and SO2 1 + 3, so O = min(.75, .25) + min(.25, .75) = .5."""
    industry, transport = np.zeros((4, 4)), np.zeros((4, 4))
    industry[0, 0], transport[0, 0] = 30.0, 10.0
    dirty, clean = np.zeros((4, 4)), np.zeros((4, 4))
    dirty[0, 0], clean[0, 0] = 1.0, 3.0
    return (
        field(industry), field(transport, sector="transport"),
        field(dirty, species="SO2"), field(clean, species="SO2", sector="transport"),
    )  # fmt: skip


def test_common_origin_over_sectors():
    account = build_ledger(units(), (), fields(), None)
    columns = common_origin(facts(account))
    overlap = columns["common_origin"][1]
    species = [str(name) for name in account.ledger.data["species"].values]
    assert overlap[0, species.index("SO2")] == pytest.approx(0.5)
    assert overlap[0, species.index("CO2")] == pytest.approx(1.0)
    assert np.isnan(overlap[1]).all()
    assert columns["common_origin_reference"][1][species.index("SO2")] == pytest.approx(0.5)


def test_common_origin_over_enterprise_and_fuel():
    records = pd.DataFrame({
        "unit": [CODES[0]] * 3, "emitter": ["a", "a", "b"], "fuel": ["coal", "gas", "coal"], "year": 2020,
        "CO2": [60.0, 20.0, 20.0], "SO2": [9.0, 0.0, 1.0],
    })  # fmt: skip
    account = build_ledger(units(), (), fields(), None)
    plain = facts(account)
    columns = common_origin(dataclasses.replace(plain, located=records))
    species = [str(name) for name in account.ledger.data["species"].values]
    # min(.6, .9) + min(.2, 0) + min(.2, .1) = .7
    assert columns["common_origin_located"][1][0, species.index("SO2")] == pytest.approx(0.7)


def test_located_share():
    account = build_ledger(units(), (), fields(), emitters([("甲", 100, 1900, "no", 60.0)]))
    species = [str(name) for name in account.ledger.data["species"].values]
    share = located_share(facts(account))["located_share"][1]
    assert share[0, species.index("CO2")] == pytest.approx(60 / 100)
    assert share[0, species.index("SO2")] == 0.0
    assert np.isnan(share[1, species.index("SO2")])


@pytest.mark.parametrize(
    ("parts", "clauses", "carbon", "uncovered"),
    [
        ((emitter(60.0), grid(40.0)), (), (0.0, 0.0), (100.0, 100.0)),
        ((emitter(60.0), grid(40.0)), (clause("CARBON", 2, codes=("3011",)),), (0.6, 1.0), (0.0, 40.0)),
        ((emitter(60.0), grid(40.0)), (clause("CARBON", 2, exact=True, reach="ALL_INDUSTRY"),), (1.0, 1.0), (0.0, 0.0)),
        ((emitter(60.0), grid(40.0)), (clause("CARBON", 1, codes=("3011",)),), (0.0, 0.0), (100.0, 100.0)),
        ((grid(40.0, sector="residential"),), (), (0.0, 0.0), (0.0, 0.0)),
        ((), (), (math.nan, math.nan), (0.0, 0.0)),
    ],
)
def test_mutual_control_bounds(parts, clauses, carbon, uncovered):
    control = unit_control(parts, clauses)
    assert control.carbon_share == pytest.approx(carbon, nan_ok=True)
    assert control.uncovered == pytest.approx(uncovered)


def test_fuel_inside_a_no_burn_zone_is_fuel_and_not_area():
    inside = zone("energy", "NOBURN_3", units().frame.geometry[0])
    rows = [("甲", 100, 1900, "no", 30.0), ("乙", 1900, 1900, "no", 10.0)]
    account = build_ledger(units(), (inside,), fields(), emitters(rows))
    parts = parts_of_units(account.ledger, account.located, 2020)
    everyone = tuple(part for code in CODES for part in parts[code])
    assert fuel_share_inside(everyone) == pytest.approx(0.75)
    assert math.isnan(fuel_share_inside(()))


def test_pressure_is_the_regions_and_names_its_indicator():
    rows = (
        Target("990101", "区", "county", "coal_total", "万吨", 2020, 100.0, 110.0, 2020, "t"),
        Target("990101", "区", "county", "energy_total", "万吨标准煤", 2020, 100.0, 90.0, 2020, "t"),
    )
    account = build_ledger(units(), (), fields(), None)
    pressure = next(one for one in CATALOGUE if one.id == "pressure")
    columns = pressure.compute(facts(account, targets=Targets(rows)))
    assert columns["pressure_carbon"][1] == pytest.approx([1.1] * 4)
    assert set(columns["binding_carbon"][1]) == {"coal_total"}
    assert np.isnan(columns["pressure_air"][1]).all()


def test_proxy_audit_names_copies_and_only_copies():
    rng = np.random.default_rng(3)
    carbon = rng.gamma(0.6, 100.0, (30, 30))
    parents = np.repeat([0, 1], 15)[:, None] * np.ones((1, 30), dtype=np.int64)
    by_county = np.where(parents == 0, 0.002, 0.009)
    for copy in (carbon * 0.003, carbon * 0.003 * rng.normal(1, 0.01, carbon.shape), carbon * by_county):
        assert audit_pair(copy, carbon, parents, LIMITS)["is_copy"]
    independent = rng.gamma(0.6, 1.0, (30, 30))
    mixed = 0.5 * carbon * 0.003 + 0.5 * independent
    for other in (independent, mixed):
        assert not audit_pair(other, carbon, parents, LIMITS)["is_copy"]


def test_every_record_of_the_catalogue_is_complete():
    assert len({one.id for one in CATALOGUE}) == len(CATALOGUE)
    for one in CATALOGUE:
        assert all((one.zh, one.en, one.formula, one.unit, one.needs, one.pitfalls_zh, one.pitfalls_en, one.references))


def test_layers_located_at_facilities_count_as_located():
    industry, transport, *_ = fields()
    sited = (field(industry.values(), origin=Origin.LOCATED), transport)
    share = located_share(facts(build_ledger(units(), (), sited, None)))["located_share"][1]
    assert share[0, 0] == pytest.approx(30 / 40)
