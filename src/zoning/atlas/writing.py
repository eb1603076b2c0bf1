"""A result → ``atlas.pdf``: sheets, then fact sheets, drawn and set part by part, bound, and moved into place."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from fontTools.ttLib import TTLibError

from zoning.atlas.book import Bound, Edition, Progress, make_parts, write_book
from zoning.atlas.facts import fact_plates, flagged
from zoning.atlas.imprint import imprint_of
from zoning.atlas.model import Absent, Plate, Wanted
from zoning.atlas.sheets import check_asked, plates_of
from zoning.errors import Finding, InputError, ResultError
from zoning.fonts import family_of
from zoning.messages import LANGUAGES, Both, fault, listed, say
from zoning.result import Result
from zoning.symbology import look_of
from zoning.tables import numbers

__all__ = ["write_atlas"]

_UNFINISHED, _WHOLE = ".unfinished", "atlas.partial"


def write_atlas(
    result: Result,
    path: Path,
    wanted: Wanted = Wanted(),  # noqa: B008 - frozen
    lang: str = "zh",
    work: Path | None = None,
    progress: Progress | None = None,
) -> Bound:
    """Write the atlas of a result; the file appears whole or not at all.

    Parameters
    ----------
    result : Result
        A finished run; its study says paper, order of the sheets, who signs.
    path : Path
        ``atlas.pdf``.
    wanted : Wanted
        Sheets, units, fonts.
    lang : str
        ``zh`` or ``en``.
    work : Path, optional
        Folder for the parts until the atlas is whole; None takes a hidden one beside the file. An atlas that was
        stopped goes on from there.
    progress : callable, optional
        Told (done, total) sheets.

    Raises
    ------
    InputError
        If a text has characters that no font has: all of them are named, and nothing is written; or if a font that
        was given cannot be read.
    ResultError
        If a sheet or unit does not exist, or the file or the folder cannot be written; what stood there stays.
    """
    check_asked(wanted.sheets)
    plates, absent = plates_of(result, lang, wanted.sheets)
    codes, left = _units(result, wanted)
    absent += (Absent("units", say("card.group", lang), say("atlas.facts_left", lang, count=left)),) if left else ()
    folder = work or path.with_name(f".{path.stem}{_UNFINISHED}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        every: Iterable[Plate] = chain(plates, fact_plates(result, codes, lang) if codes else ())
        bound = _bound(every, absent, _edition(result, wanted, lang, folder), (len(plates) + len(codes), progress))
        (folder / _WHOLE).replace(path)
    except OSError as error:
        raise fault(ResultError, "atlas.unwritable", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        if work is None:
            shutil.rmtree(folder, ignore_errors=True)
    return bound


def _edition(result: Result, wanted: Wanted, lang: str, folder: Path) -> Edition:
    asked = result.study.atlas
    return Edition(
        imprint=imprint_of(result, lang),
        look=look_of(result.study),
        work=folder,
        paper=asked.paper,
        orientation=asked.orientation,
        fonts=_readable((*wanted.fonts, *(result.study.locate(name) for name in asked.fonts))),
    )


def _readable(fonts: tuple[Path, ...]) -> tuple[Path, ...]:
    for file in fonts:
        try:
            family_of(file)
        except (OSError, TTLibError) as error:
            raise fault(InputError, "atlas.font", path=str(file), reason=str(error)) from error
    return fonts


def _bound(
    plates: Iterable[Plate], absent: tuple[Absent, ...], edition: Edition, told: tuple[int, Progress | None]
) -> Bound:
    total, progress = told
    parts, findings = make_parts(plates, edition, total, progress)
    if findings:
        raise _unwritable(findings)
    return write_book(edition.work / _WHOLE, parts, absent, edition)


def _units(result: Result, wanted: Wanted) -> tuple[tuple[str, ...], int]:
    """Return the units that get a fact sheet, and how many flagged ones are left for another time.

    Those asked for; else those the study says, unless sheets are named. Unasked no more than ``fact_sheets`` of the
    limits, those with the most tonnes at stake: a province has thousands.
    """
    if wanted.units is not None:
        return tuple(dict.fromkeys(wanted.units)), 0
    if wanted.sheets:
        return tuple(name.removeprefix("unit:") for name in wanted.sheets if name.startswith("unit:")), 0
    chosen = result.study.atlas.units
    if chosen != "flagged":
        return (result.units.codes if chosen == "all" else ()), 0
    every, most = flagged(result), int(numbers("limits")["fact_sheets"])
    if len(every) <= most:
        return every, 0
    stakes = result.decisions.loc[list(every), "uncovered_hi_t"].fillna(0.0)
    first = stakes.sort_index().sort_values(ascending=False, kind="stable").index[:most]
    return tuple(sorted(str(code) for code in first)), len(every) - most


def _unwritable(findings: tuple[Finding, ...]) -> InputError:
    names = Both(*(listed((one.value for one in findings), lang) for lang in LANGUAGES))
    raised = fault(InputError, "atlas.glyphs", count=len(findings), names=names)
    return InputError(raised.zh, raised.en, findings)
