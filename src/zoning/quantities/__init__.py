"""Units of measure: which are known, how users write them, what dimension they have, what they are in tonnes a year."""

from zoning.quantities.measures import (
    bases,
    basis_factor,
    canonical,
    convert,
    dimension,
    is_known,
    known_units,
    seconds_in_year,
    tonnes_per_year,
)
from zoning.quantities.written import WrittenUnit, written_unit

__all__ = [
    "WrittenUnit",
    "bases",
    "basis_factor",
    "canonical",
    "convert",
    "dimension",
    "is_known",
    "known_units",
    "seconds_in_year",
    "tonnes_per_year",
    "written_unit",
]
