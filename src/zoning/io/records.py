"""How values become cells and JSON, and come back as the values they were.

Two pairs of functions. ``encode`` and ``decode`` are for frozen records (dataclasses, enumerations, tuples, sets):
decoding follows the type hints, so that a new field needs no code. ``pack`` and ``unpack`` are for tables: columns get
names that a GeoPackage accepts, lists become JSON, and a layout notes what to undo.
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

__all__ = ["decode", "encode", "pack", "text_of", "unpack"]

_T = TypeVar("_T")
_PLAIN = frozenset({str, int, bool, type(None)})
_RESERVED = frozenset({"fid", "geom", "geometry", "rowid", "oid"})


def encode(value: Any) -> Any:  # noqa: ANN401 - any value of the project
    """Return a value as JSON knows it: records and mappings as objects, sequences as lists, sets sorted, NaN as null.

    Examples
    --------
    >>> encode({"a": (1, float("nan")), "b": frozenset({"y", "x"})})
    {'a': [1, None], 'b': ['x', 'y']}
    """
    if type(value) in _PLAIN:  # nearly everything is one of these, and asking for abstract types takes long
        return value
    if names := _names_of(type(value)):
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(encode(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(item) for item in value]
    return _encode_scalar(value)


def _encode_scalar(value: Any) -> Any:  # noqa: ANN401 - see encode
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        return encode(value.tolist())
    return None if isinstance(value, float) and math.isnan(value) else value


def text_of(value: Any) -> str:  # noqa: ANN401 - any value of the project
    """Return a value as JSON text on one line, with Chinese left readable."""
    return json.dumps(encode(value), ensure_ascii=False)


def decode(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a type hint and a value of it
    """Return the value of a type that :func:`encode` turned into JSON.

    Parameters
    ----------
    kind : type or type hint
        Dataclass, enumeration, ``tuple[X, ...]``, ``frozenset[X]``, ``Mapping[str, X]``, ``X | None`` …
    value : object
        As ``json.loads`` gives it.

    Examples
    --------
    >>> decode(tuple[float, ...], [1.5, None])
    (1.5, nan)
    >>> decode(frozenset[str], ["x"])
    frozenset({'x'})
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(inner, value)
    if isinstance(kind, type) and origin is None and _names_of(kind):
        return _decode_record(kind, value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: decode(inner[1], item) for key, item in value.items()}
    if isinstance(origin, type) and issubclass(origin, Collection):
        return _decode_collection(origin, inner, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return math.nan if kind is float and value is None else value


def _names_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a record, a dataclass or a named tuple; empty for any other type."""
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return tuple(getattr(kind, "_fields", ())) if issubclass(kind, tuple) else ()


def _decode_union(options: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401 - see decode
    if value is None:
        return None if type(None) in options else math.nan
    rest = [option for option in options if option is not type(None)]
    return decode(rest[0], value) if len(rest) == 1 else value


def _decode_record(kind: type[_T], value: Mapping[str, Any]) -> _T:
    hints = get_type_hints(kind)
    return kind(**{name: decode(hints[name], item) for name, item in value.items()})


def _decode_collection(origin: type, inner: tuple[Any, ...], value: Sequence[Any]) -> Any:  # noqa: ANN401 - see decode
    if origin is tuple and not (len(inner) == 2 and inner[1] is Ellipsis):
        return tuple(decode(kind, item) for kind, item in zip(inner, value, strict=True))
    items = [decode(inner[0], item) for item in value]
    return items if origin is Sequence else origin(items)


def pack(frame: pd.DataFrame, taken: Collection[str] = ()) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a table that a GeoPackage can hold, and the layout to undo it.

    Parameters
    ----------
    frame : DataFrame
        Any columns; a named index becomes the first column, another one is dropped.
    taken : collection of str
        Names that its columns may not get.

    Examples
    --------
    >>> packed, layout = pack(pd.DataFrame({"FID": [1], "who": [["a", "b"]]}))
    >>> packed.to_dict("records")
    [{'FID_2': 1, 'who': '["a", "b"]'}]
    >>> unpack(packed, layout).to_dict("records")
    [{'FID': 1, 'who': ['a', 'b']}]
    """
    index = frame.index.name
    flat = frame.reset_index(drop=index is None)
    names = _safe_names([str(name) for name in flat.columns], taken)
    columns, layout = {}, []
    for name, stored in zip(flat.columns, names, strict=True):
        as_json = not _is_plain(flat[name])
        columns[stored] = _as_json(flat[name]) if as_json else flat[name]
        layout.append({"name": name, "stored": stored, "dtype": str(flat[name].dtype), "json": as_json})
    return pd.DataFrame(columns, index=flat.index), {"index": index, "columns": layout}


def unpack(frame: pd.DataFrame, layout: Mapping[str, Any]) -> pd.DataFrame:
    """Return the table that :func:`pack` was given; columns that are not in the layout are left out."""
    columns = {}
    for column in layout["columns"]:
        stored = frame[column["stored"]]
        columns[column["name"]] = _from_json(stored) if column["json"] else stored.astype(column["dtype"])
    unpacked = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    return unpacked.set_index(layout["index"]) if layout["index"] else unpacked


def _safe_names(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Add a number to names that a GeoPackage, which compares without case and keeps some for itself, would confuse."""
    used, safe = {*_RESERVED, *(name.lower() for name in taken)}, []
    for name in names:
        stored, number = name, 1
        while stored.lower() in used:
            number += 1
            stored = f"{name}_{number}"
        used.add(stored.lower())
        safe.append(stored)
    return safe


def _is_plain(column: pd.Series[Any]) -> bool:
    """Numbers, booleans, and text with or without gaps go into a cell as they are."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return True
    return all(isinstance(value, str) for value in column[column.notna()]) and str(column.dtype) in ("object", "str")


def _as_json(column: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series([text_of(value) for value in column], index=column.index, dtype=object)


def _from_json(column: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series([json.loads(text) for text in column], index=pd.RangeIndex(len(column)), dtype=object)
