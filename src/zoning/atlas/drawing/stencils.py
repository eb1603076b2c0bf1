"""What is drawn on many pages of a file stands in it once: shapes as stencils, groups of texts and lines as recordings.

The hundred sheets of an atlas show the same units in other colours. Each shape is written once, as a form of the file,
and every page names it; so the file stays small, and a page takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_pdf import Op
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

__all__ = ["Recording", "Replay", "Stamps", "Stencils"]


class Stencils:
    """Names of the forms of one file."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, bool, bool], tuple[Path, object]] = {}
        self._paths: dict[bytes, tuple[NDArray[np.object_], Path]] = {}

    def path(self, shapes: NDArray[np.object_], make: Callable[[], Path]) -> Path:
        """Return the path of some shapes, the same one for the same shapes; it is made when it is first asked for."""
        key = shapes.tobytes()  # their addresses, which stay theirs since the shapes are kept
        if key not in self._paths:
            self._paths[key] = (shapes, make())
        return self._paths[key][1]

    def name(self, file: Any, path: Path, way: tuple[bool, bool], width: float) -> object:  # noqa: ANN401 - untyped
        """Return the name of the form of a path, filled or stroked or both (``way``); ``width`` is that of the line."""
        key = (id(path), *way)
        if key not in self._names:
            made = file.markerObject(path, IdentityTransform(), *way, width, "round", "round")
            self._names[key] = (path, made)  # the path is kept, so that its address stays its own
        return self._names[key][1]


class Stamps(Artist):
    """Paths (points) in one look, each as a form of the file.

    Parameters
    ----------
    stencils : Stencils
        Forms of the file.
    paths : sequence of Path
        The same objects on every page.
    look : tuple
        Colour of the fill, of the line (empty for none), width of the line in points.
    places : ndarray or None
        Where the origin of each path lies; by default at that of the page.
    """

    def __init__(
        self,
        stencils: Stencils,
        paths: Sequence[Path],
        look: tuple[str, str, float],
        places: NDArray[np.float64] | None = None,
    ) -> None:
        super().__init__()
        self._stencils, self._paths, self._look, self._places = stencils, paths, look, places

    def draw(self, renderer: Any) -> None:  # noqa: ANN401 - that of the PDF writer, which is not typed
        """Write the names of the forms."""
        fill, line, width = self._look
        gc = renderer.new_gc()
        if self.get_clip_box() is not None:
            gc.set_clip_rectangle(self.get_clip_box())
        gc.set_linewidth(width if line else 0)
        if line:
            gc.set_foreground(line)
        renderer.check_gc(gc, to_rgba(fill) if fill else None)
        file, way = renderer.file, (bool(fill), bool(line))
        for number, path in enumerate(self._paths):
            name = self._stencils.name(file, path, way, width)
            if self._places is None:
                file.output(name, Op.use_xobject)
            else:
                x, y = self._places[number].tolist()
                file.output(Op.gsave, 1, 0, 0, 1, x, y, Op.concat_matrix, name, Op.use_xobject, Op.grestore)
        gc.restore()


class Recording:
    """Artists that look the same on several pages: drawn once, then written again as they are."""

    def __init__(self, artists: Sequence[Artist]) -> None:
        self._artists, self._written = artists, b""

    def write(self, renderer: Any) -> None:  # noqa: ANN401 - as above
        """Write what was drawn, between two states of the page that are its first one."""
        renderer.check_gc(renderer.new_gc())
        file = renderer.file
        if self._artists:
            sink, stream = _Sink(), file.currentstream
            file.currentstream = sink
            try:
                for artist in self._artists:
                    artist.draw(renderer)
                renderer.check_gc(renderer.new_gc())
            finally:
                file.currentstream = stream
            self._artists, self._written = (), b"".join(sink.pieces)
        file.write(self._written)


class _Sink:
    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.pieces.append(data)


class Replay(Artist):
    """A recording on one page."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording

    def draw(self, renderer: Any) -> None:  # noqa: ANN401 - as above
        """Write the recording."""
        self._recording.write(renderer)
