"""The page of a list audit: what is wrong in which cell and how to mend it, and every clause as it was read.

One HTML file of plain markup, styles and a small script; it needs no network, prints well, and everything of the user
is text in it.
"""

from __future__ import annotations

from importlib.resources import files as packaged

from zoning.audit import Audit
from zoning.htmltree import Child, document, tag
from zoning.listpage.clauses import clause_part
from zoning.listpage.found import finding_part, first_steps
from zoning.listpage.head import head
from zoning.listpage.sheets import copies_part, laws_part, strip
from zoning.listpage.tools import tools
from zoning.symbology import symbols

__all__ = ["render_audit"]


def render_audit(title: str, found: Audit, lang: str = "zh") -> str:
    """Return the page of an audit as one HTML page.

    Parameters
    ----------
    title : str
        Name of the list.
    found : Audit
        What was found.
    lang : str
        ``zh`` or ``en``; the user's own text is never translated.

    Returns
    -------
    str
        A page that is complete in itself; the same audit gives the same bytes.

    Examples
    --------
    >>> from zoning.audit import audit_lists
    >>> "没有发现问题" in render_audit("清单.xlsx", audit_lists([]))
    True
    """
    body: list[Child] = [
        *head(title, found, lang),
        first_steps(found, lang),
        strip(found, lang),
        tools(found, lang),
        finding_part(found, lang),
        copies_part(found, lang),
        laws_part(found, lang),
        clause_part(found, lang),
    ]
    return document(title, lang, (_colours() + _own("list.css"), _own("list.js")), [tag("main", *body)])


def _colours() -> str:
    rules = [f".{one.code} {{ --fill: {one.fill}; --edge: {one.outline}; }}\n" for one in symbols("severity")]
    rules += [f".state-{one.code} {{ background: {one.fill}; }}\n" for one in symbols("carbon_state")]
    return "".join(rules)


def _own(name: str) -> str:
    return packaged("zoning.listpage").joinpath(name).read_text(encoding="utf-8")
