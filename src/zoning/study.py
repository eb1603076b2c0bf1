"""What a run is about: the study, frozen and strict. An unknown key is an error that names the nearest allowed one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from zoning.errors import Finding, StudyError
from zoning.messages import fault, finding, knows
from zoning.tables import numbers, read

__all__ = [
    "AtlasInput",
    "BaseInput",
    "DepartmentInput",
    "EmissionsInput",
    "ExtensionInput",
    "InventoryInput",
    "LayerInput",
    "LimitInput",
    "ListInput",
    "MapInput",
    "PointsInput",
    "SpreadInput",
    "Study",
    "SymbolInput",
    "SymbologyInput",
    "TableInput",
    "Tolerance",
    "ZonesInput",
    "parse_study",
    "symbology_faults",
]


_TOLERANCES = numbers("tolerances")


def _known_threshold(name: str) -> str:
    if name not in numbers("thresholds"):
        raise PydanticCustomError("extra_forbidden", "no such threshold")
    if name not in _settable():
        raise PydanticCustomError("fixed_threshold", "a study cannot set this threshold")
    return name


def _settable() -> list[str]:
    """Return the thresholds that a study may set: the others are read where no study is at hand."""
    return [row["id"] for row in read("thresholds") if row["set_by"] == "study"]


_Threshold = Annotated[str, AfterValidator(_known_threshold)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Identity(_Strict):
    """``[study]``: who and what."""

    name: str = Field(min_length=1, description="名称 title of the study")
    admin_code: str = Field(pattern=r"^\d{6}$", description="行政区划代码 GB/T 2260, 6 digits")
    admin_name: str = Field(default="", description="行政区名称")
    seed: int = Field(default=0, ge=0, description="随机种子; recorded in run.json")
    example: bool = Field(default=False, description="示例数据: true prints the mark on every deliverable")
    compiler: str = Field(default="", description="编制单位, printed on the deliverables")
    edition: Literal["internal", "public"] = Field(
        default="internal", description="公开版 masks enterprises and internal fields"
    )
    date: str = Field(
        default="",
        pattern=r"^(\d{4}-\d{2}-\d{2})?$",
        description="编制日期 YYYY-MM-DD; overrides that ran out by it open again",
    )


class Years(_Strict):
    """``[years]``: base, near term, outlook, and any further year, in order."""

    base: int = Field(ge=1990, le=2100)
    near: int | None = Field(default=None, ge=1990, le=2100)
    outlook: int | None = Field(default=None, ge=1990, le=2100)
    list: tuple[int, ...] = ()


class LayerInput(_Strict):
    """A vector layer: where it is, and what it does not say itself."""

    path: str = Field(min_length=1)
    layer: str = ""
    encoding: str = Field(
        default="", description="text encoding; empty = .cpg, else UTF-8, else GB18030 with a finding"
    )
    crs: str = Field(default="", description="only for a layer that does not carry its own")
    fields: Mapping[str, str] = Field(default_factory=dict, description="our name = header of the file")
    source: str = Field(default="", description="数据来源, printed wherever the layer is used")
    version: str = ""


class ZonesInput(LayerInput):
    """``[[zones]]``: zones of one element."""

    element: Literal["air", "energy", "water", "ecology"]
    optional: bool = False


class EmissionsInput(_Strict):
    """``[[emissions]]``: one species of one series of grids, by sector, or one published inventory by its preset."""

    species: str
    preset: str = Field(default="", description="published inventory (EDGAR, MEIC, ODIAC …) whose layout is known")
    path: str = Field(default="", description="file or folder of the preset")
    mass_basis: str = Field(default="", description="substance whose mass the numbers are: CO2 or C; no default")
    unit: str = Field(default="", description="unit of the values; empty only where the file states it")
    kind: Literal["total", "flux", ""] = Field(
        default="", description="mass per cell, or mass per area and time; a level is no emission"
    )
    year: int = Field(ge=1970, le=2100)
    period: Literal["annual", "monthly", "daily", ""] = Field(
        default="", description="what one step of a time axis is; needed where there are several"
    )
    sectors: Mapping[str, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="sector = raster, «file.nc#variable», a folder of yearly files, or several that are added",
    )
    total: str = Field(default="", description="raster that must equal the sum of the sectors; never added")
    published_total: float | None = Field(default=None, description="in the unit of the grid")
    series: str = Field(default="primary", description="name; the first series of a quantity is the primary one")
    origin: Literal["L", "X", "M"] = Field(default="X", description="located, spread by a proxy, modelled")
    proxy: str = Field(default="", description="what the mass was spread by, if known")
    crs: str = Field(default="", description="only for a raster that does not carry its own")
    sinks: bool = Field(default=False, description="true allows negative cells")
    comparable_with_target: bool = False
    source: str = ""
    licence: str = ""

    @model_validator(mode="after")
    def _has_layers(self) -> Self:
        if not self.sectors and not (self.preset and self.path):
            raise PydanticCustomError("no_layers", "neither sectors nor preset and path")
        return self

    @property
    def references(self) -> tuple[str, ...]:
        """Every raster that the block names, parts before the total."""
        parts = [
            ref for given in self.sectors.values() for ref in ((given,) if isinstance(given, str) else tuple(given))
        ]
        return tuple(one for one in (*parts, self.path, self.total) if one)


class PointsInput(_Strict):
    """``[points]``: located emitters, one row per enterprise × fuel or process."""

    path: str = Field(min_length=1)
    sheet: str = ""
    encoding: str = ""
    crs: str = Field(description="coordinate system of lon and lat; no default")
    in_grid: Literal["yes", "no", "unknown", "column"] = Field(
        description="are the points contained in the grids? yes: taken out of their cells; column: stated per row"
    )
    use: Literal["count", "context"] = Field(default="count", description="context: shown, in no sum")
    year: int | None = Field(default=None, description="where the table has no year column")
    fields: Mapping[str, str] = Field(default_factory=dict)
    units: Mapping[str, str] = Field(default_factory=dict, description="species = unit of its column")
    source: str = ""


class TableInput(_Strict):
    """A table by itself (targets, planned projects, overrides)."""

    path: str = Field(min_length=1)
    sheet: str = ""
    encoding: str = ""
    fields: Mapping[str, str] = Field(default_factory=dict)
    source: str = ""


class ProjectsInput(TableInput):
    """``[projects]``: planned projects (在建拟建项目) with their CO2 increment."""

    crs: str = Field(description="coordinate system of lon and lat; no default")


class DepartmentInput(TableInput):
    """``[[inventory.tables]]``: one file of a department."""

    kind: str = Field(description="kind of ``tables/department_tables.csv``")
    year: int | None = Field(default=None, description="where neither columns nor titles say it")
    crs: str = Field(default="", description="of its coordinates, before that of the inventory")


class SpreadInput(_Strict):
    """``[[inventory.spread]]``: a residual that is spread over the cells of a named proxy."""

    sector: str
    proxy: str = Field(min_length=1, description="raster whose values the residual follows")
    name: str = Field(default="", description="what the proxy is, printed wherever the residual is used")
    crs: str = Field(default="", description="only for a raster that does not carry its own")


class InventoryInput(_Strict):
    """``[inventory]``: department tables from which emitters and residuals are computed."""

    crs: str = Field(description="coordinate system of tables that do not say; no default")
    in_grid: Literal["yes", "no", "unknown"] = Field(
        description="are these enterprises contained in the grids? unknown: context only"
    )
    not_in_grid: tuple[str, ...] = Field(
        default=(), description="credit codes of those that no grid contains, whatever in_grid says (younger than it)"
    )
    series: str = Field(description="series of fuel factors (``zoning tables fuel_factors``); no default")
    power: str = Field(default="", description="series of grid factors; empty: purchased power is not turned into CO2")
    power_place: str = Field(default="CN", description="place of the grid factor")
    tables: tuple[DepartmentInput, ...] = Field(min_length=1)
    spread: tuple[SpreadInput, ...] = ()
    review: str = Field(default="", description="reviewed linkage sheet: accepted and rejected pairs are kept")
    factors: str = Field(default="", description="csv of factors of your own, before the packaged ones")
    draws: int | None = Field(default=None, ge=100, le=100_000, description="uncertainty draws")


class ListInput(_Strict):
    """``[access_list]``: the lists by level, and texts on carbon that they are held against."""

    unit: str = Field(min_length=1)
    city: str = ""
    province: str = ""
    region: str = Field(default="", description="lists of regions or river basins, named in a column or heading")
    zone: str = Field(default="", description="lists of zones by code (YS…) or by the words of their type")
    carbon: str = Field(default="", description="the user's own plan for carbon peaking, apart from the lists")
    sheet: str = ""
    fields: Mapping[str, str] = Field(default_factory=dict)
    version: str = ""


class ExtensionInput(_Strict):
    """``[tables]``: content tables of your own, beside the packaged ones (docs/content.md)."""

    folder: str = Field(min_length=1, description="folder of csv files named like the packaged tables")


class SymbolInput(_Strict):
    """What is changed in one class: only what is stated."""

    zh: str = Field(default="", min_length=1)
    en: str = Field(default="", min_length=1)
    fill: str = Field(default="", pattern=r"^(#[0-9A-Fa-f]{6})?$", description="#RRGGBB; empty leaves it open")
    outline: str = Field(default="", pattern=r"^#[0-9A-Fa-f]{6}$")
    hatch: str = ""


class LimitInput(_Strict):
    """One class of numbers: ``lower <= value < upper``, in the unit of the theme."""

    lower: float = float("-inf")
    upper: float = float("inf")
    fill: str = Field(pattern=r"^#[0-9A-Fa-f]{6}$")


class SymbologyInput(_Strict):
    """``[symbology]``: colours, labels and class limits of your own, here or in a TOML file of the same form."""

    path: str = Field(default="", description="TOML file with ``[classes]`` and ``[limits]``")
    classes: Mapping[str, Mapping[str, SymbolInput]] = Field(default_factory=dict, description="theme → code → change")
    limits: Mapping[str, tuple[LimitInput, ...]] = Field(default_factory=dict, description="theme → its classes")


class BaseInput(LayerInput):
    """``[[base]]``: a layer of a base map that you supply, with the number of its map review; none is bundled."""

    role: Literal["boundary", "nation", "sea", "water", "road", "place", "other"]
    name: str = Field(min_length=1, description="图例里的名称")
    approval: str = Field(min_length=1, description="审图号 of the layer, printed wherever it is drawn")
    label: str = Field(default="", description="header of the column with names to write on the map")


class SignOff(_Strict):
    """``[atlas.sign_off]``: who signs; empty leaves a line to sign on."""

    compiled: str = Field(default="", description="编制")
    checked: str = Field(default="", description="校核")
    reviewed: str = Field(default="", description="审核")
    approved: str = Field(default="", description="审定")


class AtlasInput(_Strict):
    """``[atlas]``: paper, sheets, what the marginalia say."""

    paper: Literal["A3", "A4"] = "A3"
    orientation: Literal["landscape", "portrait"] = "landscape"
    title: str = Field(default="", description="图集名称; empty: name of the study + 图集")
    version: str = Field(default="", description="版本")
    status: Literal["draft", "final"] = Field(default="draft", description="草案 or 正式")
    approval: str = Field(default="", description="审图号 of the atlas; empty leaves a slot")
    sign_off: SignOff = SignOff()
    leave_out: tuple[str, ...] = Field(default=(), description="ids of sheets (``zoning atlas --list``)")
    order: tuple[str, ...] = Field(default=(), description="ids of sheets in their order; the others follow")
    titles: Mapping[str, str] = Field(default_factory=dict, description="id of a sheet = its 图名")
    units: Literal["flagged", "all", "none"] = Field(default="flagged", description="units that get a fact sheet")
    fonts: tuple[str, ...] = Field(default=(), description="TTF or OTF files with characters that our face lacks")


class MapInput(_Strict):
    """``[map]``: tiles of a map service under the interactive map, asked for only if you name one."""

    tiles: str = Field(default="", pattern=r"^(https://[^\s\"'<>]+)?$", description="https://…{z}…{x}…{y}…{key}")
    key: str = Field(default="", pattern=r"^[0-9A-Za-z_-]*$")
    attribution: str = ""
    approval: str = Field(default="", description="审图号 of the service")


class Tolerance(_Strict):
    """``[tolerance]``: below these a fault is an info with its total, above an error."""

    area: float = Field(default=_TOLERANCES["area"], gt=0, description="m2")
    width: float = Field(default=_TOLERANCES["width"], gt=0, description="m")
    densify: float = Field(default=_TOLERANCES["densify"], gt=0, description="m")


class Study(_Strict):
    """A study: everything a run needs to know; paths are relative to the file it was read from.

    Examples
    --------
    >>> study = parse_study({"study": {"name": "示例", "admin_code": "350582"}, "years": {"base": 2020},
    ...                      "units": {"path": "units.gpkg"}}, root=".")
    >>> study.study.name, study.tolerance.area
    ('示例', 1.0)
    """

    study: Identity
    years: Years
    units: LayerInput
    zones: tuple[ZonesInput, ...] = ()
    emissions: tuple[EmissionsInput, ...] = ()
    points: PointsInput | None = None
    inventory: InventoryInput | None = None
    targets: TableInput | None = None
    projects: ProjectsInput | None = None
    access_list: ListInput | None = None
    overrides: TableInput | None = None
    comments: TableInput | None = None
    tables: ExtensionInput | None = None
    symbology: SymbologyInput | None = None
    base: tuple[BaseInput, ...] = ()
    atlas: AtlasInput = AtlasInput()
    map: MapInput = MapInput()
    tolerance: Tolerance = Tolerance()
    thresholds: Mapping[_Threshold, float] = Field(
        default_factory=dict, description="id of tables/thresholds.csv = value"
    )
    root: Path = Path()

    @model_validator(mode="after")
    def _counts_once(self) -> Self:
        if self.inventory is not None and self.points is not None and self.points.use == "count":
            raise PydanticCustomError("counted_twice", "points and inventory are both counted")
        return self

    def threshold(self, name: str) -> float:
        """Return a row of ``tables/thresholds.csv``, or what the study puts in its place."""
        return self.thresholds.get(name, numbers("thresholds")[name])

    def locate(self, path: str) -> Path:
        """Return where a path of the study file lies; it is relative to the study's folder unless absolute."""
        return self.root / Path(PurePosixPath(path.replace("\\", "/")))


def parse_study(content: Mapping[str, Any], root: str | Path, file: str = "study.toml") -> Study:
    """Return the study of a parsed file.

    Raises
    ------
    StudyError
        With one finding per unknown key (nearest allowed key named), missing key or value out of range.

    Examples
    --------
    >>> parse_study({"study": {"nane": "x"}}, root=".")
    Traceback (most recent call last):
    ...
    zoning.errors.StudyError: ...
    """
    try:
        return Study.model_validate({**content, "root": Path(root)})
    except ValidationError as error:
        findings = tuple(_finding(dict(fault_), file) for fault_ in error.errors())
        raised = fault(StudyError, "study.faulty", file=file, count=len(findings))
        raise StudyError(raised.zh, raised.en, findings) from error


def symbology_faults(content: Mapping[str, Any], file: str) -> tuple[Finding, ...]:
    """Return what is wrong with the content of a file that ``[symbology]`` names: as for a study, key by key.

    Examples
    --------
    >>> [found.field for found in symbology_faults({"limit": {}}, "look.toml")]
    ['symbology.limit']
    """
    try:
        SymbologyInput.model_validate(content)
    except ValidationError as error:
        return tuple(_finding({**fault_, "loc": ("symbology", *fault_["loc"])}, file) for fault_ in error.errors())
    return ()


def _finding(error: dict[str, Any], file: str) -> Finding:
    path = [str(part) for part in error["loc"] if part != "[key]"]
    where = {"file": file, "field": ".".join(path), "value": _shown(error.get("input"))}
    if error["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(path[-1], _allowed(path[:-1]), n=1, cutoff=0.0)
        return finding("KEY_UNKNOWN", where=where, nearest=nearest[0] if nearest else "—")
    if error["type"] == "missing":
        return finding("KEY_UNKNOWN", "missing", where=where)
    general = f"value.{error['type']}"
    keys = (f"{general}.{path[-1] if path else ''}", general, "value")  # no path: a fault between keys
    key = next(key for key in keys if knows(f"KEY_UNKNOWN.{key}"))
    return finding("KEY_UNKNOWN", key, where=where, expected=_expected(error.get("ctx") or {}))


def _expected(context: Mapping[str, Any]) -> str:
    """Return what a key allows, from what the validation was about: a pattern, a bound, a list of words."""
    names = ("expected", "pattern", "ge", "gt", "le", "lt", "min_length")
    return str(next((context[name] for name in names if name in context), "—")).replace(" or ", "、")


def _shown(value: object) -> str:
    return str(value)[:80] if isinstance(value, str | int | float | bool) else ""


def _allowed(path: list[str]) -> list[str]:
    if path == ["thresholds"]:
        return _settable()
    model: type[BaseModel] = Study
    for part in path:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        inner = next((kind for kind in _models(annotation)), None)
        if inner is None:
            return list(model.model_fields)
        model = inner
    return [name for name in model.model_fields if name != "root"]


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a typing construct
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]
