"""Tracked changes written into the paragraphs of a document: runs split, struck out and put in, formats kept."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zoning.redline.paragraphs import Letter
from zoning.redline.xml_part import ILLEGAL, Element, first, local, namespace

__all__ = ["Tracker", "printable"]

_XML = "{http://www.w3.org/XML/1998/namespace}space"
_OTHERS = ("ins", "moveTo", "del")
"""Changes that an insertion may not lie inside of: those of others, and what was just struck beside it."""
_CLOSED = ("sdt", "sdtContent", "fldSimple", "smartTag")
"""What is never cut in two."""
_BREAKS = {"\t": "tab", "\n": "br"}
_MARKS = ("ins", "del", "moveFrom", "moveTo")
_CHANGED = ("rPrChange", *_MARKS)


def printable(text: str) -> str:
    """Return text without the characters that no document can hold.

    Examples
    --------
    >>> printable("甲" + chr(7) + "乙")
    '甲乙'
    """
    return ILLEGAL.sub("", text)


@dataclass
class Tracker:
    """Writes the changes of one author into one document; every change gets an id that nothing in it has."""

    root: Element
    author: str
    moment: str

    def __post_init__(self) -> None:
        self.spaces = namespace(self.root)
        ids = (one.get(self.name("id")) for one in self.root.iter())
        self.last = max((int(one) for one in ids if one and one.isdecimal()), default=0)

    def name(self, local_name: str) -> str:
        """Return a name in the namespace of the document."""
        return f"{{{self.spaces}}}{local_name}"

    def _made(self, local_name: str, given: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - an element of lxml
        return self.root.makeelement(self.name(local_name), given or {})

    def _id(self) -> str:
        self.last += 1
        return str(self.last)

    def change(self, kind: str) -> Element:
        """Return an empty ``w:ins`` or ``w:del`` of ours."""
        return self._made(
            kind, {self.name("id"): self._id(), self.name("author"): self.author, self.name("date"): self.moment}
        )

    def remove(self, letters: Sequence[Letter]) -> None:
        """Strike characters that follow each other: of runs their part, of the end of a paragraph its mark."""
        groups: list[list[Letter]] = []
        for letter in letters:
            together = groups and not letter.ends and not groups[-1][-1].ends
            if together and letter.holder.getparent() is groups[-1][-1].holder.getparent():
                groups[-1].append(letter)
            else:
                groups.append([letter])
        for group in reversed(groups):
            if group[0].ends:
                self._mark_properties(group[0].holder).insert(0, self.change("del"))
            else:
                self._strike(group)

    def _strike(self, group: list[Letter]) -> None:
        self._cut_behind(group[-1])
        run = self._cut_before(group[0])
        gone = self.change("del")
        run.addprevious(gone)
        gone.append(run)
        for text in [one for one in run if one.tag == self.name("t")]:
            text.tag = self.name("delText")
            text.set(_XML, "preserve")

    def _cut_behind(self, letter: Letter) -> Element:
        """Cut the run behind a character; the front part stays the element it was."""
        run, holder = letter.holder.getparent(), letter.holder
        rest = self._like(run)
        if local(holder) == "t" and letter.at + 1 < len(holder.text):
            tail = copy.copy(holder)
            tail.text, holder.text = holder.text[letter.at + 1 :], holder.text[: letter.at + 1]
            tail.set(_XML, "preserve")
            holder.set(_XML, "preserve")
            rest.append(tail)
        for one in list(holder.itersiblings()):
            rest.append(one)
        if any(local(one) != "rPr" for one in rest):
            run.addnext(rest)
        return run

    def _cut_before(self, letter: Letter) -> Element:
        """Cut the run in front of a character; the front part stays the element it was, the rest is returned."""
        run, holder = letter.holder.getparent(), letter.holder
        before = [one for one in holder.itersiblings(preceding=True) if local(one) != "rPr"]
        if letter.at:
            tail = copy.copy(holder)
            tail.text, holder.text = holder.text[letter.at :], holder.text[: letter.at]
            tail.set(_XML, "preserve")
            holder.set(_XML, "preserve")
            moved = [tail, *holder.itersiblings()]
        elif before:
            moved = [holder, *holder.itersiblings()]
        else:
            return run
        rest = self._like(run)
        for one in moved:
            rest.append(one)
        run.addnext(rest)
        return rest

    def _like(self, run: Element) -> Element:
        """Return an empty run with the properties of another."""
        fresh = run.makeelement(run.tag, {})
        for key, value in run.attrib.items():
            fresh.set(key, value)
        properties = first(run, "rPr")
        if properties is not None:
            fresh.append(copy.deepcopy(properties))
        return fresh

    def insert_behind(self, letter: Letter, text: str) -> None:
        """Put text behind a character of a run."""
        run = self._cut_behind(letter)
        self._insert(self._outside(run, behind=True).addnext, run, text)

    def insert_before(self, letter: Letter, text: str) -> None:
        """Put text in front of a character of a run."""
        run = self._cut_before(letter)
        self._insert(self._outside(run, behind=False).addprevious, run, text)

    def insert_into(self, paragraph: Element, text: str) -> None:
        """Put text at the end of a paragraph that has no text of its own."""
        properties = first(paragraph, "pPr", "rPr")
        model = self._made("r")
        if properties is not None:
            model.append(self._run_properties(properties))
        self._insert(paragraph.append, model, text)

    def _outside(self, node: Element, *, behind: bool) -> Element:
        """Climb out of others' insertions, cutting them in two where the place lies in their middle."""
        while local(node.getparent()) in _OTHERS:
            node = self._parted(node, behind=behind)
        return node

    def _parted(self, node: Element, *, behind: bool) -> Element:
        """Cut the parent of a node beside it; return the part that the place lies at."""
        parent = node.getparent()
        beyond = list(node.itersiblings(preceding=not behind))
        if not beyond:
            return parent
        twin = copy.copy(parent)
        for one in list(twin):
            twin.remove(one)
        if twin.get(self.name("id")) is not None:
            twin.set(self.name("id"), self._id())
        for one in beyond if behind else reversed(beyond):
            twin.append(one)
        if behind:
            parent.addnext(twin)
        else:
            parent.addprevious(twin)
        return parent

    def _insert(self, put: Callable[[Element], None], model: Element, text: str) -> None:
        """Put text in its place; every line break begins a paragraph like the one it stands in.

        Inside of what is never cut in two (a content control) a break within the paragraph does.
        """
        *heads, last = text.split("\n")
        come = [self._text_run(last, model)]
        put(come[0])
        if heads and any(local(one) in _CLOSED for one in _up_to_paragraph(come[0])):
            whole = self._text_run(text, model)
            come[0].getparent().replace(come[0], whole)
            come, heads = [whole], []
        for head in reversed(heads):
            front = self._split_paragraph(come[-1])
            come.append(self._text_run(head, model))
            front.append(come[-1])
        for one in come:
            if all(local(part) == "rPr" for part in one[0]):
                one.getparent().remove(one)

    def _text_run(self, text: str, model: Element) -> Element:
        """Return ``w:ins`` with one run of text in the format of another run."""
        come = self.change("ins")
        run = self._made("r")
        properties = first(model, "rPr")
        if properties is not None and namespace(properties) == self.spaces:
            run.append(self._run_properties(properties))
        for part in re.split("([\t\n])", printable(text)):
            if part in _BREAKS:
                run.append(self._made(_BREAKS[part]))
            elif part:
                written = self._made("t", {_XML: "preserve"})
                written.text = part
                run.append(written)
        come.append(run)
        return come

    def _run_properties(self, properties: Element) -> Element:
        """Return a copy of run properties without what says that others changed them."""
        kept = copy.deepcopy(properties)
        for one in [one for one in kept if local(one) in _CHANGED]:
            kept.remove(one)
        return kept

    def _split_paragraph(self, node: Element) -> Element:
        """Cut a paragraph in front of a node; return the new paragraph in front, whose mark is inserted."""
        while local(node.getparent()) != "p":
            node = self._parted(node, behind=False)
        paragraph = node.getparent()
        front = self._made("p")
        properties = first(paragraph, "pPr")
        if properties is not None:
            kept = copy.deepcopy(properties)
            for one in [one for one in kept if local(one) in ("sectPr", "pPrChange")]:
                kept.remove(one)
            front.append(kept)
        for one in reversed([one for one in node.itersiblings(preceding=True) if local(one) != "pPr"]):
            front.append(one)
        paragraph.addprevious(front)
        marks = self._mark_properties(front)
        for one in [one for one in marks if local(one) in _CHANGED]:
            marks.remove(one)
        marks.insert(0, self.change("ins"))
        return front

    def _mark_properties(self, paragraph: Element) -> Element:
        """Return the run properties of the mark of a paragraph, made if they are missing."""
        properties = first(paragraph, "pPr")
        if properties is None:
            properties = self._made("pPr")
            paragraph.insert(0, properties)
        marks = first(properties, "rPr")
        if marks is None:
            marks = self._made("rPr")
            later = next((one for one in properties if local(one) in ("sectPr", "pPrChange")), None)
            if later is None:
                properties.append(marks)
            else:
                later.addprevious(marks)
        return marks


def _up_to_paragraph(node: Element) -> Iterator[Element]:
    """Yield what a node lies in, inside of its paragraph."""
    for one in node.iterancestors():
        if local(one) == "p":
            return
        yield one
