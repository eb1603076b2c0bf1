"""Fields of a result → what is published of them: of a grid with too many cells those around the units.

A city has few cells of a national grid. Made coarser as a whole, the grid would keep a handful of them; cut to the
surroundings of the units first, it keeps the cells as they are wherever there is room.
"""

from __future__ import annotations

from dataclasses import replace

import shapely

from zoning.crs import transformer
from zoning.errors import Finding
from zoning.field import Field
from zoning.intake import PartBlocks, Window
from zoning.messages import finding
from zoning.result import Result
from zoning.supports import ControlUnits, Grid
from zoning.tables import numbers

__all__ = ["fields_around"]

_EDGE_POINTS = 21  # of every edge of a box that is projected: a straight edge becomes a curve


def fields_around(result: Result) -> tuple[tuple[Field, ...], tuple[Finding, ...]]:
    """Return the fields of a result, those of more than ``published_cells`` cells cut to around the units.

    Nothing is read. Cells inside keep value, place and mass; a grid that lies elsewhere, or whose cells are no
    rectangles, is left as it is.

    Parameters
    ----------
    result : Result
        What a run found.

    Returns
    -------
    fields : tuple of Field
        In the order of the result.
    findings : tuple of Finding
        ``GRID_COARSENED`` for every field that lost cells.
    """
    kept, findings = [], []
    for field in result.fields:
        window = _window(field, result.units)
        if window is None or not isinstance(field.grid, Grid) or window.shape == field.grid.shape:
            kept.append(field)
            continue
        kept.append(replace(field, grid=field.grid.part(window), blocks=PartBlocks(field.blocks, window)))
        where = {"file": field.source, "layer": f"{field.series} {field.species} {field.sector} {field.year}"}
        shape, fewer = ("×".join(map(str, counts)) for counts in (field.grid.shape, window.shape))
        findings.append(finding("GRID_COARSENED", "cut", where=where, shape=shape, kept=fewer))
    return tuple(kept), tuple(findings)


def _window(field: Field, units: ControlUnits) -> Window | None:
    """Return the cells around the units of a grid that has too many; None if all are kept."""
    limits = numbers("limits")
    rows, cols = field.grid.shape
    if rows * cols <= limits["published_cells"] or not isinstance(field.grid, Grid):
        return None
    west, south, east, north = map(float, shapely.total_bounds(units.geometries))
    margin = limits["published_margin"] * max(east - west, north - south)
    box = (west - margin, south - margin, east + margin, north + margin)
    return field.grid.touched(transformer(units.crs, field.grid.crs).transform_bounds(*box, densify_pts=_EDGE_POINTS))
