"""Laws of the quick ways: rules left out could not have matched, so that every answer is that of the whole lexicon."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zoning.clauses import Lexicon, classify, clauses_of_cell, default_lexicon, quantities, references, scope_of
from zoning.clauses.crosswalk import _index, _words
from zoning.clauses.lexicon import BLOT
from zoning.clauses.narrowing import pairs_of
from zoning.clauses.normalise import normalise
from zoning.clauses.reading import blotted, read_clause
from zoning.errors import TableError

OWN = Path(__file__).parents[1] / "cases" / "clauses_own.csv"
TEXTS = tuple(row["text"] for row in csv.DictReader(StringIO(OWN.read_text(encoding="utf-8"))))
BITS = tuple(part for text in TEXTS for part in re.findall("[^，。；、]+[，。；、]?", text))


class Whole(Lexicon):
    """The packaged rules, every one asked about every text."""

    def narrowed(self, text):
        return self


WHOLE = Whole(default_lexicon().rows)
KINDS = tuple(dict.fromkeys(row["kind"] for row in WHOLE.rows if row["kind"] != "macro"))

mixtures = st.lists(
    st.one_of(
        st.sampled_from(BITS),
        st.sampled_from(("1-1.", "【水/禁止类】", "\n", " ", "（2）", "《办法》", "２０２７年", BLOT)),
    ),
    min_size=1,
    max_size=6,
).map("".join)


def judged(text, lexicon):
    label = classify(text, lexicon)
    return label, scope_of(text, label, lexicon=lexicon), quantities(text, lexicon), references(text, lexicon)


def in_whole(text):
    cells = clauses_of_cell(text, code="U", level="unit", lexicon=WHOLE)
    return cells, judged(text, WHOLE)


def in_narrowed(text):
    cells = clauses_of_cell(text, code="U", level="unit")
    return cells, judged(text, default_lexicon())


def test_every_own_clause_is_judged_as_by_all_rules():
    assert [text for text in TEXTS if in_whole(text) != in_narrowed(text)] == []


@settings(deadline=None, max_examples=150)
@given(mixtures)
@example("")
@example("1-1.禁止新建燃煤锅炉；1-2.除保供外，2027年底前淘汰10台。")
def test_every_mixture_is_judged_as_by_all_rules(text):
    assert in_whole(text) == in_narrowed(text)


@settings(deadline=None, max_examples=150)
@given(mixtures, st.data())
def test_no_rule_left_out_matches_even_where_parts_are_blotted_out(text, data):
    normal = normalise(text).text
    start = data.draw(st.integers(0, len(normal)))
    end = data.draw(st.integers(start, len(normal)))
    part = f"{normal[:start]}{BLOT * (end - start)}{normal[end:]}"
    narrowed = default_lexicon().narrowed(normal)
    for kind in KINDS:
        assert narrowed.first(kind, part) == WHOLE.first(kind, part)
        assert narrowed.all(kind, part) == WHOLE.all(kind, part)


@settings(deadline=None, max_examples=150)
@given(mixtures)
def test_words_of_the_crosswalk_are_the_leftmost_and_longest(text):
    known = sorted(_index().meanings, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, known)))
    assert _words(text, pairs_of(text)) == [(*hit.span(), hit[0]) for hit in pattern.finditer(text)]


@pytest.mark.parametrize("pattern", ["甲|乙|丙|丁|戊|己|庚|辛|壬)(?:癸", "(甲|乙|丙|丁|戊|己|庚|辛|壬"])
def test_a_bracket_that_does_not_close_is_told_however_many_words_there_are(pattern):
    row = {"id": "X1", "kind": "carbon.CARBON", "pattern": pattern}
    with pytest.raises(TableError, match="X1"):
        default_lexicon().extended([row]).rules("carbon.CARBON")


@settings(deadline=None, max_examples=100)
@given(mixtures)
def test_a_reading_blots_out_kind_by_kind(text):
    reading = read_clause(text, default_lexicon())
    aims = reading.stated
    for kind in ("mask.name", "mask.list", "mask.zone", "mask.level", "mask.aim", "mask.purpose"):
        for rule in WHOLE.rules(kind):
            aims = blotted(aims, list(rule.hits(aims)))
    assert reading.aims == aims
