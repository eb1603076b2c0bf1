"""Build the fonts of the package: subsets of Noto under names of our own. ``make fonts SOURCES=folder``.

The folder holds four unpacked npm packages, each in a folder of its own (any name):

* ``@expo-google-fonts/noto-sans-sc`` 0.4.3: Noto Sans SC 2.004, static outlines in glyf (CFF breaks Type 42 in PDF)
* ``@expo-google-fonts/noto-sans`` 0.4.2: Noto Sans 2.015, for raised and lowered digits
* ``@expo-google-fonts/noto-sans-math`` 0.4.2: Noto Sans Math 3.000, for signs of mathematics
* ``@expo-google-fonts/noto-sans-symbols-2`` 0.4.1: Noto Sans Symbols 2 2.008, for boxes and ticks

All are under the SIL Open Font License 1.1; its text is copied beside the fonts. The same sources give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "src" / "zoning" / "fonts"
VERSIONS = {
    "noto-sans-sc": "0.4.3",
    "noto-sans": "0.4.2",
    "noto-sans-math": "0.4.2",
    "noto-sans-symbols-2": "0.4.1",
}
SANS_SC = "Zoning Sans SC"
SIGNS = "Zoning Signs"

# Characters of place names that a bold title meets: of 通用规范汉字表 (2013) in extension A, and others.
PLACES = (
    "鄠郿浐垯洨溇瀍堃喆镕旸玥翀珺昉祎晞璟堉暠瑨煊洺洣汨鄏鄚郚郗郯郪邡邛邽浉淠淄漷溵澴潢瀼灞圲圐圙埒埇埭塬峁垴垸垭墕嶅崂崾岈嵊崮"
    "碶碚磜硚碛磴湴泖浬涪滘漖漈潖濛濉瀛灉犍猇琚瑷甪畈畲痄盱眙睢穰窎筼箐篁綦缙耒芗芮茌荥荏莘莨莪菏萸葑葭蒗蒯蓥蔺蕲虢蚬螳袆诏谯賨赉赣轵"
    "辽邕邗邙邾郄郏郓郜郫郴郸郾鄄鄞鄢鄣鄱酃钐铚锜镆阆陉陂陧霅颍馃骊魇鲅鳌鹞麂黟黾黡㵐䢺䢼"
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬"
    "䗖䗛䗪䗴䜣䝙䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
SOURCES = {
    "noto-sans-sc": "NotoSansSC_{}.ttf",
    "noto-sans": "NotoSans_{}.ttf",
    "noto-sans-math": "NotoSansMath_{}.ttf",
    "noto-sans-symbols-2": "NotoSansSymbols2_{}.ttf",
}
REGULAR, BOLD = "400Regular", "700Bold"
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14]

Range = tuple[int, int]
LATIN_TO_SIGNS: tuple[Range, ...] = ((0x20, 0x30FF),)
HAN: tuple[Range, ...] = ((0x3100, 0x9FFF), (0xF900, 0xFAFF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF), (0x20000, 0x323AF))
FROM_SANS: tuple[Range, ...] = ((0xA0, 0x24F), (0x370, 0x3FF), (0x2000, 0x20CF), (0x2100, 0x214F))
FROM_MATH: tuple[Range, ...] = ((0x2190, 0x22FF),)
FROM_SYMBOLS: tuple[Range, ...] = ((0x25A0, 0x25FF), (0x2600, 0x2613), (0x2700, 0x27BF), (0x2B00, 0x2BFF))


def decodable(codec: str) -> set[int]:
    """Return the characters of all byte pairs that a codec decodes."""
    found: set[int] = set()
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            try:
                found.update(map(ord, bytes((first, second)).decode(codec)))
            except UnicodeDecodeError:
                continue
    return found


def within(ranges: Iterable[Range]) -> set[int]:
    """Return all code points of ranges, ends included."""
    return {code for low, high in ranges for code in range(low, high + 1)}


def source(folder: Path, package: str, weight: str) -> TTFont:
    """Open one face of an unpacked package, whatever its folder is called.

    Raises
    ------
    SystemExit
        If the folder holds no such package, or another version of it.
    """
    for about in sorted(folder.glob("*/package.json")):
        text = about.read_text(encoding="utf-8")
        if f'"@expo-google-fonts/{package}"' in text and f'"{VERSIONS[package]}"' in text:
            path = about.parent / weight / SOURCES[package].format(weight)
            return TTFont(path, recalcTimestamp=False)
    raise SystemExit(f"{folder}: no folder holds @expo-google-fonts/{package} {VERSIONS[package]}")


def subset(font: TTFont, codes: set[int], features: list[str]) -> None:
    """Keep the characters, without hints and without what vertical setting needs."""
    options = Options(hinting=False, layout_features=features, name_IDs=KEPT_NAMES, name_languages=[0x409])
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "STAT", "MATH", "DSIG", "prep", "gasp"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes & set(font.getBestCmap()))
    subsetter.subset(font)


def rename(font: TTFont, family: str, style: str, copyrights: str = "") -> None:
    """Give the face a name of its own, so that no cache takes it for the face it was cut from."""
    table = font["name"]
    script = f"{family.replace(' ', '')}-{style}"
    own = {1: family, 2: style, 3: f"zoning;{script}", 4: f"{family} {style}", 6: script}
    for number, text in (own | ({0: copyrights} if copyrights else {})).items():
        table.setName(text, number, 3, 1, 0x409)
    table.names = sorted(one for one in table.names if one.platformID == 3)


def build_sans(folder: Path, weight: str, codes: set[int]) -> TTFont:
    """Return one weight of the Chinese face."""
    font = source(folder, "noto-sans-sc", weight)
    subset(font, codes, ["kern", "mark", "ccmp"])
    rename(font, SANS_SC, weight[3:])
    return font


def build_signs(folder: Path, covered: set[int]) -> TTFont:
    """Return the face of signs: what the Chinese face has not, from three others of the same em."""
    wanted = {"noto-sans": FROM_SANS, "noto-sans-math": FROM_MATH, "noto-sans-symbols-2": FROM_SYMBOLS}
    copyrights: list[str] = []
    with TemporaryDirectory() as work:
        parts = []
        for package, ranges in wanted.items():
            font = source(folder, package, REGULAR)
            codes = within(ranges) - covered
            covered = covered | (codes & set(font.getBestCmap()))
            copyrights.append(str(font["name"].getDebugName(0)))
            subset(font, codes, [])
            for tag in ("GDEF", "GSUB", "GPOS"):
                if tag in font:
                    del font[tag]
            parts.append(Path(work) / f"{package}.ttf")
            font.save(parts[-1])
        merged = Merger().merge([str(part) for part in parts])
        first = TTFont(parts[0])
        merged["head"].created, merged["head"].modified = first["head"].created, first["head"].modified
    merged.recalcTimestamp = False
    rename(merged, SIGNS, "Regular", "; ".join(copyrights))
    return merged


def main(folder: Path) -> None:
    """Write the three faces and their licence into the package."""
    characters = set(source(folder, "noto-sans-sc", REGULAR).getBestCmap())
    latin = within(LATIN_TO_SIGNS)
    faces = {
        "ZoningSansSC-Regular.ttf": build_sans(folder, REGULAR, latin | within(HAN) | decodable("gbk")),
        "ZoningSansSC-Bold.ttf": build_sans(folder, BOLD, latin | decodable("gb2312") | set(map(ord, PLACES))),
        "ZoningSigns-Regular.ttf": build_signs(folder, characters),
    }
    for name, font in faces.items():
        font.save(TARGET / name, reorderTables=True)
        print(name, len(font.getBestCmap()), (TARGET / name).stat().st_size)  # noqa: T201 - a script for people
    licences = [
        (about.parent / "LICENSE_FONT").read_text(encoding="utf-8").strip()
        for package in VERSIONS
        for about in sorted(folder.glob("*/package.json"))
        if f'"@expo-google-fonts/{package}"' in about.read_text(encoding="utf-8")
    ]
    heads = [text.splitlines()[0] for text in licences]
    body = licences[0].split("\n", 1)[1]
    (TARGET / "OFL.txt").write_text("\n".join(heads) + "\n" + body + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
