"""A synthetic region as a complete study folder, in the formats and dialects that planners hand in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
from numpy.typing import NDArray

from zoning.io.write.department_tables import write_tables
from zoning.io.write.example_lists import CLASS_ZH, write_lists
from zoning.supports import Grid
from zoning.synthetic import SyntheticRegion, region
from zoning.synthetic.departments import Faults, departments, world_of
from zoning.synthetic.grids import ALTERNATIVE
from zoning.synthetic.layout import PROVINCE
from zoning.synthetic.settings import WRITTEN
from zoning.synthetic.study_text import ZONE_FILES, raster_name, readme_text, study_text
from zoning.synthetic.zones import to_degrees, zone_word

__all__ = ["NATION_UNITS", "write_demo", "write_nation", "write_region"]

_NODATA = -9999.0
_NOTE = "示例数据，虚构，非官方成果"
_ELEMENT_ZH = {"air": "大气", "energy": "能源", "water": "水", "ecology": "生态"}
_ZONE_CODES = {
    # dialect B of zone layers: each element has headers of its own
    "air": ("DQHJGKFQBM", "DQHJGKFQMC"),
    "energy": ("HJYSGKFQBM", "HJYSGKFQMC"),
    "water": ("SHJGKFQBM", "SHJGKFQMC"),
    "ecology": ("STHJYSGKFQBM", "STHJZHGKFQMC"),
}
DEMO_UNITS, DEMO_SEED = 80, 1
# every fault that leaves an enterprise's tonnes and place to be known: the inventory gives the emitters of the points
_DEMO_FAULTS = Faults(
    **{
        name: 2 if name in {"permit_only", "gcj02_declared", "gcj02_undeclared"} else 1
        for name in Faults().counts
        if name not in {"branch", "other_year"}  # branch plants there are; a row of another year would hide pollutants
    },
    balance_gap=0.018,
)
NATION_UNITS = 44_604
_NATION_KM2 = 215.0
_BELT_M = 270_000.0  # width of a 3-degree belt: units of a wider region are written in degrees
_TILED_CELLS = 1_000_000  # larger grids are written in tiles, in single precision
_TILE = 512


def write_demo(folder: str | Path) -> Path:
    """Write the bundled example city with a README into a folder; return the path of its ``study.toml``."""
    city = region(units=DEMO_UNITS, seed=DEMO_SEED)
    study = write_region(city, folder)
    made = departments(world_of(city), _DEMO_FAULTS, DEMO_SEED)
    write_tables(made, study.parent / "departments")
    (study.parent / "inventory.toml").write_text(study_text(city, _NOTE, made), encoding="utf-8")
    (study.parent / "README.md").write_text(readme_text(DEMO_UNITS, DEMO_SEED), encoding="utf-8")
    return study


def write_nation(folder: str | Path, *, units: int = NATION_UNITS, seed: int = DEMO_SEED, cell: float = 0.01) -> Path:
    """Write a study of the size of a whole country into a folder: what speed and memory are measured on.

    Parameters
    ----------
    folder : path
        Made if it is not there.
    units : int
        Control units, of 215 km² on average as in 全国 (44,604 of them on 9.6 million km²).
    seed : int
        Draws everything.
    cell : float
        Cell of the emission grids, degrees; 0.01 is about 1 km.

    Returns
    -------
    Path
        Its ``study.toml``.
    """
    return write_region(region(units=units, seed=seed, unit_km2=_NATION_KM2, cell=cell), folder)


def write_region(city: SyntheticRegion, folder: str | Path, *, mark: bool = True) -> Path:
    """Write a region as a study folder and return the path of its ``study.toml``.

    Units go to a GBK shapefile (EPSG:4549; of a region wider than its belt EPSG:4490), zones to GeoJSON and GeoPackage
    (EPSG:4490), grids to GeoTIFF, emitters and tables to CSV, lists to xlsx and docx, the planted answers to
    ``truth.json``.
    The same region gives the same bytes with the same versions of the writing libraries.

    Parameters
    ----------
    city : SyntheticRegion
        What :func:`zoning.synthetic.region` returned.
    folder : path
        Made if it is not there; files of the same name are replaced.
    mark : bool
        True writes 示例 into titles, notes and remarks, and ``example = true`` into the study.
    """
    root = Path(folder)
    note = _NOTE if mark else ""
    for part in ("units", "zones", "emissions", "points"):
        (root / part).mkdir(parents=True, exist_ok=True)
    with _fixed_date():
        _write_units(city, root, note)
        for element in ZONE_FILES:
            _write_zones(city, element, root, note)
    _write_grids(city, root, note)
    _write_points(city, root, note)
    _write_tables(city, root)
    write_lists(city, root, note)
    planted = city.truth.as_dict() | {
        "list_faults": city.list_faults,
        "list_changes": {"matches": city.later.matches, "revised": city.later.revised},
        "comments": city.comments["target"].tolist(),
    }
    truth = json.dumps(planted, ensure_ascii=False, indent=1, sort_keys=True)
    (root / "truth.json").write_text(truth + "\n", encoding="utf-8")
    study = root / "study.toml"
    study.write_text(study_text(city, note), encoding="utf-8")
    return study


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Let GDAL stamp GeoPackages with our day instead of now."""
    key = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(key)
    pyogrio.set_gdal_config_options({key: f"{WRITTEN}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({key: before})


def _write_units(city: SyntheticRegion, root: Path, note: str) -> None:
    frame = city.units.frame
    west, _, east, _ = frame.total_bounds
    degrees = "EPSG:4490" if east - west > _BELT_M else ""
    layer = gpd.GeoDataFrame(
        {
            "HJGKDYBM": frame["code"],
            "HJGKDYMC": frame["name"],
            "PROVINCE": frame["province"],
            "CITY": frame["city"],
            "COUNTY": frame["county"],
            "GKDYFL": frame["unit_class"].map(CLASS_ZH),
            "YSXL": frame["subtypes"],
            "MJ": frame["declared_area_km2"],
            "REMARKS": note,
        },
        geometry=to_degrees(frame.geometry.to_numpy()) if degrees else frame.geometry.to_numpy(),
        crs=degrees or frame.crs,
    )
    path = root / f"units/HJGKDY_{city.admin_code}.shp"
    options = {"DBF_DATE_LAST_UPDATE": WRITTEN, "RESIZE": "YES"}
    pyogrio.write_dataframe(layer, path, driver="ESRI Shapefile", encoding="GBK", layer_options=options)


def _write_zones(city: SyntheticRegion, element: str, root: Path, note: str) -> None:
    frame = city.zones[element].frame
    code, name = _ZONE_CODES[element]
    columns: dict[str, object] = {code: frame["code"], name: frame["name"], "PROV": PROVINCE, "CITY": city.name}
    columns |= {"AREA": frame["county"], "HJYS": _ELEMENT_ZH[element], "YSXL": frame["subtype"].map(zone_word)}
    if element == "energy":
        columns["RLLB"] = frame["fuel_class"]
    # one platform exports a header that ends with a line break, so the example does it too
    columns["GKFQFL\n" if element == "air" else "GKFQFL"] = (
        frame["code"].str[8].map({"1": "优先保护区", "2": "重点管控区", "3": "一般管控区"})
    )
    layer = gpd.GeoDataFrame(columns | {"REMARK": note}, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    path = root / ZONE_FILES[element]
    path.unlink(missing_ok=True)
    if path.suffix == ".geojson":
        pyogrio.write_dataframe(layer, path, driver="GeoJSON", layer_options={"COORDINATE_PRECISION": 9})
    else:
        pyogrio.write_dataframe(layer, path, driver="GPKG", layer=path.stem)


def _write_grids(city: SyntheticRegion, root: Path, note: str) -> None:
    for one in city.grids.fields:
        kind = "float32" if one.series == ALTERNATIVE else "float64"
        path = root / raster_name(one.species, one.sector, one.series)
        _write_raster(path, cast("Grid", one.grid), one.values(), kind, note)  # a made-up grid is regular
    _write_raster(root / raster_name("CO2", "total"), city.grids.grid, city.grids.total_co2, "float64", note)


def _write_raster(path: Path, grid: Grid, values: NDArray[np.float64], kind: str, note: str) -> None:
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": grid.shape[1],
        "height": grid.shape[0],
        "count": 1,
        "dtype": kind,
    }
    profile |= {"crs": grid.crs, "transform": grid.transform, "nodata": _NODATA, "compress": "deflate", "predictor": 3}
    if values.size > _TILED_CELLS:
        tiles = {"tiled": True, "blockxsize": _TILE, "blockysize": _TILE, "num_threads": "all_cpus"}
        profile |= {"dtype": "float32"} | tiles
    with rasterio.open(path, "w", **profile) as target:
        target.write(np.where(np.isnan(values), _NODATA, values).astype(profile["dtype"]), 1)
        target.set_band_unit(1, "t")
        target.update_tags(DESCRIPTION=note)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _write_points(city: SyntheticRegion, root: Path, note: str) -> None:
    frame = city.emitters.frame
    table = pd.DataFrame(
        {
            "企业编号": frame["emitter"],
            "企业名称": frame["name"],
            "行业代码": frame["industry"],
            "部门": frame["sector"].map({"power": "电力", "industry": "工业"}),
            "燃料": frame["fuel_zh"],
            "消耗量": frame["activity"],
            "消耗量单位": frame["activity_unit"],
            "年份": frame["year"],
            "经度": frame.geometry.x,
            "纬度": frame.geometry.y,
            "是否已含于格网": frame["in_grid"].map({"yes": "是", "no": "否"}),
            **{species: frame[species] for species in city.emitters.species},
            "备注": note,
        }
    )
    _write_csv(table, root / "points/enterprises.csv")


def _write_tables(city: SyntheticRegion, root: Path) -> None:
    _write_csv(city.targets, root / "targets.csv")
    _write_csv(city.overrides, root / "overrides.csv")
    headers = {
        "code": "项目代码", "name": "项目名称", "firm": "建设单位", "industry": "行业代码", "lon": "经度",
        "lat": "纬度", "nature": "建设性质", "status": "状态", "year": "拟投产年", "co2_t": "直接碳排放量(tCO2)",
        "note": "备注",
    }  # fmt: skip
    _write_csv(city.projects[list(headers)].rename(columns=headers), root / "projects.csv")
