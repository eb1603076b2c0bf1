"""The front page of a run: what came out, how far to trust it, and where everything lies.

One HTML file of plain markup and styles; it needs no network, reads well on paper, and uses the fonts of the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files as packaged

from zoning.frontpage.about import deliverables, limits, provenance, reading
from zoning.frontpage.checks import conservation, findings, warnings
from zoning.frontpage.lists import ANSWERS, access_lists
from zoning.frontpage.located import located
from zoning.frontpage.outcome import outcome
from zoning.frontpage.units import units_table
from zoning.htmltree import Child, document, tag
from zoning.messages import say
from zoning.result import Result
from zoning.symbology.marks import example_mark

__all__ = ["ANSWERS", "render_index"]

_MAP = "map.html"


def render_index(result: Result, files: Iterable[str], lang: str = "zh") -> str:
    """Return the front page of a result as one HTML page.

    Parameters
    ----------
    result : Result
        What the run found.
    files : iterable of str
        Paths of the published files relative to the page, with ``/``; in any order. Codes in the table of units open
        the map at their unit if ``map.html`` is among them.
    lang : str
        ``zh`` or ``en``; names and reasons of the study are never translated.

    Returns
    -------
    str
        A page that is complete in itself; the same result gives the same bytes.
    """
    paths = sorted(files)
    body: list[Child] = [
        tag("header", *_title(result, lang)),
        *warnings(result, lang),
        *outcome(result, lang),
        *deliverables(paths, lang),
        *access_lists(result, paths, lang),
        *units_table(result, _MAP if _MAP in paths else "", lang),
        *located(result, lang),
        *reading(lang),
        *conservation(result, lang),
        *findings(result, lang),
        *limits(result, lang),
        *provenance(result, lang),
    ]
    return document(result.study.study.name, lang, (_own("index.css"), _own("index.js")), [tag("main", *body)])


def _title(result: Result, lang: str) -> list[Child]:
    study, mark = result.study, example_mark(result, lang)
    slots = {"count": len(result.units), "base": study.years.base, "compiler": study.study.compiler or "—"}
    return [
        tag("h1", study.study.name, tag("span", mark, class_="mark") if mark else None),
        tag("p", say("index.subtitle", lang, **slots), class_="soft"),
    ]


def _own(name: str) -> str:
    return packaged("zoning.frontpage").joinpath(name).read_text(encoding="utf-8")
