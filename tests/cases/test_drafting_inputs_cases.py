"""What drafting takes out of a run: units with their true reasons, shares of zones, zone types, the province."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tests.cases.six_units import CODES, six_units

from zoning.drafts import drafting_of
from zoning.indicators import Facts
from zoning.judge.reason import Answer
from zoning.ledger import Column


@pytest.fixture(scope="module")
def found():
    result = six_units()
    bound = np.array(["voc_allowed", *[""] * (len(CODES) - 1)], dtype=object)
    ledger = result.ledger.with_column("binding_air", ("unit",), bound, Column("text", "约束", "binding", "targets"))
    subtypes = ["AIR_HIGH", "AIR_HIGH", "AIR_HIGH", "AIR_GENERAL", "NOBURN_3"]  # of the fragments, in their order
    ledger = ledger.with_labels("fragment", fragment_subtype=subtypes)
    regions = dict.fromkeys(CODES, ("359901", "359900", "350000"))
    facts = Facts(ledger, pd.DataFrame(), {}, result.lists, {}, None, regions, 2020)
    classes = dict(zip(result.units.frame["code"], result.units.frame["unit_class"], strict=True))
    cases = [SimpleNamespace(unit=code, unit_class=classes[code], parts=(), projects=()) for code in CODES]
    return result, drafting_of(result.study, result.units, facts, cases, result.reasons, result.decisions)


def test_units_carry_their_decision_and_their_true_reasons(found):
    result, basis = found
    assert [one.code for one in basis.units] == sorted(CODES)
    for one in basis.units:
        assert one.decision == result.decisions.at[one.code, "decision"]
        assert all(reason.answer is Answer.TRUE and reason.unit == one.code for reason in one.reasons)
    first = next(one for one in basis.units if one.code == CODES[0])
    assert first.pollutant == "voc_allowed"
    assert first.regions[0] == "359901"


def test_zones_are_shares_of_the_unit_and_sums_of_the_region(found):
    _, basis = found
    units = {one.code: one for one in basis.units}
    assert units[CODES[0]].zones["AIR_HIGH"] == pytest.approx(1.0, abs=0.02)
    assert units[CODES[2]].zones["AIR_HIGH"] == pytest.approx(0.4, abs=0.02)
    assert units[CODES[2]].subtypes == ("AIR_GENERAL", "AIR_HIGH")
    types = {one.subtype: one for one in basis.zone_types}
    assert types["AIR_HIGH"].units == tuple(sorted(CODES[:3]))
    assert types["AIR_HIGH"].area == pytest.approx(48.0, rel=1e-6)


def test_the_province_comes_from_the_code(found):
    result, basis = found
    assert basis.region.code == result.study.study.admin_code
    assert basis.region.province == "福建省"
    assert basis.base_year == result.study.years.base
