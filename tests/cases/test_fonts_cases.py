"""The faces of the package: what they have, what they are called, and what is said about a character they lack."""

from __future__ import annotations

import time

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from zoning.fonts import FAMILIES, check_texts, family_of, font_files, missing


def _decodable(codec: str) -> str:
    pairs = (bytes((first, second)) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF))
    return "".join(sorted({pair.decode(codec, "ignore") for pair in pairs}))


def test_every_character_of_gbk_can_be_written() -> None:
    characters = _decodable("gbk")
    assert len(characters) > 21_700
    assert missing(characters) == ()


def test_signs_of_the_field_and_rare_places_can_be_written() -> None:
    assert missing("CO₂ NOₓ PM₂.₅ km² m³ t·km⁻²·a⁻¹ −1.5 ± ≥ ≤ × ÷ ‰ ℃ → ① ⑳ Ⅻ λ κ Δ √ “”—… ☑ ☐ ✓") == ()
    assert missing("㵐䢺䢼鄠郿浐垯洨溇瀍") == ()


def test_bold_has_gb2312_and_rare_places() -> None:
    with TTFont(font_files()[1]) as face, TTFont(font_files()[2]) as other:
        bold, signs = face.getBestCmap(), other.getBestCmap()
    wanted = set(map(ord, _decodable("gb2312").replace("\x7f", "") + "㵐䢺䢼鄠郿浐垯洨溇瀍"))
    assert sorted(map(chr, wanted - set(bold) - set(signs))) == []


def test_controls_are_passed_over() -> None:
    assert missing("a\r\n\tb\u200b\ufeff村\ufe00\u00ad") == ()


def test_a_missing_character_is_named_with_its_places() -> None:
    texts = {f"ZH{n}": "𠮷村" for n in range(5)} | {"凡例": "🔴 重点"}
    found = {one.value: one for one in check_texts(texts)}
    assert set(found) == {"𠮷 U+20BB7", "🔴 U+1F534"}
    assert found["𠮷 U+20BB7"].message_zh == "字体没有“𠮷”（U+20BB7）这个字，用在 5 处：ZH0、ZH1、ZH2"
    assert found["🔴 U+1F534"].field == "凡例"
    assert "--font" in found["🔴 U+1F534"].fix_en


def test_a_font_of_the_user_fills_the_gap(tmp_path) -> None:
    font = TTFont(font_files()[2])
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {0x20BB7: font.getBestCmap()[0x2082]}
    font["cmap"].tables = [table]
    path = tmp_path / "own.ttf"
    font.save(path)
    assert missing("𠮷村", [path]) == ()
    assert family_of(path) == "Zoning Signs"


def test_five_megabytes_take_a_moment() -> None:
    text = "晋江市生态环境分区管控 CO₂ " * 350_000
    missing("晋")
    start = time.perf_counter()
    assert missing(text) == ()
    assert time.perf_counter() - start < 2.0


def test_faces_have_names_of_their_own_and_carry_the_licence() -> None:
    for file in font_files():
        font = TTFont(file)
        names = font["name"]
        assert names.getBestFamilyName() in FAMILIES
        assert "Noto" not in str(names.getDebugName(1)) + str(names.getDebugName(4)) + str(names.getDebugName(6))
        assert "Copyright" in names.getDebugName(0) or "(c)" in names.getDebugName(0)
        assert "Open Font License" in names.getDebugName(13)
        assert names.getDebugName(14)
        assert font["OS/2"].fsType == 0
        assert font["head"].unitsPerEm == 1000
        assert "glyf" in font
        assert not {"fpgm", "prep", "cvt "} & set(font.keys())
    assert "SIL OPEN FONT LICENSE" in (font_files()[0].parent / "OFL.txt").read_text(encoding="utf-8")
