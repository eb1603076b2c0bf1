"""Texts of spreadsheet cells as runs of one format each: read, marked as gone or come, written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from zoning.redline.wording import DEL, INS, KEEP
from zoning.redline.xml_part import ILLEGAL, Element, children, first, local
from zoning.tables import read

__all__ = [
    "Props",
    "Run",
    "escaped",
    "item_xml",
    "joined",
    "mark",
    "plain",
    "props_of",
    "runs_of",
    "state_of",
    "unmark",
]

Props = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Format of a run: (element, its attributes) in the order in which Excel writes them."""

_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "rFont", "family",
    "charset", "scheme",
)  # fmt: skip
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one format as the file holds them; ``props`` None is the format of the cell."""

    text: str
    props: Props | None = None


def props_of(element: Element | None, *, name: str = "rFont") -> Props | None:
    """Return the format that an ``rPr``, or a font of the styles (``name`` is what it calls the face), describes."""
    if element is None:
        return None
    found = [(name if local(one) == "name" else local(one), _attributes(one)) for one in element if local(one)]
    return tuple(sorted((one for one in found if one[0] in _ORDER), key=lambda one: _ORDER.index(one[0])))


def _attributes(element: Element) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in element.attrib.items() if not str(key).startswith("{"))


def runs_of(item: Element) -> tuple[Run, ...]:
    """Return the runs of a string (``si`` or ``is``); how it is spoken (phonetic runs) is no part of the text.

    Examples
    --------
    >>> from zoning.redline.xml_part import parsed
    >>> [run.text for run in runs_of(parsed("<is><t>甲</t><r><t>乙</t></r><rPh><t>x</t></rPh></is>".encode()))]
    ['甲', '乙']
    """
    runs = []
    for one in item:
        if local(one) == "t":
            runs.append(Run(str(one.text or "")))
        elif local(one) == "r":
            text = "".join(str(part.text or "") for part in children(one, "t"))
            runs.append(Run(text, props_of(first(one, "rPr"))))
    return tuple(run for run in runs if run.text)


@cache
def _colours() -> dict[str, str]:
    return {row["mark"]: row["colour"].lstrip("#").upper() for row in read("redline_marks")}


def _value(props: Props, name: str, attribute: str, default: str) -> str | None:
    """Return an attribute of one property; None where the property does not stand."""
    return next((dict(given).get(attribute, default) for one, given in props if one == name), None)


def state_of(props: Props | None) -> str:
    """Tell whether a run carries one of our marks: both its line and its colour."""
    colour = (_value(props or (), "color", "rgb", "") or "").upper()[-6:]
    if colour == _colours()[DEL] and _value(props or (), "strike", "val", "1") in ("1", "true"):
        return DEL
    if colour == _colours()[INS] and _value(props or (), "u", "val", "single") not in (None, "none"):
        return INS
    return KEEP


def mark(props: Props | None, state: str) -> Props | None:
    """Return a format with the line and the colour of what goes, or of what comes."""
    if state == KEEP:
        return props
    line = ("strike", ()) if state == DEL else ("u", ())
    colour = ("color", (("rgb", f"FF{_colours()[state]}"),))
    rest = [one for one in props or () if one[0] not in (line[0], "color")]
    return tuple(sorted([*rest, line, colour], key=lambda one: _ORDER.index(one[0])))


def unmark(props: Props | None, base: Props | None) -> Props | None:
    """Return a format without our marks: colour and line are those of ``base``, the text around it."""
    state = state_of(props)
    if state == KEEP:
        return props
    ours = ("strike" if state == DEL else "u", "color")
    kept = [one for one in props or () if one[0] not in ours]
    lent = [one for one in base or () if one[0] in ours]
    return tuple(sorted([*kept, *lent], key=lambda one: _ORDER.index(one[0])))


def plain(text: str) -> str:
    """Return text as a cell may hold it: what XML cannot carry, and what reads like an escape, escaped.

    Examples
    --------
    >>> plain("a_x0041_" + chr(1))
    'a_x005F_x0041__x0001_'
    """
    return escaped(_ESCAPE.sub(lambda found: f"_x005F{found[0]}", text))


def escaped(text: str) -> str:
    """Return text with the characters that XML cannot carry as Excel writes them (``_x0001_``)."""
    return ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Join neighbours of one format, leave out empty runs."""
    groups = groupby((run for run in runs if run.text), key=lambda run: run.props)
    return tuple(Run("".join(run.text for run in group), props) for props, group in groups)


def item_xml(runs: Sequence[Run], prefix: str = "", base: Props | None = None) -> str:
    """Return ``<is>…</is>``; runs without a format of their own get that of the cell as soon as others have one.

    Excel gives a run without properties behind others the default font, not that of the cell.
    """
    runs = joined(runs)
    if all(run.props is None for run in runs):
        inner = _text_xml("".join(run.text for run in runs), prefix)
    else:
        inner = "".join(_run_xml(Run(run.text, base if run.props is None else run.props), prefix) for run in runs)
    return f"<{prefix}is>{inner}</{prefix}is>"


def _text_xml(text: str, prefix: str) -> str:
    return f'<{prefix}t xml:space="preserve">{escape(text, {chr(13): "&#13;"})}</{prefix}t>'


def _run_xml(run: Run, prefix: str) -> str:
    props = "".join(
        f"<{prefix}{name}{''.join(f' {key}={quoteattr(value)}' for key, value in given)}/>"
        for name, given in run.props or ()
    )
    opened = f"<{prefix}rPr>{props}</{prefix}rPr>" if run.props else ""
    return f"<{prefix}r>{opened}{_text_xml(run.text, prefix)}</{prefix}r>"
