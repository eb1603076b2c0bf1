"""The public edition of the example city: no file of it holds what only officials may see."""

from __future__ import annotations

import base64
import gzip
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pyogrio
import pytest
import xarray as xr
from tests.debian import needs

import zoning
from zoning.edition.withheld import withheld_numbers
from zoning.io.demo import demo_study

pytestmark = needs("pdftotext")

_PACKED = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")


def of_html(path):
    """Text of a page, and of what is packed in it."""
    text = path.read_text(encoding="utf-8")
    yield text
    for found in _PACKED.findall(text):
        data = base64.b64decode(found + "=" * (-len(found) % 4))
        yield (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "ignore")


def of_pdf(path):
    """Text of the pages as a reader copies it, and what the file says of itself."""
    with pikepdf.open(path) as book:
        yield str({str(key): str(value) for key, value in book.docinfo.items()})
        yield str([str(one.title) for one in book.open_outline().root])
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    yield done.stdout.decode("utf-8")


def of_zip(path):
    """Every part of a workbook or project."""
    with zipfile.ZipFile(path) as whole:
        for name in whole.namelist():
            yield name
            yield whole.read(name).decode("utf-8", "ignore")


def of_geopackage(path):
    """Every table with every value, and the bytes: deleted rows too."""
    with closing(sqlite3.connect(path)) as book:
        names = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith("rtree_"):
                rows = book.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name that the file itself gives
                yield str([[one for one in row if isinstance(one, str)] for row in rows])
    yield path.read_bytes().decode("utf-8", "ignore")


def of_parquet(path):
    """Columns, values and metadata."""
    yield pd.read_parquet(path).drop(columns=["geometry", "bbox"]).to_csv()
    yield path.read_bytes().decode("utf-8", "ignore")


def of_netcdf(path):
    """Names, attributes and values of text."""
    with xr.open_dataset(path) as data:
        yield str(data.attrs) + str({name: data[name].attrs for name in data.variables})
        yield str([data[name].values.tolist() for name in data.variables if data[name].dtype.kind in "OUST"])


_READERS = {
    ".html": of_html,
    ".pdf": of_pdf,
    ".xlsx": of_zip,
    ".qgz": of_zip,
    ".gpkg": of_geopackage,
    ".parquet": of_parquet,
    ".nc": of_netcdf,
    ".json": lambda path: [path.read_text(encoding="utf-8")],
}


def texts(folder):
    """Every text of every file of a folder; a kind of file that nobody reads fails."""
    return {
        path.relative_to(folder).as_posix(): [path.name, *_READERS[path.suffix](path)]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def internal(demo_inventory_result):
    return demo_inventory_result


@pytest.fixture(scope="module")
def folder(internal, tmp_path_factory):
    place = tmp_path_factory.mktemp("public") / "out"
    zoning.publish(internal, place, edition="public")
    return place


def marks_of(result):
    """What must not be there: enterprises, persons, comments, drafts, files, hashes, columns of departments."""
    firms, frame = result.inventory.enterprises, result.emitters.frame
    decisions = result.decisions
    marks = {*firms["name"], *firms["code"], *firms["address"], *frame["name"], *frame["emitter"], *frame["record"]}
    marks |= {*decisions["override_by"], *decisions["override_reason"]}
    marks |= {one.text for one in result.comments} | {one.text for one in result.drafts}
    for path, digest in result.provenance.inputs.items():
        marks |= {path, Path(path).name, digest}
    marks |= {Path(one.path).name for one in result.study.inventory.tables}
    words = {"91990101EX0000301P", "inventory.toml", "departments", "override_reason_", str(demo_study().parent)}
    return {str(mark).strip() for mark in marks | words if len(str(mark).strip()) >= 4 and str(mark) != "nan"}


def masses_of(result):
    """Exact tonnes of single enterprises, as they may be written."""
    frame = result.emitters.frame
    masses = [mass for name in result.emitters.species for mass in frame[name].dropna() if mass >= 1000]
    exact = [mass for mass in masses if mass % 100]  # round numbers are those of anybody
    forms = {form for mass in exact for form in (f"{mass:.0f}", f"{mass:,.0f}", f"{mass:.1f}", repr(float(mass)))}
    return {form for form in forms if len(form) >= 6}


def test_no_public_file_holds_what_only_officials_may_see(internal, folder):
    marks = marks_of(internal)
    assert len(marks) > 500
    for mark in ("access_list.xlsx", "overrides.csv", "env_statistics_2020.xlsx"):
        assert mark in marks
    wanted = re.compile("|".join(re.escape(mark) for mark in sorted(marks)))
    found = {(name, hit) for name, parts in texts(folder).items() for text in parts for hit in wanted.findall(text)}
    assert found == set()


def test_no_public_file_holds_the_tonnes_or_place_of_an_enterprise(internal, folder):
    forms = masses_of(internal)
    places = internal.emitters.frame.geometry
    for crs in (4326, internal.units.crs):
        forms |= {f"{one:.4f}" for point in places.to_crs(crs) for one in (point.x, point.y)}
    assert len(forms) > 500
    wanted = re.compile(r"(?<![\d.,])(?:" + "|".join(re.escape(form) for form in sorted(forms)) + r")(?!\d)")
    read = {name: parts[1:] for name, parts in texts(folder).items() if name not in {"run.json", "atlas.pdf"}}
    read["atlas.pdf"] = [*of_pdf(folder / "atlas.pdf")]
    found = {(name, hit) for name, parts in read.items() for text in parts for hit in wanted.findall(text)}
    assert found == set()


def test_the_search_finds_what_the_internal_edition_holds(internal, tmp_path):
    """The same search on internal files: it can fail."""
    zoning.publish(internal, tmp_path / "out")
    name = internal.emitters.frame["name"].iloc[0]
    for file in ("map.html", "atlas.pdf", "results.gpkg", "workbook.xlsx"):
        reader = _READERS[Path(file).suffix]
        text = "".join(reader(tmp_path / "out" / file))
        assert any(str(mark) in text for mark in internal.emitters.frame["name"]), (file, name)


def test_no_difference_tells_of_an_enterprise(internal, folder):
    """Region less the units that are shown: what is left is of several enterprises, and none holds nearly all."""
    public = zoning.read_result(folder)
    points = internal.emitters.frame.to_crs(internal.units.crs)
    units = internal.units.frame[["code", internal.units.frame.geometry.name]]
    lying = points.sjoin(units, predicate="intersects")
    for (species, year), hidden in withheld_numbers(internal).items():
        shown = public.ledger["emission"].sel(species=species, year=year, sector="all")
        assert np.isnan(shown.sel(unit=sorted(hidden)).values).all()
        rest = lying[lying["code"].isin(hidden) & (lying["year"] == year)].groupby("emitter")[species].sum()
        rest = rest[rest > 0]
        assert not hidden or (len(rest) >= 3 and rest.max() <= 0.85 * rest.sum()), (species, year)


def test_the_public_folder_reads_back_and_says_what_is_withheld(folder):
    result = zoning.read_result(folder)
    assert result.edition == "public"
    assert "NUMBERS_WITHHELD" in {str(one.code) for one in result.findings}
    assert result.emitters is None
    assert not result.fields
    layers = {str(name) for name in pyogrio.list_layers(folder / "results.gpkg")[:, 0]}
    assert {"control_units", "zones_air"} <= layers
    assert not {"emitters", "enterprises"} & layers
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (manifest["edition"], manifest["inputs"], manifest["settings"]) == ("public", {}, {})
    assert "公开版" in (folder / "index.html").read_text(encoding="utf-8")
    assert "公开版" in "".join(of_pdf(folder / "atlas.pdf"))
    assert set(result.conservation["sector"]) == {"all"}
    assert (result.conservation["relative_difference"] < 1e-9).all()


def test_what_is_public_never_becomes_internal(folder):
    words = [sys.executable, "-m", "zoning", "--lang", "en", "map", str(folder), "--edition", "internal"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "public edition" in done.stderr
