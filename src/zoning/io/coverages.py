"""Coverages on disk: a second run over the same borders and grid costs no geometry, and a stopped one resumes."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np

from zoning.overlay import Coverage
from zoning.supports import AnyGrid

__all__ = ["CoverageFolder"]

_ARRAYS = ("cell_ptr", "cell", "fraction", "run_ptr", "run_row", "run_c0", "run_c1")


class CoverageFolder:
    """A folder of coverages, one ``<sha256>.npz`` each; arrays only, nothing in it is ever executed.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. Its files may be deleted at any time.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str, polygons: gpd.GeoSeries, grid: AnyGrid) -> Coverage | None:
        """Return the coverage of a key; None if it is not there or its file is damaged."""
        try:
            with self._path(key).open("rb") as source, np.load(source, allow_pickle=False) as arrays:
                return Coverage(index=polygons.index, grid=grid, **{name: arrays[name] for name in _ARRAYS})
        except (OSError, KeyError, ValueError, zipfile.BadZipFile):
            return None

    def put(self, key: str, cover: Coverage) -> None:
        """Keep a coverage; the file appears whole or not at all."""
        partial = self._path(key).with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as out:
            np.savez(out, **{name: getattr(cover, name) for name in _ARRAYS})
        partial.replace(self._path(key))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"
