"""A result folder → Result: from the manifest, the GeoPackage, the ledger and the findings; nothing is computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xarray as xr
from numpy.typing import NDArray

from zoning.clauses import AccessList, Clause, Entry
from zoning.consultation import Comment, Suggestion
from zoning.drafts import Draft, Edit
from zoning.errors import Finding, ResultError, ZoningError
from zoning.io.inventory_layers import inventory_of
from zoning.io.read.grids import read_grids
from zoning.io.records import decode, unpack
from zoning.io.runs import FINDINGS, GEOPACKAGE, LEDGER, PARTS, read_manifest, sha256
from zoning.io.write.geopackage import LAYOUT, zone_layer_names
from zoning.io.write.tables import recast
from zoning.judge.reason import Reason
from zoning.ledger import Ledger
from zoning.messages import fault
from zoning.result import Provenance, Result
from zoning.study import parse_study
from zoning.supports import BaseLayer, ControlUnits, ElementZones, Emitters

__all__ = ["read_result"]

_T = TypeVar("_T")


def read_result(folder: str | Path) -> Result:
    """Return the result that lies in a folder, equal to the one that was published.

    Numbers are exact. A multipolygon of one part comes back as a polygon, and ``study.root`` as the current folder,
    because the inputs are not in the folder.

    Parameters
    ----------
    folder : str or Path
        Output folder of a run.

    Raises
    ------
    ResultError
        If the folder is missing, foreign, incomplete or of another version, or if a file that is read was changed
        since it was written (it is named). Deliverables that are not read may be missing or changed.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    _verify(folder, manifest["outputs"])
    try:
        return _Folder(folder, manifest).result()
    except ZoningError:
        raise
    except (
        KeyError,
        TypeError,
        ValueError,
        OSError,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
    ) as error:
        raise fault(ResultError, "result.unreadable", path=folder) from error


def _verify(folder: Path, outputs: Mapping[str, str]) -> None:
    for name in PARTS:
        if name not in outputs or not (folder / name).is_file():
            raise fault(ResultError, "result.incomplete", path=folder, file=name)
        if sha256(folder / name) != outputs[name]:
            raise fault(ResultError, "result.changed", path=folder, file=name)


class _Folder:
    """Reads the parts of one folder."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self._folder, self._manifest = folder, manifest
        self._book = folder / GEOPACKAGE
        table = pyogrio.read_dataframe(self._book, layer=LAYOUT)
        self._layout = {part: json.loads(layout) for part, layout in zip(table["part"], table["layout"], strict=True)}

    def result(self) -> Result:
        """Return the whole result."""
        whole, content = self._layout["result"], self._manifest
        names = zone_layer_names(whole["zones"])
        return Result(
            study=parse_study(content["study"], root="."),
            units=ControlUnits(self._layer("control_units")),
            zones=tuple(
                ElementZones(element, self._layer(name)) for element, name in zip(whole["zones"], names, strict=True)
            ),
            emitters=self._emitters(whole["emitters"]),
            fragments=self._layer("fragments"),
            ledger=_ledger(self._folder / LEDGER),
            conservation=self._table("conservation"),
            lists=self._lists(whole["lists"]),
            proxy_audit=self._table("proxy_audit"),
            plans=self._plans(whole["plans"]),
            drafts=self._values("drafts", Draft),
            edits=self._values("edits", Edit),
            register=self._table("register"),
            comments=self._values("comments", Comment),
            suggestions=self._values("comments", Suggestion),
            reasons=self._values("reasons", Reason),
            decisions=self._table("decisions"),
            findings=_findings(self._folder / FINDINGS),
            provenance=Provenance(content["versions"], content["inputs"], content["settings"], content["seed"]),
            edition=content["edition"],
            fields=read_grids(self._folder, whole["grids"], content["outputs"]),
            bases=tuple(self._base(number, about) for number, about in enumerate(whole["bases"], start=1)),
            inventory=inventory_of(self._layout, lambda name: pyogrio.read_dataframe(self._book, layer=name)),
        )

    def _table(self, name: str) -> pd.DataFrame:
        return unpack(pyogrio.read_dataframe(self._book, layer=name), self._layout[name])

    def _layer(self, name: str) -> gpd.GeoDataFrame:
        read = pyogrio.read_dataframe(self._book, layer=name)
        plain = unpack(pd.DataFrame(read.drop(columns=read.geometry.name)), self._layout[name])
        return gpd.GeoDataFrame(plain, geometry=_simplest(read.geometry.to_numpy()), crs=read.crs)

    def _base(self, number: int, about: Mapping[str, str]) -> BaseLayer:
        read = pyogrio.read_dataframe(self._book, layer=f"base_{number}")
        labels = [str(label) for label in read["label"].fillna("")]
        shapes = _simplest(read.geometry.to_numpy())
        frame = gpd.GeoDataFrame({"label": np.array(labels, dtype=object)}, geometry=shapes, crs=read.crs)
        return BaseLayer(frame=frame, **about)

    def _emitters(self, about: Mapping[str, Any]) -> Emitters | None:
        if about["counted"] is None:
            return None
        return Emitters(self._layer("emitters"), tuple(about["species"]), counted=about["counted"])

    def _lists(self, levels: list[str]) -> tuple[AccessList, ...]:
        clauses = self._values("clauses", Clause)
        entries = [(row["level"], row) for row in _records(self._table("list_entries"))]
        return tuple(
            AccessList(
                level,
                [one for one in clauses if one.level == level],
                [_decoded(Entry, row) for of, row in entries if of == level],
            )
            for level in levels
        )

    def _plans(self, levels: list[str]) -> tuple[AccessList, ...]:
        clauses = self._values("plans", Clause)
        return tuple(AccessList(level, [one for one in clauses if one.level == level]) for level in levels)

    def _values(self, table: str, kind: type[_T]) -> tuple[_T, ...]:
        """Return the rows of a table as values; columns that are for filtering only are left out."""
        return tuple(_decoded(kind, row) for row in _records(self._table(table)))


def _decoded(kind: type[_T], row: Mapping[str, Any]) -> _T:
    names = {one.name for one in fields(cast("Any", kind))}
    return cast("_T", decode(kind, {name: value for name, value in row.items() if name in names}))


def _simplest(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return multi-part shapes of one part as that part: layers are stored as multi-part, whatever they were."""
    single = (shapely.get_type_id(geometries) >= shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(geometries) == 1
    )
    simplest = geometries.copy()
    simplest[single] = shapely.get_geometry(geometries[single], 0)
    return simplest


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None for what is absent."""
    return [
        {str(name): None if isinstance(value, float) and np.isnan(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _ledger(path: Path) -> Ledger:
    data = recast(xr.load_dataset(path, engine="netcdf4"), lambda values: values.astype(object))
    return Ledger(data.drop_attrs(deep=False))


def _findings(path: Path) -> tuple[Finding, ...]:
    return tuple(decode(Finding, row) for row in json.loads(path.read_text(encoding="utf-8")))
