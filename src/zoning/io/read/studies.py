"""study.toml → Study."""

from __future__ import annotations

import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

from zoning.errors import Finding, FindingCode, InputError, StudyError
from zoning.io.read.guard import require_file
from zoning.messages import fault, finding
from zoning.study import Study, parse_study, symbology_faults

__all__ = ["read_study"]

_BROKEN = (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError)


def read_study(path: str | Path) -> Study:
    """Read a study file; its paths are relative to the folder it lies in.

    Parameters
    ----------
    path : str or Path
        A TOML file, UTF-8 (a BOM is forgiven).

    Raises
    ------
    StudyError
        If the file, or the one its ``[symbology]`` names, is missing, is not TOML, or holds unknown, missing or
        impossible keys: all of them are listed in ``findings``.
    """
    path = Path(path)
    if not path.is_file():
        raised = fault(StudyError, "study.absent", file=path)
        raise StudyError(raised.zh, raised.en, (finding("PATH_MISSING", where={"file": str(path)}),))
    try:
        content = _toml(path, path.name)
    except InputError as error:
        raise StudyError(error.zh, error.en, error.findings) from error
    except _BROKEN as error:
        raised = fault(StudyError, "study.not_toml", file=path.name, reason=error)
        found = finding("FILE_UNREADABLE", "toml", where={"file": path.name}, reason=error)
        raise StudyError(raised.zh, raised.en, (found,)) from error
    return parse_study(_with_look(content, path), root=path.parent, file=path.name)


def _toml(path: Path, name: str) -> dict[str, Any]:
    require_file(path, name, "study_bytes")
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _with_look(content: dict[str, Any], study: Path) -> dict[str, Any]:
    """Return the content of a study with that of the file its ``[symbology]`` names; what stands inline wins.

    From then on the study carries its look: a finished run needs the file no more.
    """
    own = content.get("symbology")
    name = own.get("path") if isinstance(own, dict) else None
    if not isinstance(own, dict) or not isinstance(name, str) or not name.strip():
        return content
    name = name.strip()
    try:
        stated = _toml(study.parent / PurePosixPath(name.replace("\\", "/")), name)
        findings = _faults(stated, name)
    except InputError as error:
        stated, findings = {}, tuple(_about_look(found, name) for found in error.findings)
    except _BROKEN as error:
        stated, findings = {}, (finding("FILE_UNREADABLE", "toml", where={"file": name}, reason=error),)
    if findings:
        raised = fault(StudyError, "study.look", file=study.name, look=name)
        raise StudyError(raised.zh, raised.en, findings)
    return {**content, "symbology": _over(stated, own)}


def _faults(stated: dict[str, Any], name: str) -> tuple[Finding, ...]:
    """Return what is wrong in a file of a look; it cannot name a further file."""
    nested = (
        [finding("KEY_UNKNOWN", where={"file": name, "field": "path"}, nearest="classes")] if "path" in stated else ()
    )
    return (*nested, *symbology_faults({key: value for key, value in stated.items() if key != "path"}, name))


def _about_look(found: Finding, name: str) -> Finding:
    """Name the key that points to a missing file."""
    if found.code is not FindingCode.PATH_MISSING:
        return found
    return finding("PATH_MISSING", "look", where={"file": name, "field": "symbology.path", "value": name})


def _over(stated: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay inline keys over those of the file: of a class key by key, of limits theme by theme."""
    merged = {**stated, **own}
    for name in ("classes", "limits"):
        lower, upper = stated.get(name, {}), own.get(name, {})
        if isinstance(upper, dict) and (lower or upper):
            merged[name] = _merged(lower, upper) if name == "classes" else {**lower, **upper}
    return merged


def _merged(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(lower[key], upper[key])
        for key in lower.keys() & upper.keys()
        if isinstance(lower[key], dict) and isinstance(upper[key], dict)
    }
    return {**lower, **upper, **both}
