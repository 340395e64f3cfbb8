"""The pictures of a brief's subject for its HTML: the course of the accident, and its causal chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.reports.causal_chain import causal_chain, spread_of
from kb.reports.course import course
from kb.reports.drawing.chain import chain
from kb.reports.drawing.svg import Picture
from kb.reports.drawing.timeline import timeline
from kb.reports.papers.wording import Wording


def drawings(brief: Mapping[str, Any], lang: str = "ja") -> tuple[Picture, ...]:
    """What can be drawn, in that order; a draft that states no start has no time line, one without tags no chain."""
    subject, told = brief["subject"], brief["notification"]
    say = Wording(lang)
    minutes = told.get("first_notice_minutes")
    found = course(subject, None if minutes is None else (minutes, told.get("quote") or ""))
    labels = brief.get("labels" if lang == "ja" else "labels_en") or {}
    links = causal_chain([{**tag, "label": labels.get(tag["id"], tag["label"])} for tag in subject.get("tags", ())], spread_of(subject, say), lang=lang)
    title = subject["title"] or say("draft")
    drawn = [] if found is None else [timeline(found, title, lang=lang)]
    return (*drawn, chain(links, title, lang=lang)) if links else tuple(drawn)
