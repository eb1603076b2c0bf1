"""``results.gdb``: the layers of a run as a File Geodatabase, for those who work in ArcGIS; written when asked for.

The library that writes it cannot name columns; their names for readers stand in the table ``field_names`` beside them.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from zoning.io.write.geopackage import layers_of
from zoning.io.write.layers import Layer
from zoning.result import Result

__all__ = ["GEODATABASE", "write_geodatabase"]

GEODATABASE = "results.gdb"
_NAMES = "field_names"
_LONGEST = 60  # letters of a column: ArcGIS takes 64
_RESERVED = frozenset({"objectid", "shape", "shape_length", "shape_area", "fid", "oid"})


def write_geodatabase(result: Result, folder: str | Path, lang: str = "zh") -> tuple[str, ...]:
    """Write the layers of a result as a File Geodatabase; an existing one is replaced.

    Parameters
    ----------
    result : Result
        What a run found.
    folder : str or Path
        ``results.gdb`` in the folder of the run.
    lang : str
        Language of the names of layers, and of the table that names the columns.

    Returns
    -------
    tuple of str
        The files it consists of, relative to the folder it lies in. Unlike all others they hold identifiers that the
        library makes anew, so that no two writes are alike to the byte.
    """
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    named: list[dict[str, str]] = []
    for layer in layers_of(result, lang):
        for name, frame in _parts(layer):
            columns = _columns([str(one) for one in frame.columns if one != frame.geometry.name])
            _write(folder, _short(frame).rename(columns=columns), name, layer)
            named += [
                {"layer": name, "field": stored, "alias": alias, "meaning": meaning}
                for column, stored in columns.items()
                for alias, meaning in (layer.aliases.get(column, (column, "")),)
            ]
    table = pd.DataFrame(named, columns=["layer", "field", "alias", "meaning"])
    pyogrio.write_dataframe(table, folder, layer=_NAMES, driver="OpenFileGDB")
    return tuple(sorted(f"{folder.name}/{path.name}" for path in folder.iterdir()))


def _write(folder: Path, frame: gpd.GeoDataFrame, name: str, layer: Layer) -> None:
    pyogrio.write_dataframe(
        frame,
        folder,
        layer=name,
        driver="OpenFileGDB",
        geometry_type="Point" if layer.geometry == "Point" else _multi(frame),
        promote_to_multi=layer.geometry != "Point",
        layer_options={"LAYER_ALIAS": layer.title},
    )


def _short(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return whole numbers as a geodatabase of every ArcGIS holds them: in four bytes, else as floating point."""
    most = np.iinfo(np.int32).max
    kinds = {
        name: "int32" if frame[name].abs().max() <= most or frame.empty else "float64"
        for name in frame.columns
        if frame[name].dtype.kind in "iu"
    }
    return frame.astype(kinds)


def _multi(frame: gpd.GeoDataFrame) -> str:
    kind = next(iter(frame.geometry.geom_type.dropna()), "Polygon")
    return f"Multi{str(kind).removeprefix('Multi')}"


def _parts(layer: Layer) -> list[tuple[str, gpd.GeoDataFrame]]:
    """Return the layer, or one layer for each kind of shapes in it: a geodatabase holds one kind in a layer."""
    frame = layer.frame
    if layer.geometry != "Unknown":
        return [(layer.name, frame)]
    kinds = frame.geometry.geom_type.str.removeprefix("Multi")
    return [(f"{layer.name}_{kind.lower()}", frame[kinds == kind]) for kind in sorted(set(kinds))]


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Return names that a geodatabase takes: letters, digits and underscores, none twice, none of its own.

    Examples
    --------
    >>> _columns(["PM2.5", "PM2_5", "shape", "2020"])
    {'PM2.5': 'PM2_5', 'PM2_5': 'PM2_5_2', 'shape': 'shape_2', '2020': 'f_2020'}
    """
    taken, columns = set(_RESERVED), {}
    for name in names:
        plain = "".join(one if one.isalnum() else "_" for one in unicodedata.normalize("NFC", name))[:_LONGEST]
        stem = plain if plain[:1].isalpha() else f"f_{plain}"
        stored, number = stem, 1
        while stored.casefold() in taken:
            number += 1
            stored = f"{stem}_{number}"
        taken.add(stored.casefold())
        columns[name] = stored
    return columns
