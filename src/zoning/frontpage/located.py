"""How much of the mass has a known place, what that makes of the evidence, and what the inventory behind it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from zoning.htmltree import Child, chip, table, tag
from zoning.inventory import PERMIT_ONLY, Inventory, fuel_name, open_pairs, residual_co2
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import look_of, unit_text
from zoning.symbology.figures import amount, number, share, species_text

__all__ = ["located"]

_WORST = 5  # disagreements of departments that the page names


def located(result: Result, lang: str) -> list[Child]:
    """Return the section on located mass: per species the share λ, the evidence classes, and the inventory."""
    if not {"emission", "emission_sited"} <= set(result.ledger.columns):
        return []
    unit = unit_text("t yr-1", lang)
    header = [say(f"index.located.{name}", lang, unit=unit) for name in ("species", "total", "located", "share")]
    body = [row for species in _species(result) if (row := _row(result, species, lang))]
    return [
        tag("h2", say("index.located", lang)),
        table(header, body),
        _classes(result, lang),
        *(_inventory(result.inventory, lang) if result.inventory is not None else ()),
    ]


def _species(result: Result) -> list[str]:
    return [str(name) for name in result.ledger["emission"]["species"].values]


def _row(result: Result, species: str, lang: str) -> list[Child]:
    """Sum a species over units in the year nearest to the base year that anything is known of; empty without any."""
    ledger, base = result.ledger, result.study.years.base
    mass = ledger["emission"].sel(species=species)
    years = [int(year) for year in mass["year"].values if bool(mass.sel(year=year).notnull().any())]
    if not years:
        return []
    year = min(years, key=lambda one: (abs(one - base), one))
    total = float(np.nansum(mass.sel(year=year)))
    placed = float(np.nansum(ledger["emission_sited"].sel(species=species, year=year)))
    named = say("index.located.layer", lang, species=species_text(species), year=year)
    return [named, number(total, lang), number(placed, lang), share(placed / total if total else float("nan"), lang)]


def _classes(result: Result, lang: str) -> Child:
    counts = Counter(str(code) for code in result.decisions["evidence_class"])
    keys: list[Child] = []
    for one in look_of(result.study).symbols("evidence_class"):
        keys += [chip(one, lang), f" {counts[one.code]}　"]
    return tag("p", say("index.located.classes", lang), " ", *keys)


def _inventory(inventory: Inventory, lang: str) -> list[Child]:
    """Return what the department tables gave, what they leave open, and where departments differ most."""
    firms = inventory.enterprises
    left = residual_co2(inventory.reconciliation)
    facts = {
        "enterprises": str(int(firms["counts"].sum())),
        "permits": str(int((firms["status"] == PERMIT_ONLY).sum())),
        "residual": amount(left, "t yr-1", lang),
        "share": share(_of_everything(inventory, left), lang),
        "pairs": str(open_pairs(inventory)),
        "corrections": str(len(inventory.corrections)),
    }
    items = [tag("li", say(f"index.inventory.{name}", lang, value=value)) for name, value in facts.items()]
    worst = inventory.disagreements.head(_WORST)
    rows = [_differs(row, lang) for row in worst.to_dict("records")]
    header = [say(f"index.inventory.worst.{name}", lang) for name in ("name", "quantity", "values", "co2")]
    ranked = [tag("h3", say("index.inventory.worst", lang)), table(header, rows)] if rows else []
    return [tag("h3", say("index.inventory", lang, year=inventory.year)), tag("ul", *items), *ranked]


def _of_everything(inventory: Inventory, residual: float) -> float:
    """Return the share of located CO2 in what the energy balance knows of: enterprises and what they leave over."""
    firms, records = inventory.enterprises, inventory.records
    own = records[(records["year"] == inventory.year) & records["enterprise"].map(firms["counts"])]
    placed = float(own["CO2"].sum())
    return placed / (placed + residual) if placed + residual > 0 else float("nan")


def _differs(row: Mapping[Any, Any], lang: str) -> list[Child]:
    """Return one disagreement: whose, of what, the two numbers, and the CO2 that hangs on them."""
    name = fuel_name(str(row["quantity"]))
    left, right = number(row["left_value"], lang), number(row["right_value"], lang)
    return [
        str(row["name"]) or say("index.inventory.city", lang),
        name.en if lang == "en" else name.zh,
        say("index.inventory.differs", lang, left=left, right=right, unit=unit_text(str(row["unit"]), lang)),
        amount(float(row["co2_t"]), "t yr-1", lang),
    ]
