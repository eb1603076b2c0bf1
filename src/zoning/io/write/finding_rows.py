"""Findings as rows for other programs: nothing heavy is loaded to write them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from zoning.errors import Finding
from zoning.io.records import encode

__all__ = ["write_findings"]


def write_findings(findings: Iterable[Finding], path: str | Path) -> None:
    """Write ``findings.json``: the rows of the findings in their order, one object each.

    Parameters
    ----------
    findings : iterable of Finding
        Faults of the inputs.
    path : str or Path
        File to write.
    """
    rows = ",\n".join(json.dumps(encode(finding.as_row()), ensure_ascii=False) for finding in findings)
    content = f"[\n{rows}\n]\n" if rows else "[]\n"
    # Half a surrogate pair (a file name in another encoding) has no UTF-8; its escape is JSON as it stands.
    Path(path).write_text(content, encoding="utf-8", errors="backslashreplace", newline="\n")
