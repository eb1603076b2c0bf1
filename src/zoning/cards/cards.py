"""All cards of a result: everything is put by unit once, so that a nation's cards take seconds and not hours."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from zoning.cards.clauses import clause_lines, held_by_unit
from zoning.cards.drafts import drafts_by_unit
from zoning.cards.figures import figures_of
from zoning.cards.masses import MassBook
from zoning.cards.model import DraftLine, Figure, UnitCard, ZoneLine
from zoning.cards.reasons import ReasonBook
from zoning.cards.zones import zones_by_unit
from zoning.clauses.inheritance import Held
from zoning.errors import ResultError
from zoning.ledger import Ledger
from zoning.messages import fault, say
from zoning.result import Result
from zoning.symbology import look_of
from zoning.symbology.figures import absent

__all__ = ["Cards"]


class Cards:
    """The cards of the units of one result, in one language.

    Parameters
    ----------
    result : Result
        A finished run; of a public edition the masked one.
    lang : str
        ``zh`` or ``en``.
    """

    def __init__(self, result: Result, lang: str = "zh") -> None:
        self._result = result
        self._lang = lang
        self.codes: tuple[str, ...] = tuple(str(code) for code in result.units.codes)
        self._places = {code: place for place, code in enumerate(self.codes)}

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[UnitCard]:
        """Yield the card of every unit, in the order of the units."""
        return (self.card(code) for code in self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self._places

    @property
    def years(self) -> tuple[int, ...]:
        """Years of which any unit has an emission."""
        return self._masses.years if self._masses else ()

    def card(self, code: str) -> UnitCard:
        """Return the card of one unit.

        Raises
        ------
        ResultError
            If there is no such unit; the nearest code is named.
        """
        place = self._places.get(code)
        if place is None:
            nearest = difflib.get_close_matches(code, self.codes, n=1, cutoff=0.0)
            raise fault(ResultError, "explain.unknown", code=code, nearest=nearest[0] if nearest else "—")
        row = self._rows[place]
        text = {name: _text(row[name]) for name in _TEXTS}
        return UnitCard(
            code=code,
            name=text["unit_name"],
            unit_class=text["unit_class"],
            decision=text["decision"],
            carbon_state=text["carbon_state"],
            evidence_class=text["evidence_class"],
            tier=text["tier"],
            sentence=_text(row[f"sentence_{self._lang}"]),
            counterfactual=_text(row[f"counterfactual_{self._lang}"]),
            figures=self._figures[place],
            masses=self._masses.nearest(place) if self._masses else None,
            zones=self._zones.get(code, ()),
            reasons=self._reasons.of_unit(code),
            clauses=clause_lines(self._held.get(code, ())),
            drafts=self._drafts.get(code, ()),
            notes=self._notes(row),
            masses_by_year=self._masses.by_year(place) if self._masses else (),
        )

    def _notes(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what is missing and who holds it, what depends on the grid, and what a person changed."""
        missing, sensitive = row["missing"], row["grid_sensitive"]
        notes = [say(str(key), self._lang) for key in (() if isinstance(missing, float) else missing)]
        if sensitive == 1:  # absent is NaN, which is true
            notes.append(say("map.grid_sensitive", self._lang))
        if _text(row["override_state"]):
            notes.append(
                say(
                    f"map.override.{row['override_state']}",
                    self._lang,
                    computed=look_of(self._result.study).label("decision", _text(row["decision_computed"]), self._lang),
                    by=_text(row["override_by"]),
                    date=_text(row["override_date"]),
                    reason=_text(row["override_reason"]),
                )
            )
        return tuple(notes)

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        rows = self._result.decisions.reindex(list(self.codes)).to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in rows]

    @cached_property
    def _ledger(self) -> Ledger:
        """The ledger in the order of the units, whatever its own is."""
        ledger = self._result.ledger
        return ledger if ledger.units == self.codes else Ledger(ledger.data.reindex(unit=list(self.codes)))

    @cached_property
    def _figures(self) -> list[tuple[Figure, ...]]:
        table = self._result.decisions.reindex(list(self.codes))
        return list(figures_of(self._result, self._ledger, table, self._lang))

    @cached_property
    def _masses(self) -> MassBook | None:
        return MassBook.of_ledger(self._ledger, self._result.study.years.base, self._lang)

    @cached_property
    def _zones(self) -> Mapping[str, tuple[ZoneLine, ...]]:
        return zones_by_unit(self._result)

    @cached_property
    def _reasons(self) -> ReasonBook:
        return ReasonBook(self._result, self._lang)

    @cached_property
    def _held(self) -> Mapping[str, tuple[Held, ...]]:
        return held_by_unit(self._result)

    @cached_property
    def _drafts(self) -> Mapping[str, tuple[DraftLine, ...]]:
        return drafts_by_unit(self._result.drafts, self._lang)


_TEXTS = ("unit_name", "unit_class", "decision", "carbon_state", "evidence_class", "tier")


def _text(value: object) -> str:
    """Return a cell as text; an absent one as none."""
    return "" if absent(value) else str(value)
