"""The only writer of `jiko.db`: turns records into rows. Reading is done elsewhere, in plain SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from kb.japanese.text import folded
from kb.model import Exchange, Incident, Meeting, Notice, Position, Report, Source, Statistic, Unread
from kb.store.index_writer import IndexWriter
from kb.store.tellings import first_tellings


@dataclass(frozen=True)
class CarrierRow:
    """A company as stored; `formal_names` are those that stand in incidents, today's first."""

    formal_names: tuple[str, ...]
    slug: str | None = None
    short_name: str | None = None
    name_en: str | None = None
    group_name: str | None = None


def _place(position: Position | None) -> dict[str, int | None]:
    return {"page": position.page if position else None, "line": position.line if position else None}


def _stated(column: str, value: str | None) -> dict[str, str | None]:
    """A value that the record gives, and that it does."""
    return {column: value, f"{column}_basis": None if value is None else "stated"}


class Writer(IndexWriter):
    """Writes into one open database; commits are the caller's (use `db.atomic()`)."""

    def __init__(self, db: Database, fold: Callable[[str], str] = folded) -> None:
        """`fold` is how carriers' names are folded for look-up."""
        super().__init__(db)
        self._fold = fold
        # Formal names, today's and former ones, to rows.
        sql = "SELECT name, id AS carrier_id FROM carriers UNION SELECT name, carrier_id FROM carrier_names WHERE kind = 'own'"
        self._carriers: dict[str, int] = {r["name"]: r["carrier_id"] for r in db.query(sql)}

    # Knowledge -------------------------------------------------------------------------------------------------------

    def tags(self, rows: Iterable[dict[str, Any]]) -> None:
        """Rows with id, axis, label_ja, label_en, group_name, definition."""
        self.db.table("tags").insert_all(rows)

    def external_ids(self, rows: Iterable[dict[str, Any]]) -> None:
        """Rows with tag_id, scheme, code, title: what schemes of others call a tag."""
        self.db.table("external_ids").insert_all(rows)

    def concepts(self, rows: Sequence[dict[str, Any]], forms: Iterable[tuple[str, str, str]]) -> None:
        """Concept rows (id, label_ja, label_en, tag_id, broader) and their forms (concept, form, kind)."""
        self.db.table("concepts").insert_all(sorted(rows, key=lambda row: row["broader"] is not None))
        self.db.table("concept_forms").insert_all({"concept_id": c, "form": f, "kind": k} for c, f, k in sorted(set(forms)))

    def carriers(self, rows: Iterable[CarrierRow]) -> None:
        """Store companies."""
        for row in rows:
            self._carrier(row)

    def _carrier(self, row: CarrierRow) -> int:
        values = {"slug": row.slug, "name": row.formal_names[0], "short_name": row.short_name, "name_en": row.name_en, "group_name": row.group_name}
        identifier = self.inserted("carriers", values)
        self._carriers |= dict.fromkeys(row.formal_names, identifier)
        return identifier

    def carrier_names(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Names by which carriers are looked up: (formal name, name, kind, folded name)."""
        self.db.table("carrier_names").insert_all(
            ({"carrier_id": self._carriers[f], "name": n, "kind": k, "folded": folded} for f, n, k, folded in rows), ignore=True
        )

    def carrier_id(self, formal: str) -> int:
        """The row of a carrier; one that carriers.yml does not know is added under its own name."""
        if formal not in self._carriers:
            self._carrier(CarrierRow((formal,)))
            self.carrier_names([(formal, formal, "own", self._fold(formal))])
        return self._carriers[formal]

    # Documents -------------------------------------------------------------------------------------------------------

    def document(self, **values: object) -> int:
        """Store a document's own row, and return its id."""
        return self.inserted("documents", values)

    def keep(self, document_id: int, content: bytes) -> None:
        """Keep a document's original, packed."""
        self.db.execute("UPDATE documents SET content = ? WHERE id = ?", [content, document_id])

    def source_document(self, source: Source) -> int:
        """The row of a page on the web or of an official document that we cite and do not hold."""
        found = self.db.execute(
            "SELECT id FROM documents WHERE kind = 'web' AND publisher IS ? AND title IS ? AND url IS ?",
            [source.publisher, source.title, source.url],
        ).fetchone()
        if found:
            return int(found[0])
        return self.document(
            kind="web", publisher=source.publisher, title=source.title, url=source.url, original_url=source.original_url, source_kind=source.kind,
            accessed_on=source.accessed_on, archived_url=source.archived_url,
        )  # fmt: skip

    def report(self, document_id: int, report: Report) -> None:
        """What belongs to the document itself: notes, statistics, warnings, unread text."""
        self.db.table("document_notes").insert_all({"document_id": document_id, "kind": n.kind, "text": n.text, **_place(n.position)} for n in report.notes)
        self.statistics(report.statistics, document_id, report.fiscal_year)
        self.warnings(report.warnings, document_id)
        self.unread(report.coverage.unread, document_id)

    def statistics(self, statistics: Iterable[Statistic], document_id: int | None, fiscal_year: int | None) -> None:
        """Store printed figures, each with the document or the page that it stands in."""
        self.db.table("statistics").insert_all(
            {
                "document_id": self.source_document(s.sources[0]) if s.sources else document_id,
                "fiscal_year": s.fiscal_year if s.fiscal_year is not None else fiscal_year,
                "table": s.table, "row": s.row, "column": s.column, "value": s.value, "unit": s.unit, "note": s.note,
                **_place(s.position),
            }
            for s in statistics
        )  # fmt: skip

    def warnings(self, notices: Iterable[Notice], document_id: int | None, incident_id: str | None = None) -> None:
        """Store what was noticed in reading, of a document or of an incident."""
        self.db.table("warnings").insert_all(
            {"document_id": document_id, "incident_id": incident_id, "code": n.code, "message": n.message, **_place(n.position)}
            for n in notices
        )

    def unread(self, runs: Iterable[Unread], document_id: int) -> None:
        """Store the text that no reader took."""
        self.db.table("unread").insert_all({"document_id": document_id, "text": u.text, **_place(u.position)} for u in runs)

    # Incidents -------------------------------------------------------------------------------------------------------

    def incident(self, incident: Incident) -> None:
        """The incident's own row and its carriers."""
        number = self.db.execute("SELECT coalesce(max(number), 0) + 1 FROM incidents").fetchone()[0]
        largest = max((i for i in incident.impacts if i.users is not None), key=lambda i: i.users or 0, default=None)
        self.db.table("incidents").insert(
            {
                "id": incident.id, "number": number, "title": incident.title, "fiscal_year": incident.fiscal_year,
                "started_at": incident.started_at, "ended_at": incident.ended_at,
                "duration_minutes": max((i.duration_minutes for i in incident.impacts if i.duration_minutes is not None), default=None),
                "users": largest.users if largest else None, "users_unit": largest.unit if largest else None,
                "area": incident.area, "official": incident.official, "statutory_class": incident.statutory_class,
                "factor": incident.factor, "factor_basis": incident.factor_basis, "official_basis": incident.official_basis,
                "near_miss": incident.near_miss, "title_en": incident.title_en, "summary_ja": incident.summary_ja, "summary_en": incident.summary_en,
            }
        )  # fmt: skip
        names = {self.carrier_id(name): name for name in incident.carriers}
        self.db.table("incident_carriers").insert_all(
            {"incident_id": incident.id, "carrier_id": c, "name": name, "position": i, **_stated("role", incident.roles.get(name))}
            for i, (c, name) in enumerate(names.items(), start=1)
        )
        self.db.table("keywords").insert_all({"incident_id": incident.id, "keyword": k} for k in dict.fromkeys(incident.keywords))

    def details(self, incident_id: str, incident: Incident, document_id: int) -> None:
        """All that one document says of the incident."""
        owner = {"incident_id": incident_id, "document_id": document_id}
        self.db.table("impacts").insert_all(
            {
                **owner, "position": n, "label": i.label, "carrier_id": self._known_carrier(i.carrier), "service": i.service, "symptom": i.symptom,
                "started_at": i.started_at, "duration_minutes": i.duration_minutes, "users": i.users, "users_max": i.users_max,
                "users_qualifier": i.users_qualifier, "unit": i.unit, "printed": json.dumps(dict(i.printed), ensure_ascii=False),
                **_place(i.position),
            }
            for n, i in enumerate(incident.impacts, start=1)
        )  # fmt: skip
        told: list[tuple[str, str, str | None, str | None, Position | None]] = [(s.kind, s.text, None, None, s.position) for s in incident.statements]
        told += [("notification", n.text, n.channel, n.at, n.position) for n in incident.notifications]
        self.db.table("statements").insert_all(
            {**owner, "kind": kind, "position": n, "text": text, "channel": channel, "at": at, **_place(position)}
            for n, (kind, text, channel, at, position) in enumerate(told, start=1)
        )
        self.db.table("measures").insert_all(
            {
                **owner, "position": n, "text": m.text, "completed_on": m.completed_on, "status": m.status, "printed": m.printed,
                "carrier_id": self._known_carrier(m.carrier), "owner": m.owner,
                "owner_basis": "stated" if m.carrier or m.owner else None, "followed_up": m.followed_up,
                **_stated("kind", m.kind), **_place(m.position),
            }
            for n, m in enumerate(incident.measures, start=1)
        )  # fmt: skip
        self.db.table("guidance").insert_all(
            {
                **owner, "position": n, "text": d.text, "due_on": d.due_on, "authority": d.authority, "issued_on": d.issued_on, **_place(d.position),
            }
            for n, d in enumerate(incident.guidance, start=1)
        )  # fmt: skip
        self.db.table("inquiries").insert_all(
            {**owner, "carrier_id": self._known_carrier(i.carrier), "count": i.count, "as_of": i.as_of, "printed": i.printed}
            for i in incident.inquiries
        )
        first_tellings(self.db, incident_id, document_id)

    def complete(self, incident_id: str, incident: Incident, *, official: bool) -> None:
        """Fill in what the incident's row leaves open, and the minute of a day; a factor that the ministry states takes the place of our own reading."""
        self.db.execute(
            "UPDATE incidents SET started_at = CASE WHEN :started_at LIKE coalesce(started_at, '') || '%' THEN :started_at ELSE started_at END,"
            " ended_at = CASE WHEN :ended_at LIKE coalesce(ended_at, '') || '%' THEN :ended_at ELSE ended_at END,"
            " area = coalesce(area, :area), statutory_class = coalesce(statutory_class, :statutory_class),"
            " official = CASE WHEN :official THEN 1 ELSE official END,"
            " factor_basis = CASE WHEN :factor IS NOT NULL THEN 'stated' ELSE factor_basis END, factor = coalesce(:factor, factor) WHERE id = :id",
            {
                "id": incident_id, "started_at": incident.started_at, "ended_at": incident.ended_at, "area": incident.area,
                "statutory_class": incident.statutory_class, "official": official, "factor": incident.factor,
            },
        )  # fmt: skip

    def _known_carrier(self, formal: str | None) -> int | None:
        return self.carrier_id(formal) if formal else None

    def cite(self, incident_id: str, document_id: int, supports: Sequence[str], position: Position | None = None) -> None:
        """Record that a document tells of the incident; fields that it supports add up."""
        self.db.execute(
            "INSERT INTO incident_sources (incident_id, document_id, supports, page, line) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET supports = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(supports)"
            " UNION SELECT value FROM json_each(excluded.supports)))",
            [incident_id, document_id, json.dumps(sorted(set(supports))), *_place(position).values()],
        )

    def incident_tags(self, rows: Iterable[dict[str, Any]]) -> None:
        """Rows with incident_id, tag_id, evidence, passage_id, method, confidence."""
        self.db.table("incident_tags").insert_all(rows, ignore=True)

    # Meetings --------------------------------------------------------------------------------------------------------

    def meeting(self, document_id: int, meeting: Meeting, incident_ids: Sequence[str | None]) -> None:
        """A meeting and its exchanges; `incident_ids` names the incident of each exchange, in order."""
        identifier = self.inserted(
            "meetings",
            {
                "document_id": document_id, "held_on": meeting.held_on, "number": meeting.number, "place": meeting.place, "hours": meeting.hours,
                "items": json.dumps(list(meeting.items), ensure_ascii=False), "label": meeting.label, "ended_on": meeting.ended_on,
                "note": meeting.note,
            },
        )  # fmt: skip
        self.db.table("meeting_incidents").insert_all({"meeting_id": identifier, "incident_id": i} for i in dict.fromkeys(meeting.heard))
        ids: list[int] = []
        for n, (exchange, incident_id) in enumerate(zip(meeting.exchanges, incident_ids, strict=True), start=1):
            ids.append(self._exchange(identifier, n, exchange, incident_id, ids))

    def _exchange(self, meeting_id: int, position: int, exchange: Exchange, incident_id: str | None, earlier: list[int]) -> int:
        answers = earlier[exchange.answers] if exchange.answers is not None else None
        return self.inserted(
            "exchanges",
            {
                "meeting_id": meeting_id, "incident_id": incident_id, "position": position, "viewpoint": exchange.viewpoint,
                "kind": exchange.kind, "text": exchange.text, "answers_id": answers, **_place(exchange.position),
            },
        )  # fmt: skip
