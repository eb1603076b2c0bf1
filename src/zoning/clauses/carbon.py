"""Carbon state: whether a clause speaks of carbon, acts on fossil fuel and heavy capacity, or only on energy.

The first state whose rules find words that count wins: CARBON, CARBON_COUPLED, ENERGY_ONLY; else NONE. A statement of
facts also counts by what it describes (coal burnt here).
"""

from __future__ import annotations

from zoning.clauses.lexicon import Hit, Lexicon
from zoning.clauses.reading import Reading

__all__ = ["carbon_state"]

_STATES = ("CARBON", "CARBON_COUPLED", "ENERGY_ONLY")


def _found(lexicon: Lexicon, text: str, modality: str) -> Hit | None:
    for state in _STATES:
        hit = lexicon.first(f"carbon.{state}", text)
        if hit is None and state == "CARBON_COUPLED" and modality == "STATEMENT":
            hit = lexicon.first("carbon.statement", text)
        if hit is not None:
            return hit
    return None


def carbon_state(reading: Reading, modality: str, lexicon: Lexicon) -> Hit | None:
    """Return the words that decide the carbon state; of a NONE, the words left out (value ``NONE``), or None.

    Parameters
    ----------
    reading : Reading
        The clause.
    modality : str
        Its modality, for statements count by what they describe.
    lexicon : Lexicon
        The rules (kinds ``carbon.CARBON, carbon.CARBON_COUPLED, carbon.statement, carbon.ENERGY_ONLY``).
    """
    found = _found(lexicon, reading.carbon, modality)
    if found is not None or not reading.left_out:
        return found
    apparent = _found(lexicon, reading.normal.text, modality)
    if apparent is None:
        return None
    for hit in reading.left_out:
        if hit.start < apparent.end and apparent.start < hit.end:
            return Hit(hit.rule, "NONE", hit.start, hit.end)
    return None
