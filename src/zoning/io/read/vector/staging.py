"""A private folder in which a layer stands under a plain name, where the user's own place would mislead GDAL.

Links or copies; nothing is ever written beside a file of the user.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["misleading", "staged"]


def misleading(path: Path) -> bool:
    """Tell whether a library would read the path as something else: pyogrio splits it at ``!``, SQLite at ``?#%``.

    Examples
    --------
    >>> misleading(Path("/data/units!.shp")), misleading(Path("/data/单元 (1).shp"))
    (True, False)
    """
    return bool(set("!?#%") & set(str(path.absolute())))


@contextmanager
def staged(parts: Mapping[str, Path], *, copy: bool = False) -> Iterator[Path]:
    """Yield a folder in which each part stands under the name given; it is gone afterwards.

    Parameters
    ----------
    parts : mapping
        Name in the folder → file or folder of the user.
    copy : bool
        Copies instead of links, for what a library would write to.
    """
    with TemporaryDirectory(prefix="zoning-") as folder:
        for name, part in parts.items():
            _put(part.absolute(), Path(folder) / name, copy=copy)
        yield Path(folder)


def _put(part: Path, place: Path, *, copy: bool) -> None:
    if not copy:
        try:
            place.symlink_to(part)
        except OSError:  # Windows gives links to administrators only
            copy = True
    if copy:
        (shutil.copytree if part.is_dir() else shutil.copyfile)(part, place)
