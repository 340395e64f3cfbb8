"""Sections to ask from: questions by viewpoint, each with its basis, and what is not stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph
from kb.reports.papers.citations import Citations
from kb.reports.papers.wording import Wording

BASES = 2  # shown under a question; the JSON and the CSV have all


def by_viewpoint(questions: Any) -> dict[str, list[Mapping[str, Any]]]:
    """Viewpoint → its questions, in the order of the first of each."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for question in questions:
        found.setdefault(question["viewpoint"] or "", []).append(question)
    return found


def questions(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """7: numbered through, under a heading for each viewpoint."""
    if not brief["questions"]:
        yield Paragraph(Line(say("none")))
        return
    yield Paragraph(Line(say("questions_note"), note=True))
    number = 1
    for viewpoint, asked in by_viewpoint(brief["questions"]).items():
        if viewpoint:
            yield Heading(viewpoint)
        items = []
        for question in asked:
            bases = [Line(say.quoted(one["quote"] or ""), cite.basis(one), True, say("basis")) for one in _varied(question["basis"])]
            items.append((Line(question["text"]), *bases))
        yield Items(tuple(items), number)
        number += len(items)


def _varied(basis: Any) -> list[Mapping[str, Any]]:
    """The first of each kind, then the others, so that a question shows the report beside a precedent."""
    kinds: set[str] = set()
    first = [one for one in basis if not (one["kind"] in kinds or kinds.add(one["kind"]))]  # type: ignore[func-returns-value]
    return (first + [one for one in basis if one not in first])[:BASES]


def absent(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """8: what reports of this kind usually state."""
    if not brief["not_stated"]:
        yield Paragraph(Line(say("none")))
        return
    yield Paragraph(Line(say("ask_absent"), note=True))
    yield Items(tuple((Line(say.field(name)),) for name in brief["not_stated"]))
