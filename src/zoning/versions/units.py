"""Which unit became which: the same, renumbered, split, merged, recut, new or dropped; nothing depends on the order.

Where both layers are known the ground decides: units whose overlap is at least ``shared_area`` of the smaller one
belong together, and what belongs together in turn is one match. Other units are matched by code, name and clauses:
first one to one, by the assignment with the largest sum of scores, then units that are left over are joined to the
match that holds their clauses under a name that fits. All numbers stand in ``version_settings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zoning.tables import numbers
from zoning.versions.assignment import assigned
from zoning.versions.evidence import Evidence, Ground, Unit
from zoning.versions.model import UnitMatch
from zoning.versions.naming import Name
from zoning.versions.nearby import near

__all__ = ["match_units"]

_Pair = tuple[str, str]
_Units = tuple[Mapping[str, Unit], Mapping[str, Unit]]
_KINDS = {(True, True): "RECUT", (True, False): "MERGED", (False, True): "SPLIT"}


def match_units(
    old: Mapping[str, Unit], new: Mapping[str, Unit], ground: Ground | None = None
) -> tuple[UnitMatch, ...]:
    """Return what became of the units: every unit of both versions is in exactly one match, in the order of codes.

    Parameters
    ----------
    old, new : mapping of str to Unit
        From :func:`zoning.versions.units_of`.
    ground : Ground, optional
        Areas of both layers; units that they do not know are matched by code, name and clauses.

    Examples
    --------
    >>> old = {"ZH1": Unit("ZH1", "甲镇单元1"), "ZH2": Unit("ZH2", "乙镇单元")}
    >>> new = {"ZH1": Unit("ZH1", "甲镇单元1"), "ZH9": Unit("ZH9", "乙镇单元")}
    >>> [(match.kind, match.old, match.new) for match in match_units(old, new)]
    [('SAME', ('ZH1',), ('ZH1',)), ('RENUMBERED', ('ZH2',), ('ZH9',))]
    """
    units = old, new
    evidence = Evidence(old, new, ground or Ground())
    links = _by_ground(units, evidence.ground)
    links |= _by_identity(_rest(units, links), evidence)
    rest = _rest(units, links)
    scored = _scored(rest, evidence)
    links |= assigned(tuple(rest[0]), tuple(rest[1]), scored)
    links |= _joined(units, links, evidence)
    return _matches(units, links, scored, evidence)


def _set(name: str) -> float:
    return numbers("version_settings")[name]


def _rest(units: _Units, links: Iterable[_Pair]) -> _Units:
    """Return the units that no link has yet."""
    taken = {one for one, _ in links}, {other for _, other in links}
    old, new = ({code: side[code] for code in side if code not in had} for side, had in zip(units, taken, strict=True))
    return old, new


def _by_ground(units: _Units, ground: Ground) -> set[_Pair]:
    old, new = units
    least = _set("shared_area")
    listed = (pair for pair in ground.shared if pair[0] in old and pair[1] in new)
    return {pair for pair in listed if (ground.share(*pair) or 0.0) >= least}


def _by_identity(units: _Units, evidence: Evidence) -> set[_Pair]:
    """Return the units whose code and name stayed; without names their clauses must have stayed."""
    old, new = units
    found = set()
    for code in old.keys() & new.keys():
        names = old[code].name, new[code].name
        stayed = evidence.names.similarity(*names) == 1.0 if all(names) else old[code].words == new[code].words
        if stayed and not _elsewhere((code, code), evidence):
            found.add((code, code))
    return found


def _elsewhere(pair: _Pair, evidence: Evidence) -> bool:
    """Tell whether both layers know the units and the ground does not hold them together."""
    share = evidence.ground.share(*pair)
    return share is not None and share < _set("shared_area")


def _scored(units: _Units, evidence: Evidence) -> dict[_Pair, float]:
    """Return the scores of the pairs that may be one unit."""
    least = _set("unit_pair")
    scores = {pair: evidence.score(*pair) for pair in near(*units) if not _elsewhere(pair, evidence)}
    return {pair: score for pair, score in scores.items() if score >= least}


def _joined(units: _Units, links: set[_Pair], evidence: Evidence) -> set[_Pair]:
    """Return the links of units that are left over and are parts: new ones of a split, old ones of a merger."""
    left = _rest(units, links)
    partners: dict[tuple[int, str], list[str]] = {}
    for old, new in links:
        partners.setdefault((0, old), []).append(new)
        partners.setdefault((1, new), []).append(old)
    found: set[_Pair] = set()
    for side in (0, 1):
        both: _Units = (units[0], left[1]) if side == 1 else (left[0], units[1])
        best: dict[str, tuple[float, _Pair]] = {}
        for pair in near(*both, parts=True):
            whole, part = pair[1 - side], pair[side]
            fit = _part_fit(pair, side, units, partners.get((1 - side, whole), []), evidence)
            if fit and fit > best.get(part, (0.0, pair))[0]:
                best[part] = fit, pair
        found |= {pair for _, pair in best.values()}
    return found


def _part_fit(pair: _Pair, side: int, units: _Units, partners: list[str], evidence: Evidence) -> float:
    """Return how well a unit that is left over fits as a part of a unit of the other version; 0 where it does not.

    The whole must have lost its code, or the serial of the part must go on from its own: else the part is a new unit
    whose clauses were pasted.
    """
    whole, part = units[1 - side][pair[1 - side]], units[side][pair[side]]
    if _elsewhere(pair, evidence) or (whole.unit_class and part.unit_class and whole.unit_class != part.unit_class):
        return 0.0
    inside = evidence.shared_clauses(*pair)[1]
    name = evidence.names.similarity(whole.name, part.name)
    stands = whole.code in units[side] and not _goes_on(whole.name, part.name)
    if stands or inside < _set("part_clauses"):
        return 0.0
    twins = (evidence.names.similarity(units[side][code].name, part.name) for code in partners)
    name = max(name, *twins) if partners else name
    named = bool(whole.name and part.name)
    if named and name < _set("part_name"):
        return 0.0
    return (inside + name) / 2 if named else inside


def _goes_on(whole: str, part: str) -> bool:
    a, b = Name.of(whole), Name.of(part)
    return a.stem == b.stem and len(b.serial) > len(a.serial) and b.serial[: len(a.serial)] == a.serial


def _matches(
    units: _Units, links: set[_Pair], scored: Mapping[_Pair, float], evidence: Evidence
) -> tuple[UnitMatch, ...]:
    """Return the matches: what hangs together by links is one, what has no link is new or dropped."""
    left = _rest(units, links)
    found = [UnitMatch("DROPPED", (code,), ()) for code in left[0]] + [
        UnitMatch("NEW", (), (code,)) for code in left[1]
    ]
    rivals = _rivals(scored)
    for group in _groups(links):
        old, new = (tuple(sorted({pair[side] for pair in group})) for side in (0, 1))
        kind = _KINDS.get((len(old) > 1, len(new) > 1), "SAME" if old == new else "RENUMBERED")
        whole = evidence.fit if kind in ("SAME", "RENUMBERED") else evidence.fit_of_part
        fits = {pair: whole(*pair) for pair in group}
        weakest = min(sorted(fits), key=fits.__getitem__)
        close = any(_close(pair, group, scored, rivals) for pair in group)
        proof = tuple((name, round(value, 6)) for name, value in evidence.of(*weakest).items())
        found.append(UnitMatch(kind, old, new, round(fits[weakest], 6), _certainty(fits[weakest], close=close), proof))
    return tuple(sorted(found, key=lambda match: (match.old or match.new, match.old, match.new)))


def _groups(links: set[_Pair]) -> list[list[_Pair]]:
    """Return the links by what hangs together."""
    groups: dict[_Pair, list[_Pair]] = {}
    owner: dict[tuple[int, str], _Pair] = {}
    for pair in sorted(links):
        homes = {owner[node] for node in ((0, pair[0]), (1, pair[1])) if node in owner}
        merged = [pair] + [link for home in homes for link in groups.pop(home)]
        groups[pair] = merged
        owner |= {(side, link[side]): pair for link in merged for side in (0, 1)}
    return [sorted(group) for _, group in sorted(groups.items())]


def _rivals(scored: Mapping[_Pair, float]) -> dict[tuple[int, str], list[_Pair]]:
    found: dict[tuple[int, str], list[_Pair]] = {}
    for pair in scored:
        for side in (0, 1):
            found.setdefault((side, pair[side]), []).append(pair)
    return found


def _close(
    pair: _Pair, group: list[_Pair], scored: Mapping[_Pair, float], rivals: Mapping[tuple[int, str], list[_Pair]]
) -> bool:
    """Tell whether a unit outside of the match fits nearly as well."""
    if pair not in scored:
        return False
    own = {link[0] for link in group}, {link[1] for link in group}
    others = [link for side in (0, 1) for link in rivals[side, pair[side]] if link[1 - side] not in own[1 - side]]
    return any(scored[pair] - scored[link] < _set("part_margin") for link in others)


def _certainty(fit: float, *, close: bool) -> str:
    if close or fit < _set("unit_probable"):
        return "possible"
    return "sure" if fit >= _set("unit_sure") else "probable"
