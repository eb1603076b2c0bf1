"""GDAL while somebody reads: a small cache of blocks, and its damaged messages kept off the screen.

Both belong to the whole process. The first reader sets them, the last one puts back what was there.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rasterio
from rasterio.env import get_gdal_config, set_gdal_config
from rasterio.errors import RasterioError

from zoning.tables import numbers

__all__ = ["BROKEN", "open_geotiff", "reading"]

BROKEN = (RasterioError, OSError, RuntimeError, ValueError, TypeError, OverflowError)
"""What the library raises of a damaged file."""

_CACHE = "GDAL_CACHEMAX"


class _State:
    """How many are reading, and what was set before them."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.readers = 0
        self.cache: int | None = None
        self.hook: Callable[[Any], Any] = sys.unraisablehook

    def begin(self, cache: int) -> None:
        with self.lock:
            if not self.readers:
                self.hook, sys.unraisablehook = sys.unraisablehook, self.quiet
                self.cache = None if _CACHE in os.environ else get_gdal_config(_CACHE)
                if self.cache is not None:
                    set_gdal_config(_CACHE, min(self.cache, cache))
            elif self.cache is not None and get_gdal_config(_CACHE) < cache:
                set_gdal_config(_CACHE, min(self.cache, cache))
            self.readers += 1

    def end(self) -> None:
        with self.lock:
            self.readers -= 1
            if not self.readers:
                sys.unraisablehook = self.hook
                if self.cache is not None:
                    set_gdal_config(_CACHE, self.cache)

    def quiet(self, unraisable: Any) -> None:  # noqa: ANN401 - typeshed names this type for checkers only
        """Pass over that rasterio cannot decode what GDAL says of a damaged tag; the fault itself is raised."""
        if not isinstance(unraisable.exc_value, UnicodeDecodeError):
            self.hook(unraisable)


_STATE = _State()


@contextmanager
def reading(cache: int = 0) -> Iterator[None]:
    """Read with ``gdal_cache_bytes`` of decoded blocks, or ``cache`` bytes where that is more.

    The default of GDAL is a twentieth of all memory, which a raster read once from end to end fills in vain. A cache
    that the user sets in the environment stays.
    """
    _STATE.begin(max(cache, int(numbers("limits")["gdal_cache_bytes"])))
    try:
        yield
    finally:
        _STATE.end()


def open_geotiff(path: Path) -> Any:  # noqa: ANN401 - rasterio has no useful types
    """Open a file as GeoTIFF and nothing else: GDAL would follow a virtual format under this name to any other file."""
    with reading(), _STATE.lock, warnings.catch_warnings():  # filters of warnings belong to all threads
        warnings.simplefilter("ignore")  # a missing georeference is a finding of ours, not a line on the screen
        return rasterio.open(path, driver="GTiff")
