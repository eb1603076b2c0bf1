"""Sheets of the atlas beside plain pictures of the same units by matplotlib, in one table of pytest-benchmark.

A sheet of ours has frame, grid, scale, legend and margin, and is bound; a picture of theirs is a coloured layer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from pyproj import CRS

from zoning.atlas.book import Edition, make_parts, write_book
from zoning.atlas.model import Imprint, Plate
from zoning.cartography import Areas, Entry, Panel
from zoning.symbology import packaged_look

_SIDE, _SHEETS = 20, 12
_KINDS = tuple(Entry(name, f"第{name}类", fill, "#303030") for name, fill in (("1", "#F0A000"), ("2", "#70A0D0")))
_IMPRINT = Imprint(
    study="示例市", title="示例市图集", mark="示例数据", compiler="", date="", version="", status="草案", approval="",
    edition="内部版", crs="CGCS2000", sign_off=(), warnings=(), lang="zh",
)  # fmt: skip


@pytest.fixture(scope="module")
def squares() -> gpd.GeoDataFrame:
    places = np.arange(_SIDE * _SIDE)
    west, south = (places % _SIDE) * 1000.0, (places // _SIDE) * 1000.0
    shapes = shapely.box(west, south, west + 1000, south + 1000)
    return gpd.GeoDataFrame({"kind": [str(1 + place % 2) for place in places]}, geometry=shapes, crs="EPSG:4549")


def _ours(squares: gpd.GeoDataFrame, folder: Path) -> None:
    layer = Areas(theme="t", title="主题", shapes=squares.geometry.to_numpy(), keys=tuple(squares["kind"]),
                  entries=_KINDS)  # fmt: skip
    extent = (0.0, 0.0, _SIDE * 1000.0, _SIDE * 1000.0)
    panel = Panel(layers=(layer,), crs=CRS.from_epsg(4549), extent=extent, title="")
    plates = [Plate(id=f"s{n}", group="组", title=f"图 {n}", panels=(panel,)) for n in range(_SHEETS)]
    edition = Edition(imprint=_IMPRINT, look=packaged_look(), work=folder)
    parts, _ = make_parts(plates, edition, _SHEETS)
    write_book(folder / "atlas.pdf", parts, (), edition)


def _theirs(squares: gpd.GeoDataFrame, folder: Path) -> None:
    with PdfPages(folder / "plain.pdf") as pages:
        for number in range(_SHEETS):
            figure = Figure(figsize=(16.5, 11.7))
            axes = figure.add_subplot()
            squares.plot(column="kind", ax=axes, legend=True)
            axes.set_title(f"sheet {number}")
            pages.savefig(figure)


@pytest.mark.benchmark(group=f"{_SHEETS} sheets")
@pytest.mark.parametrize("make", [_ours, _theirs], ids=["atlas", "gdf.plot"])
def test_sheets(
    benchmark: Callable[..., object],
    squares: gpd.GeoDataFrame,
    tmp_path_factory: pytest.TempPathFactory,
    make: Callable[[gpd.GeoDataFrame, Path], None],
) -> None:
    def setup() -> tuple[tuple[gpd.GeoDataFrame, Path], dict[str, object]]:
        return (squares, tmp_path_factory.mktemp("atlas")), {}  # a folder of its own: parts are not used again

    benchmark.pedantic(make, setup=setup, rounds=3)
