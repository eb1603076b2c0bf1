"""Headers that no dialect knows: one finding a table, each with the nearest known header."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from zoning.errors import Finding
from zoning.messages import finding
from zoning.vocab import known_headers, normalise_header

__all__ = ["unknown_headers"]


def unknown_headers(where: Mapping[str, object], layer: str, headers: list[str]) -> list[Finding]:
    """Return one finding that names all unknown headers of a table, or none.

    Parameters
    ----------
    where : mapping
        Address of the table.
    layer : str
        Kind of layer, for the known headers.
    headers : list of str
        Unknown headers in their order.
    """
    if not headers:
        return []
    known = known_headers(layer)
    named = []
    for header in headers:
        close = difflib.get_close_matches(normalise_header(header), known, n=1, cutoff=0.6)
        named.append(f"{header.strip()}（≈{close[0]}）" if close else header.strip())
    shown = {"field": headers[0], "value": "、".join(named)}
    return [finding("FIELD_UNKNOWN", where=dict(where) | shown, count=len(headers))]
