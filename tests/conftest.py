"""What all floors share: the real data folder, a run of the example city, and no network."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# How long an example takes says something of the machine and nothing of the law. On a machine that only judges the same
# examples are drawn every time, so that a failure there can be made again; new ones are drawn everywhere else.
settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("house")


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Nothing may reach out: a connection is a fault of the test."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("a test tried to open a network connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real 晋江 data; its files are held against their sha256 once a session."""
    folder = Path(os.environ.get("ZONING_REAL_DATA", ROOT.parent / "shared" / "data"))
    manifest = folder / "jinjiang" / "MANIFEST.csv"
    if not manifest.is_file():
        pytest.skip(f"real data not found in {folder} (set ZONING_REAL_DATA)")
    with manifest.open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            path = folder / "jinjiang" / row["path"]
            if path.is_file() and path.suffix in (".tif", ".xlsx", ".gpkg", ".geojson", ".dbf", ".shp", ".docx"):
                assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"], f"{row['path']} was changed"
    return folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory) -> Path:
    """A copy of the bundled example city that a test may break."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder)
    return folder


@pytest.fixture(scope="session")
def demo_result():
    """The example city, run once."""
    import zoning

    return zoning.run(zoning.read_study(ROOT / "data" / "demo" / "study.toml"))


@pytest.fixture(scope="session")
def demo_inventory_result():
    """The example city with its department tables, run once."""
    import zoning

    return zoning.run(zoning.read_study(ROOT / "data" / "demo" / "inventory.toml"))
