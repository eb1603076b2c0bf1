"""``zoning atlas`` and ``zoning map`` on a finished run: what they say, where they write, what they refuse."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

import zoning


def command(*words):
    done = subprocess.run(
        [sys.executable, "-m", "zoning", "--lang", "zh", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(demo_result, tmp_path_factory):
    place = tmp_path_factory.mktemp("drawn") / "out"
    files = zoning.publish(demo_result, place, geodatabase=True)
    assert all((place / name).is_file() for name in files)
    assert any(name.startswith("results.gdb/") for name in files)
    return place


def assert_manifest_is_right(folder):
    outputs = json.loads((folder / "run.json").read_text(encoding="utf-8"))["outputs"]
    for name, digest in outputs.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return outputs


def test_an_atlas_of_some_sheets_replaces_the_other_and_the_folder_stays_readable(folder):
    status, stdout, stderr = command("atlas", folder, "--sheets", "unit_class", "--units", "none")
    assert (status, stdout) == (0, f"{folder / 'atlas.pdf'}\n"), stderr
    assert_manifest_is_right(folder)
    assert zoning.read_result(folder).edition == "internal"


def test_a_public_map_lies_in_its_own_folder_and_in_the_manifest(folder):
    status, stdout, stderr = command("map", folder, "--edition", "public")
    assert (status, stdout) == (0, f"{folder / 'public' / 'map.html'}\n"), stderr
    assert "public/map.html" in assert_manifest_is_right(folder)


def test_a_map_goes_where_it_is_asked_for_and_leaves_the_run_alone(folder, tmp_path):
    before = (folder / "run.json").read_bytes()
    place = tmp_path / "new" / "deep" / "m.html"
    assert command("map", folder, "-o", place)[:2] == (0, f"{place}\n")
    assert place.is_file()
    assert (folder / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--sheets", "unit_clas"], 1, "unit_class"),
        (["--units", "ZH99010120099"], 1, "ZH990101"),
        (["--font", "missing.ttf"], 3, "missing.ttf"),
        (["-o", "."], 2, "directory"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_changes(folder, words, status, said):
    before = (folder / "atlas.pdf").read_bytes()
    code, stdout, stderr = command("atlas", folder, *words)
    assert (code, stdout) == (status, "")
    assert said in stderr
    assert (folder / "atlas.pdf").read_bytes() == before


def test_a_folder_without_results_is_named(tmp_path):
    code, stdout, stderr = command("map", tmp_path)
    assert (code, stdout) == (1, "")
    assert "run.json" in stderr


def test_sheets_are_listed_in_both_languages():
    done = subprocess.run(
        [sys.executable, "-m", "zoning", "--lang", "en", "atlas", "--list"], capture_output=True, text=True, check=True
    )
    english, chinese = done.stdout.splitlines(), command("atlas", "--list")[1].splitlines()
    assert [line.split("\t")[0] for line in english] == [line.split("\t")[0] for line in chinese]
    assert len(english) >= 10
