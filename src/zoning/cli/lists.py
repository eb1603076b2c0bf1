"""``zoning list …``: commands on access lists that need no emission data."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.versions import backtest, diff

if TYPE_CHECKING:
    from zoning.cli import Setting

__all__ = ["lists"]

_PATH = click.Path()
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_UPPERS = ("province", "region", "city", "zone")


@click.group("list")
def lists() -> None:
    """准入清单：体检、比较、读回 · access lists: audit, compare, read back."""


def _day(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not (_DAY.fullmatch(value) and _is_day(value)):
        raise click.BadParameter("请写成 YYYY-MM-DD · write it as YYYY-MM-DD")
    return value


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


@lists.command()
@click.argument("path", metavar="FILE", type=_PATH)
@click.option("--city", type=_PATH, default="", help="市级总体清单 · list of the city")
@click.option("--region", type=_PATH, default="", help="区域或流域清单 · list of the region or basin")
@click.option("--province", type=_PATH, default="", help="省级总体清单 · list of the province")
@click.option("--zone", type=_PATH, default="", help="要素分区清单 · list by zones")
@click.option("--carbon", type=_PATH, default="", help="本地碳达峰等文本 · your own texts on carbon")
@click.option("--units", default="", metavar="LAYER", help="核对编码用的单元图层 · units to hold the codes against")
@click.option("--date", default="", callback=_day, help="以哪一天为准（缺省：法规登记表的知识截止日）· as of when")
@click.option("--original", is_flag=True, help="按修订前的文字读 docx · read documents as before their tracked changes")
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=None, metavar="OUTDIR",
              help="成果文件夹（缺省：清单名-audit）· folder, default <name>-audit")  # fmt: skip
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help="另存问题清单 · also write the findings as JSON")  # fmt: skip
@click.pass_obj
def audit(setting: Any, /, path: str, **options: Any) -> None:  # noqa: ANN401 - click gives each its type
    """清单体检：不需要排放数据，写 audit.html、audit.xlsx、findings.json · the health of a list, without emission data.

    退出码：0 没有错误和警告；3 清单有错误或警告；2 用法不对 · exit code: 0 no error or warning, 3 the list has some,
    2 usage.
    """
    from zoning.cli import auditing

    uppers = {level: options[level] for level in _UPPERS if options[level]}
    wanted = auditing.Wanted(path, uppers, options["carbon"], options["units"], options["date"], options["out"],
                             options["json_path"], original=options["original"])  # fmt: skip
    sys.exit(auditing.audit(wanted, setting.lang))


@lists.command()
@click.argument("reviewed", metavar="REVIEWED_FILE", type=click.Path(path_type=Path))
@click.option("--run", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="写出修订稿的成果文件夹 · folder of the run that wrote the revision, default beside it")  # fmt: skip
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path), default=None, metavar="OUTDIR",
              help="成果文件夹（缺省：文件名-adopted）· folder, default <name>-adopted")  # fmt: skip
@click.pass_obj
def adopt(setting: Setting, reviewed: Path, run: Path | None, out: Path | None) -> None:
    """读回审阅后的修订稿，写出采纳后的清单 · read a reviewed list back and write the adopted one."""
    from zoning.cli import adopting

    sys.exit(adopting.adopt(reviewed, run, out, setting.lang))


lists.add_command(diff)
lists.add_command(backtest)
