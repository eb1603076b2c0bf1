"""Laws of content tables: order does not matter, what is known already adds nothing, faults stay where they are."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from zoning.content import UserTable, extend, extendable, packaged, validate
from zoning.errors import Severity
from zoning.tables import read

NAMES = st.sampled_from(extendable())


@given(NAMES, st.data())
def test_packaged_rows_given_back_change_nothing(name, data):
    rows = read(name)
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True, max_size=5))
    columns = tuple(rows[0])
    lines = ((1, columns), *((2 + i, tuple(rows[place].values())) for i, place in enumerate(chosen)))
    both = extend(packaged(), (UserTable(name, "mine.csv", lines),))
    assert both.rows(name) == rows
    assert [one.key for one in both.findings if one.severity is Severity.INFO] == ["VERSION_MIXED.content"] * len(
        chosen
    )
    others = {one.key for one in both.findings if one.severity is not Severity.INFO}
    assert others <= {"VERSION_MIXED.content_unused"}


@given(st.integers(0, 2**32 - 1))
def test_faults_do_not_depend_on_the_order_of_rows(seed):
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in packaged().items()}  # noqa: S311
    assert validate(shuffled) == ()


@given(NAMES, st.text(min_size=1, max_size=12))
def test_any_cell_is_judged_and_none_breaks_the_reading(name, cell):
    columns = tuple(read(name)[0])
    both = extend(packaged(), (UserTable(name, "mine.csv", ((1, columns), (2, tuple(cell for _ in columns)))),))
    for one in both.findings:
        assert one.message_zh
        assert one.fix_en
    assert len(both.rows(name)) >= len(read(name))
