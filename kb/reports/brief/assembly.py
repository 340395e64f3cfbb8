"""The parts of a brief put together. Pure reading; every part is a module of its own."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import load_thresholds
from kb.knowledge.reporting_rules.model import Thresholds
from kb.model import Incident, Report
from kb.reports.brief import precedents
from kb.reports.brief import subject as subjects
from kb.reports.brief.basis import Sources
from kb.reports.brief.classification import classification
from kb.reports.brief.earlier_promises import earlier_promises
from kb.reports.brief.earlier_questions import earlier_questions
from kb.reports.brief.missing_measures import missing_measures
from kb.reports.brief.not_stated import LABELS, not_stated
from kb.reports.brief.notification import notification
from kb.reports.brief.provenance import made_from
from kb.reports.brief.questions import case_of, questions
from kb.reports.brief.subject import Subject
from kb.search.corpus import Corpus

LIMIT = 10


def brief(
    connection: sqlite3.Connection, corpus: Corpus, subject: str | Report | Incident, *, carrier: str | None = None, other_carriers: bool = False,
    limit: int = LIMIT,
) -> dict[str, Any]:  # fmt: skip
    """The brief (design §11) of an incident's id, of a report that was read, or of one accident of it.

    `carrier` names the company of a draft that names none; `other_carriers` puts other companies' precedents first; every
    list has at most `limit` entries. Raises NotFoundError (id, carrier) or DocumentError (nothing in it to speak of).
    """
    if isinstance(subject, str):
        return of_incident(connection, corpus, subject, other_carriers=other_carriers, limit=limit)
    if isinstance(subject, Incident):
        subject = Report(None, incidents=(subject,))
    return of_report(connection, corpus, subject, carrier=carrier, other_carriers=other_carriers, limit=limit)


def of_incident(connection: sqlite3.Connection, corpus: Corpus, incident_id: str, *, other_carriers: bool = False, limit: int = LIMIT) -> dict[str, Any]:
    """The brief of a held incident. Raises NotFoundError."""
    return _assembled(connection, corpus, subjects.held(connection, corpus, incident_id), other_carriers, limit)


def of_report(
    connection: sqlite3.Connection, corpus: Corpus, report: Report, *, carrier: str | None = None, source: str | None = None, other_carriers: bool = False,
    limit: int = LIMIT,
) -> dict[str, Any]:  # fmt: skip
    """The brief of the first accident in a report that was read; `source` is its text. Raises DocumentError or NotFoundError."""
    return _assembled(connection, corpus, subjects.read(connection, corpus, report, carrier=carrier, source=source), other_carriers, limit)


def of_text(
    connection: sqlite3.Connection, corpus: Corpus, text: str, *, carrier: str | None = None, other_carriers: bool = False, limit: int = LIMIT,
) -> dict[str, Any]:  # fmt: skip
    """The brief of a pasted draft. Raises DocumentError or NotFoundError."""
    return _assembled(connection, corpus, subjects.pasted(connection, corpus, text, carrier=carrier), other_carriers, limit)


@lru_cache(maxsize=1)
def _thresholds() -> Thresholds:
    return load_thresholds(data_directory() / "thresholds.yml")


def _assembled(connection: sqlite3.Connection, corpus: Corpus, subject: Subject, other_carriers: bool, limit: int) -> dict[str, Any]:
    found = precedents.find(connection, corpus, subject, limit)
    shown = [hit.id for hit in found.shown(other_carriers, limit)]
    told = notification(connection, subject, _thresholds(), shown)
    absent = not_stated(subject, told["first_notice_minutes"])
    parts: dict[str, Any] = {
        "subject": subject.as_json(),
        "classification": classification(subject, _thresholds()),
        "not_stated": absent,
        "not_stated_labels": {name: LABELS[name] for name in absent},
        **precedents.as_json(connection, subject, found, other_carriers=other_carriers, limit=limit),
        "missing_measures": missing_measures(connection, corpus.incidents, subject, found, limit),
        "earlier_promises": earlier_promises(connection, corpus.incidents, subject)[:limit],
        "earlier_questions": earlier_questions(connection, subject, found, limit),
        "notification": told,
    }
    sources = Sources(connection, subject, _thresholds(), shown, parts["classification"], told)
    parts["questions"] = questions(case_of(subject, parts), sources, subject.labels, limit * 3 // 2)
    return parts | {"labels": _labels(subject, parts), "made_from": made_from(connection)}


def _labels(subject: Subject, parts: Any) -> dict[str, str]:
    """Japanese labels of all tags that the brief names."""
    named: set[str] = set()
    waiting = [parts]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple)):
            waiting += one
        elif isinstance(one, str) and one in subject.labels:
            named.add(one)
    return {tag: subject.labels[tag] for tag in sorted(named)}
