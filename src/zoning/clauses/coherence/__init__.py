"""Coherence analysis (协调性分析): environmental clauses against carbon demands, signs only.

``typed`` says what kind of clause each is, ``relations`` compares, ``matrix`` counts, ``penalties`` names end-of-pipe
clauses that raise CO2, ``gaps`` the lists that are silent on carbon.
"""

from zoning.clauses.coherence.matrix import matrix, wide
from zoning.clauses.coherence.model import RELATIONS, VERDICTS, Demand, Relation
from zoning.clauses.coherence.penalties import Penalty, penalties
from zoning.clauses.coherence.relating import Gap, gaps, relations
from zoning.clauses.coherence.types import STANDINGS, Typed, TypeHit, typed, types_of

__all__ = [
    "RELATIONS",
    "STANDINGS",
    "VERDICTS",
    "Demand",
    "Gap",
    "Penalty",
    "Relation",
    "TypeHit",
    "Typed",
    "gaps",
    "matrix",
    "penalties",
    "relations",
    "typed",
    "types_of",
    "wide",
]
