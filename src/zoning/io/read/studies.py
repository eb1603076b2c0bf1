"""study.toml → Study."""

from __future__ import annotations

import tomllib
from pathlib import Path

from zoning.errors import InputError, StudyError
from zoning.io.read.guard import require_file
from zoning.messages import fault, finding
from zoning.study import Study, parse_study

__all__ = ["read_study"]


def read_study(path: str | Path) -> Study:
    """Read a study file; its paths are relative to the folder it lies in.

    Parameters
    ----------
    path : str or Path
        A TOML file, UTF-8 (a BOM is forgiven).

    Raises
    ------
    StudyError
        If the file is missing, is not TOML, or holds unknown, missing or impossible keys: all of them are listed in
        ``findings``.
    """
    path = Path(path)
    if not path.is_file():
        raised = fault(StudyError, "study.absent", file=path)
        raise StudyError(raised.zh, raised.en, (finding("PATH_MISSING", where={"file": str(path)}),))
    try:
        require_file(path, path.name, "study_bytes")
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except InputError as error:
        raise StudyError(error.zh, error.en, error.findings) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raised = fault(StudyError, "study.not_toml", file=path.name, reason=error)
        found = finding("FILE_UNREADABLE", "toml", where={"file": path.name}, reason=error)
        raise StudyError(raised.zh, raised.en, (found,)) from error
    return parse_study(content, root=path.parent, file=path.name)
