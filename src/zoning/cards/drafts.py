"""The clauses drafted for a unit: its own before shared ones, and behind each the alternatives for the same place."""

from __future__ import annotations

from collections.abc import Iterable

from zoning.cards.model import DraftLine
from zoning.clauses.model import LEVELS
from zoning.drafts import Draft
from zoning.messages import listed, say

__all__ = ["drafts_by_unit"]

_NEAREST = {level: place for place, level in enumerate(reversed(LEVELS))}
_UNVERIFIED = "explain.draft.nobasis"
_STATUSES = ("ours", "second-hand", "memory", "official-seen", "study")


def drafts_by_unit(drafts: Iterable[Draft], lang: str) -> dict[str, tuple[DraftLine, ...]]:
    """Return unit → the drafts that serve it."""
    found: dict[str, list[tuple[tuple[object, ...], DraftLine]]] = {}
    for draft in drafts:
        units = {draft.code, *draft.units} if draft.level == LEVELS[-1] else set(draft.units)
        line = _line(draft, lang, shared=len(units) > 1 or draft.level != LEVELS[-1])
        for unit in units:
            found.setdefault(unit, []).append((_order(draft), line))
    return {unit: tuple(line for _, line in sorted(lines, key=lambda pair: pair[0])) for unit, lines in found.items()}


def _order(draft: Draft) -> tuple[object, ...]:
    return _NEAREST.get(draft.level, len(LEVELS)), draft.code, draft.reason, draft.rank, draft.id


def _line(draft: Draft, lang: str, *, shared: bool) -> DraftLine:
    printed = dict.fromkeys(basis.printed for basis in draft.bases)
    return DraftLine(
        action=draft.action,
        level=draft.level,
        dimension=draft.dimension,
        text=draft.text,
        target=draft.target,
        why=draft.why(lang),
        basis=listed(printed, lang) or say(_UNVERIFIED, lang),
        status=say(f"card.status.{draft.status}", lang) if draft.status in _STATUSES else draft.status,
        rank=draft.rank,
        before=draft.before,
        gaps=draft.gaps,
        shared=shared,
        rule=draft.reason,
    )
