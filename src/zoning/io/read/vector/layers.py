"""Which of the layers of a container is meant: the one that is named, or the only one; never the first of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from zoning.io.read.unreadable import unreadable
from zoning.study import LayerInput

__all__ = ["chosen"]


def chosen(declared: LayerInput, tables: Collection[str], spatial: Sequence[str]) -> str:
    """Return the layer that is meant.

    Parameters
    ----------
    declared : LayerInput
        Names the file, and perhaps the layer.
    tables : collection of str
        All tables, those without geometry too.
    spatial : sequence of str
        Those with geometry.

    Raises
    ------
    InputError
        If the name is not there or none is given for several (``PATH_MISSING``, all are listed), or if it is a table
        without geometry (``FILE_UNREADABLE``).
    """
    file, layer = declared.path, declared.layer
    if layer and layer not in tables:
        raise unreadable("PATH_MISSING", file, "layer", layer=layer, layers="、".join(spatial) or "—")
    if not spatial or (layer and layer not in spatial):
        raise unreadable("FILE_UNREADABLE", file, "nogeometry", at={"layer": layer})
    if not layer and len(spatial) > 1:
        raise unreadable("PATH_MISSING", file, "several", layers="、".join(spatial))
    return layer or spatial[0]
