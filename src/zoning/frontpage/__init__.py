"""The front page of a run: what came out, how far to trust it, and where everything lies.

One HTML file of plain markup and styles; it needs no network, reads well on paper, and uses the fonts of the reader.
It speaks Chinese and English: both are in it, and a button shows the one or the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from importlib.resources import files as packaged
from xml.etree import ElementTree as ET

from zoning.frontpage.about import limits, provenance, reading
from zoning.frontpage.checks import conservation, findings, warnings
from zoning.frontpage.files import deliverables
from zoning.frontpage.lists import ANSWERS, access_lists
from zoning.frontpage.located import located
from zoning.frontpage.outcome import outcome, overrides
from zoning.frontpage.picture import picture
from zoning.frontpage.tongues import CODES, in_both, told
from zoning.frontpage.units import units_table
from zoning.htmltree import Child, document, tag
from zoning.messages import LANGUAGES, say
from zoning.result import Result
from zoning.symbology.marks import example_mark

__all__ = ["ANSWERS", "render_index"]

_MAP = "map.html"
_HEADS = ("h2", "h3", "summary")


def render_index(result: Result, files: Iterable[str], lang: str = "zh") -> str:
    """Return the front page of a result as one HTML page, in both languages.

    Parameters
    ----------
    result : Result
        What the run found.
    files : iterable of str
        Paths of the published files relative to the page, with ``/``; in any order. Units of the table and of the
        picture open the map at their place if ``map.html`` is among them.
    lang : str
        ``zh`` or ``en``: the language that is shown first; names and reasons of the study are never translated.

    Returns
    -------
    str
        A page that is complete in itself; the same result gives the same bytes.
    """
    paths = sorted(files)
    parts = _parts(result, paths, lang)
    main = tag("main", *parts, id_="main", tabindex="-1")
    _dress(main)
    skip = in_both(lambda one: [tag("a", say("index.skip", one), href="#main", class_="skip")], lang, "p")
    body: list[Child] = [*skip, _header(result, lang), *_contents(parts, lang), main]
    return document(_named(result, lang), lang, (_own("index.css"), _own("index.js")), body)


def _parts(result: Result, paths: list[str], lang: str) -> list[ET.Element]:
    """Return the sections that have something to say."""
    map_path = _MAP if _MAP in paths else ""
    twice: dict[str, Callable[[str], list[Child]]] = {
        "outcome": lambda one: [*warnings(result, one), *outcome(result, one)],
        "picture": lambda _: [],
        "files": lambda one: deliverables(paths, one),
        "lists": lambda one: access_lists(result, paths, one),
        "units": lambda _: [],
        "overrides": lambda one: overrides(result, one),
        "located": lambda one: located(result, one),
        "reading": lambda one: reading(result, one),
        "law": lambda one: conservation(result, one),
        "findings": lambda one: findings(result, one),
        "limits": lambda one: limits(result, one),
        "provenance": lambda one: provenance(result, one),
    }
    made = {name: in_both(make, lang) for name, make in twice.items()}
    made["picture"] = picture(result, map_path, lang)
    made["units"] = units_table(result, paths, map_path, lang)
    return [tag("section", *content, id_=f"part-{name}") for name, content in made.items() if content]


def _header(result: Result, lang: str) -> ET.Element:
    study = result.study
    slots = {"count": len(result.units), "base": study.years.base, "compiler": study.study.compiler or "—"}
    marks = in_both(lambda one: [mark] if (mark := example_mark(result, one)) else [], lang, "span", class_="mark")
    about = in_both(
        lambda one: [say("index.subtitle", one, **slots)], lang, "p", class_="soft", id_="{lang}"
    )  # ids: where the links between the languages lead without a script
    if result.edition == "public":
        marks += in_both(lambda one: [say("edition.name.public", one)], lang, "span", class_="mark")
    return tag("header", _switch(result, lang), tag("h1", study.study.name, *marks), *about)


def _switch(result: Result, lang: str) -> ET.Element:
    """Return the button between the languages; without a script there are links to both instead."""
    titles = {f"data_title_{one}": _named(result, one) for one in LANGUAGES}
    button = tag("button", type_="button", id_="switch", hidden="hidden", **titles)
    links: list[Child] = []
    for one in LANGUAGES:
        links += [tag("a", say("index.language", one), href=f"#{one}", lang=CODES[one], hreflang=CODES[one]), " "]
    # the button is named in the language it leads to
    return tag("p", told(button, lambda one: say("index.switch", one), lang), tag("span", *links), class_="switch")


def _contents(parts: list[ET.Element], lang: str) -> list[Child]:
    """Return the links to the sections."""

    def items(one: str) -> list[Child]:
        names = [part.attrib["id"].removeprefix("part-") for part in parts]
        links = [tag("li", tag("a", say(f"index.part.{name}", one), href=f"#part-{name}")) for name in names]
        return [tag("ul", *links)]

    made = in_both(items, lang, "nav")
    for one in made:
        if isinstance(one, ET.Element):
            one.set("aria-label", say("index.contents", "en" if one.attrib["data-in"] == "en" else "zh"))
    return made


def _dress(main: ET.Element) -> None:
    """Give every table a caption, the heading above it, and say of its titles that they belong to columns."""
    heading = tag("h2")
    for element in list(main.iter()):
        if element.tag in _HEADS:
            heading = element
        elif element.tag == "table":
            caption = deepcopy(heading)
            caption.tag, caption.tail = "caption", None
            caption.set("class", "unseen")
            element.insert(0, caption)
        elif element.tag == "th":
            element.set("scope", "col")


def _named(result: Result, lang: str) -> str:
    return say("index.title", lang, name=result.study.study.name)


def _own(name: str) -> str:
    return packaged("zoning.frontpage").joinpath(name).read_text(encoding="utf-8")
