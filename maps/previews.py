"""Small pictures of the best sheets of a finished run: ``python maps/previews.py zoning-demo``."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typst

from zoning.atlas.merging import sheet_pages

HERE = Path(__file__).parent
SHEETS = ("unit_class", "zones.air", "emission.CO2", "decision", "before_after")
PIXELS_PER_INCH = 62
WINDOW = "1366,768"


def sheet_pictures(atlas: Path) -> list[Path]:
    """Write a picture of each of some sheets, and of the first fact sheet."""
    pages = sheet_pages(atlas)
    first = min((page for name, page in pages.items() if name.startswith("unit:")), default=0)
    wanted = {name: pages[f"sheet:{name}"] for name in SHEETS if f"sheet:{name}" in pages}
    wanted |= {"fact_sheet": first} if first else {}
    written = []
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(atlas, Path(place) / "atlas.pdf")
        for name, page in wanted.items():
            source = Path(place) / "page.typ"
            source.write_text(f'#set page(width: auto, height: auto, margin: 0pt)\n#image("atlas.pdf", page: {page})\n')
            picture = HERE / f"{name.replace('.', '_')}.png"
            typst.compile(source, output=picture, format="png", ppi=PIXELS_PER_INCH)
            written.append(picture)
    return written


def map_picture(page: Path) -> list[Path]:
    """Write what a browser shows of the interactive map, if there is one here."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return []
    picture = HERE / "demo.png"
    how = ["--headless", "--no-sandbox", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"]
    how += [f"--window-size={WINDOW}", "--virtual-time-budget=8000", f"--screenshot={picture.resolve()}"]
    subprocess.run([browser, *how, page.resolve().as_uri()], check=True, capture_output=True)
    return [picture]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for made in (*sheet_pictures(folder / "atlas.pdf"), *map_picture(folder / "map.html")):
        print(made)
