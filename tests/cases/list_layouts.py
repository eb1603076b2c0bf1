"""One abstract list, written in every layout that provinces publish: what is read back must be the same list."""

from __future__ import annotations

import re
from dataclasses import dataclass

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from tests.cases.word_numbers import numbered, numbering

DIMENSIONS = {"S": "空间布局约束", "P": "污染物排放管控", "R": "环境风险防控", "Z": "资源利用效率"}
CLASSES = {"1": "优先保护单元", "2": "重点管控单元", "3": "一般管控单元"}
CODE, NAME, CLASS, DEMANDS = "环境管控单元编码", "环境管控单元名称", "管控单元分类", "管控要求"


@dataclass(frozen=True)
class Unit:
    """A unit of the list: the text of each dimension, "" where it has none."""

    code: str
    name: str
    texts: tuple[tuple[str, str], ...]

    @property
    def unit_class(self) -> str:
        return CLASSES[self.code[8]]

    def text(self, dimension: str) -> str:
        return dict(self.texts).get(dimension, "")

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(dimension, text) for dimension, text in self.texts if text]


def sheet(path, rows, merges=()):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "单元清单"
    for row in rows:
        page.append([None if text == "" else text for text in row])
    for area in merges:
        page.merge_cells(area)
    made.save(path)


def sheets(path, pages):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in pages.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append([None if text == "" else text for text in row])
    made.save(path)


def wide(units, head=(CODE, NAME, CLASS)):
    rows = [[*head, *DIMENSIONS.values()]]
    return [*rows, *([unit.code, unit.name, unit.unit_class, *map(unit.text, DIMENSIONS)] for unit in units)]


def write_wide(units, path):
    sheet(path, [["某市生态环境准入清单"], *wide(units)])


def write_long_merged(units, path):
    rows, merges = [[CODE, NAME, CLASS, "管控维度", DEMANDS]], []
    for unit in units:
        first = len(rows) + 1
        for at, (dimension, text) in enumerate(zip(DIMENSIONS.values(), map(unit.text, DIMENSIONS), strict=True)):
            rows.append([*([unit.code, unit.name, unit.unit_class] if not at else ["", "", ""]), dimension, text])
        merges += [f"{letter}{first}:{letter}{len(rows)}" for letter in "ABC"]
    sheet(path, rows, merges)


def write_long_repeated(units, path):
    rows = [["序号", CODE, NAME, CLASS, "管控维度", DEMANDS]]
    for unit in units:
        for dimension, label in DIMENSIONS.items():
            rows.append([len(rows), unit.code, unit.name, unit.unit_class, label, unit.text(dimension)])
    sheet(path, rows)


def write_heads_in_text(units, path):
    """A row a clause, with the dimension at the head of the text in brackets or before a colon."""
    rows = [[CODE, NAME, CLASS, DEMANDS]]
    for unit in units:
        said = unit.said or [("S", "")]
        for at, (dimension, text) in enumerate(said):
            label = DIMENSIONS[dimension]
            whole = f"【{label}】{text}" if at % 2 else f"{label}：{text}"
            rows.append([unit.code, unit.name, unit.unit_class, whole if text else ""])
    sheet(path, rows)


def write_one_cell(units, path):
    rows = [[CODE, NAME, CLASS, DEMANDS]]
    for unit in units:
        whole = "\n".join(f"{DIMENSIONS[dimension]}：\n{text}" for dimension, text in unit.said)
        rows.append([unit.code, unit.name, unit.unit_class, whole])
    sheet(path, rows)


def cards(units):
    """Rows of a table for each unit as in Guangdong: labels over values, then dimensions beside demands."""
    for unit in units:
        yield [
            [CODE, "单元名称", "省", "市", "区", CLASS],
            [unit.code, unit.name, "某省", "某市", "某区", unit.unit_class],
            ["管控维度", "管控维度", DEMANDS, DEMANDS, DEMANDS, DEMANDS],
            *([label, label, *[unit.text(dimension)] * 4] for dimension, label in DIMENSIONS.items()),
        ]  # fmt: skip


def tables(path, grids, merged=True, headings=()):
    made = docx.Document()
    for number, grid in enumerate(grids):
        if headings:
            made.add_paragraph(headings[number])
        table = made.add_table(rows=len(grid), cols=len(grid[0]))
        for at, row in enumerate(grid):
            for column, text in enumerate(row):
                if not merged or not column or text != row[column - 1] or len(set(row)) == len(row):
                    table.cell(at, column).text = text
                elif text or column > 2:
                    table.cell(at, column - 1).merge(table.cell(at, column))
        made.add_paragraph("")
    made.save(str(path))


def write_cards_docx(units, path):
    tables(path, cards(units))


def write_cards_stacked(units, path):
    rows, merges = [], []
    for grid in cards(units):
        for row in grid:
            rows.append([text if not at or text != row[at - 1] else "" for at, text in enumerate(row)])
            if row[0] == row[1]:
                merges += [f"A{len(rows)}:B{len(rows)}", f"C{len(rows)}:F{len(rows)}"]
    sheet(path, rows, merges)


def write_cards_one_header(units, path):
    rows = [[CODE, NAME, CLASS]]
    for unit in units:
        rows.append([unit.code, unit.name, unit.unit_class])
        rows += [[label, unit.text(dimension), ""] for dimension, label in DIMENSIONS.items()]
    sheet(path, rows, [f"B{at}:C{at}" for at, row in enumerate(rows, 1) if row[0] in DIMENSIONS.values()])


def write_grid_of_labels(units, path):
    grids = [
        [
            [CODE, unit.code, "单元名称", unit.name], [CLASS, unit.unit_class, "面积", "3.5"],
            ["管控维度", DEMANDS, DEMANDS, DEMANDS],
            *([label, *[unit.text(dimension)] * 3] for dimension, label in DIMENSIONS.items()),
        ]
        for unit in units
    ]  # fmt: skip
    tables(path, grids)


def write_matrix(units, path):
    rows = [["某县清单"], ["管控维度", *(unit.code for unit in units)], ["单元名称", *(unit.name for unit in units)],
            ["单元分类", *(unit.unit_class for unit in units)]]  # fmt: skip
    rows += [[label, *(unit.text(dimension) for unit in units)] for dimension, label in DIMENSIONS.items()]
    sheet(path, rows)


def write_matrix_names(units, path):
    """Code and name in one cell; the docx form, dimensions in the rows."""
    grid = [
        ["管控单元", *(f"{unit.code}\n{unit.name}" for unit in units)],
        ["单元类别", *(u.unit_class for u in units)],
    ]
    grid += [[label, *(unit.text(dimension) for unit in units)] for dimension, label in DIMENSIONS.items()]
    tables(path, [grid], merged=False)


def write_side_by_side(units, path):
    half = (len(units) + 1) // 2
    left, right = wide(units[:half]), wide(units[half:])
    rows = [[*one, "", *two] for one, two in zip(left, [*right, *[[""] * 7] * len(left)], strict=False)]
    sheet(path, [["某市清单"], *rows])


def write_titles_between(units, path):
    rows, merges = [wide([])[0]], []
    for number, unit in enumerate(units):
        rows.append([["晋江市", "一、优先保护单元", "（二）某镇"][number % 3]])
        merges.append(f"A{len(rows)}:G{len(rows)}")
        rows += wide([unit])[1:]
    sheet(path, rows, merges)


def write_code_and_name(units, path):
    joined = ["{}\n{}", "{}（{}）", "{} {}"]
    rows = [["单元编码及名称", CLASS, *DIMENSIONS.values()]]
    for number, unit in enumerate(units):
        both = joined[number % 3].format(unit.code, unit.name)
        rows.append([both, unit.unit_class, *map(unit.text, DIMENSIONS)])
    sheet(path, rows)


def write_name_with_code(units, path):
    rows = [["序号", NAME, CLASS, *DIMENSIONS.values()]]
    rows += [
        [at, f"{unit.name}（{unit.code}）", unit.unit_class, *map(unit.text, DIMENSIONS)]
        for at, unit in enumerate(units, 1)
    ]
    sheet(path, rows)


def write_code_hidden_at_the_end(units, path):
    rows = [[NAME, CLASS, *DIMENSIONS.values(), CODE]]
    rows += [[unit.name, unit.unit_class, *map(unit.text, DIMENSIONS), unit.code] for unit in units]
    sheet(path, rows)
    made = openpyxl.load_workbook(path)
    made.active.column_dimensions["G"].hidden = True
    made.save(path)


def write_by_dimension(units, path):
    head = [CODE, NAME, CLASS, DEMANDS]
    sheets(path, {
        label: [head, *([unit.code, unit.name, unit.unit_class, unit.text(dimension)] for unit in units)]
        for dimension, label in DIMENSIONS.items()
    })  # fmt: skip


def write_sheet_per_unit(units, path):
    sheets(path, {
        unit.code: [["单元名称", unit.name], ["单元分类", unit.unit_class],
                    *([label, unit.text(dimension)] for dimension, label in DIMENSIONS.items())]
        for unit in units
    })  # fmt: skip


def write_headings_and_tables(units, path):
    """The code only in the paragraph above a table of four rows."""
    grids = [[[label, unit.text(dimension)] for dimension, label in DIMENSIONS.items()] for unit in units]
    tables(path, grids, merged=False, headings=[f"{unit.code} {unit.name}" for unit in units])


def write_headings_and_headed_tables(units, path):
    grids = [
        [["管控维度", DEMANDS], *([label, unit.text(dimension)] for dimension, label in DIMENSIONS.items())]
        for unit in units
    ]
    tables(path, grids, merged=False, headings=[f"{at}. {u.name}（{u.code}）" for at, u in enumerate(units, 1)])


def write_numbered(units, path):
    """A docx whose numbers (1. 2.) stand in no text: Word shows them."""
    made = docx.Document()
    numbering(made, (("decimal", "%1."), ("decimal", "1-%2.")))
    table = made.add_table(rows=1 + len(units), cols=7)
    for at, row in enumerate(wide(units)):
        for column, text in enumerate(row):
            if not at or column < 3:
                table.cell(at, column).text = text
                continue
            for number, line in enumerate(text.split("\n")):
                cell = table.cell(at, column)
                paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
                level = 1 if re.match(r"1-[0-9]\.", line) else 0 if re.match(r"[0-9]\.", line) else None
                paragraph.add_run(line if level is None else re.sub(r"^[0-9-]+\.", "", line))
                if level is not None:
                    numbered(paragraph, level, _restarted(made, at * 10 + column))
    made.save(str(path))


def _restarted(made, name):
    """Return a numbering that begins anew in a cell."""
    part = made.part.numbering_part.element
    known = {one.get(qn("w:numId")) for one in part.findall(qn("w:num"))}
    if str(1000 + name) not in known:
        starts = "".join(f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="1"/></w:lvlOverride>' for at in (0, 1))
        part.append(parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{1000 + name}"><w:abstractNumId w:val="90"/>{starts}</w:num>'
        ))  # fmt: skip
    return 1000 + name


def write_csv(encoding):
    def write(units, path):
        lines = [",".join(f'"{text}"' for text in row) for row in wide(units)]
        path.write_bytes("\r\n".join(lines).encode(encoding))

    return write


WITHOUT_CLASS = ("headings and tables", "headings and headed tables")
LAYOUTS = {
    "wide.xlsx": write_wide, "long merged.xlsx": write_long_merged, "long repeated.xlsx": write_long_repeated,
    "heads in text.xlsx": write_heads_in_text, "one cell.xlsx": write_one_cell, "cards.docx": write_cards_docx,
    "cards stacked.xlsx": write_cards_stacked, "cards one header.xlsx": write_cards_one_header,
    "grid of labels.docx": write_grid_of_labels, "matrix.xlsx": write_matrix, "matrix names.docx": write_matrix_names,
    "side by side.xlsx": write_side_by_side, "titles between.xlsx": write_titles_between,
    "code and name.xlsx": write_code_and_name, "name with code.xlsx": write_name_with_code,
    "code hidden.xlsx": write_code_hidden_at_the_end, "by dimension.xlsx": write_by_dimension,
    "sheet per unit.xlsx": write_sheet_per_unit, "headings and tables.docx": write_headings_and_tables,
    "headings and headed tables.docx": write_headings_and_headed_tables,
    "numbered.docx": write_numbered, "utf8.csv": write_csv("utf-8"), "gbk.csv": write_csv("gbk"),
    "utf16.csv": write_csv("utf-16"), "utf16 unmarked.csv": write_csv("utf-16-le"),
}  # fmt: skip
