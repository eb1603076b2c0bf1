"""What a run can answer to the comments of departments: from upper lists, targets, and its own drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from zoning.clauses import LEVELS, AccessList, Clause
from zoning.clauses.inheritance import Held
from zoning.consultation import Comment, Known, Lists, Matched, Suggestion, match_comments, suggestion
from zoning.drafts import Draft
from zoning.frontpage import ANSWERS
from zoning.io.write.answers import write_answers
from zoning.result import Result
from zoning.targets import Target

__all__ = ["suggested", "write_consultation"]

_UNIT = LEVELS[-1]


def suggested(
    comments: Sequence[Comment],
    lists: tuple[AccessList, ...],
    held: Mapping[str, Sequence[Held]],
    targets: tuple[Target, ...],
    drafts: Sequence[Draft],
) -> tuple[Suggestion, ...]:
    """Return the answer proposed for every comment, in their order.

    A comment on a clause of a unit is answered from the upper clauses that this unit has to keep, one on an upper list
    from the lists above it.

    Parameters
    ----------
    comments : sequence of Comment
        As they were read.
    lists : tuple of AccessList
        Of all levels.
    held : mapping
        Unit → clauses that hold over it.
    targets : tuple of Target
        Dated limits of the regions.
    drafts : sequence of Draft
        Those of first rank that replace a clause are the text that a comment may get.
    """
    rewrites = {one.target: one.text for one in drafts if one.rank == 1 and one.target}
    return tuple(
        suggestion(one, Known(_upper(one, lists, held), targets, rewrites))
        for one in match_comments(comments, Lists(lists))
    )


def _upper(one: Matched, lists: Sequence[AccessList], held: Mapping[str, Sequence[Held]]) -> tuple[Clause, ...]:
    units = sorted({clause.code for clause in one.clauses if clause.level == _UNIT})
    kept = {
        above.clause: None for unit in units for above in held.get(unit, ())
        if above.certain and above.level != _UNIT
    }  # fmt: skip
    levels = [LEVELS.index(clause.level) for clause in one.clauses if clause.level in LEVELS[:-1]]
    higher = LEVELS[: min(levels, default=0)]
    kept |= {clause: None for above in lists if above.level in higher for clause in above.clauses}
    return tuple(kept)


def write_consultation(result: Result, folder: Path, lang: str = "zh") -> tuple[str, ...]:
    """Write the table 意见—采纳情况—理由 into the folder of a run; return its name there, nothing without comments."""
    if not result.comments:
        return ()
    place = folder / ANSWERS
    place.parent.mkdir(exist_ok=True)
    write_answers(result.answers(lang), place, lang)
    return (ANSWERS,)
