"""Fact sheets: which units get one, what is drawn, and that every row is on the pages, inside the frame, as text."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import shapely
import typst
from nine_units import CODES, HOSTILE, SIDE, nine_units
from tests.debian import needs

from zoning.atlas.fact_data import fact_data
from zoning.atlas.facts import fact_plates, flagged
from zoning.atlas.model import Plate
from zoning.cards import Cards, ClauseLine, DraftLine, Figure, ReasonLine, UnitCard, ZoneLine
from zoning.cartography import Areas
from zoning.errors import ResultError
from zoning.fonts import FAMILIES, font_files
from zoning.supports import ElementZones
from zoning.symbology import packaged_look

_LATIN = "ABCDEFGHIJ0123456789" * 15  # 300 characters without a blank
_LONG = ("禁止新建<script>“引号”#let x=1; $x^2$ *粗* _斜_ @a 二氧化碳" * 60)[:2000]
_WORD = re.compile(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)')
_MARGIN = 12.0  # mm

needs_poppler = needs("pdftotext")


def _rich(card: UnitCard) -> UnitCard:
    """A card with so much that it needs several pages; every row has a number of its own."""
    clauses = tuple(
        ClauseLine(
            "unit", f"{n}-1.", "P", f"条款{n:03d}应做。", "CARBON", 2, ((0, 2),), f"清单.xlsx · I{n}", counts=True
        )
        for n in range(80)
    )
    odd = (
        ClauseLine("city", "", "S", _LONG, "NONE", 0, (), _LATIN, counts=False, certain=False),
        ClauseLine("unit", "1-1-1-1-1-1-1.", "S", _LATIN, "NONE", 0, (), "", counts=False),
    )
    evidence = tuple(Figure(f"证据{n:03d}", "1 t/a") for n in range(40))
    reasons = (
        ReasonLine("R1-KEY", "规则", "true", _LONG, _LATIN, "", evidence, ("界限值甲",)),
        ReasonLine("R3-GAP", "规则", "undetermined", "句", "", "缺台账", (Figure("长证据", _LATIN),), ()),
    )
    zones = tuple(ZoneLine("air", "AIR_HIGH", f"YS{n:03d}", "区" * 60, 1.0, 0.5, float("nan")) for n in range(30))
    drafts = tuple(
        DraftLine("add", "unit", "P", f"草拟{n:03d}【待核定：年份】。{_LONG if n == 2 else ''}", "", "因", "《甲》",
                  "建议", rank=n + 1, gaps=("年份",))
        for n in range(12)
    )  # fmt: skip
    return replace(
        card,
        name="名" * 60,
        clauses=clauses + odd,
        reasons=reasons,
        zones=zones,
        drafts=drafts,
        notes=("注" * 700, _LATIN),
    )


def _plate(card: UnitCard) -> Plate:
    return Plate(id=f"unit:{card.code}", group="g", title=card.code, panels=(), card=card, sources=("来源甲",))


def _pages(
    card: UnitCard, folder: Path, paper: tuple[float, float], box: tuple[float, float], lang: str = "zh"
) -> Path:
    """Set a fact sheet on bare pages with a map box of some size."""
    for name in ("fact.typ", "sheet.typ"):
        text = files("zoning.atlas").joinpath("templates", name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    data = fact_data(_plate(card), packaged_look(), lang)
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    fonts = ", ".join(f'"{family}"' for family in FAMILIES)
    (folder / "main.typ").write_text(
        f'#import "fact.typ": fact\n#set page(width: {paper[0]}mm, height: {paper[1]}mm, margin: {_MARGIN}mm)\n'
        f"#set text(font: ({fonts}))\n"
        f'#fact(json("data.json"), map: rect(width: {box[0]}mm, height: {box[1]}mm))\n',
        encoding="utf-8",
    )
    folders = sorted({str(file.parent) for file in font_files()})
    out = folder / "out.pdf"
    typst.compile(str(folder / "main.typ"), output=str(out), font_paths=folders, ignore_system_fonts=True)
    return out


def _text(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def _end(word: tuple[float, float, float, float, str]) -> float:
    """Where the ink of a word ends: the right half of a full-width closing mark is blank."""
    return word[2] - (0.5 * (word[3] - word[1]) if word[4][-1:] in "）。；，】》" else 0.0)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_units_that_need_something_signed_are_flagged():
    # NEED, NEED, an override (WATCH), UPGRADE; not UNDETERMINED, COVERED, NO_ACTION
    assert flagged(nine_units()) == CODES[:4]


def test_a_plate_shows_the_unit_in_its_class_among_pale_neighbours():
    (plate,) = fact_plates(nine_units(), [CODES[4]])
    assert (plate.id, plate.card.code) == (f"unit:{CODES[4]}", CODES[4])
    around, unit = (layer for layer in plate.panels[0].layers if isinstance(layer, Areas) and layer.filled)
    assert set(unit.keys) == {"KEY"}
    assert len(around.shapes) == 8
    assert unit.shapes[0].area == pytest.approx(SIDE**2)
    west, south, east, north = plate.panels[0].extent
    assert (east - west, north - south) == pytest.approx((2.2 * SIDE, 2.2 * SIDE))
    inside = unit.shapes[0].bounds
    assert west < inside[0] < inside[2] < east
    assert plate.panels[0].around is not None
    assert len(plate.panels[0].around) == 9


def test_zones_are_cut_to_the_unit():
    (plate,) = fact_plates(nine_units(), [CODES[0]])
    zones = [layer for layer in plate.panels[0].layers if isinstance(layer, Areas) and not layer.filled]
    unit = nine_units().units.geometries[0]
    assert {layer.theme for layer in zones} <= {"zones.air", "zones.energy"}
    assert zones
    for layer in zones:
        assert all(shape.area > 0 for shape in layer.shapes)
        assert shapely.difference(shapely.union_all(layer.shapes), unit).area == pytest.approx(0, abs=1e-3)


def test_sheets_come_in_the_order_asked_once_each_and_unknown_codes_name_the_nearest():
    plates = fact_plates(nine_units(), [CODES[2], CODES[0], CODES[2]])
    assert [plate.id for plate in plates] == [f"unit:{CODES[2]}", f"unit:{CODES[0]}"]
    with pytest.raises(ResultError, match=CODES[0]):
        fact_plates(nine_units(), [CODES[0] + "9"])
    assert list(fact_plates(nine_units(), [])) == []


def test_bars_are_shares_of_a_species_and_sinks_are_hatched():
    card = Cards(nine_units()).card(CODES[0])
    assert card.masses is not None
    masses = replace(card.masses, values=((600.0, -200.0, float("nan")), (float("nan"),) * 3), shares=(0.0001, 0.5))
    data = fact_data(_plate(replace(card, masses=masses)), packaged_look())
    first, second = data["chart"]["rows"]
    assert [part["share"] for part in first["parts"]] == [0.75, 0.25]
    assert [part["hatch"] for part in first["parts"]] == ["", "slash"]
    assert (first["text"].replace("\xa0", " "), first["share"]) == ("400 t/a", "占全区 <0.1%")
    assert (second["parts"], second["text"]) == ([], "无数据")
    assert [one["text"] for one in data["chart"]["legend"]] == ["工业", "电力热力"]


def test_pieces_of_a_clause_are_its_text():
    card = _rich(Cards(nine_units()).card(CODES[0]))
    rows = fact_data(_plate(card), packaged_look())["clauses"]["rows"]
    assert ["".join(piece["text"] for piece in row["pieces"]) for row in rows] == [one.text for one in card.clauses]
    assert [piece["text"] for piece in rows[7]["pieces"] if piece["marked"]] == ["条款"]


def test_a_plate_without_a_card_is_no_fact_sheet():
    with pytest.raises(ResultError, match=r"unit_class"):
        fact_data(Plate(id="unit_class", group="g", title="t", panels=()), packaged_look())


@needs_poppler
@pytest.mark.parametrize(
    ("paper", "box"),
    [((420, 297), (214, 150)), ((297, 420), (214, 150)), ((297, 210), (150, 104)), ((210, 297), (150, 104))],
)
def test_no_row_is_lost_and_nothing_leaves_the_frame(tmp_path, paper, box):
    card = _rich(Cards(nine_units()).card(CODES[0]))
    path = _pages(card, tmp_path, paper, box)
    text = _bare(_text(path, "-layout"))
    assert all(f"条款{n:03d}" in text for n in range(80))
    assert all(f"证据{n:03d}" in text for n in range(40))
    assert all(f"YS{n:03d}" in text for n in range(30))
    assert all(text.count(f"草拟{n:03d}【待核定：年份】") == 1 for n in range(12))
    assert "来源甲" in text
    least, right, low = (side / 25.4 * 72 for side in (_MARGIN, paper[0] - _MARGIN, paper[1] - _MARGIN))
    for page in _text(path, "-bbox").split("<page ")[1:]:
        words = [(*map(float, found.groups()[:4]), found.group(5)) for found in _WORD.finditer(page)]
        assert [word for word in words if word[0] < least - 0.5 or _end(word) > right + 0.5] == []
        assert [word for word in words if word[1] < least - 2 or word[3] > low + 2] == []  # boxes are taller than type


@needs_poppler
def test_every_page_of_a_long_table_names_the_unit(tmp_path):
    path = _pages(_rich(Cards(nine_units()).card(CODES[0])), tmp_path, (210, 297), (150, 104))
    pages = _text(path).split("\f")[2:-1]
    assert len(pages) > 3
    assert all(CODES[0] in _bare(page) for page in pages)


@needs_poppler
def test_what_a_user_wrote_stays_text_and_what_is_absent_is_said(tmp_path):
    card = Cards(nine_units()).card(CODES[3])
    assert card.name == HOSTILE
    hostile = replace(card, sentence="#panic() $1/0$ *a* \\u{41} @x <b>", notes=("= 标题 #pagebreak()",))
    text = _bare(_text(_pages(hostile, tmp_path, (420, 297), (214, 150))))
    assert "#panic()$1/0$*a*\\u{41}@x<b>" in text
    assert "=标题#pagebreak()" in text
    assert _bare(HOSTILE) in text
    empty = _bare(_text(_pages(Cards(nine_units()).card(CODES[8]), tmp_path, (420, 297), (214, 150))))
    for words in (
        "没有排放数据",
        "没有要素管控分区图层",
        "清单中没有适用于本单元的条款",
        "没有为本单元草拟条款",
        "无数据",
    ):
        assert words in empty


@needs_poppler
def test_an_english_sheet_has_no_chinese_of_ours(tmp_path):
    card = Cards(nine_units(), "en").card(CODES[0])
    card = replace(card, name="Unit one", reasons=(), notes=())
    plate_text = _text(_pages(card, tmp_path, (420, 297), (214, 150), "en"))
    assert not re.search(r"[\u4e00-\u9fff]", plate_text.replace("来源甲", ""))
    assert np.all([word in plate_text for word in ("needs a carbon clause", "Figures", "1,600,000")])


def test_a_zone_that_only_touches_a_unit_leaves_nothing_on_its_sheet() -> None:
    result = nine_units()
    frame = result.zones[1].frame.copy()
    west, south, _, _ = shapely.bounds(result.units.frame.geometry.iloc[0])
    frame["geometry"] = [shapely.box(west - SIDE, south, west, south + SIDE)]
    plates = tuple(fact_plates(replace(result, zones=(ElementZones("energy", frame),)), CODES[:1]))
    areas = [one for one in plates[0].panels[0].layers if isinstance(one, Areas) and one.theme == "zone"]
    assert [len(one.shapes) for one in areas] in ([], [0])
