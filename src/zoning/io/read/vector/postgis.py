"""A table or view of PostGIS → RawLayer: read only, within limits of size and time, the password never shown.

Names of tables and columns come from the catalogue of the database and are quoted by psycopg.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import FloatLoader
from pyproj import CRS
from pyproj.exceptions import CRSError

from zoning.intake import RawLayer
from zoning.io.read.guard import require_cells
from zoning.io.read.unreadable import unreadable
from zoning.io.read.vector.drawing import bounded, reason, whole
from zoning.study import LayerInput
from zoning.tables import numbers

__all__ = ["is_database", "masked", "read_postgis"]

_SCHEMES = ("postgresql://", "postgres://")
_GDAL = "pg:"
_CANDIDATES = """
    SELECT f_table_schema, f_table_name, f_geometry_column FROM geometry_columns
    UNION ALL SELECT f_table_schema, f_table_name, f_geography_column FROM geography_columns ORDER BY 1, 2, 3
"""
_PRIMARY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisprimary AND i.indrelid = (quote_ident(%s) || '.' || quote_ident(%s))::regclass ORDER BY a.attnum
"""
_COLUMNS = """
    SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s
    ORDER BY ordinal_position
"""
_SHAPES = ("geometry", "geography", "raster")


def is_database(path: str) -> bool:
    """Tell whether a path of a study is a connection string.

    Examples
    --------
    >>> is_database("postgresql://me@db/gis"), is_database("PG:dbname=gis"), is_database("units.gpkg")
    (True, True, False)
    """
    return path.lower().startswith((*_SCHEMES, _GDAL))


def masked(path: str) -> str:
    """Return a connection string as it may be shown: server and database, no password, no further settings.

    Examples
    --------
    >>> masked("postgresql://me:secret@db:5433/gis?sslmode=require"), masked("PG:host=db dbname=gis password=secret")
    ('postgresql://me@db:5433/gis', 'postgresql://db/gis')
    """
    try:
        given = conninfo_to_dict(_conninfo(path))
    except psycopg.Error:
        return "postgresql://…"
    user = f"{given['user']}@" if given.get("user") else ""
    host = str(given.get("host") or given.get("hostaddr") or "")
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{user}{host}{port}/{given.get('dbname') or ''}"


def _conninfo(path: str) -> str:
    return path[len(_GDAL) :] if path.lower().startswith(_GDAL) else path


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    column: str

    @property
    def whole(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def answers(self, layer: str) -> bool:
        """Tell whether a layer of the study means this column: by table, schema.table or schema.table.column."""
        names = (self.name, f"{self.schema}.{self.name}", f"{self.schema}.{self.name}.{self.column}")
        return not layer or layer in names


def read_postgis(declared: LayerInput) -> RawLayer:
    """Read a table or view with its attributes, in the order of its primary key.

    Raises
    ------
    InputError
        If the database does not answer or a query fails (``FILE_UNREADABLE``), if the table is not there or several
        are meant (``PATH_MISSING``), or if its geometries are in several systems (``CRS_CONTRADICTS``).
    """
    file = masked(declared.path)
    with _connected(declared.path, file) as connection:
        try:
            return _read(connection, declared, file)
        except (psycopg.Error, shapely.errors.ShapelyError, ValueError, ArithmeticError, TypeError) as error:
            raise unreadable("FILE_UNREADABLE", file, reason=_shown(error)) from None


def _connected(path: str, file: str) -> psycopg.Connection[Any]:
    limits = numbers("limits")
    try:
        conninfo = _conninfo(path)
        conninfo_to_dict(conninfo)
    except psycopg.Error:  # its words quote the string, and so the password
        raise unreadable("FILE_UNREADABLE", file, "connection") from None
    try:
        connection = psycopg.connect(
            conninfo, connect_timeout=int(limits["connect_seconds"]), client_encoding="UTF8", prepare_threshold=None
        )
        connection.read_only = True
        connection.adapters.register_loader("numeric", FloatLoader)
        wait = str(int(limits["statement_seconds"] * 1000))
        connection.execute("SELECT set_config('statement_timeout', %s, false)", (wait,))
    except (psycopg.Error, OSError, ValueError) as error:
        raise unreadable("FILE_UNREADABLE", file, "database", reason=_shown(error)) from None
    return connection


def _shown(error: BaseException) -> str:
    """Return what a server says, whose words may quote a connection string."""
    return re.sub(r"(?i)(password\s*[=:]\s*)\S+|(://[^:/@\s]*):[^@\s]*@", r"\1\2", reason(error))


def _read(connection: psycopg.Connection[Any], declared: LayerInput, file: str) -> RawLayer:
    table = _table(connection, declared.layer, file)
    layer = f"{table.schema}.{table.name}"
    columns = connection.execute(_COLUMNS, (table.schema, table.name)).fetchall()
    names = [name for name, kind in columns if kind not in _SHAPES]
    crs = _measured(connection, table, (file, layer), len(names))
    shape = sql.SQL("ST_AsBinary(ST_CurveToLine({}::geometry))").format(sql.Identifier(table.column))
    query = sql.SQL("SELECT {} FROM {} AS t ORDER BY {}").format(
        sql.SQL(", ").join([*(sql.Identifier(name) for name in names), shape]), table.whole, _order(connection, table)
    )
    rows = connection.execute(query).fetchall()
    shapes = shapely.from_wkb([None if row[-1] is None else bytes(row[-1]) for row in rows])
    data = {name: pd.Series([_cell(row[at]) for row in rows]) for at, name in enumerate(names)}
    frame = gpd.GeoDataFrame(data, geometry=shapes, crs=crs)
    return RawLayer(
        file, layer, whole(file, frame, len(rows), layer), dict(declared.fields) | {"crs": declared.crs}
    )  # fmt: skip


def _table(connection: psycopg.Connection[Any], layer: str, file: str) -> _Table:
    try:
        tables = [_Table(*row) for row in connection.execute(_CANDIDATES)]
    except psycopg.errors.UndefinedTable:
        raise unreadable("FILE_UNREADABLE", file, "postgis") from None
    meant = [table for table in tables if table.answers(layer)]
    if len(meant) == 1:
        return meant[0]
    columns = len({(one.schema, one.name) for one in meant}) < len(meant)
    names = [f"{one.schema}.{one.name}" + (f".{one.column}" if columns else "") for one in meant or tables]
    layers = "、".join(dict.fromkeys(names)) or "—"
    if meant:
        raise unreadable("PATH_MISSING", file, "several", layers=layers)
    schema, _, name = layer.rpartition(".")
    plain = "SELECT 1 FROM information_schema.tables WHERE table_name = %s AND (%s = '' OR table_schema = %s)"
    if not layer or connection.execute(plain, (name, schema, schema)).fetchone():
        raise unreadable("FILE_UNREADABLE", file, "nogeometry", at={"layer": layer})
    raise unreadable("PATH_MISSING", file, "layer", layer=layer, layers=layers)


def _measured(connection: psycopg.Connection[Any], table: _Table, address: tuple[str, str], fields: int) -> CRS | None:
    """Return the system of a table after a look at its size; every geometry must have the same."""
    shape = sql.SQL("{}::geometry").format(sql.Identifier(table.column))
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(ST_NPoints({0})), 0)::float8,"
        " array_agg(DISTINCT ST_SRID({0})) FILTER (WHERE {1} IS NOT NULL) FROM {2}"
    ).format(shape, sql.Identifier(table.column), table.whole)
    rows, points, srids = connection.execute(query).fetchone() or (0, 0.0, None)
    file, layer = address
    bounded(file, rows, fields)
    require_cells(points, file, "vertices")
    srids = srids or []
    if len(srids) > 1:
        at = {"layer": layer, "value": "、".join(f"SRID {srid}" for srid in srids)}
        raise unreadable("CRS_CONTRADICTS", file, "several", at=at)
    return _crs(connection, srids[0]) if srids else None


def _crs(connection: psycopg.Connection[Any], srid: int) -> CRS | None:
    about = "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s"
    authority, code, text = connection.execute(about, (srid,)).fetchone() or ("", 0, "")
    for name in (f"{authority}:{code}" if authority else "", text or ""):
        try:
            return CRS.from_user_input(name)
        except CRSError:
            continue
    return None


def _order(connection: psycopg.Connection[Any], table: _Table) -> sql.Composable:
    """Return the primary key, else the whole row as text: the order must not change from run to run."""
    keys = [row[0] for row in connection.execute(_PRIMARY, (table.schema, table.name))]
    if not keys:
        return sql.SQL("t::text")
    return sql.SQL(", ").join(sql.Identifier("t", key) for key in keys)


def _cell(value: object) -> object:
    """Return a value as a layer holds it; arrays, documents and the like as text."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
