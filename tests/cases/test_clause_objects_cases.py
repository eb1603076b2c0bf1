"""The objects of access lists in plain sentences: every object of a kind in every frame of that kind.

``clause_objects.csv`` says for each kind which dimension the written rules imply where an object of the kind stands
in a frame (禁止新建…, 推进…, …限期退出): some thousand sentences from a few hundred judgements. A new word is one row.
"""

import csv
from collections import defaultdict
from io import StringIO
from pathlib import Path

import pytest

from zoning.clauses import classify

FRAMES: dict[str, list[tuple[str, str]]] = defaultdict(list)
OBJECTS: dict[str, list[str]] = defaultdict(list)
for _row in csv.DictReader(StringIO((Path(__file__).parent / "clause_objects.csv").read_text(encoding="utf-8"))):
    if _row["role"] == "frame":
        FRAMES[_row["kind"]].append((_row["dimension"], _row["text"]))
    else:
        OBJECTS[_row["kind"]].append(_row["text"])


def test_the_table_is_whole():
    assert set(FRAMES) == set(OBJECTS)
    assert {dimension for frames in FRAMES.values() for dimension, _ in frames} == set("RSPZ")
    assert all(text.count("{}") == 1 for frames in FRAMES.values() for _, text in frames)
    assert all(len(set(words)) == len(words) for words in OBJECTS.values())
    assert sum(len(OBJECTS[kind]) * len(FRAMES[kind]) for kind in FRAMES) > 7000


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_every_object_in_every_frame_has_the_dimension_that_the_rules_imply(kind):
    wrong = []
    for dimension, frame in FRAMES[kind]:
        for word in OBJECTS[kind]:
            text = frame.replace("{}", word)
            found = classify(text).dimension
            if found != dimension:
                wrong.append((text, dimension, found))
    assert not wrong
