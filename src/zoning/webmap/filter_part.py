"""What the units of the map can be filtered by: groups of choices, and for each unit its choice in every group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from zoning.cartography.layers import codes_of
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import Look, look_of
from zoning.symbology.figures import named

__all__ = ["filter_part"]

_GROUPS = ("decision", "unit_class", "reasons", "carbon_state", "evidence_class", "tier")
_NONE = "NO_DATA"
_RULES = "reasons"


def filter_part(result: Result, lang: str = "zh") -> dict[str, Any]:
    """Return the groups of choices of a result; a group in which all units are alike is left out.

    Parameters
    ----------
    result : Result
        Units with their decisions.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    dict
        ``groups``: ``id, title, entries`` (``key, label``; ``fill, outline, hatch`` where the class has a colour) and
        ``places``: per unit, in the order of the units, the place of its entry, or a list where it has several.
    """
    table = result.decisions.reindex(list(result.units.codes))
    look = look_of(result.study)
    found = [_group(name, _choices(name, table[name]), look, lang) for name in _GROUPS if name in table]
    return {"groups": [group for group in found if len(group["entries"]) > 1]}


def _choices(name: str, column: Iterable[Any]) -> list[tuple[str, ...]]:
    """Return the codes of every unit: of its rules all that hold, of anything else one."""
    if name != _RULES:
        return [(code,) for code in codes_of(column)]
    return [tuple(map(str, rules)) if isinstance(rules, Collection) and len(rules) else (_NONE,) for rules in column]


def _group(name: str, codes: list[tuple[str, ...]], look: Look, lang: str) -> dict[str, Any]:
    counts = Counter(code for several in codes for code in several)
    theme = "driving_rule" if name == _RULES else name
    order = [one.code for one in look.symbols(theme)] if theme in look.themes else []
    order += sorted(set(counts) - {_NONE, *order})
    keys = [key for key in (*order, _NONE) if counts[key]]
    places = {key: place for place, key in enumerate(keys)}
    return {
        "id": name,
        "title": say(f"map2.filter.{name}", lang),
        "entries": [_entry(name, key, look, lang) for key in keys],
        "places": [
            places[several[0]] if len(several) == 1 else [places[code] for code in several] for several in codes
        ],
    }


def _entry(name: str, key: str, look: Look, lang: str) -> dict[str, str]:
    if key == _NONE:
        return {"key": key, "label": say(f"map2.filter.without.{name}", lang)}
    if name not in look.themes:
        return {"key": key, "label": named(key, lang)}
    one = look.symbol(name, key)
    return {"key": key, "label": one.label(lang), "fill": one.fill, "outline": one.outline, "hatch": one.hatch}
