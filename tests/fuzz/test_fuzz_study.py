"""A study file that a stranger wrote or a disk damaged: a study, or an error of ours."""

from pathlib import Path

import pytest
from tests.fuzz.damage import FEW, MANY, survives

from zoning.errors import StudyError
from zoning.io.read.studies import read_study

SOUND = (Path(__file__).parents[2] / "data" / "demo" / "study.toml").read_bytes()


def test_a_damaged_study_is_read_or_refused():
    survives(SOUND, "study.toml", read_study, FEW)


@pytest.mark.nightly
def test_many_damaged_studies_are_read_or_refused():
    survives(SOUND, "study.toml", read_study, MANY)


@pytest.mark.parametrize(
    "content",
    [b"a = " + b"[" * 50_000, b"\xff\xfe\x00", b"", b"x = 1\n" * 400_000, b"units = 3", b"[[units]]\npath = 1"],
)
def test_no_study_at_all_is_said_so(tmp_path, content):
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    with pytest.raises(StudyError) as raised:
        read_study(path)
    assert raised.value.findings
