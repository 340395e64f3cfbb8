"""A document in hand → its brief: what was read of it, what the reader corrected, and what it is compared with."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.errors import DocumentError
from kb.formats.layout import Document
from kb.knowledge.carriers import fold_name
from kb.model import Impact, Incident, Measure, Notification, Report, Statement, TagAssignment
from kb.reports.brief import of_report
from kb.reports.brief.draft_fields import filled, headed
from kb.search import drafts
from kb.search.corpus import Corpus
from kb.sources import parse_document

MAX_CHARACTERS = 200_000
FORMAL = "SELECT DISTINCT c.name FROM carrier_names n JOIN carriers c ON c.id = n.carrier_id WHERE n.folded = ? AND n.kind IN ('own', 'brand')"
_COMPANY = re.compile(r"会社|法人|Inc\.|Ltd|LLC|公社|組合")
# A line that only names its section: "4. 発生原因", 【原因】, 経緯と原因.
_HEADING = re.compile(
    r"[\s\d.．()()【】\[\]■●◆・#*:：]*(?:(?:事故の?|障害の?|発生|直接|根本|主な)?(?:概要|内容|原因|要因|経緯|経過|状況|対応|対策|周知|広報|日時|時間|影響|長時間化|長期化|再発防止策?|お詫び)"
    r"(?:の|と|・|及び|および|について|等)*)+[\s】\]::]*"
)


@dataclass(frozen=True)
class Corrections:
    """What a reader knows better than the parser; None leaves what was read. `duration_minutes` and `users` go to the largest impact."""

    carrier: str | None = None
    started_at: str | None = None
    duration_minutes: int | None = None
    users: int | None = None

    def applied(self, incident: Incident) -> Incident:
        """The incident with the corrections in it."""
        if self.carrier is not None:
            incident = replace(incident, carriers=(self.carrier,), roles={})
        if self.started_at is not None:
            incident = replace(incident, started_at=self.started_at, fiscal_year=_fiscal_year(self.started_at))
        if self.duration_minutes is None and self.users is None:
            return incident
        impacts = list(incident.impacts) or [Impact("")]
        place = max(range(len(impacts)), key=lambda i: (impacts[i].users or 0) * (impacts[i].duration_minutes or 1))
        changed = impacts[place]
        if self.duration_minutes is not None:
            changed = replace(changed, duration_minutes=self.duration_minutes)
        if self.users is not None:
            changed = replace(changed, users=self.users, users_max=None, users_qualifier="exact")
        impacts[place] = replace(changed, printed={})
        return replace(incident, impacts=tuple(impacts))


NO_CORRECTIONS = Corrections()


def of_document(
    connection: sqlite3.Connection, corpus: Corpus, document: Document, *, corrections: Corrections = NO_CORRECTIONS, other_carriers: bool = False,
    limit: int = 10,
) -> dict[str, Any]:  # fmt: skip
    """The brief of the first accident that a document tells of; "given" names the document and says how many it tells of.

    Raises DocumentError (nothing about an accident in it) or NotFoundError (the carrier).
    """
    report = as_report(document)
    incident = corrections.applied(report.incidents[0])
    incident = replace(incident, carriers=tuple(dict.fromkeys(_formal(connection, name) for name in incident.carriers)))
    read = replace(report, incidents=(incident,))
    found = of_report(connection, corpus, read, carrier=corrections.carrier, source=document.text, other_carriers=other_carriers, limit=limit)
    given = {"name": document.name, "kind": report.kind, "accidents": len(report.incidents), "corrected": sorted(_named(corrections))}
    return {**found, "given": given}


def as_report(document: Document) -> Report:
    """What was read of a document; one of no kind that we know is taken for a draft on one accident."""
    try:
        report = parse_document(document)
    except DocumentError:
        report = Report(None, title=document.title)
    if report.incidents:
        return report
    text = "\n".join(line.text for line in document.lines).replace("\0", " ")
    drafted = filled(drafts.draft(document.title or "", headed(text[:MAX_CHARACTERS])), text)
    told = tuple(statement for statement in drafted.statements if not _HEADING.fullmatch(statement.text))
    return replace(report, incidents=(replace(drafted, statements=told),))


def of_saved(connection: sqlite3.Connection, corpus: Corpus, subject: Mapping[str, Any], *, limit: int) -> dict[str, Any]:
    """The brief, from this database, of a draft whose "subject" was kept in a case."""
    return of_report(connection, corpus, Report(None, incidents=(incident_of(subject),), stage=subject.get("report")), limit=limit)


def incident_of(subject: Mapping[str, Any]) -> Incident:
    """The incident that a brief's "subject" was written from, as far as comparing needs it. Raises KeyError or TypeError for what is none."""
    return Incident(
        subject["title"],
        tuple(subject["carriers"]),
        subject.get("fiscal_year"),
        started_at=subject.get("started_at"),
        ended_at=subject.get("ended_at"),
        area=subject.get("area"),
        official=subject.get("official"),
        statutory_class=subject.get("statutory_class"),
        factor=subject.get("factor"),
        factor_basis=subject.get("factor_basis"),
        impacts=tuple(Impact(**{**_without(one, "position"), "printed": one.get("printed") or {}}) for one in subject["impacts"]),
        statements=tuple(Statement(one["kind"], one["text"]) for one in subject["statements"]),
        measures=tuple(Measure(one["text"], one.get("completed_on"), one.get("status"), one.get("printed")) for one in subject["measures"]),
        notifications=tuple(Notification(one["channel"], one["text"], one.get("at")) for one in subject["notifications"]),
        tags=tuple(TagAssignment(one["id"], one["evidence"], one["method"], one["confidence"]) for one in subject["tags"]),
    )


def _formal(connection: sqlite3.Connection, name: str) -> str:
    """The formal name of a company that is called by a shorter one; a name that is formal already, or that several bear, stays."""
    if _COMPANY.search(name):
        return name
    rows = connection.execute(FORMAL, [fold_name(name)]).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else name


def _without(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


def _named(corrections: Corrections) -> list[str]:
    return [name for name, value in vars(corrections).items() if value is not None]


def _fiscal_year(started_at: str) -> int | None:
    """None where a bare year leaves two fiscal years open."""
    if len(started_at) < 7:
        return None
    return int(started_at[:4]) - (started_at[5:7] < "04")
