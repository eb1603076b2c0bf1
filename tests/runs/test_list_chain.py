"""Lists through the whole chain as planners run it: audit, run, review, adopt, run again, diff, backtest.

Every step is a command of its own and reads only what the step before left on the disk.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import sys
import zipfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock

from zoning.cli import main
from zoning.pipeline.lists import read_lists
from zoning.redline import accept_all, reject_all

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
WEAKER = {"NO_ACTION": 0, "COVERED": 0, "WATCH": 1, "UNDETERMINED": 1, "UPGRADE": 2, "NEED": 3}
CITY = "000000"  # a document by itself does not say the code of its region
GAPS = {
    "目标年": "2030年", "指标": "单位产值二氧化碳排放量", "数值": "0.6", "单位": "吨/万元", "期限": "2030年",
    "能效水平": "标杆水平",
}  # fmt: skip
VERDICT, OPINION, WORDS = 13, 14, 15  # columns of 修订说明 that a reviewer fills in


def command(*words):
    """What a command ends with and says; in this process, as the program itself would be called."""
    out, err = io.StringIO(), io.StringIO()
    called, handler = sys.argv, signal.getsignal(signal.SIGINT)
    sys.argv = ["zoning", *map(str, words)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv = called
        signal.signal(signal.SIGINT, handler)
    assert "Traceback" not in err.getvalue()
    return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())


def rows_of(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def decisions_of(folder):
    from zoning import read_result

    return read_result(folder).decisions["decision"].to_dict()


def texts_of(path):
    """Clauses of a list as they are read: unit, dimension and text, however often each stands there."""
    level = "city" if path.suffix == ".docx" else "unit"
    (own,) = read_lists({level: path}).lists
    return Counter((one.code if level == "unit" else CITY, one.dimension, one.text) for one in own.clauses)


def chain(study, lists, folder, levels, studied):
    """Run a study, review its revised lists in every way there is, adopt them, and run again with what was adopted."""
    done = command("--lang", "zh", "run", study, "-o", folder / "run")
    assert done.code == 0, done.err
    (folder / "reviewed").mkdir()
    told = {}
    for level, name in levels.items():
        stem, suffix = Path(name).stem, Path(name).suffix
        revised = folder / "run" / "lists" / f"{stem}_修订稿{suffix}"
        reviewed = folder / "reviewed" / f"{stem}_修订稿_专家审核{suffix}"
        edits = reviewed_copy(revised, reviewed)
        out = folder / "adopted" / level
        adopted = command("list", "adopt", reviewed, "--run", folder / "run", "-o", out)
        told[level] = SimpleNamespace(
            source=lists / name, revised=revised, reviewed=reviewed, verdicts=edits, done=adopted, folder=out,
            report=rows_of(out / "adoption.json"), adopted=out / f"{reviewed.stem}_采纳稿{suffix}",
        )  # fmt: skip
    text = study.read_text(encoding="utf-8")
    for level, one in told.items():
        text = text.replace(studied[level], one.adopted.as_posix())
    again = study.with_name("again.toml")
    again.write_text(text, encoding="utf-8")
    second = command("--lang", "zh", "run", again, "-o", folder / "again")
    assert second.code == 0, second.err
    return SimpleNamespace(folder=folder, lists=told)


def reviewed_copy(revised, out):
    """Review in every way: verdicts in the sheet of changes, or accepted and rejected marks in the document."""
    if revised.suffix == ".docx":
        with zipfile.ZipFile(revised) as archive, zipfile.ZipFile(out, "w") as back:
            for part in archive.namelist():
                content = archive.read(part)
                back.writestr(part, accept_all(content) if part == "word/document.xml" else content)
        return {}
    book = openpyxl.load_workbook(revised, rich_text=True)
    sheet = book["修订说明"]
    given = {}
    for number, row in enumerate(range(4, sheet.max_row + 1)):
        verdict = ("采纳", "不采纳", "采纳", "修改后采纳", "")[number % 5]
        sheet.cell(row, VERDICT).value = verdict or None
        if verdict == "不采纳":
            sheet.cell(row, OPINION).value = "=1+1"
            sheet.cell(row, OPINION).data_type = "s"
        if verdict == "修改后采纳":
            sheet.cell(row, WORDS).value = reworded(str(sheet.cell(row, 8).value))
        given[number] = verdict
    book.save(out)
    return given


def reworded(text):
    """What a reviewer makes of a proposal: every gap filled in, and one demand more."""
    for gap, words in GAPS.items():
        text = text.replace(f"【待核定：{gap}】", words)
    return text.rstrip("。") + "，并报市生态环境局备案。"


def side(value, gone):
    """One side of a marked cell: without what is struck out, or without what is underlined."""
    if not isinstance(value, CellRichText):
        return value
    left = [str(part) for part in value if not (isinstance(part, TextBlock) and getattr(part.font, gone))]
    return "".join(left)


def assert_marked(one):
    """Accept-all and reject-all give the texts after and before; nothing else of the file is another."""
    edits = next(
        part["edits"]
        for part in rows_of(one.revised.parent / "edits.json")["lists"]
        if part["file"] == one.revised.name
    )
    before, after = zipfile.ZipFile(one.source), zipfile.ZipFile(one.revised)
    with before, after:
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
        if one.revised.suffix == ".docx":
            assert changed == {"word/document.xml"}
            assert set(after.namelist()) == set(before.namelist())
            source, marked = before.read("word/document.xml"), after.read("word/document.xml")
            assert words(reject_all(marked)) == words(source)
            accepted = words(accept_all(marked))
            for edit in edits:
                assert "".join(edit["new"].split()) in "".join(accepted.split())
            docx.Document(one.revised)
            return
    own = {"[Content_Types].xml", "docProps/app.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml"}
    assert changed - own == {"xl/worksheets/sheet1.xml"}
    old = openpyxl.load_workbook(one.source).worksheets[0]
    new = openpyxl.load_workbook(one.revised, rich_text=True).worksheets[0]
    assert new.dimensions == old.dimensions
    assert new.merged_cells.ranges == old.merged_cells.ranges
    said = {}
    for edit in edits:
        said.setdefault(edit["at"]["cell"], []).append(edit)
    for line in old.iter_rows():
        for cell in line:
            marked = new[cell.coordinate].value
            assert (side(marked, "u") or None) == cell.value, cell.coordinate
            wanted = cell.value
            for edit in sorted(said.get(cell.coordinate, []), key=lambda e: (-e["at"]["start"], -e["turn"])):
                start, end = edit["at"]["start"], edit["at"]["end"]
                wanted = (wanted or "")[:start] + edit["new"] + (wanted or "")[end:]
            assert (side(marked, "strike") or None) == wanted, cell.coordinate


def words(content):
    return "\n".join(
        "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", paragraph))
        for paragraph in content.decode("utf-8").split("</w:p>")
    )


def assert_adopted(one):
    """Counts are those of the review, and the adopted list holds what was accepted and nothing that was not."""
    counts = Counter({"采纳": "ACCEPTED", "不采纳": "REJECTED", "修改后采纳": "REWORDED", "": "OPEN"}[v]
                     for v in one.verdicts.values()) if one.verdicts else None  # fmt: skip
    report = one.report
    assert one.done.code == 0, one.done.err
    assert report["findings"] == []
    assert report["further"] == []
    found = Counter({name: count for name, count in report["counts"].items() if count})
    assert found == (counts or Counter(ACCEPTED=len(report["drafts"])))
    old, new = texts_of(one.source), texts_of(one.adopted)
    gained, lost = new - old, old - new
    stands = [draft for draft in report["drafts"] if draft["outcome"] in ("ACCEPTED", "REWORDED")]
    wanted = Counter(
        (draft["code"] if len(draft["code"]) > 6 else CITY, draft["dimension"],
         draft["proposed"] if draft["outcome"] == "ACCEPTED" else reworded(draft["proposed"]))
        for draft in stands
    )  # fmt: skip
    assert gained == wanted
    assert sorted(text for _, _, text in lost.elements()) == sorted(d["before"] for d in stands if d["before"])


def assert_never_stronger(run):
    """A clause that counts never makes a decision stronger; and units all of whose reasons are met need no more."""
    before, after = decisions_of(run.folder / "run"), decisions_of(run.folder / "again")
    assert set(before) == set(after)
    flags = [flag for one in run.lists.values() for flag in one.report["flags"]]
    eased = {flag["code"] for flag in flags if flag["met"] == "MET" and before.get(flag["code"]) == "NEED"}
    untouched = set(before) - {draft["code"] for one in run.lists.values() for draft in one.report["drafts"]
                               if draft["outcome"] in ("ACCEPTED", "REWORDED")}  # fmt: skip
    for code in before:
        assert WEAKER[after[code]] <= WEAKER[before[code]], code
    return before, after, eased, untouched


def assert_diff(one, folder):
    """The comparison with the adopted list sees the clauses that were adopted, and no other change of a text."""
    done = command("list", "diff", one.source, one.adopted, "-o", folder)
    assert done.code == 0, done.err
    rows = rows_of(folder / "diff.json")
    changed = {
        kind: count for kind, count in rows["counts"]["clauses"].items() if count and kind not in ("SAME", "RENUMBERED")
    }
    stands = [draft for draft in one.report["drafts"] if draft["outcome"] in ("ACCEPTED", "REWORDED")]
    assert changed.pop("ADDED", 0) == sum(not draft["before"] for draft in stands)
    assert sum(changed.values()) == sum(bool(draft["before"]) for draft in stands)
    assert {kind for kind, count in rows["counts"]["units"].items() if count} == {"SAME"}


@pytest.fixture(scope="module")
def truth():
    return rows_of(DEMO / "truth.json")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo-chain")
    shutil.copytree(DEMO, folder / "demo")
    names = {"unit": "access_list.xlsx", "city": "access_list_city.docx"}
    quoted = {level: f"{name}" for level, name in names.items()}
    return chain(folder / "demo" / "study.toml", folder / "demo", folder, names, quoted)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    done = command(
        "--lang", "zh", "list", "audit", DEMO / "access_list.xlsx", "--city", DEMO / "access_list_city.docx",
        "-o", folder,
    )  # fmt: skip
    return done, folder, rows_of(folder / "findings.json")


def test_the_audit_ends_with_3_and_leaves_a_page_a_book_and_rows(audited):
    done, folder, _ = audited
    assert done.code == 3, done.err
    assert {Path(line).name for line in done.out.splitlines()} == {"audit.html", "audit.xlsx", "findings.json"}
    assert {path.name for path in folder.iterdir()} == {"audit.html", "audit.xlsx", "findings.json"}
    openpyxl.load_workbook(folder / "audit.xlsx")


def test_the_audit_finds_every_planted_fault_in_its_unit(audited, truth):
    rows = audited[2]
    for code, unit in truth["list_faults"].items():
        assert [row for row in rows if row["code"] == code and unit in row["message_zh"]], code


def test_the_audit_accuses_no_other_unit_of_what_is_planted_once(audited, truth):
    """Deadlines pass in other units too: their clauses say 2025年底前, and that year is over."""
    loud = [row for row in audited[2] if row["severity"] != "info"]
    for code, unit in truth["list_faults"].items():
        others = [row["message_zh"] for row in loud if row["code"] == code and unit not in row["message_zh"]]
        if code == "DEADLINE_PASSED":
            assert all("2025年" in message for message in others)
        else:
            assert others == [], code
    assert {row["code"] for row in loud} - set(truth["list_faults"]) == {"LIST_COPIED"}
    assert all("原样出现" in row["message_zh"] for row in loud if row["code"] == "LIST_COPIED")


def test_the_audit_in_english_is_english(tmp_path):
    done = command("--lang", "en", "list", "audit", DEMO / "access_list.xlsx", "-o", tmp_path / "a")
    assert done.code == 3
    page = (tmp_path / "a" / "audit.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert "placeholder" not in done.err.split("\n")[0]


@pytest.mark.parametrize("level", ["unit", "city"])
def test_demo_lists_go_out_marked_and_nothing_else_changes(demo, level):
    assert_marked(demo.lists[level])


@pytest.mark.parametrize("level", ["unit", "city"])
def test_demo_lists_come_back_with_exactly_what_was_accepted(demo, level):
    assert_adopted(demo.lists[level])


def test_no_opinion_of_the_demo_became_a_formula(demo):
    book = openpyxl.load_workbook(demo.lists["unit"].folder / "adoption.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert any(cell.value == "=1+1" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_the_demo_decides_again_with_the_adopted_list(demo):
    before, after, eased, _ = assert_never_stronger(demo)
    assert eased
    assert not [code for code in sorted(eased) if after[code] == "NEED"]
    assert Counter(after.values())["NEED"] < Counter(before.values())["NEED"]


@pytest.mark.parametrize("level", ["unit", "city"])
def test_the_difference_of_the_demo_is_what_was_adopted(demo, level, tmp_path):
    assert_diff(demo.lists[level], tmp_path / "diff")


def test_the_later_list_of_the_demo_is_matched_as_it_was_made(truth, tmp_path):
    done = command("list", "diff", DEMO / "access_list.xlsx", DEMO / "access_list_later.xlsx", "-o", tmp_path)
    assert done.code == 0, done.err
    rows = rows_of(tmp_path / "diff.json")
    planted = truth["list_changes"]["matches"]
    found = {kind: {} for kind in planted}
    for unit in rows["units"]:
        if unit["kind"].lower() in found:
            for code in unit["old"]:
                found[unit["kind"].lower()][code] = sorted(unit["new"])
    assert found == {kind: {old: sorted(new) for old, new in of.items()} for kind, of in planted.items()}
    added = {clause["new"][0]["id"].split("|")[0] for clause in rows["clauses"] if clause["kind"] == "ADDED"}
    assert sorted(added) == truth["list_changes"]["revised"]
    kinds = {kind for kind, count in rows["counts"]["clauses"].items() if count}
    assert kinds == {"ADDED", "QUANTITY", "RENUMBERED", "SAME"}
    assert rows["counts"]["carbon"]["ADDED"] == len(added)


def test_the_backtest_of_the_demo_counts_the_revised_units(truth, tmp_path):
    call = ("list", "backtest", DEMO / "access_list.xlsx", DEMO / "access_list_later.xlsx", "-o", tmp_path / "b")
    done = command("--lang", "en", *call)
    assert done.code == 0, done.err
    rows = rows_of(tmp_path / "b" / "backtest.json")
    answered = {unit["unit"] for unit in rows["units"] if unit["outcome"] in ("HIT", "UNEXPECTED")}
    assert sorted(answered) == truth["list_changes"]["revised"]


@pytest.fixture(scope="module")
def jinjiang(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jinjiang-chain")
    text = (ROOT / "data" / "studies" / "jinjiang-inventory.toml").read_text(encoding="utf-8")
    text = text.replace("../../../shared/data", real_data.resolve().as_posix())
    (folder / "study.toml").write_text(text, encoding="utf-8")
    lists = real_data / "jinjiang"
    names = {"unit": "access_list.xlsx", "city": "access_list_city.docx"}
    studied = {level: (lists.resolve() / name).as_posix() for level, name in names.items()}
    return chain(folder / "study.toml", lists, folder, names, studied)


@pytest.mark.real
def test_the_audit_of_jinjiang(real_data, tmp_path):
    lists = real_data / "jinjiang"
    done = command(
        "list", "audit", lists / "access_list.xlsx", "--city", lists / "access_list_city.docx", "-o", tmp_path
    )
    assert done.code == 3, done.err
    loud = Counter(row["code"] for row in rows_of(tmp_path / "findings.json") if row["severity"] != "info")
    assert set(loud) == {"LIST_DIMENSION_MISSING", "LIST_COPIED", "DEADLINE_PASSED"}
    assert loud["LIST_DIMENSION_MISSING"] == 4


@pytest.mark.real
@pytest.mark.parametrize("level", ["unit", "city"])
def test_jinjiang_goes_out_and_comes_back(jinjiang, level, tmp_path):
    one = jinjiang.lists[level]
    assert_marked(one)
    assert_adopted(one)
    assert_diff(one, tmp_path / "diff")


@pytest.mark.real
def test_jinjiang_decides_again_with_the_adopted_list(jinjiang):
    before, after, eased, _ = assert_never_stronger(jinjiang)
    assert eased
    assert not [code for code in sorted(eased) if after[code] == "NEED"]
    assert Counter(after.values())["NEED"] < Counter(before.values())["NEED"]


@pytest.mark.real
def test_both_versions_of_jinjiang(real_data, tmp_path):
    lists = real_data / "jinjiang"
    call = (lists / "access_list.xlsx", lists / "access_list_2023.xlsx", "-o", tmp_path)
    assert command("list", "diff", *call).code == 0
    units = rows_of(tmp_path / "diff.json")["counts"]["units"]
    assert [units[kind] for kind in ("SAME", "RENUMBERED", "SPLIT", "MERGED")] == [71, 4, 3, 1]
    done = command("list", "backtest", *call)
    assert done.code == 0, done.err
    counts = rows_of(tmp_path / "backtest.json")["counts"]
    assert sum(counts.values()) == 80
