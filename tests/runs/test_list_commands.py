"""Commands on lists with what users really hand them: every refusal says what to do, and nothing is half-written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import openpyxl
import pytest
from tests.runs.test_list_chain import DEMO, command

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.io.whole import whole_files
from zoning.pipeline.revising import write_revisions
from zoning.redline import Revision

GOOD, LATER, CITY = (DEMO / name for name in ("access_list.xlsx", "access_list_later.xlsx", "access_list_city.docx"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)
FILES = {
    "empty.xlsx": b"",
    "cut.xlsx": GOOD.read_bytes()[:5000],
    "locked.xlsx": OLE,
    "locked.docx": OLE,
    "a document.xlsx": CITY.read_bytes(),
    "a book.docx": GOOD.read_bytes(),
    "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "words.txt": "清单".encode(),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    (folder / "folder.xlsx").mkdir()
    openpyxl.Workbook().save(folder / "blank.xlsx")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run that wrote two proposals into the list of the demo."""
    folder = tmp_path_factory.mktemp("run")
    made, sheet = [], openpyxl.load_workbook(GOOD).worksheets[0]
    for row in (4, 10):
        text, code = sheet[f"I{row}"].value, sheet[f"B{row}"].value
        at = Address(GOOD.name, "单元清单", f"I{row}", len(text), len(text))
        made.append(Edit(f"{row}", at, "", f"另：2030年底前完成第{row}项。", code, "S", reason="R1-KEY"))
    assert write_revisions({"unit": GOOD}, made, folder, Revision("甲局", "2026-05-04")).findings == ()
    return folder


def revised(run):
    return run / "access_list_修订稿.xlsx"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [*FILES, "missing.xlsx", "folder.xlsx", "blank.xlsx"])
def test_a_file_that_is_no_list_ends_with_3_and_a_remedy(bad, run, tmp_path, name, lang):
    path = bad / name
    for call in (("audit", path), ("diff", path, GOOD), ("backtest", GOOD, path), ("adopt", path, "--run", run)):
        done = command("--lang", lang, "list", *call, "-o", tmp_path / call[0])
        assert done.code == 3, done.err
        assert "internal error" not in done.err
        assert "程序出错" not in done.err
        assert len(done.err.strip()) > 20
    assert not [one for one in ("diff", "backtest", "adopt") if (tmp_path / one).exists()]


def test_lists_of_two_kinds_are_not_compared(tmp_path):
    for pair in ((GOOD, CITY), (CITY, GOOD)):
        done = command("--lang", "en", "list", "diff", *pair, "-o", tmp_path / "o")
        assert done.code == 3
        assert "LIST_LEVEL_UNCLEAR" in done.err
    assert not (tmp_path / "o").exists()


def test_a_list_is_like_itself(tmp_path):
    assert command("list", "diff", GOOD, GOOD, "-o", tmp_path).code == 0
    counts = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))["counts"]
    assert {kind for kind, count in counts["clauses"].items() if count} == {"SAME"}
    assert not any(counts["carbon"].values())


@pytest.mark.parametrize("name", ["引号“a”'b' &c.xlsx", "😀 空格.xlsx", "长" * 70 + ".xlsx"])
def test_names_of_files_are_only_names(run, tmp_path, name):
    shutil.copy(GOOD, tmp_path / name)
    assert command("list", "audit", tmp_path / name, "-o", tmp_path / "a").code == 3
    assert command("list", "diff", GOOD, tmp_path / name, "-o", tmp_path / "d").code == 0
    shutil.copy(revised(run), tmp_path / name)
    done = command("list", "adopt", tmp_path / name, "--run", run, "-o", tmp_path / "b")
    assert done.code == 0, done.err
    assert len(list((tmp_path / "b").iterdir())) == 3


def test_scripts_and_formulas_in_cells_stay_words(tmp_path):
    book = openpyxl.load_workbook(GOOD)
    sheet = book.worksheets[0]
    sheet["C4"] = "<script>alert(1)</script>"
    for cell, text in (("C10", "=1+1"), ("C12", "@SUM(A1)")):
        sheet[cell] = text
        sheet[cell].data_type = "s"
    book.save(tmp_path / "l.xlsx")
    command("list", "audit", tmp_path / "l.xlsx", "-o", tmp_path)
    command("list", "backtest", tmp_path / "l.xlsx", LATER, "-o", tmp_path)
    command("list", "diff", tmp_path / "l.xlsx", LATER, "-o", tmp_path)
    for name in ("audit", "backtest", "diff"):
        assert "<script>alert" not in (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        written = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        assert all(cell.data_type != "f" for one in written for line in one.iter_rows() for cell in line)


def set_in(content, path, value):
    *way, last = path
    for step in way:
        content = content[step]
    content[last] = value


FIRST = ("lists", 0, "edits", 0)


@pytest.mark.parametrize(("path", "value"), [
    (("schema",), 99), (("lists",), "x"), (("about",), None), (("lists", 0, "file"), 5), (("lists", 0, "edits", 0), {}),
    ((*FIRST, "at", "start"), -5), ((*FIRST, "at", "start"), "a"), ((*FIRST, "at", "end"), 10**30),
    ((*FIRST, "turn"), float("nan")), ((*FIRST, "reason"), ["a"]), ((*FIRST, "id"), "10"), ((*FIRST, "old"), "不存在"),
])  # fmt: skip
def test_a_record_of_edits_that_was_tampered_with_is_refused(run, tmp_path, path, value):
    content = json.loads((run / "edits.json").read_text(encoding="utf-8"))
    set_in(content, path, value)
    (tmp_path / "edits.json").write_text(json.dumps(content), encoding="utf-8")
    shutil.copy(revised(run), tmp_path)
    done = command("--lang", "en", "list", "adopt", tmp_path / revised(run).name, "-o", tmp_path / "o")
    assert done.code == 3, done.err
    assert "edits.json" in done.err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("text", ["", "{{{", "[]", "3", "null", "[" * 100_000])
def test_a_record_of_edits_that_is_none_is_refused(run, tmp_path, text):
    (tmp_path / "edits.json").write_text(text, encoding="utf-8")
    shutil.copy(revised(run), tmp_path)
    assert command("list", "adopt", tmp_path / revised(run).name, "-o", tmp_path / "o").code == 3


def test_no_path_of_a_record_leaves_its_folder(run, tmp_path):
    outside, inside = tmp_path / "secret.xlsx", tmp_path / "in"
    inside.mkdir()
    shutil.copy(revised(run), outside)
    content = json.loads((run / "edits.json").read_text(encoding="utf-8"))
    set_in(content, ("lists", 0, "file"), "../secret.xlsx")
    (inside / "edits.json").write_text(json.dumps(content), encoding="utf-8")
    before = outside.read_bytes()
    shutil.copy(revised(run), inside / "reviewed.xlsx")
    assert command("list", "adopt", inside / "reviewed.xlsx", "-o", inside / "o").code == 0
    assert outside.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "secret.xlsx"]


@pytest.mark.parametrize(("change", "code"), [
    (lambda book: book.remove(book["修订说明"]), 0),
    (lambda book: setattr(book["修订说明"], "title", "审核意见表"), 0),
    (lambda book: book["修订说明"].delete_cols(1), 0),
    (lambda book: book.worksheets[0].delete_rows(4, 500), 3),
    (lambda book: book.remove(book.worksheets[0]), 3),
])  # fmt: skip
def test_what_reviewers_do_to_a_workbook_is_read_or_refused(run, tmp_path, change, code):
    book = openpyxl.load_workbook(revised(run), rich_text=True)
    change(book)
    book.save(tmp_path / "r.xlsx")
    done = command("list", "adopt", tmp_path / "r.xlsx", "--run", run, "-o", tmp_path / "o")
    assert done.code == code, done.err
    if code == 0:
        assert json.loads((tmp_path / "o" / "adoption.json").read_text(encoding="utf-8"))["counts"]["OPEN"] == 2


def test_a_list_of_another_run_is_refused(run, tmp_path):
    done = command("--lang", "zh", "list", "adopt", CITY, "--run", run, "-o", tmp_path / "o")
    assert (done.code, (tmp_path / "o").exists()) == (3, False)
    assert "请核对" in done.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_that_cannot_be_written_to_ends_with_2(run, tmp_path, lang):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    calls = (("audit", GOOD), ("diff", GOOD, LATER), ("backtest", GOOD, LATER), ("adopt", revised(run)))
    said = {"zh": "请核对文件夹", "en": "check that the folder exists"}[lang]
    for call in calls:
        for place in (tmp_path / "file" / "x", tmp_path / ("长" * 200)):
            done = command("--lang", lang, "list", *call, "-o", place)
            assert done.code == 2, done.err
            assert said in done.err
        assert command("list", *call, "-o", tmp_path / "file").code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize(("call", "name"), [
    (("audit", GOOD), "audit.html"), (("diff", GOOD, LATER), "diff.xlsx"), (("backtest", GOOD, LATER), "backtest.json"),
])  # fmt: skip
def test_a_folder_in_the_place_of_a_file_leaves_all_as_it_was(tmp_path, call, name):
    (tmp_path / name).mkdir()
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert command("list", *call, "-o", tmp_path).code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "mine.txt"])


def test_a_full_disk_leaves_the_files_of_before(tmp_path):
    (tmp_path / "audit.html").write_text("before", encoding="utf-8")

    def full():
        with whole_files(tmp_path) as partial:
            (partial / "audit.html").write_text("after", encoding="utf-8")
            raise OSError(28, "No space left on device", str(partial))

    with pytest.raises(OSError, match="No space"):
        full()
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("audit.html", "before")]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path):
    for wait in (0.6, 1.6):
        call = [sys.executable, "-m", "zoning", "list", "audit", str(GOOD), "-o", "out"]
        with subprocess.Popen(call, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            time.sleep(wait)
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)
        assert running.returncode in (130, 3)
        left = [path.name for path in (tmp_path / "out").iterdir()] if (tmp_path / "out").exists() else []
        assert sorted(left) in ([], ["audit.html", "audit.xlsx", "findings.json"])
        shutil.rmtree(tmp_path / "out", ignore_errors=True)


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "yesterday", "01.02.2026"])
def test_a_day_that_is_none_is_refused(day):
    done = command("list", "audit", GOOD, "--date", day)
    assert done.code == 2
    assert "YYYY-MM-DD" in done.err
