"""The error of a file that cannot be taken, and the finding of an edit that does not fit its place."""

from __future__ import annotations

from typing import Any

from zoning.drafts import Edit
from zoning.errors import Finding, InputError
from zoning.messages import fault, finding

__all__ = ["moved", "refused"]


def refused(file: str, key: str = "", **values: Any) -> InputError:  # noqa: ANN401 - anything that prints
    """Return (not raise) the error of a file that is no sound Office file; ``key`` chooses the text."""
    raised = fault(InputError, "input.unreadable", file=file)
    found = finding("FILE_UNREADABLE", key, where={"file": file}, **values)
    return InputError(f"{raised.zh}：{found.message_zh}", f"{raised.en}: {found.message_en}", (found,))


def moved(edit: Edit, key: str = "", stands: str = "") -> Finding:
    """Return the finding of an edit whose place does not hold what was read there."""
    where = {"file": edit.at.file, "layer": edit.at.sheet, "field": edit.at.cell, "value": stands}
    return finding("REDLINE_MOVED", key, where=where, id=edit.id, old=edit.old, stands=stands)
