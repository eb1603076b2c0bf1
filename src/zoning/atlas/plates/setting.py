"""What all sheets of one atlas share: look, extent, outlines, base map, sources; put together once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from zoning.atlas.model import Plate, Table
from zoning.cartography.bases import base_layers
from zoning.cartography.layers import Legend, border_lines, short_codes, unit_areas, unit_outlines
from zoning.cartography.model import Areas, Extent, Layer, Lines, Panel
from zoning.messages import listed, say
from zoning.result import Result
from zoning.symbology import Look, look_of, unit_text
from zoning.symbology.figures import amount, number, share
from zoning.tables import read

__all__ = ["M2_PER_KM2", "Setting", "class_table", "threshold_text"]

M2_PER_KM2 = 1e6
_MARGIN = 0.03  # of the longer side, free around the region
_OVERLAP = 1e-9  # of the area: shapes that overlap by more are no partition


@dataclass(frozen=True, eq=False)
class Setting:
    """A result, a language, and what the sheets draw again and again.

    Attributes
    ----------
    result : Result
        What is shown.
    lang : str
        ``zh`` or ``en``.
    """

    result: Result
    lang: str

    @cached_property
    def look(self) -> Look:
        """Colours, hatches, limits of the study."""
        return look_of(self.result.study)

    @property
    def crs(self) -> CRS:
        """Coordinate system of the sheets: that of the units."""
        return self.result.units.crs

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Short code of every unit."""
        return short_codes(self.result.units.codes)

    @cached_property
    def prefix(self) -> str:
        """What the short codes leave out."""
        codes = self.result.units.codes
        return codes[0].removesuffix(self.labels[0]) if codes else ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of every unit."""
        return tuple(str(name) for name in self.result.units.frame["name"])

    @cached_property
    def km2(self) -> pd.Series:
        """Area of every unit on the ellipsoid, by code."""
        codes = list(self.result.units.codes)
        if "area" not in self.result.ledger:
            return pd.Series(np.nan, index=codes)
        return pd.Series(self.result.ledger.of_unit("area") / M2_PER_KM2, index=self.result.ledger.units).reindex(codes)

    @cached_property
    def counties(self) -> dict[str, shapely.Geometry]:
        """County code → its units put together."""
        frame = self.result.units.frame
        codes = frame["admin_code"].astype(str)
        shapes = self.result.units.geometries
        return {code: _united(shapes[(codes == code).to_numpy()]) for code in sorted(set(codes))}

    @cached_property
    def region(self) -> shapely.Geometry:
        """All units put together."""
        return _united(np.array(list(self.counties.values()), dtype=object))

    @cached_property
    def borders(self) -> Lines:
        """Borders of the counties."""
        return border_lines(self.result, tuple(self.counties.values()), self.lang)

    @cached_property
    def outlines(self) -> Areas:
        """Outlines of the units with their short codes."""
        return unit_outlines(self.result, self.lang, self.labels)

    @cached_property
    def plain_outlines(self) -> Areas:
        """Outlines of the units without a text, for sheets whose labels are others."""
        return unit_outlines(self.result, self.lang)

    @cached_property
    def bases(self) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
        """Layers of the base map below and above the results."""
        return base_layers(self.result)

    @cached_property
    def extent(self) -> Extent:
        """Box of the units with a margin."""
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(self.result.units.geometries))
        margin = _MARGIN * max(east - west, north - south)
        return (west - margin, south - margin, east + margin, north + margin)

    @cached_property
    def approvals(self) -> tuple[str, ...]:
        """Map reviews of the base layers, each once."""
        texts = (say("plate.approval", self.lang, name=one.name, approval=one.approval) for one in self.result.bases)
        return tuple(dict.fromkeys(texts))

    def of_unit(self, name: str, **where: object) -> NDArray[np.float64]:
        """Return a column of the ledger in the order of the units; all NaN if there is none."""
        codes = list(self.result.units.codes)
        if name not in self.result.ledger:
            return np.full(len(codes), np.nan)
        values = pd.Series(self.result.ledger.of_unit(name, **where), index=list(self.result.ledger.units))
        return np.asarray(values.reindex(codes), dtype=np.float64)

    def units(self, legend: Legend, *, labelled: bool = True) -> Areas:
        """Return the units in the colours of a legend, with their short codes; small maps have none."""
        return unit_areas(self.result, legend, self.labels if labelled else ())

    def panel(self, *layers: Layer, title: str = "", borders: bool = True) -> Panel:
        """Return a map of the region: base layers below, the layers, county borders, base layers above."""
        below, above = self.bases
        lines = (self.borders,) if borders else ()
        return Panel(layers=(*below, *layers, *lines, *above), crs=self.crs, extent=self.extent, title=title)

    def plate(self, name: str, group: str, panels: Sequence[Panel], **about: object) -> Plate:
        """Return a sheet with the map reviews of the base layers; ``about`` are further fields of the plate."""
        fields: dict[str, object] = {"title": say(f"sheet.{name}", self.lang), "approvals": self.approvals}
        merged = {"id": name, "group": say(f"sheet.group.{group}", self.lang), "panels": tuple(panels)} | fields | about
        return Plate(**merged)  # type: ignore[arg-type]

    def part(self, name: str, title: str, place: int) -> dict[str, str]:
        """Return id and title of the first, second … sheet of one matter."""
        if place == 1:
            return {"id": name, "title": title}
        return {"id": f"{name}.{place}", "title": self.say("plate.title.part", title=title, number=place)}

    def say(self, key: str, **slots: object) -> str:
        """Return a text in the language of the atlas."""
        return say(key, self.lang, **slots)

    def parts(self, legend: Legend) -> str:
        """Return the classes of a legend with their numbers of units, as one phrase."""
        texts = [self.say("plate.part", label=one.label, count=one.count) for one in legend.entries]
        return listed(texts, self.lang)

    @property
    def coding(self) -> str:
        """Note on the short codes of the map."""
        key = "plate.note.codes" if self.prefix else "plate.note.codes.whole"
        return self.say(key, prefix=self.prefix)

    def source(self, kind: str, *texts: str) -> tuple[str, ...]:
        """Return one line per source text of a kind of input, each once; those that are not stated say so."""
        stated = tuple(dict.fromkeys(text for text in texts if text)) or (self.say("plate.source.unstated"),)
        return tuple(self.say(f"plate.source.{kind}", source=text) for text in stated)

    @cached_property
    def unit_source(self) -> tuple[str, ...]:
        """Source of the layer of units."""
        declared = self.result.study.units
        return self.source("units", " ".join(part for part in (declared.source, declared.version) if part))

    @cached_property
    def list_source(self) -> tuple[str, ...]:
        """Names of the files of the access lists, with their version; never where they lie."""
        declared = self.result.study.access_list
        if declared is None:
            return ()
        paths = (declared.unit, declared.zone, declared.region, declared.city, declared.province)
        names = listed((PurePosixPath(path.replace("\\", "/")).name for path in paths if path), self.lang)
        return self.source("lists", " ".join(part for part in (names, declared.version) if part))


def _united(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return shapes put together: quickly where neighbours share their vertices, else by overlay."""
    try:
        quick = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)
    whole = float(shapely.area(shapes).sum())
    return quick if quick.is_valid and abs(quick.area - whole) <= _OVERLAP * whole else shapely.union_all(shapes)


def class_table(setting: Setting, legend: Legend, title: str) -> Table:
    """Return classes with their number of units, km² and share of the area, in the order of the legend."""
    keys = np.array(legend.keys, dtype=object)
    areas = setting.km2.to_numpy(dtype=np.float64)
    whole = float(np.nansum(areas))
    header = [setting.say(f"plate.column.{name}") for name in ("class", "units", "km2", "share")]
    rows = []
    for entry in legend.entries:
        inside = areas[keys == entry.key]
        km2 = float(np.nansum(inside)) if np.isfinite(inside).any() else float("nan")
        part = share(km2 / whole, setting.lang) if whole > 0 else number(float("nan"), setting.lang)
        rows.append((entry.label, str(entry.count), number(km2, setting.lang), part))
    total = (setting.say("plate.total"), str(len(keys)), number(whole, setting.lang), "")
    return Table(title, tuple(header), (*rows, total), frozenset({1, 2, 3}))


def threshold_text(setting: Setting, name: str) -> str:
    """Return a threshold with its value and its status, or that the study sets it."""
    row = next(row for row in read("thresholds") if row["id"] == name)
    study = setting.result.study
    value = study.threshold(name)
    status = "study" if name in study.thresholds else row["status"]
    shown = share(value, setting.lang) if row["unit"] == "1" and value < 1 else _amount(value, row["unit"], setting)
    meaning = row["en"] if setting.lang == "en" else row["zh"]
    return setting.say("plate.threshold", meaning=meaning, value=shown, status=setting.say(f"index.status.{status}"))


def _amount(value: float, unit: str, setting: Setting) -> str:
    return amount(value, unit, setting.lang) if unit_text(unit, setting.lang) else number(value, setting.lang)
