"""Measures (措施库) and the direction of their effect on each species: what is reduced, what the price is.

A sign is a direction, never an amount: no row of the table is an abatement effect. Amounts come from the user; without
them the net effect on carbon stays undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from zoning.errors import TableError
from zoning.tables import Row, read

__all__ = ["SPECIES", "Magnitude", "Measure", "Sign", "measures", "select"]

SPECIES = ("SO2", "NOX", "PM25", "VOC", "NH3", "CO2_S1", "CO2", "CH4", "N2O")
"""Signed columns: pollutants and ``CO2_S1`` at the place itself, ``CO2`` with purchased power and heat."""
_ANY_ZONE = "ANY"


class Sign(StrEnum):
    """Direction of an effect."""

    REDUCES = "+"
    NONE = "0"
    INCREASES = "-"
    DEPENDS = "?"


@dataclass(frozen=True, slots=True)
class Magnitude:
    """A number that goes with a measure (a factor or a target of policy, never an effect), as text with its basis."""

    text: str
    unit: str
    kind: str
    basis: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes
    ----------
    id, name_zh, name_en : str
        Its name.
    sectors : tuple of str
        Sectors of the inventory, and ``park``.
    industries : tuple of str
        Codes of GB/T 4754 of two to four digits; empty if it is about no industry.
    object_zh, acts_on : str
        What it is done to; where it takes hold (``end-of-pipe``, ``process``, ``fuel``, ``structure`` …).
    signs : mapping of str to Sign
        By :data:`SPECIES`.
    energy : Sign
        Effect on the use of energy: INCREASES is an energy penalty.
    relation, depends_zh : str
        How pollution and carbon go together; what the open signs depend on.
    magnitude : Magnitude or None
        None for nearly all.
    zones : tuple of str
        Sub-types of zones it is for; ``ANY`` for all.
    dimension, reach : str
        Dimension of the access list (S, P, R, Z); ``existing``, ``new`` or ``both``.
    source, status, sign_status : str
        Where it was seen, and how far to trust row and signs.
    """

    id: str
    name_zh: str
    name_en: str
    sectors: tuple[str, ...]
    industries: tuple[str, ...]
    object_zh: str
    acts_on: str
    signs: Mapping[str, Sign]
    energy: Sign
    relation: str
    depends_zh: str
    magnitude: Magnitude | None
    zones: tuple[str, ...]
    dimension: str
    reach: str
    source: str
    status: str
    sign_status: str

    def name(self, lang: str = "zh") -> str:
        """Return its name in one language."""
        return self.name_en if lang == "en" else self.name_zh

    def is_for_industry(self, code: str) -> bool:
        """Tell whether one of its codes holds, or is held by, a code of GB/T 4754 (``3011``, ``C3011``, ``30``).

        Examples
        --------
        >>> wet_fgd = measures()[1]
        >>> wet_fgd.is_for_industry("C3011"), wet_fgd.is_for_industry("1951")
        (True, False)
        """
        digits = code.strip().lstrip("ABCDEFGHIJKLMNOPQRST")
        return bool(digits) and any(own.startswith(digits) or digits.startswith(own) for own in self.industries)


def measures(rows: Iterable[Row] | None = None) -> tuple[Measure, ...]:
    """Return the measures of the packaged table, or of other rows of the same columns, in their order.

    Raises
    ------
    TableError
        If a sign is none of ``+ 0 - ?``; row, column and value are in the message.

    Examples
    --------
    >>> measures()[1].signs["SO2"], measures()[1].signs["CO2"], measures()[1].energy
    (<Sign.REDUCES: '+'>, <Sign.INCREASES: '-'>, <Sign.INCREASES: '-'>)
    """
    return tuple(_measure(row) for row in (read("measures") if rows is None else rows))


def select(known: Iterable[Measure], *, industry: str = "", sector: str = "", zone: str = "") -> tuple[Measure, ...]:
    """Return the measures that fit everything that is asked; what is not asked does not narrow.

    Parameters
    ----------
    known : iterable of Measure
        To choose from.
    industry : str
        Code of GB/T 4754; measures without codes do not fit.
    sector : str
        Sector of the inventory.
    zone : str
        Code of ``zone_vocab``; measures for any zone fit.

    Examples
    --------
    >>> [one.id for one in select(measures(), industry="3041")][:3]
    ['M002', 'M003', 'M005']
    >>> [one.id for one in select(measures(), sector="land_sink", zone="COAST_PRIORITY")]
    ['M084']
    """
    return tuple(
        one
        for one in known
        if (not industry or one.is_for_industry(industry))
        and (not sector or sector in one.sectors)
        and (not zone or zone in one.zones or _ANY_ZONE in one.zones)
    )


def _measure(row: Row) -> Measure:
    return Measure(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        sectors=_parts(row["sector"]),
        industries=_parts(row["gb_t_4754"]),
        object_zh=row["object_zh"],
        acts_on=row["acts_on"],
        signs=MappingProxyType({species: _sign(row, species) for species in SPECIES}),
        energy=_energy(row),
        relation=row["relation"],
        depends_zh=row["depends_zh"],
        magnitude=_magnitude(row),
        zones=_parts(row["zone_subtypes"]),
        dimension=row["dimension"],
        reach=row["reach"],
        source=row["source"],
        status=row["status"],
        sign_status=row["sign_status"],
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _sign(row: Row, column: str) -> Sign:
    try:
        return Sign(row[column])
    except ValueError as error:
        raise TableError(
            f"措施 {row['id']} 的 {column} 为“{row[column]}”；可用：+ 减少、0 无、- 增加、? 看条件",
            f"measure {row['id']}: {column} is “{row[column]}”; allowed are + reduces, 0 none, - increases, ? depends",
        ) from error


def _energy(row: Row) -> Sign:
    """Return the effect on energy; the column is a penalty, its plus is more of it."""
    turned = {Sign.REDUCES: Sign.INCREASES, Sign.INCREASES: Sign.REDUCES}
    sign = _sign(row, "energy_penalty")
    return turned.get(sign, sign)


def _magnitude(row: Row) -> Magnitude | None:
    if not row["magnitude"]:
        return None
    return Magnitude(row["magnitude"], row["magnitude_unit"], row["magnitude_kind"], row["magnitude_basis"])
