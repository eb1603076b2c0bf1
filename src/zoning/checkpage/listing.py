"""The findings of the page: the verdict, the filter, and one card per finding under the file it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from zoning.checkpage.places import Place
from zoning.errors import Finding, Severity
from zoning.htmltree import Child, chip, tag
from zoning.messages import say
from zoning.symbology import symbol
from zoning.tables import numbers, read
from zoning.vocab import label

__all__ = ["cards", "filters", "verdict"]


def verdict(findings: Sequence[Finding], lang: str) -> ET.Element:
    """Return the sentence that says whether a run is possible."""
    counts = Counter(one.severity for one in findings)
    key = next((str(severity) for severity in Severity if counts[severity]), "none")
    slots = {str(severity): counts[severity] for severity in Severity}
    return tag("p", say(f"check.verdict.{key}", lang, **slots), class_=f"verdict {key}")


def filters(findings: Sequence[Finding], lang: str) -> ET.Element | None:
    """Return the buttons that show one severity only, with the counts."""
    if not findings:
        return None
    counts = Counter(one.severity for one in findings)
    buttons = [_button("", f"{say('check.all', lang)} {len(findings)}")]
    buttons += [_button(str(one), f"{label(one, lang)} {counts[one]}") for one in Severity]
    return tag("div", *buttons, id="filter", role="group", aria_label=say("check.filter", lang))


def _button(severity: str, text: str) -> ET.Element:
    pressed = "false" if severity else "true"
    return tag("button", text, type="button", data_severity=severity, aria_pressed=pressed, class_=severity or "all")


def cards(findings: Sequence[Finding], owned: Sequence[list[Place]], alone: Sequence[Place], lang: str) -> ET.Element:
    """Return the sections of the files, in the order in which they first appear; errors first in each."""
    files = list(dict.fromkeys(one.file for one in findings))
    severities = list(Severity)
    order = sorted(
        zip(findings, owned, strict=True),
        key=lambda pair: (files.index(pair[0].file), severities.index(pair[0].severity)),
    )
    sections = [
        _section(file or say("check.whole", lang), [_card(*pair, lang) for pair in pairs])
        for file, pairs in groupby(order, key=lambda pair: pair[0].file)
    ]
    if alone:
        sections.append(_section(say("check.alone", lang), [_only_drawn(one, lang) for one in alone]))
    return tag("div", *sections, id="findings")


def _section(title: str, inside: Sequence[ET.Element]) -> ET.Element:
    return tag("section", tag("h2", title, tag("span", str(len(inside)), class_="count")), *inside)


def _card(one: Finding, own: Sequence[Place], lang: str) -> ET.Element:
    meaning = next(row[f"meaning_{lang}"] for row in read("finding_codes") if row["code"] == str(one.code))
    place = " · ".join(part for part in (one.layer, _row(one, lang), one.field) if part)
    facts: list[Child] = []
    for name, text in (("where", place), ("value", one.value), ("allowed", one.fix(lang))):
        if text:
            facts += [tag("dt", say(f"check.{name}", lang)), tag("dd", text, class_=name)]
    return tag(
        "article",
        _head(one.severity, meaning, str(one.code), lang),
        tag("p", one.message(lang)),
        tag("dl", *facts),
        _places(own, lang),
        class_=f"finding {one.severity}",
        data_severity=str(one.severity),
        data_shapes=" ".join(str(place.number) for place in own),
    )


def _only_drawn(place: Place, lang: str) -> ET.Element:
    """Return the card of a shape that no finding speaks of."""
    shape = place.shape
    meaning = next(row[f"meaning_{lang}"] for row in read("finding_codes") if row["code"] == str(shape.code))
    return tag(
        "article",
        _head(shape.severity, meaning, str(shape.code), lang),
        tag("p", " · ".join(part for part in (shape.file, shape.value) if part)),
        _places([place], lang),
        class_=f"finding {shape.severity}",
        data_severity=str(shape.severity),
        data_shapes=str(place.number),
    )


def _head(severity: Severity, meaning: str, code: str, lang: str) -> ET.Element:
    look = chip(symbol("severity", str(severity)), lang)
    return tag("header", look, tag("b", meaning), tag("span", code, class_="code"))


def _row(one: Finding, lang: str) -> str:
    return say("screen.row", lang, row=one.row) if one.row else ""


def _places(own: Sequence[Place], lang: str) -> ET.Element | None:
    """Return the buttons that lead to the shapes of a finding on the map."""
    if not own:
        return None
    most = int(numbers("limits")["page_places"])
    buttons: list[Child] = [_place(one, lang) for one in own[:most]]
    if len(own) > most:
        buttons.append(tag("span", say("check.places.more", lang, count=len(own), shown=most), class_="soft"))
    return tag("div", *buttons, class_="places")


def _place(one: Place, lang: str) -> ET.Element:
    words = (one.shape.value, one.size(lang), f"{one.lon:.5f}, {one.lat:.5f}")
    return tag(
        "button",
        tag("span", str(one.number), class_=f"number {one.shape.severity}"),
        " · ".join(dict.fromkeys(word for word in words if word)),
        type="button",
        data_number=str(one.number),
        title=say("check.places.show", lang),
    )
