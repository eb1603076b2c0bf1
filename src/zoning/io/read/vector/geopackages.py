"""GeoPackage → RawLayer: the layer that is named or the only one, an ordinary table, the file untouched.

SQLite would write beside a file in write-ahead mode, and would run whatever query a view or a computed column holds; so
the file is opened as immutable, and only ordinary tables are read. Edits that still wait in a ``-wal`` file (the layer
is open in another program) are merged in a copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from zoning.intake import RawLayer
from zoning.io.read.guard import require_file, require_magic
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import Dataset, draw, quietly
from zoning.io.read.vector.encoding_faults import require_utf8
from zoning.io.read.vector.layers import chosen
from zoning.io.read.vector.staging import misleading, staged
from zoning.study import LayerInput
from zoning.tables import numbers

__all__ = ["journals", "read_geopackage"]

_CATALOGUE = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")


def journals(path: Path) -> tuple[Path, ...]:
    """Return the files with edits that are not in the GeoPackage yet."""
    beside = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    return tuple(one for one in beside if one.is_file() and one.stat().st_size > 0)


def read_geopackage(path: Path, declared: LayerInput) -> RawLayer:
    """Read one layer of a GeoPackage.

    Raises
    ------
    InputError
        If several layers are there and none is named (``PATH_MISSING``), or it cannot be read (``FILE_UNREADABLE``).
    """
    file = declared.path
    require_file(path, file)
    require_magic(path, file)
    require_utf8(declared, ".gpkg")
    with _settled(path, file) as place:
        with quietly(file):
            layer = _layer(place, declared)
        # Programs that know nothing of GDAL leave its count of features (gpkg_ogr_contents) as it was: it would cut
        # the layer to that many; behind a filter it is not used.
        frame = draw(Dataset(f"GPKG:{place}", "GPKG", file, ".gpkg", {"IMMUTABLE": "YES"}, where="1 = 1"), layer)
    return RawLayer(file, layer, frame, dict(declared.fields) | {"crs": declared.crs})


@contextmanager
def _settled(path: Path, file: str) -> Iterator[Path]:
    waiting = journals(path)
    if not waiting and not misleading(path):
        yield path.absolute()
        return
    if not waiting:
        with staged({"layer.gpkg": path}) as folder:
            yield folder / "layer.gpkg"
        return
    for one in waiting:
        require_file(one, f"{file}{one.name.removeprefix(path.name)}")
    parts = {f"layer.gpkg{one.name.removeprefix(path.name)}": one for one in waiting}
    with staged({"layer.gpkg": path} | parts, copy=True) as folder:
        place = folder / "layer.gpkg"
        with quietly(file), closing(sqlite3.connect(place)) as database:
            database.execute("PRAGMA journal_mode = DELETE").fetchall()
        yield place


def _layer(path: Path, declared: LayerInput) -> str:
    file = declared.path
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
        database.set_progress_handler(lambda: 1, int(numbers("limits")["query_steps"]))
        if not all(_ordinary(database, name) for name in _CATALOGUE):
            raise unreadable("FILE_UNREADABLE", file, "magic", suffix=".gpkg")
        kinds = {
            str(name): str(kind) for name, kind in database.execute("SELECT table_name, data_type FROM gpkg_contents")
        }
        layer = chosen(declared, kinds, [name for name, kind in kinds.items() if kind == "features"])
        if not _ordinary(database, layer):
            raise unreadable("FILE_UNREADABLE", file, "view", at={"layer": layer})
    return layer


def _ordinary(database: sqlite3.Connection, table: str) -> bool:
    """Tell whether a name is a table that only stores: no view, no virtual table, no computed column."""
    found = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", (table,)).fetchone()
    if found is None or found[0] != "table" or not str(found[1]).upper().startswith("CREATE TABLE"):
        return False
    hidden = database.execute("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden <> 0", (table,)).fetchone()
    return bool(hidden[0] == 0)
