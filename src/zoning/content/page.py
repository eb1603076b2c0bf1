"""The page of content tables, generated from them so that it cannot claim more than they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoning.content.counts import STATUSES, overview
from zoning.tables import Row, read

__all__ = ["content_page"]

_SIGNS = ("SO2", "NOX", "PM25", "VOC", "NH3", "CO2_S1", "CO2", "CH4", "N2O", "energy_penalty")
_STATES = ("in_force", "unknown", "draft", "expired", "superseded", "repealed", "not_a_norm")


def content_page() -> str:
    """Return ``docs/content.md``: the tables with their counts by status, measures, documents, what is unverified.

    Examples
    --------
    >>> content_page().splitlines()[0]
    '# 内容表 · content tables'
    """
    parts = (
        *(_HEAD, *_counts(), *_columns(), *_measures(), *_documents()),
        *(*_demands(), *_limits(), *_unverified(), *_changes()),
    )
    return "\n".join(parts) + "\n"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |"


def _counts() -> Iterator[str]:
    lines = (
        (f"`{one.name}`", one.zh, one.en, str(one.rows), *(str(one.statuses.get(status, "")) for status in STATUSES))
        for one in overview()
        if one.extendable
    )
    yield from _table(("table", "用途", "purpose", "rows", *STATUSES), lines)
    yield "\n其余内置表用 `zoning tables` 列出。The other packaged tables are listed by `zoning tables`.\n"
    yield _EXTEND


def _columns() -> Iterator[str]:
    yield "\n### 各列允许什么 · what each column allows\n"
    yield "\n".join(f"- `{rule}`：{zh}。{en}" for rule, zh, en in _RULES) + "\n"
    rows = [
        row for row in read("content_columns") if row["rule"] != "text" and row["column"] not in ("source", "status")
    ]
    cells = ((f"`{row['table']}`", f"`{row['column']}`", row["rule"], row["of"].replace(";", " · "), row["empty"])
             for row in rows)  # fmt: skip
    yield from _table(("table", "column", "rule", "可用取值 allowed", "可空 may be empty"), cells)
    yield ""


def _demands() -> Iterator[str]:
    yield "\n## 碳要求 · demands on carbon\n"
    names = ("id", "region", "text_zh", "gloss_en", "basis_id", "expired_at_2026", "note_zh", "source", "status")
    header = ("id", "范围", "要求", "demand", "basis", "目标年已过", "说明", "source", "status")
    yield from _table(header, ([row[name] for name in names] for row in read("carbon_demands")))


def _limits() -> Iterator[str]:
    yield "\n## 空气质量限值 · air quality limits\n"
    names = ("id", "standard", "pollutant", "period", "grade", "value", "unit", "valid_from", "valid_to", "source",
             "status")  # fmt: skip
    yield from _table(names, ([row[name] for name in names] for row in read("limits_by_date")))


def _measures() -> Iterator[str]:
    yield "## 措施 · measures\n"
    yield _SIGN_NOTE
    rows = read("measures")
    header = ("id", "措施", "measure", *_SIGNS, "关系", "看条件", "status")
    cells = (
        (row["id"], row["name_zh"], row["name_en"], *(row[name] for name in _SIGNS), row["relation"], row["depends_zh"],
         row["status"])
        for row in rows
    )  # fmt: skip
    yield from _table(header, cells)
    yield "\n数值只有下列几行，都不是减排效果：\n"
    yield from _table(
        ("id", "magnitude", "unit", "kind", "basis", "source", "status"),
        (
            (row["id"], *(row[f"magnitude{part}"] for part in ("", "_unit", "_kind", "_basis")), row["source"],
             row["status"])
            for row in rows
            if row["magnitude"]
        ),
    )  # fmt: skip


def _documents() -> Iterator[str]:
    yield "\n## 文件登记 · documents\n"
    yield _LAW_NOTE
    rows = read("law_register")
    for state in _STATES:
        part = [row for row in rows if row["legal_state"] == state]
        yield f"\n### {state} ({len(part)})\n"
        header = ("id", "范围", "名称", "文号", "issued", "in force", "until", "可作依据", "source", "status")
        yield from _table(header, (_document(row) for row in part))


def _document(row: Row) -> tuple[str, ...]:
    until = row["repealed_on"] + (f" → {row['superseded_or_amended_by']}" if row["superseded_or_amended_by"] else "")
    return (
        row["id"], row["province"], row["title"], row["number"], row["date_issued"], row["in_force_from"], until,
        row["citable_in_draft"], row["source"], row["status"],
    )  # fmt: skip


def _unverified() -> Iterator[str]:
    yield "\n## 未核实 · unverified\n"
    laws = {row["id"]: row for row in read("law_register")}
    demands = {row["id"]: row for row in read("carbon_demands")}
    memory = [row["id"] for row in read("measures") if row["status"] == "memory"]
    yield f"- 措施凭记忆 measures from memory: {', '.join(memory)}"
    numbered = [row["id"] for row in laws.values() if row["number_unverified"]]
    yield f"- 文号未见 numbers not seen (never printed): {', '.join(numbered)}"
    waiting = [f"{row['id']} ({row['basis_id']})" for row in read("clause_templates") if row["basis_print"] != "可引"]
    yield f"- 依据待核的模板 templates with an unverified basis: {', '.join(waiting)}"
    unknown = [key for key, row in demands.items() if laws.get(row["basis_id"], {}).get("legal_state") == "unknown"]
    yield f"- 依据效力不明的要求 demands whose basis is in an unknown state: {', '.join(unknown)}"
    baseless = [key for key, row in demands.items() if not row["basis_id"]]
    yield f"- 没有生效依据的要求 demands without a basis in force: {', '.join(baseless)}"
    late = [
        f"{row['id']} ({', '.join(over)})"
        for row in read("clause_templates")
        if (over := [key for key in row["demand_ids"].split(";") if demands[key]["expired_at_2026"] == "yes"])
    ]
    yield f"- 要求的目标年已过的模板 templates from a demand whose year is over: {', '.join(late)}"
    doubtful = [row["id"] for row in read("limits_by_date") if row["note_zh"] and row["standard"].endswith("2026")]
    yield f"- 两处出处不一致的限值 limits on which two sources disagree: {', '.join(doubtful)}"


def _changes() -> Iterator[str]:
    yield "\n## 对初稿的改动 · changed against the first compilation\n"
    names = ("id", "column", "was", "now", "why_zh", "why_en")
    rows = ((f"`{row['table']}`", *(row[name] or "—" for name in names)) for row in read("content_changes"))
    yield from _table(("table", "id", "column", "was", "now", "原因", "why"), rows)


_RULES = (
    ("one", "列出的一个", "one of the list"),
    ("each", "列出的一个或几个，用分号隔开", "one or more of the list, parted by semicolons"),
    ("refs", "所指表中的编号（或列出的词）", "names of rows of that table (or a word beside it)"),
    ("codes", "GB/T 4754 代码，二至四位", "codes of GB/T 4754, two to four digits"),
    ("industries", "列出的词、代码，或“部门:代码”", "a word of the list, a code, or “sector:code”"),
    ("intake", "收资清单的表号", "number of an intake table"),
    ("number, numbers", "数字；几个用分号隔开", "a number; several are parted by semicolons"),
    ("amount", "零或正数", "zero or a positive number"),
    ("years, date", "年份；日期写成 2026-03-01", "years; a date as 2026-03-01"),
)
_HEAD = """\
# 内容表 · content tables

由程序生成，勿手改（`make docs`）。内容表是供引擎使用、由专家修订的资料，不是官方文本；
每行写明来源（`source`，见 `sources`）和资料等级（`status`）：official-seen 见过官方文本，second-hand 二手，
memory 凭记忆未核，ours 本项目自定。空格表示没有找到，程序从不代填。

Generated by the program (`make docs`). These tables are data for the engine, to be revised by experts; they are no
official texts. Each row says where it comes from (`source`) and how far to trust it (`status`). A blank was not found
and is never filled by the engine.
"""
_EXTEND = """\
### 用户的行 · rows of your own

在 `study.toml` 写 `[tables]`、`folder = "…"`，文件夹里放与内置表同名的 csv（如 `measures.csv`）。表头用内置表的列名，
可以只写一部分列，编号列不能少；新编号的行是增加，已有编号的行代替内置行（没有写的列沿用内置值），并逐行说明。
多出的列、指向不存在的行、没有来源的数字都会列为问题。`zoning tables measures --study study.toml` 列出合并后的结果。
本版的 `run` 还不用这些行：凡 `run` 已在用的表（部门对照、分区亚类、因子等），扩充时会逐个提醒；其余的供以后的步骤使用。
自己的燃料和排放因子写在 `[inventory] factors`。

Name a folder under `[tables]` in `study.toml`; it holds csv files named like the packaged tables. Their columns are
those of the packaged table; some may be left out, but never those that name a row. A new name adds a row, a known name
takes the place of the packaged row (columns left out keep its cells) and is said. Unknown columns, references to
nothing and numbers without a source are findings. A run of this version does not take these rows yet: that is said of
every table that a run reads already (sectors, sub-types of zones, factors …); the others are for steps to come. Give
factors of your own under `[inventory] factors`.
"""
_SIGN_NOTE = """\
`+` 减少，`0` 无影响，`-` 增加，`?` 看条件。污染物和 `CO2_S1` 为当地排放，`CO2` 含购入电热；
`energy_penalty` 的 `+` 是多用能、`-` 是省能。

`+` reduces, `0` none, `-` increases, `?` depends. Pollutants and `CO2_S1` are local, `CO2` includes purchased power and
heat; of `energy_penalty`, `+` takes more energy and `-` saves some.
"""
_LAW_NOTE = """\
文号只在见过时填写；草案、被替代、到期、废止和非规范性文件从不作依据。

Numbers stand here only if they were seen. Drafts and what is superseded, expired, repealed or no norm are never a
basis."""
