"""The public edition: a result without what only officials may see.

Enterprises, department tables, drafts, comments and the names of files and persons are not in it; numbers behind which
few enterprises stand are withheld, the others rounded, borders coarsened. What is kept is named row by row in
``tables/edition_rules.csv``; what no row names is left out. Every deliverable of the edition is made from this result,
so that nothing can be forgotten in one of them.
"""

from __future__ import annotations

from dataclasses import replace

from zoning.edition.borders import coarse_fragments, coarse_units, coarse_zones
from zoning.edition.figures import public_conservation, public_decisions, public_ledger
from zoning.edition.stated import public_findings, public_lists, public_provenance, public_reasons, public_study
from zoning.edition.withheld import telling_species, withheld_numbers
from zoning.judge import register_table
from zoning.register import Register
from zoning.result import Result

__all__ = ["public_edition"]


def public_edition(result: Result) -> Result:
    """Return the public edition of a result; that of a public edition is itself.

    Parameters
    ----------
    result : Result
        As a run found it.

    Returns
    -------
    Result
        The same units and decisions; what no row of ``tables/edition_rules.csv`` names is left out.
    """
    if result.edition == "public":
        return result
    withheld = withheld_numbers(result)
    return replace(
        result,
        study=public_study(result.study),
        units=coarse_units(result.units),
        zones=tuple(coarse_zones(zones) for zones in result.zones),
        emitters=None,
        fragments=coarse_fragments(result.fragments),
        ledger=public_ledger(result.ledger, withheld),
        conservation=public_conservation(result.conservation, telling_species(result)),
        lists=public_lists(result.lists),
        proxy_audit=result.proxy_audit.iloc[:0],
        plans=(),
        reasons=public_reasons(result.reasons),
        decisions=public_decisions(result.decisions, withheld),
        findings=public_findings(result.findings, withheld),
        provenance=public_provenance(result.provenance),
        inventory=None,
        drafts=(),
        edits=(),
        register=register_table(Register(), ()),
        comments=(),
        suggestions=(),
        fields=(),
        edition="public",
    )
