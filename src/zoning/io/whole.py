"""A file appears whole or not at all: written beside its place, then moved there."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

__all__ = ["PARTIAL", "can_be_written", "whole_file", "whole_files"]

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


@contextmanager
def whole_files(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; its files move into ``folder`` if the block ends well, others there stay.

    Whatever stops the block removes what was begun and leaves ``folder`` with the files it had.

    Raises
    ------
    OSError
        If the folder cannot be made or written to, or a folder stands where a file has to.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with whole_files(Path(place) / "out") as partial:
    ...         _ = (partial / "a.txt").write_text("a")
    ...     sorted(path.name for path in (Path(place) / "out").iterdir())
    ['a.txt']
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{secrets.token_hex(4)}.", suffix=PARTIAL, dir=folder))
    try:
        yield partial
        made = sorted(partial.iterdir())
        for path in made:
            if (folder / path.name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / path.name))
        for path in made:
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def can_be_written(path: Path) -> str:
    """Return why no file can be written at a place, '' if one can: to be asked before computing, not after.

    Nothing is left behind, and what stands there is not touched.
    """
    try:
        with TemporaryFile(dir=path.parent):
            return ""
    except OSError as error:
        return error.strerror or str(error)
