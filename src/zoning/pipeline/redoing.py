"""The atlas or the map alone, from a finished run; the rest of its folder stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from zoning.atlas.book import Bound
from zoning.atlas.facts import flagged
from zoning.atlas.merging import sheet_pages
from zoning.atlas.model import Wanted
from zoning.atlas.writing import write_atlas
from zoning.edition import public_edition
from zoning.errors import ResultError, ZoningError
from zoning.io.read.results import read_result
from zoning.io.runs import update_manifest
from zoning.io.whole import whole_file
from zoning.messages import fault
from zoning.result import Result
from zoning.webmap import render_map

__all__ = ["ATLAS", "MAP", "Place", "draw_atlas", "draw_map", "redo_atlas", "redo_map", "units_of"]

ATLAS, MAP = "atlas.pdf", "map.html"
_PUBLIC = "public"

Told = Callable[[int, int], None]
"""Called with (sheets done, sheets)."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which edition is wanted, and where.

    Attributes
    ----------
    edition : str
        ``internal``, ``public``, or empty for that of the results.
    path : Path or None
        File to write; None writes into the folder of the results, the public edition of internal ones into its folder
        ``public``.
    """

    edition: str = ""
    path: Path | None = None


def units_of(result: Result, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the codes that words of the command line mean (``all, flagged, none`` or codes); None without any."""
    if words == ("all",):
        return result.units.codes
    if words == ("flagged",):
        return flagged(result)
    return () if words == ("none",) else words or None


def redo_atlas(
    folder: str | Path, wanted: Wanted, place: Place, lang: str = "zh", progress: Told | None = None
) -> tuple[Path, Bound]:
    """Write the atlas of a finished run anew, and the links of its map to the pages.

    Parameters
    ----------
    folder : str or Path
        Folder of a run.
    wanted : Wanted
        Sheets, units (codes, or one of the words of :func:`units_of`), fonts.
    place : Place
        Edition, and where.
    lang : str
        ``zh`` or ``en``.
    progress : callable, optional
        Called with (sheets done, sheets).

    Returns
    -------
    Path, Bound
        Where the atlas lies, and what is in it.

    Raises
    ------
    ResultError
        If the folder holds no result, if a sheet or unit does not exist, or if the atlas cannot be written: what was
        there stays.
    InputError
        If a character is in no font.
    """
    folder = Path(folder)
    result, name = _edition(read_result(folder), place.edition, ATLAS)
    path = _made(place.path or folder / name)
    wanted = replace(wanted, units=units_of(result, wanted.units or ()))
    bound = draw_atlas(result, path, wanted, lang, (path, progress))
    if place.path is None:
        beside = path.with_name(MAP)
        if beside.is_file():
            draw_map(result, beside, lang)
        update_manifest(folder, [one.relative_to(folder).as_posix() for one in (path, beside) if one.is_file()])
    return path, bound


def redo_map(folder: str | Path, place: Place, lang: str = "zh") -> Path:
    """Write the map of a finished run anew; parameters and errors as for :func:`redo_atlas`."""
    folder = Path(folder)
    result, name = _edition(read_result(folder), place.edition, MAP)
    path = _made(place.path or folder / name)
    draw_map(result, path, lang)
    if place.path is None:
        update_manifest(folder, [name])
    return path


def _edition(result: Result, edition: str, name: str) -> tuple[Result, str]:
    """Return the result in the edition that is wanted, and where its deliverable lies in the folder."""
    if edition == "internal" and result.edition == "public":
        raise fault(ResultError, "edition.no_way_back")
    if edition != "public" or result.edition == "public":
        return result, name
    return public_edition(result), f"{_PUBLIC}/{name}"


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def draw_atlas(result: Result, path: Path, wanted: Wanted, lang: str, manner: tuple[Path, Told | None]) -> Bound:
    """Write the atlas of a result; parts of one that was stopped lie hidden beside a place, and are gone at the end.

    Parameters
    ----------
    result : Result
        In the edition that is wanted.
    path : Path
        File to write.
    wanted : Wanted
        Sheets, units, fonts.
    lang : str
        ``zh`` or ``en``.
    manner : tuple of Path and callable
        What the parts lie beside; whom to tell how far it is.
    """
    beside, tell = manner
    work = beside.with_name(f".{beside.name}.parts")
    try:
        bound = write_atlas(result, path, wanted, lang, work, tell)
    except ZoningError:  # what was stopped goes on another time; what cannot be made leaves nothing
        shutil.rmtree(work, ignore_errors=True)
        raise
    shutil.rmtree(work, ignore_errors=True)
    return bound


def draw_map(result: Result, path: Path, lang: str) -> None:
    """Write the map of a result, with links into the atlas that lies beside it."""
    atlas = path.with_name(ATLAS)
    pages = sheet_pages(atlas) if atlas.is_file() else {}
    units = {name.removeprefix("unit:"): page for name, page in pages.items() if name.startswith("unit:")}
    with whole_file(path) as partial:
        partial.write_text(render_map(result, lang, pages=units), encoding="utf-8", newline="\n")
