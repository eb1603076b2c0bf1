"""Documents with automatic numbering: the numbers are in no text."""

from __future__ import annotations

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "(%4)"))


def numbering(made, levels=LEVELS, *, number=90, start=1, override=None):
    """Add a numbering of several levels to a document; ``override`` restarts the first level at a number."""
    part = made.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inside}</w:abstractNum>')
    part.insert(0, abstract)
    restart = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{override}"/></w:lvlOverride>' if override else ""
    for own, extra in ((number, ""), (number + 1, restart)):
        part.append(parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{own}"><w:abstractNumId w:val="{number}"/>{extra}</w:num>'
        ))  # fmt: skip


def numbered(paragraph, level, number=90):
    """Number a paragraph automatically."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(
        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    ))  # fmt: skip
    return paragraph


def document(path, lines, **about):
    """Write paragraphs (level or None, text) with automatic numbers."""
    made = docx.Document()
    numbering(made, **about)
    for level, text in lines:
        paragraph = made.add_paragraph(text)
        if level is not None:
            numbered(paragraph, level)
    made.save(str(path))
    return path


def mark(paragraph, kind):
    """Mark a paragraph as inserted or deleted, with its text."""
    properties = paragraph._p.get_or_add_pPr()
    marks = properties.find(qn("w:rPr"))
    if marks is None:
        marks = parse_xml(f"<w:rPr {nsdecls('w')}/>")
        properties.append(marks)
    marks.append(parse_xml(f'<w:{kind} {nsdecls("w")} w:author="某"/>'))
    change = parse_xml(f'<w:{kind} {nsdecls("w")} w:author="某"/>')
    for run in list(paragraph._p.findall(qn("w:r"))):
        for text in run.findall(qn("w:t")) if kind == "del" else ():
            text.tag = qn("w:delText")
        change.append(run)
    paragraph._p.append(change)
