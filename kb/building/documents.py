"""A parsed document into rows, its accidents joined to the incidents that are held already."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace

from kb.building.meetings import COUNCIL, write_official_meeting
from kb.building.reading import read_bytes
from kb.building.tellings import add_details, settle, write_changes
from kb.catalogue.place import data_directory
from kb.errors import DocumentError
from kb.knowledge.carrier_slugs import incident_stem
from kb.knowledge.carriers import Carriers, load_carriers
from kb.knowledge.identity import KnownIncident, match, notices
from kb.knowledge.reporting_rules.judgement import load_thresholds
from kb.knowledge.reporting_rules.model import Thresholds
from kb.model import Impact, Incident, Notice, Report
from kb.sources.serialise import position_as_json
from kb.store.tellings import tell_facts
from kb.store.writer import Writer

# An incident's own impacts: the catalogue's where it has a record, else those of its documents.
OWN = """(document_id IN (SELECT id FROM documents WHERE kind = 'catalogue') OR incident_id NOT IN
    (SELECT s.incident_id FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE d.kind = 'catalogue'))"""
PUBLISHERS = {"annual-report": "総務省", "council-minutes": COUNCIL}


@dataclass(frozen=True)
class Context:
    """What is needed to tell whom and what a document speaks of."""

    carriers: Carriers
    thresholds: Thresholds

    @classmethod
    def load(cls) -> Context:
        """Companies and reporting rules of the project's own files. Raises CatalogueError."""
        directory = data_directory()
        return cls(load_carriers(directory / "carriers.yml"), load_thresholds(directory / "thresholds.yml"))


@dataclass(frozen=True)
class Ingested:
    """What became of one file; `incidents` pairs each accident's id with "same", "uncertain" or "new"."""

    path: str
    kind: str
    unchanged: bool
    document_id: int
    incidents: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Notice, ...] = ()
    read: int = 0
    characters: int = 0
    touched: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """What `kb ingest --json` prints of a file."""
        return {
            "file": self.path, "kind": self.kind, "unchanged": self.unchanged, "document": self.document_id,
            "incidents": [{"id": incident_id, "identity": verdict} for incident_id, verdict in self.incidents],
            "warnings": [{"code": w.code, "message": w.message, "position": position_as_json(w.position)} for w in self.warnings],
            "coverage": {"characters": self.characters, "read": self.read},
        }  # fmt: skip


def add_document(writer: Writer, name: str, data: bytes, kind: str, context: Context) -> Ingested:
    """Parse and store one document, joined to the incidents that are held already."""
    digest = hashlib.sha256(data).hexdigest()
    held = writer.db.execute("SELECT id, kind FROM documents WHERE sha256 = ?", [digest]).fetchone()
    if held:
        return Ingested(name, held[1], True, held[0])
    _, report = read_bytes(data, name, kind, context.thresholds)
    if report.kind is None:
        raise DocumentError(
            f"{name}: it is not clear what kind of document this is ({'; '.join(report.reasons)}): look at `kb parse {name}`, then name the kind with --kind."
        )
    report = replace(report, incidents=tuple(_formally_named(incident, context.carriers) for incident in report.incidents))
    document = writer.document(
        kind=report.kind, title=report.title, publisher=_publisher(report), path=name, sha256=digest, stage=report.stage, secondary=report.secondary,
        published_on=report.published_on or (report.meeting.held_on if report.meeting else None), fiscal_year=report.fiscal_year,
        characters=report.coverage.characters, read_characters=report.coverage.read,
    )  # fmt: skip
    writer.report(document, report)
    ids, verdicts, warnings = _add_incidents(writer, report, document, context)
    if report.meeting:
        abouts = [ids[e.incident] if e.incident is not None else None for e in report.meeting.exchanges]
        write_official_meeting(writer, document, report.meeting, ids, abouts)
    return Ingested(
        name, report.kind or kind, False, document, tuple(zip(ids, verdicts)), (*report.warnings, *warnings), report.coverage.read,
        report.coverage.characters, tuple(dict.fromkeys(ids)),
    )  # fmt: skip


def _publisher(report: Report) -> str | None:
    """Whose word the document is: the ministry's, the company's own, or the authority's that guides."""
    if report.kind in PUBLISHERS:
        return PUBLISHERS[report.kind]
    first = report.incidents[0] if report.incidents else None
    if report.kind == "guidance":
        return next((demand.authority for demand in first.guidance if demand.authority), None) if first else None
    return first.carriers[0] if first and first.carriers and not report.secondary else None


def _formally_named(incident: Incident, carriers: Carriers) -> Incident:
    """The incident with its companies by their formal names where a report uses a short one (KDDI, NTT西日本)."""
    known = {name: carrier for name in incident.carriers if (carrier := carriers.carrier_of(name)) is not None}
    return replace(incident, carriers=tuple(dict.fromkeys(name if name not in known or name in known[name].formal_names else known[name].name for name in incident.carriers)))


def _add_incidents(writer: Writer, report: Report, document: int, context: Context) -> tuple[list[str], list[str], list[Notice]]:
    ids: list[str] = []
    verdicts: list[str] = []
    warnings: list[Notice] = []
    known = known_incidents(writer.db.conn)
    for incident in report.incidents:
        found = match(incident, known, context.carriers.resolve, report.title or report.kind or "document", group_of=context.carriers.group_of)
        incident_id = found.id if found.id is not None else _new_incident(writer, incident, context.carriers)
        raised = notices(found, incident.position)
        writer.warnings(raised, document, incident_id)
        add_details(writer, incident_id, incident, document)
        writer.cite(incident_id, document, _supported(incident), incident.position)
        tell_facts(writer.db, incident_id, document, incident)
        write_changes(writer, incident_id)
        writer.complete(incident_id, incident, official=incident.official is True)
        settle(writer, incident_id)
        ids.append(incident_id)
        verdicts.append(found.verdict)
        warnings += raised
    return ids, verdicts, warnings


def _new_incident(writer: Writer, incident: Incident, carriers: Carriers) -> str:
    """Store an accident that no document told of before, under start + carrier slug."""
    stem = wanted = incident_stem(incident.started_at, incident.fiscal_year, incident.carriers, carriers)
    number = 2
    while writer.db.execute("SELECT 1 FROM incidents WHERE id = ?", [wanted]).fetchone():
        wanted, number = f"{stem}-{number}", number + 1
    writer.incident(replace(incident, id=wanted))
    return wanted


def _supported(incident: Incident) -> list[str]:
    """Fields of the incident on which the document says something."""
    names = ("started_at", "ended_at", "area", "official", "statutory_class", "factor", "impacts", "measures", "inquiries", "notifications")
    kinds = {statement.kind for statement in incident.statements}
    return [n for n in names if getattr(incident, n) not in (None, ())] + sorted(kinds)


def known_incidents(connection: sqlite3.Connection) -> list[KnownIncident]:
    """Held incidents with what identity is judged by: carriers, start, impacts with their printed figures."""
    carriers: dict[str, list[str]] = {}
    for incident_id, name in connection.execute("SELECT incident_id, name FROM incident_carriers ORDER BY incident_id, position"):
        carriers.setdefault(incident_id, []).append(name)
    impacts: dict[str, list[Impact]] = {}
    columns = "incident_id, service, label, symptom, started_at, duration_minutes, users, users_max, users_qualifier, unit, printed"
    for row in connection.execute(f"SELECT {columns} FROM impacts WHERE {OWN} ORDER BY id"):
        incident_id, service, label, symptom, started_at, minutes, users, users_max, qualifier, unit, printed = row
        impacts.setdefault(incident_id, []).append(
            Impact(service, label, None, symptom, started_at, minutes, users, users_max, qualifier, unit, json.loads(printed))
        )
    catalogued = {row[0] for row in connection.execute("SELECT s.incident_id FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE d.kind = 'catalogue'")}
    rows = connection.execute("SELECT id, title, fiscal_year, started_at, ended_at, area, factor, statutory_class FROM incidents ORDER BY id")
    return [
        KnownIncident(
            Incident(
                title, tuple(carriers.get(i, ())), year, id=i, started_at=start, ended_at=end, area=area, factor=factor,
                statutory_class=statutory, impacts=tuple(impacts.get(i, ())),
            ),
            "catalogue" if i in catalogued else "earlier documents",
        )
        for i, title, year, start, end, area, factor, statutory in rows
    ]  # fmt: skip
