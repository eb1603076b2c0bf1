"""The error of a file that is missing or cannot be read, with the finding that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoning.errors import InputError
from zoning.messages import fault, finding

__all__ = ["unreadable"]


def unreadable(
    code: str, file: str, key: str = "", *, at: Mapping[str, Any] | None = None, **values: Any  # noqa: ANN401 - anything that prints
) -> InputError:  # fmt: skip
    """Return (not raise) the error of one file.

    Parameters
    ----------
    code, key : str
        Choose the text of the finding.
    file : str
        Its name as the study writes it.
    at : mapping
        More of the address: any of ``layer, row, field, value``.
    **values
        Slots of the texts.
    """
    raised = fault(InputError, "input.unreadable", file=file)
    found = finding(code, key, where={"file": file, **(at or {})}, **values)
    return InputError(f"{raised.zh}：{found.message_zh}", f"{raised.en}: {found.message_en}", (found,))
