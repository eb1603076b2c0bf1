"""The register of decisions: what is applied, what opens again and why, what is refused; never by the clock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plain_case import emitter, plain_case

from zoning.checks.table.registers import check_register
from zoning.clauses import AccessList, clauses_of_cell
from zoning.intake import RawCell, RawTable
from zoning.judge import (
    Limits,
    answer_rules,
    apply_readings,
    decision_standings,
    decision_table,
    evidence_digest,
    register_table,
    reopened_findings,
    text_digest,
)
from zoning.register import ClauseReading, Override, Register
from zoning.study import TableInput
from zoning.vocab import DecisionCode

LIMITS = Limits.of_study({})
HEAD = (
    "override_id",
    "kind",
    "target",
    "from_value",
    "to_value",
    "reason",
    "decided_by",
    "date",
    "valid_until",
    "依据摘要",
)
UNIT = "ZH35058220001"
TEXT = "推进园区使用清洁能源。"


def _register(*rows: tuple[str, ...]):
    lines = tuple(
        tuple(RawCell(text, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate((HEAD, *rows), start=1)
    )
    return check_register(RawTable("o.csv", lines), TableInput(path="o.csv"), None)


def _row(id_: str, kind: str, target: str, before: str, after: str, **cells: str) -> tuple[str, ...]:
    given = {"reason": "因故", "decided_by": "某局", "date": "2021-04-12", "valid_until": "", "依据摘要": ""} | cells
    return (id_, kind, target, before, after, *given.values())


def test_all_three_kinds_are_read_and_what_is_not_applied_is_kept() -> None:
    judged = _register(
        _row("1", "decision", UNIT, "NEED", "WATCH"),
        _row("2", "条款", f"{UNIT} | P | 2-1", "NONE", "碳关联条款", valid_until="2022年"),
        _row("3", "location", "9135EX", "注册地址", "生产经营场所地址"),
        _row("4", "decision", UNIT, "NEED", "NO_ACTION", reason=""),
        _row("5", "clause", "第二条", "NONE", "CARBON"),
        _row("6", "decision", UNIT, "NEED", "也许"),
        _row("7", "别的", UNIT, "NEED", "WATCH"),
        _row("8", "decision", UNIT, "NEED", "WATCH", date="昨天"),
    )
    register = judged.value
    assert [(entry.id, entry.decision) for entry in register.decisions] == [("1", "WATCH")]
    assert [(entry.target, entry.computed, entry.state, entry.valid_until) for entry in register.readings] == [
        (f"{UNIT}|P|2-1", "NONE", "CARBON_COUPLED", "2022-12-31")
    ]
    assert [(entry.id, entry.why) for entry in register.unapplied] == [
        ("3", "elsewhere"), ("4", "reason"), ("5", "target"), ("6", "value"), ("7", "kind"), ("8", "date"),
    ]  # fmt: skip
    assert sorted(found.key for found in judged.findings) == [
        "OVERRIDE_REASON_MISSING", "VALUE_UNKNOWN", "VALUE_UNKNOWN", "VALUE_UNKNOWN.date",
        "VALUE_UNKNOWN.override_clause", "VALUE_UNKNOWN.override_location",
    ]  # fmt: skip


def test_of_two_on_one_target_the_latest_holds_and_both_are_named() -> None:
    judged = _register(
        _row("1", "", UNIT, "NEED", "WATCH", date="2021-06-02"), _row("2", "", UNIT, "NEED", "COVERED"),
        _row("3", "clause", f"{UNIT}|P|2-1", "NONE", "CARBON"),
        _row("4", "clause", f"{UNIT}|P| 2-1", "NONE", "ENERGY_ONLY", date="2021-05-01"),
    )  # fmt: skip
    register = judged.value
    assert [entry.id for entry in (*register.decisions, *register.readings)] == ["1", "4"]
    assert [(entry.id, entry.why, entry.by) for entry in register.unapplied] == [
        ("2", "superseded", "1"), ("3", "superseded", "4"),
    ]  # fmt: skip
    assert [found.message_zh.count("2021") for found in judged.findings] == [2, 2]


CASE = plain_case(parts=(emitter(30_000.0),))
REASONS = {"U": answer_rules(CASE, LIMITS)}
ENTRY = Override(
    "1", "U", DecisionCode.NEED, DecisionCode.WATCH, "某局", "2021-01-01", "因故", valid_until="2022-12-31"
)


@pytest.mark.parametrize(
    ("entry", "as_of", "state", "shown"),
    [
        (ENTRY, "", "applied", "applied"),
        (ENTRY, "2022-12-31", "applied", "applied"),  # the last day is inside
        (ENTRY, "2023-01-01", "reopened", "expired"),
        (replace(ENTRY, computed=DecisionCode.COVERED), "", "reopened", "reopened"),
        (replace(ENTRY, computed=None), "", "applied", "applied"),
        (replace(ENTRY, evidence="000000000000"), "", "reopened", "evidence"),
        (replace(ENTRY, evidence=evidence_digest(REASONS["U"]).upper()), "", "applied", "applied"),
    ],
)
def test_a_decision_opens_again_when_what_it_rests_on_changes(entry, as_of, state, shown) -> None:
    standing = decision_standings([entry], {"U": "NEED"}, REASONS, as_of)["U"]
    assert standing.state == state
    row = decision_table([CASE], REASONS, (entry,), {"U": "甲"}, LIMITS, as_of).loc["U"]
    assert (row["override_state"], row["decision"]) == (shown, "WATCH" if state == "applied" else "NEED")
    found = reopened_findings([standing], "o.csv")
    assert [str(one.code) for one in found] == (["OVERRIDE_REOPENED"] if state == "reopened" else [])


def test_the_digest_follows_the_evidence_and_not_its_order() -> None:
    more = answer_rules(plain_case(parts=(emitter(31_000.0),)), LIMITS)
    assert evidence_digest(REASONS["U"]) == evidence_digest(tuple(reversed(REASONS["U"])))
    assert evidence_digest(REASONS["U"]) != evidence_digest(more)


def _lists(text: str = TEXT, number: str = "2-1.") -> tuple[AccessList, ...]:
    clauses = clauses_of_cell(f"{number}{text}", code=UNIT, level="unit", dimension="P")
    return (AccessList("unit", clauses),)


COMPUTED = _lists()[0].clauses[0].label.carbon_state
READING = ClauseReading("7", f"{UNIT}|P|2-1", COMPUTED, "CARBON", "生态环境局", "2021-05-08", "指气代煤")


def test_a_reading_is_applied_to_its_clause_and_says_whose_it_is() -> None:
    lists, (standing,) = apply_readings(_lists(), [READING])
    label = lists[0].clauses[0].label
    assert (standing.state, standing.now, label.carbon_state) == ("applied", COMPUTED, "CARBON")
    (cue,) = label.why("carbon_state")
    assert (cue.rule, cue.value, cue.span) == ("register:7:生态环境局:2021-05-08", "CARBON", (0, len(TEXT)))
    assert lists[0].clauses[0].text == TEXT


@pytest.mark.parametrize(
    ("reading", "lists", "as_of", "why"),
    [
        (READING, _lists("开展碳排放评价。"), "", "computed"),
        (READING, _lists(number="2-2."), "", "gone"),
        (READING, (), "", "gone"),
        (replace(READING, target=f"{UNIT}|S|2-1"), _lists(), "", "gone"),
        (replace(READING, evidence=text_digest("旧条文")), _lists(), "", "evidence"),
        (replace(READING, valid_until="2021-12-31"), _lists(), "2022-06-01", "expired"),
    ],
)
def test_a_reading_opens_again_when_its_clause_changes(reading, lists, as_of, why) -> None:
    read, (standing,) = apply_readings(lists, [reading], as_of)
    assert (standing.state, standing.why) == ("reopened", why)
    assert read == lists
    assert reopened_findings([standing], "o.csv")[0].key == f"OVERRIDE_REOPENED.{why}"


def test_a_reading_with_the_digest_of_its_clause_holds() -> None:
    _, (standing,) = apply_readings(_lists(), [replace(READING, evidence=text_digest(TEXT))])
    assert standing.state == "applied"


def test_the_register_as_a_table_says_of_every_entry_how_it_stands() -> None:
    judged = _register(
        _row("1", "", "U", "NEED", "WATCH"), _row("2", "", "U", "NEED", "COVERED", date="2020-01-01"),
        _row("3", "location", "9135EX", "注册地址", "生产经营场所地址"),
        _row("4", "clause", f"{UNIT}|P|9-9", "NONE", "CARBON"),
    )  # fmt: skip
    register = judged.value
    standings = decision_standings(register.decisions, {"U": "NEED"}, REASONS).values()
    _, readings = apply_readings(_lists(), register.readings)
    table = register_table(register, [*standings, *readings])
    assert table[["id", "state"]].to_numpy().tolist() == [
        ["1", "applied"], ["2", "refused"], ["3", "refused"], ["4", "reopened"],
    ]  # fmt: skip
    assert table["why_zh"].tolist()[1:3] == [
        "同一对象有更晚的登记 1", "企业位置不在此处调整，请在企业清单复核表中设置",
    ]  # fmt: skip
    assert table["evidence"][0] == evidence_digest(REASONS["U"])
    assert register_table(Register(), ()).empty
