"""The text of a first study file: what was taken from the user's files, each key with its reason, and what is open."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zoning.errors import Finding
from zoning.messages import say

__all__ = ["Entry", "Key", "study_file_text"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SEVERAL = ("zones", "emissions", "inventory.tables")
_WIDTH = 44  # a reason stands beside its key where the key is shorter than this, else above it


@dataclass(frozen=True)
class Key:
    """One key of a section: its value, why it has this value, and whether it is only proposed (commented out)."""

    name: str
    value: str | int | bool | Mapping[str, object] | tuple[str, ...]
    reason: str = ""
    proposed: bool = False


@dataclass(frozen=True)
class Entry:
    """One section of the file (``units``, ``zones``, ``emissions`` …) with its keys in order."""

    section: str
    keys: tuple[Key, ...]
    note: str = ""

    @property
    def heading(self) -> str:
        """``[units]``, or ``[[zones]]`` for a section that may stand several times."""
        return f"[[{self.section}]]" if self.section in _SEVERAL else f"[{self.section}]"


def study_file_text(entries: Iterable[Entry], findings: Iterable[Finding], lang: str = "zh") -> str:
    """Return the text of ``study.toml``.

    Parameters
    ----------
    entries : iterable of Entry
        Sections in the order of the file.
    findings : iterable of Finding
        What is still open; listed at the end as comments.
    lang : str
        ``zh`` or ``en``, of the comments.

    Examples
    --------
    >>> entry = Entry("units", (Key("path", "units.gpkg", "编码全部符合 ZH 规则"),))
    >>> print(study_file_text([entry], []).splitlines()[-1])
    path = "units.gpkg"                         # 编码全部符合 ZH 规则
    """
    lines = [f"# {line}" for line in say("begun.head", lang).split("|")]
    for entry in entries:
        lines += ["", *([f"# {_plain(entry.note)}"] if entry.note else []), entry.heading]
        for key in entry.keys:
            lines += _lines(key)
    open_ = [f"#   {one.code} {_plain(one.message(lang))} → {_plain(one.fix(lang))}" for one in findings]
    if open_:
        lines += ["", f"# {say('begun.open', lang, count=len(open_))}", *open_]
    return "\n".join(lines) + "\n"


def _lines(key: Key) -> list[str]:
    text = f"{'# ' if key.proposed else ''}{key.name} = {_literal(key.value)}"
    if not key.reason:
        return [text]
    reason = _plain(key.reason)
    return [f"{text:<{_WIDTH}}# {reason}"] if len(text) < _WIDTH else [f"# {reason}", text]


def _literal(value: object) -> str:
    """Return a value as TOML writes it; a basic string of TOML is one of JSON but for the DEL character."""
    if isinstance(value, Mapping):
        pairs = ", ".join(
            f"{name if _BARE.fullmatch(str(name)) else _literal(str(name))} = {_literal(item)}"
            for name, item in value.items()
        )
        return f"{{ {pairs} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Return text for a comment: one line, no control characters, which TOML forbids there."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
