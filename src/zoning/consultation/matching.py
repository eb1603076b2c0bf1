"""Comments → clauses: by code, name, serial number, clause number, quotation or theme; what is not found is said."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from zoning.clauses import DIMENSIONS, AccessList, Clause
from zoning.clauses.normalise import plain
from zoning.consultation.acting import action_of, proposed_text, softens
from zoning.consultation.mentions import Mentions, mentions_of, number_key
from zoning.consultation.model import Comment, Matched, Place, Target
from zoning.tables import numbers
from zoning.vocab import field_name, value

__all__ = ["Lists", "match_comments", "places_of"]

_COLUMNS = ("S", "P", "R", "Z")
_END = "。；;.,，、:： "
_ASKS_NOTHING = ("none",)


def places_of(lists: Iterable[AccessList]) -> tuple[Place, ...]:
    """Return the units of the unit lists with their names and serial numbers, in code order."""
    found: dict[str, Place] = {}
    for one in lists:
        if one.level != "unit":
            continue
        for entry in one.entries:
            serial = next((text for head, text, _ in entry.others if field_name("list", head) == "serial"), "")
            known = found.get(entry.code, Place(entry.code))
            found[entry.code] = Place(
                entry.code, known.name or entry.name, known.serial or serial, known.unit_class or entry.unit_class
            )
        for clause in one.clauses:
            found.setdefault(clause.code, Place(clause.code))
    return tuple(found[code] for code in sorted(found))


@dataclass(frozen=True)
class Lists:
    """The lists that comments are about.

    Attributes
    ----------
    lists : tuple of AccessList
        Of all levels.
    places : tuple of Place
        Units by which comments name them; those of the lists' entries where none are given.
    parks : mapping
        Name of a park → its code.
    """

    lists: tuple[AccessList, ...]
    places: tuple[Place, ...] = ()
    parks: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[Place, ...]:
        """Units with their names."""
        return self.places or places_of(self.lists)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of the units."""
        return frozenset(place.code for place in self.known)

    @cached_property
    def of_unit(self) -> Mapping[str, tuple[Clause, ...]]:
        """Clauses by unit."""
        return {code: group for one in self.lists if one.level == "unit" for code, group in one.by_code().items()}

    def of_level(self, level: str) -> tuple[Clause, ...]:
        """Clauses of the lists of a level."""
        return tuple(clause for one in self.lists if one.level == level for clause in one.clauses)

    @cached_property
    def plain(self) -> Mapping[str, str]:
        """Plain text by text of every clause."""
        return {clause.text: plain(clause.text) for one in self.lists for clause in one.clauses}


def match_comments(comments: Sequence[Comment], lists: Lists) -> tuple[Matched, ...]:
    """Return every comment with what it is about and what it asks for, in the given order.

    Departments that contradict each other (delete against keep or support of one clause, or two different texts for
    it) are named in ``conflicts``.
    """
    return _opposed([_matched(comment, lists) for comment in comments])


def _matched(comment: Comment, lists: Lists) -> Matched:
    text = f"{comment.place}：{comment.text}" if comment.place else comment.text
    mentions = mentions_of(text, lists.known)
    action, words = action_of(comment.text, mentions, ())
    if action in _ASKS_NOTHING:
        return Matched(comment, (Target("NONE||"),), "none", action, words)
    targets, how = _targets(comment, mentions, lists)
    clauses = [clause for target in targets for clause in target.clauses]
    action, words = action_of(comment.text, mentions, clauses)
    return Matched(
        comment, targets, how, action, words, proposed_text(mentions, clauses), softens(comment.text)
    )  # fmt: skip


def _targets(comment: Comment, mentions: Mentions, lists: Lists) -> tuple[tuple[Target, ...], str]:
    """Return the targets and by what they were found; a unit goes before a list, a list before words alone."""
    units, unknown, how = _units(mentions, lists)
    if units or unknown:
        found = [target for code in units for target in _in_unit(code, mentions, lists)]
        return (*found, *(Target(f"UNKNOWN:{name}||") for name in unknown)), how
    if mentions.level:
        return _in_level(mentions, lists), "level"
    if quoted := _quoted(mentions.cited(), [one for group in lists.of_unit.values() for one in group], lists):
        return tuple(Target(_notation(clause), (clause,)) for clause in quoted), "quote"
    return _wide(comment, mentions, lists)


def _wide(comment: Comment, mentions: Mentions, lists: Lists) -> tuple[tuple[Target, ...], str]:
    """Return the target of a comment that names no unit: a theme, all units, a class of them, a park, or nothing."""
    dimension = mentions.dimension
    if mentions.theme and (themed := _themed(mentions.theme, lists)):
        return (Target(f"THEME={mentions.theme}|{_common(themed)}|", tuple(themed)),), "theme"
    if mentions.everyone:
        everywhere = [one for group in lists.of_unit.values() for one in group if one.dimension == dimension]
        return (Target(f"ALL|{dimension}|", tuple(everywhere)),), "all"
    if mentions.unit_class and any(place.unit_class for place in lists.known):
        return (Target(f"CLASS={mentions.unit_class}|{dimension}|", _of_class(mentions, lists)),), "class"
    if mentions.unit_class:
        return (Target(f"CLASS={mentions.unit_class}|{dimension}|"),), "class"
    if park := _park(comment, mentions, lists):
        return (Target(f"PARK={park}|{dimension}|"),), "park"
    return (Target("NONE||"),), "none"


def _of_class(mentions: Mentions, lists: Lists) -> tuple[Clause, ...]:
    codes = [
        place.code for place in lists.known
        if (value("unit_class", place.unit_class) or place.unit_class) == mentions.unit_class
    ]  # fmt: skip
    wanted = mentions.dimension
    return tuple(one for code in codes for one in lists.of_unit.get(code, ()) if one.dimension == wanted)


def _units(mentions: Mentions, lists: Lists) -> tuple[list[str], list[str], str]:
    """Return units named, what is named and no unit has, and by what: codes go before names, names before numbers."""
    known = [code for code in mentions.codes if code in lists.codes]
    unknown = [code for code in mentions.codes if code not in lists.codes]
    for head, tail in mentions.short:
        fits = sorted(code for code in lists.codes if code.startswith(head) and code.endswith(tail))
        known += fits[:1] if len(fits) == 1 else []
        unknown += [] if len(fits) == 1 else [f"{head}…{tail}"]
    if known or unknown:
        return known, unknown, "code"
    if mentions.named:
        return list(dict.fromkeys(mentions.named)), [], "name"
    by_serial = {place.serial: place.code for place in lists.known if place.serial}
    found = [by_serial[number] for number in mentions.serials if number in by_serial]
    missing = [f"serial {number}" for number in mentions.serials if number not in by_serial]
    return found, missing, "serial"


def _in_unit(code: str, mentions: Mentions, lists: Lists) -> list[Target]:
    """Return what is meant in one unit: the clauses by number and quotation, else its dimension, else the unit."""
    own = lists.of_unit.get(code, ())
    dimension = mentions.dimension or _dimension_of_column(mentions.column)
    here = [clause for clause in own if clause.dimension == dimension] if dimension else list(own)
    numbered = _numbered(mentions, here) or (_numbered(mentions, own) if mentions.numbers else [])
    quoted = _quoted(mentions.cited(), here, lists) or _quoted(mentions.cited(), own, lists)
    both = [clause for clause in numbered if clause in quoted]
    found = both or numbered or quoted
    if found:
        return [Target(_notation(clause), (clause,)) for clause in found]
    return [Target(f"{code}|{dimension}|")]


def _dimension_of_column(column: int) -> str:
    return _COLUMNS[column - 1] if 0 < column <= len(_COLUMNS) else ""


def _numbered(mentions: Mentions, clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses by number: as written (2-1), or as counted (第4条), the written number first."""
    wanted = [number_key(number) for number in mentions.numbers]
    found = [clause for clause in clauses if clause.number and number_key(clause.number) in wanted]
    if found or not mentions.ordinals:
        return found
    by_number = [one for one in clauses if one.number and number_key(one.number) in map(str, mentions.ordinals)]
    if by_number:
        return by_number
    several = len({clause.dimension for clause in clauses}) > 1
    return [] if several else [clause for clause in clauses if clause.ordinal in mentions.ordinals]


def _in_level(mentions: Mentions, lists: Lists) -> tuple[Target, ...]:
    """Return clauses of an upper list, by number, quotation, or as the whole list."""
    clauses = lists.of_level(mentions.level)
    head = mentions.level.upper()
    here = [clause for clause in clauses if not mentions.dimension or clause.dimension == mentions.dimension]
    found = _numbered(mentions, here) or _quoted(mentions.cited(), here, lists)
    if found:
        return tuple(Target(_notation(clause, head), (clause,)) for clause in found)
    if counted := _counted(mentions.numbers, clauses):
        return tuple(Target(f"{head}|{clause.dimension}|{number}", (clause,)) for number, clause in counted)
    if mentions.numbers:
        return tuple(Target(f"UNKNOWN:{head} {number}||") for number in mentions.numbers)
    return (Target(f"{head}|{mentions.dimension}|"),)


def _counted(wanted: Sequence[str], clauses: Sequence[Clause]) -> list[tuple[str, Clause]]:
    """Return clauses of a list without numbers by theirs: 4.2 is the second clause of its fourth dimension."""
    if any(clause.number for clause in clauses):
        return []
    order = list(dict.fromkeys(clause.dimension for clause in clauses))
    place = {
        f"{order.index(clause.dimension) + 1}{sign}{clause.ordinal}": clause for clause in clauses for sign in ".-"
    }  # fmt: skip
    return [(number, place[number]) for number in wanted if number in place]


def _notation(clause: Clause, head: str = "") -> str:
    number = clause.number.rstrip(".．")
    if head:
        return f"{head}|{clause.dimension}|{number or clause.ordinal}"
    return f"{clause.code}|{clause.dimension}|{number}|{clause.ordinal}"


def _quoted(quotes: Sequence[str], clauses: Sequence[Clause], lists: Lists) -> list[Clause]:
    """Return clauses that hold any of the quotations: word for word, or else very nearly so."""
    settings = numbers("consultation_settings")
    wanted = [quote for quote in quotes if len(quote.strip(_END)) >= settings["quote_min"]]
    for quote in wanted:
        exact = [clause for clause in clauses if _holds(lists.plain[clause.text], quote)]
        if exact:
            return exact
    for quote in wanted:
        ranked = [(_similar(lists.plain[clause.text], quote), clause) for clause in clauses]
        best = max((score for score, _ in ranked), default=0.0)
        if best >= settings["quote_similar"]:
            return [clause for score, clause in ranked if score == best]
    return []


def _holds(text: str, quote: str) -> bool:
    """Whether the pieces of a quotation cut short (…) stand in the text in their order."""
    at = 0
    for piece in quote.replace("...", "…").split("…"):
        words = piece.strip(_END)
        found = text.find(words, at)
        if found < 0:
            return False
        at = found + len(words)
    return True


def _similar(text: str, quote: str) -> float:
    """Return how much of a quotation stands in the text in its order, 0 to 1."""
    words = quote.replace(".", "").replace("…", "").strip(_END)
    blocks = difflib.SequenceMatcher(None, text, words, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(words) if words else 0.0


def _themed(theme: str, lists: Lists) -> list[Clause]:
    """Return unit clauses in which the words of a theme stand in their order, parted a few times at most."""
    gaps = numbers("consultation_settings")["theme_gaps"]
    found = []
    for group in lists.of_unit.values():
        for clause in group:
            parts = _parted(lists.plain[clause.text], theme)
            if 0 < parts <= gaps + 1:
                found.append(clause)
    return found


def _parted(text: str, words: str) -> int:
    """Return in how many pieces words stand in a text in their order, longest piece first; 0 if they do not."""
    at, begin, pieces = 0, 0, 0
    while begin < len(words):
        end = next((end for end in range(len(words), begin, -1) if text.find(words[begin:end], at) >= 0), begin)
        if end == begin:
            return 0
        at = text.find(words[begin:end], at) + end - begin
        begin, pieces = end, pieces + 1
    return pieces


def _common(clauses: Sequence[Clause]) -> str:
    found = {clause.dimension for clause in clauses}
    return min(found, key=DIMENSIONS.index) if len(found) == 1 else ""


def _park(comment: Comment, mentions: Mentions, lists: Lists) -> str:
    """Return the code of the park that writes or is named; its name where no code is known."""
    words = plain(f"{comment.department}{comment.text}")
    named = [name for name in lists.parks if plain(name) in words]
    if named:
        return lists.parks[max(named, key=lambda name: (len(name), name))]
    return comment.department.removesuffix("管委会").removesuffix("管理委员会") if mentions.own else ""


def _opposed(matched: Sequence[Matched]) -> tuple[Matched, ...]:
    """Name, for every comment on a clause, the comments of other departments that ask for the opposite."""
    out = []
    for one in matched:
        against = tuple(other.comment for other in matched if _contradict(one, other))
        out.append(replace(one, conflicts=against) if against else one)
    return tuple(out)


def _contradict(one: Matched, other: Matched) -> bool:
    if one.comment.department == other.comment.department:
        return False
    shared = {target.notation for target in one.targets if target.clauses} & {
        target.notation for target in other.targets if target.clauses
    }
    if not shared:
        return False
    if {one.action, other.action} in ({"delete", "keep"}, {"delete", "support"}):
        return True
    return bool(one.proposed and other.proposed and one.proposed != other.proposed)
