"""The bundled example city as its user runs it: the commands, the deliverables, the truth that was planted."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import zoning
from zoning.pipeline import publishing
from zoning.pipeline.publishing import DELIVERABLES, INVENTORY
from zoning.vocab import DecisionCode

ROOT = Path(__file__).parents[2]


def command(*words, folder=None):
    done = subprocess.run(
        [sys.executable, "-m", "zoning", *map(str, words)], capture_output=True, text=True, cwd=folder, check=False
    )
    return done.returncode, done.stdout, done.stderr


def contents(folder):
    """Bytes of every file of a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo-out")
    code, stdout, stderr = command("--lang", "zh", "demo", folder / "out")
    assert code == 0, stderr
    assert "Traceback" not in stderr
    return folder / "out", stdout


@pytest.fixture(scope="module")
def truth():
    return json.loads((ROOT / "data" / "demo" / "truth.json").read_text(encoding="utf-8"))


def test_every_deliverable_is_there_and_marked_as_example(out):
    folder, stdout = out
    assert {path.name for path in folder.iterdir()} == {*DELIVERABLES, INVENTORY, "grids", "lists"}
    assert all(str(folder / name) in stdout for name in (*DELIVERABLES, INVENTORY))
    assert "示例数据" in (folder / "index.html").read_text(encoding="utf-8")
    assert "示例数据" in (folder / "map.html").read_text(encoding="utf-8")  # drawn by its script


def test_end_screen_says_conservation_decisions_and_the_next_step(out):
    _, stdout = out
    assert "守恒 CO2" in stdout
    grids = len(list((out[0] / "grids").iterdir()))
    assert f"{out[0] / 'grids'}/ （{grids} 个文件）" in stdout
    assert "grids/CO2" not in stdout
    assert "zoning explain ZH" in stdout.replace(str(out[0]) + " ", "")
    assert "R1-KEY" in stdout


def test_the_planted_truth_is_found(out, truth):
    decisions = zoning.read_result(out[0]).decisions
    planted = truth["planted"]
    for rule, name in (("R1", "R1-KEY"), ("R2a", "R2a-NOBURN"), ("R3", "R3-GAP"), ("R8", "R8-NEW"), ("S1", "S1-SINK")):
        missed = [code for code in planted[rule] if name not in decisions.loc[code, "reasons"]]
        assert missed == [], (rule, missed)
    wanted = {code for rule in ("R1", "R2a", "R3", "R8", "S1") for code in planted[rule]}
    need = set(decisions.index[decisions["decision_computed"] == DecisionCode.NEED])
    assert need == wanted
    covered = set(decisions.index[decisions["decision_computed"].isin(["COVERED", "UPGRADE"])])
    assert covered >= set(planted["S2"])
    # the city's own clause on cement covers the units whose key emitter is a cement works
    assert covered - set(planted["S2"]) <= set(truth["key_emitters"])
    assert set(decisions["decision"]) == set(DecisionCode)


def test_the_proxy_copy_is_named_and_no_other(out, truth):
    audit = zoning.read_result(out[0]).proxy_audit
    copies = audit[audit["is_copy"]]
    assert set(zip(copies["air_species"], copies["sector"], strict=True)) == {("PM2.5", "residential")}
    assert truth["proxy_copies"]


def test_overrides_are_applied_and_shown(out):
    decisions = zoning.read_result(out[0]).decisions
    applied = decisions[decisions["override_state"] == "applied"]
    assert len(applied) == 2
    assert (applied["decision"] != applied["decision_computed"]).all()
    assert (applied["override_by"] != "").all()
    assert all(reason in (out[0] / "index.html").read_text(encoding="utf-8") for reason in applied["override_reason"])


def test_comments_are_matched_as_they_were_planted_and_answered_in_a_file(out, demo_result, truth):
    """The truth writes code, dimension and place in the dimension; "" is a unit that does not exist."""
    found = [
        "".join(f"{clause.code}|{clause.dimension}|{clause.ordinal}" for clause in one.clauses)
        for one in demo_result.matched
    ]
    assert found == truth["comments"]
    codes = {str(one.code) for one in demo_result.findings if str(one.code).startswith("COMMENT")}
    assert codes == {"COMMENT_UNMATCHED", "COMMENT_CONFLICT"}
    book = openpyxl.load_workbook(out[0] / "lists" / "意见采纳情况表.xlsx")
    assert [cell.value for cell in book.worksheets[0][3]] == ["意见单位", "意见和建议", "采纳情况及说明"]
    assert book.worksheets[0].max_row == 3 + len(truth["comments"])


def test_explain_names_rule_number_clause_and_what_would_change_it(out):
    folder, _ = out
    decisions = zoning.read_result(folder).decisions
    code = decisions.index[decisions["driving_rule"] == "R1-KEY"][0]
    for lang, word in (("zh", "理由"), ("en", "evidence")):
        status, stdout, _ = command("--lang", lang, "explain", folder, code)
        assert status == 0
        assert code in stdout
        assert "R1-KEY" in stdout
        assert "26,000" in stdout
        assert word in stdout or lang == "zh"


def test_explain_of_an_unknown_unit_names_the_nearest(out):
    status, _, stderr = command("--lang", "zh", "explain", out[0], "ZH99010120099")
    assert status == 1
    assert "ZH990101" in stderr
    assert "Traceback" not in stderr


def test_a_second_run_gives_the_same_bytes(out, tmp_path):
    result = zoning.run(zoning.read_study(ROOT / "data" / "demo" / "inventory.toml"))
    names = zoning.publish(result, tmp_path / "again", lang="zh")
    differing = [name for name in names if (tmp_path / "again" / name).read_bytes() != (out[0] / name).read_bytes()]
    assert differing == []


def test_shuffled_rows_and_another_folder_give_the_same_decisions(demo_folder, demo_result, tmp_path):
    copied = tmp_path / "elsewhere" / "study"
    shutil.copytree(demo_folder, copied)
    points = copied / "points" / "enterprises.csv"
    table = pd.read_csv(points, dtype=str, keep_default_na=False)
    table.sample(frac=1, random_state=7).to_csv(points, index=False, encoding="utf-8-sig")
    other = zoning.run(zoning.read_study(copied / "study.toml"))
    pd.testing.assert_frame_equal(other.decisions, demo_result.decisions)
    assert other.ledger["emission"].identical(demo_result.ledger["emission"])


def test_a_broken_study_gives_exit_code_3_and_a_readable_list(demo_folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(demo_folder, broken)
    text = (broken / "study.toml").read_text(encoding="utf-8")
    text = text.replace('unit = "t"', 'unit = "tons"', 1).replace("air_zones.geojson", "nowhere.geojson")
    (broken / "study.toml").write_text(text, encoding="utf-8")
    findings = tmp_path / "findings.json"
    status, stdout, stderr = command("--lang", "zh", "check", broken / "study.toml", "--json", findings)
    assert status == 3
    assert stdout.strip() == str(findings)
    for word in ("UNIT_MISSING", "tons", "PATH_MISSING", "nowhere.geojson", "→"):
        assert word in stderr
    assert "Traceback" not in stderr
    rows = json.loads(findings.read_text(encoding="utf-8"))
    assert {"code", "severity", "file", "row", "message_zh", "message_en", "fix_zh", "fix_en"} <= set(rows[0])
    status, _, stderr = command("run", broken / "study.toml", "-o", tmp_path / "out")
    assert status == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["draw_map", "write_project", "render_index"])
def test_an_interrupted_run_leaves_previous_outputs_whole(demo_result, tmp_path, monkeypatch, place):
    folder = tmp_path / "out"
    zoning.publish(demo_result, folder)
    before = contents(folder)

    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, place, interrupt)
    with pytest.raises(KeyboardInterrupt):
        zoning.publish(demo_result, folder, lang="en")
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("words", "status"),
    [(["--help"], 0), (["nonsense"], 2), (["run"], 2), (["check", "none.toml"], 3), (["explain", ".", "ZH1"], 1)],
)
def test_exit_codes(words, status, tmp_path):
    code, _, stderr = command(*words, folder=tmp_path)
    assert code == status
    assert "Traceback" not in stderr


def test_new_writes_a_study_and_the_intake_tables(tmp_path):
    status, stdout, _ = command("new", tmp_path / "mine")
    assert status == 0
    study = Path(stdout.strip())
    assert study.name == "study.toml"
    assert len(list((tmp_path / "mine" / "tables").glob("*.xlsx"))) >= 20
    assert zoning.read_study(study).years.base == 2020
    status, _, stderr = command("new", tmp_path / "mine")
    assert status == 1
    status, _, stderr = command("--lang", "zh", "check", study)
    assert status == 3
    assert "PATH_MISSING" in stderr


def test_a_stopped_command_says_so_and_leaves_previous_outputs_whole(out, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(out[0], folder)
    before = contents(folder)
    call = [
        sys.executable,
        "-m",
        "zoning",
        "--lang",
        "en",
        "run",
        str(ROOT / "data/demo/study.toml"),
        "-o",
        str(folder),
    ]
    with subprocess.Popen(call, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=1.5)  # well inside: the imports alone take about a second
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert contents(folder) == before


def test_a_run_resumes_from_kept_coverages(tmp_path, demo_result):
    study = zoning.read_study(ROOT / "data" / "demo" / "study.toml")
    first = zoning.run(study, workdir=tmp_path / "work")
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "work").iterdir()}
    assert kept
    again = zoning.run(study, workdir=tmp_path / "work")
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "work").iterdir()} == kept
    for result in (first, again):
        assert result.ledger.data.identical(demo_result.ledger.data)
