"""Department tables as files: workbooks with merged headers, text files in the encodings departments use."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pyogrio
import xlsxwriter

from zoning.supports import ControlUnits
from zoning.synthetic.departments import Departments, Faults, Sheet, TableFile, departments, plain_world
from zoning.synthetic.settings import WRITTEN
from zoning.synthetic.study_text import inventory_text
from zoning.synthetic.zones import to_degrees

__all__ = ["write_departments", "write_tables"]

_WIDTH = 13  # of a column, in characters


def write_departments(
    folder: str | Path, *, enterprises: int = 10_000, seed: int = 1, faults: Faults | None = None
) -> Path:
    """Write department tables of any size, with the units they stand in and a study; return its ``study.toml``.

    Beside the nine tables stand ``truth.csv`` (one row per enterprise) and ``planted.csv`` (one per faulty value); they
    are no input of a run.

    Parameters
    ----------
    folder : path
        Made if it is not there; files of the same name are replaced.
    enterprises : int
        1 or more; some faults bring further ones with them.
    seed : int
        Draws everything; the same seed gives the same bytes.
    faults : Faults, optional
        How many of each; as many as a real city of that size has, if left out.

    Raises
    ------
    ValueError
        If there are not enough enterprises that can carry a fault.
    """
    root = Path(folder)
    world, units = plain_world(enterprises, seed)
    planned = Faults.of_a_city(enterprises) if faults is None else faults
    made = departments(world, planned, seed)
    write_tables(made, root)
    _write_units(units, root / "units.geojson")
    study = root / "study.toml"
    study.write_text(inventory_text(made), encoding="utf-8")
    return study


def write_tables(made: Departments, folder: str | Path) -> None:
    """Write the tables of departments and what is true of them into a folder."""
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    for file in made.files:
        if file.encoding:
            _write_text(file, root / file.name)
        else:
            _write_workbook(file, root / file.name)
    for name, frame in (("truth.csv", made.truth), ("planted.csv", made.planted)):
        frame.to_csv(root / name, index=name == "truth.csv", encoding="utf-8-sig", lineterminator="\r\n")


def _write_text(file: TableFile, path: Path) -> None:
    with path.open("w", encoding=file.encoding, newline="") as target:
        csv.writer(target, lineterminator="\r\n").writerows(file.sheets[0].rows)


def _write_workbook(file: TableFile, path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime.fromisoformat(f"{WRITTEN}T00:00:00"), "author": "zoning.synthetic"})
        for sheet in file.sheets:
            _write_sheet(book, sheet)


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    target = book.add_worksheet(sheet.name)
    head = book.add_format({"text_wrap": True, "valign": "vcenter", "align": "center", "bold": True, "border": 1})
    target.set_column(0, max(map(len, sheet.rows)) - 1, _WIDTH)
    for number, row in enumerate(sheet.rows):
        target.write_row(number, 0, row, head if number < sheet.header else None)
    for top, left, bottom, right in sheet.merged:
        target.merge_range(top, left, bottom, right, sheet.rows[top][left], head)


def _write_units(units: ControlUnits, path: Path) -> None:
    frame = units.frame
    layer = gpd.GeoDataFrame(
        {
            "HJGKDYBM": frame["code"],
            "HJGKDYMC": frame["name"],
            "PROVINCE": frame["province"],
            "CITY": frame["city"],
            "COUNTY": frame["county"],
            "GKDYFL": "重点管控单元",
            "REMARKS": frame["note"],
        },
        geometry=to_degrees(frame.geometry.to_numpy()),
        crs="EPSG:4490",
    )
    pyogrio.write_dataframe(layer, path, driver="GeoJSON", layer_options={"COORDINATE_PRECISION": 9})
