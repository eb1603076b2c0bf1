"""The page of two versions of a list: the account of units and clauses, and every change letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files as packaged
from itertools import groupby
from xml.etree import ElementTree as ET

from zoning.htmltree import Child, document, table, tag
from zoning.messages import say
from zoning.tables import numbers
from zoning.versions import CARBON_CHANGES, RECORD_KINDS, UNIT_KINDS, Comparison, Record, marks
from zoning.versions.similarity import comparable
from zoning.versions.wording import evidence_words, record_words, unit_words
from zoning.vocab import label

__all__ = ["carbon_mark", "render_versions", "version_page"]

_QUIET = ("SAME", "RENUMBERED")
_TAGS = {"removed": "del", "added": "ins"}


def render_versions(comparison: Comparison, old: str, new: str, lang: str = "zh") -> str:
    """Return the page of a comparison as one HTML page that needs no network; equal comparisons give equal bytes.

    Parameters
    ----------
    comparison : Comparison
        From :func:`zoning.versions.compare`.
    old, new : str
        Names of the two files.
    lang : str
        ``zh`` or ``en``; words of the lists are never translated.
    """
    body: list[Child] = [
        tag("p", _lead(comparison, lang), class_="lead"),
        *_account(comparison, lang),
        *_headers(comparison, lang),
        *_units(comparison, lang),
        *_clauses(comparison, lang),
        *_entries(comparison, lang),
    ]
    return version_page(say("versions.title", lang), say("versions.files", lang, old=old, new=new), body, lang)


def version_page(title: str, files: str, body: Sequence[Child], lang: str) -> str:
    """Return a page in the dress of the pages on versions."""
    own = (
        packaged("zoning.listpage").joinpath(f"versions.{kind}").read_text(encoding="utf-8") for kind in ("css", "js")
    )
    head = tag("header", tag("h1", title), tag("p", files, class_="soft"))
    return document(title, lang, (next(own), next(own)), [tag("main", head, *body)])


def _lead(found: Comparison, lang: str) -> str:
    carbon = found.carbon_counts
    return say(
        "versions.lead",
        lang,
        old_units=sum(len(match.old) for match in found.matches),
        new_units=sum(len(match.new) for match in found.matches),
        old_clauses=sum(len(record.old) for record in found.records),
        new_clauses=sum(len(record.new) for record in found.records),
        changed=sum(record.kind not in _QUIET for record in found.records),
        added=carbon["ADDED"],
        stronger=carbon["STRENGTHENED"],
        weaker=carbon["WEAKENED"] + carbon["REMOVED"],
    )


def _account(found: Comparison, lang: str) -> list[Child]:
    units = [(match.kind, len(match.old), len(match.new)) for match in found.matches]
    clauses = [(record.kind, len(record.old), len(record.new)) for record in found.records]
    carbon = [(record.carbon, len(record.old), len(record.new)) for record in found.records if record.carbon]
    return [
        tag("h2", say("versions.account", lang)),
        tag(
            "div",
            _sums("units", "unit", UNIT_KINDS, units, lang),
            tag(
                "div",
                _sums("clauses", "kind", RECORD_KINDS, clauses, lang),
                _sums("", "carbon", CARBON_CHANGES, carbon, lang),
            ),
            class_="pair",
        ),
    ]


def _sums(title: str, kind: str, kinds: Sequence[str], rows: Sequence[tuple[str, int, int]], lang: str) -> Child:
    """Return one table of the account, with its total where it is one of everything."""
    header = [say(f"versions.account.{name}", lang) for name in ("kind", "count", "old", "new")]
    body: list[list[Child]] = []
    for one in kinds:
        own = [row for row in rows if row[0] == one]
        if own:
            body.append([say(f"versions.{kind}.{one}", lang), *_counted(own)])
    if title:
        body.append([say("versions.account.total", lang), *_counted(rows)])
    head = tag("h3", say(f"versions.account.{title}", lang)) if title else None
    return tag("div", head, table(header, body)) if body else None


def _counted(rows: Sequence[tuple[str, int, int]]) -> list[Child]:
    return [str(len(rows)), str(sum(row[1] for row in rows)), str(sum(row[2] for row in rows))]


def _headers(found: Comparison, lang: str) -> list[Child]:
    if not found.headers:
        return []
    header = [say(f"versions.{name}", lang) for name in ("header", "entries.old", "entries.new")]
    rows: list[list[Child]] = [[label(one, lang), old, new] for one, old, new in found.headers]
    return [tag("h2", say("versions.headers", lang)), table(header, rows)]


def _units(found: Comparison, lang: str) -> list[Child]:
    header = [say(f"versions.units.{name}", lang) for name in ("kind", "match", "certainty", "evidence")]
    rows: list[list[Child]] = [
        [
            say(f"versions.unit.{match.kind}", lang),
            unit_words(match, found, lang),
            say(f"versions.certainty.{match.certainty}", lang) if match.certainty else "—",
            evidence_words(match, lang) or "—",
        ]
        for match in found.matches
        if match.kind != "SAME"
    ]
    note = tag("p", say("versions.units.note", lang), class_="soft")
    return [tag("h2", say("versions.units", lang)), note, table(header, rows)] if rows else []


def _clauses(found: Comparison, lang: str) -> list[Child]:
    changed = [record for record in found.records if record.kind not in _QUIET or record.carbon]
    most = int(numbers("version_settings")["page_records"])
    head: list[Child] = [tag("h2", say("versions.clauses", lang))]
    if not changed:
        return [*head, tag("p", say("versions.clauses.none", lang))]
    head.append(tag("p", say("versions.clauses.note", lang), class_="soft"))
    if len(changed) > most:
        head.append(tag("p", say("versions.clauses.more", lang, shown=most, total=len(changed)), class_="soft"))
    sections = [_unit(place, list(own), found, lang) for place, own in groupby(changed[:most], key=_match)]
    return [*head, _tools(changed, lang), *sections]


def _match(record: Record) -> int:
    return record.match


def _unit(place: int, records: Sequence[Record], found: Comparison, lang: str) -> ET.Element:
    title = tag("h3", unit_words(found.matches[place], found, lang))
    return tag("section", title, *(_record(one, found, lang) for one in records), class_="unit")


def _tools(changed: Sequence[Record], lang: str) -> ET.Element:
    buttons = [_button("", say("versions.filter.all", lang), len(changed))]
    for kind in RECORD_KINDS:
        count = sum(record.kind == kind for record in changed)
        buttons += [_button(kind, say(f"versions.kind.{kind}", lang), count)] if count else []
    carbon = sum(bool(record.carbon) for record in changed)
    buttons += [_button("carbon", say("versions.filter.carbon", lang), carbon)] if carbon else []
    search = tag(
        "input", type_="search", placeholder=say("versions.search", lang), aria_label=say("versions.search", lang)
    )
    return tag("div", *buttons, search, class_="tools", role="group", aria_label=say("versions.filter", lang))


def _button(kind: str, words: str, count: int) -> ET.Element:
    pressed = "false" if kind else "true"
    return tag("button", f"{words} {count}", type="button", data_kind=kind, aria_pressed=pressed)


def _record(record: Record, found: Comparison, lang: str) -> ET.Element:
    head = tag(
        "div",
        tag("b", say(f"versions.kind.{record.kind}", lang)),
        carbon_mark(record, lang),
        tag("span", _place(record, lang)),
        tag("span", record_words(record, found, lang)),
        class_="head",
    )
    kinds = " ".join((record.kind, "carbon") if record.carbon else (record.kind,))
    return tag("div", head, *_texts(record), class_=f"record {record.kind}", data_kinds=kinds)


def carbon_mark(record: Record, lang: str) -> ET.Element | None:
    """Return what became of the carbon demand of a record as a mark; None where it is what it was."""
    if not record.carbon:
        return None
    return tag("span", say(f"versions.carbon.{record.carbon}", lang), class_=f"carbon {record.carbon}")


def _place(record: Record, lang: str) -> str:
    one = (record.old or record.new)[0]
    return " ".join(part for part in (label(one.dimension, lang), one.number) if part)


def _texts(record: Record) -> list[Child]:
    """Return the words of a record; where a clause became several, each of them for itself."""
    if len(record.pairs) == 1:
        return [tag("p", *_marked(record.pairs[0].old.text, record.pairs[0].new.text))]
    if record.pairs and record.kind not in ("SPLIT", "MERGED"):  # copies in several units, the same words told once
        texts = dict.fromkeys((pair.old.text, pair.new.text) for pair in record.pairs)
        return [tag("p", *_marked(*pair)) for pair in texts]
    gone = [tag("p", tag("del", clause.text)) for clause in record.old]
    return [*gone, *(tag("p", tag("ins", clause.text)) for clause in record.new)]


def _marked(old: str, new: str) -> list[Child]:
    """Return the words of both versions, marked; another stop at the end is no difference."""
    if comparable(old) == comparable(new):
        return [new]
    return [tag(_TAGS[kind], text) if kind in _TAGS else text for text, kind in marks(old, new)]


def _entries(found: Comparison, lang: str) -> list[Child]:
    if not found.entries:
        return []
    most = int(numbers("version_settings")["page_entries"])
    header = [say(f"versions.{name}", lang) for name in ("units.match", "entries.field", "entries.old", "entries.new")]
    rows: list[list[Child]] = [
        [
            " → ".join(dict.fromkeys((one.old_code, one.new_code))),
            _field(one.field, lang),
            _value(one.old, lang),
            _value(one.new, lang),
        ]
        for one in found.entries[:most]
    ]
    more = say("versions.entries.more", lang, shown=most, total=len(found.entries))
    note = tag("p", more, class_="soft") if len(found.entries) > most else None
    return [tag("h2", say("versions.entries", lang)), note, table(header, rows)]


def _field(name: str, lang: str) -> str:
    known = ("name", "unit_class", "subtypes", "place", "area")
    return say(f"versions.field.{name}", lang) if name in known else name


def _value(text: str, lang: str) -> str:
    return label(text, lang)
