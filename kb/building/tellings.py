"""A document's word of an incident beside what is held: what is told already gets another source, what is new becomes a row."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kb.knowledge.editions import changes
from kb.knowledge.retold import fuller, same_impacts, same_measures, same_statements
from kb.model import Incident, Statement
from kb.store.tellings import as_told, held_impacts, held_measures, held_statements, retell_impact, retell_measure, retell_statement
from kb.store.writer import Writer

T = TypeVar("T")

# A company's own reports on an accident, oldest first; what others wrote about them is no edition.
EDITIONS = """
    SELECT d.id FROM documents d JOIN incident_sources s ON s.document_id = d.id
    WHERE s.incident_id = ? AND d.kind = 'company-report' AND NOT d.secondary AND d.published_on IS NOT NULL ORDER BY d.published_on, d.id"""

CATALOGUED = "SELECT 1 FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE s.incident_id = ? AND d.kind = 'catalogue'"


@dataclass(frozen=True)
class Retold:
    """How many of a document's measures, impacts and statements were held already."""

    measures: int = 0
    impacts: int = 0
    statements: int = 0


def add_details(writer: Writer, incident_id: str, incident: Incident, document_id: int) -> Retold:
    """Store what a document says of an incident; the same thing told twice is one row with two sources."""
    connection = writer.db.conn
    measures, impacts, statements = held_measures(connection, incident_id), held_impacts(connection, incident_id), held_statements(connection, incident_id)
    later = _later_editions(writer, incident_id, document_id)
    measure_pairs = same_measures(list(measures.values()), incident.measures)
    for i, j, likeness in measure_pairs:
        row, told = list(measures)[i], incident.measures[j]
        retell_measure(writer.db, row, document_id, told, likeness, fuller(measures[row], told, _maker(writer, "measures", row) in later))
    impact_pairs = same_impacts(list(impacts.values()), incident.impacts)
    for i, j, likeness in impact_pairs:
        row = list(impacts)[i]
        retell_impact(writer.db, row, document_id, incident.impacts[j], likeness, _maker(writer, "impacts", row) in later)
    told_again = [*incident.statements, *(Statement("notification", n.text, n.position) for n in incident.notifications)]
    statement_pairs = same_statements(list(statements.values()), told_again)
    for i, j, likeness in statement_pairs:
        retell_statement(writer.db, list(statements)[i], document_id, told_again[j], likeness)
    known = {j for _, j, _ in statement_pairs}
    counts = set(writer.db.execute("SELECT count, as_of FROM inquiries WHERE incident_id = ?", [incident_id]))
    news = replace(
        incident,
        measures=_without(incident.measures, {j for _, j, _ in measure_pairs}),
        impacts=_without(incident.impacts, {j for _, j, _ in impact_pairs}),
        statements=_without(incident.statements, known),
        notifications=_without(incident.notifications, {j - len(incident.statements) for j in known}),
        inquiries=tuple(i for i in incident.inquiries if (i.count, i.as_of) not in counts),
    )
    writer.details(incident_id, news, document_id)
    return Retold(len(measure_pairs), len(impact_pairs), len(statement_pairs))


def _without(things: Sequence[T], indexes: Collection[int]) -> tuple[T, ...]:
    return tuple(thing for index, thing in enumerate(things) if index not in indexes)


def _maker(writer: Writer, table: str, row: int) -> int:
    """The document that made a row."""
    return int(writer.db.execute(f"SELECT document_id FROM {table} WHERE id = ?", [row]).fetchone()[0])


def _later_editions(writer: Writer, incident_id: str, document_id: int) -> set[int]:
    """Earlier reports of a company on the incident that this one, a company's too, brings up to date."""
    rows = writer.db.execute(
        "SELECT d.id FROM documents d JOIN incident_sources s ON s.document_id = d.id, documents mine WHERE s.incident_id = ? AND mine.id = ?"
        " AND d.kind = 'company-report' AND mine.kind = 'company-report' AND d.published_on < mine.published_on",
        [incident_id, document_id],
    )
    return {row[0] for row in rows}


def settle(writer: Writer, incident_id: str) -> None:
    """Bring the row of an incident that only documents tell of to what they say by now: the largest figures, the times of the last report."""
    if writer.db.execute(CATALOGUED, [incident_id]).fetchone():
        return
    writer.db.execute(
        "UPDATE incidents SET duration_minutes = (SELECT max(duration_minutes) FROM impacts WHERE incident_id = incidents.id),"
        " (users, users_unit) = (SELECT users, unit FROM impacts WHERE incident_id = incidents.id AND users IS NOT NULL ORDER BY users DESC, id LIMIT 1)"
        " WHERE id = ?",
        [incident_id],
    )
    for document in (row[0] for row in writer.db.execute(EDITIONS, [incident_id]).fetchall()):
        for column in ("started_at", "ended_at"):
            writer.db.execute(
                f"UPDATE incidents SET {column} = s.{column} FROM incident_sources s"
                f" WHERE incidents.id = s.incident_id AND s.incident_id = ? AND s.document_id = ? AND length(s.{column}) >= coalesce(length(incidents.{column}), 0)",
                [incident_id, document],
            )


def write_changes(writer: Writer, incident_id: str) -> None:
    """Compare each report of a company on the incident with the one before it, by date; whatever order they were taken in."""
    editions = [row[0] for row in writer.db.execute(EDITIONS, [incident_id])]
    writer.db.execute("DELETE FROM document_changes WHERE incident_id = ?", [incident_id])
    for earlier, later in itertools.pairwise(editions):
        before, after = (as_told(writer.db.conn, incident_id, document) for document in (earlier, later))
        writer.db.table("document_changes").insert_all(
            {"incident_id": incident_id, "earlier_id": earlier, "later_id": later, **change.as_json()} for change in changes(before, after)
        )
