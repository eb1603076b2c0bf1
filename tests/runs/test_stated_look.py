"""A study with impossible colours is refused by the check, before anything is computed."""

from __future__ import annotations

from pathlib import Path

import zoning
from zoning.study import parse_study

DEMO = Path(__file__).parents[2] / "data" / "demo" / "study.toml"


def test_the_check_of_a_study_looks_at_its_colours_and_limits():
    study = zoning.read_study(DEMO)
    content = study.model_dump(exclude={"root"}, exclude_unset=True)
    content["symbology"] = {
        "classes": {"decision": {"NED": {"fill": "#112233"}}},
        "limits": {"uncovered": [{"upper": 3.0, "fill": "#112233"}]},
    }
    found = {str(one.code): str(one.severity) for one in zoning.check(parse_study(content, root=study.root))}
    assert found["SYMBOL_UNKNOWN"] == found["LIMITS_FAULTY"] == "error"
