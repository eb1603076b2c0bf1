"""Laws of the deliverables: they re-add to the ledger, run no foreign formula, repeat their bytes, and appear whole."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape  # _x005F_ is how xlsx writes a «_x» that is meant
from pandas.testing import assert_frame_equal
from tests.cases.six_units import six_units

from zoning.clauses import AccessList, Clause
from zoning.clauses.model import Address, Cue, Label, Scope
from zoning.io.read.results import read_result
from zoning.io.records import decode, encode, pack, text_of, unpack
from zoning.io.runs import FINDINGS, GEOPACKAGE, LEDGER, MANIFEST, run_folder, sha256, write_manifest
from zoning.io.write.finding_rows import write_findings
from zoning.io.write.geopackage import write_geopackage
from zoning.io.write.tables import write_ledger, write_units
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.ledger import Ledger
from zoning.vocab import DecisionCode
from zoning.workbook import sheets_of, write_workbook
from zoning.workbook.paint import clean, paint
from zoning.workbook.sheet import Column, Sheet, Table

ROOT = Path(__file__).parents[2]
QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEW = settings(QUICK, max_examples=8, phases=(Phase.explicit, Phase.generate))  # files are slow to shrink
NUMBERS = st.floats(allow_nan=True, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
HOSTILE = st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x", "_x0041_", "{=1}", "1e5", "TRUE"]
)


def random_ledger(numbers: np.ndarray) -> Ledger:
    """Return the ledger of the six units with other masses."""
    ledger = six_units().ledger
    return Ledger(ledger.data.assign(emission=ledger.data["emission"].copy(data=numbers.reshape(6, 2, 3, 1))))


MASSES = st.lists(st.one_of(st.floats(-1e3, 1e9), st.just(float("nan"))), min_size=36, max_size=36).map(np.array)


# They re-add ---------------------------------------------------------------------------------------------------------


@FEW
@given(MASSES)
def test_the_baseline_sheet_adds_up_to_the_ledger(numbers):
    ledger = random_ledger(numbers)
    table = next(
        one for one in sheets_of(dataclasses.replace(six_units(), ledger=ledger)) if one.key == "baseline"
    ).tables[0]
    values = {column.name: [row[at] for row in table.rows] for at, column in enumerate(table.columns)}
    for species in ("CO2", "SO2"):
        for sector in ("industry", "power", "residential"):
            expected = ledger["emission"].sel(species=species, sector=sector, year=2020).values
            np.testing.assert_array_equal(values[f"{species}_{sector}_2020_t"], expected)
        np.testing.assert_allclose(
            values[f"{species}_all_2020_t"], ledger.of_unit("emission", species=species), rtol=1e-12
        )


@FEW
@given(MASSES)
def test_geopackage_and_parquet_add_up_to_the_ledger(tmp_path_factory, numbers):
    folder, ledger = tmp_path_factory.mktemp("sums"), random_ledger(numbers)
    result = dataclasses.replace(six_units(), ledger=ledger)
    write_geopackage(result, folder / "r.gpkg")
    write_units(result, folder / "u.parquet")
    layer = pyogrio.read_dataframe(folder / "r.gpkg", layer="control_units")
    table = gpd.read_parquet(folder / "u.parquet")
    assert sorted(layer["code"]) == sorted(table["code"]) == sorted(ledger.units)
    layer, table = (frame.set_index("code").loc[list(ledger.units)] for frame in (layer, table))
    for species in ("CO2", "SO2"):
        whole = ledger.of_unit("emission", species=species)
        np.testing.assert_array_equal(layer[f"{species}_all_2020_t"].to_numpy(), whole)
        parts = table[[f"{species}_{sector}_2020_t" for sector in ("industry", "power", "residential")]]
        np.testing.assert_array_equal(parts.sum(axis=1, min_count=1).to_numpy(), whole)


def test_fragments_add_up_in_the_workbook_and_every_code_meets_its_own_number():
    result = six_units()
    table = next(one for one in sheets_of(result) if one.key == "fragments").tables[0]
    at = {column.name: number for number, column in enumerate(table.columns)}
    shown = {(row[at["unit"]], row[at["zone"]]): row[at["fragment_emission_CO2_all_2020_t"]] for row in table.rows}
    whole = result.ledger["fragment_emission"].sel(species="CO2").sum(["sector", "year"])
    for unit, zone, value in zip(
        whole["fragment_unit"].values, whole["fragment_zone"].values, whole.values, strict=True
    ):
        assert shown[unit, zone] == pytest.approx(value, rel=1e-12)
    areas = sum(row[at["fragment_area_m2"]] for row in table.rows)
    assert areas == pytest.approx(float(result.ledger["fragment_area"].sum()) / 1e4)  # shown in hm²


@pytest.mark.parametrize("seed", range(3))
def test_rows_meet_by_code_whatever_the_order_of_the_decisions(seed):
    result = six_units()
    shuffled = dataclasses.replace(result, decisions=result.decisions.sample(frac=1, random_state=seed))
    for one, other in zip(sheets_of(result), sheets_of(shuffled), strict=True):
        assert [repr(table.rows) for table in one.tables] == [repr(table.rows) for table in other.tables]


# No foreign formula --------------------------------------------------------------------------------------------------


@QUICK
@given(st.lists(st.one_of(WORDS, HOSTILE, st.builds(str.__add__, HOSTILE, WORDS)), min_size=1, max_size=6))
@example(["=cmd|' /C calc'!A0", "\x00=1", "＝1", "a\r\nb", " =1"])
def test_any_text_comes_out_as_the_text_it_is(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("text") / "w.xlsx"
    column = Column("text", "text", "", "text", "m", "m", "s", 20.0)
    paint(
        [Sheet("findings", tuple(texts), (Table((column,), [(text,) for text in texts], texts[0]),))],
        path,
        "zh",
        study=texts[0],
        example=True,
    )
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        content = packed.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[\s>/]", content)
    assert not any("hyperlink" in name.lower() or name.endswith("sheet1.xml.rels") for name in names)
    sheet = openpyxl.load_workbook(path).active
    top = int(re.search(r"\d+", sheet.auto_filter.ref).group())
    cells = [sheet.cell(top + number, 1) for number in range(1, len(texts) + 1)]
    assert [unescape(cell.value or "") for cell in cells] == [clean(text) for text in texts]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}


# Bytes ---------------------------------------------------------------------------------------------------------------

_PUBLISH = """
import sys
from pathlib import Path
from tests.cases.test_result_folder_cases import publish
from tests.cases.six_units import six_units
publish(six_units(), Path(sys.argv[1]))
"""


def test_equal_results_give_equal_bytes_in_any_process_place_time_zone_and_hash_seed(tmp_path):
    hashes = []
    for number, (zone, seed, language) in enumerate(
        (("Asia/Shanghai", "1", "zh_CN.UTF-8"), ("America/New_York", "2", "C"))
    ):
        place = tmp_path / str(number)
        place.mkdir()
        surroundings = os.environ | {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": language,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
        subprocess.run([sys.executable, "-c", _PUBLISH, str(place / "out")], check=True, cwd=place, env=surroundings)
        hashes.append({path.name: sha256(path) for path in (place / "out").iterdir()})
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 6


# Whole or not at all -------------------------------------------------------------------------------------------------

_STEPS = (
    lambda result, folder: write_geopackage(result, folder / GEOPACKAGE),
    lambda result, folder: write_ledger(result.ledger, folder / LEDGER),
    lambda result, folder: write_findings(result.findings, folder / FINDINGS),
    lambda result, folder: write_workbook(result, folder / "workbook.xlsx"),
    lambda result, folder: write_manifest(folder, result, [GEOPACKAGE, LEDGER, FINDINGS, "workbook.xlsx"]),
)


def publish_until(target: Path, steps, stop: type[BaseException]) -> None:
    with run_folder(target) as folder:
        for step in steps:
            step(six_units(name="other"), folder)
        raise stop


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


_STOPS = [(steps, KeyboardInterrupt) for steps in range(len(_STEPS) + 1)] + [(3, MemoryError), (5, SystemExit)]


@pytest.mark.parametrize(("steps", "stop"), _STOPS)
def test_a_run_stopped_after_any_step_leaves_the_previous_outputs_whole(tmp_path, steps, stop):
    target = tmp_path / "out"
    with run_folder(target) as folder:
        for step in _STEPS:
            step(six_units(), folder)
    before = contents(target)
    with pytest.raises(stop):
        publish_until(target, _STEPS[:steps], stop)
    assert contents(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert read_result(target).study.study.name == six_units().study.study.name


def test_a_killed_process_leaves_the_previous_outputs_whole(tmp_path):
    target = tmp_path / "out"
    with run_folder(target) as folder:
        (folder / MANIFEST).write_text('{"schema": 3, "outputs": {}}')
    before = contents(target)
    script = (
        "import os, sys\nfrom zoning.io.runs import run_folder\n"
        "with run_folder(sys.argv[1]) as folder:\n    (folder / 'x').write_text('x')\n    os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(target)], check=False).returncode == 9
    assert contents(target) == before
    with run_folder(target) as folder:
        (folder / MANIFEST).write_text('{"schema": 3, "outputs": {}}')
    assert contents(target) == before


# Records -------------------------------------------------------------------------------------------------------------

PLAIN = st.text(max_size=6)
SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99))
CUES = st.builds(Cue, PLAIN, PLAIN, PLAIN, SPANS)
TEXTS = st.lists(PLAIN, max_size=3).map(tuple)
STATES = st.tuples(PLAIN, PLAIN, PLAIN, PLAIN, st.integers(0, 3), TEXTS, st.none() | SPANS, PLAIN)
LABELS = st.builds(lambda state, cues: Label(*state, tuple(cues)), STATES, st.lists(CUES, max_size=2))
SCOPES = st.builds(Scope, PLAIN, PLAIN, TEXTS, TEXTS, TEXTS, TEXTS, PLAIN, st.booleans(), st.booleans(), TEXTS, TEXTS)
CLAUSES = st.builds(
    Clause, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, st.builds(Address, PLAIN, PLAIN, PLAIN), LABELS, SCOPES
)
EVIDENCE = st.builds(Evidence, PLAIN, st.one_of(NUMBERS, PLAIN), PLAIN)
REASONS = st.builds(
    Reason, PLAIN, PLAIN, st.sampled_from(Answer), st.none() | st.sampled_from(DecisionCode),
    st.lists(EVIDENCE, max_size=3).map(tuple), TEXTS, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, st.sampled_from("ABC"),
)  # fmt: skip


@QUICK
@given(st.one_of(CLAUSES, REASONS))
def test_a_record_comes_back_as_it_was(record):
    assert repr(decode(type(record), json.loads(text_of(record)))) == repr(record)


def test_encoding_is_plain_json_without_nan():
    assert text_of({"a": [np.float64("nan"), np.int64(3)], "b": AccessList("unit")}) == (
        '{"a": [null, 3], "b": {"level": "unit", "clauses": [], "entries": []}}'
    )
    assert encode(frozenset({"b", "a"})) == ["a", "b"]


FRAMES = st.integers(1, 4).flatmap(
    lambda rows: st.dictionaries(
        st.sampled_from(["fid", "FID", "geom", "name", "Name", "NAME", "数值", "x y"]),
        st.one_of(
            st.lists(NUMBERS, min_size=rows, max_size=rows),
            st.lists(WORDS, min_size=rows, max_size=rows),
            st.lists(st.booleans(), min_size=rows, max_size=rows),
            st.lists(st.integers(-(2**62), 2**62), min_size=rows, max_size=rows),
            st.lists(st.lists(WORDS, max_size=2), min_size=rows, max_size=rows),
        ),
        min_size=1,
        max_size=5,
    )
)


@QUICK
@given(FRAMES)
def test_a_table_comes_back_from_a_geopackage_as_it_was(tmp_path_factory, columns):
    path = tmp_path_factory.mktemp("table") / "t.gpkg"
    frame = pd.DataFrame(columns)
    packed, layout = pack(frame)
    assert len({name.lower() for name in packed.columns}) == packed.shape[1]
    pyogrio.write_dataframe(packed, path, layer="t", driver="GPKG")
    back = unpack(pyogrio.read_dataframe(path, layer="t"), layout)
    assert_frame_equal(back, frame, check_exact=True)
