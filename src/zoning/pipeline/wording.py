"""The words by which a study reads clauses: the packaged rules with the rows of its own tables."""

from __future__ import annotations

from zoning.clauses import AccessList, Lexicon, default_lexicon, judged_again, lexicon_with
from zoning.errors import InputError, Severity
from zoning.io.read.extensions import extended_tables
from zoning.study import Study

__all__ = ["study_lexicon", "worded"]


def study_lexicon(study: Study) -> Lexicon:
    """Return the lexicon of a study: its rows of ``clause_lexicon`` and ``clause_industries`` before the packaged ones.

    Faulty tables are findings of their own; with them the packaged rules stand.
    """
    if study.tables is None:
        return default_lexicon()
    try:
        extended = extended_tables(study)
    except InputError:
        return default_lexicon()
    if any(found.severity is Severity.ERROR for found in extended.findings):
        return default_lexicon()
    return lexicon_with(extended.rows("clause_lexicon"), extended.rows("clause_industries"))


def worded(study: Study, lists: tuple[AccessList, ...]) -> tuple[AccessList, ...]:
    """Return lists judged by the words of a study; without words of its own, the same lists."""
    lexicon = study_lexicon(study)
    return lists if lexicon is default_lexicon() else tuple(judged_again(one, lexicon) for one in lists)
