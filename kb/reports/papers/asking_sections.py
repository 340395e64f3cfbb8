"""Sections to ask from: questions by viewpoint, each with its basis, and what is not stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.reports.papers.accident_sections import left_out
from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph
from kb.reports.papers.citations import Citations
from kb.reports.papers.wording import Wording

QUESTIONS = 10
QUOTE = 56  # characters of a quote under a question
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
    number, quoted = 1, set[str]()
    for viewpoint, asked in by_viewpoint(brief["questions"][: say.most(QUESTIONS)]).items():
        if viewpoint:
            yield Heading(viewpoint)
        items = []
        for question in asked:
            bases = [Line(say.quoted(one["quote"] or "", QUOTE), cite.basis(one), True, say("basis")) for one in _varied(question["basis"], quoted)]
            items.append((Line(question["text"]), *bases))
        yield Items(tuple(items), number)
        number += len(items)
    yield from left_out(brief["questions"], say.most(QUESTIONS), say)


def _varied(basis: Sequence[Mapping[str, Any]], quoted: set[str]) -> list[Mapping[str, Any]]:
    """What has not been quoted yet, one of a kind first, so that a question shows the report beside a precedent; one at least."""
    ranked = sorted(enumerate(basis), key=lambda pair: (pair[1]["quote"] in quoted, pair[1]["kind"] in [one["kind"] for one in basis[: pair[0]]], pair[0]))
    shown = [one for place, (_, one) in enumerate(ranked[:BASES]) if not place or one["quote"] not in quoted]
    quoted |= {one["quote"] for one in shown}
    return shown


def absent(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """8: what reports of this kind usually state."""
    if not brief["not_stated"]:
        yield Paragraph(Line(say("none")))
        return
    yield Paragraph(Line(say("ask_absent"), note=True))
    yield Paragraph(Line(say.joined([say.field(name) for name in brief["not_stated"]])))
