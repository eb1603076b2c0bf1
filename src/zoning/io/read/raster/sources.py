"""Files behind Blocks: held against what was seen of them first, their handles lent to one reader at a time.

Opening a file for every window costs more than the window, so a handle that is given back is kept for the next reader,
whichever thread that is in. Few are kept, none beyond the last Blocks of its file, and none that met a fault.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from zoning.errors import InputError
from zoning.intake import Window
from zoning.io.read.unreadable import unreadable
from zoning.tables import numbers

__all__ = ["Source", "source_of"]


class Handle(Protocol):
    """An open file."""

    def close(self) -> None:
        """Close it."""
        ...


_PATIENCE = 0.05  # seconds; a handle that is not dropped now is pushed out later
_Key = tuple[int, str, int, int]  # process, path, time of the last change, length


class _Kept:
    """Handles that nobody reads with just now, those given back last at the end."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._idle: list[tuple[_Key, Handle]] = []
        self._of_parent: list[tuple[_Key, Handle]] = []

    def take(self, key: _Key) -> Handle | None:
        with self.lock:
            at = next((at for at, (owner, _) in enumerate(self._idle) if owner == key), None)
            return None if at is None else self._idle.pop(at)[1]

    def give(self, key: _Key, handle: Handle) -> None:
        with self.lock:
            self._idle.append((key, handle))
            surplus = self._idle[: -int(numbers("limits")["idle_files"])]
            del self._idle[: len(surplus)]
        for _, one in surplus:
            one.close()

    def drop(self, key: _Key) -> None:
        if not self.lock.acquire(timeout=_PATIENCE):  # called by the garbage collector, maybe in the midst of a give
            return
        try:
            gone = [one for owner, one in self._idle if owner == key]
            self._idle[:] = [(owner, one) for owner, one in self._idle if owner != key]
        finally:
            self.lock.release()
        for one in gone:
            one.close()

    def forget(self) -> None:
        """Begin anew in a forked process: handles of the parent share its place in the file and are left alone."""
        self.lock, self._of_parent, self._idle = threading.Lock(), self._idle, []


_KEPT = _Kept()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_KEPT.forget)


@dataclass(frozen=True)
class Source:
    """A file as it was when its header was read: path, name in messages, time of its last change, length. Picklable.

    What is read of it later has to be of the same file: half of it before and half after a change is no raster.
    """

    path: Path
    file: str
    changed: int
    length: int

    def __post_init__(self) -> None:
        weakref.finalize(self, _KEPT.drop, self._key).atexit = False

    @property
    def _key(self) -> _Key:
        return (os.getpid(), str(self.path), self.changed, self.length)

    @contextmanager
    def lent(self, opener: Callable[[Path], Handle]) -> Iterator[Any]:
        """Lend a handle; after an error, whosever it is, the handle is closed and not lent again.

        Raises
        ------
        InputError
            If the file is not the one that was seen first: before or after what is done with the handle.
        """
        self._require_unchanged()
        handle = _KEPT.take(self._key) or opener(self.path)
        try:
            yield handle
            self._require_unchanged()
        except BaseException:
            handle.close()
            raise
        _KEPT.give(self._key, handle)

    def damaged(self, error: Exception, window: Window | None = None) -> InputError:
        """Return (not raise) the error of what a library says of this file, or of a window of it."""
        reason = str(error).replace(str(self.path), self.file) or type(error).__name__
        if window is None:
            return unreadable("FILE_UNREADABLE", self.file, reason=reason)
        rows, cols = f"{window.row0 + 1}–{window.row1}", f"{window.col0 + 1}–{window.col1}"
        return unreadable("FILE_UNREADABLE", self.file, "window", rows=rows, cols=cols, reason=reason)

    def _require_unchanged(self) -> None:
        try:
            about = self.path.stat()
        except OSError as error:
            raise unreadable("PATH_MISSING", self.file) from error
        if (about.st_mtime_ns, about.st_size) != (self.changed, self.length):
            raise unreadable("FILE_UNREADABLE", self.file, "changed")


def source_of(path: Path, file: str) -> Source:
    """Return a file as it is now.

    Raises
    ------
    InputError
        If it is missing.
    """
    try:
        about = path.stat()
    except OSError as error:
        raise unreadable("PATH_MISSING", file) from error
    return Source(path.absolute(), file, about.st_mtime_ns, about.st_size)
