"""Access lists as text files: the encoding is told by the headers in it, and said in a finding."""

from __future__ import annotations

import pytest

from zoning.errors import Severity
from zoning.io.read.table.csv_text import read_csv
from zoning.pipeline.lists import read_lists

CODE = "ZH35058220001"
PLAIN = f"""环境管控单元编码,环境管控单元名称,空间布局约束,污染物排放管控
{CODE},某镇重点管控单元,禁止新建燃煤锅炉。,应达标。
"""
TRADITIONAL = f"""環境管控單元編碼,環境管控單元名稱,空間佈局約束,污染物排放管控
{CODE},某鎮重點管控單元,禁止新建燃煤鍋爐。,應達標。
"""


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (PLAIN, "utf-8", ""), (PLAIN, "utf-8-sig", ""), (PLAIN, "gb18030", "GB18030"), (PLAIN, "utf-16", ""),
        (PLAIN, "utf-16-le", "UTF-16-LE"), (PLAIN, "utf-16-be", "UTF-16-BE"), (TRADITIONAL, "utf-8", ""),
        (TRADITIONAL, "big5hkscs", "BIG5HKSCS"), (TRADITIONAL, "gb18030", "GB18030"),
    ],
)  # fmt: skip
def test_the_encoding_is_told_by_the_headers(tmp_path, text, encoding, said):
    (tmp_path / "l.csv").write_bytes(text.encode(encoding))
    read = read_lists({"unit": tmp_path / "l.csv"})
    assert [(one.code, one.dimension) for one in read.lists[0].clauses] == [(CODE, "S"), (CODE, "P")]
    assert [found.value for found in read.findings if found.code == "ENCODING_UNDECLARED"] == ([said] if said else [])
    assert not read.faulty


def test_a_file_without_a_known_header_is_gb18030(tmp_path):
    (tmp_path / "l.csv").write_bytes("甲,乙\n1,2\n".encode("gbk"))
    assert read_csv(tmp_path / "l.csv", "l.csv").rows[0][0].text == "甲"


def test_formulas_in_text_are_text(tmp_path):
    (tmp_path / "l.csv").write_text(PLAIN + f"{CODE[:-1]}2,乙,=cmd|' /C calc'!A0,@SUM(A1)\n", encoding="utf-8")
    read = read_lists({"unit": tmp_path / "l.csv"})
    assert [str(found.code) for found in read.findings] == ["FORMULA_CELL"]
    assert read.findings[0].severity is Severity.WARNING
