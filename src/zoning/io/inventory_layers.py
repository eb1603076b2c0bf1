"""An inventory as layers and tables of the GeoPackage, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from zoning.inventory import Correction, Inventory
from zoning.io.records import decode, encode, pack, unpack
from zoning.io.write.layers import Layer
from zoning.messages import say

__all__ = ["double_high_cells", "inventory_layers", "inventory_of"]

_FRAMES = (
    "links", "pairs", "records", "purchased", "factors", "reconciliation", "disagreements", "areas", "uncertainty",
)  # fmt: skip
_EVALUATION = "inventory_evaluation_"


def inventory_layers(inventory: Inventory, lang: str) -> tuple[list[Layer], dict[str, Any]]:
    """Return the layer of enterprises, every table of the inventory, and the layout that reading back needs.

    Findings are those of the result, which holds them once for all inputs.
    """
    enterprises = inventory.enterprises
    packed, layout = pack(pd.DataFrame(enterprises.drop(columns=enterprises.geometry.name)))
    points = gpd.GeoDataFrame(packed, geometry=enterprises.geometry.to_numpy(), crs=enterprises.crs)
    title = say("field.layer.inventory_enterprises", lang)
    layers = [Layer("inventory_enterprises", title, points, "Point", {}, {"series/1": ""})]
    layouts: dict[str, Any] = {"inventory_enterprises": layout}
    for name, frame in _tables(inventory).items():
        stored, layouts[name] = pack(frame)
        evaluated = name.startswith(_EVALUATION)
        key = "inventory_evaluation" if evaluated else name
        title = say(f"field.layer.{key}", lang, name=name.removeprefix(_EVALUATION))
        layers.append(Layer(name, title, stored, "", {}, {}))
    layouts["inventory"] = {"year": inventory.year, "evaluation": list(inventory.evaluation)}
    return layers, layouts


def double_high_cells(inventory: Inventory, crs: CRS, lang: str) -> list[Layer]:
    """Return the cells that are high in pollutants and in CO2, as squares to be laid over zones; none without cells.

    Parameters
    ----------
    inventory : Inventory
        With its base evaluation.
    crs : CRS
        Projected system of the units, in which the cells are squares.
    lang : str
        Language of the title.
    """
    cells = inventory.evaluation.get("double_high_cells")
    if cells is None or not len(cells):
        return []
    corners = cells["cell"].str.split("/", expand=True).astype(float).mul(cells["side_m"], axis=0)
    sides = cells["side_m"].to_numpy()
    x, y = corners[0].to_numpy(), corners[1].to_numpy()
    flags = [cells[name].astype(bool).to_numpy() for name in ("double_high_low", "double_high", "double_high_high")]
    packed, _ = pack(cells.assign(**{"class": np.select(flags, ["STRICT", "HIGH", "WIDE"], "NONE").astype(object)}))
    squares = gpd.GeoDataFrame(packed, geometry=shapely.box(x, y, x + sides, y + sides), crs=crs)
    title, styles = say("field.layer.double_high_cells", lang), {"double_high": "class"}
    return [Layer("double_high_cells", title, squares, "Polygon", {}, styles)]


def _tables(inventory: Inventory) -> dict[str, pd.DataFrame]:
    corrections = pd.DataFrame(
        [encode(one) for one in inventory.corrections], columns=list(Correction.__dataclass_fields__)
    )
    tables = {f"inventory_{name}": getattr(inventory, name) for name in _FRAMES}
    tables |= {f"{_EVALUATION}{name}": frame for name, frame in inventory.evaluation.items()}
    return tables | {"inventory_corrections": corrections}


def inventory_of(layout: Mapping[str, Any], read: Callable[[str], pd.DataFrame]) -> Inventory | None:
    """Return the inventory that lies in a GeoPackage; None if there is none. Its findings are left to the result.

    Parameters
    ----------
    layout : mapping
        Layout of every part.
    read : callable
        Name of a layer → its table as it is stored.
    """
    about = layout.get("inventory")
    if about is None:
        return None

    def table(name: str) -> pd.DataFrame:
        return unpack(read(name), layout[name])

    stored = read("inventory_enterprises")
    points = stored.geometry.to_numpy()
    frame = unpack(pd.DataFrame(stored.drop(columns=stored.geometry.name)), layout["inventory_enterprises"])
    rows = table("inventory_corrections").to_dict("records")
    frames: dict[str, Any] = {name: table(f"inventory_{name}") for name in _FRAMES}
    return Inventory(
        year=about["year"],
        enterprises=gpd.GeoDataFrame(frame, geometry=_or_none(points), crs=stored.crs),
        evaluation={name: table(f"{_EVALUATION}{name}") for name in about["evaluation"]},
        corrections=tuple(decode(Correction, row) for row in rows),
        **frames,
    )


def _or_none(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return points with None where nothing is placed: a file has empty points there."""
    placed = points.copy()
    placed[shapely.is_missing(points) | shapely.is_empty(points)] = None
    return placed
