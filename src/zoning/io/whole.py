"""A file appears whole or not at all: written beside its place, then moved there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["PARTIAL", "can_be_written", "whole_file"]

PARTIAL = ".partial"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; what is written there takes the place of ``path`` if the block ends well.

    Whatever stops the block removes what was begun and leaves ``path`` as it was.

    Raises
    ------
    OSError
        If the finished file cannot be moved.
    """
    partial = path.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.{path.name}{PARTIAL}")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise


def can_be_written(path: Path) -> str:
    """Return why no file can be written at a place, '' if one can: to be asked before computing, not after.

    Nothing is left behind, and what stands there is not touched.
    """
    try:
        with TemporaryFile(dir=path.parent):
            return ""
    except OSError as error:
        return error.strerror or str(error)
