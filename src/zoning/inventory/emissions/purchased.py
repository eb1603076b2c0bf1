"""Power and heat that enterprises buy: columns of their own, never in scope 1, and nothing is taken off who sells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from zoning.inventory.emissions.book import Use
from zoning.inventory.emissions.model import Settings
from zoning.inventory.emissions.used import Ledger

__all__ = ["COLUMNS", "bought"]

COLUMNS = (
    "enterprise", "year", "power_mwh", "power_sold_mwh", "heat_gj", "heat_sold_gj", "power_factor", "heat_factor",
    "factor_id", "power_co2_t", "heat_co2_t", "ref",
)  # fmt: skip


def bought(uses: Sequence[Use], kept: Sequence[Use], settings: Settings, ledger: Ledger) -> list[dict[str, object]]:
    """Return one row per enterprise and year that buys or sells power or heat.

    A net amount below 0 is a sale. Who sells net may buy too: then what another department lists as bought counts.

    Parameters
    ----------
    uses : sequence of Use
        All power and heat of the year, sorted.
    kept : sequence of Use
        Those that count.
    """
    chosen = {(use.firm.ref, use.what) for use in kept}
    mine: dict[tuple[str, int], list[Use]] = {}
    for use in uses:
        if use.what in ("power", "heat", "heat_sold"):
            mine.setdefault((use.firm.enterprise, use.year), []).append(use)
    return [_row(key, mine[key], chosen, settings, ledger) for key in sorted(mine)]


def _row(
    key: tuple[str, int], uses: Sequence[Use], chosen: set[tuple[str, str]], settings: Settings, ledger: Ledger
) -> dict[str, object]:
    first = [use for use in uses if (use.firm.ref, use.what) in chosen]
    power, power_sold, power_use = _trade("power", first, uses)
    heat, heat_net_sold, heat_use = _trade("heat", first, uses)
    stated = [use.amount for use in first if use.what == "heat_sold"]
    heat_sold = math.fsum(stated) if stated else heat_net_sold
    power_factor, power_id = _power_factor(power_use, settings, ledger) if power > 0 else (math.nan, "")
    heat_factor, heat_id = _heat_factor(heat_use, ledger) if heat > 0 else (math.nan, "")
    return {
        "enterprise": key[0], "year": key[1], "power_mwh": power, "power_sold_mwh": power_sold, "heat_gj": heat,
        "heat_sold_gj": heat_sold, "power_factor": power_factor, "heat_factor": heat_factor,
        "factor_id": ";".join(filter(None, (power_id, heat_id))), "power_co2_t": _co2(power, power_factor),
        "heat_co2_t": _co2(heat, heat_factor),
        "ref": ";".join(dict.fromkeys(use.firm.ref for use in (power_use, heat_use) if use is not None)),
    }  # fmt: skip


def _co2(amount: float, factor: float) -> float:
    return 0.0 if amount == 0.0 else amount * factor


def _trade(what: str, first: Sequence[Use], uses: Sequence[Use]) -> tuple[float, float, Use | None]:
    """Bought, sold (both not negative; NaN if nobody says), and the use that says what was bought."""
    mine = [use for use in first if use.what == what]
    if not mine:
        return math.nan, math.nan, None
    net = math.fsum(use.amount for use in mine)
    if what == "heat":
        net += math.fsum(use.amount for use in first if use.what == "heat_sold" and net < 0)
    if not net < 0:
        return net, 0.0, mine[0]
    others = [use for use in uses if use.what == what and use.firm.table != mine[0].firm.table and use.amount > 0]
    listed = [use for use in others if use.firm.table == others[0].firm.table]
    return math.fsum(use.amount for use in listed), -net, (listed or mine)[0]


def _power_factor(use: Use | None, settings: Settings, ledger: Ledger) -> tuple[float, str]:
    if use is None:
        return math.nan, ""
    if not math.isnan(use.factor):
        return use.factor, ledger.note_stated(use, use.factor, "supplier")
    if not settings.power:
        return math.nan, ""
    found = ledger.ask(lambda: ledger.registry.power(settings.power, use.year, settings.place), use)
    if found is None:
        return math.nan, ""
    ledger.note(found)
    return found.value, found.id


def _heat_factor(use: Use | None, ledger: Ledger) -> tuple[float, str]:
    if use is None:
        return math.nan, ""
    if not math.isnan(use.factor):
        return use.factor, ledger.note_stated(use, use.factor, "supplier")
    found = ledger.ask(ledger.registry.heat, use)
    if found is None:
        return math.nan, ""
    ledger.note(found)
    return found.value, found.id


def as_frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as the frame ``purchased``."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS))
