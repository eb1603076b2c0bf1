"""The department tables of 晋江 from files to inventory, against the truth of half of its enterprises."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import zoning
from zoning.crs import as_crs, transformer
from zoning.errors import Severity

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
PREFIX = {
    "env_rows": "env_statistics/工业企业/",
    "permit_rows": "permits//",
    "verification_rows_2020": "carbon_verification/汇总/",
    "key_user_rows": "key_energy_users//",
    "boiler_rows": "boilers//",
    "kiln_rows": "kilns//",
}
FUELS = {"coal_t": "bituminous", "gas_1e4m3": "natural_gas", "fuel_oil_t": "fuel_oil", "diesel_t": "diesel",
         "biomass_t": "biomass"}  # fmt: skip


@pytest.fixture(scope="module")
def study(real_data, tmp_path_factory):
    text = (ROOT / "data" / "studies" / "jinjiang-inventory.toml").read_text(encoding="utf-8")
    place = tmp_path_factory.mktemp("jinjiang-inventory") / "study.toml"
    place.write_text(text.replace("../../../shared/data", real_data.resolve().as_posix()), encoding="utf-8")
    return zoning.read_study(place)


@pytest.fixture(scope="module")
def inventory(study):
    return zoning.build_inventory(study)


@pytest.fixture(scope="module")
def truth(real_data):
    table = pd.read_csv(real_data / "jinjiang" / "tables" / "tables_truth_open.csv", dtype=str, encoding="utf-8-sig")
    numbers = [*FUELS, "lon", "lat", "co2_combustion_t", "co2_process_t", "co2_scope1_t", "SO2_t", "NOx_t", "PM_t",
               "VOC_t", "electricity_MWh"]  # fmt: skip
    return table.fillna("").assign(**{name: pd.to_numeric(table[name]) for name in numbers})


@pytest.fixture(scope="module")
def rows(truth):
    """Row of a table → enterprise of the truth."""
    return {
        f"{start}{row}": one["canonical_id"]
        for one in truth.to_dict("records")
        for column, start in PREFIX.items()
        for row in one[column].split(";")
        if row
    }


@pytest.fixture(scope="module")
def known(truth, rows, inventory):
    """The truth with the enterprise of ours that holds its rows."""
    own = inventory.links.set_index("ref")["enterprise"]
    found = {canonical: own[ref] for ref, canonical in rows.items()}
    return truth.assign(enterprise=truth["canonical_id"].map(found)).set_index("enterprise")


def test_rows_of_one_enterprise_are_one_and_no_others(rows, inventory):
    own = inventory.links.set_index("ref")["enterprise"]

    def pairs(of):
        groups = {}
        for ref in rows:
            groups.setdefault(of(ref), []).append(ref)
        return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}

    truly, ours = pairs(rows.get), pairs(own.get)
    precision, recall = len(truly & ours) / len(ours), len(truly & ours) / len(truly)
    assert 2 * precision * recall / (precision + recall) >= 0.97
    sure = set(inventory.links.loc[inventory.links["level"].isin(["sure", "own"]), "ref"])
    assert not {pair for pair in ours - truly if sure.issuperset(pair)}


def test_fuels_and_co2_of_every_enterprise(known, inventory):
    records = inventory.records[inventory.records["year"] == 2020]
    by_fuel = records[records["what"] == "fuel"].groupby(["enterprise", "fuel"])["activity"].sum()
    co2 = records.groupby(["enterprise", "what"])["CO2"].sum()
    seen = 0
    for enterprise, row in known[known["co2_scope1_t"].notna()].iterrows():
        for column, fuel in FUELS.items():
            assert by_fuel.get((enterprise, fuel), 0.0) == pytest.approx(row[column], rel=1e-9, abs=1e-9), (
                enterprise,
                fuel,
            )
        burnt, processed = co2.get((enterprise, "fuel"), 0.0), co2.get((enterprise, "process"), 0.0)
        assert burnt == pytest.approx(row["co2_combustion_t"], rel=1e-6, abs=1e-6), enterprise
        assert processed == pytest.approx(row["co2_process_t"], rel=1e-6, abs=1e-6), enterprise
        seen += 1
    assert seen >= 115


def test_enterprises_without_activity_have_no_number_and_not_zero(known, inventory):
    silent = known[known["tier"] == "unknown"].index
    assert len(silent) == 9
    assert set(inventory.enterprises.loc[silent, "status"]) == {"permit_only"}
    assert inventory.records[inventory.records["enterprise"].isin(silent)]["CO2"].notna().sum() == 0


def test_pollutants_are_those_that_were_reported(known, inventory):
    records = inventory.records[inventory.records["year"] == 2020]
    for species in ("SO2", "NOx", "PM", "VOC"):
        reported = known[known[f"{species}_t"].notna()]
        own = records[records[f"{species}_basis"] == "reported"].groupby("enterprise")[species].sum()
        ours = own.reindex(reported.index)
        np.testing.assert_allclose(ours, reported[f"{species}_t"], rtol=1e-9, atol=1e-9, err_msg=species)


def test_places_and_units(known, inventory):
    placed = known[known["status"] == "in_city"]
    ours = inventory.enterprises.loc[placed.index]
    assert list(ours["unit"]) == list(placed["unit_code"])
    plane = transformer(as_crs("EPSG:4490"), as_crs("EPSG:4549"))
    theirs = np.column_stack(plane.transform(placed["lon"].to_numpy(), placed["lat"].to_numpy()))
    here = np.column_stack(plane.transform(ours.geometry.x.to_numpy(), ours.geometry.y.to_numpy()))
    assert np.hypot(*(theirs - here).T).max() < 2.0
    outside = known[known["status"] == "outside_city"].index
    assert not inventory.enterprises.loc[outside, "counts"].any()


def test_every_planted_kind_of_fault_is_reported(inventory):
    assert not [one for one in inventory.findings if one.severity is Severity.ERROR]
    kinds = Counter(str(one.kind) for one in inventory.corrections) | Counter(
        str(one.code) for one in inventory.findings
    )
    planted = {
        "UNIT_SLIP", "POINT_IN_SEA", "POINT_OUTSIDE", "ADDRESS_MISMATCH", "FIRM_DUPLICATE", "YEAR_MISMATCH",
        "INDUSTRY_MISSING", "SOURCES_DISAGREE", "ARITHMETIC", "HEAT_DOUBLE_COUNT", "FIRM_MERGED", "PERMIT_EXCEEDED",
        "EVIDENCE_MISSING", "FIRM_CODE_PATTERN", "FIRM_NAME_DIFFERS", "FIRM_MATCH_UNCERTAIN", "DATUM_GCJ02_SUSPECTED",
    }  # fmt: skip
    assert planted <= set(kinds)
    assert sum(1 for one in inventory.findings if one.code == "DATUM_GCJ02_SUSPECTED") == 12
    assert sum(1 for one in inventory.findings if one.code == "SOURCES_DISAGREE") == 5


def test_the_gas_of_industry_is_found_on_two_sheets(inventory):
    (said,) = [one.message_zh for one in inventory.findings if one.key == "BALANCE_NOT_CLOSED.industries"]
    assert "天然气" in said
    assert "+1.80%" in said


def test_balance_is_enterprises_and_residual(inventory):
    table = inventory.reconciliation
    known = table[table["residual"].notna()]
    np.testing.assert_allclose(known["emitters"] + known["residual"], known["balance"], rtol=1e-12, atol=1e-6)
    assert not (table["state"] == "negative").any()
    gas = table[(table["level"] == "group") & (table["fuel"] == "natural_gas")]
    assert gas["balance"].sum() == pytest.approx(130_265.2)


def test_located_firms_decide_where_the_grid_only_hinted(study):
    result = zoning.run(study)
    decided = result.decisions
    classes = dict(zip(result.units.frame["code"], result.units.frame["unit_class"], strict=True))
    of_class = decided["unit_class"] if "unit_class" in decided else decided.index.map(classes)
    heavy = result.ledger.of_unit("emission", species="CO2", year=2020, sector="industry")
    heavy = np.nan_to_num(heavy) + np.nan_to_num(
        result.ledger.of_unit("emission", species="CO2", year=2020, sector="power")
    )
    large = {code for code, tonnes in zip(result.ledger.units, heavy, strict=True) if tonnes >= 26_000}
    assert len(large) == 23
    assert not {code for code in large if classes[code] == "PRIORITY"}
    located = decided["driving_rule"].isin(["R1-KEY", "R3-GAP"])
    assert set(decided.loc[located & (decided["decision"] != "NEED"), "missing"].map(tuple)) == {("missing.scope",)}
    assert set(decided.index[located & (decided["uncovered_lo_t"] >= 26_000)]) <= large
    assert set(decided.loc[decided["located_t"] > 0, "evidence_class"]) == {"A"}
    assert not decided.loc[of_class == "PRIORITY", "driving_rule"].isin(["R1-KEY", "R3-GAP"]).any()
    assert set(decided["decision"]) == {"NEED", "NO_ACTION", "UNDETERMINED"}
    assert "WATCH" not in set(decided["decision"]), "nothing rests on gridded mass any more"
