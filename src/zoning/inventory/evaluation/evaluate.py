"""The base evaluation: every table of it by name."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from zoning.inventory.evaluation.context import Context
from zoning.inventory.evaluation.double_high import double_high_cells, double_high_emitters
from zoning.inventory.evaluation.fields import field_table
from zoning.inventory.evaluation.industries import industry_table
from zoning.inventory.evaluation.loads import loads_of
from zoning.inventory.evaluation.origin import governable_table, origin_table
from zoning.inventory.evaluation.places import town_table, unit_table
from zoning.inventory.evaluation.trends import trend_table
from zoning.tables import Row, read

__all__ = ["column_titles", "evaluate"]


def evaluate(enterprises: gpd.GeoDataFrame, records: pd.DataFrame, context: Context) -> dict[str, pd.DataFrame]:
    """Return the tables of the base evaluation (基础评价).

    Parameters
    ----------
    enterprises : GeoDataFrame
        As ``Inventory.enterprises``: index enterprise, ``name, industry, sector, unit, counts, output``, points.
    records : DataFrame
        As ``Inventory.records``.
    context : Context
        Base year and what else is known.

    Returns
    -------
    dict of DataFrame
        ``industries, fields, units, towns, trends, common_origin, governable, double_high, double_high_cells``. What
        every column means, in zh and en, with its unit, stands in ``tables/evaluation_columns.csv``.
    """
    loads = loads_of(enterprises, records, context.year)
    tables = {
        "industries": industry_table(enterprises, loads, context),
        "fields": field_table(enterprises, loads, context),
        "units": unit_table(enterprises, loads, context),
        "towns": town_table(enterprises, loads, context),
        "trends": trend_table(enterprises, records, context),
        "common_origin": origin_table(enterprises, records, context.year),
        "governable": governable_table(enterprises, records, context.year),
        "double_high": double_high_emitters(enterprises, loads, context),
    }
    return tables | {"double_high_cells": double_high_cells(enterprises, loads, context)}


def column_titles(frame: str) -> dict[str, Row]:
    """Return, by column of a table of the evaluation, its row of ``evaluation_columns.csv`` (zh, en, unit, status).

    Examples
    --------
    >>> column_titles("industries")["lq_CO2"]["en"]
    'location quotient of CO2'
    """
    return {row["column"]: row for row in read("evaluation_columns") if row["frame"] in (frame, "any")}
