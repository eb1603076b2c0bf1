"""Enterprises of several tables: which rows are one, which never, what is said of it, and where they operate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.cases.firm_tables import SITE, code, row, said, tables, together, units

from zoning.crs.gcj02 import SHIFTS
from zoning.inventory.linkage import link_enterprises
from zoning.inventory.linkage.names import compare_names, parse_name
from zoning.inventory.places import place_enterprises

NAME, ADDRESS, FIRST = "晋江市昱浔食品有限公司", "池店镇示例路12号", code(1)
ENV = row("env_statistics", 5, NAME, code(1), address=ADDRESS, at=SITE, industry="1419", fuels={"natural_gas": 409.9})
KEY, BOILER, PERMIT = "key_energy_users//2", "boilers//2", "permits//2"
ENV_REF = ENV["ref"]


def link(*rows, review=None):
    return link_enterprises(tables(*rows), review)


def level(linked, ref):
    return linked.links.set_index("ref").loc[ref, "level"]


# --------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("晋江市昱浔食品有限责任公司 ", "equal"), ("晋江市昱浔食品股份有限公司", "equal"),
        ("晋江昱浔食品有限公司", "county"), ("福建省晋江市昱浔食品有限公司", "county"),
        ("福建省泉州市晋江市昱浔食品有限公司", "county"), ("福建昱浔食品有限公司", "core"),
        ("昱浔（福建）食品有限公司", "core"), ("昱浔(晋江)食品有限公司", "equal"), ("昱浔食品有限公司", "core"),
        ("石狮市昱浔食品有限公司", "elsewhere"), ("晋江市昊浔食品有限公司", "glyph"),
        ("晋江市榕浔食品有限公司", "letter"),
        ("晋江县昱浔厂", "brand"), ("晋江市岷榕陶瓷有限公司", "differs"),
    ],
)  # fmt: skip
def test_two_names(other, expected):
    assert compare_names(parse_name(NAME), parse_name(other)) == expected
    assert compare_names(parse_name(other), parse_name(NAME)) == expected


@pytest.mark.parametrize(
    ("text", "branch", "group"),
    [
        ("晋江市昱浔食品有限公司二分厂", "二分厂", False),
        ("晋江市昱浔食品有限公司（第二分公司）", "第二分公司", False),
        ("晋江市昱浔食品第二厂", "第二厂", False), ("昱浔食品集团有限公司", "", True), ("晋江市第二造纸厂", "", False),
        ("昱浔食品有限公司晋江生产基地", "生产基地", False),
    ],
)  # fmt: skip
def test_branches_and_groups(text, branch, group):
    assert (parse_name(text).branch, parse_name(text).group) == (branch, group)


# --------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    "other",
    [
        row("permits", 2, "福建省晋江市昱浔食品有限责任公司", code(1)),
        row("permits", 2, NAME, "350582100102942", "old", address=ADDRESS),
        row("permits", 2, NAME, "350582100102942", "old", permit=f"{code(1)}001P"),
        row("permits", 2, NAME, code(1)[:7] + "7" + code(1)[8:], "check", address=ADDRESS),
        row("permits", 2, NAME, code(1)[8:17], "malformed", address=ADDRESS),
        row("permits", 2, NAME),
        row("permits", 2, "晋江昱浔食品有限公司", address=f"福建省泉州市晋江市{ADDRESS}"),
        row("permits", 2, "晋江岷榕实业有限公司", code(1), address=ADDRESS, industry="1419"),
    ],
    ids=["code", "old", "permit", "check", "organisation", "name", "county", "renamed"],
)
def test_what_is_sure(other):
    linked = link(ENV, other)
    assert together(linked, ENV_REF, PERMIT)
    assert {level(linked, ENV_REF), level(linked, PERMIT)} == {"own", "sure"}
    assert set(linked.links["enterprise"]) == {code(1)}
    assert said(linked, "FIRM_MATCH_UNCERTAIN") == []


@pytest.mark.parametrize(
    "other",
    [
        row("key_energy_users", 2, "昱浔食品有限公司", industry="1419", fuels={"natural_gas": 409.9}),
        row("key_energy_users", 2, "晋江昱浔食品有限公司(二分厂)", industry="1419", fuels={"natural_gas": 409.9}),
        row("key_energy_users", 2, "晋江县昱浔厂", address=ADDRESS, at=SITE),
        row("key_energy_users", 2, "晋江市昊浔食品有限公司", address=ADDRESS),
    ],
    ids=["place left out", "branch", "brand", "glyph"],
)
def test_what_is_held_until_confirmed(other):
    linked = link(ENV, other)
    assert together(linked, ENV_REF, KEY)
    assert level(linked, KEY) == "probable"
    (found,) = said(linked, "FIRM_MATCH_UNCERTAIN", "held")
    assert found.row == 2
    (pair,) = linked.pairs.to_dict("records")
    assert pair["level"] == "probable"
    assert pair["pair"] in found.fix_zh
    assert pair["reasons_zh"]
    assert pair["reasons_en"].isascii()


@pytest.mark.parametrize(
    "other",
    [
        row("boilers", 2, "晋江市榕浔食品有限公司", industry="1419"),
        row("boilers", 2, "石狮市昱浔食品有限公司", industry="1419"),
        row("boilers", 2, "晋江市岷榕陶瓷有限公司", address=ADDRESS, at=SITE, industry="1419"),
        row("boilers", 2, NAME, code(2), address=ADDRESS, at=SITE, industry="1419"),
        row("boilers", 2, "昱浔食品集团有限公司", code(2), address=ADDRESS, at=SITE),
        row("boilers", 2, "晋江市昱浔食品有限公司二分厂", address="安海镇示例路99号"),
    ],
    ids=["one letter", "another county", "neighbour", "two codes", "holding", "branch elsewhere"],
)
def test_what_is_never_one(other):
    assert not together(link(ENV, other), ENV_REF, BOILER)


def test_one_code_carried_by_two_enterprises():
    other = row("env_statistics", 6, "晋江市岷榕陶瓷有限公司", code(1), address="安海镇示例路99号", industry="3071",
                fuels={"natural_gas": 8000.0})  # fmt: skip
    linked = link(ENV, other, row("boilers", 2, NAME, code(1)))
    assert not together(linked, ENV_REF, other["ref"])
    assert together(linked, ENV_REF, BOILER)
    (found,) = said(linked, "FIRM_CODE_PATTERN", "shared")
    assert found.value == code(1)
    assert NAME in found.message_zh
    assert "岷榕陶瓷" in found.message_zh


MANY = [f"晋江市{brand}陶瓷有限公司" for brand in ("昱浔", "岷榕", "澜桐", "璟岚", "泓屿")]


def dragged(count, addresses=lambda at: f"安海镇示例路{at}号", **more):
    """Enterprises of one table under the code of the first, and the same under their own codes in another."""
    names = list(enumerate(MANY[:count], 1))
    wrong = [row("env_statistics", at + 4, name, code(1), address=addresses(at), **more) for at, name in names]
    right = [row("boilers", at + 4, name, code(at), address=addresses(at)) for at, name in names]
    return wrong, right


def test_a_code_that_was_dragged_down_a_table_is_not_believed():
    wrong, right = dragged(5)
    linked = link(*wrong, *right)
    assert linked.links["enterprise"].nunique() == 5
    assert all(together(linked, one["ref"], other["ref"]) for one, other in zip(wrong, right, strict=True))
    (found,) = said(linked, "FIRM_CODE_PATTERN", "dragged")
    assert (found.row, found.value) == (5, code(1))
    assert "5 至 9 行" in found.message_zh
    assert not said(linked, "FIRM_CODE_PATTERN", "shared")


def test_a_permit_number_tells_the_code_that_was_overwritten():
    wrong, _ = dragged(5)
    linked = link(*({**one, "permit": f"{code(at)}001P"} for at, one in enumerate(wrong, 1)))
    assert set(linked.links["enterprise"]) == {code(at) for at in range(1, 6)}


def test_a_permit_number_that_was_dragged_too_tells_nothing():
    wrong, right = dragged(5, permit=f"{code(1)}001P")
    linked = link(*wrong, *right)
    assert all(together(linked, one["ref"], other["ref"]) for one, other in zip(wrong, right, strict=True))


@pytest.mark.parametrize(("count", "address"), [(4, "安海镇示例路{}号"), (5, ADDRESS)], ids=["few names", "one site"])
def test_a_code_of_few_names_or_of_one_site_is_believed(count, address):
    wrong, _ = dragged(count, address.format)
    assert not said(link(*wrong), "FIRM_CODE_PATTERN", "dragged")


def test_a_row_that_goes_as_well_with_two_is_given_to_none():
    other = row("env_statistics", 6, "福建昱浔食品有限公司", code(2))
    first = {**ENV, "address": "", "lon": np.nan, "lat": np.nan, "industry": "", "fuels": {}}
    linked = link(first, other, row("boilers", 2, "昱浔食品有限公司"))
    assert linked.links["enterprise"].nunique() == 3
    assert said(linked, "FIRM_MATCH_UNCERTAIN", "ambiguous")


def test_a_renamed_enterprise_is_told_with_both_names():
    linked = link(ENV, row("permits", 2, "晋江岷榕实业有限公司", code(1), address=ADDRESS))
    (found,) = said(linked, "FIRM_NAME_DIFFERS")
    assert NAME in found.message_zh
    assert "晋江岷榕实业有限公司" in found.message_en


def test_a_remark_that_gives_the_former_name_links_without_a_code():
    other = row("boilers", 2, "晋江市岷榕实业有限公司", note="原名：晋江市昱浔食品有限公司", address=ADDRESS)
    assert together(link(ENV, other), ENV_REF, BOILER)
    assert not together(link(ENV, {**other, "note": ""}), ENV_REF, BOILER)


@pytest.mark.parametrize(("state", "credit"), [("check", code(1)[:7] + "7" + code(1)[8:]), ("old", "350582100102942")])
def test_codes_that_are_not_valid_are_told_with_what_they_were_taken_for(state, credit):
    linked = link(ENV, row("permits", 2, NAME, credit, state, address=ADDRESS))
    (found,) = said(linked, "FIRM_CODE_PATTERN")
    assert code(1) in found.message_zh
    assert [(one.ref, one.before, one.after) for one in linked.corrections] == [(PERMIT, credit, code(1))]


# -------------------------------------------------------------------------------------------------------------- review


def decided(pairs, decision):
    return pd.DataFrame({"pair": list(pairs), "decision": decision, "by": "某", "date": "2021-05-01", "note": ""})


def test_decisions_win_and_are_kept():
    boiler = row("boilers", 2, "晋江县昱浔厂", address=ADDRESS, at=SITE)
    (pair,) = link(ENV, boiler).pairs["pair"]
    parted = link(ENV, boiler, review=decided([pair], "拒绝"))
    assert not together(parted, ENV_REF, BOILER)
    assert parted.pairs.loc[0, "decision"] == "reject"
    assert said(parted, "FIRM_MATCH_UNCERTAIN") == []
    joined = link(ENV, boiler, review=decided([pair], "accept"))
    assert together(joined, ENV_REF, BOILER)
    assert said(joined, "FIRM_MATCH_UNCERTAIN") == []
    assert (joined.pairs.loc[0, "by"], joined.pairs.loc[0, "date"]) == ("某", "2021-05-01")


def test_a_person_may_part_one_code_and_join_two():
    renamed = row("permits", 2, "晋江岷榕实业有限公司", code(1), address=ADDRESS)
    (pair,) = link(ENV, renamed).pairs["pair"]
    assert not together(link(ENV, renamed, review=decided([pair], "reject")), ENV_REF, PERMIT)
    moved = row("permits", 2, NAME, code(2), address=ADDRESS, at=SITE, industry="1419")
    (pair,) = link(ENV, moved).pairs["pair"]
    assert together(link(ENV, moved, review=decided([pair], "accept")), ENV_REF, PERMIT)


def test_decisions_that_contradict_each_other_are_told():
    one = row("boilers", 2, "晋江县昱浔厂", address=ADDRESS, at=SITE)
    other = row("boilers", 3, "晋江县昱浔工业公司", address=ADDRESS, at=SITE)
    pairs = link(ENV, one, other).pairs
    assert len(pairs) == 3
    between = pairs[(pairs["left_code"] == "") & (pairs["right_code"] == "")]["pair"]
    rest = pairs[~pairs["pair"].isin(between)]["pair"]
    review = pd.concat([decided(rest, "accept"), decided(between, "reject")])
    linked = link(ENV, one, other, review=review)
    assert not together(linked, "boilers//2", "boilers//3")
    assert len(said(linked, "FIRM_MATCH_UNCERTAIN", "rejected")) == 1


@pytest.mark.parametrize(
    ("sheet", "key"),
    [
        (decided(["a-b"], "也许"), "review_unknown"), (decided(["a-b"], "accept"), "review_gone"),
        (pd.concat([decided(["a-b"], "accept"), decided(["a-b"], "reject")]), "review_both"),
    ],
)  # fmt: skip
def test_decisions_that_cannot_be_used_are_told(sheet, key):
    assert "a-b" in said(link(ENV, review=sheet), "FIRM_MATCH_UNCERTAIN", key)[0].message_zh


# ------------------------------------------------------------------------------------------------- repeats and mergers


def counted(linked):
    return sorted(linked.links.loc[linked.links["counts"], "ref"])


def test_a_row_that_was_entered_twice_is_counted_once():
    again = {**ENV, "ref": "env_statistics//9", "row": 9, "name": f"{NAME} "}
    linked = link(ENV, again, row("boilers", 2, NAME, code(1)))
    assert counted(linked) == ["boilers//2", "env_statistics//9"]
    (found,) = said(linked, "FIRM_DUPLICATE", "entered")
    assert found.row == 5
    assert [(one.ref, one.kind, one.state) for one in linked.corrections] == [(ENV_REF, "FIRM_DUPLICATE", "set_aside")]


def test_two_rows_with_other_values_both_count_and_are_told():
    other = {**ENV, "ref": "env_statistics//9", "row": 9, "fuels": {"natural_gas": 90.0}}
    linked = link(ENV, other)
    assert counted(linked) == [ENV_REF, "env_statistics//9"]
    assert len(said(linked, "FIRM_DUPLICATE", "differs")) == 1


def test_two_sites_of_one_code_both_count():
    other = {**ENV, "ref": "env_statistics//9", "row": 9, "address": "安海镇示例路99号"}
    assert counted(link(ENV, other)) == [ENV_REF, "env_statistics//9"]


@pytest.mark.parametrize("swap", [False, True])
def test_of_a_renewed_permit_the_latest_is_taken(swap):
    dates = ("2017-06-12/2020-06-11", "2020-06-12/2025-06-11")
    old, new = (row("permits", number, NAME, code(1), address=ADDRESS, note=note, year=int(note[:4]))
                for number, note in zip((3, 2) if swap else (2, 3), dates, strict=True))  # fmt: skip
    linked = link(old, new)
    assert counted(linked) == [new["ref"]]
    assert said(linked, "FIRM_DUPLICATE", "renewed")[0].row == old["row"]


def verified(number, name, credit, year, **fuels):
    return row("carbon_verification", number, name, credit, year=year, industry="2221", sheet="化石燃料", fuels=fuels)


def test_a_merger_shows_in_the_fuels():
    gone, heir = "晋江市昱浔纸业有限公司", "福建岷榕造纸有限公司"
    rows = [
        verified(3, gone, code(1), 2019, bituminous=22000.0, natural_gas=1500.0),
        verified(4, heir, code(2), 2019, bituminous=107000.0),
        verified(5, heir, code(2), 2020, bituminous=129000.0, natural_gas=1550.0),
        verified(6, "晋江市沄垚纸业有限公司", code(3), 2019, bituminous=40000.0),
        verified(7, "晋江市沄垚纸业有限公司", code(3), 2020, bituminous=41000.0),
        row("env_statistics", 5, gone, code(1), fuels={"bituminous": 11000.0}, at=(118.45, 24.65)),
        row("permits", 2, gone, code(1), at=(118.45, 24.65)),
        row("permits", 3, heir, code(2), at=SITE),
    ]
    linked = link(*rows)
    (found,) = said(linked, "FIRM_MERGED", "fuels")
    assert gone in found.message_zh
    assert heir in found.message_zh
    links = linked.links.set_index("ref")
    assert links.loc["permits//2", "merged_into"] == code(2)
    assert links.loc["permits//2", "merged_year"] == 2020
    assert list(links.index[~links["counts"]]) == ["env_statistics//5"]
    places = place_enterprises(tables(*rows), linked.links, units(), "EPSG:4490").places
    assert places.loc[code(1), "unit"] == places.loc[code(2), "unit"] == "D"


def test_leaving_a_table_without_a_successor_is_no_merger():
    rows = [
        verified(3, "晋江市昱浔纸业有限公司", code(1), 2019, bituminous=22000.0),
        verified(4, "福建岷榕造纸有限公司", code(2), 2019, bituminous=107000.0),
        verified(5, "福建岷榕造纸有限公司", code(2), 2020, bituminous=108000.0),
    ]
    assert said(link(*rows), "FIRM_MERGED") == []


def test_a_merger_by_its_words():
    note = "2019年3月被福建岷榕造纸有限公司吸收合并"
    gone = row("env_statistics", 5, "晋江市昱浔纸业有限公司", code(1), note=note, fuels={"bituminous": 900.0})
    heir = row("env_statistics", 6, "福建岷榕造纸有限公司", code(2), fuels={"bituminous": 9000.0})
    linked = link(gone, heir)
    links = linked.links.set_index("ref")
    assert tuple(links.loc[gone["ref"], ["merged_into", "merged_year", "counts"]]) == (code(2), 2019, False)
    assert "岷榕造纸" in said(linked, "FIRM_MERGED", "words")[0].message_zh
    alone = link({**gone, "note": "已合并", "status": "merged"}, heir)
    assert said(alone, "FIRM_MERGED", "unknown")
    assert alone.links["counts"].all()


def test_enterprises_of_one_table_only():
    linked = link(ENV, row("permits", 2, NAME, code(1)), row("permits", 3, "晋江市沄垚纸业有限公司", code(3)))
    (found,) = said(linked, "FIRM_UNMATCHED")
    assert (found.file, found.value) == ("permits.csv", "晋江市沄垚纸业有限公司")


def test_rows_without_a_name_are_not_one_enterprise():
    assert (
        link(row("boilers", 2, ""), row("boilers", 3, ""), row("permits", 2, "无")).links["enterprise"].nunique() == 3
    )


def test_no_rows_no_links():
    linked = link()
    assert len(linked.links) == len(linked.pairs) == 0
    assert linked.findings == linked.corrections == ()
    assert len(place_enterprises(tables(), linked.links, units(), "EPSG:4490").places) == 0


# -------------------------------------------------------------------------------------------------------------- places


def place(*rows, crs="EPSG:4490"):
    about = tables(*rows)
    return place_enterprises(about, link_enterprises(about, None).links, units(), crs)


def shifted(system, at=SITE):
    return tuple(float(value) for value in SHIFTS[system](np.array([at]))[0].round(6))


def where(placed, credit=FIRST):
    shape = placed.places.loc[credit, "geometry"]
    return shape.x, shape.y


def near(placed, at=SITE, credit=FIRST):
    """Within a metre."""
    return where(placed, credit) == pytest.approx(at, abs=8e-6)


@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
def test_declared_shifts_are_taken_back(system):
    placed = place(row("permits", 2, NAME, code(1), at=shifted(system), datum=system))
    assert near(placed)
    assert placed.places.loc[code(1), "method"] == system.lower().replace("-", "")
    assert said(placed, "DATUM_MIXED", "shifted")
    assert [(one.kind, one.state) for one in placed.corrections] == [("DATUM_MIXED", "applied")]
    assert near(place(row("permits", 2, NAME, code(1), at=shifted(system)), crs=system))


@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
def test_undeclared_shifts_are_found_by_another_table(system):
    permit = row("permits", 2, NAME, code(1), at=shifted(system))
    placed = place(permit, row("env_statistics", 5, NAME, code(1), at=SITE))
    assert near(placed)
    assert placed.places.loc[code(1), "ref"] == PERMIT
    (found,) = said(placed, "DATUM_GCJ02_SUSPECTED")
    assert (found.file, found.row) == ("permits.csv", 2)
    assert system in found.message_zh
    assert [one.kind for one in placed.corrections] == ["DATUM_GCJ02_SUSPECTED"]


def test_it_is_the_shifted_one_that_is_moved():
    placed = place(
        row("permits", 2, NAME, code(1), at=SITE), row("env_statistics", 5, NAME, code(1), at=shifted("GCJ-02"))
    )
    assert where(placed) == SITE
    assert said(placed, "DATUM_GCJ02_SUSPECTED")[0].file == "env_statistics.csv"


def test_another_distance_is_no_shift():
    placed = place(
        row("permits", 2, NAME, code(1), at=SITE), row("env_statistics", 5, NAME, code(1), at=(118.5545, 24.756))
    )
    assert said(placed, "DATUM_GCJ02_SUSPECTED") == []


@pytest.mark.parametrize(
    ("wrong", "finding_code", "key"),
    [
        ((119.55, 24.75), "POINT_OUTSIDE", "typed_row"), ((118.55, 25.75), "POINT_OUTSIDE", "typed_row"),
        ((118.68, 24.57), "POINT_IN_SEA", "sea_row"), ((116.1, 39.93), "POINT_OUTSIDE", "outside_row"),
        ((0.0, 0.0), "POINT_OUTSIDE", "zero_row"), ((118.55, 0.0), "POINT_OUTSIDE", "zero_row"),
        ((24.75, 118.55), "POINT_AXES_SWAPPED", "row"),
        ((353211.0, 2725263.0), "POINT_OUTSIDE", "globe_row"), ((118.43, 24.64), "POINT_OUTSIDE", "apart_row"),
    ],
)  # fmt: skip
def test_wrong_points_are_set_right_by_other_tables(wrong, finding_code, key):
    rows = [
        row("env_statistics", 5, NAME, code(1), at=wrong), row("permits", 2, NAME, code(1), at=SITE),
        row("boilers", 2, NAME, code(1), at=SITE),
    ]  # fmt: skip
    placed = place(*rows)
    assert where(placed) == SITE
    assert placed.places.loc[code(1), "unit"] == "D"
    (found,) = said(placed, finding_code, key)
    assert (found.file, found.row) == ("env_statistics.csv", 5)
    assert "118.550000, 24.750000" in found.message_zh
    assert [(one.ref, one.kind) for one in placed.corrections] == [(ENV_REF, finding_code)]


def test_the_operating_site_wins_over_the_registered_office():
    office = "青阳街道示例大厦3层"
    placed = place(
        row("env_statistics", 5, NAME, code(1), address=office, at=(118.45, 24.65)),
        row("permits", 2, NAME, code(1), address=ADDRESS, registered_address=office, at=SITE),
    )
    assert where(placed) == SITE
    (found,) = said(placed, "ADDRESS_MISMATCH")
    assert office in found.message_zh
    assert ADDRESS in found.message_zh
    assert [(one.ref, one.kind, one.state) for one in placed.corrections] == [
        (ENV_REF, "ADDRESS_MISMATCH", "set_aside")
    ]


def test_an_office_that_many_share_is_left_where_there_is_another_point():
    office = (118.45, 24.65)
    rows = [
        row("permits", n, f"晋江市{name}食品有限公司", code(n), at=office) for n, name in enumerate("甲乙丙丁戊", 2)
    ]
    placed = place(*rows, row("env_statistics", 5, "晋江市甲食品有限公司", code(2), at=SITE))
    assert where(placed, code(2)) == SITE
    assert where(placed, code(3)) == office
    assert len(said(placed, "POINT_CLUSTER")) == 1


def test_truly_outside_is_not_counted():
    outside = (118.75, 24.75)
    placed = place(row("env_statistics", 5, NAME, code(1), at=outside), row("permits", 2, NAME, code(1), at=outside))
    assert where(placed) == outside
    assert tuple(placed.places.loc[code(1), ["unit", "counts"]]) == ("", False)
    assert len(said(placed, "POINT_OUTSIDE", "region")) == 1


def test_a_lone_typed_digit_is_mended_by_the_township():
    others = [
        row("permits", n, f"晋江市{name}食品有限公司", code(n), at=(118.54 + n / 1000, 24.75), address=f"池店镇路{n}号")
        for n, name in enumerate("甲乙丙丁", 3)
    ]
    placed = place(*others, row("permits", 2, NAME, code(1), at=(119.55, 24.75), address=ADDRESS))
    assert where(placed) == pytest.approx(SITE)
    assert placed.places.loc[code(1), "counts"]
    assert "池店镇" in said(placed, "POINT_OUTSIDE", "town_row")[0].message_zh
    alone = place(row("permits", 2, NAME, code(1), at=(119.55, 24.75), address=ADDRESS))
    assert not alone.places.loc[code(1), "counts"]


def test_nowhere_counts_and_is_told():
    placed = place(row("permits", 2, NAME, code(1)))
    assert tuple(placed.places.loc[code(1), ["method", "unit", "counts"]]) == ("none", "", True)
    assert placed.places.loc[code(1), "geometry"] is None
    assert code(1) in said(placed, "POINT_OUTSIDE", "nowhere")[0].message_zh


def test_a_point_on_a_border_belongs_to_one_unit():
    placed = place(row("permits", 2, NAME, code(1), at=(118.5, 24.7)))
    assert placed.places.loc[code(1), "unit"] == "A"
