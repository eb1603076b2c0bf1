"""A cluster on this machine adds up the very bits that this process does: tasks are sent paths, not arrays."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import distributed, geopandas as gpd, numpy as np, rasterio, shapely, zoning
from rasterio.transform import from_origin
from zoning.synthetic import patchwork

if __name__ == "__main__":
    path = sys.argv[1] + "/co2.tif"
    values = np.random.default_rng(1).random((3, 90, 80)).astype("float32")
    values[0, 10:20, 5:9] = np.nan
    about = dict(driver="GTiff", width=80, height=90, count=3, dtype="float32", crs="EPSG:4490", nodata=np.nan,
                 tiled=True, blockxsize=16, blockysize=16, compress="deflate")
    with rasterio.open(path, "w", transform=from_origin(118, 25, 0.01, 0.01), **about) as out:
        out.write(values)
    units = patchwork(40, 60, (118.0, 24.1, 118.8, 25.0))
    cover = zoning.coverage(units, path)
    here = [cover.total(path), cover.mean(path, memory=20_000), cover.variance(path), cover.quantile(path, 0.5)]
    settings = dict(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster) as client:
        there = [cover.total(path, executor=client), cover.mean(path, executor=client, memory=20_000),
                 cover.variance(path, executor=client), cover.quantile(path, 0.5, executor=client)]
    assert all(one.equals(other) for one, other in zip(here, there, strict=True))
    print("same bits", here[0].shape)
"""


def test_a_cluster_gives_the_same_bits(tmp_path):
    (tmp_path / "cluster.py").write_text(SCRIPT, encoding="utf-8")
    call = [sys.executable, str(tmp_path / "cluster.py"), str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "same bits (40, 3)" in done.stdout
