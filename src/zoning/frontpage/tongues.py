"""Both languages in one page: every part stands in it twice, and a button shows the one or the other.

Without a script both are shown, the chosen one first. An element with ``data-in`` is of one language; one with
``data-zh`` and ``data-en`` has its text (or hint) exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree import ElementTree as ET

from zoning.htmltree import Child, tag
from zoning.messages import LANGUAGES

__all__ = ["CODES", "both", "in_both", "order", "told"]

CODES = {"zh": "zh-CN", "en": "en"}
"""Language → what a browser calls it."""


def order(first: str) -> tuple[str, ...]:
    """Return the languages, the one that is shown first at the head.

    Examples
    --------
    >>> order("en")
    ('en', 'zh')
    """
    return tuple(sorted(LANGUAGES, key=lambda lang: lang != first))


def in_both(make: Callable[[str], Iterable[Child]], first: str, name: str = "div", **attributes: str) -> list[Child]:
    """Return a part once in each language; nothing if there is nothing to say.

    Parameters
    ----------
    make : callable
        Returns the content in a language.
    first : str
        Language that stands first.
    name : str
        Element around each.
    **attributes : str
        Of both elements; ``{lang}`` in a value is the language.
    """
    made: list[Child] = []
    for lang in order(first):
        content = list(make(lang))
        if content:
            own = {key: value.format(lang=lang) for key, value in attributes.items()}
            made.append(tag(name, *content, lang=CODES[lang], data_in=lang, **own))
    return made


def both(make: Callable[[str], Child], first: str) -> list[Child]:
    """Return words in both languages, once if they are the same in both.

    Examples
    --------
    >>> both(lambda lang: "A", "zh")
    ['A']
    >>> [one.attrib["lang"] for one in both(lambda lang: {"zh": "甲", "en": "A"}[lang], "zh")]
    ['zh-CN', 'en']
    """
    words = {lang: make(lang) for lang in LANGUAGES}
    if isinstance(words["zh"], str) and words["zh"] == words["en"]:
        return [words["zh"]]
    return [tag("span", words[lang], lang=CODES[lang], data_in=lang) for lang in order(first)]


def told(element: ET.Element, words: Callable[[str], str], first: str) -> ET.Element:
    """Return an element whose text, or hint if it is a field, is exchanged with the language."""
    for lang in LANGUAGES:
        element.set(f"data-{lang}", words(lang))
    if element.tag == "input":
        element.set("placeholder", words(first))
        element.set("aria-label", words(first))
    else:
        element.text = words(first)
    return element
