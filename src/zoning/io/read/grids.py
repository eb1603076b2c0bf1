"""``grids/*.tif`` of a run → fields, read when they are asked for; a file that is gone or was changed is no field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any, get_type_hints

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from zoning.errors import InputError
from zoning.field import Field
from zoning.intake import Blocks, BlocksOver, Window, require_window
from zoning.io.read.raster.geotiff import read_geotiff
from zoning.io.records import decode
from zoning.io.runs import sha256
from zoning.io.write.grids import FOLDER
from zoning.supports import Grid

__all__ = ["FlippedBlocks", "read_grids"]


@dataclass(frozen=True)
class FlippedBlocks(BlocksOver):
    """Blocks with their rows from the other end. Picklable if the blocks are.

    Examples
    --------
    >>> from zoning.intake import ArrayBlocks
    >>> FlippedBlocks(ArrayBlocks(np.array([[1.0], [2.0], [3.0]]))).read(Window(0, 2, 0, 1)).ravel().tolist()
    [3.0, 2.0]
    """

    blocks: Blocks

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return the values of a window as float64."""
        box, rows = require_window(window, self.shape), self.shape[0]
        return self.blocks.read(Window(rows - box.row1, rows - box.row0, box.col0, box.col1))[::-1]


def read_grids(folder: Path, records: Iterable[Mapping[str, Any]], outputs: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields whose files lie in the folder of a run as they were written; the others are left out.

    Grids are deliverables that are also read: a planner may take them away or edit them without making the result
    unreadable, but numbers that were changed are never taken for those of the run.

    Parameters
    ----------
    folder : Path
        Of the run.
    records : iterable of mapping
        As :func:`zoning.io.write.grids.grid_records` gives them.
    outputs : mapping of str to str
        File → sha256, of the manifest.
    """
    found = []
    for record in records:
        file = str(record["file"])
        inside = PurePosixPath(file).parts[:-1] == (FOLDER,) and PurePosixPath(file).name not in ("", "..")
        if inside and (folder / file).is_file() and sha256(folder / file) == outputs.get(file):
            found += _field(folder / file, record)
    return tuple(found)


def _field(path: Path, record: Mapping[str, Any]) -> list[Field]:
    """Return one field, or none if the file is no raster that could be read."""
    try:
        blocks: Blocks = read_geotiff(path, str(record["file"])).blocks
    except InputError:
        return []
    transform = Affine(*record["transform"])
    if transform.e > 0:
        blocks = FlippedBlocks(blocks)
    hints = get_type_hints(Field)
    stated = {one.name: decode(hints[one.name], record[one.name]) for one in fields(Field) if one.name in record}
    return [Field(Grid(record["crs"], transform, blocks.shape), blocks, **stated)]
