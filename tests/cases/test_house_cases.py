"""The house itself: public names, quick start, short functions, closed tables, texts in both languages."""

from __future__ import annotations

import ast
import string
import subprocess
import sys
from pathlib import Path

import pytest

import zoning
from zoning import tables
from zoning.errors import FindingCode
from zoning.messages import _TABLES
from zoning.vocab import label

SOURCE = Path(__file__).parents[2] / "src" / "zoning"

PUBLIC = {
    "CATALOGUE", "Coverage", "Grid", "Indicator", "Result", "build_inventory", "check", "classify_clauses",
    "combinations", "coverage", "fragments", "intersection_areas", "load_coverage", "publish", "read_result",
    "read_study", "run", "save_coverage",
}  # fmt: skip


def test_public_names_are_locked():
    assert set(zoning.__all__) == PUBLIC
    assert set(zoning._HOMES) == PUBLIC
    for name in PUBLIC:
        assert getattr(zoning, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = zoning.nothing


@pytest.mark.parametrize("words", [["-c", "import zoning"], ["-m", "zoning", "--help"]])
def test_import_and_help_load_nothing_heavy(words):
    code = "import sys, atexit; atexit.register(lambda: print(sorted(sys.modules), file=sys.stderr))\n"
    launcher = (
        code + "import zoning"
        if words[0] == "-c"
        else code + "import runpy, sys; sys.argv = ['zoning', '--help']\n"
        "runpy.run_module('zoning', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", launcher], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    heavy = {"numpy", "pandas", "geopandas", "xarray", "rasterio", "numba", "folium", "pydantic", "rich"}
    assert not heavy & set(ast.literal_eval(done.stderr.strip().splitlines()[-1]))


def functions():
    for path in sorted(SOURCE.rglob("*.py")):
        if "kernels" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def test_functions_are_at_most_forty_lines():
    long = []
    for path, node in functions():
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        lines = body[-1].end_lineno - body[0].lineno + 1
        if lines > 40:
            long.append(f"{path.relative_to(SOURCE)}:{node.lineno} {node.name} ({lines})")
    assert long == []


def test_no_room_is_called_utils():
    names = {path.stem for path in SOURCE.rglob("*.py")} | {path.name for path in SOURCE.rglob("*") if path.is_dir()}
    assert not names & {"utils", "helpers", "common", "misc", "util"}


def test_finding_codes_of_code_and_table_are_one_list():
    assert [row["code"] for row in tables.read("finding_codes")] == [str(code) for code in FindingCode]


def slots(text):
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_both_languages_with_the_same_slots():
    seen = set()
    for name in _TABLES:
        for row in tables.read(name):
            assert row["zh"], row["key"]
            assert row["en"], row["key"]
            assert slots(row["zh"]) == slots(row["en"]), row["key"]
            assert row["key"] not in seen, f"{row['key']} stands twice"
            seen.add(row["key"])


def test_rows_of_facts_say_where_they_come_from():
    for path in sorted((SOURCE / "tables").glob("*.csv")):
        rows = tables.parse(path.read_text(encoding="utf-8-sig"), path.stem)
        if rows and "status" in rows[0]:
            for row in rows:
                assert row["status"] in {"official-seen", "second-hand", "memory", "ours"}, (path.name, dict(row))


@pytest.mark.parametrize("code", ["NEED", "KEY", "CARBON", "AIR_HIGH", "NOBURN_3", "coal_total"])
def test_codes_have_names_in_both_languages(code):
    assert label(code) != code
    assert label(code, "en") not in (code, label(code))


@pytest.mark.parametrize("table", ["limits", "thresholds", "tolerances"])
def test_every_number_has_one_row(table):
    rows = tables.read(table)
    names = [row["id"] for row in rows]
    assert sorted(names) == sorted(set(names))
