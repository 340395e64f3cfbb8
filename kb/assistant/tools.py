"""The tools: each asks the base what the command of the same name asks, and shortens the answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kb.assistant import answers, comparisons
from kb.assistant.sources import best_sources, documents, named_in
from kb.catalogue.place import data_directory
from kb.errors import KbError, NotFoundError
from kb.formats.document import document_from_bytes
from kb.knowledge.reporting_rules import judgement
from kb.reports import brief as briefs
from kb.reports import recurrence
from kb.reports.incident_record import incident_record
from kb.reports.papers import drafts
from kb.search import similar
from kb.search.as_json import result_json
from kb.search.corpus import Corpus
from kb.search.filters import Filters
from kb.search.ranking import search as find
from kb.sources.moments import days_of

WHYS = 3  # reasons of a hit
ENTRIES = 40  # of a list of an incident
QUOTES = 2  # sentences that bear out a tag
FEW = 5  # of what stands below an entry of a hearing pack


def search(connection: sqlite3.Connection, corpus: Corpus, query: str, filters: Filters, mode: str, limit: int) -> answers.SearchAnswer:
    """Incidents for a question. Raises KbError."""
    found = result_json(connection, find(connection, corpus, query, filters=filters, mode=mode, limit=limit))
    hits = _hits(connection, found["hits"])
    answer: answers.SearchAnswer = answers.SearchAnswer.model_validate({**found, "hits": hits, "sources": _sources(connection, hits)})
    return answer


def get_incident(connection: sqlite3.Connection, incident_id: str) -> answers.IncidentAnswer:
    """One incident. Raises NotFoundError."""
    _require(connection, incident_id)
    record, left_off = _capped(incident_record(connection, incident_id), ENTRIES)
    record["tags"] = [{**tag, "evidence": tag["evidence"][:QUOTES]} for tag in record["tags"]]
    named = named_in(record) | {one["id"] for one in record["sources"]}
    answer: answers.IncidentAnswer = answers.IncidentAnswer.model_validate({**record, "left_off": left_off, "sources": documents(connection, named)})
    return answer


def precedents(
    connection: sqlite3.Connection, corpus: Corpus, incident_id: str | None, text: str | None, axis: str, other_carriers: bool, limit: int
) -> answers.PrecedentsAnswer:
    """Incidents like one that is held, or like one that a text tells of. Raises KbError."""
    subject = _subject(incident_id, text)
    if incident_id is not None:
        _require(connection, subject)
        result = similar.of_incident(connection, corpus, subject, axis=axis, other_carriers=other_carriers, limit=limit)
    else:
        result = similar.of_text(connection, corpus, subject, axis=axis, other_carriers=other_carriers, limit=limit)
    found = similar.result_json(connection, result)
    hits, episode = _hits(connection, found["hits"]), _hits(connection, found["same_episode"][:FEW])
    draft = found.get("draft")
    read = {**draft, "tags": [tag["id"] for tag in draft["tags"]]} if draft else None
    answer: answers.PrecedentsAnswer = answers.PrecedentsAnswer.model_validate(
        {**found, "hits": hits, "same_episode": episode, "draft": read, "sources": _sources(connection, [*hits, *episode])}
    )
    return answer


def brief(connection: sqlite3.Connection, corpus: Corpus, incident_id: str | None, text: str | None, carrier: str | None, limit: int) -> comparisons.BriefAnswer:
    """The hearing pack of an incident that is held, or of a report's text. Raises KbError."""
    subject = _subject(incident_id, text)
    if incident_id is not None:
        if carrier is not None:
            raise KbError("`carrier` is for a text: an incident is held with its companies. Leave one of them out.")
        _require(connection, subject)
        found = briefs.of_incident(connection, corpus, subject, limit=limit)
    else:
        document = document_from_bytes(subject.encode(), "text")
        found = drafts.of_document(connection, corpus, document, corrections=drafts.Corrections(carrier=carrier), limit=limit)
    shown, left_off = _capped(found, limit)
    shown["precedents"] = [{**one, "why": one["why"][:WHYS], "measures": one["measures"][:FEW]} for one in shown["precedents"]]
    shown["missing_measures"] = [{**one, "taken_by": one["taken_by"][:FEW]} for one in shown["missing_measures"]]
    told = best_sources(connection, _incidents_of(shown))
    used = {document for ids in told.values() for document in ids} | named_in(shown["precedents"])
    verdicts = {"serious": None, "rule_in_force": None, "verdicts": []} | (shown["classification"] or {})
    answer: comparisons.BriefAnswer = comparisons.BriefAnswer.model_validate(
        {**shown, "classification": verdicts, "left_off": left_off, "sources_of": told, "sources": documents(connection, used)}
    )
    return answer


def recurrences(connection: sqlite3.Connection, carrier: str | None, limit: int) -> comparisons.RecurrencesAnswer:
    """Measures with later accidents of the same company and cause. Raises NotFoundError."""
    found = recurrence.recurrences(connection, carrier)
    pairs = found["recurrences"][:limit]
    told = best_sources(connection, [pair[side]["id"] for pair in pairs for side in ("earlier", "later")])
    shown = [
        {
            **pair,
            **{side: {**pair[side], "sources": told[pair[side]["id"]]} for side in ("earlier", "later")},
            "tags": [{**tag, **{name: tag[name][:QUOTES] for name in ("earlier_evidence", "later_evidence")}} for tag in pair["tags"]],
            "measures": pair["measures"][:FEW],
        }
        for pair in pairs
    ]
    used = {document for ids in told.values() for document in ids}
    answer: comparisons.RecurrencesAnswer = comparisons.RecurrencesAnswer.model_validate(
        {**found, "total": len(found["recurrences"]), "recurrences": shown, "sources": documents(connection, used)}
    )
    return answer


def classify(service: int, duration_minutes: int, users: int, date: str | None) -> comparisons.ClassifyAnswer:
    """An accident of these figures held against the reporting rules. Raises KbError for what is no date."""
    if date is not None:
        days_of(date)
    rules = judgement.load_thresholds(data_directory() / "thresholds.yml")
    answer: comparisons.ClassifyAnswer = comparisons.ClassifyAnswer.model_validate(judgement.classification_json(judgement.classify(rules, service, duration_minutes, users, date)))
    return answer


def _subject(incident_id: str | None, text: str | None) -> str:
    """What is asked about. Raises KbError unless it is exactly one of the two."""
    given = [one for one in (incident_id, text) if one is not None and one.strip()]
    if len(given) != 1:
        raise KbError("Give either `incident_id` (as search shows it) or `text` (a report or a description), and not both.")
    return given[0]


def _require(connection: sqlite3.Connection, incident_id: str) -> None:
    if not connection.execute("SELECT 1 FROM incidents WHERE id = ?", [incident_id]).fetchone():
        raise NotFoundError(f"There is no incident {incident_id!r}: take an id from `search` or `precedents`.")


def _hits(connection: sqlite3.Connection, hits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    told = best_sources(connection, [hit["id"] for hit in hits])
    return [{**hit, "why": hit["why"][:WHYS], "sources": told[hit["id"]]} for hit in hits]


def _sources(connection: sqlite3.Connection, hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return documents(connection, named_in(hits).union(*(hit["sources"] for hit in hits)))


def _capped(record: Mapping[str, Any], most: int) -> tuple[dict[str, Any], dict[str, int]]:
    """The record with no list longer than `most`, and how much each of them lost."""
    shown = {name: value[:most] if isinstance(value, list) else value for name, value in record.items()}
    return shown, {name: len(value) - most for name, value in record.items() if isinstance(value, list) and len(value) > most}


def _incidents_of(brief: Mapping[str, Any]) -> set[str]:
    """Every incident that a shortened hearing pack names."""
    found = {one["id"] for name in ("precedents", "earlier_promises") for one in brief[name]}
    found |= {taken["id"] for missing in brief["missing_measures"] for taken in missing["taken_by"]}
    found |= {question["about"] for question in brief["earlier_questions"]}
    found |= {basis["id"] for question in brief["questions"] for basis in question["basis"] if basis["kind"] not in ("exchange", "rule")}
    return {one for one in found | {brief["subject"]["id"]} if isinstance(one, str)}
