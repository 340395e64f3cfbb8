"""The first page: what happened, how it stands under the rules, what it resembles, and what to ask first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.reports.papers.accident_sections import facts, first_notice, judgement
from kb.reports.papers.blocks import Block, Heading, Items, Line, Table
from kb.reports.papers.citations import Citations
from kb.reports.papers.comparing_sections import SHARED, causes_first
from kb.reports.papers.wording import Wording

PRECEDENTS = 3
MEASURES = 6
QUESTIONS = 5
ROOM = 600  # characters of questions, so that they stay on the page
LONGEST = 160  # characters of a cause, so that the page holds it all


def summary(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """A table of facts and the main questions."""
    subject = brief["subject"]
    rows: list[tuple[tuple[Line, ...], ...]] = [((Line(name),), (line,)) for name, line in facts(brief, say, cite)]
    if subject["impacts"]:
        worst = max(subject["impacts"], key=lambda i: (i.get("users") or 0) * (i.get("duration_minutes") or 1))
        rows.append(((Line(say("impact")),), (Line(say.joined([worst.get("service") or "—", say.duration(worst.get("duration_minutes")), say.users(worst)])),)))
    if subject["causes"]:
        rows.append(((Line(say("cause")),), (Line(say.cut(subject["causes"][0], LONGEST)),)))
    rows.append(((Line(say("judgement")),), tuple(judgement(brief, say, cite))))
    rows.append(((Line(say("first_notice")),), (first_notice(brief, say, cite),)))
    near = tuple(
        Line(f"{entry['title']} — {say.labelled(causes_first(entry['shared_tags']), SHARED - 1)}".removesuffix(" — "), cite.incident(entry["id"]))
        for entry in brief["precedents"][:PRECEDENTS]
    )
    rows.append(((Line(say("sum_precedents")),), near or (Line(say("none")),)))
    lacking = [entry["label"] if say.lang == "ja" else say.tag(entry["tag"]) for entry in brief["missing_measures"][:MEASURES]]
    rows.append(((Line(say("sum_missing")),), (Line(say.joined(lacking) or say("none")),)))
    promised = brief["earlier_promises"]
    first = Line(say("none"))
    if promised:
        told = f"{say.day(promised[0]['started_at'])} {say.quoted(promised[0]['measure']['text'], LONGEST // 2)}"
        first = Line(say("sum_promises_text", count=len(promised), first=told), cite.incident(promised[0]["id"]))
    rows.append(((Line(say("sum_promises")),), (first,)))
    if brief["not_stated"]:
        rows.append(((Line(say("sum_absent")),), (Line(say.joined([say.field(name) for name in brief["not_stated"]])),)))
    yield Table((), tuple(rows), (0.18, 0.82), say("summary"))
    if brief["questions"]:
        yield Heading(say("sum_questions"))
        yield Items(tuple((Line(text),) for text in _first([question["text"] for question in brief["questions"]])))


def _first(texts: Sequence[str]) -> Iterator[str]:
    """As many as the page has room for, one at least."""
    room = ROOM
    for place, text in enumerate(texts[:QUESTIONS]):
        room -= len(text)
        if place and room < 0:
            break
        yield text
