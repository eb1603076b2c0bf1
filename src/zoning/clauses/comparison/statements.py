"""What a clause says of what, part by part: act, posture, objects, place, size, figures, date.

Every comma part of a clause that names an act (新建, 淘汰, 燃用 …), a figure or a grade becomes a statement. What a
part leaves open (object, date) it takes from the parts of the same sentence before it. The words are rows of
``tables/comparison_subjects.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from zoning.clauses.comparison.figures import Figure, Size, figures_of, sizes_of
from zoning.clauses.comparison.words import apart, subject_words
from zoning.clauses.crosswalk import named
from zoning.clauses.lexicon import PARTS, Hit, default_lexicon
from zoning.clauses.modality import demands
from zoning.clauses.quantities import Quantity, deadlines, quantities
from zoning.clauses.reading import Reading, blotted, read_clause

__all__ = ["BANS", "Statement", "statements"]

_JOINED = frozenset({"、", "和", "及", "与", "或", "以及", "和现有", ""})
_BUILDING = ("BUILD", "DEVELOP")
_MENTIONED = ("BUILD", "EXIT", "DEVELOP", "RETAIN")  # acts that a plain instruction only mentions
BANS = ("PROHIBIT", "PRINCIPLE", "RESTRICT")
_REFUSING = ("PROHIBIT", "PRINCIPLE", "EXIT")
_FREE = ("PERMIT", "HORTATORY")
_ENTERED = (*_BUILDING, "BURN", "SELL", "USE", "EXTRACT", "DISCHARGE", "FARM", "STORE")
_CARRIED_OUT = "BUILD"  # what a ban forbids that names no act (禁止围填海)
_PROJECT = frozenset({"PROJECT"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a clause says.

    Attributes
    ----------
    act, posture : str
        ``BUILD, EXIT, BURN, REPLACE …`` ("" where only figures or grades are stated); ``PROHIBIT, EXIT, PRINCIPLE
        (原则上不), RESTRICT, REQUIRE, HORTATORY`` or ``PERMIT``.
    things, pollutants, fuels, codes, places : frozenset of str
        What it is about, of which industries (digits of GB/T 4754), and where.
    gate : str
        ``new``, ``old`` or "".
    sizes : tuple of Size
        Capacities the objects are limited to.
    figures : tuple of Figure
        Numbers with what they measure.
    ranks : tuple of (str, int)
        Families of grades with the grade asked for.
    due : tuple of int
        Year and month by which it is due; () without.
    conditional, lawful, regional, early : bool
        Holds under a condition; only as the law allows; of a whole region; goes beyond what is asked.
    exception : str
        What the clause takes out.
    span : tuple of int
        Its part in the text of the clause.
    """

    act: str
    posture: str
    things: frozenset[str] = frozenset()
    pollutants: frozenset[str] = frozenset()
    fuels: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    gate: str = ""
    sizes: tuple[Size, ...] = ()
    figures: tuple[Figure, ...] = ()
    ranks: tuple[tuple[str, int], ...] = ()
    due: tuple[int, ...] = ()
    conditional: bool = False
    lawful: bool = False
    regional: bool = False
    early: bool = False
    exception: str = ""
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Objects:
    """Objects that a stretch of text names."""

    things: tuple[Hit, ...] = ()
    pollutants: frozenset[str] = frozenset()
    fuels: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        return bool(self.things or self.pollutants or self.fuels or self.codes)


@dataclass(frozen=True, slots=True)
class _Read:
    """A clause with everything that its parts are asked about; all places are those of the normal text."""

    reading: Reading
    numbers: tuple[Quantity, ...]
    dates: tuple[tuple[int, int, tuple[int, int]], ...]
    exception: str

    def numbers_in(self, start: int, stop: int) -> tuple[Quantity, ...]:
        return tuple(one for one in self.numbers if start <= one.span[0] < stop)

    def due_in(self, start: int, stop: int) -> tuple[int, ...]:
        dates = [(year, month) for year, month, span in self.dates if start <= span[0] < stop]
        return max(dates, default=())


@dataclass(frozen=True, slots=True)
class _Posture:
    kind: str
    at: int  # where its cue begins, in the part


@lru_cache(maxsize=50_000)
def statements(text: str) -> tuple[Statement, ...]:
    """Return what a clause says, in the order of the text.

    Examples
    --------
    >>> (one,) = statements("2025年底前建成区35蒸吨/小时以下燃煤锅炉全部淘汰。")
    >>> one.act, one.posture, sorted(one.things), sorted(one.fuels), sorted(one.places), one.due
    ('EXIT', 'EXIT', ['BOILER'], ['coal'], ['BUILT_UP'], (2025, 12))
    """
    lexicon = default_lexicon()
    reading = read_clause(text, lexicon)
    normal = reading.normal.text
    taken = lexicon.all("mask.exception", blotted(normal, lexicon.all("mask.title", normal)))
    out = [normal[hit.start : hit.end] for hit in taken]
    exception = ";".join(words for words in out if not subject_words().first("posture.permit", words))
    clause = _Read(reading, quantities(normal), deadlines(normal), exception)
    found: list[Statement] = []
    for sentence in demands(reading, lexicon):
        fact = sentence.cue.value == "STATEMENT"
        found += _of_sentence(clause, sentence.start, sentence.end, fact=fact)
    return tuple(replace(one, span=reading.normal.span(*one.span)) for one in found)


def _of_sentence(clause: _Read, begin: int, end: int, *, fact: bool) -> list[Statement]:
    found: list[Statement] = []
    context, previous = _Objects(), ""
    due: tuple[int, ...] = ()
    for match in PARTS.finditer(clause.reading.normal.text, begin, end):
        part = match.span()
        posture = _posture(clause, part, previous)
        if fact and posture.kind not in ("PERMIT", "HORTATORY"):
            continue
        own = _objects(clause, *part)
        context = own if own.any else context
        dated = clause.due_in(*part)
        due = dated or due
        said = _of_part(clause, part, posture, context)
        if not said and dated and found and not own.any:
            found = [one if one.due else replace(one, due=dated) for one in found]
        found += [replace(one, due=due) for one in said]
        previous = posture.kind
    return found


# ---------------------------------------------------------------------------------------------------- posture


def _posture(clause: _Read, part: tuple[int, int], previous: str) -> _Posture:
    """Return how a part demands, and where the word stands that says so."""
    lexicon, words = default_lexicon(), subject_words()
    cues = clause.reading.cues[slice(*part)]
    governed = lexicon.first("modality.hort", cues)
    permit = words.first("posture.permit", clause.reading.normal.text[slice(*part)])
    free = cues if governed is None else cues[: governed.start]
    for kind in ("modality.principle", "modality.cue", "modality.bind"):
        hit = lexicon.first(kind, free)
        if hit and not (permit and permit.start < hit.start) and not _gradual(clause, part, hit):
            return _Posture("PRINCIPLE" if kind.endswith("principle") else hit.value, hit.start)
    if permit:
        return _Posture("PERMIT", permit.start)
    if governed:
        return _Posture("HORTATORY", governed.start)
    if planned := words.first("posture.plan", cues):
        return _Posture("HORTATORY", planned.start)
    soft = words.first("posture.soft", cues) or lexicon.first("modality.soft", cues)
    if soft and not _aimed(clause, part):
        return _Posture("HORTATORY", soft.start)
    return _Posture("HORTATORY" if previous == "HORTATORY" else "REQUIRE", 0)


def _gradual(clause: _Read, part: tuple[int, int], hit: Hit) -> bool:
    """Tell whether an exit is only worked towards (逐步推进…淘汰), without number or date."""
    soft = default_lexicon().first("modality.soft", clause.reading.cues[slice(*part)])
    return hit.value == "EXIT" and soft is not None and soft.start < hit.start and not _aimed(clause, part)


def _aimed(clause: _Read, part: tuple[int, int]) -> bool:
    """Tell whether a part has a date or a number to be reached; sizes of objects are none."""
    return bool(clause.due_in(*part) or figures_of(clause.reading.normal.text, part, clause.numbers_in(*part)))


# ---------------------------------------------------------------------------------------------------- objects


def _objects(clause: _Read, start: int, stop: int) -> _Objects:
    text = clause.reading.stated[start:stop]
    return _Objects(
        things=tuple(Hit(hit.rule, hit.value, hit.start + start, hit.end + start) for hit in apart("thing", text)),
        pollutants=frozenset(hit.value for hit in apart("pollutant", text)),
        fuels=frozenset(code for hit in apart("fuel", text) for code in hit.value.split("|")),
        codes=frozenset(named(text).codes),
    )


def _heads(clause: _Read, objects: _Objects) -> frozenset[str]:
    """Return the last things of a phrase with those that are listed with them: what the others belong to."""
    kept: list[Hit] = []
    for hit in reversed(objects.things):
        between = clause.reading.normal.text[hit.end : kept[-1].start] if kept else ""
        if kept and not any(between.endswith(word) for word in _JOINED if word):
            break
        kept.append(hit)
    return frozenset(hit.value for hit in kept)


# ---------------------------------------------------------------------------------------------------- statements


def _of_part(clause: _Read, part: tuple[int, int], posture: _Posture, context: _Objects) -> list[Statement]:
    text = clause.reading.stated[slice(*part)]
    acts = _acts(posture, apart("act", text))
    if posture.kind == "HORTATORY" and subject_words().first("words.less", text):
        acts = [hit for hit in acts if hit.value not in _ENTERED]  # 引导减少燃放 encourages no burning
    if not acts and posture.kind == "PROHIBIT" and _objects(clause, *part).things:
        acts = [Hit("", _CARRIED_OUT, posture.at, posture.at)]
    figures = figures_of(clause.reading.normal.text, part, clause.numbers_in(*part))
    if posture.kind in _REFUSING:
        figures = tuple(figure for figure in figures if figure.role != "level")  # says what is refused, no limit
    ranks = tuple(rank for family in _FAMILIES for rank in _rank(family, clause.reading.normal.text, part))
    if not acts and not figures and not ranks:
        return []
    whole = _whole(clause, part, posture, context)
    shown = replace(whole, figures=figures, ranks=ranks)
    if not acts:
        return [replace(shown, act="")]
    limits = _limits(clause, part)
    told = (
        _with_act(shown, hit, min(at for at in limits if at >= part[0] + hit.end), clause, part, context)
        for hit in acts
    )
    return list(dict.fromkeys(told))


def _limits(clause: _Read, part: tuple[int, int]) -> list[int]:
    """Return where acts begin, and the end of the part; a word inside the name of a thing is no act (在线监测设备)."""
    text = clause.reading.stated[slice(*part)]
    things = apart("thing", text)
    acts = [hit for hit in apart("act", text) if not any(one.start <= hit.start < one.end for one in things)]
    return [*(part[0] + hit.start for hit in acts), part[1]]


_FAMILIES = ("NOBURN_CLASS", "SEWAGE_CLASS", "CLEANER", "ENERGY_LEVEL", "EMISSION")


def _rank(family: str, text: str, part: tuple[int, int]) -> list[tuple[str, int]]:
    """Return the highest grade of a family that a part asks for."""
    hits = [hit for hit in subject_words().all(f"rank.{family}", text) if part[0] <= hit.start < part[1]]
    return [(family, max(int(hit.value) for hit in hits))] if hits else []


def _whole(clause: _Read, part: tuple[int, int], posture: _Posture, context: _Objects) -> Statement:
    """Return what all acts of a part share."""
    words, normal = subject_words(), clause.reading.normal.text
    begin = max(normal.rfind(stop, 0, part[0]) for stop in ";。!?") + 1
    ends = [at for stop in ";。!?" if (at := normal.find(stop, part[1])) >= 0]
    sentence, text = normal[begin : min(ends, default=len(normal))], normal[slice(*part)]
    new, old = words.first("words.new", text), words.first("words.old", text)
    return Statement(
        act="",
        posture=posture.kind,
        things=frozenset(hit.value for hit in context.things),
        pollutants=context.pollutants,
        fuels=context.fuels,
        codes=context.codes,
        places=frozenset(hit.value for hit in apart("place", clause.reading.stated[begin : begin + len(sentence)])),
        gate="" if bool(new) == bool(old) else "new" if new else "old",
        sizes=sizes_of(normal, clause.numbers_in(*part)),
        conditional=words.first("words.condition", sentence) is not None,
        lawful=words.first("words.lawful", sentence) is not None,
        regional=words.first("words.region", sentence) is not None,
        early=words.first("words.early", sentence) is not None,
        exception=clause.exception,
        span=part,
    )


def _acts(posture: _Posture, hits: tuple[Hit, ...]) -> list[Hit]:
    """Return the acts that a part is about: a ban is on the first act behind its cue and those listed with it."""
    behind = [hit for hit in hits if hit.start >= posture.at]
    if posture.kind == "EXIT":
        return [hit for hit in hits if hit.value == "EXIT"][:1]
    if posture.kind in BANS:
        return _listed(behind) if behind else list(hits[-1:])
    if posture.kind == "REQUIRE":
        return [hit for hit in hits if hit.value not in _MENTIONED]
    kept = [hit for hit in hits if hit.value == "RETAIN"] or behind or list(hits[-1:])
    later = {hit.value for hit in kept if hit.value not in _BUILDING}
    return [hit for hit in kept if hit.value not in _BUILDING or not later]


def _listed(hits: list[Hit]) -> list[Hit]:
    """Return the first act and those that follow it at once (销售和燃用)."""
    kept = hits[:1]
    for hit in hits[1:]:
        if hit.start - kept[-1].end > 1:
            break
        kept.append(hit)
    return kept


def _with_act(
    shown: Statement, act: Hit, limit: int, clause: _Read, part: tuple[int, int], context: _Objects
) -> Statement:
    """Return the statement on one act, with the objects of that act; ``limit`` is where the next act begins."""
    if act.value not in _BUILDING and shown.posture not in (*BANS, *_FREE):
        return replace(shown, act=_fuel_act(act.value, shown))
    stop = limit if shown.posture in _FREE else part[1]
    behind = _objects(clause, part[0] + act.start, stop)  # some acts are their own object (采石)
    before = _objects(clause, part[0], part[0] + act.start)
    one = next(
        (found for found in (behind, before) if found.any), _Objects() if _objects(clause, *part).any else context
    )
    things = _heads(clause, one)
    told = replace(
        shown,
        things=things or (_PROJECT if act.value in _BUILDING and one.codes else frozenset()),
        pollutants=one.pollutants,
        fuels=one.fuels,
        codes=one.codes,
    )
    return replace(told, act=_fuel_act(act.value, told))


def _fuel_act(act: str, told: Statement) -> str:
    """To use a fuel is to burn it; to develop an industry is to build it."""
    if act == "USE" and (told.fuels or "HIGH_FUEL" in told.things):
        return "BURN"
    return "BUILD" if act == "DEVELOP" else act
