"""Invalid polygons → valid ones, where their area stays what it was but for a small share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.repairs.changes import Change, ChangeKind, change
from zoning.crs import EQUAL_AREA, geodesic_area, project

__all__ = ["mend_invalid", "polygonal", "with_heights"]

_PLACE = re.compile(r"\[(.*)\]")


def polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape: one, several, or an empty one; lines and points that collapsed are left out.

    Examples
    --------
    >>> polygonal(shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 0 1, 0 0)))")).geom_type
    'Polygon'
    """
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    flat = [part for one in shapely.get_parts(shape) for part in shapely.get_parts(one)]
    parts = [part for part in flat if part.geom_type == "Polygon" and not part.is_empty]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def with_heights(shape: shapely.Geometry, source: shapely.Geometry) -> shapely.Geometry:
    """Return a shape with the heights of the nearest vertices of the one it was made from, if that has heights."""
    if not source.has_z:
        return shapely.force_2d(shape)
    vertices = shapely.get_coordinates(source, include_z=True)
    tree = shapely.STRtree(shapely.points(vertices[:, :2]))
    raised = shapely.force_3d(shapely.force_2d(shape))
    places = shapely.get_coordinates(raised)
    nearest = tree.nearest(shapely.points(places))
    return shapely.set_coordinates(raised, np.column_stack([places, vertices[nearest, 2]]))


@dataclass(frozen=True)
class _Areas:
    """Areas on the ellipsoid in m²: by the signed rings, as drawn (even-odd), and once mended."""

    signed: float
    drawn: float
    mended: float

    @property
    def share(self) -> float:
        """Share of the larger area by which mending changes it."""
        return abs(self.mended - self.signed) / max(self.mended, self.signed)


def mend_invalid(
    shapes: NDArray[np.object_], crs: CRS, where: dict[str, Any], most: float
) -> tuple[NDArray[np.object_], tuple[Change, ...]]:
    """Return the shapes with their invalid polygons mended, and what was done or refused.

    Parameters
    ----------
    shapes : ndarray of shapely geometries
        Of one layer, in its CRS.
    crs : CRS
        For areas on the ellipsoid.
    where : dict
        File and layer.
    most : float
        Share of the area that may change.

    Notes
    -----
    ``make_valid`` with the structure of rings (holes stay holes), collapsed parts dropped; never ``buffer(0)``, which
    would drop a lobe of a bow-tie without a word.
    """
    mended, changes = shapes.copy(), []
    polygons = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    for position in np.flatnonzero(polygons & ~shapely.is_valid(shapes)):
        address = where | {"row": int(position) + 1}
        shape, found = _mend(shapes[position], crs, address, most)
        mended[position] = shape
        changes.append(found)
    return mended, tuple(changes)


def _mend(shape: shapely.Geometry, crs: CRS, where: dict[str, Any], most: float) -> tuple[shapely.Geometry, Change]:
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shape, change(ChangeKind.REFUSED, "valid.coordinates", where)
    valid = polygonal(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if valid.is_empty or not valid.is_valid:
        return shape, change(ChangeKind.REFUSED, "valid.nothing", where)
    valid = with_heights(valid, shape)
    drawn = polygonal(shapely.make_valid(shape, method="linework"))
    areas = _Areas(_signed(shape, crs), *map(float, geodesic_area(np.array([drawn, valid], dtype=object), crs)))
    place = _PLACE.search(shapely.is_valid_reason(shape))
    shown = {"before": f"{areas.signed:.1f} m²", "after": f"{areas.mended:.1f} m²"}
    slots = {
        "place": ", ".join(f"{float(part):.9g}" for part in place[1].split()[:2]) if place else "—",
        "drawn": f"{areas.drawn:.1f}", "share": f"{areas.share:.3%}", "most": f"{most:.1%}",
        "difference": f"{areas.mended - areas.signed:+.1f}",
    }  # fmt: skip
    if areas.share > most:
        return shape, change(ChangeKind.REFUSED, "valid.area", where | shown, **slots)
    listed = where | shown | {"area_m2": areas.mended - areas.signed}
    return valid, change(ChangeKind.MADE_VALID, "valid", listed, **slots)


def _signed(shape: shapely.Geometry, crs: CRS) -> float:
    """Return the area of an invalid shape by its signed rings, m²: a lobe that is drawn backwards counts against it.

    Ring by ring, because densifying an invalid polygon as a whole would already drop the lobe.
    """
    total = 0.0
    for part in shapely.get_parts(shape):
        rings = project(np.asarray(shapely.get_rings(part), dtype=object), crs, EQUAL_AREA)
        shell, *holes = (float(shapely.area(shapely.Polygon(ring))) for ring in rings)
        total += shell - sum(holes)
    return max(total, 0.0)
