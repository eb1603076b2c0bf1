"""XML parts of a container: parsed with entities and network off, written with the declaration that Office writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from zoning.redline.refusal import refused

__all__ = ["ILLEGAL", "Element", "children", "first", "in_utf8", "inside", "local", "namespace", "parsed", "serialised"]

Element = Any
"""An element of lxml, which has no types."""

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML text can hold."""
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)[\"']")
_TYPED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def in_utf8(content: bytes, file: str, name: str) -> bytes:
    """Return a part in UTF-8; one that declares a document type (and so, perhaps, entities) is refused.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE``.
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]
    declared = _DECLARATION.match(content)
    encoding = _ENCODING.search(declared[0]) if declared and not wide else None
    try:
        if wide:
            content = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le").encode()
        elif encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
            content = content.decode(encoding[1].decode()).encode()
    except (LookupError, UnicodeDecodeError) as error:
        raise refused(file, "part", name=name, reason=error) from error
    if _TYPED.search(content):
        raise refused(file, "entity", name=name)
    if wide or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
        content = _DECLARATION.sub(b"", content)
    return content


def parsed(content: bytes, file: str = "", name: str = "") -> Element:
    """Return the root element of a part.

    Raises
    ------
    InputError
        With the finding ``FILE_UNREADABLE`` if it is no XML or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(in_utf8(content, file, name), parser)
    except (SyntaxError, ValueError) as error:  # lxml's errors of syntax are Python's
        raise refused(file, "part", name=name, reason=error) from error


def serialised(root: Element) -> bytes:
    """Return a part as bytes."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def local(element: Element) -> str:
    """Return the name of an element without its namespace; "" of a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """Return the namespace of an element, which differs between transitional and strict files."""
    return str(element.tag)[1:].split("}", 1)[0] if str(element.tag).startswith("{") else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of a name, in whatever namespace the file uses."""
    return (child for child in element if local(child) == name)


def first(element: Element, *names: str) -> Element | None:
    """Descend by names, the first child of each; None where one is missing."""
    for name in names:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def inside(element: Element, names: tuple[str, ...]) -> bool:
    """Tell whether an element lies in one of these."""
    return any(local(parent) in names for parent in element.iterancestors())
