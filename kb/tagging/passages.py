"""The sentences of an incident's record, each with the part of the record it stands in.

Tags are proposed from these sentences and borne out by them, so they are kept word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.japanese.text import chunks, nfkc, sentences
from kb.model import Incident

FIELDS = (
    "title", "cause", "prolonging", "lesson", "notification", "note", "measure", "service", "symptom",
)  # fmt: skip

# Text without full stops, as of tables, is cut like this: no evidence is longer, and rules stay fast on any text.
_LONGEST = 1500  # bytes, about 500 characters


@dataclass(frozen=True)
class Passage:
    """One sentence: `field` is one of FIELDS, `text` is as printed, `folded` is its NFKC form for matching."""

    field: str
    text: str
    folded: str


def passages(incident: Incident) -> tuple[Passage, ...]:
    """Every sentence of the record in reading order, without repeats."""
    seen: dict[tuple[str, str], Passage] = {}
    for field, text in _texts(incident):
        for _, sentence in sentences(text):
            for _, piece in chunks(sentence, _LONGEST):
                seen.setdefault((field, piece), Passage(field, piece, nfkc(piece)))
    return tuple(seen.values())


def _texts(incident: Incident) -> Iterator[tuple[str, str]]:
    yield "title", incident.title
    for statement in incident.statements:
        yield statement.kind, statement.text
    for measure in incident.measures:
        yield "measure", measure.text
    for impact in incident.impacts:
        yield "service", impact.service
        if impact.symptom is not None:
            yield "symptom", impact.symptom
    for notification in incident.notifications:
        yield "notification", notification.text
