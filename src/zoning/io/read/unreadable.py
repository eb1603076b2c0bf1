"""The error of a file that is missing or cannot be read, with the finding that says so."""

from __future__ import annotations

from typing import Any

from zoning.errors import InputError
from zoning.messages import fault, finding

__all__ = ["unreadable"]


def unreadable(code: str, file: str, key: str = "", **values: Any) -> InputError:  # noqa: ANN401 - anything that prints
    """Return (not raise) the error of one file; ``code`` and ``key`` choose the finding's text."""
    raised = fault(InputError, "input.unreadable", file=file)
    return InputError(raised.zh, raised.en, (finding(code, key, where={"file": file}, **values),))
