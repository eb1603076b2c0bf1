"""Sheets as data for the templates, and the templates as pages. Texts are data: nothing a user wrote is markup."""

from __future__ import annotations

import dataclasses
import json
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from zoning.atlas.fact_data import fact_data
from zoning.atlas.layout import Orientation, Paper, atlas_setting, columns_of, page_size
from zoning.atlas.legends import legend_data
from zoning.atlas.model import Drawn, Imprint, Plate, Table
from zoning.cartography import Lines, Points
from zoning.fonts import FAMILIES, family_of, font_files
from zoning.messages import say
from zoning.symbology import Look

__all__ = ["Press", "book_data", "plate_data", "texts_of"]

Data = dict[str, Any]

_WORDS = (
    "legend", "legend_behind", "scale", "source", "approvals", "notes", "continued", "compiler", "date", "version",
    "approval", "slot", "crs", "page", "contents", "cover", "absent", "conventions", "status", "edition", "plane",
)  # fmt: skip
_UNSEEN = ("Cc", "Cf")
_REMEMBERED = 10  # compilations for which typst keeps a part of its work unasked
_TEMPLATES = ("book.typ", "sheet.typ", "front.typ", "fact.typ")


class Press:
    """Sets parts of an atlas as PDF, with our fonts and those the user gave, and no other.

    Parameters
    ----------
    folder : Path
        Where templates, data and drawings of the parts lie; nothing outside it is read.
    fonts : sequence of Path
        Further fonts.
    """

    def __init__(self, folder: Path, fonts: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=_font_folders(folder, fonts)
        )
        for name in _TEMPLATES:
            (folder / name).write_text(_template(name), encoding="utf-8")

    def set(self, data: Data) -> bytes:
        """Return the pages of one part; the same data give the same bytes."""
        (self._folder / "data.json").write_text(json.dumps(_plain(data), ensure_ascii=False), encoding="utf-8")
        compiler = typst.Compiler(
            str(self._folder / "book.typ"),
            root=str(self._folder),
            font_paths=self._fonts,
            sys_inputs={"data": "data.json"},
        )
        made = compiler.compile(format="pdf", timestamp=0)
        self._forget()
        if not isinstance(made, bytes):  # the binding returns pages apart for pictures only
            raise TypeError(type(made))
        return made

    def _forget(self) -> None:
        """Set nothing so often that typst drops what it keeps of parts set before: memory stays that of one part."""
        for _ in range(_REMEMBERED):
            typst.Compiler(b" ", font_paths=self._fonts).compile(format="pdf", timestamp=0)


@cache
def _template(name: str) -> str:
    return files("zoning.atlas").joinpath("templates", name).read_text(encoding="utf-8")


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return data whose texts hold no controls and no marks of direction: they have no glyph, and some turn a line."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        spaced = value.replace("\t", " ")
        return "".join(one for one in spaced if one == "\n" or unicodedata.category(one) not in _UNSEEN)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _font_folders(folder: Path, fonts: Sequence[Path]) -> list[str]:
    """Return folders with our fonts and copies of the given ones: a folder of a user may hold others beside them."""
    own = folder / "fonts"
    shutil.rmtree(own, ignore_errors=True)  # an atlas that was stopped may have been given other ones
    own.mkdir()
    for number, file in enumerate(fonts):
        shutil.copyfile(file, own / f"{number}{file.suffix}")
    return [str(font_files()[0].parent), str(own)]


def book_data(imprint: Imprint, paper: Paper, orientation: Orientation, fonts: Iterable[Path] = ()) -> Data:
    """Return what all pages share."""
    return {
        "imprint": dataclasses.asdict(imprint),
        "page": dataclasses.asdict(page_size(paper, orientation)),
        "fonts": [*FAMILIES, *(family_of(file) for file in fonts)],
        "words": {name: say(f"atlas.{name}", imprint.lang) for name in _WORDS},
    }


def plate_data(
    plate: Plate,
    drawn: Sequence[Drawn],
    form: tuple[Paper, Orientation, Look, Imprint],
) -> Data:
    """Return one sheet as the templates read it.

    Parameters
    ----------
    plate : Plate
        The sheet.
    drawn : sequence of Drawn
        Its panels as they were drawn, in order.
    form : tuple
        Paper, orientation, look, imprint.
    """
    paper, orientation, look, imprint = form
    scales = [_scale(one) for one in drawn]
    alike = len(set(scales)) == 1
    several = len(drawn) > 1 and plate.card is None
    head = atlas_setting(f"{paper}.panel_title") if several else 0.0
    return {
        "key": f"sheet:{plate.id}",
        "bookmark": plate.title,
        "title": plate.title,
        "subtitle": _subtitle(plate, drawn, imprint.lang),
        "panels": [
            {
                "page": one.page,
                "width": one.width,
                "height": one.height,
                "head": head,
                "title": panel.title if several else "",
                "scale": "" if alike or not several else scale,
            }
            for panel, one, scale in zip(plate.panels, drawn, scales, strict=True)
        ],
        "columns": columns_of(plate, paper, orientation) if several else 1,
        "gutter": page_size(paper, orientation).gap,
        "scale": scales[0] if alike and drawn else "",
        "plane": _plane(plate, drawn),
        "legend": legend_data(plate, drawn, look),
        "notes": [*plate.notes, *_unplaced(_left(drawn), imprint.lang)],
        "warnings": list(imprint.warnings),
        "sources": list(plate.sources),
        "approvals": list(plate.approvals),
        "tables": [_table(one) for one in plate.tables],
        "fact": None if plate.card is None else _fact(plate, drawn, look, imprint.lang),
    }


def _subtitle(plate: Plate, drawn: Sequence[Drawn], lang: str) -> str:
    """Return what is shown, and that a map has one class alone where it has: it looks as if something were missing."""
    themed = [layer for panel in plate.panels for layer in panel.layers if not isinstance(layer, Lines) and layer.title]
    shown = {entry for one in drawn for title, entries in one.legend.items() if title for entry in entries}
    if plate.card is not None or len(shown) != 1 or any(layer.theme.startswith("base.") for layer in themed):
        return plate.subtitle
    (only,) = shown
    return say("atlas.one_class", lang, text=plate.subtitle, label=only.label)


def _fact(plate: Plate, drawn: Sequence[Drawn], look: Look, lang: str) -> Data:
    """Return the card of a unit, with the names of emitters that its map has no place for among the notes."""
    data = fact_data(plate, look, lang)
    points = [layer for panel in plate.panels for layer in panel.layers if isinstance(layer, Points)]
    named = {text for layer in points for text in layer.labels}
    left = _unplaced([name for name in _left(drawn) if name in named], lang)
    data["notes"]["rows"] = [*data["notes"]["rows"], *left]
    return data


def texts_of(plate: Plate, look: Look, lang: str) -> str:
    """Return every text of a sheet, run together: what stands on its maps, in its margins and in its tables."""
    layers = [layer for panel in plate.panels for layer in panel.layers]
    parts: list[str] = [plate.title, plate.subtitle, *plate.notes, *plate.sources, *plate.approvals]
    parts += [panel.title for panel in plate.panels]
    for layer in layers:
        parts += [layer.title, getattr(layer, "unit", ""), *getattr(layer, "labels", ())]
        parts += [one.label for one in ((layer.entry,) if isinstance(layer, Lines) else layer.entries)]
    for table in plate.tables:
        parts += [table.title, *table.header, *(cell for row in table.rows for cell in row)]
    if plate.card is not None:
        parts.append(json.dumps(fact_data(plate, look, lang), ensure_ascii=False))
    return "\n".join(parts)


def _scale(drawn: Drawn) -> str:
    return f"1:{drawn.scale:,}"


def _plane(plate: Plate, drawn: Sequence[Drawn]) -> str:
    """Return the system a sheet is drawn in, where it is not that of the data (which the margin names)."""
    pairs = zip(plate.panels, drawn, strict=True)
    return next((one.crs for panel, one in pairs if one.crs and one.crs != panel.crs.name), "")


def _table(table: Table) -> Data:
    return {
        "title": table.title,
        "header": list(table.header),
        "rows": [list(row) for row in table.rows],
        "numeric": sorted(table.numeric),
    }


def _left(drawn: Sequence[Drawn]) -> list[str]:
    """Return the names that found no place on the maps, each once."""
    return list(dict.fromkeys(name for one in drawn for name in one.unlabelled))


def _unplaced(names: Sequence[str], lang: str) -> list[str]:
    """Return one note about names that found no place on the maps: which, or how many if they are many."""
    if not names:
        return []
    if len(names) <= atlas_setting("unplaced"):
        return [say("atlas.unplaced", lang, names=(", " if lang == "en" else "、").join(names))]
    return [say("atlas.unplaced.many", lang, count=len(names))]
