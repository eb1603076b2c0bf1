"""Polygons out of files for the overlay: labels, systems, and what cannot be read."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from zoning.errors import CrsError, GeometryError, InputError
from zoning.io.polygons import read_polygons
from zoning.overlay import WkbPolygons, coverage
from zoning.supports import Grid

GRID = Grid("EPSG:4549", (1.0, 0, 0, 0, -1.0, 3.0), (3, 4))


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 2, 1.5), shapely.box(2, 0, 3.5, 3), None]
    return gpd.GeoDataFrame({"name": ["甲", "乙", "丙"]}, geometry=shapes, crs="EPSG:4549")


def test_a_geoparquet_gives_the_cells_of_its_shapes(tmp_path, units):
    coded = units.set_index(pd.Index(["ZH1", "ZH2", "ZH3"], name="code"))
    coded.to_parquet(tmp_path / "units.parquet")
    found = read_polygons(tmp_path / "units.parquet")
    assert isinstance(found, WkbPolygons)
    laid = coverage(found, GRID)
    assert laid.index.tolist() == ["ZH1", "ZH2", "ZH3"]
    assert laid.cells.tolist() == [3.0, 4.5, 0.0]
    assert (laid.to_sparse() != coverage(coded, GRID).to_sparse()).nnz == 0


def test_rows_are_numbered_where_no_index_is_stored(tmp_path, units):
    units.to_parquet(tmp_path / "units.parquet", index=False)
    assert coverage(read_polygons(tmp_path / "units.parquet"), GRID).index.tolist() == [0, 1, 2]


def test_several_row_groups_and_an_empty_layer(tmp_path, units):
    many = pd.concat([units] * 40, ignore_index=True)
    many.to_parquet(tmp_path / "many.parquet", row_group_size=7)
    assert np.array_equal(coverage(read_polygons(tmp_path / "many.parquet"), GRID).cells, [3.0, 4.5, 0.0] * 40)
    units[:0].to_parquet(tmp_path / "none.parquet")
    assert len(coverage(read_polygons(tmp_path / "none.parquet"), GRID)) == 0


def test_native_arrow_shapes_are_read_as_well(tmp_path, units):
    units[:2].to_parquet(tmp_path / "units.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    assert coverage(read_polygons(tmp_path / "units.parquet"), GRID).cells.tolist() == [3.0, 4.5]


def test_a_layer_of_a_geopackage_can_be_named(tmp_path, units):
    for layer in ("units", "others"):
        units[:2].to_file(tmp_path / "all.gpkg", layer=layer)
    assert coverage(read_polygons(f"{tmp_path / 'all.gpkg'}#units"), GRID).cells.tolist() == [3.0, 4.5]
    with pytest.raises(InputError, match="units、others"):
        read_polygons(tmp_path / "all.gpkg")


def _with_geo(path, change):
    """Write a GeoParquet again with other words about its geometry."""
    table = pq.read_table(path)
    stored = dict(table.schema.metadata)
    about = json.loads(stored[b"geo"])
    change(about["columns"]["geometry"])
    stored[b"geo"] = json.dumps(about).encode()
    pq.write_table(table.replace_schema_metadata(stored), path)


def test_a_system_that_is_unknown_is_refused_and_one_not_named_is_longitude_and_latitude(tmp_path, units):
    path = tmp_path / "units.parquet"
    units.to_parquet(path)
    _with_geo(path, lambda column: column.update(crs=None))
    with pytest.raises(CrsError):
        read_polygons(path)
    _with_geo(path, lambda column: column.pop("crs"))
    assert read_polygons(path).crs.is_geographic


def test_shapes_that_are_no_polygons_and_bytes_that_are_none_are_named(tmp_path):
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)], crs="EPSG:4549")
    lines.to_parquet(tmp_path / "lines.parquet")
    with pytest.raises(GeometryError, match="不是面：0"):
        coverage(read_polygons(tmp_path / "lines.parquet"), GRID)
    table = pq.read_table(tmp_path / "lines.parquet")
    broken = [table["geometry"][1].as_py(), table["geometry"][1].as_py()[:-8]]
    pq.write_table(table.set_column(0, table.schema.field("geometry"), [broken]), tmp_path / "broken.parquet")
    with pytest.raises(GeometryError, match="损坏：1"):
        coverage(read_polygons(tmp_path / "broken.parquet"), GRID)


def test_files_that_are_missing_or_damaged_are_errors_of_ours(tmp_path, units):
    with pytest.raises(InputError):
        read_polygons(tmp_path / "missing.parquet")
    units.to_parquet(tmp_path / "units.parquet")
    content = (tmp_path / "units.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[:-40])
    with pytest.raises(InputError):
        read_polygons(tmp_path / "cut.parquet")


def test_a_layer_that_unpacks_to_too_much_is_refused(tmp_path, units, monkeypatch):
    units.to_parquet(tmp_path / "units.parquet")
    monkeypatch.setattr("zoning.io.read.guard.numbers", lambda _: {"vertices": 5.0, "file_bytes": 1e9})
    with pytest.raises(InputError):
        read_polygons(tmp_path / "units.parquet")
