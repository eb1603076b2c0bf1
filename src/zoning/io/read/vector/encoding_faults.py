"""What is said of an encoding that is not known, or that the bytes contradict."""

from __future__ import annotations

from collections.abc import Sequence

from zoning.errors import InputError
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.encodings import Misfit, Text, named, sample
from zoning.messages import Both
from zoning.study import LayerInput
from zoning.tables import read

__all__ = ["contradicted", "declared_name", "require_utf8"]

_SOURCES = {
    "declared": Both("研究文件的 encoding", "encoding of the study"),
    "cpg": Both(".cpg 文件", "the .cpg file"),
}


def declared_name(declared: LayerInput) -> str:
    """Return the encoding a study declares for a layer.

    Raises
    ------
    InputError
        ``ENCODING_WRONG`` if its name is not known.
    """
    if declared.encoding and named(declared.encoding) is None:
        names = "、".join(dict.fromkeys(row["name"] for row in read("encoding_names")))
        raise unreadable("ENCODING_WRONG", declared.path, "name", at={"value": declared.encoding}, allowed=names)
    return declared.encoding


def require_utf8(declared: LayerInput, suffix: str) -> None:
    """Refuse another encoding than UTF-8 declared for a format that knows no other.

    Raises
    ------
    InputError
        ``ENCODING_WRONG``.
    """
    encoding = named(declared_name(declared))
    if encoding is not None and encoding.codec != "utf-8":
        raise unreadable("ENCODING_WRONG", declared.path, "contrary", at={"value": encoding.name}, suffix=suffix)


def contradicted(file: str, found: Misfit, texts: Sequence[Text]) -> InputError:
    """Return the error of a declaration that the bytes contradict, with a sample both ways."""
    better = found.better or found.encoding
    slots = {"source": _SOURCES[found.source], "better": better.name}
    slots |= {"wrong": sample(texts, found.encoding), "right": sample(texts, better)}
    return unreadable("ENCODING_WRONG", file, "declared", at={"value": found.encoding.name}, **slots)
