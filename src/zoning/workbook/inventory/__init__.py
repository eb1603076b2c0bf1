"""The workbook of an inventory (清单工作簿): who, where, how much, by which factors, and what does not add up."""

from __future__ import annotations

from pathlib import Path

from zoning.inventory import Inventory
from zoning.study import Study
from zoning.symbology import look_of
from zoning.workbook.dictionary import dictionary_sheet
from zoning.workbook.inputs import faults_sheet
from zoning.workbook.inventory.accounts import enterprises_sheet, factors_sheet, purchased_sheet, records_sheet
from zoning.workbook.inventory.cover import inventory_cover
from zoning.workbook.inventory.evaluation import evaluation_sheets
from zoning.workbook.inventory.linkage import corrections_sheet, pairs_sheet
from zoning.workbook.inventory.reconciled import disagreements_sheet, reconciliation_sheet, uncertainty_sheet
from zoning.workbook.paint import paint
from zoning.workbook.sheet import Sheet

__all__ = ["inventory_sheets", "write_inventory"]

_MAKERS = (
    enterprises_sheet,
    pairs_sheet,
    corrections_sheet,
    reconciliation_sheet,
    disagreements_sheet,
    records_sheet,
    purchased_sheet,
    factors_sheet,
    uncertainty_sheet,
)


def inventory_sheets(inventory: Inventory, study: Study, lang: str = "zh") -> tuple[Sheet, ...]:
    """Return the sheets: what is to be read first stands first, the data dictionary last."""
    made = [maker(inventory, lang) for maker in _MAKERS]
    sheets = (
        inventory_cover(inventory, study, lang),
        *evaluation_sheets(inventory, lang),
        *made,
        faults_sheet(inventory.findings, lang),
    )
    return (*sheets, dictionary_sheet(sheets, lang))


def write_inventory(inventory: Inventory, study: Study, path: str | Path, lang: str = "zh") -> None:
    """Write the workbook of an inventory; absent numbers are grey blank cells, no cell is a formula.

    Its sheet of pairs is where a person accepts or rejects links; ``review`` of the study names the filled copy.

    Parameters
    ----------
    inventory : Inventory
        What was computed from the department tables.
    study : Study
        For its name and the sources of its tables.
    path : str or Path
        File to write.
    lang : str
        ``zh`` or ``en``.
    """
    own = study.study
    sheets = inventory_sheets(inventory, study, lang)
    paint(sheets, Path(path), lang, study=own.name, example=own.example, look=look_of(study))
