"""One point for each enterprise, out of those that several tables give, and why the others were not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zoning.inventory.linkage.addresses import compare_addresses
from zoning.inventory.places.points import Point, metres
from zoning.tables import numbers

__all__ = ["Choice", "Sites", "choose", "typed_digit"]


@dataclass(frozen=True, slots=True)
class Sites:
    """Addresses of an enterprise, normalised: where it operates and where it is registered."""

    operating: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()

    @property
    def differ(self) -> bool:
        """Tell whether it is registered elsewhere than it operates."""
        return compare_addresses(self.operating, self.registered) == "differs"


@dataclass(frozen=True, slots=True)
class Choice:
    """The point that is taken, and the points that are not, with the reason of each.

    Attributes
    ----------
    point : Point or None
    inside : bool
        It lies in a control unit.
    aside : tuple of (Point, reason)
        ``zero, datum`` (cannot be used), ``office`` (registered address), ``cluster`` (many enterprises at one
        point), ``address`` (row of another address), ``typed`` (one digit off), ``sea`` (near the study area, in no
        unit), ``outside`` (far from it), ``apart`` (in another place of the study area).
    """

    point: Point | None
    inside: bool = False
    aside: tuple[tuple[Point, str], ...] = field(default=())


def choose(points: Sequence[Point], units: Mapping[str, str], sites: Sites, offices: frozenset[str]) -> Choice:
    """Choose the point of an enterprise.

    Points at the registered address of an enterprise that operates elsewhere, and points that many enterprises share,
    are left out where there is another; so are points outside every unit. Of what is left most tables decide, and
    where they tie the table that knows best where an enterprise operates (``tables/linkage_tables.csv``).

    Parameters
    ----------
    points : sequence of Point
    units : mapping
        Row → code of the unit that holds its point, ''.
    sites : Sites
    offices : frozenset of str
        Rows whose point many enterprises share.

    Returns
    -------
    Choice
    """
    usable = [one for one in points if one.fault in {"", "swapped"}]
    aside = [(one, one.fault) for one in points if one.fault not in {"", "swapped"}]
    if not usable:
        return Choice(None, aside=tuple(aside))
    left = _without(usable, [one for one in usable if _at_office(one, sites)])
    left = _without(left, [one for one in left if one.ref in offices])
    left = _without(left, [one for one in left if not units[one.ref]])
    chosen = _most(left)
    agree = numbers("linkage_settings")["place_agree"]
    aside.extend(
        (one, _reason(one, chosen, units, sites, offices))
        for one in usable
        if one.ref != chosen.ref and metres(one.place, chosen.place) > agree
    )
    return Choice(chosen, bool(units[chosen.ref]), tuple(aside))


def _without(points: list[Point], bad: Sequence[Point]) -> list[Point]:
    refs = {one.ref for one in bad}
    return [one for one in points if one.ref not in refs] or points


def _at_office(point: Point, sites: Sites) -> bool:
    return sites.differ and point.address in sites.registered - sites.operating


def _most(points: Sequence[Point]) -> Point:
    """Return the best point of the site that most tables agree on."""
    agree = numbers("linkage_settings")["place_agree"]
    ranked = sorted(points, key=lambda one: (not one.counts, one.rank, one.ref))
    votes = {
        one.ref: len({other.table for other in points if metres(one.place, other.place) <= agree}) for one in ranked
    }
    return max(ranked, key=lambda one: votes[one.ref])


def _reason(point: Point, chosen: Point, units: Mapping[str, str], sites: Sites, offices: frozenset[str]) -> str:
    if typed_digit(point.place, chosen.place):
        return "typed"
    if _at_office(point, sites):
        return "office"
    if point.ref in offices:
        return "cluster"
    if not units[point.ref]:
        return "outside"
    return "address" if point.address and chosen.address and point.address != chosen.address else "apart"


def typed_digit(wrong: tuple[float, float], right: tuple[float, float]) -> str:
    """Return which coordinate (``lon, lat``) is one digit off, the other being right; '' if neither is.

    Examples
    --------
    >>> typed_digit((119.58529, 24.80156), (118.585289, 24.801562)), typed_digit((118.7, 24.5), (118.6, 24.8))
    ('lon', '')
    """
    within = numbers("linkage_settings")["typed_within"]
    off = [abs(one - other) for one, other in zip(wrong, right, strict=True)]
    for name, this, that in (("lon", off[0], off[1]), ("lat", off[1], off[0])):
        if that <= within and any(
            abs(this - digit * 10.0**power) <= within for digit in range(1, 10) for power in (2, 1, 0, -1, -2)
        ):
            return name
    return ""
