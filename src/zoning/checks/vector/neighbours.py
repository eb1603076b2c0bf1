"""Findings on how features of one layer lie to each other: overlaps, one in another, gaps, slivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.checks.judged import FaultShape
from zoning.checks.vector.addressed import EXAMPLES, Addressed, area_text, joined
from zoning.checks.vector.places import map_shapes, place_text
from zoning.checks.vector.topology import Layout, Patches, narrow
from zoning.errors import Finding, Severity
from zoning.messages import Both, finding
from zoning.study import Study

__all__ = ["Faults", "check_topology"]


@dataclass(frozen=True)
class Faults:
    """Findings with their shapes on the map."""

    findings: tuple[Finding, ...] = ()
    shapes: tuple[FaultShape, ...] = ()

    def __add__(self, other: Faults) -> Faults:
        return Faults(self.findings + other.findings, self.shapes + other.shapes)


def check_topology(named: Addressed, layout: Layout, study: Study, *, gapless: bool) -> Faults:
    """Find overlaps, features inside others, gaps (of a layer that must be gap-free) and slivers.

    What is smaller than ``tolerance.area`` or narrower than ``tolerance.width`` is one info with its total.

    Parameters
    ----------
    named : Addressed
        Codes of the features of ``layout``, in its order.
    layout : Layout
        Valid features that are not empty.
    gapless : bool
        True for units: they may not overlap and leave no hole. Zones of one element may overlap in provincial data,
        which is said aloud, and need not cover the land.
    """
    shared = layout.overlaps()
    real, small = _apart(shared, study)
    faults = _overlaps(named, layout, real, study, gapless=gapless)
    if gapless:
        holes, thin = _apart(layout.gaps(), study)
        faults += _gaps(named, layout, holes)
        faults += _between(named, layout, thin, "gaps", study)
    return faults + _between(named, layout, small, "overlaps", study) + _slivers(named, layout, study)


def _apart(patches: Patches, study: Study) -> tuple[Patches, Patches]:
    """Return the pieces that are faults, and those within the tolerances."""
    large = (patches.area > study.tolerance.area) & (patches.width > study.tolerance.width)
    return patches.where(large), patches.where(~large)


def _overlaps(named: Addressed, layout: Layout, patches: Patches, study: Study, *, gapless: bool) -> Faults:
    """Sort the pairs that overlap into equal ones, one inside the other, and plain overlaps."""
    if not len(patches):
        return Faults()
    pieces = pd.DataFrame({"one": patches.one, "other": patches.other, "area": patches.area})
    pairs = pieces.groupby(["one", "other"])["area"].sum().reset_index()
    kinds = _kinds(layout, patches, pairs, study.threshold("nested_share"))
    faults = Faults()
    for kind, code in (("same", "LAYER_OVERLAP"), ("nested", "LAYER_NESTED"), ("", "LAYER_OVERLAP")):
        chosen = pairs[kinds == kind]
        if len(chosen):
            faults += _pairs(named, layout, patches, chosen, (code, kind if code == "LAYER_OVERLAP" else ""), gapless)
    return faults


def _kinds(layout: Layout, patches: Patches, pairs: pd.DataFrame, share: float) -> NDArray[np.object_]:
    """Tell of every pair whether it is the same shape twice, one inside the other, or an overlap (plane areas)."""
    plane = pd.Series(shapely.area(patches.shapes)).groupby([patches.one, patches.other]).sum().to_numpy()
    areas = shapely.area(layout.geometries)
    first, second = areas[pairs["one"]], areas[pairs["other"]]
    inside = plane >= (1 - share) * np.minimum(first, second)
    same = plane >= (1 - share) * np.maximum(first, second)
    return np.where(same, "same", np.where(inside, "nested", "")).astype(object)


def _pairs(
    named: Addressed,
    layout: Layout,
    patches: Patches,
    pairs: pd.DataFrame,
    kind: tuple[str, str],
    gapless: bool,  # noqa: FBT001 - units or zones
) -> Faults:
    code, key = kind
    severity = Severity.ERROR if gapless else Severity.WARNING
    if not gapless:
        key = "zones" if key == "" else f"{key}.zones"
    ordered = sorted(
        zip(pairs["one"], pairs["other"], pairs["area"], strict=True),
        key=lambda pair: (-round(pair[2], 3), *sorted((named.name(pair[0]), named.name(pair[1])))),
    )
    largest = {pair: at for at, pair in reversed(list(enumerate(zip(patches.one, patches.other, strict=True))))}
    texts, names = [], []
    for one, other, area in ordered[:EXAMPLES]:
        first, second = _in_order(named, layout, one, other)
        spot = shapely.point_on_surface(patches.shapes[largest[one, other]])
        text, place = area_text(area), place_text(spot.x, spot.y, layout.crs)
        names.append(f"{first}、{second}")
        texts.append(Both(f"{first} 与 {second} {text.zh}，{place.zh}", f"{first} and {second} {text.en}, {place.en}"))
    total = area_text(float(pairs["area"].sum()))
    where = named.where([ordered[0][0], ordered[0][1]], value="; ".join(names))
    found = finding(code, key, severity=severity, where=where, count=len(pairs), total=total,
                    pairs=joined(texts, len(pairs)))  # fmt: skip
    listed = set(zip(pairs["one"], pairs["other"], strict=True))
    chosen = patches.where(np.array([pair in listed for pair in zip(patches.one, patches.other, strict=True)]))
    return Faults((found,), _on_map(named, layout, chosen, found))


def _in_order(named: Addressed, layout: Layout, one: int, other: int) -> tuple[str, str]:
    """Return the codes of a pair, of one inside another the inner first, else in the order of the codes."""
    pair = sorted((one, other), key=lambda at: (round(float(shapely.area(layout.geometries[at])), 3), named.name(at)))
    return named.name(pair[0]), named.name(pair[1])


def _gaps(named: Addressed, layout: Layout, holes: Patches) -> Faults:
    if not len(holes):
        return Faults()
    texts = [
        _gap(named, layout, shape, area)
        for shape, area in zip(holes.shapes[:EXAMPLES], holes.area[:EXAMPLES], strict=True)
    ]
    spot = shapely.point_on_surface(holes.shapes[0])
    where = named.file | {"value": place_text(spot.x, spot.y, layout.crs).en}
    found = finding("LAYER_GAP", where=where, count=len(holes), total=area_text(float(holes.area.sum())),
                    gaps=joined(texts, len(holes)))  # fmt: skip
    return Faults((found,), _on_map(named, layout, holes, found))


def _gap(named: Addressed, layout: Layout, shape: shapely.Geometry, area: float) -> Both:
    spot = shapely.point_on_surface(shape)
    text, place = area_text(area), place_text(spot.x, spot.y, layout.crs)
    beside = named.ordered(layout.beside(shape))
    codes = joined((Both(name, name) for name in map(named.name, beside[:EXAMPLES])), len(beside)).zh
    if not beside:
        return Both(f"{text.zh}，{place.zh}", f"{text.en}, {place.en}")
    if len(beside) == 1 and not len(layout.fillers):
        return Both(f"{text.zh}，{place.zh}，在 {codes} 之内", f"{text.en}, {place.en}, inside {codes}")
    return Both(f"{text.zh}，{place.zh}，紧邻 {codes}", f"{text.en}, {place.en}, next to {codes}")


def _between(named: Addressed, layout: Layout, patches: Patches, key: str, study: Study) -> Faults:
    """Say once how much lies within the tolerances; rounding of coordinates alone is not worth a word."""
    total = float(patches.area.sum())
    if total <= study.threshold("sliver_noise"):
        return Faults()
    limits = {"area": f"{study.tolerance.area:g}", "width": f"{study.tolerance.width:g}"}
    found = finding("LAYER_SLIVER", key, severity=Severity.INFO, where=named.file, count=len(patches),
                    total=f"{total:.3g}", widest=f"{patches.width.max():.2g}", **limits)  # fmt: skip
    return Faults((found,), _on_map(named, layout, patches, found))


def _slivers(named: Addressed, layout: Layout, study: Study) -> Faults:
    limit = study.threshold("sliver_width")
    thin, areas, widths = narrow(layout, limit)
    if not len(thin):
        return Faults()
    sizes = {int(at): (area, width) for at, area, width in zip(thin, areas, widths, strict=True)}

    def size(at: int) -> Both:
        area, width = sizes[at]
        return Both(f"面积 {area:.1f} m²，宽 {width:.3f} m", f"area {area:.1f} m², width {width:.3f} m")

    found = finding("LAYER_SLIVER", where=named.where(thin), count=len(thin), width=f"{limit:g}",
                    total=area_text(float(areas.sum())), named=named.named(thin, size))  # fmt: skip
    patches = Patches(layout.geometries[thin], thin, thin, areas, widths)
    return Faults((found,), _on_map(named, layout, patches, found))


def _on_map(named: Addressed, layout: Layout, patches: Patches, found: Finding) -> tuple[FaultShape, ...]:
    shapes = map_shapes(patches.shapes, layout.crs)
    return tuple(
        FaultShape(str(found.code), found.severity, named.raw.file, _names(named, (one, other)), float(area), shape)
        for shape, one, other, area in zip(shapes, patches.one, patches.other, patches.area, strict=True)
    )


def _names(named: Addressed, positions: Iterable[int]) -> str:
    return "; ".join(sorted({named.name(one) for one in positions if one >= 0}))
