"""The map on the start page: the units by the theme that tells most, with its legend in both languages."""

from __future__ import annotations

from zoning.cartography.model import Entry
from zoning.cartography.picture import most_telling, picture_of
from zoning.cartography.themes import Theme, themes
from zoning.frontpage.tongues import both, in_both, told
from zoning.htmltree import Child, swatch, tag
from zoning.messages import LANGUAGES, listed, say
from zoning.result import Result
from zoning.symbology import Symbol

__all__ = ["picture"]


def picture(result: Result, map_path: str, lang: str) -> list[Child]:
    """Return the picture of the units; nothing if no theme has a value.

    Parameters
    ----------
    result : Result
        Units and what they are coloured by.
    map_path : str
        Where the interactive map lies, so that a unit opens it there; empty if there is none.
    lang : str
        Language that stands first.
    """
    shown = most_telling(themes(result, lang))
    if shown is None:
        return []
    named = {one: shown if one == lang else _same(result, shown, one) for one in LANGUAGES}
    texts = {one: _texts(named[one], one) for one in LANGUAGES}
    drawn = picture_of(result, shown, texts[lang], map_path)
    about = [element for element in drawn.svg if element.tag in ("title", "desc")]
    for element, words in zip(about, (lambda one: texts[one][0], lambda one: texts[one][1]), strict=True):
        told(element, words, lang)
    hint = "merged" if drawn.merged else ("click" if drawn.linked and map_path else "plain")
    legend = in_both(lambda one: [_item(entry, one) for entry in named[one].entries], lang, "ul", class_="legend")
    notes = in_both(lambda one: [say(f"index.picture.{hint}", one)], lang, "p", class_="soft")
    title = tag("h2", *both(lambda one: texts[one][0], lang))
    return [title, tag("figure", drawn.svg, tag("figcaption", *legend, *notes))]


def _same(result: Result, shown: Theme, lang: str) -> Theme:
    """Return a theme in another language."""
    return next(one for one in themes(result, lang) if one.id == shown.id)


def _texts(theme: Theme, lang: str) -> tuple[str, str]:
    """Return the title, and what the picture shows in words: every class with its number of units."""
    parts = [say("index.picture.part", lang, label=one.label, count=one.count) for one in theme.entries]
    title = say("index.picture.title", lang, theme=theme.title)
    return title, say("index.picture.desc", lang, parts=listed(parts, lang))


def _item(entry: Entry, lang: str) -> Child:
    shown = Symbol("", entry.key, entry.label, entry.label, entry.fill, entry.outline, entry.hatch)
    return tag("li", swatch(shown), say("index.picture.part", lang, label=entry.label, count=entry.count))
