"""The accident that a brief is about: a held incident, one read from a document, or a pasted text."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from kb.errors import DocumentError
from kb.knowledge.carriers import fold_name
from kb.model import Incident, Report
from kb.reports.accidents import SILENT
from kb.reports.brief.draft_fields import filled, headed
from kb.search import drafts, profile
from kb.search.corpus import Corpus
from kb.search.filters import carrier_ids
from kb.search.profile import Profile
from kb.sources import parse_text
from kb.sources.moments import days_of
from kb.sources.serialise import report_as_json
from kb.store import records

CAUSES = ("trigger", "mechanism", "prolonging")
TELLING = (*CAUSES, "equipment", "service")  # axes on which a text about an accident of ours has something to say
TOLD = "SELECT t.tag_id, t.evidence, p.text FROM incident_tags t JOIN passages p ON p.id = t.passage_id WHERE t.incident_id = ?"


@dataclass(frozen=True)
class Subject:
    """`incident` holds its tags; `carriers` are ids of the companies that answer for it, as far as they are known.

    `source` is the text that quotes of a draft stand in; `passages` gives, for a held incident's (tag, evidence), the passage that holds it.
    """

    incident: Incident
    profile: Profile
    carriers: tuple[int, ...]
    labels: Mapping[str, str]
    stage: str | None = None
    source: str | None = None
    passages: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, ...]]:
        """Tag → the sentences that bear it out."""
        found: dict[str, tuple[str, ...]] = {}
        for assignment in self.incident.tags:
            found[assignment.tag] = (*found.get(assignment.tag, ()), assignment.evidence)
        return found

    @cached_property
    def quotes(self) -> Mapping[str, tuple[str, ...]]:
        """Tag → passages of the record, or sentences of the draft, that bear it out."""
        return {tag: tuple(self._quote(tag, evidence) for evidence in told) for tag, told in self.tags.items()}

    def _quote(self, tag: str, evidence: str) -> str:
        passage = self.passages.get((tag, evidence))
        return evidence if passage is None or evidence in passage else passage

    def tags_on(self, *axes: str) -> frozenset[str]:
        """Tags on any of the axes, without those that say nothing."""
        return frozenset(tag for tag in self.tags if tag.split("/", 1)[0] in axes) - SILENT

    @cached_property
    def causes(self) -> frozenset[str]:
        """Trigger, mechanism and prolonging tags that say something."""
        return self.tags_on(*CAUSES)

    @cached_property
    def span(self) -> tuple[str, str] | None:
        """First and last day on which it can have begun; None where nothing is stated."""
        if self.incident.started_at:
            return days_of(self.incident.started_at)
        year = self.incident.fiscal_year
        return (f"{year}-04-01", f"{year + 1}-03-31") if year else None

    @cached_property
    def text(self) -> str:
        """All that is told of it, one sentence a line."""
        told = [self.incident.title, *(s.text for s in self.incident.statements), *(m.text for m in self.incident.measures)]
        return "\n".join([*told, *(n.text for n in self.incident.notifications)])

    def as_json(self) -> dict[str, Any]:
        """As an incident of `kb parse`, with tags and id."""
        parsed: dict[str, Any] = report_as_json(Report(None, incidents=(self.incident,), stage=self.stage))["incidents"][0]
        tags = [
            {"id": t.tag, "label": self.labels.get(t.tag, t.tag), "evidence": t.evidence, "method": t.method, "confidence": round(t.confidence, 3)}
            for t in self.incident.tags
        ]
        return {"id": self.incident.id, **parsed, "tags": tags}


def held(connection: sqlite3.Connection, corpus: Corpus, incident_id: str) -> Subject:
    """A held incident. Raises NotFoundError."""
    incident = records.incident(connection, incident_id)
    own = connection.execute(
        "SELECT carrier_id FROM incident_carriers WHERE incident_id = ? AND coalesce(role, '') NOT IN ('affected', 'reseller') ORDER BY position",
        [incident_id],
    )
    carriers = tuple(row[0] for row in own)
    of_incident = profile.of_incidents(connection, corpus, [incident_id])[incident_id]
    told = connection.execute(TOLD, [incident_id])
    passages = {(tag, evidence): text for tag, evidence, text in told}
    return Subject(incident, of_incident, carriers, _labels(connection), passages=passages)


def read(connection: sqlite3.Connection, corpus: Corpus, report: Report, *, carrier: str | None = None, source: str | None = None) -> Subject:
    """The first accident of a document that was read. Raises DocumentError when it tells of none, NotFoundError for an unknown `carrier`."""
    if not report.incidents:
        raise DocumentError(f"{report.title or 'The document'} tells of no accident: give a report on one, or the id of an incident.")
    incident = report.incidents[0] if source is None else filled(report.incidents[0], source)
    return _drafted(connection, corpus, incident, report.stage, carrier, source)


def pasted(connection: sqlite3.Connection, corpus: Corpus, text: str, *, carrier: str | None = None) -> Subject:
    """A draft report. Raises DocumentError when it is empty or speaks of no accident, NotFoundError for an unknown `carrier`."""
    if not text.strip():
        raise DocumentError("The text is empty: paste the report, or name its file.")
    try:
        report = parse_text(text)
    except DocumentError:  # of no kind that we know: a draft on one accident, then
        report = Report(None)
    if report.incidents:
        return read(connection, corpus, report, carrier=carrier, source=text)
    return _drafted(connection, corpus, filled(drafts.draft("", headed(text)), text), None, carrier, text)


def _drafted(
    connection: sqlite3.Connection, corpus: Corpus, incident: Incident, stage: str | None, carrier: str | None, source: str | None
) -> Subject:
    if carrier is not None:
        named = carrier_ids(connection, carrier)
        incident = replace(incident, carriers=incident.carriers or (carrier,))
    else:
        named = _known(connection, incident.carriers)
    tags = incident.tags or profile.proposed_tags(incident)
    if not any(tag.tag.split("/", 1)[0] in TELLING for tag in tags):
        raise DocumentError("Nothing in the text speaks of an accident of a telecom service: give a report that says what happened and why.")
    incident = replace(incident, tags=tags)
    return Subject(incident, profile.of_record(connection, corpus, incident, tags), tuple(named), _labels(connection), stage, source)


def _known(connection: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    """The companies that bear or bore these names; one that is not held has no history here."""
    sql = "SELECT carrier_id FROM carrier_names WHERE folded = ? AND kind = 'own' ORDER BY carrier_id"
    return list(dict.fromkeys(row[0] for name in names for row in connection.execute(sql, [fold_name(name)])))


def _labels(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT id, label_ja FROM tags").fetchall())
