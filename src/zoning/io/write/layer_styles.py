"""What GDAL does not write into a GeoPackage: styles that GIS programs load by themselves, and names of columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from zoning.messages import say
from zoning.symbology import Look
from zoning.symbology.figures import species_text
from zoning.symbology.gis import Style
from zoning.symbology.qgis import qml_of
from zoning.symbology.sld import sld_of

__all__ = ["GEOMETRY", "finish", "knows_theme", "style_name"]

GEOMETRY = "geom"
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""
_NAMES = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
_CONSTRAINTS = """
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))
"""
_SCHEMA = "http://www.geopackage.org/spec/#extension_schema"

Described = tuple[str, Mapping[str, tuple[str, str]], Mapping[str, str]]


def finish(path: Path, layers: Iterable[Described], manner: tuple[Look, str], date: str) -> None:
    """Add styles and column names to a GeoPackage.

    Parameters
    ----------
    path : Path
        File that GDAL has written and closed.
    layers : iterable
        Layer name, aliases (attribute → name, meaning), styles (theme → attribute; the first is the default).
    manner : tuple
        Look of the study, and language of the legends.
    date : str
        What to write where a date must be.
    """
    layers = list(layers)
    with closing(sqlite3.connect(path)) as book, book:
        for statement in (_STYLES, _NAMES, _CONSTRAINTS):
            book.execute(statement)
        book.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (date,),
        )
        extensions = [(name, "gpkg_schema", _SCHEMA) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")]
        book.executemany(
            "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) "
            "VALUES (?, ?, ?, 'read-write')",
            extensions,
        )
        for name, aliases, styles in layers:
            book.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", _names(name, aliases))
            book.executemany(
                "INSERT INTO layer_styles VALUES (NULL, '', '', ?, ?, ?, ?, ?, ?, ?, '', NULL, ?)",
                _styles(book, name, aliases, styles, (*manner, date)),
            )


def _names(layer: str, aliases: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str, str, str]]:
    """Return the rows that name columns; a name that occurs twice in a layer is told apart by its column."""
    said = [alias for alias, _ in aliases.values()]
    return [
        (layer, column, alias if said.count(alias) == 1 else f"{alias} [{column}]", alias, meaning)
        for column, (alias, meaning) in aliases.items()
    ]


def _styles(
    book: sqlite3.Connection,
    layer: str,
    aliases: Mapping[str, tuple[str, str]],
    styles: Mapping[str, str],
    context: tuple[Look, str, str],
) -> list[tuple[object, ...]]:
    look, lang, date = context
    quoted, shape = layer.replace("'", "''"), _shape(book, layer)
    columns = [str(row[1]) for row in book.execute(f"PRAGMA table_info('{quoted}')")]
    names = {column: aliases.get(column, (column, ""))[0] for column in columns if column != GEOMETRY}
    made = [
        (theme, Style(theme, attribute, lang, shape, look, names, rest=shape == "fill"))
        for theme, attribute in styles.items()
        if shape and knows_theme(look, theme)
    ]
    return [
        (layer, GEOMETRY, style_name(theme, lang), qml_of(one), sld_of(one), number == 0, theme, date)
        for number, (theme, one) in enumerate(made)
    ]


def knows_theme(look: Look, theme: str) -> bool:
    """Tell whether a look has a theme, or the class that everything is shown as."""
    name, _, code = theme.partition("/")
    if code:
        return name in look.themes and code in {one.code for one in look.symbols(name)}
    return name == "zones" or name in look.themes or name in look.numeric_themes


def style_name(theme: str, lang: str) -> str:
    """Return what a style is called in the list of styles of a layer.

    Examples
    --------
    >>> style_name("density.CO2", "zh"), style_name("zones.air", "en")
    ('CO₂ 排放密度', 'zone type')
    """
    group, _, species = theme.partition("/")[0].partition(".")
    return say(f"field.style.{group}", lang, species=species_text(species))


def _shape(book: sqlite3.Connection, layer: str) -> str:
    """Return what the symbols of a layer are: fill, line or marker; empty where shapes are of several kinds."""
    kinds = book.execute("SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,))
    kind = str((kinds.fetchone() or ("",))[0])
    known = {"LINE": "line", "POINT": "marker", "POLYGON": "fill"}
    return next((shape for word, shape in known.items() if word in kind), "")
