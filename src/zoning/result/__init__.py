"""Everything a run found, enough to publish, explain, rerun and compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from zoning.audit import Audit
from zoning.clauses import AccessList
from zoning.consultation import AnswerRow, Comment, Lists, Matched, Suggestion, answered, match_comments
from zoning.drafts import Draft, Edit
from zoning.errors import Finding
from zoning.field import Field
from zoning.inventory import Inventory
from zoning.judge import register_table
from zoning.judge.reason import Reason
from zoning.ledger import Ledger
from zoning.register import Register
from zoning.result.audited import audited
from zoning.result.drawn import DRAWN_WHEN_ASKED, Fragments
from zoning.result.explanation import explain
from zoning.study import Study
from zoning.supports import BaseLayer, ControlUnits, ElementZones, Emitters

__all__ = ["Provenance", "Result"]


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from: versions, inputs with their sha256, settings, seed.

    It holds no date and no machine, so that the same inputs give the same bytes.
    """

    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    settings: Mapping[str, object]
    seed: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """Outcome of one run.

    Attributes
    ----------
    study : Study
        What was asked.
    units, zones, emitters
        The supports, valid; ``emitters`` is None if the study has none.
    fragments : GeoDataFrame
        ``element, unit, zone, subtype, area_m2, geometry`` in the order of the ledger's ``fragment`` dimension; drawn
        when it is first looked at.
    ledger : Ledger
        Every column of every unit and fragment.
    conservation : DataFrame
        One row per series × species × sector × year: the terms of law 1, t yr-1, and the relative difference.
    lists : tuple of AccessList
        Lists by level.
    proxy_audit : DataFrame
        One row per pair of layers: is one a copy of the other.
    reasons : tuple of Reason
        Answers of every rule for every unit.
    decisions : DataFrame
        Index ``unit_code``; see the data dictionary of the workbook.
    findings : tuple of Finding
        What is wrong with the inputs.
    provenance : Provenance
        Versions, hashes, settings, seed.
    inventory : Inventory or None
        What was computed from department tables; None if the study has none.
    plans : tuple of AccessList
        Texts of the user on carbon (碳达峰方案) that the lists are held against.
    drafts : tuple of Draft
        Candidate clauses, by place and rank.
    edits : tuple of Edit
        What writes the drafts of first rank into the lists they belong to.
    register : DataFrame
        Every entry of the decision register and how it stands; see :func:`zoning.judge.register_table`.
    comments : tuple of Comment
        What departments wrote on the lists.
    suggestions : tuple of Suggestion
        The answer proposed for every comment.
    fields : tuple of Field
        The grids, read when they are asked for; of a result that was read back, those of its folder ``grids``.
    bases : tuple of BaseLayer
        Layers of a base map that the user supplied, each with the number of its map review.
    edition : str
        ``internal``, or ``public`` for what :func:`zoning.edition.public_edition` made; the study says what is asked.
    """

    study: Study
    units: ControlUnits
    zones: tuple[ElementZones, ...]
    emitters: Emitters | None
    fragments: Fragments = DRAWN_WHEN_ASKED
    ledger: Ledger
    conservation: pd.DataFrame
    lists: tuple[AccessList, ...]
    proxy_audit: pd.DataFrame
    reasons: tuple[Reason, ...]
    decisions: pd.DataFrame
    findings: tuple[Finding, ...]
    provenance: Provenance
    inventory: Inventory | None = None
    plans: tuple[AccessList, ...] = ()
    drafts: tuple[Draft, ...] = ()
    edits: tuple[Edit, ...] = ()
    register: pd.DataFrame = field(default_factory=lambda: register_table(Register(), ()))
    comments: tuple[Comment, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    fields: tuple[Field, ...] = ()
    bases: tuple[BaseLayer, ...] = ()
    edition: str = "internal"

    @cached_property
    def audit(self) -> Audit:
        """Health of the lists, as of the date of the study (else of the state of knowledge)."""
        return audited(self)

    @cached_property
    def matched(self) -> tuple[Matched, ...]:
        """Comments with the clauses they are about."""
        return match_comments(self.comments, Lists(self.lists))

    def answers(self, lang: str = "zh") -> tuple[AnswerRow, ...]:
        """Return the rows of the table 意见—采纳情况—理由, in the order of the comments."""
        return answered(self.matched, self.suggestions, lang)

    def explain(self, code: str, lang: str = "zh") -> str:
        """Say why a unit got its decision: numbers, clauses, what is missing, what would change it.

        Raises
        ------
        ResultError
            If the code is not a unit of this result; the nearest one is named.
        """
        return explain(self, code, lang)
