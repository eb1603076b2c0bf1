"""Commands: parse → call the library → exit code. The only room with progress bars and a terminal.

Exit codes: 0 done, 1 our fault, 2 usage, 3 inputs invalid (findings printed and written), 130 interrupted. Results
go to stdout, progress and messages to stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from zoning.cli.lists import lists
from zoning.messages import LANGUAGES, default_language

__all__ = ["main"]

_INTERRUPTED = "已中断，原有成果未动 · interrupted; previous outputs are untouched"
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_EDITIONS = click.Choice(("internal", "public"))


@dataclass(frozen=True)
class Setting:
    """What every command knows: the language, and whether tracebacks are wanted."""

    lang: str
    debug: bool


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--lang", type=click.Choice(LANGUAGES), default=None, help="语言 · language (default: by locale)")
@click.option("--debug", is_flag=True, help="出错时给出完整回溯 · show tracebacks")
@click.version_option(package_name="zoning")
@click.pass_context
def cli(context: click.Context, lang: str | None, debug: bool) -> None:  # noqa: FBT001 - click passes flags so
    """减污降碳协同的生态环境分区管控引擎 · pollution and carbon control, unit by unit."""
    context.obj = Setting(lang or default_language(), debug)


@cli.command()
@click.argument("folder", type=_FOLDER, default=Path("zoning-demo"))
@click.pass_obj
def demo(setting: Setting, folder: Path) -> None:
    """运行内置的示例城市（示例数据）· run the bundled example city."""
    from zoning.cli import commands

    commands.demo(folder, setting.lang)


@cli.command()
@click.argument("folder", type=_FOLDER)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def new(setting: Setting, folder: Path, files: tuple[Path, ...]) -> None:
    """新建研究：空白收资表，或据已有文件写好 study.toml · begin a study, from your own FILES if there are any."""
    from zoning.cli import commands

    sys.exit(commands.new(folder, files, setting.lang))


@cli.command()
@click.argument("path")
@click.option(
    "--as", "kind", default="", metavar="KIND", help="文件的种类：units zones zones.air grid list points targets …"
)
@click.option("--with", "units", default="", metavar="UNITS", help="对照用的管控单元图层 · units to hold it against")
@click.option("--published-total", type=float, default=None, help="公布的总量 · total published for the grid")
@click.option("--json", "json_path", type=_FILE, default=None, help="另存问题清单 · also write the findings as JSON")
@click.option(
    "--xlsx", "xlsx_path", type=_FILE, default=None, help="另存问题清单 · also write the findings as a workbook"
)
@click.option(
    "-o", "--out", type=_FOLDER, default=None, help="写 check.html、findings.xlsx、faults.gpkg · folder for them"
)
@click.option("--repair", is_flag=True, help="把能安全修复的修到副本里，逐项列出 · mend what is safe into a copy")
@click.pass_obj
def check(setting: Setting, /, path: str, **options: Any) -> None:  # noqa: ANN401 - click gives each its type
    """检查一个研究，或单个图层、栅格、表格，不作计算 · find every fault before any computing."""
    from zoning.cli import checking

    sys.exit(checking.check(path, checking.Wanted(**options), setting.lang))


@cli.command()
@click.argument("study", type=_FILE)
@click.option("-o", "--out", "folder", type=_FOLDER, required=True, help="成果文件夹 · folder of the deliverables")
@click.option("--edition", type=_EDITIONS, default=None, help="内部版或公开版 · edition (default: that of the study)")
@click.option("--gdb", is_flag=True, help="另写文件地理数据库 · a file geodatabase as well")
@click.pass_obj
def run(setting: Setting, study: Path, folder: Path, edition: str | None, gdb: bool) -> None:  # noqa: FBT001 - a flag
    """从文件到决定和全部成果 · from files to decisions and deliverables."""
    from zoning.cli import commands

    sys.exit(commands.run(study, folder, setting.lang, edition=edition or "", geodatabase=gdb))


@cli.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--sheets", default="", metavar="ID,ID…", help="只要这些图幅 · these sheets alone")
@click.option("--units", default="", metavar="CODE,CODE…", help="出单元图表的单元，或 all、flagged、none · fact sheets")
@click.option("--font", "fonts", multiple=True, type=_FILE, help="补充字体 · a font with characters that ours lacks")
@click.option("--edition", type=_EDITIONS, default=None, help="公开版写到 public/ · the public one goes to public/")
@click.option("-o", "--out", "path", type=_FILE, default=None, help="写到别处 · another place to write to")
@click.option("--list", "listed", is_flag=True, help="列出图幅编号 · list the ids of sheets")
@click.pass_obj
def atlas(setting: Setting, /, folder: Path | None, *, listed: bool, **options: Any) -> None:  # noqa: ANN401 - click's
    """据已有成果重出图集 · the atlas anew, from a finished run."""
    from zoning.cli import drawing

    if listed:
        sys.exit(drawing.show_sheets(setting.lang))
    if folder is None:
        raise click.MissingParameter(param_type="argument", param_hint="FOLDER")
    sys.exit(
        drawing.draw_atlas(
            folder, drawing.Asked(**{name: value for name, value in options.items() if value is not None}), setting.lang
        )
    )


@cli.command("map")
@click.argument("folder", type=_FOLDER)
@click.option("--edition", type=_EDITIONS, default=None, help="公开版写到 public/ · the public one goes to public/")
@click.option("-o", "--out", "path", type=_FILE, default=None, help="写到别处 · another place to write to")
@click.pass_obj
def map_(setting: Setting, /, folder: Path, **options: Any) -> None:  # noqa: ANN401 - click's
    """据已有成果重出交互地图 · the interactive map anew, from a finished run."""
    from zoning.cli import drawing

    sys.exit(
        drawing.draw_map(
            folder, drawing.Asked(**{name: value for name, value in options.items() if value is not None}), setting.lang
        )
    )


@cli.command()
@click.argument("study", type=_FILE)
@click.option("-o", "--out", "path", type=_FILE, default=Path("inventory.xlsx"), help="清单工作簿 · workbook to write")
@click.pass_obj
def inventory(setting: Setting, study: Path, path: Path) -> None:
    """由部门表编制融合清单：关联、因子、对账、评价 · one inventory from department tables."""
    from zoning.cli import commands

    sys.exit(commands.inventory(study, path, setting.lang))


@cli.command()
@click.argument("folder", type=_FOLDER)
@click.argument("code")
@click.pass_obj
def explain(setting: Setting, folder: Path, code: str) -> None:
    """说明一个单元的决定：依据、条款、什么会改变它 · why a unit got its decision."""
    from zoning.cli import commands

    commands.explain(folder, code, setting.lang)


@cli.command()
@click.argument("name", default="")
@click.option("--study", type=_FILE, default=None, help="连同该研究的行 · with the rows of a study")
@click.option("--csv", "as_csv", is_flag=True, help="输出 csv · as csv (always, where the output is no terminal)")
@click.pass_obj
def tables(setting: Setting, name: str, study: Path | None, as_csv: bool) -> None:  # noqa: FBT001 - click passes flags so
    """列出内置的表及其核实程度，或一张表的行 · list the packaged tables and how far they are verified."""
    from zoning.cli import listing

    sys.exit(listing.show(name, study, setting.lang, as_csv=as_csv))


@cli.command("open")
@click.argument("folder", type=_FOLDER)
@click.pass_obj
def open_(setting: Setting, folder: Path) -> None:
    """在浏览器中打开成果首页 · open the front page of a result in the browser."""
    from zoning.cli import commands

    commands.open_index(folder, setting.lang)


cli.add_command(lists)


def main() -> None:
    """Run the command line; every error of ours is one readable message, a traceback only with ``--debug``."""
    debug = "--debug" in sys.argv
    interrupts = _remembered_interrupts()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_INTERRUPTED, err=True)
        _end(130)
    except Exception as error:
        if interrupts:  # extensions that are being imported turn an interrupt into an error of their own
            click.echo(_INTERRUPTED, err=True)
            _end(130)
        if debug:
            raise
        sys.exit(_failed(error))


def _remembered_interrupts() -> list[int]:
    """Return a list that every interrupt is written into before it is raised; who ignores interrupts goes on so."""
    seen: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, remember)
    return seen


def _end(code: int) -> NoReturn:
    """End now: an interrupt that fell into the import of an extension would make Python end by the signal instead."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _failed(error: Exception) -> int:
    from zoning.errors import InputError, StudyError, ZoningError

    lang = _language()
    if isinstance(error, InputError | StudyError):
        from zoning.cli import screens

        if error.findings:
            screens.show_findings(error.findings, lang)
        click.echo(screens.visible(error.text(lang)), err=True)
        return 3
    if isinstance(error, ZoningError):
        click.echo(error.text(lang), err=True)
        return 1
    if isinstance(error, OSError) and error.filename:
        from zoning.messages import say

        reason, path = error.strerror or type(error).__name__, os.fsdecode(error.filename)
        click.echo(say("screen.notwritable", lang, path=path, reason=reason), err=True)
        return 2
    words = ("程序出错（请加 --debug 重试并反馈）", "internal error (try again with --debug and report it)")
    click.echo(f"{words[lang == 'en']}: {type(error).__name__}: {error}", err=True)
    return 1


def _language() -> str:
    arguments = sys.argv
    chosen = next((arguments[i + 1] for i, word in enumerate(arguments[:-1]) if word == "--lang"), "")
    return chosen if chosen in LANGUAGES else default_language()
