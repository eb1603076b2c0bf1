"""What a treatment removes: words of departments (``UV光解+活性炭``, ``双碱法+布袋``) as a removal efficiency."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from zoning.factors import Factor, Registry
from zoning.inventory.emissions.model import REPORTED

__all__ = ["removal"]

_BETWEEN = re.compile(r"[+、，,;；/\\&和及与\s]+|串联")


def _plain(text: str) -> str:
    return re.sub(r"[\s()（）【】\[\]·]+", "", unicodedata.normalize("NFKC", text)).upper()


@cache
def _words(treatments: tuple[tuple[tuple[str, ...], Factor], ...]) -> tuple[tuple[str, Factor], ...]:
    """Words with their factor, longest first: 湿式电除尘 is no 电除尘."""
    pairs = [(_plain(word), factor) for words, factor in treatments for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def _found(part: str, words: tuple[tuple[str, Factor], ...]) -> Factor | None:
    exact = next((factor for word, factor in words if word == part), None)
    if exact is not None:
        return exact
    return next((factor for word, factor in words if len(word) > 1 and factor.value > 0 and word in part), None)


@lru_cache(maxsize=4096)
def removal(
    texts: tuple[str, ...], species: str, registry: Registry
) -> tuple[float, tuple[Factor, ...], tuple[str, ...]]:
    """Return what treatments in a row leave of a species.

    Parameters
    ----------
    texts : tuple of str
        Treatments as written; several in one text stand behind each other: what one lets through the next one gets.
    species : str
        ``SO2, NOx, PM`` or ``VOC``.

    Returns
    -------
    removed : float
        1 − Π (1 − efficiency), 0 to 1; 0 where no treatment is named.
    factors : tuple of Factor
        Efficiencies used.
    unknown : tuple of str
        Parts of the texts that are a treatment of no species the registry knows.

    Examples
    --------
    >>> removed, _, unknown = removal(("低氮燃烧+SCR",), "NOx", Registry.packaged())
    >>> round(removed, 3), unknown
    (0.895, ())
    """
    mine = _words(registry.removals(species))
    every = tuple(_words(registry.removals(one)) for one in REPORTED)
    left, used, unknown = 1.0, [], []
    for text in texts:
        whole = next((factor for word, factor in mine if word == _plain(text)), None)
        for part in [text] if whole is not None else filter(None, _BETWEEN.split(text)):
            factor = whole or _found(_plain(part), mine)
            if factor is not None:
                left *= 1.0 - factor.value
                used.append(factor)
            elif not any(_found(_plain(part), words) for words in every):
                unknown.append(part)
    return 1.0 - left, tuple(used), tuple(unknown)
