"""The filter of the page: a search, one unit, one severity."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from zoning.audit import Audit
from zoning.errors import Severity
from zoning.htmltree import tag
from zoning.messages import say
from zoning.vocab import label

__all__ = ["tools"]


def tools(found: Audit, lang: str) -> ET.Element:
    """Return the filter bar; the script of the page makes it work."""
    counts = Counter(one.severity for one in found.findings)
    buttons = [_button("", f"{say('check.all', lang)} {len(found.findings)}")]
    buttons += [_button(str(one), f"{label(one, lang)} {counts[one]}") for one in Severity]
    rows = found.tables["coverage"].to_dict("records") if "coverage" in found.tables else []
    units = [
        tag("option", f"{row['unit_code']} {row['unit_name']}".strip(), value=str(row["unit_code"])) for row in rows
    ]
    return tag(
        "div",
        tag("label", say("audit.search", lang), tag("input", type="search", id="search",
            placeholder=say("audit.search.hint", lang))),
        tag("label", say("audit.unit", lang),
            tag("select", tag("option", say("audit.unit.all", lang), value=""), *units, id="unit")),
        tag("span", *buttons, id="severities", role="group", aria_label=say("check.filter", lang)),
        tag("output", id="shown", data_text=say("audit.shown", lang, count="{count}")),
        id="tools",
    )  # fmt: skip


def _button(severity: str, text: str) -> ET.Element:
    pressed = "false" if severity else "true"
    return tag("button", text, type="button", data_severity=severity, aria_pressed=pressed, class_=severity or "all")
