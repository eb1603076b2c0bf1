"""Shapefile → RawLayer: complete, its parts belonging together, its text decoded by evidence and never by luck.

GDAL hands out the bytes of names and cells; they are decoded here, so that a .cpg that lies, a language byte written
without thought, or a text cut inside a character neither stops the reading nor spoils it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from zoning.errors import InputError
from zoning.intake import RawLayer
from zoning.io.read.guard import require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.dbf import DbfHeader, dbf_header, shape_count
from zoning.io.read.vector.drawing import RAW, Dataset, draw
from zoning.io.read.vector.encoding_faults import contradicted, declared_name
from zoning.io.read.vector.encodings import TRIED, Choice, Encoding, Misfit, Text, choose, decoded, sample
from zoning.io.read.vector.staging import misleading, staged
from zoning.study import LayerInput

__all__ = ["read_shapefile", "sidecars"]

_PARTS = (".dbf", ".shx", ".prj", ".cpg")
_NAME_BYTES = 10
_CPG_BYTES = 64


def sidecars(path: Path) -> dict[str, Path]:
    """Return suffix → file of the parts that lie beside a .shp, whatever the case of their names."""
    stem = path.stem.lower()
    beside = sorted(part for part in path.parent.iterdir() if part.stem.lower() == stem and part != path)
    return {part.suffix.lower(): part for part in beside if part.suffix.lower() in _PARTS}


def read_shapefile(path: Path, declared: LayerInput) -> RawLayer:
    """Read a shapefile with all its attributes.

    Raises
    ------
    InputError
        If a part is missing, damaged or of another set (``FILE_UNREADABLE``), if the encoding that is declared is
        contradicted by the bytes or none fits (``ENCODING_WRONG``), or if the .prj is not understood (``CRS_MISSING``).
    """
    file = declared.path
    require_file(path, file)
    require_magic(path, file)
    parts = sidecars(path)
    header = _header(path, parts, file)
    kept = {suffix: part for suffix, part in parts.items() if suffix != ".cpg"}
    if not _projection(parts.get(".prj"), declared):
        del kept[".prj"]
    with _standing(path, kept, whole=(".prj" in kept) == (".prj" in parts)) as place:
        raw = draw(Dataset(str(place), "ESRI Shapefile", file, ".shp"), encoding=RAW)
    if len(raw.columns) - 1 != len(header.widths):
        raise unreadable("FILE_UNREADABLE", file, "partheader", part=parts[".dbf"].name)
    frame, choice = _decode(raw, header, parts.get(".cpg"), declared)
    about = dict(declared.fields) | {"crs": declared.crs}
    return RawLayer(file, path.stem, frame, about, choice.encoding.name, choice.source)


@contextmanager
def _standing(path: Path, parts: Mapping[str, Path], *, whole: bool) -> Iterator[Path]:
    """Yield where GDAL finds the parts, and only these: the user's own place if the names there are what it looks for.

    GDAL wants the stem in the case of the .shp and the suffixes all small or all large.
    """
    suffixes = [part.suffix for part in parts.values()]
    one_case = all(suffix.islower() for suffix in suffixes) or all(suffix.isupper() for suffix in suffixes)
    if whole and one_case and not misleading(path) and all(part.stem == path.stem for part in parts.values()):
        yield path.absolute()
        return
    with staged({f"layer{suffix}": part for suffix, part in ({".shp": path} | dict(parts)).items()}) as folder:
        yield folder / "layer.shp"


def _header(path: Path, parts: Mapping[str, Path], file: str) -> DbfHeader:
    for suffix in (".shx", ".dbf"):
        if suffix not in parts:
            raise unreadable("FILE_UNREADABLE", file, "sidecar", part=suffix)
        require_file(parts[suffix], str(Path(file).with_suffix(suffix)))
    header = dbf_header(parts[".dbf"], file)
    shapes = shape_count(path, parts[".shx"], file)
    if shapes != header.rows:
        raise unreadable("FILE_UNREADABLE", file, "rows", rows=header.rows, shapes=shapes)
    return header


def _projection(prj: Path | None, declared: LayerInput) -> bool:
    """Tell whether GDAL can be given the .prj; of one that is not understood the study's own crs takes the place."""
    if prj is None:
        return True
    content = prj.read_bytes()[: 1 << 16]
    try:
        text = content.decode("utf-8-sig").strip()
        CRS.from_wkt(text)
    except (UnicodeDecodeError, CRSError) as error:
        if not declared.crs:
            shown = content.decode("gb18030", "replace").strip()[:80]
            raise unreadable("CRS_MISSING", declared.path, "prj", at={"value": shown}) from error
        return False
    return True


def _decode(
    raw: gpd.GeoDataFrame, header: DbfHeader, cpg: Path | None, declared: LayerInput
) -> tuple[gpd.GeoDataFrame, Choice]:
    names = [_text(str(name), _NAME_BYTES) for name in raw.columns[:-1]]
    columns = [_cells(raw.iloc[:, at], width) for at, width in enumerate(header.widths)]
    texts = [*names, *(text for cells in columns for text in cells.values())]
    label = cpg.read_bytes()[:_CPG_BYTES].decode("utf-8", "replace") if cpg is not None else ""
    found = choose(texts, declared_name(declared), label, header.ldid)
    if isinstance(found, Misfit):
        raise _misfit(declared.path, found, raw, texts)
    heads = _distinct([decoded(name, found.encoding) or "" for name in names])
    data = {head: _decoded_column(raw.iloc[:, at], columns[at], found.encoding) for at, head in enumerate(heads)}
    return gpd.GeoDataFrame(data, geometry=raw.geometry.to_numpy(), crs=raw.crs), found


def _text(cell: str, width: int) -> Text:
    content = cell.encode("latin-1")
    return Text(content, full=len(content) >= width)


def _cells(column: pd.Series, width: int) -> dict[str, Text]:
    """Return every distinct text of a column with its bytes; of another column nothing."""
    if column.dtype.kind != "O":
        return {}
    return {cell: _text(cell, width) for cell in column.unique() if isinstance(cell, str)}


def _decoded_column(column: pd.Series, cells: Mapping[str, Text], encoding: Encoding) -> pd.Series:
    if not cells:
        return column
    texts = {cell: decoded(text, encoding) for cell, text in cells.items()}
    return column.map(lambda cell: texts.get(cell) if isinstance(cell, str) else cell)


def _distinct(names: list[str]) -> list[str]:
    """Return names of which none stands twice: a DBF may repeat one, or cut two to the same ten bytes."""
    seen: dict[str, int] = {}
    heads = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        heads.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return heads


def _misfit(file: str, found: Misfit, raw: gpd.GeoDataFrame, texts: list[Text]) -> InputError:
    """Return the error of a declaration that the bytes contradict, or of the first text that fits no encoding."""
    if found.better is not None:
        return contradicted(file, found, texts)
    text = next(one for one in texts if decoded(one, found.encoding) is None)
    row, field = _place(raw, text.raw.decode("latin-1"))
    at = {"row": row, "field": field, "value": found.encoding.name}
    return unreadable(
        "ENCODING_WRONG", file, "none", at=at, tried="、".join(TRIED), wrong=sample([text], found.encoding)
    )  # fmt: skip


def _place(raw: gpd.GeoDataFrame, cell: str) -> tuple[int, str]:
    """Return row (0 for the header) and field of a text, the field counted where its name is not ASCII."""
    for at, name in enumerate(raw.columns[:-1]):
        shown = name if name.isascii() else f"#{at + 1}"
        if name == cell:
            return 0, shown
        rows = np.flatnonzero((raw.iloc[:, at] == cell).to_numpy(dtype=bool))
        if len(rows):
            return int(rows[0]) + 1, shown
    return 0, ""
