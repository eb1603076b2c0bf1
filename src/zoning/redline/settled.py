"""All tracked changes of a document accepted, or all rejected; of one author only where one is named."""

from __future__ import annotations

from zoning.redline.xml_part import Element, local, namespace, parsed, serialised

__all__ = ["accept_all", "reject_all", "settle", "settle_one"]

_COME, _GONE = ("ins", "moveTo"), ("del", "moveFrom")
_RANGES = ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd")
_WORDS = {"delText": "t", "delInstrText": "instrText"}
_KEPT = {"pPr": ("rPr", "sectPr"), "sectPr": ("headerReference", "footerReference")}
"""What a note of former properties never repeats."""
_ROWS, _CELLS = "trPr", "tcPr"


def accept_all(document_xml: bytes, author: str | None = None) -> bytes:
    """Return the XML of a document with its changes carried out.

    Parameters
    ----------
    document_xml : bytes
        The main part of a docx.
    author : str or None
        Changes of this author only; None for all.

    Examples
    --------
    >>> word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    >>> xml = f'<w:p xmlns:w="{word}"><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>'
    >>> b"delText" in accept_all(xml.encode()), "旧" in reject_all(xml.encode()).decode()
    (False, True)
    """
    return serialised(settle(parsed(document_xml), accept=True, author=author))


def reject_all(document_xml: bytes, author: str | None = None) -> bytes:
    """Return the XML of a document as it was before its changes; see :func:`accept_all`."""
    return serialised(settle(parsed(document_xml), accept=False, author=author))


def settle(root: Element, *, accept: bool, author: str | None = None) -> Element:
    """Carry out or take back the changes of a tree in place, and return it."""
    come, gone = (_COME, _GONE) if accept else (_GONE, _COME)
    _rows_and_cells(root, gone, author)
    ends = _ended(root, gone, author)
    for one in [one for one in root.iter() if local(one) in gone and _ours(one, author) and not _of_marks(one)]:
        _drop(one)
    for one in [one for one in root.iter() if local(one) in (*come, *gone) and _ours(one, author)]:
        if _of_marks(one):
            _drop(one)
        else:
            _unwrap(one)
    for one in [one for one in root.iter() if local(one).endswith("Change") and _ours(one, author)]:
        _properties(one, accept=accept)
    _ranges(root)
    for paragraph in ends:
        _run_on(paragraph)
    _tidy(root)
    return root


def settle_one(change: Element, *, accept: bool) -> None:
    """Carry out or take back one change that is still in its tree."""
    stays = (local(change) in _COME) == accept
    paragraph = change.getparent().getparent().getparent() if _of_marks(change) else None
    if paragraph is None and stays:
        _unwrap(change)
        return
    _drop(change)
    if paragraph is not None and not stays:
        _run_on(paragraph)


def _ours(one: Element, author: str | None) -> bool:
    return author is None or one.get(f"{{{namespace(one)}}}author") == author


def _of_marks(one: Element) -> bool:
    """Whether a change stands in properties (of the mark of a paragraph, of a row) and not around text."""
    return local(one.getparent()) in ("rPr", _ROWS, _CELLS, "numPr")


def _drop(one: Element) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _unwrap(one: Element) -> None:
    """Put the content of a change in its place; words that were gone are words again, unless they are gone twice."""
    again = local(one) in _GONE and not any(local(parent) in _GONE for parent in one.iterancestors())
    for part in one.iter() if again else ():
        kind = _WORDS.get(local(part))
        if kind and not any(local(parent) in _GONE for parent in part.iterancestors() if parent is not one):
            part.tag = f"{{{namespace(part)}}}{kind}"
    for child in list(one):
        one.addprevious(child)
    _drop(one)


def _rows_and_cells(root: Element, gone: tuple[str, ...], author: str | None) -> None:
    """Take out rows and cells that go; those that come lose their mark with the other changes."""
    names = {"ins": "cellIns", "del": "cellDel"}
    for part, wanted in ((_ROWS, gone), (_CELLS, tuple(names.get(one, one) for one in gone))):
        for one in [one for one in root.iter() if local(one) == part]:
            if any(local(mark) in wanted and _ours(mark, author) for mark in one):
                _drop(one.getparent())
    for one in [one for one in root.iter() if local(one) in names.values() and _ours(one, author)]:
        _drop(one)


def _ended(root: Element, gone: tuple[str, ...], author: str | None) -> list[Element]:
    """Paragraphs whose mark goes, in order."""
    ends = []
    for one in root.iter():
        properties = one.getparent() if local(one) in gone else None
        if properties is not None and local(properties) == "rPr" and _ours(one, author):
            holder = properties.getparent()
            if holder is not None and local(holder) == "pPr":
                ends.append(holder.getparent())
    return ends


def _run_on(paragraph: Element) -> None:
    """Join a paragraph whose mark is gone with the next one, which keeps its properties."""
    parent, following = paragraph.getparent(), paragraph.getnext()
    while following is not None and local(following) not in ("p", "tbl", "sdt", "sectPr"):
        following = following.getnext()
    if parent is None:
        return
    if following is None or local(following) != "p":
        empty = all(local(child) == "pPr" for child in paragraph)
        if empty and following is not None and local(following) in ("tbl", "sdt"):
            _drop(paragraph)
        return
    place = 1 if len(following) and local(following[0]) == "pPr" else 0
    for child in [child for child in paragraph if local(child) != "pPr"]:
        following.insert(place, child)
        place += 1
    _drop(paragraph)


def _properties(change: Element, *, accept: bool) -> None:
    """Forget the properties as they were, or bring them back."""
    holder = change.getparent()
    if holder is None:
        return
    former = None if accept else next(iter(change), None)
    holder.remove(change)
    if former is None:
        return
    kept = [one for one in holder if local(one) in _KEPT.get(local(holder), ())]
    for one in list(holder):
        holder.remove(one)
    for one in [*kept, *former] if local(holder) == "sectPr" else [*former, *kept]:
        holder.append(one)


def _ranges(root: Element) -> None:
    """Take out the ends of moves of which nothing is left."""
    if not any(local(one) in ("moveFrom", "moveTo") for one in root.iter()):
        for one in [one for one in root.iter() if local(one) in _RANGES]:
            _drop(one)


def _tidy(root: Element) -> None:
    """Take out properties that are empty now."""
    for name in ("rPr", "pPr", _ROWS):
        for one in [one for one in root.iter() if local(one) == name and not len(one)]:
            _drop(one)
