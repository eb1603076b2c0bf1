"""Inheritance and comparison on the study of 晋江: what 80 units hold, and that no clash is made up.

The lists of the study were written without contradictions between levels, so every clash would be a false one. Among
the units, clauses that differ only in a number or a date are the only ones that may be called weaker.
"""

from __future__ import annotations

import csv
import os
import re
from io import StringIO
from pathlib import Path

import pytest

from zoning.clauses import AccessList, clauses_of_cell
from zoning.clauses.comparison import clashes
from zoning.clauses.inheritance import Held, inherited, same_words
from zoning.clauses.pointing import dead, pointers, resolve

DATA = Path(os.environ.get("ZONING_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
UNITS, CITY = DATA / "jinjiang" / "access_list_labels.csv", DATA / "jinjiang" / "access_list_city_labels.csv"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not UNITS.is_file(), reason=f"no lists of 晋江 in {DATA} (ZONING_REAL_DATA)"),
]


def rows(path):
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))


def of_rows(path, level, code=""):
    return AccessList(
        level,
        [
            clause
            for number, row in enumerate(rows(path))
            for clause in clauses_of_cell(
                row["text"],
                code=row.get("unit_code") or code,
                level=level,
                dimension=row["dimension"],
                cell=f"A{number}",
            )
        ],
    )


@pytest.fixture(scope="module")
def lists():
    return of_rows(UNITS, "unit"), of_rows(CITY, "city", "350582")


def test_every_unit_holds_its_own_clauses_and_those_of_the_city(lists):
    unit, city = lists
    for code, held in inherited(lists).items():
        own = [one.clause for one in held if one.via == "own"]
        assert own == [clause for clause in unit.clauses if clause.code == code]
        assert {one.via for one in held} <= {"own", "350582"}
        assert len(held) - len(own) <= len(city.clauses)


def test_no_clash_between_the_city_and_its_units_is_made_up(lists):
    assert [clash for held in inherited(lists).values() for clash in clashes(held)] == []


def test_between_units_only_numbers_and_dates_differ(lists):
    distinct = {same_words(clause.text): clause for clause in lists[0].clauses}
    for upper in distinct.values():
        held = [Held("U", clause) for clause in distinct.values() if clause is not upper]
        # every clause by itself: beside another one that meets the upper, a weaker one is no clash
        for one in held:
            above = Held("U", AccessList("city", [upper]).clauses[0])
            for clash in clashes([Held("U", _at(above.clause, "city")), one]):
                assert re.sub(r"[0-9]+", "", same_words(clash.upper.text)) == re.sub(
                    r"[0-9]+", "", same_words(clash.lower.text)
                )


def _at(clause, level):
    return clauses_of_cell(clause.text, code=clause.code, level=level, dimension=clause.dimension)[0]


def test_references_of_the_units_lead_to_the_city_list(lists):
    unit, city = lists
    referring = [clause for clause in unit.clauses if pointers(clause)]
    assert referring
    assert all(resolve(clause, [city]) and not dead(clause, [city]) for clause in referring)
