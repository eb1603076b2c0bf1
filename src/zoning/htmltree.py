"""HTML as a tree: text and attributes are escaped by construction, whatever a study's names contain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote
from xml.etree import ElementTree as ET

from zoning.symbology import HATCHES, Symbol

__all__ = ["Child", "chip", "document", "link", "swatch", "table", "tag"]

Child = ET.Element | str | None
_POLICY = "default-src 'self' 'unsafe-inline' data: blob:"
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PIXELS_PER_MM = 2.5  # a swatch is small: the hatch is drawn denser than on a map


def tag(name: str, *children: Child, **attributes: str) -> ET.Element:
    """Return an element; ``class_`` and ``data_x`` become ``class`` and ``data-x``, a child that is None is left out.

    Examples
    --------
    >>> ET.tostring(tag("p", "1 < 2 ", tag("b", "yes"), class_="note"), encoding="unicode", method="html")
    '<p class="note">1 &lt; 2 <b>yes</b></p>'
    """
    element = ET.Element(name, {key.strip("_").replace("_", "-"): value for key, value in attributes.items()})
    for child in children:
        if child is None:
            continue
        if not isinstance(child, str):
            element.append(child)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + child
        else:
            element.text = (element.text or "") + child
    return element


def link(path: str, text: str, mark: str = "") -> ET.Element:
    """Return a link to a file beside the page, at a mark inside it if one is given.

    The path is quoted, so that it is read as a path and never as another scheme.

    Examples
    --------
    >>> link("图/map.html", "map", "ZH1").attrib["href"], link("javascript:x", "no").attrib["href"]
    ('%E5%9B%BE/map.html#ZH1', 'javascript%3Ax')
    """
    return tag("a", text, href=quote(path) + (f"#{quote(mark)}" if mark else ""))


def table(header: Sequence[str], rows: Sequence[Sequence[Child]], **attributes: str) -> ET.Element:
    """Return a table; a column whose title starts with ``#`` holds numbers and is set to the right."""
    classes = [{"class_": "number"} if title.startswith("#") else {} for title in header]
    titles = [tag("th", title.removeprefix("#"), **side) for title, side in zip(header, classes, strict=True)]
    body = [tag("tr", *(tag("td", cell, **side) for cell, side in zip(row, classes, strict=True))) for row in rows]
    return tag("table", tag("thead", tag("tr", *titles)), tag("tbody", *body), **attributes)


def swatch(one: Symbol) -> ET.Element:
    """Return a small box filled and hatched as the class is on maps."""
    return tag("span", class_="swatch", style=f"background:{background(one)};border-color:{one.outline}")


def background(one: Symbol) -> str:
    """Return the CSS background of a class: its fill, with the hatch over it."""
    if not one.hatch:
        return one.fill or "transparent"
    hatch = HATCHES[one.hatch]
    step, ink = f"{hatch.spacing * _PIXELS_PER_MM:.1f}px", one.outline
    layers = [f"repeating-linear-gradient({-angle}deg,{ink} 0 .7px,transparent .7px {step})" for angle in hatch.angles]
    layers = layers or [f"radial-gradient({ink} .8px,transparent 1px) 0 0/{step} {step}"]
    return ",".join([*layers, one.fill or "transparent"])


def chip(one: Symbol, lang: str) -> ET.Element:
    """Return the swatch of a class with its label."""
    return tag("span", swatch(one), one.label(lang), class_="chip")


def document(title: str, lang: str, own: tuple[str, str], body: Sequence[Child]) -> str:
    """Return a whole page; a character that no page may hold (controls, half a surrogate pair) is shown as �.

    Parameters
    ----------
    title : str
        Shown by the browser.
    lang : str
        ``zh`` or ``en``.
    own : tuple of str
        Our style sheet and our script, put inside as they are.
    body : sequence of elements
        Content.
    """
    style, script = own
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", style),
    )
    root = tag("html", head, tag("body", *body, tag("script", script)), lang="en" if lang == "en" else "zh-CN")
    return "<!DOCTYPE html>\n" + _NO_TEXT.sub("\ufffd", ET.tostring(root, encoding="unicode", method="html")) + "\n"
