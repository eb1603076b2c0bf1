"""Uncertainty of an inventory by shared draws: one draw of an activity makes its CO2 and all its pollutants.

Every number that is not known exactly has a stream of draws of its own, seeded by the study and by what it is: the coal
of one enterprise, the factor of a fuel in one series, the reported emission of one enterprise. Who uses the same number
uses the same draws, so what is common to two emissions stays common; the order of rows, and who else is in the
inventory, change nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from zoning.errors import QuantityError
from zoning.inventory.model import SPECIES
from zoning.messages import fault
from zoning.tables import numbers, read

__all__ = ["COLUMNS", "Spread", "spreads", "uncertainty"]

COLUMNS = ("level", "key", "species", "mean", "low", "high", "cv", "limit", "p_over")
_LOW, _HIGH = 0.025, 0.975
_Draws = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number spreads about its value.

    ``normal`` (cut at 0), ``lognormal`` and ``triangular`` have the value as their mean and ``cv`` as their coefficient
    of variation; ``lognormal_median`` has it as its median, and ``cv`` is the standard deviation of its logarithm.
    """

    distribution: str
    cv: float


@cache
def spreads() -> Mapping[tuple[str, str], Spread]:
    """Return the spreads of ``tables/uncertainty_cvs.csv`` by (quantity, of what).

    Examples
    --------
    >>> spreads()["CO2", "measured"].cv < spreads()["CO2", "default"].cv
    True
    """
    return {
        (row["quantity"], row["of"]): Spread(row["distribution"], float(row["cv"])) for row in read("uncertainty_cvs")
    }


def uncertainty(
    records: pd.DataFrame,
    sectors: Mapping[str, str],
    *,
    draws: int,
    seed: int,
    limits: Mapping[str, float] | None = None,
    cvs: Mapping[tuple[str, str], Spread] | None = None,
) -> pd.DataFrame:
    """Return mean, 95 % range and chance of exceeding a limit, by enterprise, sector and for the city.

    Parameters
    ----------
    records : DataFrame
        Records of one year (:class:`zoning.inventory.model.Inventory`), t yr-1.
    sectors : mapping of str to str
        Enterprise → sector, of those that count in the city; others stand for themselves only.
    draws : int
        At least 100; 2,000 and more for decisions.
    seed : int
        Of the study.
    limits : mapping of str to float or None
        t yr-1 by species, for ``p_over``; None: CO2 of a key emitter (``key_emitter_co2``). With several, a further row
        per enterprise (species joined by ``&``) holds the chance that all are exceeded together.
    cvs : mapping or None
        As :func:`spreads`, which is the default.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; a species that is not determined has no row.

    Raises
    ------
    QuantityError
        If the records are of several years.

    Notes
    -----
    Memory is one enterprise × records × draws, and one row of draws per sector and species.

    Examples
    --------
    >>> empty = pd.DataFrame({"enterprise": [], "year": []})
    >>> list(uncertainty(empty, {}, draws=100, seed=1).columns) == list(COLUMNS)
    True
    """
    if records["year"].nunique() > 1:
        raise fault(QuantityError, "draws.years", years=", ".join(str(year) for year in sorted(set(records["year"]))))
    limits = {"CO2": numbers("thresholds")["key_emitter_co2"]} if limits is None else limits
    streams = _Streams(draws, seed, spreads() if cvs is None else cvs)
    rows: list[dict[str, object]] = []
    sums: dict[str, dict[str, _Draws]] = {}
    for enterprise, mine in _by_enterprise(records):
        drawn = _enterprise(enterprise, mine, streams)
        rows += _said("enterprise", enterprise, drawn, limits)
        if enterprise in sectors:
            _add(sums.setdefault(sectors[enterprise], {}), drawn)
    city: dict[str, _Draws] = {}
    for sector in sorted(sums):
        rows += _said("sector", sector, sums[sector], {})
        _add(city, sums[sector])
    rows += _said("city", "", city, {})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_enterprise(records: pd.DataFrame) -> Iterator[tuple[str, list[Mapping[str, object]]]]:
    """Yield the records of each enterprise, both in the order of their names."""
    if records.empty:
        return
    rows = records.sort_values(["enterprise", "record"], kind="stable").to_dict("records")
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at]["enterprise"] != rows[start]["enterprise"]:
            yield (
                str(rows[start]["enterprise"]),
                [{str(key): value for key, value in row.items()} for row in rows[start:at]],
            )
            start = at


@dataclass
class _Streams:
    """Draws by the name of what is drawn; those that several enterprises use are kept."""

    draws: int
    seed: int
    cvs: Mapping[tuple[str, str], Spread]
    kept: dict[str, _Draws] = field(default_factory=dict)

    def spread(self, quantity: str, of: str) -> Spread:
        return self.cvs.get((quantity, of), self.cvs.get((quantity, ""), Spread("normal", 0.0)))

    def own(self, name: str, spread: Spread) -> _Draws:
        """Return draws about 1."""
        digest = hashlib.blake2b(f"{self.seed}|{name}".encode(), digest_size=16).digest()
        stream = np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
        return _about_one(stream, spread, self.draws)

    def shared(self, name: str, spread: Spread) -> _Draws:
        """Return the same, kept for whoever asks next."""
        if name not in self.kept:
            self.kept[name] = self.own(name, spread)
        return self.kept[name]


def _about_one(stream: np.random.Generator, spread: Spread, draws: int) -> _Draws:
    if spread.distribution == "triangular":
        half = spread.cv * math.sqrt(6.0)
        return stream.triangular(1.0 - half, 1.0, 1.0 + half, draws) if half > 0 else np.ones(draws)
    normal = stream.standard_normal(draws)
    if spread.distribution == "lognormal_median":
        return np.exp(spread.cv * normal)
    if spread.distribution == "lognormal":
        variance = math.log1p(spread.cv**2)
        return np.exp(math.sqrt(variance) * normal - variance / 2.0)
    return np.maximum(1.0 + spread.cv * normal, 0.0)


def _enterprise(enterprise: str, records: Sequence[Mapping[str, object]], streams: _Streams) -> dict[str, _Draws]:
    """Draws of every species of one enterprise, added over its fuels and processes."""
    activities: dict[str, _Draws] = {}
    own: dict[str, _Draws] = {}
    found: dict[str, _Draws] = {}
    for record in records:
        use = f"activity|{enterprise}|{record['what']}|{record['fuel']}"
        if use not in activities:
            activities[use] = streams.own(use, streams.spread("activity", str(record["table"])))
        for species in SPECIES:
            value = float(str(record.get(species, math.nan)))
            if math.isnan(value):
                continue
            total = found.setdefault(species, np.zeros(streams.draws))
            if value != 0.0:
                total += value * activities[use] * _factor(enterprise, record, species, (streams, own))
    return found


def _factor(
    enterprise: str, record: Mapping[str, object], species: str, drawn: tuple[_Streams, dict[str, _Draws]]
) -> _Draws:
    """Draws of the factor behind one emission: shared by all who use it, or of the enterprise where it reported."""
    streams, own = drawn
    if species == "CO2":
        return streams.shared(f"CO2|{record['factor_id']}", streams.spread(species, str(record["tier"])))
    where = f"{record['fuel']}|{record.get('device', '')}"
    if species in ("CH4", "N2O"):
        return streams.shared(f"{species}|{where}", streams.spread(species, ""))
    if species == "PM2.5":
        share = streams.shared(f"PM2.5|share|{where}", streams.spread(species, "share"))
        return share * _factor(enterprise, record, "PM", drawn)
    basis = str(record.get(f"{species}_basis", ""))
    if basis != "reported":
        return streams.shared(f"{species}|{basis}|{where}", streams.spread(species, basis))
    if species not in own:
        own[species] = streams.own(f"{species}|reported|{enterprise}", streams.spread(species, basis))
    return own[species]


def _add(sums: dict[str, _Draws], drawn: Mapping[str, _Draws]) -> None:
    for species, values in drawn.items():
        if species in sums:
            sums[species] += values
        else:
            sums[species] = values.copy()


def _said(level: str, key: str, drawn: Mapping[str, _Draws], limits: Mapping[str, float]) -> list[dict[str, object]]:
    """Rows of one enterprise, sector or city."""
    if not drawn:
        return []
    names = [species for species in SPECIES if species in drawn]
    values = np.vstack([drawn[species] for species in names])
    means, deviations = values.mean(axis=1), values.std(axis=1)
    low, high = _quantiles(values)
    rows: list[dict[str, object]] = []
    for at, species in enumerate(names):
        limit = limits.get(species, math.nan)
        over = math.nan if math.isnan(limit) else float(np.mean(values[at] >= limit))
        spread = deviations[at] / means[at] if means[at] > 0 else math.nan
        cells = (level, key, species, means[at], low[at], high[at], spread, limit, over)
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    joint = [species for species in limits if species in drawn]
    if len(joint) > 1 and len(joint) == len(limits):
        together = np.logical_and.reduce([drawn[species] >= limits[species] for species in joint])
        rows.append(dict.fromkeys(COLUMNS, math.nan) | {"level": level, "key": key, "species": "&".join(joint),
                                                        "p_over": float(together.mean())})  # fmt: skip
    return rows


def _quantiles(values: _Draws) -> tuple[_Draws, _Draws]:
    """Return the ends of the 95 % range of each row, between neighbouring draws by straight line."""
    last = values.shape[1] - 1
    places = [share * last for share in (_LOW, _HIGH)]
    floors = [math.floor(place) for place in places]
    order = sorted({*floors, *(min(floor + 1, last) for floor in floors)})
    parted = np.partition(values, order, axis=1)
    ends = [
        parted[:, floor] + (place - floor) * (parted[:, min(floor + 1, last)] - parted[:, floor])
        for place, floor in zip(places, floors, strict=True)
    ]
    return ends[0], ends[1]
