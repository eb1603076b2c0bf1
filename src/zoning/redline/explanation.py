"""The sheet 修订说明 of a revised workbook: the table of changes with columns for the reviewer, text cells only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from zoning.messages import say
from zoning.redline.listing import FILLED, Row, columns, heading
from zoning.redline.model import Revision
from zoning.redline.runs import Props, mark, plain, props_of
from zoning.redline.sheet_xml import address_of
from zoning.redline.wording import DEL, INS
from zoning.redline.xml_part import Element, first, namespace, parsed, serialised
from zoning.tables import numbers, read

__all__ = ["STYLES", "explanation_xml", "with_styles"]

STYLES = ("title", "note", "head", "body", "link", "filled")
_TEXT_FORMAT = "49"
_HEAD_ROW = 3
_MAIN = {
    True: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    False: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
}


def with_styles(content: bytes, file: str) -> tuple[bytes, dict[str, str]]:
    """Return the styles of a workbook with ours behind them, and the index of each: those in front keep theirs."""
    root = parsed(content, file, "styles.xml")
    formats, fonts = first(root, "cellXfs"), first(root, "fonts")
    fills, borders = first(root, "fills"), first(root, "borders")
    if formats is None or fonts is None or fills is None or borders is None:
        return content, {}
    spaces = namespace(root)
    colours = {row["mark"]: row["colour"].lstrip("#") for row in read("redline_marks")}
    bold = _font(fonts, spaces, ("b",), None)
    link = _font(fonts, spaces, ("u",), colours["link"])
    usual = _font(fonts, spaces, (), None)
    fill = {name: _fill(fills, spaces, colours[name]) for name in ("head", "filled")}
    edge = _border(borders, spaces, colours["edge"])
    looks = {
        "title": (bold, "0", "0"), "note": (usual, "0", "0"), "head": (bold, fill["head"], edge),
        "body": (usual, "0", edge), "link": (link, "0", edge), "filled": (usual, fill["filled"], edge),
    }  # fmt: skip
    indices = {name: _format(formats, spaces, look, wrap=name not in ("title", "note")) for name, look in looks.items()}
    return serialised(root), indices


def _append(parent: Element, child: Element) -> str:
    parent.append(child)
    parent.set("count", str(len(parent)))
    return str(len(parent) - 1)


def _font(fonts: Element, spaces: str, marks: tuple[str, ...], colour: str | None) -> str:
    """Append the workbook's own default font with marks, so that the sheet looks like its neighbours."""
    base: Props = (props_of(fonts[0]) if len(fonts) else ()) or ()
    props = dict(base) | dict.fromkeys(marks, ()) | ({"color": (("rgb", f"FF{colour}"),)} if colour else {})
    font = fonts.makeelement(f"{{{spaces}}}font", {})
    for name in ("b", "i", "u", "sz", "color", "rFont", "family", "charset", "scheme"):
        if name in props:
            tag = "name" if name == "rFont" else name
            etree.SubElement(font, f"{{{spaces}}}{tag}", dict(props[name]))
    return _append(fonts, font)


def _fill(fills: Element, spaces: str, colour: str) -> str:
    fill = fills.makeelement(f"{{{spaces}}}fill", {})
    pattern = etree.SubElement(fill, f"{{{spaces}}}patternFill", {"patternType": "solid"})
    etree.SubElement(pattern, f"{{{spaces}}}fgColor", {"rgb": f"FF{colour}"})
    return _append(fills, fill)


def _border(borders: Element, spaces: str, colour: str) -> str:
    border = borders.makeelement(f"{{{spaces}}}border", {})
    for side in ("left", "right", "top", "bottom"):
        line = etree.SubElement(border, f"{{{spaces}}}{side}", {"style": "thin"})
        etree.SubElement(line, f"{{{spaces}}}color", {"rgb": f"FF{colour}"})
    etree.SubElement(border, f"{{{spaces}}}diagonal")
    return _append(borders, border)


def _format(formats: Element, spaces: str, look: tuple[str, str, str], *, wrap: bool) -> str:
    font, fill, border = look
    given = {"numFmtId": _TEXT_FORMAT, "fontId": font, "fillId": fill, "borderId": border, "xfId": "0"}
    applied = {f"apply{name}": "1" for name in ("NumberFormat", "Font", "Fill", "Border", "Alignment")}
    one = formats.makeelement(f"{{{spaces}}}xf", given | applied)
    alignment = {"vertical": "top", "wrapText": "1"} if wrap else {"vertical": "center"}
    etree.SubElement(one, f"{{{spaces}}}alignment", alignment)
    return _append(formats, one)


def explanation_xml(rows: Sequence[Row], about: Revision, styles: Mapping[str, str], *, strict: bool) -> bytes:
    """Return the XML of the sheet: title, how marks look, header, one row per edit, all of it text."""
    headers = columns()
    last = _HEAD_ROW + len(rows)
    data = [
        _row(1, [_cell((1, 1), heading(about), styles.get("title", ""))]),
        _row(2, [_legend(styles.get("note", ""))]),
        _row(_HEAD_ROW, [_cell((_HEAD_ROW, at), text, styles.get("head", "")) for at, (_, text) in _counted(headers)]),
    ]
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        texts = {name: text for (name, _), text in zip(headers, row.texts, strict=False)}
        cells = [_body(number, at, name, texts, styles) for at, (name, _) in _counted(headers)]
        data.append(_row(number, cells, _height(texts)))
    root = f'<worksheet xmlns="{_MAIN[strict]}">'
    parts = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{root}',
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
        f'<dimension ref="A1:{address_of((last, len(headers)))}"/><sheetViews><sheetView workbookViewId="0">',
        f'<pane ySplit="{_HEAD_ROW}" topLeftCell="A{_HEAD_ROW + 1}" activePane="bottomLeft" state="frozen"/>',
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>',
        _widths([name for name, _ in headers]),
        f"<sheetData>{''.join(data)}</sheetData>",
        _choices([name for name, _ in headers], last) if rows else "",
        _links(rows, [name for name, _ in headers]) if rows else "",
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>',
        '<pageSetup paperSize="8" orientation="landscape" fitToHeight="0"/></worksheet>',
    ]
    return "".join(parts).encode()


def _counted(headers: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(headers, start=1))


def _row(number: int, cells: Sequence[str], height: float = 0.0) -> str:
    high = f' ht="{height:g}"' if height else ""
    return f'<row r="{number}"{high}>{"".join(cells)}</row>'


def _height(texts: Mapping[str, str]) -> float:
    """Return a height in points at which every text of a row is seen; a Chinese character is two wide."""
    limits = numbers("redline_limits")
    widths = {row["column"]: float(row["width"]) for row in read("redline_columns")}
    lines = max(
        sum(ceil(max(len(line.encode("gb18030", "replace")), 1) / widths[name]) for line in text.split("\n"))
        for name, text in texts.items()
    )
    return min(lines * limits["line_points"], limits["row_points"])


def _body(number: int, column: int, name: str, texts: Mapping[str, str], styles: Mapping[str, str]) -> str:
    look = "link" if name == "cell" else "filled" if name in FILLED else "body"
    return _cell((number, column), texts.get(name, ""), styles.get(look, ""))


def _cell(at: tuple[int, int], text: str, style: str) -> str:
    styled = f' s="{style}"' if style else ""
    if not text:
        return f'<c r="{address_of(at)}"{styled}/>'
    shown = escape(plain(text[: int(numbers("redline_limits")["cell_letters"])]), {"\r": "&#13;"})
    return f'<c r="{address_of(at)}"{styled} t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _legend(style: str) -> str:
    """Return the line that says, in the marks themselves, what they mean."""
    styled = f' s="{style}"' if style else ""
    runs = [("redline.legend.del", mark((), DEL)), ("redline.legend.ins", mark((), INS)), ("redline.legend", None)]
    inner = "".join(
        f'<r>{_props(props)}<t xml:space="preserve">{escape(say(key))}</t></r>' for key, props in runs
    )  # fmt: skip
    return f'<c r="A2"{styled} t="inlineStr"><is>{inner}</is></c>'


def _props(props: Props | None) -> str:
    if not props:
        return ""
    inner = "".join(
        f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in given)}/>" for name, given in props
    )
    return f"<rPr>{inner}</rPr>"


def _widths(names: Sequence[str]) -> str:
    widths = {row["column"]: row["width"] for row in read("redline_columns")}
    inner = "".join(
        f'<col min="{at}" max="{at}" width="{widths[name]}" customWidth="1"/>' for at, name in enumerate(names, start=1)
    )
    return f"<cols>{inner}</cols>"


def _choices(names: Sequence[str], last: int) -> str:
    """Return the closed list of verdicts of the column 审核结论."""
    column = names.index("verdict") + 1
    area = f"{address_of((_HEAD_ROW + 1, column))}:{address_of((last, column))}"
    words = [row["word"] for row in read("review_words") if row["offered"] == "yes"]
    return (
        f'<dataValidations count="1"><dataValidation type="list" allowBlank="1" showInputMessage="1" '
        f'showErrorMessage="1" sqref="{area}"><formula1>"{",".join(words)}"</formula1></dataValidation>'
        "</dataValidations>"
    )


def _links(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Links to the changed cells, inside the workbook."""
    column = names.index("cell") + 1
    links = []
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        sheet = row.edit.at.sheet.replace("'", "''")
        place = f"'{sheet}'!{row.edit.at.cell}" if sheet else row.edit.at.cell
        links.append(f'<hyperlink ref="{address_of((number, column))}" location={quoteattr(place)}/>')
    return f"<hyperlinks>{''.join(links)}</hyperlinks>"
