"""Parts of the page: what is large is packed, and unpacked by the browser when it is asked for."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping

__all__ = ["json_block", "part_block"]

_SAFE = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&'\u2028\u2029"})
_NAME = re.compile(r"[A-Za-z0-9_.:-]+")


def part_block(name: str, value: object) -> str:
    """Return a value as a part of the page: JSON, gzip, base64, in a block that no browser takes for a program.

    The bytes are the same for the same value; gzip holds no time.

    Raises
    ------
    ValueError
        If the name has other characters than letters, digits and ``_ . : -``.

    Examples
    --------
    >>> block = part_block("units", ["</script>"])
    >>> block[:55], "</script>" in block[:-9]
    ('<script type="application/octet-stream" id="part-units"', False)
    """
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)).decode("ascii")
    return f'<script type="application/octet-stream" id="part-{name}">{packed}</script>'


def json_block(name: str, value: Mapping[str, object]) -> str:
    r"""Return a value as readable JSON in the page; nothing in it can end the block or begin another.

    Examples
    --------
    >>> json_block("config", {"title": "</script>"})
    '<script type="application/json" id="config">{"title":"\\u003c/script\\u003e"}</script>'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_SAFE)
    return f'<script type="application/json" id="{name}">{text}</script>'
