"""Which text a document has in a version of it: with all tracked changes accepted, or with all rejected.

The accepted text is every ``w:t`` outside ``w:del`` and ``w:moveFrom``; the original one every ``w:t`` and
``w:delText`` outside ``w:ins`` and ``w:moveTo``. A paragraph whose mark was deleted (inserted) is no paragraph of the
accepted (original) version: what it holds goes on in the next one. Rows and cells are there or not likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = [
    "VERSIONS",
    "blocks",
    "is_gone",
    "local",
    "own",
    "paragraph_texts",
    "paragraphs_with_texts",
    "revision_authors",
    "struck",
    "value_of",
]

VERSIONS = ("accepted", "original")
_HIDDEN = {"accepted": ("del", "moveFrom"), "original": ("ins", "moveTo")}
_CELLS = {"accepted": "cellDel", "original": "cellIns"}
_ASIDE = ("txbxContent", "Fallback")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel")
_OFF = ("0", "false", "off", "none")


def local(element: Any) -> str:  # noqa: ANN401 - an element of lxml, which has no types
    """Return the name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def own(element: Any, name: str, version: str) -> Iterator[Any]:  # noqa: ANN401
    """Descendants of a name that belong to this table, row or cell in a version, not to a table or text box inside."""
    for child in element:
        kind = local(child)
        if kind == name:
            yield child
        elif kind != "tbl" and kind not in (*_HIDDEN[version], *_ASIDE):
            yield from own(child, name, version)


def blocks(body: Any, version: str) -> Iterator[Any]:  # noqa: ANN401
    """Paragraphs and tables of a body in their order, also those inside controls; none of a table or text box."""
    for child in body:
        kind = local(child)
        if kind in ("p", "tbl"):
            yield child
        elif kind not in (*_HIDDEN[version], *_ASIDE):
            yield from blocks(child, version)


def value_of(element: Any, part: str, name: str) -> str | None:  # noqa: ANN401
    """Attribute ``val`` of a property; empty if it stands without one, None if it does not stand."""
    for properties in element:
        if local(properties) == part:
            for one in properties:
                if local(one) == name:
                    return next((str(given) for key, given in one.attrib.items() if key.endswith("val")), "")
    return None


def is_gone(element: Any, version: str) -> bool:  # noqa: ANN401
    """Tell whether a row, a cell, or the mark of a paragraph is not there in a version."""
    kind = local(element)
    if kind == "tc":
        return value_of(element, "tcPr", _CELLS[version]) is not None
    if kind == "tr":
        return any(value_of(element, "trPr", name) is not None for name in _HIDDEN[version])
    return any(
        value_of(properties, "rPr", name) is not None
        for properties in element if local(properties) == "pPr" for name in _HIDDEN[version]
    )  # fmt: skip


def paragraph_texts(paragraphs: Iterable[Any], version: str) -> Iterator[str]:
    """Texts of the paragraphs that a version has."""
    return (text for text, _ in paragraphs_with_texts(paragraphs, version))


def paragraphs_with_texts(paragraphs: Iterable[Any], version: str) -> Iterator[tuple[str, Any]]:
    """Texts of the paragraphs that a version has, each with the paragraph whose mark ends it."""
    held, last = "", None
    for paragraph in paragraphs:
        held, last = held + "".join(_letters(paragraph, version)), paragraph
        if not is_gone(paragraph, version):
            yield held, paragraph
            held = ""
    if held:
        yield held, last


def _letters(element: Any, version: str) -> Iterator[str]:  # noqa: ANN401
    for child in element:
        kind = local(child)
        if kind == "t" or (kind == "delText" and version == "original"):
            yield str(child.text or "")
        elif kind in _BREAKS:
            yield _BREAKS[kind]
        elif kind not in (*_HIDDEN[version], *_ASIDE, "pPr", "rPr"):
            yield from _letters(child, version)


def revision_authors(body: Any) -> list[str]:  # noqa: ANN401
    """Return the author of every open revision of text, paragraphs, rows and cells."""
    return [
        next((str(given) for key, given in one.attrib.items() if key.endswith("author")), "")
        for one in body.iter() if local(one) in _CHANGES
    ]  # fmt: skip


def struck(element: Any, version: str) -> str:  # noqa: ANN401
    """Return the text of an element that is struck through by hand, not by a revision."""
    texts = []
    for run in element.iter():
        if local(run) == "r" and not _is_hidden(run, element, version):
            marks = (value_of(run, "rPr", name) for name in ("strike", "dstrike"))
            if any(mark is not None and mark.lower() not in _OFF for mark in marks):
                texts.append("".join(_letters(run, version)))
    return "".join(texts)


def _is_hidden(run: Any, element: Any, version: str) -> bool:  # noqa: ANN401
    """Whether a run is not shown in a version, or belongs to a table inside the element."""
    for parent in run.iterancestors():
        if parent is element:
            return False
        if local(parent) in (*_HIDDEN[version], *_ASIDE, "tbl"):
            return True
    return False
