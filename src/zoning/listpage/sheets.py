"""Tables of the page: units against dimensions, pasted clauses, documents cited."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from zoning.audit import ORDER, Audit
from zoning.htmltree import Child, chip, table, tag
from zoning.messages import say
from zoning.symbology import symbol, symbols
from zoning.vocab import label

__all__ = ["copies_part", "laws_part", "strip"]

_SPENT = ("repealed", "superseded", "older", "expired", "draft", "not_yet")


def strip(found: Audit, lang: str) -> ET.Element | None:
    """Return one row for each unit: clauses in each dimension, and the carbon state, own and inherited."""
    coverage, carbon = found.tables.get("coverage"), found.tables.get("carbon")
    if coverage is None or coverage.empty:
        return None
    states = {} if carbon is None or carbon.empty else {row["unit_code"]: row for row in carbon.to_dict("records")}
    titles = [say("audit.unit", lang), *(label(name, lang) for name in ORDER)]
    titles += [say("audit.own", lang), say("audit.inherited", lang)]
    rows = [_unit(row, states.get(row["unit_code"], {}), lang) for row in coverage.to_dict("records")]
    legend = tag("p", *(chip(one, lang) for one in symbols("carbon_state")), class_="legend")
    grid = tag("table", tag("thead", tag("tr", *(tag("th", title) for title in titles))), tag("tbody", *rows))
    return tag(
        "section", tag("h2", say("audit.strip", lang)), tag("p", say("audit.strip.read", lang), class_="soft"), legend,
        tag("div", grid, class_="scroll"), id="strip",
    )  # fmt: skip


def _unit(row: dict[Any, Any], state: dict[Any, Any], lang: str) -> ET.Element:
    code = str(row["unit_code"])
    name = " ".join(part for part in (str(row["unit_name"]), label(row["unit_class"], lang)) if part)
    button = tag("button", code, type="button", data_pick=code)
    cells: list[Child] = [tag("th", button, " ", tag("span", name, class_="soft"), scope="row")]
    for dimension in ORDER:
        count = int(row[dimension])
        cells.append(tag("td", str(count) if count else "", class_="n" if count else "n gap"))
    cells += [_state(str(state.get(key, "")), lang) for key in ("own_state", "inherited_state")]
    return tag("tr", *cells, data_unit=code, class_="item")


def _state(code: str, lang: str) -> ET.Element:
    """Return the cell of a carbon state; where no upper list was given nothing can be inherited."""
    if not code:
        return tag("td", say("audit.not_given", lang), class_="state soft")
    return tag("td", class_=f"state state-{code}", title=symbol("carbon_state", code).label(lang))


def copies_part(found: Audit, lang: str) -> ET.Element | None:
    """Return the texts that many units share."""
    frame = found.tables.get("copies")
    if frame is None or frame.empty:
        return None
    header = ["#" + say("audit.count.units", lang), "#%", say("audit.clauses", lang), say("check.where", lang)]
    rows: list[list[Child]] = [
        [str(row["count"]), f"{row['share']:.0%}", str(row["text"]), str(row["cells"])]
        for row in frame.to_dict("records")
    ]
    return _folded("copies", say("audit.copies", lang), table(header, rows), len(rows))


def laws_part(found: Audit, lang: str) -> ET.Element | None:
    """Return the documents that are cited, with their state and how far it is verified."""
    frame = found.tables.get("laws")
    if frame is None or frame.empty:
        return None
    header = [say(f"audit.law.{name}", lang) for name in ("words", "state", "follower", "status")]
    header += ["#" + say("audit.law.count", lang), say("check.where", lang)]
    rows = [_law(row, lang) for row in frame.to_dict("records")]
    return _folded("laws", say("audit.laws", lang), table(header, rows), len(rows))


def _law(row: dict[Any, Any], lang: str) -> list[Child]:
    state = say(f"audit.state.{row['state']}", lang)
    words = " ".join(part for part in (state, str(row["repealed_on"])) if part)
    status = say(f"audit.status.{row['status']}", lang) if row["status"] else "—"
    shown = tag("b", words) if row["state"] in _SPENT else words
    return [str(row["words"]), shown, str(row["follower"]), status, str(row["count"]), str(row["cells"])]


def _folded(name: str, title: str, inside: ET.Element, count: int) -> ET.Element:
    summary = tag("summary", tag("b", title), tag("span", str(count), class_="count"))
    return tag("section", tag("details", summary, tag("div", inside, class_="scroll"), class_="kind"), id=name)
