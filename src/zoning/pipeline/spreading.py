"""Residuals of the energy balance over declared proxies: fields of origin X that add up to them within the units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from zoning import checks
from zoning.checks import Judged
from zoning.errors import Finding, InputError, Severity
from zoning.field import Field
from zoning.intake import WeightedBlocks
from zoning.inventory import Spread
from zoning.io.read.raster.rasters import read_raster
from zoning.messages import finding
from zoning.overlay import Laying
from zoning.study import EmissionsInput, SpreadInput, Study
from zoning.supports import ControlUnits

__all__ = ["RESIDUAL", "spread_fields"]

RESIDUAL = "residual"
"""Series of the fields that carry what no enterprise accounts for."""


def spread_fields(
    study: Study, units: ControlUnits, spread: Spread, laying: Laying, gridded: tuple[Field, ...] = ()
) -> Judged[tuple[Field, ...]]:
    """Return the residuals that a declared proxy carries, as fields of origin X.

    Within the units the cells of a field add up to the residual; a proxy that is 0 or without data everywhere there
    can carry nothing, and is refused. So is a sector that has a grid of the base year: its mass would count twice.

    Parameters
    ----------
    study : Study
        Names the proxies.
    units : ControlUnits
        Where the residual is.
    spread : Spread
        Tonnes by sector and species.
    laying : Laying
        Lays the units on the grids of the proxies.
    gridded : tuple of Field
        Layers that the study gives itself.
    """
    proxies = study.inventory.spread if study.inventory is not None else ()
    found: list[Field] = []
    findings: list[Finding] = []
    for one in sorted(proxies, key=lambda proxy: (proxy.sector, proxy.proxy)):
        rows = spread.rows[(spread.rows["sector"] == one.sector) & (spread.rows["state"] == "spread")]
        if not len(rows):
            where = {"file": one.proxy, "field": "inventory.spread.sector", "value": one.sector}
            findings.append(finding("EVIDENCE_MISSING", "nothing_to_spread", where=where))
            continue
        twice = [field for field in gridded if (field.species, field.sector, field.year) == _key(study, one)]
        if twice:
            where = {"file": one.proxy, "field": "inventory.spread.sector", "value": one.sector}
            findings.append(finding("VALUE_UNKNOWN", "spread_gridded", where=where, year=study.years.base))
            continue
        judged = _proxy(study, one)
        findings += judged.findings
        if judged.value is None:
            continue
        fields, faults = _carried(judged.value, rows, one, (study, units, laying))
        found += fields
        findings += faults
    return Judged(tuple(found), tuple(findings))


def _key(study: Study, one: SpreadInput) -> tuple[str, str, int]:
    return ("CO2", one.sector, study.years.base)


def _proxy(study: Study, one: SpreadInput) -> Judged[Field]:
    """Read and judge a proxy as if its values were tonnes: what is wrong with a grid is wrong with a proxy too."""
    declared = EmissionsInput(
        species="CO2", mass_basis="CO2", unit="t", kind="total", year=study.years.base, sectors={one.sector: one.proxy},
        origin="X", proxy=one.name or one.proxy, crs=one.crs, series=RESIDUAL, source=one.name or one.proxy,
    )  # fmt: skip
    try:
        raster = read_raster((one.proxy,), study.years.base, study.locate)
    except InputError as error:
        return Judged(None, error.findings)
    judged = checks.check_emissions({one.sector: raster}, None, declared, study)
    return Judged(judged.value[0] if judged.value else None, judged.findings)


def _carried(
    proxy: Field, rows: pd.DataFrame, one: SpreadInput, about: tuple[Study, ControlUnits, Laying]
) -> tuple[list[Field], list[Finding]]:
    study, units, laying = about
    cover = laying.cover(units.frame.set_index("code").geometry, proxy.grid)
    inside = float(np.nansum(cover.total(proxy).to_numpy()))
    if not inside > 0:
        return [], [finding("GRID_NOT_COVERING", "proxy", severity=Severity.ERROR, where={"file": one.proxy})]
    fields = [
        replace(
            proxy,
            species=str(row["species"]),
            basis=str(row["species"]),
            blocks=WeightedBlocks((proxy.blocks,), (float(row["t"]) / inside,)),
            year=study.years.base,
        )
        for row in rows.to_dict("records")
        if row["t"] > 0
    ]
    return fields, []
