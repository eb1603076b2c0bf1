"""Slight gaps and overlaps of a unit layer → a coverage again, by borders that move less than the tolerance.

A fault is slight if it is nowhere wider than ``tolerance.width`` or not larger than ``tolerance.area``, and more than
rounding of coordinates. The layer is snapped as a whole (GEOS coverage cleaning): an overlap goes to the smaller
feature, a gap to the neighbour with the longest common border. A larger overlap is set aside and put back as it was.
What is far from any fault keeps its coordinates. If anything would come out otherwise, nothing is changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.checks.repairs.changes import Change, ChangeKind, change
from zoning.checks.repairs.faults import Fault, Ground, slight_faults, together
from zoning.checks.repairs.validity import polygonal, with_heights
from zoning.study import Tolerance

__all__ = ["snap_slight"]

Shapes = NDArray[np.object_]


def snap_slight(
    shapes: Shapes, names: list[str], crs: CRS, tolerance: Tolerance, where: dict[str, Any], share: float
) -> tuple[Shapes, tuple[Change, ...]]:
    """Return the shapes of a unit layer without slight overlaps and gaps, every fault closed and every shape changed.

    Parameters
    ----------
    shapes : ndarray of shapely geometries
        Valid polygons; empty or absent ones are passed over.
    names : list of str
        Codes, to name the features by.
    crs : CRS
        Of the shapes.
    tolerance : Tolerance
        Area in m² and width in m below which a fault is slight; no border moves farther than the width.
    where : dict
        File and layer.
    share : float
        Share of its area by which a feature may change.
    """
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(present):
        return shapes, ()
    before, labels = shapes[present], [names[position] for position in present]
    ground = Ground.under(before, crs, tolerance)
    faults = slight_faults(before, ground)
    if not faults:
        return shapes, ()
    after = _near_faults(before, _cleaned(before, ground), faults, ground)
    reason = _objection(before, after, ground, share)
    if reason:
        refused = where | {"row": int(present[faults[0].one]) + 1}
        return shapes, (change(ChangeKind.REFUSED, f"snap.{reason}", refused, count=len(faults)),)
    snapped = shapes.copy()
    snapped[present] = after
    features = [(label, where | {"row": int(position) + 1}) for label, position in zip(labels, present, strict=True)]
    return snapped, (*_closed(faults, features, ground), *_refitted(before, after, features, ground))


_Feature = tuple[str, dict[str, Any]]


def _closed(faults: tuple[Fault, ...], features: list[_Feature], ground: Ground) -> list[Change]:
    """List every fault with its width, area and place."""
    changes = []
    for fault, about in zip(faults, ground.about(np.array([f.piece for f in faults], dtype=object)), strict=True):
        unit, where = features[fault.one]
        listed = where | {"before": f"{about['area']} m²", "after": "0 m²"}
        slots = about | {"unit": unit, "other": features[fault.other][0]}
        changes.append(change(ChangeKind.SNAPPED, "overlap" if fault.shared else "gap", listed, **slots))
    return changes


def _refitted(before: Shapes, after: Shapes, features: list[_Feature], ground: Ground) -> list[Change]:
    """List every shape that was changed with what that did to its area."""
    rows = np.flatnonzero(~_same(before, after))
    numbers = (ground.areas(before[rows]), ground.areas(after[rows]), ground.moved(before[rows], after[rows]))
    changes = []
    for row, old, new, moved in zip(rows, *numbers, strict=True):
        unit, where = features[row]
        listed = where | {"before": f"{old:.2f} m²", "after": f"{new:.2f} m²", "area_m2": float(new - old)}
        slots = {"unit": unit, "moved": f"{moved:.3f}", "difference": f"{new - old:+.4f}"}
        changes.append(change(ChangeKind.SNAPPED, "border", listed, **slots))
    return changes


def _cleaned(shapes: Shapes, ground: Ground) -> Shapes:
    """Return the layer as a coverage but for its larger overlaps, which are members of their own meanwhile."""
    one, other, shared = _larger_overlaps(shapes, ground)
    members = shapes.copy()
    for position in np.unique([*one, *other]):
        own = shared[(one == position) | (other == position)]
        members[position] = polygonal(shapely.difference(shapes[position], shapely.union_all(own)))
    everything = np.concatenate([members, shared])
    filled = ~shapely.is_empty(everything)
    everything[filled] = shapely.coverage_clean(
        everything[filled],
        gap_width=ground.width,
        snapping_distance=ground.width,
        merge_strategy="min_area",
    )
    cleaned, pieces = everything[: len(shapes)], everything[len(shapes) :]
    for position in np.unique([*one, *other]):
        own = pieces[(one == position) | (other == position)]
        whole = polygonal(shapely.union_all([cleaned[position], *own]))
        cleaned[position] = shapes[position] if shapely.equals(whole, shapes[position]) else whole
    return _without_small_holes(cleaned, ground)


def _larger_overlaps(shapes: Shapes, ground: Ground) -> tuple[NDArray[np.int64], NDArray[np.int64], Shapes]:
    """Return pairs of features and the pieces they share that are not slight."""
    found = [fault for fault in ground.overlaps(shapes) if not fault.slight]
    pieces = np.array([fault.piece for fault in found], dtype=object)
    return np.array([f.one for f in found], dtype=int), np.array([f.other for f in found], dtype=int), pieces


def _without_small_holes(shapes: Shapes, ground: Ground) -> Shapes:
    """Give holes that are slight by their area, not their width, to the neighbour with the longest common border."""
    tree, filled = shapely.STRtree(shapes), shapes.copy()
    for hole in ground.holes(together(shapes)):
        near = tree.query(hole, predicate="intersects")
        along = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), hole.exterior))
        taker = near[int(np.argmax(along))]
        filled[taker] = polygonal(shapely.union(filled[taker], hole))
    return filled


def _same(before: Shapes, after: Shapes) -> NDArray[np.bool_]:
    """Tell which shapes have the same vertices, wherever their rings begin."""
    flat = shapely.force_2d(before), shapely.force_2d(after)
    return np.asarray(shapely.equals_exact(shapely.normalize(flat[0]), shapely.normalize(flat[1]), 0.0))


def _near_faults(before: Shapes, after: Shapes, faults: tuple[Fault, ...], ground: Ground) -> Shapes:
    """Put back what was changed without being at a fault or beside a changed shape that is: nothing asked for it."""
    changed = ~_same(before, after)
    tree = shapely.STRtree(before)
    _, touched = tree.query([fault.piece for fault in faults], predicate="dwithin", distance=ground.width)
    reached = np.zeros(len(before), dtype=bool)
    front = np.unique(touched)
    while len(front):
        reached[front] = True
        _, beside = tree.query(before[front[changed[front]]], predicate="dwithin", distance=ground.width)
        front = np.unique(beside[~reached[beside]])
    kept = before.copy()
    for position in np.flatnonzero(changed & reached):
        kept[position] = with_heights(after[position], before[position])
    return kept


def _objection(before: Shapes, after: Shapes, ground: Ground, share: float) -> str:
    """Return why snapped shapes cannot be taken: a shape lost or changed too much, a border moved too far."""
    if shapely.is_empty(after).any() or not shapely.is_valid(after).all():
        return "lost"
    changed = np.flatnonzero(~_same(before, after))
    old, new = ground.areas(before[changed]), ground.areas(after[changed])
    if (np.abs(new - old) > share * old).any():
        return "share"
    if (ground.moved(before[changed], after[changed]) > ground.tolerance.width).any():
        return "far"
    return "left" if slight_faults(after, ground) else ""
