"""One change of a repair: where, what it was, what it is now, and why, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zoning.messages import Both, say

__all__ = ["Change", "ChangeKind", "change"]


class ChangeKind(StrEnum):
    """What was done; the last three say why something was left as it is."""

    MADE_VALID = "made_valid"
    SNAPPED = "snapped"
    ENCODING = "encoding"
    HEADER = "header"
    CODE_BLANKS = "code_blanks"
    TEXT_TRIM = "text_trim"
    ESCAPED = "escaped"
    FORMAT = "format"
    REFUSED = "refused"
    QUESTION = "question"
    NOT_REPAIRED = "not_repaired"


_LEFT = (ChangeKind.REFUSED, ChangeKind.QUESTION, ChangeKind.NOT_REPAIRED)


@dataclass(frozen=True, slots=True)
class Change:
    """One change, or one refusal to change.

    Attributes
    ----------
    file, layer : str
        As the study names them.
    row : int or None
        Of a layer the feature (the first is 1), of a table the row of the sheet; None for the whole.
    field : str
        Of a layer its header as the file has it, of a table the address of the cell (``B7``).
    kind : ChangeKind
        What was done.
    before, after : str
        Values; of a shape its area.
    note_zh, note_en : str
        What was done and why, for the planner who has to answer for it.
    area_m2 : float or None
        By how much the area of the row's shape changed on the ellipsoid, m²; None where no shape was changed.
    """

    file: str
    layer: str
    row: int | None
    field: str
    kind: ChangeKind
    before: str
    after: str
    note_zh: str
    note_en: str
    area_m2: float | None = None

    @property
    def applied(self) -> bool:
        """Whether the copy differs by it from the original."""
        return self.kind not in _LEFT

    def note(self, lang: str = "zh") -> str:
        """Return the note in one language (``zh`` or ``en``)."""
        return self.note_en if lang == "en" else self.note_zh


def change(kind: ChangeKind, key: str, where: Mapping[str, Any], **slots: object) -> Change:
    """Return a change with its notes.

    Parameters
    ----------
    kind : ChangeKind
        What was done.
    key : str
        Of its text, behind ``repair.``.
    where : mapping
        Any of the attributes of :class:`Change` but kind and notes.
    **slots
        Slots of the text; those of ``where`` can be used too, a :class:`~zoning.messages.Both` in each language.

    Examples
    --------
    >>> change(ChangeKind.HEADER, "header", {"file": "a.gpkg", "before": " mj", "after": "MJ"}).note("en")
    'header written as the field tables write it; the column is the same'
    """
    address: dict[str, Any] = {
        "file": "",
        "layer": "",
        "row": None,
        "field": "",
        "before": "",
        "after": "",
        "area_m2": None,
    }
    address |= where
    zh, en = (
        say(f"repair.{key}", lang, **{name: _in(lang, value) for name, value in (address | slots).items()})
        for lang in ("zh", "en")
    )
    return Change(kind=kind, note_zh=zh, note_en=en, **address)


def _in(lang: str, value: object) -> object:
    return value.text(lang) if isinstance(value, Both) else value
