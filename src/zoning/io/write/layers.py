"""Layers and tables → one GeoPackage: version 1.3, rollback journal, default styles, equal bytes for equal layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from zoning.io.write.layer_styles import GEOMETRY, finish
from zoning.symbology import Look, packaged_look

__all__ = ["Layer", "write_layers"]

_DATE = "2000-01-01T00:00:00.000Z"  # a fixed date, so that equal layers give equal bytes


@dataclass(frozen=True)
class Layer:
    """One layer or table of the GeoPackage.

    Attributes
    ----------
    name, title : str
        Table name; name for readers.
    frame : DataFrame or GeoDataFrame
        What is written: plain cells.
    geometry : str
        ``MultiPolygon``, ``MultiLineString``, ``Point`` …, or empty for a table.
    aliases : mapping
        Attribute → (name for readers, what it means).
    styles : mapping
        Theme of the symbology → attribute; the first one is the default style.
    """

    name: str
    title: str
    frame: pd.DataFrame
    geometry: str
    aliases: Mapping[str, tuple[str, str]]
    styles: Mapping[str, str]


def write_layers(layers: Sequence[Layer], path: Path, lang: str, look: Look | None = None) -> None:
    """Write layers in their order; an existing file is replaced.

    Parameters
    ----------
    layers : sequence of Layer
        At least one.
    path : Path
        File to write.
    lang : str
        Language of the legends.
    look : Look, optional
        Look of the study; the packaged one if it is not given.
    """
    path.unlink(missing_ok=True)
    with _fixed_date():
        for layer in layers:
            _write(layer, path)
    finish(
        path, [(layer.name, layer.aliases, layer.styles) for layer in layers], (look or packaged_look(), lang), _DATE
    )


@contextmanager
def _fixed_date() -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write(layer: Layer, path: Path) -> None:
    options: dict[str, Any] = {"IDENTIFIER": layer.title}
    if layer.geometry:
        options |= {"GEOMETRY_NAME": GEOMETRY}
    pyogrio.write_dataframe(
        layer.frame,
        path,
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.geometry or None,
        promote_to_multi=layer.geometry.startswith("Multi") or None,
        dataset_options={} if path.exists() else {"VERSION": "1.3"},
        layer_options=options,
    )
