"""What is measured on a grid: values behind a port, and everything that has to be known before they may be summed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from zoning.errors import QuantityError
from zoning.intake import Blocks, BlocksOver, Window, require_window
from zoning.messages import fault
from zoning.quantities import tonnes_per_year
from zoning.supports import AnyGrid

__all__ = ["Field", "Kind", "MassBlocks", "Origin"]


class Kind(StrEnum):
    """What a cell value is: mass of the cell (added), mass per area and time (× area), or a level (averaged)."""

    TOTAL = "total"
    FLUX = "flux"
    INTENSIVE = "intensive"


class Origin(StrEnum):
    """How the mass got its place: located at facilities, spread by a named proxy, or modelled."""

    LOCATED = "L"
    SPREAD = "X"
    MODELLED = "M"


@dataclass(frozen=True)
class Field:
    """One layer: species × sector × year on a grid, with everything stated and nothing guessed.

    Attributes
    ----------
    grid : Grid or CurvedGrid
        Its cells.
    blocks : Blocks
        Values in ``unit``; NaN is no data.
    species, sector : str
        ``CO2``, ``SO2``, ``NOx`` …; ``industry``, ``power`` … or ``all`` where the layer has no parts.
    year : int
        Year of the data.
    unit : str
        Unit of measure (``t``, ``kg m-2 s-1`` …).
    kind : Kind
        Total, flux or intensive.
    basis : str
        Species whose mass is counted: ``CO2`` or ``C`` for carbon, ``NO2`` or ``NO`` for NOx, else the species.
    origin : Origin
        Located, spread or modelled.
    series : str
        Name of the grid series; the first one of a quantity is the primary one.
    proxy : str
        What the mass was spread by, as declared; empty if unknown.
    comparable_with_target : bool
        Whether it counts the same sources as the targets do.
    source : str
        Citation, printed wherever the numbers are.
    """

    grid: AnyGrid
    blocks: Blocks
    species: str
    sector: str
    year: int
    unit: str
    kind: Kind
    basis: str
    origin: Origin = Origin.SPREAD
    series: str = "primary"
    proxy: str = ""
    comparable_with_target: bool = False
    source: str = ""
    period: str = "annual"

    @property
    def key(self) -> tuple[str, str, str, int]:
        """(series, species, sector, year)."""
        return (self.series, self.species, self.sector, self.year)

    def values(self, window: Window | None = None) -> NDArray[np.float64]:
        """Values as they are, in ``unit``; NaN is no data."""
        return self.blocks.read(window)

    def tonnes(self, window: Window | None = None) -> NDArray[np.float64]:
        """Mass per cell of a window in t yr-1 of the species itself (CO2, never C), (rows, cols); NaN is no data.

        Without a window of the whole field: for small ones only; large ones are read through :attr:`mass`.

        Raises
        ------
        QuantityError
            If the field is intensive: a level has no mass.
        """
        return self.mass.read(window)

    @property
    def mass(self) -> MassBlocks:
        """The field as Blocks of t yr-1 of the species itself; nothing is read.

        Raises
        ------
        QuantityError
            If the field is intensive: a level has no mass.
        """
        if self.kind is Kind.INTENSIVE:
            raise fault(QuantityError, "quantity.intensive", species=self.species, unit=self.unit)
        factor, per_area = tonnes_per_year(self.unit, self.species, self.basis, self.year, self.period)
        return MassBlocks(self.blocks, factor, self.grid if per_area else None)


@dataclass(frozen=True)
class MassBlocks(BlocksOver):
    """Value × factor, and of a flux × true area of the cell, of the cells of a window. Picklable.

    ``grid`` is None where values are those of whole cells.

    Examples
    --------
    >>> from zoning.intake import ArrayBlocks
    >>> MassBlocks(ArrayBlocks(np.array([[1.0, 2.0]])), 1000.0, None).read()
    array([[1000., 2000.]])
    """

    blocks: Blocks
    factor: float
    grid: AnyGrid | None

    def read(self, window: Window | None = None) -> NDArray[np.float64]:
        """Return t yr-1 per cell of a window; NaN is no data."""
        values = self.blocks.read(window) * self.factor
        if self.grid is not None:
            values *= self.grid.areas_of(require_window(window, self.shape))
        return values
