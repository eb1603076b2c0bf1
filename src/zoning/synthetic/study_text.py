"""The words of a study folder: ``study.toml`` with its comments, and the README of the example city."""

from __future__ import annotations

from zoning.synthetic.departments import Departments
from zoning.synthetic.emitters import SERIES
from zoning.synthetic.grids import ALTERNATIVE, SECTORS
from zoning.synthetic.region import SyntheticRegion

__all__ = ["ZONE_FILES", "inventory_text", "raster_name", "readme_text", "study_text"]

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


def study_text(city: SyntheticRegion, note: str, departments: Departments | None = None) -> str:
    """Return the text of a study file, with comments that say what each part is for.

    Emitters come from the points table, or, where ``departments`` is given, from those tables in ``departments/``.
    """
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
    located = _located(departments, note) if departments else _STUDY_POINTS.format(note=note)
    text = head + zones + "".join(blocks) + located + _STUDY_TAIL.format(note=note)
    return text.replace("见 [points]", "见 [inventory]") if departments else text


def _located(made: Departments, note: str) -> str:
    """Return the block of department tables; the enterprises that no grid contains are named."""
    firms = made.world.enterprises
    outside = ", ".join(f'"{code}"' for code in firms.loc[firms["in_grid"] == "no", "code"])
    return _INVENTORY.format(in_grid="yes", not_in_grid=f"[{outside}]", series=SERIES) + _tables(
        made, "departments/", note
    )


def _tables(made: Departments, folder: str, note: str) -> str:
    blocks = []
    for file in made.files:
        encoding = f'encoding = "{file.encoding}"\n' if file.encoding == "GBK" else ""
        year = f"year = {made.world.year}\n" if file.kind in _UNDATED else ""
        path = f"{folder}{file.name}"
        blocks.append(_INVENTORY_TABLE.format(kind=file.kind, path=path, encoding=encoding, year=year, note=note))
    return "".join(blocks)


def inventory_text(made: Departments) -> str:
    """Return a study file with nothing but units and department tables."""
    head = _INVENTORY_HEAD.format(world=made.world)
    text = _INVENTORY.format(in_grid="unknown", not_in_grid="[]", series=SERIES)
    return head + text + _tables(made, "", _INVENTED)


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
_STUDY_POINTS = """
[points]                      # 企业 × 燃料（或工艺），吨/年
path = "points/enterprises.csv"
crs = "EPSG:4490"
in_grid = "column"            # 逐行说明是否已含于格网：是的，先从所在像元扣除
source = "{note}"
"""
_STUDY_TAIL = """
[targets]                     # 市、县（区）目标，属于区域，不摊到单元
path = "targets.csv"
source = "{note}"

[projects]                    # 在建、拟建项目
path = "projects.csv"
crs = "EPSG:4490"
source = "{note}"

[access_list]                 # 准入清单：单元清单和全市总体清单
unit = "access_list.xlsx"
city = "access_list_city.docx"
version = "示例-1"

[overrides]                   # 规划人员的调整：谁、何时、为何
path = "overrides.csv"
source = "{note}"

[comments]                    # 部门对清单的意见：对应到条款，给出采纳建议
path = "comments.xlsx"
source = "{note}"
"""
_INVENTED = "示例数据，虚构，非官方成果"
_UNDATED = ("permits", "boilers", "kilns", "vehicles", "residential")
_INVENTORY_HEAD = """\
# 部门表：示例数据，虚构，非官方成果

[study]
name = "{world.name}部门表示例"
admin_code = "{world.admin_code}"
admin_name = "{world.name}"
example = true

[years]
base = {world.year}

[units]
path = "units.geojson"
"""
_INVENTORY = """
[inventory]                   # 部门表：企业清单由这些表算出
crs = "EPSG:4490"             # 没有写明坐标系的表
in_grid = "{in_grid}"               # 企业是否已含于格网：是的，先从所在像元扣除
not_in_grid = {not_in_grid}  # 其中不含于格网的企业（统一社会信用代码）
series = "{series}"    # 燃料排放因子系列，没有默认值
power = "ETS"                 # 电网因子系列：购入电力另列，不计入直接排放
"""
_INVENTORY_TABLE = """
[[inventory.tables]]
kind = "{kind}"
path = "{path}"
{encoding}{year}source = "{note}"
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
| `inventory.toml` | the same study from department tables 由部门表算出企业清单的同一研究 |
| `departments/` | nine department tables with planted faults, and the truth 九种部门表（埋有差错）和答案 |
| `targets.csv`, `projects.csv`, `overrides.csv` | targets, planned projects, overrides 目标、项目、调整 |
| `access_list.xlsx`, `access_list_city.docx` | access lists, with planted faults 准入清单（埋有差错） |
| `access_list_later.xlsx` | a later version of the list of units 单元清单的后一版 |
| `comments.xlsx` | comments of departments 部门意见 |
| `truth.json` | planted answers 埋设的答案 |
"""
