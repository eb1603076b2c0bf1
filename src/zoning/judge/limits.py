"""The thresholds of the rules: packaged values with source and status, or the study's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoning.messages import knows, say
from zoning.tables import read

__all__ = ["Limit", "Limits"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold: value, unit, names, source and status (an unverified one is printed as such)."""

    id: str
    value: float
    unit: str
    zh: str
    en: str
    source: str
    status: str

    def name(self, lang: str = "zh") -> str:
        """Return its name with source and status, as it is printed."""
        marks = {
            "official-seen": ("官方", "official"),
            "second-hand": ("二手来源，待核", "second-hand"),
            "memory": ("未核", "unverified"),
            "ours": ("本软件建议值", "our suggestion"),
            "study": ("研究文件给定", "set by the study"),
        }
        mark = marks.get(self.status, (self.status, self.status))[lang == "en"]
        return f"{self.en if lang == 'en' else self.zh}（{mark}）" if lang != "en" else f"{self.en} ({mark})"

    def cited(self, lang: str = "zh") -> str:
        """Return its source in a language, where the table of messages has it; else as the table of thresholds does.

        Examples
        --------
        >>> Limits.of_study({}).row("key_emitter_energy").cited("en")
        '10,000 tce yr-1, the threshold of key energy users (second-hand)'
        """
        key = f"threshold.source.{self.id}"
        return say(key, lang) if self.status != "study" and knows(key) else self.source


@dataclass(frozen=True)
class Limits:
    """All thresholds of a run.

    Examples
    --------
    >>> limits = Limits.of_study({"key_emitter_co2": 10000.0})
    >>> limits["key_emitter_co2"], limits.row("key_emitter_co2").status
    (10000.0, 'study')
    """

    rows: Mapping[str, Limit]

    @classmethod
    def of_study(cls, overrides: Mapping[str, float]) -> Limits:
        """Return the packaged thresholds with those that a study puts in their place; it names only known ones."""
        rows = {
            row["id"]: Limit(
                row["id"], float(row["value"]), row["unit"], row["zh"], row["en"], row["source"], row["status"]
            )
            for row in read("thresholds")
        }
        for name, number in overrides.items():
            old = rows[name]
            rows[name] = Limit(name, float(number), old.unit, old.zh, old.en, "study.toml", "study")
        return cls(rows)

    def __getitem__(self, name: str) -> float:
        return self.rows[name].value

    def row(self, name: str) -> Limit:
        """Return the whole row of a threshold."""
        return self.rows[name]
