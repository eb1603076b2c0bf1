"""Which files of a folder, or of a pattern with a ``*``, belong to a year: one, or its monthly files."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path

from zoning.io.read.unreadable import unreadable

__all__ = ["DatedFile", "files_of_year", "first_names"]

_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d{2})(0[1-9]|1[0-2])(?!\d)")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class DatedFile:
    """A file of the year wanted, its name as the study would write it, and its month if it is a monthly file."""

    path: Path
    file: str
    year: int
    month: int | None = None


_Hits = list[tuple[str, int | None]]  # name of a file, month


def files_of_year(place: Path, file: str, year: int | None, suffixes: Sequence[str]) -> tuple[DatedFile, ...]:
    """Return the one file of a year, or its monthly files in order.

    Years and months are read from the names: ``2019``, ``201903``, ``2019-03``, ``2019_03``, and ``1903`` where it
    gives all twelve months. What stands the same in every name (a version, a release) dates none of them.

    Parameters
    ----------
    place : Path
        Folder, or a path whose name has one ``*``.
    file : str
        As the study writes it.
    year : int or None
        Year wanted.
    suffixes : sequence of str
        Of files that can be read; others are passed over.

    Raises
    ------
    InputError
        If the folder is missing, has no file of the year, or several; the finding names them.
    """
    names = _names(place, file, suffixes)
    if year is None:
        raise unreadable("PATH_MISSING", file, "noyear", files=first_names(names))
    if "*" in place.name and (months := _starred(names, place.name, year)):
        return _dated(place.parent, file, months)
    found = [hits for attempt in (_full, _years, _shorts) if (hits := attempt(names, year))]
    if not found:
        raise unreadable("PATH_MISSING", file, "year", year=year, files=first_names(names))
    hits = found[0]
    everyone = sorted({name for group in found for name, _ in group})
    if len({month for _, month in hits}) != len(hits) or len(everyone) != len(hits):
        raise unreadable("PATH_MISSING", file, "years", year=year, files=first_names(everyone))
    ordered = sorted(hits, key=lambda hit: (hit[1] or 0, hit[0]))
    folder = place.parent if "*" in place.name else place
    return _dated(folder, file, [(name, year, month) for name, month in ordered])


def _names(place: Path, file: str, suffixes: Sequence[str]) -> list[str]:
    folder, pattern = (place.parent, place.name) if "*" in place.name else (place, "*")
    if not folder.is_dir():
        raise unreadable("PATH_MISSING", file)
    try:
        inside = sorted(one.name for one in folder.iterdir() if one.is_file())
    except OSError as error:
        raise unreadable("FILE_UNREADABLE", file, reason=error) from error
    visible = [name for name in inside if not name.startswith((".", "~")) and fnmatch.fnmatchcase(name, pattern)]
    names = [name for name in visible if name.lower().endswith(tuple(suffixes))]
    if not names:
        packed = any(name.lower().endswith((".gz", ".zip", ".rar", ".7z")) for name in visible)
        raise unreadable(*(("FILE_UNREADABLE", file, "packed") if packed else ("PATH_MISSING", file, "nofiles")),
                         files=first_names(visible), allowed=" ".join(suffixes))  # fmt: skip
    return names


def first_names(names: Sequence[str]) -> str:
    """Return the first few different names, and how many there are; a dash for none."""
    unique = [name for name in dict.fromkeys(names) if name]
    rest = f" …（{len(unique)}）" if len(unique) > _SHOWN else ""
    return ", ".join(unique[:_SHOWN]) + rest or "—"


def _dated(folder: Path, file: str, hits: Iterable[tuple[str, int, int | None]]) -> tuple[DatedFile, ...]:
    base = file.rpartition("/")[0] if "*" in file.rpartition("/")[2] else file.rstrip("/")
    return tuple(DatedFile(folder / name, f"{base}/{name}" if base else name, at, month) for name, at, month in hits)


def _starred(names: Sequence[str], pattern: str, year: int) -> list[tuple[str, int, int | None]]:
    """Return the files where a single ``*`` stands for a month in every one of them."""
    if pattern.count("*") != 1:
        return []
    before, after = (len(part) for part in pattern.split("*"))
    stars = [name[before : len(name) - after] for name in names]
    if not all(_MONTH.fullmatch(star) for star in stars) or len({int(star) for star in stars}) != len(stars):
        return []
    return [(name, year, month) for month, name in sorted(zip(map(int, stars), names, strict=True))]


def _telling(names: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[str, re.Match[str]]]:
    """Return every date of every name, without those that stand in all names alike (as often as they do)."""
    dates = {name: list(pattern.finditer(Path(name).stem)) for name in names}
    counts = [Counter(match[0] for match in matches) for matches in dates.values()]
    common = reduce(and_, counts) if len(names) > 1 else Counter()
    telling = []
    for name, matches in dates.items():
        left = Counter(common)
        for match in matches:
            if left[match[0]]:
                left[match[0]] -= 1
            else:
                telling.append((name, match))
    return telling or [(name, match) for name, matches in dates.items() for match in matches]


def _full(names: Sequence[str], year: int) -> _Hits:
    return [(name, int(match[2])) for name, match in _telling(names, _YEAR_MONTH) if int(match[1]) == year]


def _years(names: Sequence[str], year: int) -> _Hits:
    return [
        (name, None) for name in dict.fromkeys(name for name, match in _telling(names, _YEAR) if int(match[1]) == year)
    ]


def _shorts(names: Sequence[str], year: int) -> _Hits:
    """Return the files of ``YYMM`` names: only where all twelve months of the year are there, each once."""
    hits: _Hits = [(name, int(match[2])) for name, match in _telling(names, _SHORT) if int(match[1]) == year % 100]
    return hits if sorted(month or 0 for _, month in hits) == list(range(1, 13)) else []
