"""Laws of revised documents: rejecting gives what was there, accepting what was proposed, whatever stood before."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from zoning.clauses import Address
from zoning.drafts import Edit
from zoning.redline import Revision, accept_all, redline_docx, reject_all
from zoning.redline.paragraphs import Places, letters_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ABOUT = Revision("甲", "2026-05-04")
LETTERS = st.text(st.sampled_from("甲乙丙丁 ；。\t12"), min_size=1, max_size=6)
BOLD = "<w:rPr><w:b/></w:rPr>"
CHANGED = (
    '<w:rPr><w:i/><w:rPrChange w:id="9" w:author="乙" w:date="2020-01-01T00:00:00Z"><w:rPr/></w:rPrChange></w:rPr>'
)


def run(text, props="", tag="t"):
    parts = "<w:tab/>".join(
        f'<w:{tag} xml:space="preserve">{part}</w:{tag}>' if part else "" for part in text.split("\t")
    )
    return f"<w:r>{props}{parts}</w:r>"


def by_other(kind, number, inner):
    return f'<w:{kind} w:id="{number}" w:author="乙" w:date="2020-01-01T00:00:00Z">{inner}</w:{kind}>'


@st.composite
def bits(draw):
    """One stretch of a paragraph: plain, in a link, or a change that somebody else made earlier."""
    text, props, number = draw(LETTERS), draw(st.sampled_from(["", BOLD, CHANGED])), draw(st.integers(100, 900))
    kind = draw(st.sampled_from(["plain", "plain", "ins", "del", "link", "both", "sdt", "break"]))
    shapes = {
        "plain": run(text, props),
        "ins": by_other("ins", number, run(text, props) + run("丑", BOLD)),
        "del": by_other("del", number, run(text.replace("\t", ""), props, "delText")),
        "link": f'<w:hyperlink w:anchor="x">{run(text, props)}</w:hyperlink>',
        "both": by_other("ins", number, by_other("del", number + 1000, run(text.replace("\t", ""), props, "delText"))),
        "sdt": f"<w:sdt><w:sdtContent>{run(text, props)}</w:sdtContent></w:sdt>",
        "break": f"<w:r>{props}<w:br/><w:t>子</w:t><w:noBreakHyphen/></w:r>",
    }
    return shapes[kind]


@st.composite
def paragraphs(draw):
    gone = f"<w:pPr><w:rPr>{by_other('del', draw(st.integers(2000, 2900)), '')}</w:rPr></w:pPr>"
    properties = draw(st.sampled_from(["", gone, "<w:pPr><w:rPr><w:b/></w:rPr></w:pPr>"]))
    return f"<w:p>{properties}{''.join(draw(st.lists(bits(), max_size=4)))}</w:p>"


@st.composite
def documents(draw):
    """A document with a paragraph, a table of 2 × 2 and one more paragraph."""
    cells = [f"<w:tc>{''.join(draw(st.lists(paragraphs(), min_size=1, max_size=3)))}</w:tc>" for _ in range(4)]
    rows = f"<w:tr>{''.join(cells[:2])}</w:tr><w:tr>{''.join(cells[2:])}</w:tr>"
    body = f"{draw(paragraphs())}<w:tbl>{rows}</w:tbl>{draw(paragraphs())}"
    return f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>'.encode()


def text_at(content, sheet, cell):
    found = Places(etree.fromstring(content)).at(sheet, cell)
    return "".join(letter.text for letter in letters_of(found)).strip()


PLACES = [("表1", "A1"), ("表1", "B2"), ("", "¶1"), ("", "¶2")]


@st.composite
def edits(draw, content):
    """Some edits that do not overlap, of several places."""
    made = []
    places = Places(etree.fromstring(content))
    there = [place for place in PLACES if places.at(*place) is not None]  # a paragraph deleted whole is none
    for sheet, cell in draw(st.lists(st.sampled_from(there), unique=True, min_size=1)):
        text = text_at(content, sheet, cell)
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=4)))
        for number, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
            new = draw(st.sampled_from(["", "新", "新\n增", "\n", "寅\n\n卯", text[start:end] + "辰", "a\tb"]))
            made.append(
                Edit(
                    f"{sheet}{cell}{number}", Address("x.docx", sheet, cell, start, end), text[start:end], new, "U", "S"
                )
            )
    return made


def container(content):
    store = BytesIO()
    with zipfile.ZipFile(store, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="r"><Relationship Type="x/officeDocument" Target="/word/document.xml"/>'
            "</Relationships>",
        )
        archive.writestr("word/document.xml", content)
        archive.writestr("word/other.bin", b"\x00other")
    return store.getvalue()


def looks(content):
    """Every character with the format of its run, paragraph by paragraph with the properties of the paragraph."""
    root = etree.fromstring(content)
    shown = []
    for paragraph in root.iter(f"{{{W}}}p"):
        head = paragraph.find(f"{{{W}}}pPr")
        shown.append(("¶", b"" if head is None else etree.tostring(head)))
        for one in paragraph.iter():
            if etree.QName(one).localname in ("t", "delText", "tab", "br", "noBreakHyphen"):
                props = one.getparent().find(f"{{{W}}}rPr")
                around = [
                    (etree.QName(up).localname, up.get(f"{{{W}}}author"))
                    for up in one.iterancestors()
                    if etree.QName(up).localname in ("ins", "del", "hyperlink")
                ]
                shown += [
                    (etree.QName(one).localname, letter, b"" if props is None else etree.tostring(props), tuple(around))
                    for letter in one.text or "·"
                ]
    return shown


def revised(tmp_path_factory, content, made):
    folder = tmp_path_factory.getbasetemp()
    source, out = folder / "x.docx", folder / "y.docx"
    source.write_bytes(container(content))
    assert redline_docx(source, made, out, ABOUT) == ()
    with zipfile.ZipFile(out) as archive:
        assert archive.read("word/other.bin") == b"\x00other"
        return archive.read("word/document.xml")


def wanted(text, made):
    for edit in sorted(made, key=lambda edit: (edit.at.start, edit.at.end, edit.id), reverse=True):
        text = text[: edit.at.start] + edit.new + text[edit.at.end :]
    return text


@given(data=st.data())
def test_rejecting_gives_the_original_and_accepting_the_new_text(data, tmp_path_factory):
    content = data.draw(documents())
    made = data.draw(edits(content))
    new = revised(tmp_path_factory, content, made)
    assert looks(reject_all(new, "甲")) == looks(reject_all(content, "甲"))
    assert looks(reject_all(new)) == looks(reject_all(content))
    for result in (accept_all(new), accept_all(new, "甲")):
        for sheet, cell in {(edit.at.sheet, edit.at.cell) for edit in made}:
            mine = [edit for edit in made if (edit.at.sheet, edit.at.cell) == (sheet, cell)]
            expected = wanted(text_at(content, sheet, cell), mine)
            if sheet:
                assert text_at(result, sheet, cell) == expected.strip()
    ids = re.findall(rb'w:(?:ins|del) w:id="(\d+)" w:author="\xe7\x94\xb2"', new)
    assert len(ids) == len(set(ids))


@given(data=st.data())
def test_the_order_of_edits_makes_no_difference(data, tmp_path_factory):
    content = data.draw(documents())
    made = data.draw(edits(content))
    assert revised(tmp_path_factory, content, made) == revised(tmp_path_factory, content, made[::-1])
