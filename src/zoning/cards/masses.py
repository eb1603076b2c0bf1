"""Emission of every unit by species × sector: in the year nearest to the base year, and in every year there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.cards.model import Masses
from zoning.ledger import Ledger, nearest_year
from zoning.vocab import label

__all__ = ["MassBook"]

_DIMS = ("unit", "species", "sector", "year")


@dataclass(frozen=True)
class MassBook:
    """The column ``emission`` laid out for reading unit by unit.

    Attributes
    ----------
    species, sectors : tuple of str
        As in the ledger.
    sector_labels : tuple of str
        Names of the sectors.
    years : tuple of int
        Years of which any unit has a number, in order.
    near : tuple of int
        Year of each species nearest to the base year; -1 of a species that is known of no year.
    cube : ndarray (unit, species, sector, year)
        t yr-1.
    shares : ndarray (unit, species, year)
        What a unit is of all units; NaN where it has no number.
    """

    species: tuple[str, ...]
    sectors: tuple[str, ...]
    sector_labels: tuple[str, ...]
    years: tuple[int, ...]
    near: tuple[int, ...]
    cube: NDArray[np.float64]
    shares: NDArray[np.float64]

    @classmethod
    def of_ledger(cls, ledger: Ledger, base: int, lang: str) -> MassBook | None:
        """Return the book of a ledger; None where it has no emission of any unit."""
        if "emission" not in ledger:
            return None
        column = ledger["emission"].transpose(*_DIMS)
        cube = np.asarray(column, dtype=np.float64)
        known = ~np.isnan(cube).all(axis=(0, 1, 2))
        if not known.any():
            return None
        cube = cube[..., known]
        species = tuple(str(name) for name in column["species"].values)
        sectors = tuple(str(name) for name in column["sector"].values)
        near = (nearest_year(ledger, name, base) for name in species)
        return cls(
            species=species,
            sectors=sectors,
            sector_labels=tuple(label(name, lang) for name in sectors),
            years=tuple(int(year) for year in column["year"].values[known]),
            near=tuple(-1 if year is None else year for year in near),
            cube=cube,
            shares=_shares(cube),
        )

    def nearest(self, place: int) -> Masses | None:
        """Return each species of one unit in its nearest year; None where the unit has no number in those years."""
        chosen = [self.years.index(year) if year >= 0 else 0 for year in self.near]
        rows = np.stack([self.cube[place, number, :, at] for number, at in enumerate(chosen)])
        if np.isnan(rows).all():
            return None
        shares = [float(self.shares[place, number, at]) for number, at in enumerate(chosen)]
        years = tuple(self.years[at] for at in chosen)
        return self._masses(rows, years[self._leading()], years, shares)

    def by_year(self, place: int) -> tuple[Masses, ...]:
        """Return one unit in every year of which it has a number."""
        found = []
        for at, year in enumerate(self.years):
            rows = self.cube[place, :, :, at]
            if not np.isnan(rows).all():
                years = (year,) * len(self.species)
                found.append(self._masses(rows, year, years, self.shares[place, :, at].tolist()))
        return tuple(found)

    def _leading(self) -> int:
        """Return the place of CO2, else of the first species."""
        return self.species.index("CO2") if "CO2" in self.species else 0

    def _masses(self, rows: NDArray[np.float64], year: int, years: tuple[int, ...], shares: list[float]) -> Masses:
        values = tuple(tuple(row) for row in rows.tolist())
        return Masses(year, self.species, self.sectors, self.sector_labels, values, years, tuple(shares))


def _shares(cube: NDArray[np.float64]) -> NDArray[np.float64]:
    absent = np.isnan(cube).all(axis=2)
    totals = np.where(absent, np.nan, np.nansum(cube, axis=2))
    whole = np.nansum(totals, axis=0)
    shares = np.full_like(totals, np.nan)
    np.divide(totals, whole, out=shares, where=whole > 0)
    return shares
