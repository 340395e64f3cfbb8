"""The prose of a catalogue file: paragraphs cut into statements, and the tags that quote them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.catalogue.fields import Record, shown
from kb.japanese.text import sentences
from kb.model import Impact, Measure, Statement, TagAssignment

TAG_FIELDS = ("tag", "evidence")

# Paragraphs become one statement a sentence.
_PARAGRAPHS = (("cause", "cause"), ("prolonging", "prolonging"), ("notification", "notification"), ("notes", "note"))
_LISTS = {"prolonging": (("consequences", "consequence"), ("lessons", "lesson")), "notes": (("disagreements", "disagreement"),)}  # after that paragraph
_TAG = re.compile(r"[a-z]+(?:-[a-z]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")


def read_statements(record: Record) -> Iterator[Statement]:
    """One statement a sentence, in the order of the paragraphs; notes a missing cause."""
    if "cause" not in record.values:
        record.note("cause", "missing; it needs text, or null where no source states the cause")
    for key, kind in _PARAGRAPHS:
        paragraph = record.text(key) or ""
        yield from (Statement(kind, sentence) for _, sentence in sentences(paragraph))
        for name, list_kind in _LISTS.get(key, ()):
            for text in record.texts(name):
                yield from (Statement(list_kind, sentence) for _, sentence in sentences(text))


def read_tags(record: Record, impacts: tuple[Impact, ...], measures: tuple[Measure, ...]) -> Iterator[TagAssignment]:
    """The curated tags; notes a tag that is none, and evidence that stands in no text of the incident."""
    prose = [record.values.get(key) for key in ("title", "cause", "prolonging", "notification", "notes")]
    prose += [text for impact in impacts for text in (impact.service, impact.symptom)]
    prose += [measure.text for measure in measures]
    for name in ("lessons", "consequences", "disagreements"):
        listed = record.values.get(name)
        prose += listed if isinstance(listed, list) else []
    demands = record.values.get("guidance")
    prose += [demand.get("text") for demand in demands if isinstance(demand, dict)] if isinstance(demands, list) else []
    texts = [text for text in prose if isinstance(text, str)]
    seen: set[tuple[str, str]] = set()
    for item in record.records("tags", TAG_FIELDS):
        tag, evidence = item.text("tag", required=True), item.text("evidence", required=True)
        if tag and not _TAG.fullmatch(tag):
            item.note("tag", f"{shown(tag)} is no tag; write axis/id in small letters, such as trigger/expiry")
        if evidence and not any(evidence in text for text in texts):
            item.note("evidence", f"{shown(evidence)} stands in no text of this incident; quote it word for word")
        if tag and evidence:
            if (tag, evidence) in seen:
                item.note("tag", f"{tag} stands twice with the same evidence; keep one")
            seen.add((tag, evidence))
            yield TagAssignment(tag, evidence)
