"""Whether the colours and limits a study states can be used: known, without gaps, and told apart by every reader."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from zoning.errors import Finding
from zoning.messages import Both, finding, listed, say
from zoning.study import LimitInput, Study, SymbolInput, SymbologyInput
from zoning.symbology.look import Look, look_of, packaged_look
from zoning.symbology.model import HATCHES, ClassLimit, Symbol
from zoning.symbology.seeing import DEFICIENCIES, difference, lightness
from zoning.tables import numbers

__all__ = ["check_look"]

_INLINE = "study.toml"


def check_look(study: Study) -> tuple[Finding, ...]:
    """Return the faults of the colours, hatches and class limits of a study; none if it states none.

    Parameters
    ----------
    study : Study
        With the content of its ``[symbology]``.

    Returns
    -------
    tuple of Finding
        ``SYMBOL_UNKNOWN`` (error): a theme, class or hatch that does not exist, the nearest one named.
        ``LIMITS_FAULTY`` (error): limits with a gap, an overlap, out of order, or that leave numbers without a class.
        ``SYMBOL_ALIKE`` (warning): two classes that cannot be told apart in greyscale or with a red-green deficiency.
        Themes with an error are not looked at for likeness.

    Examples
    --------
    >>> from zoning.study import parse_study
    >>> content = {"study": {"name": "x", "admin_code": "350000"}, "years": {"base": 2020}, "units": {"path": "u"}}
    >>> stated = {"symbology": {"classes": {"decision": {"NED": {"fill": "#A50026"}}}}}
    >>> [str(found.code) for found in check_look(parse_study(content | stated, root="."))]
    ['SYMBOL_UNKNOWN']
    """
    own = study.symbology
    if own is None:
        return ()
    file = own.path or _INLINE
    errors = (*_unknown(own, file), *_faulty(own, file))
    wrong = {found.layer for found in errors}
    sound = own.model_copy(update={name: _without(getattr(own, name), wrong) for name in ("classes", "limits")})
    return (*errors, *_alike(look_of(study.model_copy(update={"symbology": sound})), sound, file))


def _without(stated: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    return {theme: content for theme, content in stated.items() if theme not in wrong}


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    lowered = {one.lower(): one for one in names}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.0)
    return lowered[close[0]] if close else "—"


def _names(known: Iterable[str]) -> Both:
    names = list(known)
    return Both(listed(names, "zh"), listed(names, "en"))


def _unknown(own: SymbologyInput, file: str) -> Iterator[Finding]:
    look = packaged_look()
    for part, stated, known in (
        ("classes", own.classes, look.themes),
        ("limits", own.limits, look.numeric_themes),
    ):
        for theme in sorted(set(stated) - set(known)):
            where = {"file": file, "layer": theme, "field": f"symbology.{part}", "value": theme}
            nearest = _nearest(theme, known)
            yield finding("SYMBOL_UNKNOWN", "theme", where=where, part=part, nearest=nearest, known=_names(known))
    for theme in own.classes:
        if theme in look.themes:
            yield from _unknown_classes(theme, own.classes[theme], file)


def _unknown_classes(theme: str, stated: Mapping[str, SymbolInput], file: str) -> Iterator[Finding]:
    known = [one.code for one in packaged_look().symbols(theme)]
    for code, change in stated.items():
        field = f"symbology.classes.{theme}"
        if code not in known:
            where = {"file": file, "layer": theme, "field": field, "value": code}
            yield finding("SYMBOL_UNKNOWN", "class", where=where, nearest=_nearest(code, known), known=_names(known))
        if change.hatch and change.hatch not in HATCHES:
            where = {"file": file, "layer": theme, "field": f"{field}.{code}.hatch", "value": change.hatch}
            hatch = _nearest(change.hatch, HATCHES)
            yield finding("SYMBOL_UNKNOWN", "hatch", where=where, nearest=hatch, known=_names(HATCHES))


def _faulty(own: SymbologyInput, file: str) -> Iterator[Finding]:
    look = packaged_look()
    for theme, stated in own.limits.items():
        if theme in look.numeric_themes:
            where = {"file": file, "layer": theme, "field": f"symbology.limits.{theme}"}
            yield from _faults_of(stated, look.class_limits(theme)[0].lower, where)


def _faults_of(stated: Sequence[LimitInput], start: float, where: dict[str, Any]) -> Iterator[Finding]:
    """Return what keeps limits from giving every number from ``start`` on exactly one class."""
    if not stated:
        yield finding("LIMITS_FAULTY", "empty", where=where)
        return
    for row, one in enumerate(stated, start=1):
        if not one.lower < one.upper:
            at = where | {"row": row, "value": f"{one.lower:,g}"}
            yield finding("LIMITS_FAULTY", "reversed", where=at, upper=f"{one.upper:,g}")
    if any(after.lower < before.lower for before, after in itertools.pairwise(stated)):
        yield finding("LIMITS_FAULTY", "unsorted", where=where)
    yield from _uncovered(stated, start, where)


def _uncovered(stated: Sequence[LimitInput], start: float, where: dict[str, Any]) -> Iterator[Finding]:
    """Return where numbers have no class, or two."""
    ordered = sorted(stated, key=lambda one: (one.lower, one.upper))
    for before, after in itertools.pairwise(ordered):
        if before.upper != after.lower:
            key = "gap" if before.upper < after.lower else "overlap"
            slots: dict[str, Any] = {"upper": f"{before.upper:,g}", "lower": f"{after.lower:,g}"}
            yield finding("LIMITS_FAULTY", key, where=where | {"row": stated.index(after) + 1}, **slots)
    first, last = ordered[0].lower, ordered[-1].upper
    if first > start:
        yield finding("LIMITS_FAULTY", "start", where=where | {"value": f"{first:,g}"}, start=f"{start:,g}")
    if last < float("inf"):
        yield finding("LIMITS_FAULTY", "end", where=where | {"value": f"{last:,g}"})


def _alike(look: Look, own: SymbologyInput, file: str) -> Iterator[Finding]:
    for theme in own.classes:
        where = {"file": file, "layer": theme, "field": f"symbology.classes.{theme}"}
        for one, other in itertools.combinations(look.symbols(theme), 2):
            if one.hatch == other.hatch:
                yield from _seen_alike((one, other), where)
    for theme in own.limits:
        where = {"file": file, "layer": theme, "field": f"symbology.limits.{theme}"}
        yield from _steps_alike(look.class_limits(theme), where)


def _seen_alike(pair: tuple[Symbol, Symbol], where: dict[str, Any]) -> Iterator[Finding]:
    """Return where two classes with the same hatch are too close: in greyscale, or for either deficiency."""
    one, other = pair
    least = numbers("symbology_limits")
    named: dict[str, Any] = {"one": one.code, "other": other.code, "hatch": one.hatch or "—"}
    grey, grey_of_other = lightness(one.fill), lightness(other.fill)
    at = where | {"value": f"{one.fill} {other.fill}"}
    if abs(grey - grey_of_other) < least["lightness"]:
        measured: dict[str, Any] = {
            "first": f"{grey:.0f}",
            "second": f"{grey_of_other:.0f}",
            "least": f"{least['lightness']:g}",
        }
        yield finding("SYMBOL_ALIKE", "grey", where=at, **named, **measured)
    for deficiency in DEFICIENCIES:
        apart = difference(one.fill, other.fill, deficiency)
        if apart < least["difference"]:
            name = Both(say(f"seeing.{deficiency}", "zh"), say(f"seeing.{deficiency}", "en"))
            measured = {"apart": f"{apart:.1f}", "least": f"{least['difference']:g}"}
            yield finding("SYMBOL_ALIKE", "colour", where=at, deficiency=name, **named, **measured)


def _steps_alike(limits: tuple[ClassLimit, ...], where: dict[str, Any]) -> Iterator[Finding]:
    """Return the classes of numbers that lie too close in lightness; sinks only against the class beside them."""
    least = numbers("symbology_limits")["lightness_step"]
    for place, other in itertools.combinations(range(len(limits)), 2):
        low, high = limits[place], limits[other]
        if low.lower < 0 and other != place + 1:
            continue
        first, second = lightness(low.fill), lightness(high.fill)
        if abs(first - second) < least:
            names = [Both(limit.label("zh"), limit.label("en")) for limit in (low, high)]
            measured: dict[str, Any] = {"first": f"{first:.0f}", "second": f"{second:.0f}", "least": f"{least:g}"}
            at = where | {"value": f"{low.fill} {high.fill}"}
            yield finding("SYMBOL_ALIKE", "step", where=at, one=names[0], other=names[1], **measured)
