"""The id of each enterprise: its credit code where one is valid and its own, else a name with a mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from zoning.inventory.linkage.clusters import Clusters
from zoning.inventory.linkage.evidence import Evidence

__all__ = ["name_enterprises", "shared_codes"]


def name_enterprises(evidence: Sequence[Evidence], clusters: Clusters) -> dict[int, str]:
    """Return the id of each enterprise by the piece that stands for it.

    Parameters
    ----------
    evidence : sequence of Evidence
    clusters : Clusters

    Returns
    -------
    dict
        The credit code; where several enterprises carry one code, only the one that is no branch has it if there is
        just one, and the others have their name behind it; without a code the name and a mark made of its words.
    """
    shared = shared_codes(evidence, clusters)
    names: dict[int, str] = {}
    for top, pieces in _pieces(evidence, clusters).items():
        best = min(pieces, key=lambda at: (not evidence[at].valid, -len(evidence[at].refs), evidence[at].key))
        one = evidence[best]
        if not one.valid:
            names[top] = f"{one.text}#{min(evidence[at].key for at in pieces)}"
        elif one.valid in shared and top != shared[one.valid]:
            names[top] = f"{one.valid}/{one.text}"
        else:
            names[top] = one.valid
    return names


def shared_codes(evidence: Sequence[Evidence], clusters: Clusters) -> Mapping[str, int]:
    """Return each code that several enterprises carry, with the one that it is left to (-1: none)."""
    tops: dict[str, set[int]] = defaultdict(set)
    for piece, one in enumerate(evidence):
        if one.valid:
            tops[one.valid].add(clusters.top(piece))
    pieces = _pieces(evidence, clusters)
    found: dict[str, int] = {}
    for code, carried in tops.items():
        if len(carried) > 1:
            whole = [top for top in carried if not all(evidence[at].name.branch for at in pieces[top])]
            found[code] = whole[0] if len(whole) == 1 else -1
    return found


def _pieces(evidence: Sequence[Evidence], clusters: Clusters) -> dict[int, list[int]]:
    pieces: dict[int, list[int]] = defaultdict(list)
    for piece in range(len(evidence)):
        pieces[clusters.top(piece)].append(piece)
    return pieces
