"""Department tables of a study → its inventory, without grids, lists or decisions: the pilots' first step by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zoning import checks
from zoning.checks import Judged
from zoning.checks.grouping import grouped
from zoning.errors import Finding, InputError, Severity, StudyError
from zoning.inventory import Inventory
from zoning.io.whole import whole_file
from zoning.messages import fault
from zoning.pipeline.inventories import built_inventory, completed, read_book
from zoning.pipeline.reading import layer_of
from zoning.study import Study
from zoning.supports import ControlUnits
from zoning.workbook.inventory import write_inventory

__all__ = ["build_inventory", "publish_inventory"]

Progress = Callable[[str, int, int], None]
_STEPS = ("read", "inventory", "draws")


def build_inventory(study: Study, progress: Progress | None = None) -> Inventory:
    """Build the inventory of a study from its department tables.

    Only the control units and the tables of ``[inventory]`` are read.

    Parameters
    ----------
    study : Study
        With an ``[inventory]``.
    progress : callable or None
        Called with (step, done, steps) before each step and once at the end.

    Returns
    -------
    Inventory
        Enterprises, records, reconciliation, uncertainty, base evaluation.

    Raises
    ------
    StudyError
        If the study has no ``[inventory]``.
    InputError
        If any input is faulty; it carries every finding.
    """
    if study.inventory is None:
        raise fault(StudyError, "inventory.absent")
    tell = progress or _silent
    tell("read", 0, len(_STEPS))
    units = _units(study)
    book = read_book(study)
    tell("inventory", 1, len(_STEPS))
    built = built_inventory(study, units.value, book)
    findings = grouped([*units.findings, *built.findings])
    if built.value is None or units.value is None or any(found.severity is Severity.ERROR for found in findings):
        raise _faulty(findings)
    tell("draws", 2, len(_STEPS))
    inventory = completed(study, built.value.inventory, units.value)
    tell("done", len(_STEPS), len(_STEPS))
    return inventory


def publish_inventory(inventory: Inventory, study: Study, path: str | Path, lang: str = "zh") -> None:
    """Write the workbook of an inventory; what stood there before stays until the new one is whole.

    Parameters
    ----------
    inventory : Inventory
        From :func:`build_inventory`.
    study : Study
        Its study.
    path : str or Path
        An xlsx to write.
    lang : str
        ``zh`` or ``en``.
    """
    with whole_file(Path(path)) as fresh:
        write_inventory(inventory, study, fresh, lang)


def _silent(step: str, done: int, steps: int) -> None:
    """Tell nobody."""


def _units(study: Study) -> Judged[ControlUnits]:
    try:
        raw = layer_of(study, study.units)
    except InputError as error:
        return Judged(None, error.findings)
    if raw.value is None:
        return Judged(None, raw.findings)
    judged = checks.check_units(raw.value, study)
    return Judged(judged.value, (*raw.findings, *judged.findings))


def _faulty(findings: tuple[Finding, ...]) -> InputError:
    errors = sum(found.severity is Severity.ERROR for found in findings)
    raised = fault(InputError, "input.faulty", count=errors)
    return InputError(raised.zh, raised.en, findings)
