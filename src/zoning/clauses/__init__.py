"""Access-list clauses (准入清单条款): split, understood, scoped; text only, no files and no geometry.

>>> clause = clauses_of_cell("1-1.【能源】2027年底前淘汰10台燃煤锅炉。", code="ZH1", level="unit")[0]
>>> clause.label.carbon_state, clause.label.modality, clause.label.grade, clause.scope.reach
('CARBON_COUPLED', 'EXIT', 2, 'OBJECT')
"""

from zoning.clauses.cells import clauses_of_cell, judged_again
from zoning.clauses.classify import classify, classify_clauses
from zoning.clauses.counting import counting_grade, counts_for_carbon, counts_for_energy
from zoning.clauses.crosswalk import sector_of_industry
from zoning.clauses.lexicon import Lexicon, default_lexicon, lexicon_with
from zoning.clauses.model import (
    ABOUT_CARBON,
    CARBON_STATES,
    DIMENSIONS,
    LEVELS,
    MODALITIES,
    AccessList,
    Address,
    Clause,
    Cue,
    Entry,
    Label,
    Scope,
)
from zoning.clauses.quantities import Quantity, deadline, deadlines, quantities
from zoning.clauses.references import Reference, references
from zoning.clauses.scope import scope_of
from zoning.clauses.split import Piece, split_cell
from zoning.clauses.two_high import two_high_codes, two_high_list

__all__ = [
    "ABOUT_CARBON",
    "CARBON_STATES",
    "DIMENSIONS",
    "LEVELS",
    "MODALITIES",
    "AccessList",
    "Address",
    "Clause",
    "Cue",
    "Entry",
    "Label",
    "Lexicon",
    "Piece",
    "Quantity",
    "Reference",
    "Scope",
    "classify",
    "classify_clauses",
    "clauses_of_cell",
    "counting_grade",
    "counts_for_carbon",
    "counts_for_energy",
    "deadline",
    "deadlines",
    "default_lexicon",
    "judged_again",
    "lexicon_with",
    "quantities",
    "references",
    "scope_of",
    "sector_of_industry",
    "split_cell",
    "two_high_codes",
    "two_high_list",
]
