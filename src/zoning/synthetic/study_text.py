"""The words of a study folder: ``study.toml`` with its comments, and the README of the example city."""

from __future__ import annotations

from zoning.synthetic.grids import ALTERNATIVE, SECTORS
from zoning.synthetic.region import SyntheticRegion

__all__ = ["ZONE_FILES", "raster_name", "readme_text", "study_text"]

ZONE_FILES = {
    "air": "zones/air_zones.geojson",
    "energy": "zones/energy_no_burn.gpkg",
    "water": "zones/water_zones.gpkg",
    "ecology": "zones/ecology_zones.gpkg",
}


def raster_name(species: str, sector: str, series: str = "primary") -> str:
    """Return the path of a raster inside the study folder."""
    prefix = "" if series == "primary" else f"{series}_"
    return f"emissions/{prefix}{species.replace('.', '')}_{sector}.tif"


def study_text(city: SyntheticRegion, note: str) -> str:
    """Return the text of ``study.toml``, with comments that say what each part is for."""
    head = _STUDY_HEAD.format(city=city, note=note, example="true" if note else "false")
    zones = "".join(_STUDY_ZONES.format(element=element, path=path, note=note) for element, path in ZONE_FILES.items())
    blocks = []
    for species in city.emitters.species:
        sectors = ", ".join(f'{sector} = "{raster_name(species, sector)}"' for sector in SECTORS)
        first = next(one for one in city.grids.fields if one.species == species)
        total = f'total = "{raster_name("CO2", "total")}"    # 合计栅格：只用来核对各部门之和，不参与相加\n'
        block = _STUDY_GRID.format(one=first, sectors=sectors, note=note, series="primary", proxy=first.proxy)
        blocks.append(block + (total if species == "CO2" else ""))
    other = next(one for one in city.grids.fields if one.series == ALTERNATIVE)
    path = f'industry = "{raster_name(other.species, other.sector, other.series)}"'
    blocks.append(_STUDY_GRID.format(one=other, sectors=path, note=note, series=ALTERNATIVE, proxy=other.proxy))
    return head + zones + "".join(blocks) + _STUDY_TAIL.format(note=note)


def readme_text(units: int, seed: int) -> str:
    """Return the README of the example city: everything is invented, by which seed, and how to make it again."""
    return _README.format(units=units, seed=seed)


_STUDY_HEAD = """\
# {city.name}：{note}
# 路径都相对于本文件。改动本文件后先运行 zoning check study.toml。

[study]
name = "{city.name}减污降碳协同示例"
admin_code = "{city.admin_code}"        # 虚构代码，不对应任何地方
admin_name = "{city.name}"
seed = {city.seed}                    # 随机种子，写入 run.json
example = {example}                # true：每份成果都印“示例数据”
compiler = "{city.name}（示例编制单位）"

[years]
base = 2020                   # 基准年
near = 2025                   # 近期
outlook = 2035                # 远景展望

[units]                       # 环境管控单元：GBK 编码的 shapefile（有 .cpg），CGCS2000 三度带
path = "units/HJGKDY_{city.admin_code}.shp"
source = "{note}"
version = "示例-1"
"""
_STUDY_ZONES = """
[[zones]]
element = "{element}"
path = "{path}"
source = "{note}"
"""
_STUDY_GRID = """
[[emissions]]
species = "{one.species}"
mass_basis = "{one.basis}"           # 以哪种物质的质量计，没有默认值
unit = "t"
kind = "total"                # 每个像元的总量
year = {one.year}
series = "{series}"
origin = "X"                  # 点源之外的部分按代用量分配；点源见 [points]
proxy = "{proxy}"
comparable_with_target = true
source = "{note}"
sectors = {{ {sectors} }}
"""
_STUDY_TAIL = """
[points]                      # 企业 × 燃料（或工艺），吨/年
path = "points/enterprises.csv"
crs = "EPSG:4490"
in_grid = "column"            # 逐行说明是否已含于格网：是的，先从所在像元扣除
source = "{note}"

[targets]                     # 市、县（区）目标，属于区域，不摊到单元
path = "targets.csv"
source = "{note}"

[projects]                    # 在建、拟建项目
path = "projects.csv"
crs = "EPSG:4490"
source = "{note}"

[access_list]                 # 准入清单：单元清单和全市总体清单
unit = "access_list.xlsx"
city = "access_list_city.xlsx"
version = "示例-1"

[overrides]                   # 规划人员的调整：谁、何时、为何
path = "overrides.csv"
source = "{note}"
"""
_README = """\
# 示例滨海市 · the example city

**本文件夹里的一切都是示例数据，由程序虚构，不是任何地方的真实资料或官方成果。**
城市、区县、乡镇、企业、清单条款、目标和数字均不存在；行政区划代码以 99 开头，不属于任何省；坐标落在外海，只为投影能算。
排放因子中的二氧化碳因子来自软件所带的表（注明来源），污染物因子是虚构的。

- 由 `zoning.synthetic.region(units={units}, seed={seed})` 生成，随机种子 {seed}。
- 重新生成：`python -c "from zoning.io.write.example import write_demo; write_demo('data/demo')"`
- `truth.json` 是生成时埋设的答案（在引擎运行之前写下），不是运行的输入。

**Everything in this folder is example data, invented by a program; nothing of it is real or official.**
City, counties, towns, enterprises, clauses, targets and numbers do not exist; the area codes begin with 99, which
belongs to no province; the coordinates lie in the open sea, only so that projections work. CO2 factors come from the
table in the package (with its source), pollutant factors are invented.

- Made by `zoning.synthetic.region(units={units}, seed={seed})`, random seed {seed}.
- To make it again: `python -c "from zoning.io.write.example import write_demo; write_demo('data/demo')"`
- `truth.json` holds the answers planted by the generator, written before any engine ran; it is no input of a run.

| file | what |
|---|---|
| `study.toml` | the study 研究文件 |
| `units/` | control units 管控单元 (shapefile, GBK, EPSG:4549) |
| `zones/` | air, no-burn, water, ecology zones 要素分区 (GeoJSON, GeoPackage, EPSG:4490) |
| `emissions/` | t per cell and year 排放格网 (GeoTIFF, EPSG:4490) |
| `points/` | enterprises 企业 |
| `targets.csv`, `projects.csv`, `overrides.csv` | targets, planned projects, overrides 目标、项目、调整 |
| `access_list.xlsx`, `access_list_city.xlsx` | access lists 准入清单 |
| `truth.json` | planted answers 埋设的答案 |
"""
