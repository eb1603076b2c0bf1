"""The picture of the start page: every unit in its class, small, true to shape, and safe with hostile names."""

from __future__ import annotations

import re
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.cases.nine_units import CODES, HOSTILE, nine_units

from zoning.cartography.model import Entry
from zoning.cartography.picture import picture_of
from zoning.cartography.themes import Theme, themes

TEXTS = ("标题 <&>", "说明")


def drawn(result, theme=None, target="map.html"):
    return picture_of(result, theme or themes(result)[0], TEXTS, target)


def area(path):
    """Return the area (in tenths of a pixel, squared) of the rings of a path."""
    total = 0.0
    for x, y, steps in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        corners = np.cumsum([[int(x), int(y)], *zip(numbers[::2], numbers[1::2], strict=True)], axis=0)
        total += shapely.Polygon(corners).area
    return total


def many(count, side=1.0, crs="EPSG:4549"):
    """Return so many squares side by side with two classes, and their theme."""
    across = int(np.ceil(np.sqrt(count)))
    boxes = [shapely.box(n % across, n // across, n % across + side, n // across + side) for n in range(count)]
    codes = [f"U{n}" for n in range(count)]
    frame = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=boxes, crs=crs)
    keys = tuple("A" if n % 3 else "B" for n in range(count))
    entries = tuple(Entry(key, key, fill, "#4A4A4A") for key, fill in (("A", "#FF0000"), ("B", "#0000FF")))
    return SimpleNamespace(units=SimpleNamespace(frame=frame)), Theme("t", "", "", entries, keys)


def test_every_unit_is_drawn_once_and_links_to_its_place():
    svg = drawn(nine_units()).svg
    links = list(svg.iter("a"))
    assert sorted(link.get("href") for link in links) == [f"map.html#{code}" for code in CODES]
    assert {link.get("tabindex") for link in links} == {"-1"}
    titles = {link.find("path/title").text for link in links}
    assert f"{CODES[3]} {HOSTILE}" in titles
    assert "<script" not in ET.tostring(svg, encoding="unicode", method="html")
    areas = [area(path.get("d")) for path in svg.findall("g/a/path")]
    assert areas == pytest.approx([240.0**2] * 9, rel=0.02)  # squares of a third of 720 pixels
    assert not list(drawn(nine_units(), target="").svg.iter("a"))


def test_it_says_what_it_is_to_those_who_do_not_see_it():
    svg = drawn(nine_units()).svg
    assert svg.get("role") == "img"
    named = {one.get("id"): one.text for one in svg if one.get("id")}
    assert [named[name] for name in svg.get("aria-labelledby").split()] == list(TEXTS)


def test_classes_have_their_colours_and_hatches_their_patterns():
    theme = themes(nine_units())[0]
    svg = drawn(nine_units()).svg
    fills = [group.get("fill") for group in svg.findall("g")]
    expected = [entry.fill for entry in theme.entries if not entry.hatch]
    assert [fill for fill in fills if fill.startswith("#")] == expected
    patterns = {f"url(#{one.get('id')})" for one in svg.iter("pattern")}
    assert patterns == {fill for fill in fills if fill.startswith("url")}
    assert len(patterns) == sum(bool(entry.hatch) for entry in theme.entries) == 1


@pytest.mark.parametrize(("count", "linked", "merged"), [(1, True, False), (299, True, False), (2000, False, False)])
def test_however_many_units_the_areas_of_classes_hold(count, linked, merged):
    result, theme = many(count)
    found = drawn(result, theme)
    assert (found.linked, found.merged) == (linked, merged)
    paths = ["".join(path.get("d") for path in group.iter("path")) for group in found.svg.findall("g")]
    areas = [area(path) for path in paths]
    share = theme.keys.count("B") / count
    assert areas[1] / sum(areas) == pytest.approx(share, abs=0.01)


def test_too_many_units_are_merged_by_class_and_stay_small():
    result, theme = many(10_000)
    found = drawn(result, theme)
    assert (found.linked, found.merged) == (False, True)
    assert len(ET.tostring(found.svg)) < 400_000
    areas = [area(path.get("d")) for path in found.svg.findall("g/path")]
    assert areas[0] > areas[1] > 0


def test_degrees_are_shortened_along_the_parallels():
    result, theme = many(1, crs="EPSG:4490")
    result.units.frame.geometry = [shapely.box(110, 59.5, 111, 60.5)]  # cos 60 deg = 1/2
    width, height = (float(number) for number in drawn(result, theme).svg.get("viewBox").split()[2:])
    assert (width - 12) / (height - 12) == pytest.approx(0.5, abs=0.01)


def test_the_picture_does_not_depend_on_the_order_of_the_table_of_decisions():
    one, other = (ET.tostring(drawn(nine_units(reverse=reverse)).svg) for reverse in (False, True))
    assert one == other
