"""The bound atlas: pages, bookmarks, fonts, texts inside the page, and what happens when it cannot be written."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import shapely
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from nine_units import CODES, nine_units
from pyproj import CRS
from tests.debian import needs

import zoning.atlas.writing as room
from zoning.atlas.book import Edition, _digest, make_parts, write_book
from zoning.atlas.imprint import imprint_of
from zoning.atlas.layout import columns_of, frames_of, page_size
from zoning.atlas.merging import _save
from zoning.atlas.model import Absent, Plate, Table, Wanted
from zoning.atlas.typesetting import Press
from zoning.atlas.writing import write_atlas
from zoning.cartography import Areas, Entry, Lines, Panel, Points
from zoning.errors import InputError, ResultError
from zoning.fonts import font_files
from zoning.supports import ControlUnits
from zoning.symbology import HATCHES, packaged_look

_WORD = re.compile(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)')
_MM = 72 / 25.4
needs_poppler = needs("pdftotext")

SQUARE = np.array([shapely.box(0, 0, 1000, 800)], dtype=object)


def _panel(entries: int = 2, title: str = "") -> Panel:
    hatches = ("", *HATCHES)
    looks = tuple(Entry(f"k{n}", f"第{n}类", "#F0A000", "#303030", hatches[n % len(hatches)]) for n in range(entries))
    shapes = np.array([shapely.box(n * 10.0, 0, n * 10.0 + 10, 800) for n in range(entries)], dtype=object)
    areas = Areas(theme="t", title="主题", shapes=shapes, keys=tuple(one.key for one in looks), entries=looks)
    line = Lines(theme="b", title="", shapes=np.array([shapely.LineString([(0, 0), (900, 700)])], dtype=object),
                 entry=Entry("b", "界线", "", "#000000"))  # fmt: skip
    dots = Points(theme="p", title="点", places=np.array([[500.0, 400.0]]), keys=("p",),
                  entries=(Entry("p", "企业", "#FFFFFF", "#000000", size=2.0),))  # fmt: skip
    return Panel(layers=(areas, line, dots), crs=CRS.from_epsg(4549), extent=(0.0, 0.0, 1000.0, 800.0), title=title)


def _plate(name: str = "one", **more) -> Plate:
    return Plate(**({"id": name, "group": "组", "title": f"图 {name}", "panels": (_panel(),)} | more))


def _edition(folder: Path, **more) -> Edition:
    return Edition(imprint=imprint_of(nine_units()), look=packaged_look(), work=folder, **more)


def _book(folder: Path, plates, absent=(), **more):
    folder.mkdir(exist_ok=True)
    edition = _edition(folder, **more)
    parts, findings = make_parts(plates, edition, len(plates))
    assert findings == ()
    target = folder / "book.pdf"
    return write_book(target, parts, absent, edition), target


def _text(path: Path, page: int | None = None) -> str:
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    made = subprocess.run(["pdftotext", "-raw", *pages, str(path), "-"], check=True, capture_output=True)
    return made.stdout.decode()


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _outside(path: Path, margin: float) -> list[str]:
    """Words whose box reaches over the margin of the page."""
    made = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True).stdout.decode()
    found = []
    for page in made.split("<page ")[1:]:
        width, height = (float(re.search(rf'{side}="([\d.]+)"', page)[1]) for side in ("width", "height"))
        for west, north, east, south, word in _WORD.findall(page):
            inside = float(west) >= margin and float(east) <= width - margin
            if not (inside and float(north) >= margin and float(south) <= height - margin):
                found.append(word)
    return found


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    path = tmp_path_factory.mktemp("atlas") / "atlas.pdf"
    return write_atlas(nine_units(), path), path


def test_pages_bookmarks_and_places_agree(atlas) -> None:
    bound, path = atlas
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert len(pdf.pages) == bound.pages
        top = list(outline.root)
        assert [one.title for one in top[:2]] == ["封面", "目录"]
        assert len(top) + sum(len(one.children) for one in top) == bound.bookmarks
        assert sum(len(one.children) for one in top) == len(bound.sheet_pages)
        places = pikepdf.NameTree(pdf.Root.Names.Dests)
        order = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        named = {name: order[places[name][0].objgen] for name in places}
        wanted = {one if one.startswith("unit:") else f"sheet:{one}": page for one, page in bound.sheet_pages.items()}
        assert named == wanted
        assert str(pdf.Root.Lang) == "zh-CN"
        assert "/CreationDate" not in pdf.docinfo


def test_the_contents_jump_to_the_sheets(atlas) -> None:
    bound, path = atlas
    with pikepdf.open(path) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", ())]
        assert {str(note.Dest).removeprefix("sheet:") for note in notes} == set(bound.sheet_pages)
        assert not any("/A" in note for note in notes)


@needs_poppler
@pytest.mark.debian
def test_each_sheet_has_its_margin(atlas) -> None:
    bound, path = atlas
    pages = dict.fromkeys(bound.sheet_pages.values())
    for page in pages:
        text = _text(path, page)
        assert f"{page} / {bound.pages}" in text
        for word in ("编制", "校核", "审核", "审定", "审图号", "坐标系", "草案", "示例数据"):
            assert word in text
        assert "CGCS2000" in text
    assert all(code in _text(path, bound.sheet_pages[f"unit:{code}"]) for code in (CODES[0], CODES[1], CODES[3]))


@needs_poppler
@pytest.mark.debian
def test_nothing_lies_over_the_margin(atlas) -> None:
    assert _outside(atlas[1], 7 * _MM) == []


@needs("pdffonts")
@pytest.mark.debian
def test_fonts_are_embedded_subsets_of_ours(atlas) -> None:
    made = subprocess.run(["pdffonts", str(atlas[1])], check=True, capture_output=True).stdout.decode()
    rows = made.splitlines()[2:]
    assert rows
    for row in rows:
        assert re.match(r"[A-Z]{6}\+Zoning(SansSC-(Regular|Bold)|Signs-Regular)\s", row), row
        assert re.search(r"\byes yes yes\b", row), row


def test_two_runs_give_the_same_bytes(atlas, tmp_path) -> None:
    write_atlas(nine_units(), tmp_path / "again.pdf")
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (atlas[1], tmp_path / "again.pdf"))
    assert first == second


def test_only_the_sheets_and_units_asked_for(tmp_path) -> None:
    bound = write_atlas(nine_units(), tmp_path / "a.pdf", Wanted(sheets=("decision",), units=(CODES[5],)))
    assert set(bound.sheet_pages) == {"decision", f"unit:{CODES[5]}"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize("paper", ["A3", "A4"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@needs_poppler
@pytest.mark.debian
def test_forty_classes_and_long_names_stay_on_the_page(tmp_path, paper, orientation) -> None:
    name = "示例县特别长的环境管控单元名称" * 4
    plates = [
        _plate(panels=(_panel(40),), title=name, subtitle=name * 2, notes=("说明文字。" * 200,), sources=(name,)),
        _plate("many", panels=tuple(_panel(3, name) for _ in range(6)), title="W" * 60),
    ]
    bound, path = _book(tmp_path / "w", plates, paper=paper, orientation=orientation)
    assert _outside(path, (page_size(paper, orientation).margin - 1) * _MM) == []
    text = _flat(_text(path))
    assert all(f"第{n}类" in text for n in range(40))
    assert text.count("说明文字。") == 200
    assert name in text
    assert "1:" in text
    assert bound.pages >= 4


@needs_poppler
@pytest.mark.debian
def test_no_row_of_a_table_is_lost(tmp_path) -> None:
    rows = tuple((f"R{n:04d}", f"名{n:04d}" + "长" * (200 if n % 50 == 0 else 0), f"{n}") for n in range(700))
    table = Table("大表", ("编码", "名称", "数"), rows, frozenset({2}))
    wide = Table("宽表", tuple(f"列{n}" for n in range(11)), tuple((f"W{n:03d}",) * 11 for n in range(60)))
    bound, path = _book(tmp_path / "w", [_plate(tables=(table, wide)), _plate("bare", panels=(), tables=(wide,))])
    text = _flat(_text(path))
    assert all(row[0] in text and row[1][:5] in text for row in rows)
    assert all(text.count(f"W{n:03d}") == 22 for n in range(60))
    assert _outside(path, 9 * _MM) == []
    assert bound.sheet_pages["bare"] > bound.sheet_pages["one"] + 2


@needs_poppler
@pytest.mark.debian
def test_a_left_out_sheet_is_listed_with_its_reason(tmp_path) -> None:
    _, path = _book(tmp_path / "w", [_plate()], (Absent("parks", "园区分布图", "没有园区图层"),))
    assert "没有园区图层" in _text(path, 2)


def test_an_atlas_that_was_stopped_goes_on(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("zoning.atlas.book.atlas_setting", lambda name: 2.0 if name == "chunk" else 0.0)
    plates = [_plate(f"p{n}") for n in range(6)]
    edition = _edition(tmp_path)

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(done: int, total: int) -> None:
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        make_parts(plates, edition, 6, stop)
    drawn = []
    monkeypatch.setattr(
        "zoning.atlas.book.draw_panels", lambda panels, *rest: drawn.append(len(panels)) or _draw(panels, *rest)
    )
    parts, _ = make_parts(plates, edition, 6)
    assert drawn == [2]
    assert [one.id for part in parts for one in part.sheets] == [f"p{n}" for n in range(6)]
    changed = [replace(plates[0], title="另一图名"), *plates[1:]]
    make_parts(changed, edition, 6)
    assert drawn == [2, 2]


def test_a_part_is_made_anew_with_other_bytes_of_a_font_or_another_program(tmp_path, monkeypatch) -> None:
    regular, bold, _ = font_files()  # two files of one family
    set_again = []
    monkeypatch.setattr(Press, "set", lambda self, data: set_again.append(1) or _pressed(self, data))
    make_parts([_plate()], _edition(tmp_path, fonts=(regular,)), 1)
    make_parts([_plate()], _edition(tmp_path, fonts=(regular,)), 1)
    assert len(set_again) == 1
    make_parts([_plate()], _edition(tmp_path, fonts=(bold,)), 1)
    assert len(set_again) == 2
    monkeypatch.setattr("zoning.atlas.book._makers", lambda: b"a later release")
    make_parts([_plate()], _edition(tmp_path, fonts=(bold,)), 1)
    assert len(set_again) == 3


def test_a_part_is_made_anew_with_another_shape_and_kept_with_the_same_one(tmp_path) -> None:
    def plate(east: float) -> Plate:
        layer = replace(_panel().layers[0], shapes=np.array([shapely.box(0, 0, east, 800), shapely.box(0, 0, 9, 9)]))
        return _plate(panels=(replace(_panel(), layers=(layer,)),))

    digests = [_digest([plate(east)], _edition(tmp_path)) for east in (500.0, 500.0, 501.0)]
    assert digests[0] == digests[1] != digests[2]


def test_a_part_of_which_only_half_is_known_is_made_anew(tmp_path) -> None:
    edition = _edition(tmp_path)
    make_parts([_plate()], edition, 1)
    (about,) = (one for one in tmp_path.glob("*.json") if one.name != "data.json")
    about.rename(about.with_suffix(".begun"))
    about.with_suffix(".begun").write_text('{"pa')
    parts, _ = make_parts([_plate()], edition, 1)
    assert [one.id for part in parts for one in part.sheets] == ["one"]


def test_fonts_of_an_atlas_that_was_stopped_are_not_used_by_the_next(tmp_path) -> None:
    Press(tmp_path, font_files()[:2])
    Press(tmp_path, ())
    assert list((tmp_path / "fonts").iterdir()) == []


_pressed = Press.set


def _draw(*arguments):
    from zoning.atlas.drawing import draw_panels

    return draw_panels(*arguments)


def test_a_character_without_a_glyph_is_named_and_nothing_is_written(tmp_path) -> None:
    named = _named(nine_units(), "𠮷")
    (tmp_path / "atlas.pdf").write_text("earlier")
    with pytest.raises(InputError) as raised:
        write_atlas(named, tmp_path / "atlas.pdf")
    assert [one.value for one in raised.value.findings] == ["𠮷 U+20BB7"]
    assert "--font" in raised.value.en
    assert (tmp_path / "atlas.pdf").read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.pdf"]


def _own_font(path: Path) -> Path:
    """A font of the user: one character that ours lack."""
    font = TTFont(font_files()[2])
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {0x20BB7: font.getBestCmap()[0x2082]}
    font["cmap"].tables = [table]
    for number, name in ((1, "Own Face"), (4, "Own Face Regular"), (6, "OwnFace-Regular")):
        font["name"].setName(name, number, 3, 1, 0x409)
    font.save(path)
    return path


def _named(result, prefix: str):
    frame = result.units.frame.copy()
    frame["name"] = [f"{prefix}{name}" for name in frame["name"]]
    return replace(result, units=ControlUnits(frame))


@needs_poppler
@pytest.mark.debian
def test_a_font_of_the_user_is_used_on_pages_and_maps(tmp_path) -> None:
    font = _own_font(tmp_path / "own.ttf")
    named = _named(nine_units(), "𠮷")
    write_atlas(named, tmp_path / "a.pdf", Wanted(sheets=("unit_index",), fonts=(font,)))
    assert _text(tmp_path / "a.pdf").count("𠮷") >= len(CODES)
    (tmp_path / "bad.ttf").write_text("no font")
    with pytest.raises(InputError, match=r"bad\.ttf"):
        write_atlas(named, tmp_path / "b.pdf", Wanted(fonts=(tmp_path / "bad.ttf",)))
    labelled = replace(_panel(), layers=(replace(_panel().layers[0], labels=("𠮷村", "𠮷镇")),))
    _, path = _book(tmp_path / "w", [_plate(panels=(labelled,))], fonts=(font,))
    assert "𠮷" in _text(path, 3)


def test_a_full_disk_leaves_the_earlier_file(tmp_path, monkeypatch) -> None:
    (tmp_path / "atlas.pdf").write_text("earlier")

    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(room, "write_book", full)
    with pytest.raises(ResultError, match="No space left"):
        write_atlas(nine_units(), tmp_path / "atlas.pdf", Wanted(sheets=("decision",)))
    assert (tmp_path / "atlas.pdf").read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.pdf"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_disk_that_is_full_while_pages_are_written_is_an_error_and_no_abort() -> None:
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    with pytest.raises(OSError, match="No space left"):
        _save(pdf, Path("/dev/full"))


def test_a_folder_that_cannot_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ResultError) as raised:
        write_atlas(nine_units(), tmp_path / "file" / "atlas.pdf", Wanted(sheets=("decision",)))
    assert "原有的文件没有改动" in raised.value.zh


def test_frames_fill_the_room_without_overlap() -> None:
    for count in range(1, 7):
        plate = _plate(panels=(_panel(),) * count)
        frames = frames_of(plate, "A3", "landscape")
        columns = columns_of(plate, "A3", "landscape")
        rows = -(-count // columns)
        width, height = page_size("A3", "landscape").maps
        assert columns * frames[0].width + (columns - 1) * 3 == pytest.approx(width)
        assert rows * (frames[0].height + (6 if count > 1 else 0)) + (rows - 1) * 3 == pytest.approx(height)
        assert [one.locator > 0 for one in frames] == [True] + [False] * (count - 1)


@pytest.mark.parametrize(("chosen", "count"), [("all", 9), ("none", 0)])
def test_the_study_says_which_units_get_a_fact_sheet(tmp_path, chosen, count) -> None:
    result = nine_units()
    study = result.study.model_copy(update={"atlas": result.study.atlas.model_copy(update={"units": chosen})})
    bound = write_atlas(replace(result, study=study), tmp_path / "a.pdf", lang="en")
    assert sum(name.startswith("unit:") for name in bound.sheet_pages) == count
