"""Small pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph


def element(name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Any:
    """An element by its prefixed name ("w:lang")."""
    made = OxmlElement(name)
    for key, value in (attributes or {}).items():
        made.set(qn(key), value)
    if text is not None:
        made.text = text
        if text != text.strip():
            made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def added(parent: Any, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Any:
    """The same, as the last child of `parent`."""
    made = element(name, attributes, text)
    parent.append(made)
    return made


def field(paragraph: Paragraph, instruction: str, shown: str, style: str | None = None) -> None:
    """A field such as PAGE, with the value that stands there until it is updated."""
    for kind, content in (("begin", None), (None, instruction), ("separate", None), ("shown", shown), ("end", None)):
        run = paragraph.add_run(style=style)
        if kind == "shown":
            run.text = shown
        elif kind is None:
            added(run._r, "w:instrText", text=f" {content} ")
        else:
            added(run._r, "w:fldChar", {"w:fldCharType": kind})


def numbered_list(document: WordDocument, start: int) -> int:
    """A list of its own that counts from `start`, in the shape of the template's "List Number"; returns its number."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    template = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
    abstract = next(one.find(qn("w:abstractNumId")).get(qn("w:val")) for one in numbering.findall(qn("w:num")) if one.get(qn("w:numId")) == template)
    number = max(int(one.get(qn("w:numId"))) for one in numbering.findall(qn("w:num"))) + 1
    made = element("w:num", {"w:numId": str(number)})
    added(made, "w:abstractNumId", {"w:val": abstract})
    added(added(made, "w:lvlOverride", {"w:ilvl": "0"}), "w:startOverride", {"w:val": str(start)})
    numbering.findall(qn("w:num"))[-1].addnext(made)
    return number


def replaced(parent: Any, name: str, attributes: Mapping[str, str]) -> None:
    """Set an element that stands once below `parent`."""
    for old in parent.findall(qn(name)):
        parent.remove(old)
    added(parent, name, attributes)


def copied(node: Any) -> Any:
    """The element and all below it, once more."""
    return copy.deepcopy(node)
