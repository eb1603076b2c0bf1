"""The two versions of the 晋江 list: units and clauses as the data say they changed, every clause counted once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from zoning.pipeline.backtesting import backtest_lists
from zoning.pipeline.comparing import compare_lists

DATA = Path(os.environ.get("ZONING_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "jinjiang"
OLD, NEW = DATA / "access_list.xlsx", DATA / "access_list_2023.xlsx"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not NEW.is_file(), reason=f"no lists of two years in {DATA} (ZONING_REAL_DATA)"),
]


@pytest.fixture(scope="module")
def compared():
    return compare_lists(OLD, NEW).comparison


def test_units_are_71_the_same_4_renumbered_3_split_2_merged(compared):
    assert compared.unit_counts == {
        "SAME": 71, "RENUMBERED": 4, "SPLIT": 3, "MERGED": 1, "RECUT": 0, "NEW": 0, "DROPPED": 0,
    }  # fmt: skip
    merged = next(match for match in compared.matches if match.kind == "MERGED")
    assert merged.old == ("ZH35058220001", "ZH35058220029")
    split = {match.old: len(match.new) for match in compared.matches if match.kind == "SPLIT"}
    assert split == {("ZH35058220018",): 2, ("ZH35058220035",): 2, ("ZH35058230004",): 2}


def test_the_account_of_clauses_adds_up(compared):
    """Of the 700 and 751 texts in the cells one is «/» in both years: nothing is demanded there."""
    old = Counter(clause.id for record in compared.records for clause in record.old)
    new = Counter(clause.id for record in compared.records for clause in record.new)
    assert (len(old), len(new), set(old.values()), set(new.values())) == (699, 750, {1}, {1})


def test_sixty_clauses_changed_and_twenty_five_carbon_clauses_came(compared):
    """Wording, number, modality, moved, deleted, added; what was renumbered only is the same clause."""
    carbon = [one for one in compared.records if one.kind == "ADDED" and one.carbon == "ADDED"]
    assert Counter(record.new[0].label.carbon_state for record in carbon) == {"CARBON": 25}
    still = {"SAME", "RENUMBERED"}
    changed = [one for one in compared.records if one.kind not in still and one not in carbon]
    assert Counter(record.kind for record in changed) == {
        "REWORDED": 16, "QUANTITY": 11, "MODALITY": 8, "ADDED": 8, "REMOVED": 8, "DEADLINE": 5, "MOVED": 4,
    }  # fmt: skip
    assert len(changed) == 60


def test_a_plain_diff_sees_seventy_seven_and_fifty_two(compared):
    """Outside of split and merged units: clauses whose words are new in their dimension, and those that are lost."""
    parted = {place for place, match in enumerate(compared.matches) if match.kind in ("SPLIT", "MERGED")}
    records = [record for record in compared.records if record.match not in parted]
    moved = [record for record in records if record.kind not in ("SAME", "RENUMBERED")]
    assert sum(len(record.new) for record in moved) == 77
    assert sum(len(record.old) for record in moved) == 52


def test_heads_of_the_dimensions_changed(compared):
    assert [dimension for dimension, *_ in compared.headers] == ["P", "Z"]


def test_names_classes_and_sub_types_are_read_and_only_names_changed(compared):
    changed = Counter(entry.field for entry in compared.entries if compared.matches[entry.match].kind == "SAME")
    assert set(changed) == {"备注"}
    assert compared.names["new"]["ZH35058220040"] == "晋江市内坑镇重点管控单元40"


def test_a_backtest_by_words_counts_every_unit_once():
    """Twenty-five clauses that came and five that grew stand in twenty-seven units."""
    found = backtest_lists(OLD, NEW).backtest
    assert sum(found.counts.values()) == 80
    assert found.overall.base.count == 27
    assert found.counts["HIT"] + found.counts["UNEXPECTED"] == 27
