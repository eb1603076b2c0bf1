"""Where a copy may be put: never in the folder of the original, and whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoning.errors import ResultError
from zoning.messages import fault

__all__ = ["placed"]


@contextmanager
def placed(source: Path, folder: Path) -> Iterator[Path]:
    """Give a folder to write in; what lies in it at the end is put into ``folder``, the last file last.

    Parameters
    ----------
    source : Path
        The original; nothing is ever written beside it.
    folder : Path
        Where the copy is to be; made if need be. Earlier copies of the same name are replaced.

    Raises
    ------
    ResultError
        If ``folder`` is the folder of the original, or cannot be written to.
    """
    if folder.resolve() == source.resolve().parent or folder.resolve() == source.parent.resolve():
        raise fault(ResultError, "repair.same_folder", folder=folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".repair-", dir=folder))
    except OSError as error:
        raise fault(ResultError, "repair.unwritable", file=folder, reason=error) from error
    try:
        yield work
        # A shapefile is there once its .shp is: that sorts behind its sidecars.
        for part in sorted(work.iterdir(), key=lambda one: (one.suffix.lower() == ".shp", one.name)):
            part.replace(folder / part.name)
    except OSError as error:
        raise fault(ResultError, "repair.unwritable", file=folder, reason=error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
