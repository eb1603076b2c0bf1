"""Studies that lack inputs still run: what cannot be told is undetermined and names what is missing."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

import zoning
from zoning.study import parse_study

DEMO = Path(__file__).parents[2] / "data" / "demo"


def part(*sections, **changes):
    whole = tomllib.loads((DEMO / "study.toml").read_text(encoding="utf-8"))
    content = {name: copy.deepcopy(whole[name]) for name in ("study", "years", "units", *sections)} | changes
    return parse_study(content, DEMO)


@pytest.mark.parametrize(
    "sections",
    [(), ("access_list",), ("zones", "targets"), ("points",), ("points", "access_list"), ("projects", "access_list")],
    ids=lambda names: "+".join(names) or "units",
)
def test_a_part_of_the_inputs_runs_publishes_and_reads_back(sections, tmp_path):
    result = zoning.run(part(*sections))
    zoning.publish(result, tmp_path / "out")
    again = zoning.read_result(tmp_path / "out")
    assert again.decisions["decision"].tolist() == result.decisions["decision"].tolist()
    assert len(result.decisions) == 80
    undetermined = result.decisions[result.decisions["decision"] == "UNDETERMINED"]
    assert len(undetermined) > 0
    assert all(undetermined["missing"].str.len() > 0)


def test_grids_alone_never_say_need():
    decisions = zoning.run(part("emissions", "access_list")).decisions
    assert set(decisions["decision"]) <= {"WATCH", "UNDETERMINED"}


def test_pollutants_without_co2_leave_carbon_unknown():
    whole = tomllib.loads((DEMO / "study.toml").read_text(encoding="utf-8"))
    layers = [layer for layer in whole["emissions"] if layer["species"] != "CO2"]
    result = zoning.run(part(emissions=layers))
    assert result.ledger["emission"].sel(species="CO2").isnull().all()
    assert result.proxy_audit.empty
    assert set(result.decisions["decision"]) == {"UNDETERMINED"}


def test_a_threshold_of_the_study_is_used_and_named():
    plain = zoning.run(part("points", "access_list"))
    stricter = zoning.run(part("points", "access_list", thresholds={"key_emitter_co2": 5_000.0}))
    needs = [int((one.decisions["driving_rule"] == "R1-KEY").sum()) for one in (plain, stricter)]
    assert needs[1] > needs[0]
    reason = next(reason for reason in stricter.reasons if reason.rule == "R1-KEY")
    assert "5,000" in reason.counterfactual_zh


def test_the_fewest_cells_and_the_longest_edge_of_the_study_reach_the_ledger():
    plain = zoning.run(part("emissions")).ledger
    coarse = zoning.run(part("emissions", thresholds={"cells_per_unit": 1e6}, tolerance={"densify": 20_000.0})).ledger
    assert (coarse["resolution"] == 1.0).all()
    assert (plain["resolution"] == 0.0).any()
    assert (coarse["emission"] != plain["emission"]).any()  # areas are integrals: nothing is densified for them


def test_the_year_looked_at_is_one_that_carbon_is_known_of():
    whole = tomllib.loads((DEMO / "study.toml").read_text(encoding="utf-8"))
    layers = [layer | {"year": 2015} if layer["species"] == "CO2" else layer for layer in whole["emissions"]]
    result = zoning.run(part(emissions=layers))
    assert list(result.ledger.data["year"].values) == [2015, 2020]
    assert float(result.ledger["governable_co2"].sum()) > 0
    # pollutants of 2020 are never joined with carbon of 2015
    assert result.ledger["common_origin"].sel(species="SO2").isnull().all()
