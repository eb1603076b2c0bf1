"""What would have been flagged on an old list, held against what its real revision did. The revision is not the truth.

A unit counts as revised where a carbon clause was added or strengthened. Flagged and revised is a hit; flagged and not
revised is unanswered; revised and not flagged is unexpected; neither is quiet. Units that were dropped have no revision
and units that are new no expectation: both are told, and count nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from zoning.clauses.model import Clause
from zoning.versions.expectations import Expectation
from zoning.versions.model import Comparison, Record
from zoning.versions.shares import Share

__all__ = ["OUTCOMES", "Backtest", "Score", "UnitOutcome", "backtest"]

OUTCOMES = ("HIT", "UNANSWERED", "UNEXPECTED", "QUIET", "DROPPED")
_MORE = ("ADDED", "STRENGTHENED")
_LESS = ("REMOVED", "WEAKENED")


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """What was expected of a unit of the old list, and what became of it.

    Attributes
    ----------
    expectation : Expectation
        What was expected.
    match : int
        Index in ``Comparison.matches``.
    outcome : str
        One of ``OUTCOMES``.
    more, less : tuple of Record
        Records in which the carbon demand came or grew, and in which it went or shrank.
    dimensions : tuple of str
        Where carbon clauses came or grew.
    in_place : bool or None
        Whether one came where it was expected; None where no place was expected or none came.
    """

    expectation: Expectation
    match: int
    outcome: str
    more: tuple[Record, ...] = ()
    less: tuple[Record, ...] = ()
    dimensions: tuple[str, ...] = ()
    in_place: bool | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How expectations of one kind fared.

    Attributes
    ----------
    name : str
        Rule or dimension; "" for all.
    precision : Share
        Hits of the flagged.
    recall : Share
        Hits of the revised.
    base : Share
        Revised of all units.
    """

    name: str
    precision: Share
    recall: Share
    base: Share

    @property
    def lift(self) -> float:
        """Precision over the base rate: how many times likelier a revision was where it was expected."""
        return self.precision.value / self.base.value if self.base.count and self.precision.total else float("nan")

    @property
    def lift_interval(self) -> tuple[float, float]:
        """The interval of the precision over the base rate, which is a count of all units and no sample."""
        if not self.base.count or not self.precision.total:
            return float("nan"), float("nan")
        low, high = self.precision.interval
        return low / self.base.value, high / self.base.value


@dataclass(frozen=True)
class Backtest:
    """A comparison with what was expected of the old list.

    Attributes
    ----------
    comparison : Comparison
        The two versions.
    units : tuple of UnitOutcome
        One a unit of the old list, in code order.
    with_study : bool
        Whether a study was run, or the words of the old list had to do.
    """

    comparison: Comparison
    units: tuple[UnitOutcome, ...]
    with_study: bool

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many units there are of every outcome."""
        found = Counter(unit.outcome for unit in self.units)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @cached_property
    def overall(self) -> Score:
        """Return how all expectations fared."""
        return _score("", self._judged, [unit for unit in self._judged if unit.expectation.flagged])

    @cached_property
    def by_reason(self) -> tuple[Score, ...]:
        """Return how the expectations of each rule fared, by name of the rule."""
        return self._by(lambda unit: unit.expectation.reason)

    @cached_property
    def by_dimension(self) -> tuple[Score, ...]:
        """Return how the expectations in each dimension fared, where a dimension was expected."""
        return self._by(lambda unit: unit.expectation.dimension)

    @cached_property
    def by_decision(self) -> tuple[tuple[str, Share], ...]:
        """Return decision of the study → share of its units that were revised; empty without a study."""
        groups: dict[str, list[bool]] = {}
        for unit in self._judged:
            if unit.expectation.decision:
                groups.setdefault(unit.expectation.decision, []).append(bool(unit.more))
        return tuple((name, Share(sum(groups[name]), len(groups[name]))) for name in sorted(groups))

    @property
    def _judged(self) -> list[UnitOutcome]:
        return [unit for unit in self.units if unit.outcome != "DROPPED"]

    def _by(self, name: Callable[[UnitOutcome], str]) -> tuple[Score, ...]:
        flagged: dict[str, list[UnitOutcome]] = {}
        for unit in self._judged:
            if unit.expectation.flagged and name(unit):
                flagged.setdefault(name(unit), []).append(unit)
        return tuple(_score(key, self._judged, flagged[key]) for key in sorted(flagged))


def backtest(comparison: Comparison, expectations: Iterable[Expectation], *, with_study: bool = False) -> Backtest:
    """Hold expectations of an old list against what its revision did.

    Parameters
    ----------
    comparison : Comparison
        Of the old list with the revised one.
    expectations : iterable of Expectation
        One for each unit of the old list; those of other units are passed over.
    with_study : bool
        Whether they come from the decisions of a study.

    Examples
    --------
    >>> from zoning.clauses import AccessList, clauses_of_cell
    >>> from zoning.versions import compare, expected_by_words
    >>> old, new = (AccessList("unit", clauses_of_cell(text, code="ZH1", level="unit")) for text in (
    ...     "禁止新设入河排污口。", "禁止新设入河排污口。新建项目应开展碳排放评价。"))
    >>> backtest(compare(old, new), expected_by_words(old)).counts["HIT"]
    1
    """
    by_match: dict[int, list[Record]] = {}
    for record in comparison.records:
        by_match.setdefault(record.match, []).append(record)
    known = {expectation.unit: expectation for expectation in expectations}
    units = [
        _outcome(known[code], place, by_match.get(place, ()), whole=bool(match.new))
        for place, match in enumerate(comparison.matches)
        for code in match.old
        if code in known
    ]
    return Backtest(comparison, tuple(sorted(units, key=lambda unit: unit.expectation.unit)), with_study)


def _outcome(expected: Expectation, match: int, records: Sequence[Record], *, whole: bool) -> UnitOutcome:
    """Judge one unit: of a match of several old units a record counts for those whose clause it was, else for all."""
    own = [record for record in records if not record.old or any(one.code == expected.unit for one in record.old)]
    more = tuple(record for record in own if record.carbon in _MORE)
    less = tuple(record for record in own if record.carbon in _LESS)
    if not whole:
        return UnitOutcome(expected, match, "DROPPED", (), less)
    outcome = ("HIT" if more else "UNANSWERED") if expected.flagged else ("UNEXPECTED" if more else "QUIET")
    dimensions = tuple(sorted({clause.dimension for record in more for clause in _speaking(record)}))
    asked = expected.flagged and expected.dimension and more
    return UnitOutcome(
        expected, match, outcome, more, less, dimensions, (expected.dimension in dimensions) if asked else None
    )


def _speaking(record: Record) -> Sequence[Clause]:
    return [clause for clause in record.new if clause.label.carbon_state != "NONE"]


def _score(name: str, judged: Sequence[UnitOutcome], flagged: Sequence[UnitOutcome]) -> Score:
    hits = sum(unit.outcome == "HIT" for unit in flagged)
    revised = sum(bool(unit.more) for unit in judged)
    return Score(name, Share(hits, len(flagged)), Share(hits, revised), Share(revised, len(judged)))
