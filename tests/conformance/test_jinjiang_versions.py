"""The two versions of the 晋江 list: units and clauses as the data say they changed, every clause counted once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

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
    old = Counter(clause.id for record in compared.records for clause in record.old)
    new = Counter(clause.id for record in compared.records for clause in record.new)
    assert (len(old), len(new), set(old.values()), set(new.values())) == (700, 751, {1}, {1})


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
