"""What stands beside a map: the order of its legend, one class alone, a locator only where it tells something."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS

from zoning.atlas.drawing.locator import needs_locator
from zoning.atlas.drawing.stock import Stock
from zoning.atlas.layout import frames_of
from zoning.atlas.legends import legend_data
from zoning.atlas.model import Drawn, Plate
from zoning.cartography import Areas, Entry, Lines, Panel
from zoning.cartography.layers import code_legend, value_legend
from zoning.cartography.scale import fitted
from zoning.symbology import packaged_look

GK = CRS("EPSG:4549")
LOOK = packaged_look()
BORDER = Entry("REGION", "界线", "#111111", "#111111")


def squares(count, side=1_000.0):
    return np.array(
        [shapely.box(500_000 + n * side, 2_700_000, 500_000 + (n + 1) * side, 2_701_000) for n in range(count)]
    )


def plate(*legends, shapes=None, lines=()):
    layers = [
        Areas(theme=one.theme, title=one.title, shapes=squares(len(one.keys)), keys=one.keys, entries=one.entries)
        for one in legends
    ]
    extent = tuple(shapely.total_bounds(squares(3) if shapes is None else shapes).tolist())
    panels = tuple(Panel(layers=(*lines, layer), crs=GK, extent=extent) for layer in layers)
    return Plate(id="x", group="g", title="t", panels=panels)


def drawn(one, *sections):
    return Drawn(page=1, width=1, height=1, scale=1, legend=dict(sections), labels=(), unlabelled=())


def labels(found):
    return [(section["title"], [one["label"] for one in section["entries"]]) for section in found]


def test_classes_of_several_maps_stand_in_the_order_of_the_look():
    before = code_legend(LOOK, "carbon_state", ["EXPLICIT", "NONE", None])
    after = code_legend(LOOK, "carbon_state", [one.code for one in LOOK.symbols("carbon_state")])
    both = plate(before, after)
    pages = [drawn(both, (one.title, one.entries)) for one in (before, after)]
    order = [one.label("zh") for one in (*LOOK.symbols("carbon_state"), LOOK.no_data)]
    assert labels(legend_data(both, pages, LOOK)) == [(before.title, order)]


def test_the_highest_class_of_numbers_is_first_and_no_data_last():
    low = value_legend(LOOK, "density.CO2", np.array([5.0, 400.0, np.nan]))
    high = value_legend(LOOK, "density.CO2", np.array([400.0, 1e9, 5.0]))
    both = plate(low, high)
    found = legend_data(both, [drawn(both, (one.title, one.entries)) for one in (low, high)], LOOK)
    assert labels(found)[0][1] == [high.entries[0].label, "300–1,000", "0–300", LOOK.no_data.label("zh")]


def test_outlines_without_a_title_stand_behind_the_classes():
    one = code_legend(LOOK, "decision", ["NEED", "WATCH", "NEED"])
    border = Lines(theme="region", title="", shapes=squares(1), entry=BORDER)
    sheet = plate(one, lines=(border,))
    found = legend_data(sheet, [drawn(sheet, ("", (BORDER,)), (one.title, one.entries))], LOOK)
    assert [title for title, _ in labels(found)] == [one.title, ""]
    assert [entry["kind"] for entry in found[1]["entries"]] == ["line"]


def test_a_locator_stands_only_where_more_lies_around_the_frame():
    shapes = squares(3)
    layer = Areas(theme="t", title="t", shapes=shapes, keys=("REGION",) * 3, entries=(BORDER,))
    neighbour = Lines(
        theme="base.boundary", title="", shapes=np.array([shapely.box(4e5, 2.6e6, 6e5, 2.8e6)]), entry=BORDER
    )
    whole = tuple(shapely.total_bounds(shapes).tolist())
    part = tuple(shapes[0].bounds)

    def asked(extent, *layers):
        view = fitted(GK, extent, (0.0, 0.0, 150.0, 50.0))
        return needs_locator(Panel(layers=layers, crs=GK, extent=extent), view, Stock())

    assert not asked(whole, layer)
    assert asked(part, layer)
    assert asked(whole, layer, neighbour)


def test_a_tall_region_leaves_its_width_to_the_legend_and_a_wide_one_does_not():
    legend = code_legend(LOOK, "decision", ["NEED"])
    tall = plate(legend, shapes=np.array([shapely.box(0, 0, 1_000, 2_000)]))
    wide = plate(legend, shapes=np.array([shapely.box(0, 0, 4_000, 1_000)]))
    (narrow,), (full,) = frames_of(tall, "A3", "landscape"), frames_of(wide, "A3", "landscape")
    assert (narrow.width, full.width) == (315.0 - (128.0 - 82.0), 315.0)
    assert narrow.height == full.height
