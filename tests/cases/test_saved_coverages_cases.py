"""Saved coverages: the same to the last bit, or a clear error; a store that cannot be written stops no run."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine

import zoning
from zoning.errors import CrsError, GeometryError, InputError
from zoning.io import coverages, sealed
from zoning.io.coverages import CoverageFolder, load_coverage, save_coverage
from zoning.overlay import KERNELS, Coverage, Laying, MemoryStore, coverage, coverage_key, laying
from zoning.supports import CurvedGrid, Grid

CRS = "EPSG:4549"
GRID = Grid(CRS, Affine(30, 0, 500_000, 0, -30, 2_750_000), (40, 50))
ARRAYS = ("cell_ptr", "cell", "fraction", "run_ptr", "run_row", "run_c0", "run_c1")
CENTRES = [shapely.Point(500_500 + 300 * k, 2_749_400) for k in range(3)]
SHAPES = gpd.GeoSeries(
    [centre.buffer(170 + 40 * k).difference(CENTRES[0].buffer(60)) for k, centre in enumerate(CENTRES)],
    crs=CRS,
    index=pd.Index(["ZH1", "单元", "ZH3"], name="code"),
)


def same(one: Coverage, other: Coverage) -> None:
    for name in ARRAYS:
        found, expected = getattr(one, name), getattr(other, name)
        assert found.dtype == expected.dtype, name
        assert found.tobytes() == expected.tobytes(), name
        assert found.flags.writeable, "kernels are compiled for one type of argument"
    assert one.grid == other.grid
    pd.testing.assert_index_equal(one.index, other.index, exact=True)


def curved() -> CurvedGrid:
    x, y = np.meshgrid(np.linspace(0, 1500, 12), np.linspace(0, -1200, 9))
    return CurvedGrid(CRS, 500_000 + x + 0.1 * y, 2_750_000 + y + 0.05 * x)


# ---- by hand --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", [GRID, curved()], ids=["regular", "curvilinear"])
def test_what_is_loaded_is_what_was_saved(tmp_path: Path, grid: object) -> None:
    cover = coverage(SHAPES, grid)
    save_coverage(cover, tmp_path / "city.coverage")
    again = zoning.load_coverage(str(tmp_path / "city.coverage"))
    same(again, cover)
    values = np.random.default_rng(1).random((3, *grid.shape))
    pd.testing.assert_frame_equal(again.total(values), cover.total(values), check_exact=True)
    pd.testing.assert_frame_equal(again.mean(values), cover.mean(values), check_exact=True)
    assert [path.name for path in tmp_path.iterdir()] == ["city.coverage"]
    with pytest.raises(InputError, match=r"SO2\.tif not found"):
        again.total("SO2.tif")


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["a", "b", "a"]),
        pd.Index(["a", None, "\ud800"], dtype=object),
        pd.Index([1, "1", 1.5], dtype=object),
        pd.Index(["a", "b", "c"], dtype="string"),
        pd.Index([2**62, -1, 0]),
        pd.Index([1, 2, 255], dtype="uint8", name=7),
        pd.Index([0.1, np.nan, np.inf]),
        pd.Index([True, False, True]),
        pd.RangeIndex(5, -1, -2, name="row"),
        pd.CategoricalIndex(["优先", "重点", "优先"], categories=["重点", "优先", "一般"], ordered=True, name="class"),
        pd.MultiIndex.from_tuples([("福建", 1), ("福建", 2), ("江西", 1)], names=["province", None]),
    ],
    ids=repr,
)
def test_labels_return_with_their_type(tmp_path: Path, index: pd.Index) -> None:
    cover = coverage(SHAPES.set_axis(index), GRID)
    save_coverage(cover, tmp_path / "a")
    same(load_coverage(tmp_path / "a"), cover)


@pytest.mark.parametrize("index", [pd.date_range("2020", periods=3), pd.Index([(1,), (2,), (3,)], tupleize_cols=False)])
def test_labels_that_are_no_labels_are_refused(tmp_path: Path, index: pd.Index) -> None:
    with pytest.raises(InputError, match="cannot be saved") as caught:
        save_coverage(coverage(SHAPES.set_axis(index), GRID), tmp_path / "a")
    assert "无法保存" in caught.value.text("zh")
    assert not list(tmp_path.iterdir())


def test_coverages_of_nothing_and_of_very_many_cells(tmp_path: Path) -> None:
    wide = Grid(CRS, Affine(1, 0, 0, 0, -1, 70_000), (70_000, 70_000))
    corner = gpd.GeoSeries([shapely.box(69_990.5, -1, 70_001, 9.5)], crs=CRS)
    for number, cover in enumerate((coverage(SHAPES.iloc[:0], GRID), coverage(corner, wide))):
        save_coverage(cover, tmp_path / str(number))
        same(load_coverage(tmp_path / str(number)), cover)
    assert int(cover.cell.max()) > 2**32


def rewritten(path: Path, change) -> None:
    """Write a file anew with a right checksum: what someone may send who means harm."""
    about, arrays = sealed.read_sealed(path)
    change(about, arrays)
    del about["arrays"]
    sealed.write_sealed(path, about, arrays)


def forged(path: Path, text: dict[str, object], behind: bytes = b"") -> None:
    line = json.dumps(text).encode()
    content = len(line).to_bytes(8, "little") + line + behind
    path.write_bytes(b"zoning coverage\n" + hashlib.sha256(content).digest() + content)


HARM = {
    "a cell outside of the grid": lambda _, a: a.update(cell=a["cell"] + 4000),
    "a cell before the grid": lambda _, a: a.update(cell=a["cell"].astype("i8") - 2000),
    "cells out of order": lambda _, a: a.update(cell=a["cell"][::-1]),
    "a fraction above one": lambda _, a: a.update(fraction=a["fraction"] + 1),
    "a fraction of nothing": lambda _, a: a.update(fraction=a["fraction"] * np.nan),
    "a run beyond the row": lambda _, a: a.update(run_c1=a["run_c1"] + 60),
    "an empty run": lambda _, a: a.update(run_c1=a["run_c0"]),
    "a row beyond the grid": lambda _, a: a.update(run_row=a["run_row"] + 99),
    "a pointer that falls": lambda _, a: a.update(cell_ptr=a["cell_ptr"][::-1]),
    "a pointer beyond its cells": lambda _, a: a.update(run_ptr=a["run_ptr"] * 2),
    "pointers of floats": lambda _, a: a.update(run_ptr=a["run_ptr"].astype(float)),
    "fewer fractions than cells": lambda _, a: a.update(fraction=a["fraction"][:-1]),
    "an array less": lambda _, a: a.pop("run_row"),
    "more labels than units": lambda about, _: about["index"]["of"].append("ZH9"),
    "no grid": lambda about, _: about.update(grid=None),
    "a grid without cells": lambda about, _: about["grid"].update(shape=[0, 0]),
    "a grid of another size": lambda about, _: about["grid"].update(shape=[4, 5]),
    "a CRS that is none": lambda about, _: about["grid"].update(crs="EPSG:0"),
    "labels of unknown kind": lambda about, _: about["index"].update(kind="pickle"),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=list(HARM))
def test_numbers_that_no_coverage_has_are_refused(tmp_path: Path, harm) -> None:
    save_coverage(coverage(SHAPES, GRID), tmp_path / "a")
    rewritten(tmp_path / "a", harm)
    with pytest.raises(InputError, match="no coverage saved by this program or is damaged"):
        load_coverage(tmp_path / "a")


@pytest.mark.parametrize(
    "listed",
    [
        [["cell", "<i8", 10**15]],
        [["cell", "<i8", -5]],
        [["cell", "|O", 1]],
        [["cell", "<M8[s]", 1]],
        [["cell", "<c16", 1]],
        [["cell", "nothing", 1]],
        [["cell"]],
        [["cell", "<i8", 1e300]],
        7,
    ],
)
def test_declared_arrays_are_not_believed(tmp_path: Path, listed: object) -> None:
    forged(tmp_path / "a", {"format": 1, "kernels": KERNELS, "key": "", "index": None, "arrays": listed}, bytes(64))
    with pytest.raises(InputError, match="damaged"):
        load_coverage(tmp_path / "a")


def test_deep_text_and_a_length_beyond_the_file(tmp_path: Path) -> None:
    deep = b"[" * 200_000
    for content in (len(deep).to_bytes(8, "little") + deep, (2**63).to_bytes(8, "little")):
        (tmp_path / "a").write_bytes(b"zoning coverage\n" + hashlib.sha256(content).digest() + content)
        with pytest.raises(InputError, match="damaged"):
            load_coverage(tmp_path / "a")


def test_every_cut_and_every_changed_byte_is_seen(tmp_path: Path) -> None:
    save_coverage(coverage(SHAPES.iloc[:1], GRID), tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for at in [*range(0, 400, 7), *range(400, len(whole), 97)]:
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole + bytes(at + 1)):
            (tmp_path / "broken").write_bytes(broken)
            with pytest.raises(InputError, match="damaged"):
                load_coverage(tmp_path / "broken")


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", cell=np.zeros(3))
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("a.npz", "folder", "pipe", "loop"):
        with pytest.raises(InputError, match="no coverage saved by this program"):
            load_coverage(tmp_path / name)
    with pytest.raises(InputError, match="there is no file of a coverage"):
        load_coverage(tmp_path / "missing")


def test_another_version_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(coverages, "_VERSIONS", {"format": 1, "kernels": KERNELS + 1, "key": ""})
    save_coverage(coverage(SHAPES, GRID), tmp_path / "a")
    monkeypatch.undo()
    with pytest.raises(InputError, match="saved by another version"):
        load_coverage(tmp_path / "a")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    cover = coverage(SHAPES, GRID)
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "no" / "folder" / "a", tmp_path / "folder"):
        with pytest.raises(InputError, match="cannot be written"):
            save_coverage(cover, place)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


# ---- the folder of a run --------------------------------------------------------------------------------------------


@pytest.fixture
def laid(monkeypatch) -> list[int]:
    """How often geometry was computed."""
    calls: list[int] = []

    def counted(polygons, grid, **about):
        calls.append(len(polygons))
        return coverage(polygons, grid, **about)

    monkeypatch.setattr(laying, "coverage", counted)
    return calls


def kept(folder: Path) -> Path:
    (found,) = folder.glob("*.coverage")
    return found


@pytest.mark.parametrize("grid", [GRID, curved()], ids=["regular", "curvilinear"])
def test_what_was_laid_before_costs_no_geometry(tmp_path: Path, laid: list[int], grid: object) -> None:
    first, again = (zoning.coverage(SHAPES, grid, workdir=tmp_path / "kept") for _ in range(2))
    assert laid == [3]
    same(again, first)
    same(first, zoning.coverage(SHAPES, grid))
    frame = gpd.GeoDataFrame({"geometry": SHAPES.to_numpy()}, index=SHAPES.index, crs=CRS)
    same(zoning.coverage(frame, grid, workdir=tmp_path / "kept"), first)
    assert laid == [3]


def test_the_key_follows_all_that_changes_numbers(monkeypatch) -> None:
    west = Grid(CRS, Affine(30, 0, np.nextafter(500_000, 0), 0, -30, 2_750_000), GRID.shape)
    swapped = SHAPES.iloc[[1, 0, 2]]
    hole_as_part = gpd.GeoSeries([shapely.MultiPolygon([shapely.Polygon(SHAPES.iloc[0].exterior)])], crs=CRS)
    vertex = SHAPES.copy()
    vertex.iloc[0] = shapely.transform(SHAPES.iloc[0], lambda xy: np.nextafter(xy, np.inf))
    keys = [
        coverage_key(SHAPES, GRID, 50.0),
        coverage_key(SHAPES, west, 50.0),
        coverage_key(SHAPES, Grid(CRS, GRID.transform, (50, 40)), 50.0),
        coverage_key(SHAPES, Grid("EPSG:4548", GRID.transform, GRID.shape), 50.0),
        coverage_key(SHAPES.set_crs("EPSG:4548", allow_override=True), GRID, 50.0),
        coverage_key(SHAPES, GRID, np.nextafter(50.0, 0)),
        coverage_key(swapped, GRID, 50.0),
        coverage_key(SHAPES.reset_index(drop=True), GRID, 50.0),
        coverage_key(vertex, GRID, 50.0),
        coverage_key(SHAPES.iloc[:0], GRID, 50.0),
        coverage_key(SHAPES.iloc[:1].reset_index(drop=True), GRID, 50.0),
        coverage_key(hole_as_part, GRID, 50.0),
        coverage_key(SHAPES, curved(), 50.0),
    ]
    monkeypatch.setattr(laying, "KERNELS", KERNELS + 1)
    keys.append(coverage_key(SHAPES, GRID, 50.0))
    assert len(set(keys)) == len(keys)


def test_the_key_of_what_cannot_be_laid_is_an_error() -> None:
    with pytest.raises(CrsError, match="no coordinate system"):
        coverage_key(SHAPES.set_crs(None, allow_override=True), GRID, 50.0)
    with pytest.raises(GeometryError, match="not polygons: 1"):
        coverage_key(gpd.GeoSeries([None, shapely.Point(1, 2)], crs=CRS), GRID, 50.0)


def test_invalid_polygons_are_refused_and_not_kept(tmp_path: Path) -> None:
    bow = gpd.GeoSeries([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], crs=CRS)
    for _ in range(2):
        with pytest.raises(GeometryError, match="invalid"):
            zoning.coverage(bow, GRID, workdir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_under_another_name_is_not_taken(tmp_path: Path, laid: list[int]) -> None:
    zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    moved = SHAPES.translate(7.5)
    kept(tmp_path).rename(tmp_path / f"{coverage_key(moved, GRID, zoning.crs.DENSIFY)}.coverage")
    same(zoning.coverage(moved, GRID, workdir=tmp_path), coverage(moved, GRID))
    assert len(laid) == 2


@pytest.mark.parametrize("harm", ["cut", "empty", "foreign", "folder", "pipe", "dangling", "sparse", "forged"])
def test_what_stands_in_the_place_of_a_file_harms_nobody(tmp_path: Path, laid: list[int], harm: str) -> None:
    zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    place = kept(tmp_path)
    content = place.read_bytes()
    place.unlink()
    if harm == "folder":
        place.mkdir()
    elif harm == "pipe":
        os.mkfifo(place)
    elif harm == "dangling":
        place.symlink_to(tmp_path / "nowhere")
    elif harm == "sparse":
        with place.open("wb") as out:
            out.write(b"zoning coverage\n")
            out.truncate(1 << 42)
    elif harm == "forged":
        place.write_bytes(content)
        rewritten(place, HARM["a cell outside of the grid"])
    else:
        place.write_bytes({"cut": content[:-1], "empty": b"", "foreign": b"PK\x03\x04" + content}[harm])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        again = zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    same(again, coverage(SHAPES, GRID))
    assert len(laid) == 2
    assert len(said) == (harm == "folder")
    if harm != "folder":
        zoning.coverage(SHAPES, GRID, workdir=tmp_path)
        assert len(laid) == 2, "a sound file took its place"
        assert place.is_file()
        assert not place.is_symlink()


class Failing:
    """A file whose first bytes are written and whose others are not."""

    def __init__(self, out, error: int) -> None:
        self.out, self.error = out, error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.out.close()

    def writelines(self, parts: list[bytes]) -> None:
        self.out.write(parts[0])
        raise OSError(self.error, os.strerror(self.error))


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_full_disk_is_said_once_and_stops_nothing(tmp_path: Path, laid: list[int], monkeypatch, error: int) -> None:
    opened = Path.open

    def open_failing(self, mode="r", *more, **named):
        out = opened(self, mode, *more, **named)
        return Failing(out, error) if mode == "xb" else out

    monkeypatch.setattr(Path, "open", open_failing)
    store = Laying(store=CoverageFolder(tmp_path))
    layers = [SHAPES, SHAPES.translate(1.0), SHAPES.translate(2.0)]
    with pytest.warns(RuntimeWarning, match=os.strerror(error)) as said:
        found = [store.cover(shapes, GRID) for shapes in layers]
    for cover, shapes in zip(found, layers, strict=True):
        same(cover, coverage(shapes, GRID))
    assert len(said) == 1
    assert "不能写入" in str(said[0].message)
    assert not list(tmp_path.iterdir()), "what was begun is removed"
    assert len(laid) == 3


def test_a_limit_of_the_system_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import resource, sys, warnings\n"
        "import tests.cases.test_saved_coverages_cases as cases, zoning\n"
        "warnings.simplefilter('always')\n"
        "expected = cases.coverage(cases.SHAPES, cases.GRID)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))\n"
        "cases.same(zoning.coverage(cases.SHAPES, cases.GRID, workdir=sys.argv[1]), expected)\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("RuntimeWarning") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["file", "below a file", "pipe"])
def test_a_folder_that_cannot_be_made_is_said_once(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    with pytest.warns(RuntimeWarning, match="cannot be written") as said:
        cover = zoning.coverage(SHAPES, GRID, workdir=tmp_path / place.replace("below a file", "file/folder"))
    assert len(said) == 1
    same(cover, coverage(SHAPES, GRID))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_read(tmp_path: Path, laid: list[int]) -> None:
    zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    tmp_path.chmod(0o500)
    try:
        zoning.coverage(SHAPES, GRID, workdir=tmp_path)
        assert len(laid) == 1
        with pytest.warns(RuntimeWarning, match="Permission denied"):
            zoning.coverage(SHAPES.translate(1.0), GRID, workdir=tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    def stopped(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_killed_process_leaves_a_partial_file_that_is_swept_later(tmp_path: Path, laid: list[int]) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "import tests.cases.test_saved_coverages_cases as cases, zoning\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "zoning.coverage(cases.SHAPES, cases.GRID, workdir=sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=False)
    assert done.returncode < 0
    (partial,) = tmp_path.iterdir()
    assert partial.name.endswith(".partial")
    same(zoning.coverage(SHAPES, GRID, workdir=tmp_path), coverage(SHAPES, GRID))
    assert len(laid) == 1
    assert partial.exists(), "it may belong to a process that is at work"
    old = time.time() - 7200
    os.utime(partial, (old, old))
    (tmp_path / "my notes.partial").write_text("x")
    os.utime(tmp_path / "my notes.partial", (old, old))
    zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".coverage", ".partial"}
    assert not partial.exists()
    assert (tmp_path / "my notes.partial").exists()


def put_and_get(folder: str) -> int:
    store, expected, bad = CoverageFolder(folder), coverage(SHAPES, GRID), 0
    for _ in range(60):
        store.put("k", expected)
        found = store.get("k", SHAPES, GRID)
        bad += found is None or found.fraction.tobytes() != expected.fraction.tobytes()
    return bad


def test_processes_that_write_the_same_key_do_not_meet(tmp_path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        assert pool.map(put_and_get, [str(tmp_path)] * 2) == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["k.coverage"]


def test_labels_and_grid_come_from_who_asks() -> None:
    store = MemoryStore()
    store.put("k", coverage(SHAPES, GRID))
    other = store.get("k", SHAPES.set_axis([7, 8, 9]), GRID)
    assert other is not None
    assert other.index.tolist() == [7, 8, 9]


def test_a_file_of_a_working_folder_cannot_be_loaded_by_hand(tmp_path: Path) -> None:
    zoning.coverage(SHAPES, GRID, workdir=tmp_path)
    with pytest.raises(InputError, match="belongs to a working folder"):
        load_coverage(kept(tmp_path))


def test_the_version_of_the_kernels_stands_for_their_bits() -> None:
    # IEEE arithmetic alone, no projection: the same on any machine. If this digest changes, so do numbers: raise
    # zoning.overlay.kernels.KERNELS, so that no coverage kept before is taken for one of now, and put both here.
    state, numbers = 1, []
    for _ in range(600):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        numbers.append((state >> 11) / 2**53)
    triangles = np.array(numbers).reshape(-1, 3, 2) * np.geomspace(1e-3, 5, 100)[:, None, None]
    layer = gpd.GeoSeries([shapely.Polygon(corners) for corners in triangles], crs=CRS)
    cover = coverage(layer, Grid(CRS, Affine(0.05, 0, 0, 0, -0.05, 5), (100, 100)))
    digest = hashlib.sha256()
    for name in ARRAYS:
        digest.update(getattr(cover, name).tobytes())
    assert (KERNELS, digest.hexdigest()[:16]) == (2, "b3cbd423882fd904")
