"""Laws of linkage: no order of rows matters, strangers change nothing, sure is an equivalence, a person's word holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.firm_tables import code, row, tables, units
from zoning.departments import DepartmentTables
from zoning.inventory.linkage import link_enterprises
from zoning.inventory.places import place_enterprises

BRANDS = ("昱浔", "岷榕", "沄垚", "朔翊", "昊浔")
TRADES = ("食品", "陶瓷", "纸业")
WRITINGS = (
    "晋江市{}有限公司",
    "晋江{}有限责任公司",
    "福建省晋江市{}有限公司",
    "{}（晋江）有限公司",
    "{}二分厂",
    "晋江县{}厂",
    "石狮市{}有限公司",
)
KINDS = ("env_statistics", "permits", "boilers", "key_energy_users")


@st.composite
def rows(draw, least=2, most=9):
    """Rows of a few enterprises, written in all ways, with and without codes, addresses and points."""
    found = []
    for number in range(draw(st.integers(least, most))):
        owner = draw(st.integers(0, 4))
        name = draw(st.sampled_from(WRITINGS)).format(BRANDS[owner] + draw(st.sampled_from(TRADES[: 1 + owner % 2])))
        credit = draw(st.sampled_from((code(owner), code(owner), "", code(owner)[:9] + "9" + code(owner)[10:])))
        state = "none" if not credit else "valid" if credit == code(owner) else "check"
        at = draw(st.sampled_from(((float("nan"),) * 2, (118.45 + owner / 50, 24.65), (118.55, 24.75 + owner / 100))))
        address = draw(st.sampled_from(("", f"池店镇示例路{owner + 1}号", "青阳街道示例大厦3层")))
        fuels = draw(st.sampled_from(({}, {"natural_gas": 100.0 + owner}, {"bituminous": 7000.0})))
        about = {"address": address, "at": at, "fuels": fuels, "industry": draw(st.sampled_from(("", "1419", "3071")))}
        found.append(row(draw(st.sampled_from(KINDS)), number + 2, name, credit, state, **about))
    return found


def link(found, review=None):
    return link_enterprises(tables(*found), review)


def owners(linked):
    return dict(zip(linked.links["ref"], linked.links["enterprise"], strict=True))


def shuffled(found, seed):
    about = tables(*found)
    order = np.random.default_rng(seed).permutation(len(about.firms))
    uses = about.uses.sample(frac=1, random_state=seed) if len(about.uses) else about.uses
    return DepartmentTables(firms=about.firms.iloc[order].reset_index(drop=True), uses=uses)


@given(rows(), st.integers(0, 99))
def test_the_order_of_rows_never_matters(found, seed):
    straight, mixed = tables(*found), shuffled(found, seed)
    one, other = link_enterprises(straight, None), link_enterprises(mixed, None)
    pd.testing.assert_frame_equal(one.links, other.links)
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    assert (one.findings, one.corrections) == (other.findings, other.corrections)
    here = place_enterprises(straight, one.links, units(), "EPSG:4490")
    there = place_enterprises(mixed, other.links, units(), "EPSG:4490")
    pd.testing.assert_frame_equal(pd.DataFrame(here.places), pd.DataFrame(there.places))
    assert (here.findings, here.corrections) == (there.findings, there.corrections)


@given(rows())
def test_a_stranger_changes_no_link(found):
    stranger = row(
        "permits", 99, "泉州市骐槿电子有限公司", code(77, "350503"), address="丰泽街道别处路7号", at=(118.48, 24.79)
    )
    before, after = owners(link(found)), owners(link([*found, stranger]))
    assert after.pop(stranger["ref"]) == code(77, "350503")
    assert before == after


@given(rows())
def test_every_row_is_of_one_enterprise_and_two_valid_codes_never_are(found):
    linked = link(found)
    assert sorted(linked.links["ref"]) == sorted(one["ref"] for one in found)
    valid = {one["ref"]: one["code"] for one in found if one["code_state"] == "valid"}
    for _, group in linked.links.groupby("enterprise"):
        assert len({valid[ref] for ref in group["ref"] if ref in valid}) <= 1
        assert (group["level"] == "own").sum() == 1
    assert linked.links["score"].between(0, 1).all()


@given(rows())
def test_sure_links_are_an_equivalence(found):
    """What a sure pair joins is one enterprise, so that being joined surely carries over from pair to pair."""
    linked = link(found)
    owner = owners(linked)
    sure = linked.pairs[linked.pairs["level"] == "sure"]
    told = {str(one.message_zh) for one in linked.findings if one.key.endswith((".codes", ".ambiguous"))}
    apart = [pair for pair in sure.to_dict("records") if owner[pair["left"]] != owner[pair["right"]]]
    assert bool(apart) <= bool(told)  # a sure pair is refused aloud, never silently


@given(rows(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_a_rejected_pair_is_never_together_and_accepting_is_idempotent(found, chance):
    pairs = link(found).pairs
    if pairs.empty:
        return
    chosen = chance.choice(pairs["pair"].tolist())
    ends = pairs.set_index("pair").loc[chosen, ["left", "right"]]
    rejected = owners(link(found, pd.DataFrame({"pair": [chosen], "decision": ["reject"]})))
    assert rejected[ends["left"]] != rejected[ends["right"]]
    sheet = pd.DataFrame({"pair": [chosen], "decision": ["accept"]})
    once = link(found, sheet)
    assert owners(once)[ends["left"]] == owners(once)[ends["right"]]
    again = link(found, once.pairs)
    pd.testing.assert_frame_equal(again.links, once.links)
    pd.testing.assert_frame_equal(again.pairs, once.pairs)


@given(st.sampled_from(("address", "industry", "at", "fuels")), st.sampled_from(KINDS), st.integers(0, 4))
def test_noise_that_keeps_code_and_name_keeps_the_link(changed, kind, owner):
    name = f"晋江市{BRANDS[owner]}食品有限公司"
    about = {"address": "池店镇示例路1号", "industry": "1419", "at": (118.55, 24.75), "fuels": {"bituminous": 7000.0}}
    noise = {"address": "安海镇别处路9号", "industry": "3071", "at": (118.41, 24.61), "fuels": {"natural_gas": 3.0}}
    linked = link([row("env_statistics", 5, name, code(owner), **about),
                   row(kind, 9, name, code(owner), **(about | {changed: noise[changed]}))])  # fmt: skip
    assert set(owners(linked).values()) == {code(owner)}


# ------------------------------------------------------------------------------------------------- a city that is known

LETTERS = "昱浔岷榕霁沄垚朔翊苇沅棠骐槿颀璟峤虞荻珂泓崧岚玥嵘晔邺湜澍峣珩枫彧翀稷岑瑾禾沚颐"
TOWNS = ("青阳街道", "池店镇", "安海镇", "英林镇", "陈埭镇")
FORMS = ("晋江市{}有限公司", "晋江{}有限责任公司", "福建省晋江市{}有限公司", "晋江市{}有限公司 ")


def city(seed, count):
    """Rows of a known city, and whose they are: codes lost, old and mistyped, renamings, twins in two counties,
    neighbours at one address, plants elsewhere and names that differ in one letter."""
    rng, found, truth = np.random.default_rng(seed), [], {}

    def add(owner, *about, **more):
        found.append(row(*about, **more))
        truth[found[-1]["ref"]] = owner

    for owner in range(count):
        brand, trade = "".join(rng.choice(list(LETTERS), 2)), str(rng.choice(["食品", "陶瓷", "纸业", "鞋业", "印染"]))
        if owner % 10 == 1:  # differs from the one before in a single letter
            brand = last[0] + str(rng.choice(list(LETTERS)))
            trade = last[1] if brand != last[0] else trade
        full = FORMS[0].format(brand + trade)
        if owner % 10 == 2:  # a twin of the one before in the next county
            brand, trade = last
            full = full.replace(full, f"石狮市{brand}{trade}有限公司")
        last = brand, trade
        at = (118.41 + 0.18 * rng.random(), 24.61 + 0.18 * rng.random())
        address = f"{rng.choice(TOWNS)}示例工业路{owner // 2 if owner % 10 in {4, 5} else 1000 + owner}号"
        about = {"address": address, "at": at, "industry": str(1000 + int(rng.integers(40)))}
        fuels = {"natural_gas": float(rng.integers(100, 99999)) / 10}
        other = full if owner % 10 == 2 else str(rng.choice(FORMS)).format(brand + trade)
        add(owner, "env_statistics", owner + 5, full, code(owner), fuels=fuels, **about)
        kind = owner % 6
        lost = code(owner)[:10] + str((int(code(owner)[10]) + 3) % 10) + code(owner)[11:]
        credit, state = {1: ("", "none"), 2: (f"3505821{owner:08d}", "old"), 3: (lost, "check")}.get(
            kind, (code(owner), "valid")
        )
        renamed = f"晋江市{''.join(rng.choice(list(LETTERS), 2))}{trade}有限公司" if kind == 4 else other
        add(owner, "permits", owner + 2, renamed, credit, state, **about)
        if kind == 5:
            add(owner, "key_energy_users", owner + 2, other, industry=about["industry"], fuels=fuels)
        if owner % 3 == 0:
            add(owner, "boilers", owner + 2, f"晋江县{brand}厂", address=address, at=at)
        if owner % 7 == 0:  # a plant at another place is a site of its own
            add(-owner - 1, "boilers", owner + 9002, f"{full}二分厂", address=f"{rng.choice(TOWNS)}别处路{owner}号")
    return found, truth


def pairs_of(groups):
    return {(one, other) for group in groups for one in group for other in group if one < other}


def grouped(owner):
    groups = {}
    for ref, whose in owner.items():
        groups.setdefault(whose, set()).add(ref)
    return groups.values()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_known_city_is_found_again(seed):
    found, truth = city(seed, 240)
    linked = link(found)
    true, ours = pairs_of(grouped(truth)), pairs_of(grouped(owners(linked)))
    assert len(ours & true) / len(ours) >= 0.99  # precision
    assert len(ours & true) / len(true) >= 0.97  # recall
    sure = {ref: owner for ref, owner in owners(linked).items()
            if linked.links.set_index("ref").loc[ref, "level"] != "probable"}  # fmt: skip
    assert pairs_of(grouped(sure)) - true == set()  # what is sure is never wrong
