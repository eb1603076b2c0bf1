"""Texts in Chinese and English, by key: what the program says, written once.

The texts stand in ``tables/messages*.csv`` (key, zh, en), one table a room; ``{slots}`` are filled by name. The key
of a finding is its code, or the code with a suffix after a dot; its remedy has the same key with ``.fix`` behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from zoning.errors import Finding, FindingCode, Severity, ZoningError
from zoning.tables import read

__all__ = ["LANGUAGES", "Both", "default_language", "fault", "finding", "knows", "listed", "say"]

LANGUAGES = ("zh", "en")
_TABLES = (
    "messages",
    "messages_rules",
    "messages_checks",
    "messages_clauses",
    "messages_overlay",
    "messages_deliverables",
    "messages_reading",
    "messages_layers",
    "messages_rasters",
    "messages_lists",
    "messages_new",
    "messages_inventory",
    "messages_inventory_book",
    "messages_listing",
    "messages_levels",
    "messages_coherence",
    "messages_audit",
    "messages_drafts",
    "messages_redline",
    "messages_versions",
    "messages_consultation",
    "messages_list_pages",
    "messages_atlas",
    "messages_map",
    "messages_cards",
    "messages_edition",
    "messages_cartography",
    "messages_handover",
    "messages_symbology",
)
_E = TypeVar("_E", bound=ZoningError)


@lru_cache(maxsize=1)
def _texts() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["zh"], row["en"]) for name in _TABLES for row in read(name)}


@lru_cache(maxsize=1)
def _severities() -> dict[str, Severity]:
    return {row["code"]: Severity(row["severity_default"]) for row in read("finding_codes")}


def default_language() -> str:
    """Return ``en`` where the locale of the user is English, else ``zh``: all our users read Chinese first."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if locale.lower().startswith("en") else "zh"


def listed(parts: Iterable[str], lang: str) -> str:
    """Return words as a list in running text.

    Examples
    --------
    >>> listed(["a", "b"], "zh"), listed(["a", "b"], "en")
    ('a、b', 'a, b')
    """
    return (", " if lang == "en" else "、").join(parts)


def say(key: str, lang: str = "zh", **values: Any) -> str:  # noqa: ANN401 - anything that prints
    """Return the text of a key in one language with its slots filled.

    Examples
    --------
    >>> say("decision.NEED", "en")
    'list needs a carbon clause'
    """
    zh, en = _texts()[key]
    return (en if lang == "en" else zh).format(**values)


def knows(key: str) -> bool:
    """Tell whether there is a text of this key."""
    return key in _texts()


def fault(kind: type[_E], key: str, **values: Any) -> _E:  # noqa: ANN401 - anything that prints
    """Return (not raise) an error of a kind with the texts of a key, its remedy appended where there is one."""
    zh, en = say(key, "zh", **values), say(key, "en", **values)
    if knows(f"{key}.fix"):
        zh = f"{zh}。{say(f'{key}.fix', 'zh', **values)}"
        en = f"{en}. {say(f'{key}.fix', 'en', **values)}"
    return kind(zh, en)


@dataclass(frozen=True, slots=True)
class Both:
    """A word that fills a slot in both languages."""

    zh: str
    en: str

    def text(self, lang: str = "zh") -> str:
        """Return it in one language."""
        return self.en if lang == "en" else self.zh

    def __str__(self) -> str:
        return self.zh


def _in(lang: str, value: object) -> object:
    return value.text(lang) if isinstance(value, ZoningError | Both) else value


def finding(
    code: FindingCode | str,
    key: str = "",
    *,
    severity: Severity | None = None,
    where: dict[str, Any] | None = None,
    **values: Any,  # noqa: ANN401 - anything that prints
) -> Finding:
    """Return a finding with its texts.

    Parameters
    ----------
    code : FindingCode or str
        Member of the closed list.
    key : str
        Suffix of the text key (``CODE.suffix``); empty for the general text of the code.
    severity : Severity or None
        None takes the default of the code table.
    where : dict
        Any of ``file, layer, row, field, value``.
    **values
        Slots of the texts; the address can be used as slots too. An error of ours,
        or :class:`Both`, stands there in each language.

    Examples
    --------
    >>> finding("CRS_MISSING", where={"file": "units.shp"}).severity.value
    'error'
    """
    code = FindingCode(code)
    where = where or {}
    address = {"file": "", "layer": "", "row": None, "field": "", "value": ""} | where
    zh, en = ({name: _in(lang, value) for name, value in (address | values).items()} for lang in LANGUAGES)
    text = f"{code}.{key}" if key else str(code)
    fix = f"{text}.fix" if knows(f"{text}.fix") else f"{code}.fix"
    return Finding(
        code=code,
        severity=severity or _severities()[code],
        message_zh=say(text, "zh", **zh),
        message_en=say(text, "en", **en),
        fix_zh=say(fix, "zh", **zh),
        fix_en=say(fix, "en", **en),
        file=str(address["file"]),
        layer=str(address["layer"]),
        row=address["row"],
        field=str(address["field"]),
        value=str(address["value"]),
        key=text,
    )
