"""A study file that uses the copies: the paths replaced, every other byte as it was."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from zoning.errors import ResultError
from zoning.messages import fault

__all__ = ["plan_copy"]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*',
    re.DOTALL,
)
_PATHS = re.compile(r"(units|points|targets|projects|overrides)\.path|zones\.\d+\.path|access_list\.(unit|city)")


def plan_copy(study_file: Path, repaired: Mapping[str, Path]) -> str:
    """Return the text of a study file with the paths of mended inputs replaced.

    Parameters
    ----------
    study_file : Path
        The original. The text is for a file in the same folder: the other paths are relative to it.
    repaired : mapping
        Path as the study writes it → where the copy lies. Written relative to the study file where the copy lies below
        its folder, else absolute.

    Returns
    -------
    str
        Comments, order and layout are those of the original.

    Raises
    ------
    ResultError
        If a path cannot be replaced without changing anything else.
    """
    text = study_file.read_text(encoding="utf-8-sig")
    shown = {path: _shown(copy, study_file.parent) for path, copy in repaired.items()}
    before = tomllib.loads(text)
    wanted = _with_paths(before, shown)
    for path, copy in shown.items():
        text = _replaced(text, path, copy)
    if tomllib.loads(text) != wanted:
        raise fault(ResultError, "repair.plan", file=study_file.name, path="、".join(shown))
    return text


def _shown(copy: Path, folder: Path) -> str:
    place, root = copy.resolve(), folder.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.as_posix()


def _replaced(text: str, path: str, copy: str) -> str:
    """Replace a path, token by token; a string of the same text that is no path stays."""
    pieces: list[str] = []
    last = 0
    for token in _TOKEN.finditer(text):
        if token[0].startswith("#") or _value(token[0]) != path:
            continue
        trial = "".join([*pieces, text[last : token.start()], _quoted(copy), text[token.end() :]])
        if _only_paths("".join([*pieces, text[last:]]), trial):
            pieces += [text[last : token.start()], _quoted(copy)]
            last = token.end()
    return "".join([*pieces, text[last:]])


def _value(token: str) -> str | None:
    try:
        value = tomllib.loads(f"x = {token}")["x"]
    except tomllib.TOMLDecodeError:
        return None  # a quoted key over several lines, or an apostrophe between strings
    return value if isinstance(value, str) else None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _only_paths(before: str, after: str) -> bool:
    """Tell whether two texts differ in paths of inputs only."""
    try:
        one, other = dict(_leaves(tomllib.loads(before))), dict(_leaves(tomllib.loads(after)))
    except tomllib.TOMLDecodeError:
        return False
    different = {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    return bool(different) and all(_PATHS.fullmatch(key) for key in different)


def _leaves(content: Any, key: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a parsed file
    if isinstance(content, dict):
        parts = [(str(name), value) for name, value in content.items()]
    elif isinstance(content, list):
        parts = [(str(number), value) for number, value in enumerate(content)]
    else:
        yield key, content
        return
    for name, value in parts:
        yield from _leaves(value, f"{key}.{name}" if key else name)


def _with_paths(content: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """Return the parsed study as it should be with the new paths."""
    wanted = deepcopy(dict(content))
    for key, value in _leaves(content):
        if _PATHS.fullmatch(key) and value in paths:
            _set(wanted, key.split("."), paths[value])
    return wanted


def _set(content: Any, key: list[str], value: str) -> None:  # noqa: ANN401 - a parsed file
    for part in key[:-1]:
        content = content[int(part)] if isinstance(content, list) else content[part]
    content[key[-1]] = value
