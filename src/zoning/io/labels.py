"""Labels of polygons as text and arrays, and back: the same index, of the same type, without executing anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from zoning.errors import InputError
from zoning.io.sealed import Arrays
from zoning.messages import fault

__all__ = ["labels_of", "written_labels"]

_PLAIN = (str, bool, int, float)
_WORDS = ("object", "str", "string")  # types of pandas that hold text; nothing else is ever built from a file


def written_labels(index: pd.Index, arrays: Arrays, place: str = "label") -> dict[str, Any]:
    """Return what JSON can hold of an index; what it cannot is put into ``arrays`` under names that begin with place.

    Raises
    ------
    InputError
        If labels are of another type than text, numbers, truth values and classes of these.
    """
    if isinstance(index, pd.MultiIndex):
        parts = [written_labels(index.get_level_values(k), arrays, f"{place}.{k}") for k in range(index.nlevels)]
        return {"kind": "levels", "of": parts}
    about: dict[str, Any] = {"name": _plain(index.name)}
    if isinstance(index, pd.RangeIndex):
        return about | {"kind": "range", "of": [index.start, index.stop, index.step]}
    if isinstance(index.dtype, pd.CategoricalDtype):
        classes = pd.Categorical(index)
        arrays[place] = classes.codes.astype("<i4")
        inner = written_labels(classes.categories, arrays, f"{place}.of")
        return about | {"kind": "classes", "ordered": bool(classes.ordered), "of": inner}
    if isinstance(index.dtype, np.dtype) and index.dtype.kind in "iufb":
        arrays[place] = index.to_numpy()
        return about | {"kind": "numbers"}
    if str(index.dtype) not in _WORDS:
        raise fault(InputError, "coverage.labels", type=index.dtype)
    return about | {"kind": "words", "dtype": str(index.dtype), "of": [_plain(label) for label in index]}


def labels_of(about: dict[str, Any], arrays: Arrays, place: str = "label") -> pd.Index:
    """Return the index that :func:`written_labels` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it cannot have written this.
    """
    kind: str = about["kind"]
    within: Any = about.get("of")
    if kind == "levels":
        return pd.MultiIndex.from_arrays([labels_of(part, arrays, f"{place}.{k}") for k, part in enumerate(within)])
    name = about["name"]
    if kind == "range":
        start, stop, step = within
        return pd.RangeIndex(start, stop, step, name=name)
    if kind == "classes":
        classes = labels_of(within, arrays, f"{place}.of")
        found = pd.Categorical.from_codes(arrays[place], categories=classes, ordered=bool(about["ordered"]))
        return pd.CategoricalIndex(found, name=name)
    if kind == "numbers":
        return pd.Index(arrays[place], name=name)
    if kind != "words" or about["dtype"] not in _WORDS:
        raise ValueError(kind)
    words: pd.Index = pd.Index(within, dtype=about["dtype"], name=name)
    return words


def _plain(label: object) -> str | bool | float | None:
    value = label.item() if isinstance(label, np.generic) else label
    if value is None or value is pd.NA:
        return None
    if type(value) not in _PLAIN:
        raise fault(InputError, "coverage.labels", type=type(value).__name__)
    return value  # type: ignore[return-value]
