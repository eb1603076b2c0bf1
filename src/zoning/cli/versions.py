"""``zoning list diff`` and ``zoning list backtest``: two versions of a list on the screen and in files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zoning.cli import Setting
    from zoning.pipeline.backtesting import Backtested
    from zoning.pipeline.comparing import Compared

__all__ = ["backtest", "diff"]

_LIST = click.Path(path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("old", type=_LIST)
@click.argument("new", type=_LIST)
@click.option("--old-units", default="", metavar="LAYER", help="旧版管控单元图层 · units of the old version")
@click.option("--new-units", default="", metavar="LAYER", help="新版管控单元图层 · units of the new version")
@click.option("-o", "--out", "folder", type=_FOLDER, default=None, help="写 diff.html、diff.xlsx、diff.json")
@click.pass_obj
def diff(setting: Setting, old: Path, new: Path, old_units: str, new_units: str, folder: Path | None) -> None:
    """比较两版清单：单元的拆分、合并、改编号和逐条变化 · compare two versions of a list, clause by clause."""
    from zoning.cli import screens
    from zoning.messages import say

    if bool(old_units) != bool(new_units):
        raise click.UsageError(say("screen.versions.one_layer", setting.lang))
    from zoning.pipeline.comparing import compare_lists

    found = compare_lists(old, new, old_units or None, new_units or None)
    screens.show_findings(found.findings, setting.lang)
    _show_diff(found, setting.lang)
    if folder is not None:
        from zoning.pipeline.version_reports import write_comparison

        _told(write_comparison(found, folder, setting.lang))
    sys.exit(0)


@click.command()
@click.argument("old", type=_LIST)
@click.argument("new", type=_LIST)
@click.option("--study", "study_path", type=_LIST, default=None, help="以旧版清单代入的研究 · study to run with OLD")
@click.option(
    "-o", "--out", "folder", type=_FOLDER, default=None, help="写 backtest.html、backtest.xlsx、backtest.json"
)
@click.pass_obj
def backtest(setting: Setting, old: Path, new: Path, study_path: Path | None, folder: Path | None) -> None:
    """在旧版清单上会提示什么，真实的修订做了什么 · what would have been flagged on OLD, and what its revision did."""
    from zoning.cli import screens
    from zoning.pipeline.backtesting import backtest_lists

    study = None
    if study_path is not None:
        from zoning.io.read.studies import read_study

        study = read_study(study_path)
    with screens.progress_bar(setting.lang) as tell:
        found = backtest_lists(old, new, study, tell)
    screens.show_findings(found.findings, setting.lang)
    _show_backtest(found, setting.lang)
    if folder is not None:
        from zoning.pipeline.version_reports import write_backtest

        _told(write_backtest(found, folder, setting.lang))
    sys.exit(0)


def _told(written: list[Path]) -> None:
    for path in written:
        click.echo(path)


def _show_diff(found: Compared, lang: str) -> None:
    from zoning.messages import say

    comparison = found.comparison
    for kind, counts in (
        ("unit", comparison.unit_counts),
        ("kind", comparison.record_counts),
        ("carbon", comparison.carbon_counts),
    ):
        words = [f"{say(f'versions.{kind}.{name}', lang)} {count}" for name, count in counts.items() if count]
        title = say(f"screen.versions.{kind}", lang)
        click.echo(say("screen.versions.line", lang, title=title, counts=" · ".join(words) or "—"))


def _show_backtest(found: Backtested, lang: str) -> None:
    from zoning.messages import say
    from zoning.versions.wording import backtest_words

    click.echo(backtest_words(found.backtest, lang))
    click.echo(say("backtest.caution", lang))
