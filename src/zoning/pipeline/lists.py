"""Access lists from their files, level by level: with a study, or by themselves for the commands on lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zoning import checks
from zoning.checks import Judged
from zoning.checks.grouping import grouped
from zoning.checks.guesses import guess_region
from zoning.checks.table.list_levels import by_level, level_of, ours_of
from zoning.checks.table.list_words import codes_in
from zoning.clauses import LEVELS, AccessList
from zoning.errors import Finding, InputError, Severity
from zoning.intake import RawTable
from zoning.io.read.unreadable import unreadable
from zoning.pipeline.reading import tables_in
from zoning.study import ListInput

__all__ = ["Lists", "ListsRead", "judge_lists", "read_lists"]

_CARBON = "carbon"
_NOWHERE = "000000"  # region of lists whose codes speak of none


@dataclass(frozen=True)
class ListsRead:
    """Lists of all levels, upper first, the texts on carbon they are held against, and every finding."""

    lists: tuple[AccessList, ...]
    carbon: tuple[AccessList, ...]
    findings: tuple[Finding, ...]

    @property
    def faulty(self) -> bool:
        """Whether any finding is an error: of the list it stands against there is only what could be read."""
        return any(found.severity is Severity.ERROR for found in self.findings)


@dataclass(frozen=True)
class Lists:
    """Tables of the files of lists, by level (or ``carbon``)."""

    tables: Mapping[str, tuple[RawTable, ...]]
    declared: ListInput
    codes: tuple[str, ...] | None = None
    region: str = ""


def read_lists(
    paths: Mapping[str, str | Path], *, version: str = "accepted", root: str | Path | None = None
) -> ListsRead:
    """Read lists without a study; every fault of every file is found at once.

    Parameters
    ----------
    paths : mapping
        File by level (``province, region, city, zone, unit``), and ``carbon`` for the user's own plan. One file may
        hold several levels in several sheets: named once, all of it is read; named for several, each takes its own.
    version : str
        Of documents: ``accepted`` or ``original`` (with all tracked changes rejected).
    root : str or Path, optional
        Folder that relative paths start from, and that names in findings and addresses are relative to.

    Returns
    -------
    ListsRead
        What could be read, with every finding; of a list against which an error stands (``faulty``) a part may be
        missing or doubtful. Clauses of a province and of a city have the codes that the codes of the units speak of
        (``350000``, ``350582``).

    Raises
    ------
    ValueError
        If a key is none of the levels, or the version none of the two.
    """
    if unknown := sorted(set(paths) - {*LEVELS, _CARBON}):
        raise ValueError(unknown)
    tables: dict[str, tuple[RawTable, ...]] = {}
    findings: list[Finding] = []
    files = {level: str(path) for level, path in paths.items() if str(path)}
    for level, file in files.items():
        try:
            tables[level] = tables_in(_place(file, root), file, version=version, paragraphs=True)
        except InputError as error:
            findings += error.findings
    texts = (cell.text for group in tables.values() for table in group for line in table.rows for cell in line)
    guess = guess_region([code for text in texts for code in codes_in(text)])
    declared = ListInput.model_validate({"unit": "—", **files})
    read = judge_lists(Lists(tables, declared, region=guess.value if guess else _NOWHERE))
    return ListsRead(read.lists, read.carbon, grouped((*findings, *read.findings)))


def _place(file: str, root: str | Path | None) -> Path:
    if not file:
        raise unreadable("PATH_MISSING", file)
    return Path(root) / file if root is not None else Path(file)


def judge_lists(given: Lists) -> ListsRead:
    """Judge the tables of lists, each level by itself; findings as they come.

    Parameters
    ----------
    given : Lists
        Tables by level, what the study declares, codes of the unit layer, code of the region.
    """
    shares: dict[str, list[tuple[RawTable, ...]]] = {level: [] for level in LEVELS}
    findings: list[Finding] = []
    named = [level for level in LEVELS if level in given.tables]
    for level in named:
        same = [one for one in named if getattr(given.declared, one) == getattr(given.declared, level)]
        again = same[0] != level  # what no name asks for comes with the first name of a file
        leave = {*(LEVELS if again else same)} - {level}
        found, said = by_level(given.tables[level], given.declared, level, leave=leave)
        findings += () if again else said
        for own, tables in found.items():
            shares[own].append(tables)
    judged = [_judged(given, level, tables) for level in LEVELS for tables in shares[level]]
    carbon = [_carbon(given, given.tables[_CARBON])] if _CARBON in given.tables else []
    return ListsRead(
        _joined([one.value for one in judged if one.value is not None]),
        tuple(one.value for one in carbon if one.value is not None),
        (*findings, *(found for one in (*judged, *carbon) for found in one.findings)),
    )


def _judged(given: Lists, level: str, tables: tuple[RawTable, ...]) -> Judged[AccessList]:
    codes = given.codes if level == "unit" else None
    return checks.check_list(tables, given.declared, level, codes, _region(given, level))


def _region(given: Lists, level: str) -> str:
    return f"{given.region[:2]}0000" if level == "province" else given.region


def _carbon(given: Lists, tables: tuple[RawTable, ...]) -> Judged[AccessList]:
    """Judge a plan for carbon: its sentences are clauses, of the province if its title says so, else of the city."""
    said = {level_of(table, ours_of(given.declared)) for table in tables}
    level = "province" if "province" in said and "city" not in said else "city"
    return checks.check_list(tables, given.declared, level, None, _region(given, level), free=True)


def _joined(lists: Sequence[AccessList]) -> tuple[AccessList, ...]:
    """Return one list for each level: several files may hold parts of it."""
    return tuple(
        AccessList(
            level,
            [clause for one in lists if one.level == level for clause in one.clauses],
            [entry for one in lists if one.level == level for entry in one.entries],
        )
        for level in LEVELS if any(one.level == level for one in lists)
    )  # fmt: skip
