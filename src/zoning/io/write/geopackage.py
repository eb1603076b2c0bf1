"""``results.gpkg``: the layers a GIS opens with the right colours and Chinese names, and the tables of the result.

Everything a result holds but its ledger and findings can be read back from it. Layer ``control_units`` carries, beside
its own attributes, what readers ask for first: decision, reasons, sentence, main ledger columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.cartography.themes import nearest_year
from zoning.clauses import Clause, Entry
from zoning.consultation import Comment, Suggestion
from zoning.drafts import Draft, Edit
from zoning.errors import COLUMNS
from zoning.io.inventory_layers import double_high_cells, inventory_layers
from zoning.io.records import encode, pack, text_of
from zoning.io.write.grids import grid_records
from zoning.io.write.layers import Layer, write_layers
from zoning.judge.reason import Reason
from zoning.messages import say
from zoning.result import Result
from zoning.supports import BaseLayer
from zoning.symbology import look_of, unit_text
from zoning.symbology.figures import species_text
from zoning.vocab import label
from zoning.workbook.fields import Field, field, unit_label
from zoning.workbook.judged import decision_record
from zoning.workbook.wide import Spread, spread, spread_totals

__all__ = ["LAYOUT", "layers_of", "write_geopackage", "zone_layer_names"]

LAYOUT = "result_layout"
_UNIT_THEMES = (
    "decision", "unit_class", "carbon_state", "synergy_class", "evidence_class", "tier", "resolution", "uncovered",
)  # fmt: skip
_M2_PER_KM2 = 1e6
_BASE = ("role", "name", "approval", "source")
_SUMMED = ("emission", "emission_located")


def write_geopackage(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the GeoPackage of a result: version 1.3, rollback journal, default styles, equal bytes for equal results.

    Parameters
    ----------
    result : Result
        What a run found.
    path : str or Path
        File to write; an existing one is replaced.
    lang : str
        Language of aliases, legends and of the sentences in layer ``control_units``; the tables hold both.
    """
    layers, layout = _layers(result, lang)
    table = pd.DataFrame({"part": list(layout), "layout": [text_of(part) for part in layout.values()]})
    layers.append(_table(LAYOUT, table, lang))
    write_layers(layers, Path(path), lang, look_of(result.study))


def layers_of(result: Result, lang: str = "zh") -> tuple[Layer, ...]:
    """Return the layers of a result that have shapes, with their names, aliases and styles, in their order."""
    return tuple(layer for layer in _layers(result, lang)[0] if layer.geometry)


def zone_layer_names(elements: list[str]) -> list[str]:
    """Return the layer name of every zone layer; a second layer of one element gets a number.

    Examples
    --------
    >>> zone_layer_names(["air", "energy", "air"])
    ['zones_air', 'zones_energy', 'zones_air_2']
    """
    names = []
    for number, element in enumerate(elements):
        earlier = elements[:number].count(element)
        names.append(f"zones_{element}_{earlier + 1}" if earlier else f"zones_{element}")
    return names


def _layers(result: Result, lang: str) -> tuple[list[Layer], dict[str, Any]]:
    """Return all layers and tables, and the layout that reading back needs."""
    units, layout = _units(result, lang)
    layers, layouts = [units], {units.name: layout}
    zones = zone_layer_names([one.element for one in result.zones])
    for name, one in zip(zones, result.zones, strict=True):
        layer, layouts[name] = _zones(name, one.element, one.frame, lang)
        layers.append(layer)
    layer, layouts["fragments"] = _fragments(result.fragments, lang)
    layers.append(layer)
    if result.emitters is not None:
        layer, layouts["emitters"] = _emitters(result.emitters.frame, result.emitters.species, lang)
        layers.append(layer)
    for name, frame in _frames(result).items():
        packed, layouts[name] = pack(frame)
        layers.append(_table(name, packed, lang))
    if result.inventory is not None:
        added, known = inventory_layers(result.inventory, lang)
        cells = double_high_cells(result.inventory, result.units.crs, lang)
        layers, layouts = [*layers, *added, *cells], layouts | known
    counted = None if result.emitters is None else result.emitters.counted
    species = [] if result.emitters is None else list(result.emitters.species)
    layers += _bases(result.bases, lang)
    layouts["result"] = {
        "zones": [one.element for one in result.zones],
        "lists": [one.level for one in result.lists],
        "plans": sorted({one.level for one in result.plans}),
        "emitters": {"species": species, "counted": counted},
        "grids": grid_records(result.fields),
        "bases": [{name: getattr(one, name) for name in _BASE} for one in result.bases],
    }
    return layers, layouts


def _frames(result: Result) -> dict[str, pd.DataFrame]:
    """Return the parts of a result that have no geometry, as tables."""
    reasons = [encode(reason) for reason in result.reasons]
    clauses = [encode(clause) | _clause_extra(clause) for one in result.lists for clause in one.clauses]
    plans = [encode(clause) for one in result.plans for clause in one.clauses]
    entries = [{"level": one.level} | encode(entry) for one in result.lists for entry in one.entries]
    proposed = zip(result.comments, result.suggestions, strict=True)
    comments = [encode(comment) | encode(suggestion) for comment, suggestion in proposed]
    findings = [finding.as_row() | {"code": str(finding.code)} for finding in result.findings]
    return {
        "decisions": result.decisions,
        "reasons": pd.DataFrame(reasons, columns=[one.name for one in fields(Reason)]),
        "clauses": pd.DataFrame(clauses, columns=[*(one.name for one in fields(Clause)), *_CLAUSE_EXTRA]),
        "plans": pd.DataFrame(plans, columns=[one.name for one in fields(Clause)]),
        "list_entries": pd.DataFrame(entries, columns=["level", *(one.name for one in fields(Entry))]),
        "drafts": pd.DataFrame([encode(one) for one in result.drafts], columns=[one.name for one in fields(Draft)]),
        "edits": pd.DataFrame([encode(one) for one in result.edits], columns=[one.name for one in fields(Edit)]),
        "register": result.register,
        "comments": pd.DataFrame(comments, columns=[one.name for one in (*fields(Comment), *fields(Suggestion))]),
        "conservation": result.conservation,
        "proxy_audit": result.proxy_audit,
        "findings": pd.DataFrame(findings, columns=list(COLUMNS)),
    }


_CLAUSE_EXTRA = ("carbon_state", "modality", "strength", "grade", "place")


def _clause_extra(clause: Clause) -> dict[str, Any]:
    """Return what one wants to filter clauses by, out of their records."""
    one = clause.label
    return dict(
        zip(_CLAUSE_EXTRA, (one.carbon_state, one.modality, one.strength, one.grade, str(clause.address)), strict=True)
    )


def _units(result: Result, lang: str) -> tuple[Layer, dict[str, Any]]:
    """Return the layer of units: its own attributes, then what was decided, then the main columns of the ledger."""
    frame, ledger = result.units.frame, result.ledger
    found = [one for name in ledger.columns if ledger.data[name].dims == ("unit",) for one in spread(ledger, name)]
    found += [one for name in _SUMMED if name in ledger for one in spread_totals(ledger, name)]
    place = {code: number for number, code in enumerate(ledger.units)}
    order = [place[code] for code in frame["code"]]
    extra = _judged(result, list(frame["code"]), lang)
    for one in found:
        extra[one.name] = one.values[order].astype(object if one.is_text else float)
    extra["carbon_state"] = result.decisions["carbon_state"].reindex(frame["code"]).to_numpy(dtype=object)
    density = _densities(result, order, lang)
    extra |= {column: values for column, values, _ in density.values()}
    packed, layout = pack(frame.drop(columns=frame.geometry.name), taken=list(extra))
    columns = pd.concat([packed, pd.DataFrame(extra, index=packed.index)], axis=1)
    aliases = _aliases("layer.control_units", columns, lang) | {one.name: _ledger_alias(one, lang) for one in found}
    aliases |= {column: (title, title) for column, _, title in density.values()}
    aliases["carbon_state"] = _alias("decisions", "carbon_state", lang)
    names = {"uncovered": "uncovered_co2_lo_t", "unit_class": _stored(layout, "unit_class")}
    styles = {theme: names.get(theme, theme) for theme in _UNIT_THEMES if names.get(theme, theme) in columns}
    styles |= {theme: column for theme, (column, _, _) in density.items()}
    if "resolution" in columns:
        columns["resolution"] = columns["resolution"].map("{:.0f}".format)
    title = say("field.layer.control_units", lang)
    return Layer("control_units", title, _located(columns, frame), "MultiPolygon", aliases, styles), layout


def _densities(result: Result, order: list[int], lang: str) -> dict[str, tuple[str, NDArray[np.float64], str]]:
    """Return theme → column, values (t km-2 yr-1) and title: of every species in the year nearest to the base year."""
    ledger, found = result.ledger, {}
    if "emission" not in ledger or "area" not in ledger:
        return {}
    area = ledger.of_unit("area") / _M2_PER_KM2
    for species in (str(name) for name in ledger["emission"]["species"].values):
        year = nearest_year(ledger, species, result.study.years.base)
        if year is not None:
            values = ledger.of_unit("emission", species=species, year=year) / area
            unit = unit_text("t km-2 yr-1", lang)
            title = say("map.theme.density", lang, species=species_text(species), year=year, unit=unit)
            found[f"density.{species}"] = (f"density_{species}_{year}_t_km2", values[order], title)
    return found


def _stored(layout: Mapping[str, Any], name: str) -> str:
    """Return under what name a column was stored."""
    return next((str(one["stored"]) for one in layout["columns"] if one["name"] == name), "")


def _judged(result: Result, codes: list[str], lang: str) -> dict[str, Any]:
    rows = [decision_record(str(code), row, lang) for code, row in result.decisions.loc[codes].iterrows()]
    look = look_of(result.study)
    columns = {
        "class_label": [look.label("unit_class", row["unit_class"], lang) for row in rows],
        "decision_label": [look.label("decision", row["decision"], lang) for row in rows],
        "reasons": ["; ".join(row["reasons"]) for row in rows],
        "missing": [row["missing_text"] for row in rows],
    }
    same = ("decision", "sentence", "counterfactual", "tier", "evidence_class", "override_state")
    return {"decision": None} | columns | {name: [row[name] for row in rows] for name in same}


def _zones(name: str, element: str, frame: gpd.GeoDataFrame, lang: str) -> tuple[Layer, dict[str, Any]]:
    packed, layout = pack(frame.drop(columns=frame.geometry.name), taken=["subtype_label"])
    columns = packed.assign(subtype_label=[label(code, lang) for code in frame["subtype"]])
    title = say("field.layer.zones", lang, element=label(element, lang))
    if name != f"zones_{element}":
        title = f"{title} {name.rsplit('_', 1)[1]}"
    styles = {f"zones.{element}": _stored(layout, "subtype")}
    aliases = _aliases("layer.zones", columns, lang)
    return Layer(name, title, _located(columns, frame), "MultiPolygon", aliases, styles), layout


def _fragments(frame: gpd.GeoDataFrame, lang: str) -> tuple[Layer, dict[str, Any]]:
    packed, layout = pack(pd.DataFrame(frame.drop(columns=frame.geometry.name)), taken=["subtype_label"])
    columns = packed.assign(subtype_label=[label(code, lang) for code in frame["subtype"]])
    title, aliases = say("field.layer.fragments", lang), _aliases("layer.fragments", columns, lang)
    styles = {"zones": _stored(layout, "subtype")}
    return Layer("fragments", title, _located(columns, frame), "MultiPolygon", aliases, styles), layout


def _emitters(frame: gpd.GeoDataFrame, species: tuple[str, ...], lang: str) -> tuple[Layer, dict[str, Any]]:
    packed, layout = pack(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    aliases = _aliases("layer.emitters", packed, lang)
    mass = field("layer.emitters", "*")
    if mass is not None:
        aliases |= {name: (mass.title(lang).format(name=name), _meaning(mass, lang)) for name in species}
    title = say("field.layer.emitters", lang)
    styles = {"emitter.CO2": _stored(layout, "CO2")} if "CO2" in species else {}
    return Layer("emitters", title, _located(packed, frame), "Point", aliases, styles), layout


def _bases(bases: Sequence[BaseLayer], lang: str) -> list[Layer]:
    """Return the layers of the base map."""
    layers = []
    for number, base in enumerate(bases, start=1):
        name, frame = f"base_{number}", base.frame
        title = say("handover.layer.base", lang, name=base.name, approval=base.approval)
        aliases = {"label": (say("handover.field.label", lang), say("handover.field.label.meaning", lang))}
        columns = pd.DataFrame({"label": frame["label"].astype(object)})
        layers.append(Layer(name, title, _located(columns, frame), _kind(frame), aliases, {f"base/{base.role}": ""}))
    return layers


def _kind(frame: gpd.GeoDataFrame) -> str:
    """Return the kind of geometry that holds all shapes of a layer; any kind where they are mixed."""
    kinds = {kind.removeprefix("Multi") for kind in frame.geometry.geom_type}
    return f"Multi{kinds.pop()}" if len(kinds) == 1 else "Unknown"


def _table(name: str, packed: pd.DataFrame, lang: str) -> Layer:
    known = _aliases(name, packed, lang) if name != LAYOUT else {}
    return Layer(name, say(f"field.layer.{name}", lang), packed, "", known, {})


def _located(columns: pd.DataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def _aliases(sheet: str, columns: pd.DataFrame, lang: str) -> dict[str, tuple[str, str]]:
    known = ((name, field(sheet, name)) for name in columns.columns)
    return {name: (one.title(lang), _meaning(one, lang)) for name, one in known if one is not None}


def _alias(sheet: str, name: str, lang: str) -> tuple[str, str]:
    one = field(sheet, name)
    return (name, name) if one is None else (one.title(lang), _meaning(one, lang))


def _meaning(one: Field, lang: str) -> str:
    return one.meaning_en if lang == "en" else one.meaning_zh


def _ledger_alias(one: Spread, lang: str) -> tuple[str, str]:
    """Name a ledger column in the unit of measure it is stored in, which is the ledger's."""
    title = one.title(lang)
    shown = "count" if one.field and one.field.unit == "count" else one.unit
    unit = "" if one.is_text or (one.field and one.field.kind.startswith("theme.")) else unit_label(shown, lang)
    meaning = _meaning(one.field, lang) if one.field else title
    return (say("book.with_unit", lang, name=title, unit=unit) if unit else title, meaning)
