"""Faults put into the rows: what was right is written down beside what the table says now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zoning.crs.gcj02 import to_gcj02
from zoning.synthetic.departments.faults import Chosen
from zoning.synthetic.departments.identities import former_name, old_number, works_name, wrong_letter
from zoning.synthetic.departments.rows import FUELS, Books
from zoning.synthetic.departments.world import POLLUTANTS, World

__all__ = ["plant"]

_SLIP = 10_000.0
_KILOGRAMS = 1_000.0
_Value = str | float


@dataclass
class _Hand:
    """What a hand that spoils tables needs, and its list of what it did."""

    world: World
    tables: Books
    chosen: Chosen
    rng: np.random.Generator
    done: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)

    def write(self, fault: str, table: str, firm: int, **values: _Value) -> None:
        """Put values into the first row of a firm; note before and after."""
        row = self.tables.of(table, firm)
        self.write_row(fault, table, row, **values)

    def write_row(self, fault: str, table: str, row: int, **values: _Value) -> None:
        """Put values into a row; note before and after."""
        frame = self.tables.rows[table]
        (firm,) = frame.loc[[row], "firm"].tolist()
        for column, value in values.items():
            (before,) = frame.loc[[row], column].tolist()
            if column != "style" and before != value:
                self.done.append((firm, fault, table, column, str(before), str(value)))
            frame.loc[row, column] = value

    def add(self, fault: str, table: str, firm: int, **values: _Value) -> None:
        """Add a copy of the row of a firm in which some values differ."""
        frame = self.tables.rows[table]
        row = frame.loc[[self.tables.of(table, firm)]].copy()
        for column, value in values.items():
            row[column] = value
        self.tables.rows[table] = pd.concat([frame, row.astype(frame.dtypes)], ignore_index=True)
        self.done.append((firm, fault, table, "", "", "; ".join(f"{key}={value}" for key, value in values.items())))

    def number(self, table: str, firm: int, column: str) -> float:
        """Return a number of the first row of a firm."""
        return float(self.tables.rows[table].loc[[self.tables.of(table, firm)], column].sum(min_count=1))

    def told(self, firm: int, column: str) -> str:
        """Return a text about a firm."""
        (text,) = self.world.enterprises.loc[[firm], column].tolist()
        return str(text)


def plant(world: World, tables: Books, chosen: Chosen, seed: int) -> pd.DataFrame:
    """Put the chosen faults into the rows.

    Parameters
    ----------
    world : World
        Whose tables they are.
    tables : Books
        Changed in place.
    chosen : Chosen
        Who carries what.
    seed : int
        Draws sizes.

    Returns
    -------
    DataFrame
        ``firm, fault, table, column, before, after``, one row per value; a row that was added has no column.
    """
    columns = ["firm", "fault", "table", "column", "before", "after"]
    done: list[tuple[int, str, str, str, str, str]] = []
    for place, (fault, spoil) in enumerate(_SPOIL.items()):
        hand = _Hand(world, tables, chosen, np.random.default_rng([seed, 60, place]))
        for turn, firm in enumerate(chosen.of(fault)):
            spoil(hand, firm, turn)
        done += hand.done
    return pd.DataFrame(done, columns=columns)


def _renamed(hand: _Hand, firm: int, turn: int) -> None:
    table = ("env", "permits")[turn % 2]
    hand.write("renamed", table, firm, name=former_name(hand.told(firm, "name")))


def _old_number(hand: _Hand, firm: int, _turn: int) -> None:
    code = old_number(hand.told(firm, "code"))
    hand.write("old_number", "permits", firm, code=code, permit=code[:6] + code[-6:])


def _wrong_letter(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("wrong_letter", "env", firm, code=wrong_letter(hand.told(firm, "code")))


def _name_and_code(hand: _Hand, firm: int, _turn: int) -> None:
    code = old_number(hand.told(firm, "code"))
    name = works_name(hand.told(firm, "name"), hand.told(firm, "word"), hand.world.name)
    hand.write("name_and_code", "permits", firm, name=name, code=code, permit=code[:6] + code[-6:])


def _branch(hand: _Hand, firm: int, _turn: int) -> None:
    parent = hand.told(hand.chosen.partners[firm], "name")
    for table, frame in hand.tables.rows.items():
        for row in frame.index[frame["firm"] == firm]:
            hand.write_row("branch", table, int(row), name=f"{parent}第二分公司")


def _shared_code(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("shared_code", "env", firm, code=hand.told(hand.chosen.partners[firm], "code"))


def _registered_address(hand: _Hand, firm: int, turn: int) -> None:
    firms = hand.world.enterprises
    office = firms[firms["known"] == "tables"].iloc[int(hand.rng.integers((firms["known"] == "tables").sum()))]
    address = f"{office['town']}示例商务大厦{3 + turn % 9}层"
    lon, lat = round(float(office["lon"]) + 0.001, 6), round(float(office["lat"]) + 0.001, 6)
    hand.write("registered_address", "env", firm, address=address, lon=lon, lat=lat, style=0)
    hand.write("registered_address", "permits", firm, registered=address)


def _row_twice(hand: _Hand, firm: int, _turn: int) -> None:
    hand.add("row_twice", "env", firm)


def _permit_renewed(hand: _Hand, firm: int, _turn: int) -> None:
    year = hand.world.year
    amounts = {species: hand.number("permits", firm, species) for species in ("SO2", "NOx", "PM", "VOC")}
    older = {species: round(amount * 1.15, 3) for species, amount in amounts.items()}
    hand.add("permit_renewed", "permits", firm, issued=f"{year - 3}-06-12", valid=f"{year}-06-11", **older)


def _fuel_slip(fault: str, column: str, unit: str, ratio: float) -> Callable[[_Hand, int, int], None]:
    """Return a spoiler that states an amount in one unit under the name of another."""

    def spoil(hand: _Hand, firm: int, _turn: int) -> None:
        fuel = {"coal": "烟煤", "gas": "天然气"}[column]
        amount = float(hand.world.amounts(fuel)[firm])
        slipped: dict[str, _Value] = {column: round(amount * ratio, 6), f"{column}_unit": unit}
        hand.write(fault, "env", firm, **slipped)

    return spoil


def _so2_slip(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("so2_slip", "env", firm, SO2=round(hand.number("env", firm, "SO2") * _KILOGRAMS, 3))


def _tce_slip(hand: _Hand, firm: int, _turn: int) -> None:
    both = {name: hand.number("key_users", firm, name) for name in ("tce_calorific", "tce_equivalent")}
    hand.write("tce_slip", "key_users", firm, **{name: round(value / _SLIP, 6) for name, value in both.items()})


def _in_sea(hand: _Hand, firm: int, turn: int) -> None:
    lon, lat = hand.world.sea
    hand.write("in_sea", "env", firm, lon=round(lon + 0.0013 * turn, 6), lat=lat, style=0)


def _degree_typo(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("degree_typo", "env", firm, lon=round(hand.number("env", firm, "lon") + 1.0, 6))


def _axes_swapped(hand: _Hand, firm: int, _turn: int) -> None:
    lon, lat = hand.number("env", firm, "lon"), hand.number("env", firm, "lat")
    hand.write("axes_swapped", "env", firm, lon=lat, lat=lon, style=0)


def _of_last_year(hand: _Hand, firm: int) -> dict[str, _Value]:
    """Return what a row of env statistics said a year before."""
    ratio = float(hand.rng.uniform(0.88, 1.1))
    amounts = [*FUELS, *POLLUTANTS, *(f"made_{one}" for one in POLLUTANTS)]
    return {"year": hand.world.year - 1, **{name: round(hand.number("env", firm, name) * ratio, 3) for name in amounts}}


def _other_year(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("other_year", "env", firm, **_of_last_year(hand, firm))


def _left_over(hand: _Hand, firm: int, _turn: int) -> None:
    hand.add("left_over", "env", firm, **_of_last_year(hand, firm))


def _industry_missing(hand: _Hand, firm: int, _turn: int) -> None:
    hand.write("industry_missing", "env", firm, industry="")


def _sources_disagree(hand: _Hand, firm: int, turn: int) -> None:
    off = 1 + float(hand.rng.uniform(0.03, 0.12)) * (-1) ** turn
    hand.write("sources_disagree", "env", firm, coal=round(hand.number("env", firm, "coal") * off, 6))


def _wrong_total(hand: _Hand, firm: int, _turn: int) -> None:
    frame = hand.tables.rows["totals"]
    now = frame[(frame["firm"] == firm) & (frame["year"] == hand.world.year)]
    total = round(float(now["total"].sum()) * 1.09 + 1000, 2)
    hand.write_row("wrong_total", "totals", int(now.index[0]), total=total)


def _above_permit(hand: _Hand, firm: int, _turn: int) -> None:
    allowed = round(float(hand.world.pollutants.loc[[firm], "NOx"].sum()) * 0.85, 3)
    hand.write("above_permit", "permits", firm, NOx=allowed)


def _gcj02_declared(hand: _Hand, firm: int, _turn: int) -> None:
    _moved(hand, "gcj02_declared", firm, "GCJ-02")


def _gcj02_undeclared(hand: _Hand, firm: int, _turn: int) -> None:
    _moved(hand, "gcj02_undeclared", firm, "")


def _moved(hand: _Hand, fault: str, firm: int, datum: str) -> None:
    here = np.array([[hand.number("permits", firm, "lon"), hand.number("permits", firm, "lat")]])
    lon, lat = to_gcj02(here)[0].round(6).tolist()
    hand.write(fault, "permits", firm, lon=lon, lat=lat, datum=datum)


def _merged(hand: _Hand, firm: int, _turn: int) -> None:
    into = hand.told(hand.chosen.partners[firm], "name")
    hand.write("merged", "permits", firm, note=f"{hand.world.year}年6月并入{into};示例")


def _as_it_is(hand: _Hand, firm: int, _turn: int) -> None:
    """Note an enterprise whose rows are as they should be: what is special about it is in the world."""
    fault = next(name for name in ("heat_sold", "outside", "permit_only") if firm in hand.chosen.of(name))
    hand.done.append((firm, fault, "", "", "", ""))


_SPOIL: Mapping[str, Callable[[_Hand, int, int], None]] = {
    "renamed": _renamed,
    "old_number": _old_number,
    "wrong_letter": _wrong_letter,
    "name_and_code": _name_and_code,
    "branch": _branch,
    "shared_code": _shared_code,
    "registered_address": _registered_address,
    "row_twice": _row_twice,
    "permit_renewed": _permit_renewed,
    "coal_slip": _fuel_slip("coal_slip", "coal", "吨", 1 / _SLIP),
    "gas_slip": _fuel_slip("gas_slip", "gas", "万立方米", _SLIP),
    "so2_slip": _so2_slip,
    "tce_slip": _tce_slip,
    "in_sea": _in_sea,
    "degree_typo": _degree_typo,
    "axes_swapped": _axes_swapped,
    "outside": _as_it_is,
    "other_year": _other_year,
    "left_over": _left_over,
    "industry_missing": _industry_missing,
    "sources_disagree": _sources_disagree,
    "wrong_total": _wrong_total,
    "heat_sold": _as_it_is,
    "merged": _merged,
    "above_permit": _above_permit,
    "permit_only": _as_it_is,
    "gcj02_declared": _gcj02_declared,
    "gcj02_undeclared": _gcj02_undeclared,
}
