"""Regions and lists made by hand for the tests of drafting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zoning.clauses import AccessList, Address, Entry, clauses_of_cell
from zoning.drafts import Drafting, Region, UnitCase, ZoneType
from zoning.indicators import Part
from zoning.judge.case import Project
from zoning.judge.reason import Answer, Evidence, Reason
from zoning.targets import Target, Targets
from zoning.vocab import DecisionCode

REGION = Region("350582", "示例市", "福建省")


def reason(unit, rule, *, gives=DecisionCode.NEED, **evidence):
    numbers = tuple(Evidence(name, value, "text" if isinstance(value, str) else "t yr-1")
                    for name, value in (evidence or {"located_co2": 50_000.0}).items())  # fmt: skip
    return Reason(rule, unit, Answer.TRUE, gives, numbers, (), f"{rule} 成立", f"{rule} is true")


def firm(unit, name, industry, co2, **more):
    sector = "power" if industry.startswith("44") else "industry"
    about = {"record": f"{name}1", "fuel": "coal", "energy": 0.0} | more
    return Part(unit, sector, co2, 1.0, located=True, name=name, industry=industry, emitter=name, zones={}, **about)


def unit(code, name="", *, klass="KEY", decision="NEED", rules=(), parts=(), zones=None, **more):  # noqa: PLR0913
    reasons = tuple(one if isinstance(one, Reason) else reason(code, one) for one in rules)
    driving = reasons[0].rule if reasons else ""
    numbers = {"co2_t": sum(one.co2 for one in parts)}
    about = more | {"regions": ("350582", "350500", "350000"), "numbers": numbers}
    return UnitCase(code, name or f"单元{code}", klass, decision, driving, reasons, zones or {}, tuple(parts), **about)


def basis(*units: UnitCase, lists: Iterable[AccessList] = (), targets: Sequence[Target] = (), **more):
    zones = sorted({name for one in units for name in one.zones})
    types = tuple(ZoneType(name, 10.0, 1e5, tuple(u.code for u in units if name in u.zones)) for name in zones)
    return Drafting(REGION, 2020, units, more.pop("zone_types", types), tuple(lists),
                    Targets(tuple(targets)) if targets else None, **more)  # fmt: skip


def access_list(level, cells, *, entries=True):
    """Return a list out of rows (code, dimension, cell name, text); the entries know every cell, empty ones too."""
    clauses, rows = [], {}
    for code, dimension, name, text in cells:
        clauses += clauses_of_cell(
            text, code=code, level=level, dimension=dimension, file="清单.xlsx", sheet="清单", cell=name
        )
        rows.setdefault(code, []).append((dimension, Address("清单.xlsx", "清单", name, 0, len(text))))
    known = [Entry(code, f"单元{code}", cells=tuple(found)) for code, found in rows.items()] if entries else []
    return AccessList(level, clauses, known)


def target(indicator, year, limit, *, measure="万吨标准煤", code="350582"):
    return Target(code, "示例市", "county", indicator, measure, year, limit, float("nan"), 0, "表")


def project(name, industry, co2):
    return Project(name, industry, co2)


def rewritten(cells, edits):
    """Return the texts of cells with edits carried out in their order."""
    texts = {name: text for _, _, name, text in cells}
    grown: dict[str, int] = {}
    for edit in edits:
        name = edit.at.cell
        shift = grown.get(name, 0) if edit.at.start == edit.at.end else 0
        start, end = edit.at.start + shift, edit.at.end + shift
        assert texts[name][start:end] == edit.old
        texts[name] = texts[name][:start] + edit.new + texts[name][end:]
        if edit.at.start == edit.at.end:
            grown[name] = grown.get(name, 0) + len(edit.new)
    return texts
