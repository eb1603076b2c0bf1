"""The atlas: every sheet of a study in one PDF, drawn as vectors, set with our own fonts.

==============  ====================================================================================================
``model``       what stands on the pages: plates, frames, what was drawn, the imprint
``sheets``      the sheets as records; ``plates`` makes them
``facts``       the fact sheet of a unit
``layout``      where things lie on a page
``drawing``     panels as vectors
``typesetting`` sheets as data, templates as pages
``merging``     parts bound into one file
``book``        the atlas part by part
==============  ====================================================================================================
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path

from zoning.atlas.book import Bound, Edition, Progress, make_parts, write_book
from zoning.atlas.facts import fact_plates, flagged
from zoning.atlas.imprint import imprint_of
from zoning.atlas.model import Plate
from zoning.atlas.sheets import plates_of
from zoning.errors import Finding, InputError, ResultError
from zoning.messages import LANGUAGES, Both, fault, listed
from zoning.result import Result
from zoning.symbology import look_of

__all__ = ["Bound", "write_atlas"]

_UNFINISHED = ".unfinished"


def write_atlas(  # noqa: PLR0913 - what a command line can say
    result: Result,
    path: Path,
    *,
    lang: str = "zh",
    sheets: Collection[str] = (),
    units: Collection[str] | None = None,
    fonts: Sequence[Path] = (),
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
    lang : str
        ``zh`` or ``en``.
    sheets : collection of str
        Ids of the only sheets to be made; empty makes all of the study.
    units : collection of str, optional
        Units that get a fact sheet; None takes what the study says (those that are flagged unless it says otherwise).
    fonts : sequence of Path
        Further fonts, before those of the study.
    work : Path, optional
        Folder for the parts until the atlas is whole; None takes a hidden one beside the file. An atlas that was
        stopped goes on from there.
    progress : callable, optional
        Told (done, total) sheets.

    Raises
    ------
    InputError
        If a text has characters that no font has: all of them are named, and nothing is written.
    ResultError
        If the file or the folder cannot be written; what stood there stays.
    """
    asked = result.study.atlas
    extra = (*fonts, *(result.study.locate(name) for name in asked.fonts))
    plates, absent = plates_of(result, lang, sheets)
    codes = _units(result, sheets, units)
    folder = work or path.with_name(f".{path.stem}{_UNFINISHED}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        edition = Edition(
            imprint=imprint_of(result, lang), look=look_of(result.study), work=folder,
            paper=asked.paper, orientation=asked.orientation, fonts=extra,
        )  # fmt: skip
        every: Iterable[Plate] = chain(plates, fact_plates(result, codes, lang) if codes else ())
        parts, findings = make_parts(every, edition, len(plates) + len(codes), progress)
        if findings:
            raise _unwritable(findings)
        partial = folder / "atlas.partial"
        bound = write_book(partial, parts, absent, edition)
        partial.replace(path)
    except OSError as error:
        _clear(folder, keep=work is not None)
        raise fault(ResultError, "atlas.unwritable", path=str(path), reason=error.strerror or str(error)) from error
    except InputError:
        _clear(folder, keep=work is not None)
        raise
    _clear(folder, keep=work is not None)
    return bound


def _units(result: Result, sheets: Collection[str], units: Collection[str] | None) -> tuple[str, ...]:
    """Return the units that get a fact sheet: those asked for, else those the study says, none where sheets are named."""
    if units is not None:
        return tuple(dict.fromkeys(units))
    named = tuple(name.removeprefix("unit:") for name in sheets if name.startswith("unit:"))
    if sheets:
        return named
    chosen = result.study.atlas.units
    if chosen == "flagged":
        return flagged(result)
    return tuple(sorted(str(code) for code in result.units.frame.index)) if chosen == "all" else ()


def _unwritable(findings: tuple[Finding, ...]) -> InputError:
    names = Both(*(listed((one.value for one in findings), lang) for lang in LANGUAGES))
    raised = fault(InputError, "atlas.glyphs", count=len(findings), names=names)
    return InputError(raised.zh, raised.en, findings)


def _clear(folder: Path, *, keep: bool) -> None:
    """Remove the parts: the atlas is whole, or nothing more can be written; a folder that was given stays."""
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
