"""A picture of few colours as PNG, written by hand: a page needs no picture library for it."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["palette_picture"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3  # colour type of PNG
_DEPTH = 8  # bits per pixel


def palette_picture(places: NDArray[np.int16], colours: Sequence[str]) -> str:
    """Return a PNG as data URI: each pixel has the colour of its place, -1 and colours without text are transparent.

    Parameters
    ----------
    places : ndarray (rows, cols)
        Index into ``colours``; -1 is transparent.
    colours : sequence of str
        ``#RRGGBB``; at most 255.

    Examples
    --------
    >>> palette_picture(np.array([[0, -1]], dtype=np.int16), ["#FF0000"])[:22]
    'data:image/png;base64,'
    """
    rows, cols = places.shape
    clear = len(colours)
    pixels = np.where(places < 0, clear, places).astype(np.uint8)
    lines = np.hstack([np.zeros((rows, 1), dtype=np.uint8), pixels])  # each line begins with its filter: none
    palette = b"".join(bytes.fromhex((colour or "#000000")[1:]) for colour in (*colours, ""))
    opacity = bytes(255 if colour else 0 for colour in (*colours, ""))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", cols, rows, _DEPTH, _PALETTE, 0, 0, 0)),
        (b"PLTE", palette),
        (b"tRNS", opacity),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    data = _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
