"""What lies beside the page: every file with what it is and for whom, in the order in which readers open them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from zoning.frontpage.lists import ANSWERS
from zoning.htmltree import Child, link, tag
from zoning.messages import knows, say

__all__ = ["deliverables"]

_FILES = {
    "map.html": "map",
    "atlas.pdf": "atlas",
    "report.docx": "report",
    "workbook.xlsx": "workbook",
    "inventory.xlsx": "inventory",
    "results.gpkg": "gpkg",
    "project.qgz": "project",
    "project.qgs": "project",
    "results.gdb": "gdb",
    "results.gdb.zip": "gdb",
    "control_units.parquet": "parquet",
    "ledger.nc": "netcdf",
    "findings.json": "findings",
    "run.json": "run",
    "lists/edits.json": "edits",
}
_FOLDERS = {"grids": "grids", "public": "public", "results.gdb": "gdb"}
_GROUPS = {
    "map": "read", "atlas": "read", "report": "read", "workbook": "read", "inventory": "read",
    "gpkg": "gis", "project": "gis", "gdb": "gis", "parquet": "gis", "grids": "gis", "netcdf": "gis", "tif": "gis",
    "style": "gis", "public": "public", "findings": "record", "run": "record",
}  # fmt: skip
_ORDER = ("read", "lists", "gis", "public", "record", "other")
_REVISED = ("revised.xlsx", "revised.xlsm", "revised.docx")
_KINDS = {".xlsx": "xlsx", ".docx": "docx", ".pdf": "pdf", ".gpkg": "gpkg", ".parquet": "parquet", ".json": "json",
          ".csv": "csv", ".nc": "netcdf", ".html": "html", ".qml": "style", ".sld": "style", ".qgz": "project",
          ".tif": "tif", ".tiff": "tif"}  # fmt: skip


def deliverables(files: Iterable[str], lang: str) -> list[Child]:
    """Return the links to what was published, in groups: the known files in their order, others after them by name.

    A folder of many files (grids, the public edition, a File Geodatabase) is one entry that unfolds.
    """
    groups: dict[str, list[Child]] = {}
    for name, paths in _cards(files).items():
        groups.setdefault(_group(name), []).append(_card(name, paths, lang))
    made: list[Child] = [tag("h2", say("index.files", lang))] if groups else []
    for group in _ORDER:
        if group in groups:
            made += [tag("h3", say(f"index.files.{group}", lang)), tag("ul", *groups[group], class_="files")]
    return made


def _cards(files: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the entries in their order: a file, or a folder with its files."""
    known = list(_FILES)
    cards: dict[str, list[str]] = {}
    for path in sorted(set(files) - {"index.html"}):
        top = PurePosixPath(path).parts[0] if path else path
        folded = top in _FOLDERS and path != top
        cards.setdefault(top if folded else path, []).append(path)
    ranks = {name: known.index(name) if name in known else len(known) for name in cards}
    return {name: tuple(cards[name]) for name in sorted(cards, key=lambda name: (ranks[name], name))}


def _card(name: str, paths: tuple[str, ...], lang: str) -> Child:
    kind = _kind(name)
    about: list[Child] = [tag("span", say(f"index.file.{kind}", lang), class_="soft")]
    if knows(f"index.for.{kind}"):
        about.append(tag("span", say(f"index.for.{kind}", lang), class_="soft"))
    if paths == (name,):
        return tag("li", link(name, name), *about)
    first = f"{name}/index.html"
    head = link(first, first) if first in paths else tag("b", f"{name}/")
    if kind == "gdb":  # parts of a database are of no use by themselves
        return tag("li", tag("b", name), *about)
    inside = [tag("li", link(path, path.removeprefix(f"{name}/"))) for path in paths if path != first]
    summary = tag("summary", say("index.files.count", lang, count=len(inside)))
    return tag("li", head, *about, tag("details", summary, tag("ul", *inside)) if inside else None)


def _group(name: str) -> str:
    if name.startswith("lists/"):
        return "lists"
    return _GROUPS.get(_kind(name), "other")


def _kind(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return _FILES.get(name) or _FOLDERS.get(name) or _of_list(name) or _KINDS.get(suffix, "other")


def _of_list(path: str) -> str:
    """Return what a file beside the revised lists is, by its name; "" for any other."""
    name = PurePosixPath(path)
    if name.parent != PurePosixPath(ANSWERS).parent:
        return ""
    if path == ANSWERS:
        return "answers"
    if say("redline.sheet") in name.stem:
        return "changes"
    revised = f"revised{name.suffix.lower()}"
    return revised if say("redline.suffix") in name.stem and revised in _REVISED else ""
