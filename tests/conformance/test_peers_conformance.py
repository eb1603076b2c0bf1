"""Our numbers beside those of other tools: closed forms, exact tools, other rules, and the page that shows them."""

from __future__ import annotations

import os
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy.cases import Answers, Case, Peer, nothing
from benchmarks.accuracy.fixtures import cases
from benchmarks.accuracy.page import PEERS, installed, ours, page, printed_ours, versions

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"
CASES = {case.key: case for case in cases()}
# Of our largest number. Means weigh by true areas of cells, which a projection gives to eleven digits.
BOUND = {"form": 1e-10, "raster": 1e-12, "pieces": 1e-10, "f64": 1e-12, "f32": 1e-7}


def need(package: str) -> None:
    """Skip by name without another tool; on a machine that judges, that is a failure."""
    if package and package not in installed():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{package} is not installed")


@cache
def mine(key: str) -> Answers:
    return CASES[key].ours()


def answers(peer: Peer) -> Answers:
    need(peer.package)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.answers()


def agreeing() -> list[tuple[str, int]]:
    """Every peer that should find what we find: exact, computed or by hand, and not of another basis."""
    wanted = ("none", "f32", "digits")
    return [
        (case.key, at)
        for case in CASES.values()
        for at, peer in enumerate(case.peers)
        if peer.rule in BOUND and peer.meaning in wanted and case.ours is not nothing
    ]


def named(pair: tuple[str, int]) -> str:
    case, at = pair
    return f"{case}-{CASES[case].peers[at].name.split('，')[0].split(' ')[0]}-{CASES[case].peers[at].rule}"


@pytest.mark.parametrize("pair", agreeing(), ids=named)
def test_exact_tools_and_closed_forms_agree(pair):
    case, peer = CASES[pair[0]], CASES[pair[0]].peers[pair[1]]
    bound = 2e-5 if peer.meaning == "digits" else BOUND["f32"] if peer.meaning == "f32" else BOUND[peer.rule]
    compared = 0
    for key, theirs in answers(peer).items():
        if isinstance(theirs, str):
            continue
        own = np.asarray(mine(case.key)[key])
        assert np.abs(own - theirs).max() <= bound * np.abs(own).max(), f"{case.key}: {key}"
        compared += 1
    assert compared


def test_the_quartiles_of_an_integer_raster_are_not_cut():
    need("exactextract")
    cut = next(peer for peer in CASES["nine"].peers if peer.meaning == "int")
    assert dict(answers(cut)) == {"q25": 3.0, "median": 5.0, "q75": 6.0}
    found = [mine("nine")[key] for key in ("q25", "median", "q75")]
    assert found == pytest.approx([3.5, 5.0, 6.5], rel=BOUND["form"])


def peer_of(case: Case, name: str, rule: str) -> Answers:
    return answers(next(peer for peer in case.peers if (peer.name, peer.rule) == (name, rule)))


def test_other_rules_lose_small_units_or_count_them_over():
    case, own = CASES["small"], mine("small")
    assert own["missing"] == 0
    assert peer_of(case, "rasterstats", "centre")["missing"] == 1024
    touched = peer_of(case, "rasterstats", "touched")["sums"]
    assert np.sum(touched) == pytest.approx(25 * np.sum(own["sums"]), rel=1e-12)


def test_all_touched_counts_borders_twice_and_centres_misplace_them():
    case, own = CASES["partition"], mine("partition")
    assert peer_of(case, "rasterstats", "touched")["total"] > 1.3 * own["total"]
    centre = peer_of(case, "rasterstats", "centre")
    assert centre["total"] == pytest.approx(own["total"], rel=1e-12)
    assert np.abs(centre["units"] - own["units"]).max() > 0.05 * np.max(own["units"])
    assert np.abs(np.asarray(own["columns"]) - 1).max() <= 1e-11


def test_no_data_is_never_zero():
    assert dict(mine("empty")) == {"blank": "NaN", "beside": "NaN", "mean": "NaN"}
    assert peer_of(CASES["empty"], "exactextract", "f32")["beside"] == "0"
    assert peer_of(CASES["empty"], "rasterstats", "centre")["beside"] == "None"


def test_the_page_shows_our_numbers():
    printed = printed_ours(PAGE.read_text(encoding="utf-8"))
    for case in CASES.values():
        for quantity, value in ours(case).items():
            assert printed[case.title, quantity] == value, f"{case.key}: {quantity} (run: make conformance)"


def test_the_page_is_what_the_command_writes():
    written = PAGE.read_text(encoding="utf-8")
    for package in PEERS:
        need(package)
    if versions() not in written:
        pytest.skip(f"the page was written with other versions: {versions()}")
    assert written == page(), "run: make conformance"
