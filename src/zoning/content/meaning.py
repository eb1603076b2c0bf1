"""Rules of content that no single cell can show: signs that agree, bases in force, numbers with a source, slots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from zoning.content.cells import nearest
from zoning.content.rows import Placed, Tables, key_of
from zoning.errors import Finding, Severity
from zoning.messages import finding
from zoning.tables import Row, read

__all__ = ["meaning_faults"]

_MACRO = re.compile(r"<([A-Z_0-9]+)>")
_NESTED = re.compile(r"(?<!\\)\((?:\?:)?(?:\\.|\[[^\]]*\]|[^\\()\[\]])[+*]\)[+*{]")  # (x+)+
_PATTERNS = ("pattern", "when", "unless")
_SLOT = re.compile(r"\{([^{}]*)\}")
_LAW = re.compile(r"N\d+")
_DOCUMENT = re.compile(r"\bD\d\d\b")
_POLLUTANTS = ("SO2", "NOX", "PM25", "VOC", "NH3")
_CARBON = ("CO2_S1", "CO2", "CH4", "N2O")
_NO_BASIS = frozenset({"repealed", "superseded", "draft", "not_a_norm"})
_UNVERIFIED_BASIS = "【依据待核】"
_CLASSES = {"1": "优先保护", "2": "重点管控", "3": "一般管控"}
_UNTIL_TODAY = "9999"
_LEVELS = frozenset({"benchmark.energy_level"})  # a text that holds the number with its name
_BASE_YEAR, _BODY = "study.base_year", "responsibility.body"

_Index = Mapping[str, Mapping[str, Row]]


def meaning_faults(tables: Tables) -> Iterator[Finding]:
    """Yield a finding for every row that contradicts itself or a row that it refers to."""
    index = {name: {key_of(name, one.cells): one.cells for one in rows} for name, rows in tables.items()}
    for name, judges in _JUDGES.items():
        for one in tables.get(name, ()):
            for judge in judges:
                yield from judge(one, index)
    yield from _overlapping(tables)


def _fault(one: Placed, column: str, key: str, **slots: Any) -> Finding:  # noqa: ANN401 - anything that prints
    where = {"file": one.file, "row": one.row, "field": column, "value": one.cells[column]}
    return finding("VALUE_UNKNOWN", f"content.{key}", where=where, **slots)


def _unproved(one: Placed, column: str, needed: str) -> Finding:
    where = {"file": one.file, "row": one.row, "field": column, "value": one.cells[column]}
    return finding("EVIDENCE_MISSING", "content", severity=Severity.ERROR, where=where, needed=needed)


# --------------------------------------------------------------------------------------------------- measures


def _relation(one: Placed, _index: _Index) -> Iterator[Finding]:
    row = one.cells
    gained, lost = _split(row, _POLLUTANTS)
    saved, spent = _split(row, _CARBON)
    fits = {
        "协同": gained and saved and not lost and not spent,
        "协同但有代价": gained and saved,
        "单向降碳": saved and not gained,
        "降碳但有代价": saved and (row["energy_penalty"] == "+" or lost or spent),
        "单向减污": gained and not saved and not spent,
        "冲突（能耗代价）": gained and spent,
        "看条件": any(row[species] == "?" for species in (*_POLLUTANTS, *_CARBON)),
    }
    # greenhouse gases outside the columns (HFC, SF6) leave no sign: all zero is then the truth
    silent = all(row[species] == "0" for species in (*_POLLUTANTS, *_CARBON))
    if not fits.get(row["relation"], True) and not silent:
        signs = " ".join(f"{species}{row[species]}" for species in (*_POLLUTANTS, *_CARBON))
        yield _fault(one, "relation", "relation", signs=signs)


def _split(row: Row, species: tuple[str, ...]) -> tuple[bool, bool]:
    """(something is reduced, something is increased)."""
    return any(row[name] == "+" for name in species), any(row[name] == "-" for name in species)


def _end_of_pipe(one: Placed, _index: _Index) -> Iterator[Finding]:
    """Energy spent behind the process is CO2, unless the equipment takes the carbon itself."""
    row = one.cells
    spends = row["acts_on"] == "end-of-pipe" and row["energy_penalty"] == "+"
    if spends and row["CO2"] != "-" and row["CO2_S1"] != "+":
        yield _fault(one, "CO2", "end_of_pipe")


def _magnitude(one: Placed, _index: _Index) -> Iterator[Finding]:
    parts = ("magnitude", "magnitude_unit", "magnitude_kind", "magnitude_basis")
    filled = [column for column in parts if one.cells[column]]
    if filled and len(filled) < len(parts):
        missing = "、".join(column for column in parts if column not in filled)
        yield _unproved(one, filled[0], missing)
    elif filled and not one.cells["source"]:
        yield _unproved(one, "magnitude", "source")


# ------------------------------------------------------------------------------------------------- documents, bases


def _number(one: Placed, _index: _Index) -> Iterator[Finding]:
    row = one.cells
    if row["number"] and row["number_unverified"]:
        yield _fault(one, "number", "number_twice")
    if row["number"] and row["status"] == "memory":
        yield _fault(one, "number", "number_unseen")


def _state(one: Placed, _index: _Index) -> Iterator[Finding]:
    row = one.cells
    if row["legal_state"] == "repealed" and not row["repealed_on"]:
        yield _unproved(one, "legal_state", "repealed_on")
    if row["legal_state"] == "superseded" and not row["superseded_or_amended_by"]:
        yield _unproved(one, "legal_state", "superseded_or_amended_by")
    if row["citable_in_draft"] == "yes" and (row["legal_state"] != "in_force" or row["status"] == "memory"):
        yield _fault(one, "citable_in_draft", "citable", state=row["legal_state"], status=row["status"])


def _clause_basis(one: Placed, index: _Index) -> Iterator[Finding]:
    law = index["law_register"].get(one.cells["basis_id"])
    if law is None:
        return
    if law["legal_state"] in _NO_BASIS or law["legal_state"] == "expired":
        yield _fault(one, "basis_id", "basis", state=law["legal_state"])
    elif (law["citable_in_draft"] != "yes") != (one.cells["basis_print"] == _UNVERIFIED_BASIS):
        yield _fault(one, "basis_print", "basis_print", basis=one.cells["basis_id"], citable=law["citable_in_draft"])


def _demand_basis(one: Placed, index: _Index) -> Iterator[Finding]:
    row = one.cells
    state = index["law_register"].get(row["basis_id"], {}).get("legal_state", "")
    if state in _NO_BASIS or (state == "expired" and row["expired_at_2026"] == "no"):
        yield _fault(one, "basis_id", "basis", state=state)


def _demand_amount(one: Placed, _index: _Index) -> Iterator[Finding]:
    row = one.cells
    for column in ("unit", "source"):
        if row["quantity"] and not row[column]:
            yield _unproved(one, "quantity", column)
    if row["quantity"] and not row["basis_id"]:
        yield _unproved(one, "quantity", "basis_id")


def _baseless(one: Placed, index: _Index) -> Iterator[Finding]:
    """Refuse a clause that is drafted from a demand without a basis in force."""
    for demand in one.cells["demand_ids"].split(";"):
        row = index["carbon_demands"].get(demand)
        if row is not None and not row["basis_id"]:
            yield _fault(one, "demand_ids", "baseless", demand=demand)


def _frame_item(one: Placed, index: _Index) -> Iterator[Finding]:
    row = one.cells
    if any(letter.isdigit() for letter in row["threshold"]) and not row["threshold_basis"]:
        yield _unproved(one, "threshold", "threshold_basis")
    if row["weight"] and row["status"] in ("memory", "ours"):
        yield _unproved(one, "weight", "source")
    for law in _LAW.findall(row["threshold_basis"]):
        if law not in index["law_register"]:
            yield _fault(one, "threshold_basis", "law", law=law)


def _filled_by(one: Placed, index: _Index) -> Iterator[Finding]:
    for document in _DOCUMENT.findall(one.cells["filled_by"]):
        if document not in index["documents"]:
            yield _fault(one, "filled_by", "document", document=document)


# --------------------------------------------------------------------------------------------------- templates


def _slots(one: Placed, index: _Index) -> Iterator[Finding]:
    row = one.cells
    declared = dict(part.partition("=")[::2] for part in row["slots"].split(";") if part)
    used = set(_SLOT.findall(row["text_zh"]))
    for slot in sorted(used ^ set(declared)):
        yield _fault(one, "slots", "slot_undeclared" if slot in used else "slot_unused", slot=slot)
    for slot in sorted((used | set(declared) | set(_SLOT.findall(row["when_not"]))) - set(index["clause_slots"])):
        yield _fault(one, "text_zh" if slot in used else "slots", "slot_unknown", slot=slot)
    for slot, column in declared.items():
        known = index["clause_slots"].get(slot)
        if known is not None and known["ledger_column"] != column:
            yield _fault(one, "slots", "slot_column", slot=slot, expected=known["ledger_column"])


def _digits(one: Placed, _index: _Index) -> Iterator[Finding]:
    """Refuse a number in a clause that is no slot: nobody can say where it comes from."""
    if any(letter.isdigit() for letter in _SLOT.sub("", one.cells["text_zh"])):
        yield _fault(one, "text_zh", "digits")


def _grade(one: Placed, index: _Index) -> Iterator[Finding]:
    """Grade 2 has a number, grade 3 a number, a year and a body: what is missing lowers the clause."""
    row, kinds = one.cells, index["clause_slots"]
    slots = {slot for slot in _SLOT.findall(row["text_zh"]) if slot in kinds}
    columns = {slot: kinds[slot]["ledger_column"] for slot in slots}
    valued = {slot for slot in slots if kinds[slot]["dtype"] == "number" or columns[slot] in _LEVELS}
    dated = {slot for slot in slots if kinds[slot]["dtype"] == "year" and columns[slot] != _BASE_YEAR}
    bodies = {slot for slot in slots if columns[slot] == _BODY}
    if (row["grade"] >= "2" and not valued) or (row["grade"] == "3" and not (dated and bodies)):
        yield _fault(one, "grade", "grade")


def _unit_class(one: Placed, index: _Index) -> Iterator[Finding]:
    row = one.cells
    digit = index["zone_vocab"].get(row["zone_subtype"], {}).get("class_digit", "")
    if digit in _CLASSES and row["unit_class"] not in (_CLASSES[digit], "any"):
        yield _fault(one, "unit_class", "unit_class", zone=row["zone_subtype"], expected=_CLASSES[digit])


# --------------------------------------------------------------------------------------------------- limits


def _overlapping(tables: Tables) -> Iterator[Finding]:
    """Two limits of one standard, pollutant, period and grade do not hold on one day."""
    names = ("standard", "pollutant", "period", "grade")
    rows = sorted(tables.get("limits_by_date", ()), key=lambda one: [one.cells[c] for c in (*names, "valid_from")])
    for before, after in pairwise(rows):
        same = all(before.cells[name] == after.cells[name] for name in names)
        if same and after.cells["valid_from"] <= (before.cells["valid_to"] or _UNTIL_TODAY):
            yield _fault(after, "valid_from", "overlap", other=before.cells["id"])
    for one in rows:
        if one.cells["valid_to"] and one.cells["valid_to"] < one.cells["valid_from"]:
            yield _fault(one, "valid_to", "period")


# --------------------------------------------------------------------------------------------------- wording


def _pattern(one: Placed, index: _Index) -> Iterator[Finding]:
    """Refuse a pattern that cannot be compiled, uses an unknown macro, or may never end."""
    macros = {row["value"] for row in index.get("clause_lexicon", {}).values() if row["kind"] == "macro"}
    for column in _PATTERNS:
        cell = one.cells.get(column, "")
        for macro in _MACRO.findall(cell):
            if macro not in macros:
                yield _fault(one, column, "macro", macro=macro, nearest=nearest(macro, macros))
        if error := _uncompiled(cell):
            yield _fault(one, column, "pattern", error=error)
        if _NESTED.search(cell):
            yield _fault(one, column, "pattern_slow")


@lru_cache(maxsize=4096)
def _uncompiled(cell: str) -> str:
    """Return why a pattern cannot be compiled, "" if it can; the packaged ones are compiled once."""
    try:
        re.compile(_MACRO.sub("(?:甲)", cell).replace("…", "[^,;。]{0,16}?"))
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""


def _word(one: Placed, _index: _Index) -> Iterator[Finding]:
    """Refuse a value that the rules of a kind do not give: nobody downstream would know it."""
    row = one.cells
    allowed = sorted({known["value"] for known in read("clause_lexicon") if known["kind"] == row["kind"]})
    if allowed and row["kind"] != "macro" and row["value"] not in allowed:
        words = "、".join(word or "—" for word in allowed)
        yield _fault(one, "value", "word", kind=row["kind"], allowed=words)


_JUDGES: Mapping[str, tuple[Callable[[Placed, _Index], Iterator[Finding]], ...]] = {
    "measures": (_relation, _end_of_pipe, _magnitude),
    "law_register": (_number, _state),
    "carbon_demands": (_demand_basis, _demand_amount),
    "clause_templates": (_slots, _digits, _grade, _unit_class, _clause_basis, _baseless),
    "indicator_frames": (_frame_item,),
    "documents_outlines": (_filled_by,),
    "clause_lexicon": (_pattern, _word),
    "clause_industries": (_pattern,),
}
