"""Where a list has room for a further clause, and in what manner it writes its clauses: cells, joints, tags, numbers.

The text of a cell is not at hand, but what stands between two clauses is known by its length: the number, the tag, and
what is left is the joint (a line break after a stop, ； before one).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from zoning.clauses import AccessList, Address, Clause, Entry
from zoning.drafts.numbering import family, first_number, next_number
from zoning.drafts.settings import words
from zoning.vocab import zone_subtype

__all__ = ["STOPS", "Cell", "Places", "places_of"]

STOPS = "。！？!?"
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Cell:
    """One cell of an entry: its whole span, and the clauses in it, in order."""

    address: Address
    clauses: tuple[Clause, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, or only a word for nothing (``/``, ``无``)."""
        if not self.clauses:
            return self.address.start == self.address.end
        return len(self.clauses) == 1 and self.clauses[0].text.strip() in words("blank").values()

    @property
    def used(self) -> bool:
        """Whether clauses stand in it."""
        return bool(self.clauses) and not self.blank

    @property
    def numbered_inside(self) -> bool:
        """Whether the number of the first clause stands in the cell, not in a column of its own."""
        return bool(self.clauses) and bool(self.clauses[0].number) and self.indent >= 0

    @property
    def style(self) -> str:
        """Style of the numbers in it; "" where they do not stand in it."""
        return family(self.clauses[0].number) if self.numbered_inside else ""

    @property
    def indent(self) -> int:
        """Characters between the number and what follows it; negative where the number is not in the cell."""
        first = self.clauses[0]
        return first.address.start - _head(first, number=True)

    @property
    def tail(self) -> int:
        """Characters behind the last clause (a ； that the reading leaves out)."""
        return max(self.address.end - self.clauses[-1].address.end, 0) if self.clauses else 0

    @property
    def joints(self) -> tuple[str, ...]:
        """What stands between its clauses, number and tag apart."""
        indent = max(self.indent, 0) if self.clauses else 0
        closed = bool(self.clauses) and (self.clauses[-1].text.endswith(tuple(STOPS)) or self.tail > 0)
        found = []
        for before, after in zip(self.clauses, self.clauses[1:], strict=False):
            head = _head(after, number=self.numbered_inside) + (indent if after.number else 0)
            left = after.address.start - before.address.end - head
            found.append(
                _joint(left, stopped=before.text.endswith(tuple(STOPS)), semicolons=closed or not after.number)
            )
        return tuple(found)


def _head(clause: Clause, *, number: bool) -> int:
    return (len(clause.number) if number else 0) + (len(clause.tag) + len("【】") if clause.tag else 0)


def _joint(left: int, *, stopped: bool, semicolons: bool) -> str:
    """Return the characters of a joint by their number; a clause without a stop is followed by ； or a line break."""
    if left <= 0:
        return ""
    if stopped:
        return "\n"
    if left > 1:
        return "；\n"
    return "；" if semicolons else "\n"


@dataclass(frozen=True)
class Places:
    """The places of one list."""

    source: AccessList

    @cached_property
    def entries(self) -> Mapping[str, tuple[Entry, ...]]:
        """Entries by code."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.source.entries:
            found[entry.code].append(entry)
        return {code: tuple(group) for code, group in found.items()}

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Clause, ...]]:
        return self.source.by_code()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes that have an entry or a clause."""
        return tuple(sorted({*self.entries, *self._by_code}))

    def clauses(self, code: str, dimension: str = "") -> tuple[Clause, ...]:
        """Return the clauses of a code, of one dimension or all."""
        return tuple(one for one in self._by_code.get(code, ()) if dimension in ("", one.dimension))

    def homes(self, code: str) -> tuple[str, ...]:
        """Return whose entries a draft for a code goes into; none where the list has no place for it.

        A unit's or region's own entry; for ``type:…`` every zone of that type; else the one entry of a list that has
        but one.
        """
        kind, _, key = code.partition(":")
        if kind == "type":
            return tuple(own for own in self.codes if self._is_of_type(own, key))
        return (code,) if code in self.codes else self.codes if len(self.codes) == 1 else ()

    def place_of(self, code: str) -> str:
        """Return the first of :meth:`homes`; "" if there is none."""
        return next(iter(self.homes(code)), "")

    def _is_of_type(self, code: str, subtype: str) -> bool:
        """Tell whether an entry is a zone of a sub-type, by its code or by what it is called."""
        prefix = subtype.partition("_")[0]
        element, word = words("element").get(prefix, ""), words("element_word").get(prefix, "")
        texts = [text for entry in self.entries.get(code, ()) for text in (entry.name, *entry.subtypes)]
        called = any(word in text and zone_subtype(element, text, text) == subtype for text in texts if word)
        return called or subtype in (code, *texts)

    def cells(self, code: str, dimension: str) -> tuple[Cell, ...]:
        """Return the cells of a code in a dimension, in order; from its clauses where the list has no entries."""
        inside: defaultdict[_Key, list[Clause]] = defaultdict(list)
        for clause in self.clauses(code):
            inside[_key(clause.address)].append(clause)
        known = [address for entry in self.entries.get(code, ()) for dim, address in entry.cells if dim == dimension]
        if not known:
            known = [_span(inside[_key(one.address)]) for one in self.clauses(code, dimension)]
        unique = {_key(address): address for address in known}
        return tuple(
            Cell(address, tuple(sorted(inside.get(key, ()), key=lambda one: one.address.start)))
            for key, address in unique.items()
        )

    def shared(self, address: Address) -> bool:
        """Tell whether a cell belongs to several codes (merged over units): what is written there binds them all."""
        return len(self._owners.get(_key(address), ())) > 1

    @cached_property
    def _owners(self) -> Mapping[_Key, set[str]]:
        owners: defaultdict[_Key, set[str]] = defaultdict(set)
        for entry in self.source.entries:
            for _, address in entry.cells:
                owners[_key(address)].add(entry.code)
        for clause in self.source.clauses:
            owners[_key(clause.address)].add(clause.code)
        return owners

    def room(self, code: str, dimension: str) -> Cell | None:
        """Return the cell that a further clause goes into: the first empty one behind the last used, else that one.

        None where the list has no cell of that dimension, or shares it between units.
        """
        cells = self.cells(code, dimension)
        used = [place for place, cell in enumerate(cells) if cell.used]
        behind = [cell for cell in cells[used[-1] + 1 if used else 0 :] if cell.blank]
        free = [cell for cell in (*behind, *(cells[place] for place in used[-1:])) if not self.shared(cell.address)]
        return free[0] if free else None

    def number(self, code: str, dimension: str, offset: int) -> str:
        """Return the number of the next clause (offset 0), the one after it (1) …; "" where the list writes none."""
        number = self._first(code, dimension)
        for _ in range(offset):
            number = next_number(number)
        return number

    def _first(self, code: str, dimension: str) -> str:
        used = [cell for cell in self.cells(code, dimension) if cell.used]
        if used:
            last = used[-1].clauses[-1].number
            return next_number(last) if last else ""
        own = Counter(family(one.number) for one in self.clauses(code) if not _is_blank(one))
        if own and not own.most_common(1)[0][0]:
            return ""
        return self._first_of_list(dimension, _commonest(own))

    def _first_of_list(self, dimension: str, wanted: str) -> str:
        """Return the first number that this list writes in a dimension, of one style if any is wanted."""
        firsts = Counter(
            first_number(one.number) for one in self.source.clauses
            if one.dimension == dimension and (not wanted or family(one.number) == wanted) and not _is_blank(one)
        )  # fmt: skip
        known = _commonest(firsts)
        return known if known or not wanted or len(wanted) - len(wanted.replace("1", "")) > 1 else first_number(wanted)

    def joint(self, code: str, cell: Cell, number: str) -> str:
        """Return what the list puts between two clauses: in this cell, in others of the code, anywhere in the list."""
        style = cell.style if cell.used else family(number)
        if not style and self.one_a_cell:
            return "\n"
        own = [Cell(_span(group), tuple(group)) for group in self._groups(self.clauses(code))]
        for cells in ([cell], own, self._all):
            seen = Counter(
                joint for one in cells if one.numbered_inside == cell.numbered_inside for joint in one.joints
            )
            if seen:
                return min(seen, key=lambda joint: (-seen[joint], joint))
        return "\n" if style else ""

    @cached_property
    def _all(self) -> list[Cell]:
        return [Cell(_span(group), tuple(group)) for group in self._groups(self.source.clauses)]

    def indent(self, cell: Cell, number: str) -> str:
        """Return the blanks that stand behind a number: in this cell, else as the list does in that style."""
        style = cell.style if cell.used else family(number)
        seen = Counter(one.indent for one in ([cell] if cell.style else self._all) if one.style == style and style)
        return " " * min(seen, key=lambda blanks: (-seen[blanks], blanks)) if seen else ""

    @cached_property
    def one_a_cell(self) -> bool:
        """Whether the list writes one clause a row: no cell holds two, some code has several in one dimension."""
        several = Counter((one.code, one.dimension) for one in self.source.clauses)
        return all(len(cell.clauses) == 1 for cell in self._all) and any(count > 1 for count in several.values())

    @staticmethod
    def _groups(clauses: tuple[Clause, ...]) -> list[list[Clause]]:
        found: defaultdict[_Key, list[Clause]] = defaultdict(list)
        for clause in clauses:
            found[_key(clause.address)].append(clause)
        return [sorted(group, key=lambda one: one.address.start) for group in found.values()]

    def tags(self, code: str, dimension: str) -> tuple[str, ...]:
        """Return the tags of the list, the commonest of the dimension first, if the code's clauses carry tags."""
        own = self.clauses(code, dimension) or self.clauses(code) or self.source.clauses
        if not own or not own[-1].tag:
            return ()
        here = Counter(one.tag for one in self.source.clauses if one.tag and one.dimension == dimension)
        rest = Counter(one.tag for one in self.source.clauses if one.tag)
        order = [*sorted(here, key=lambda tag: (-here[tag], tag)), *sorted(rest, key=lambda tag: (-rest[tag], tag))]
        return tuple(dict.fromkeys(order))


def places_of(lists: Iterable[AccessList]) -> dict[str, Places]:
    """Return level → places of its lists; lists of one level (split over files) are one.

    Examples
    --------
    >>> one, two = (AccessList("unit", (Clause(code, "unit", "S", "甲。"),)) for code in ("U1", "U2"))
    >>> places_of((two, one))["unit"].codes
    ('U1', 'U2')
    """
    groups: defaultdict[str, list[AccessList]] = defaultdict(list)
    for one in lists:
        groups[one.level].append(one)
    return {level: Places(_one_list(level, group)) for level, group in sorted(groups.items())}


def _one_list(level: str, lists: list[AccessList]) -> AccessList:
    if len(lists) == 1:
        return lists[0]
    clauses = (clause for one in lists for clause in one.clauses)
    return AccessList(level, clauses, (entry for one in lists for entry in one.entries))


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda word: (-counts[word], word)) if counts else ""


def _is_blank(clause: Clause) -> bool:
    return clause.text.strip() in words("blank").values()


def _key(address: Address) -> _Key:
    return address.file, address.sheet, address.cell


def _span(clauses: list[Clause]) -> Address:
    """Return the cell of some clauses as far as they tell: to the end of the last one."""
    first = clauses[0].address
    return Address(first.file, first.sheet, first.cell, 0, max(one.address.end for one in clauses))
