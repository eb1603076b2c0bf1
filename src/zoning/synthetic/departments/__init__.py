"""Department tables of an invented city, with planted faults and the truth; any number of enterprises.

================  ==================================================================================================
``identities``    invented names and credit codes
``world``         the enterprises behind the tables: what each burns, makes, buys and emits
``plain``         a world of any number of enterprises on a patchwork of units
``faults``        which faults, how many, in whom
``rows``          every department's rows, free of faults
``planting``      the faults put into the rows
``layouts``       how departments lay their tables out, as cells
``city_tables``   energy balance, vehicles, households
``truth``         what is true of every enterprise, and where each table speaks of it
================  ==================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.synthetic.departments.city_tables import balance_file, residential_file, vehicles_file
from zoning.synthetic.departments.faults import Chosen, Faults, choose, peopled
from zoning.synthetic.departments.layouts import Sheet, TableFile, enterprise_files
from zoning.synthetic.departments.plain import plain_world
from zoning.synthetic.departments.planting import plant
from zoning.synthetic.departments.rows import TABLES, Books, books
from zoning.synthetic.departments.truth import truth_of
from zoning.synthetic.departments.world import World, world_of

__all__ = ["Departments", "Faults", "Sheet", "TableFile", "World", "departments", "plain_world", "world_of"]


@dataclass(frozen=True)
class Departments:
    """Department tables as cells, and what was planted in them.

    Attributes
    ----------
    world : World
        The enterprises, those that faults brought with them included.
    files : tuple of TableFile
        Nine: env statistics, permits, verification, key energy users, boilers, kilns, balance, vehicles, households.
    truth : DataFrame
        One row per enterprise; see :func:`zoning.synthetic.departments.truth.truth_of`.
    planted : DataFrame
        ``firm, code, fault, table, column, before, after``: every value that is not what it should be.
    carriers : dict
        Fault → firms.
    """

    world: World
    files: tuple[TableFile, ...]
    truth: pd.DataFrame
    planted: pd.DataFrame
    carriers: Mapping[str, tuple[int, ...]]


def departments(world: World, faults: Faults, seed: int) -> Departments:
    """Return the tables of a world as departments keep them, with faults; the same arguments give the same cells.

    Parameters
    ----------
    world : World
        From :func:`world_of` a region or :func:`plain_world`.
    faults : Faults
        How many of each.
    seed : int
        Draws who carries them and what tables do not have from the world.

    Raises
    ------
    ValueError
        If there are not enough enterprises that can carry a fault.

    Examples
    --------
    >>> world, _ = plain_world(60, seed=1)
    >>> made = departments(world, Faults(renamed=2, row_twice=1), seed=1)
    >>> [file.kind for file in made.files][:3], len(made.truth)
    (['env_statistics', 'permits', 'carbon_verification'], 60)
    >>> made.truth["problems"].value_counts().drop("").to_dict()
    {'renamed': 2, 'row_twice': 1}
    """
    whole, further, partners = peopled(world, faults, seed)
    chosen = choose(whole, faults, further, partners, seed)
    whole = _selling(whole, chosen, seed)
    tables = books(whole, seed)
    planted = plant(whole, tables, chosen, seed)
    _shuffle(tables, seed)
    files = (
        *enterprise_files(whole, tables),
        balance_file(whole, seed, faults.balance_gap),
        vehicles_file(whole, seed),
        residential_file(whole, seed),
    )
    listed = planted.assign(code=whole.enterprises["code"].reindex(planted["firm"]).to_numpy())
    listed = listed[["firm", "code", "fault", "table", "column", "before", "after"]]
    return Departments(whole, files, truth_of(whole, tables, planted), listed, chosen.carriers)


def _selling(world: World, chosen: Chosen, seed: int) -> World:
    """Let the chosen plants sell heat."""
    rng = np.random.default_rng([seed, 33])
    for firm in chosen.of("heat_sold"):
        sold = float(world.enterprises.loc[[firm], "tce"].sum()) * (4 + 4 * float(rng.uniform()))
        world.enterprises.loc[firm, ["heat_sold_gj", "heat_gj"]] = [round(sold), 0.0]
    return world


def _shuffle(tables: Books, seed: int) -> None:
    """Put the rows of each table into an order of its own; those of the verification stay by year."""
    for place, table in enumerate(TABLES):
        frame = tables.rows[table]
        mixed = frame.iloc[np.random.default_rng([seed, 51, place]).permutation(len(frame))]
        if table in ("burnt", "processes", "bought", "totals"):
            mixed = frame.sort_values(["year", "code"], kind="stable")
        tables.rows[table] = mixed.reset_index(drop=True)
