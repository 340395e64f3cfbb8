"""Saved cases: a brief kept as JSON, opened again, and what the database holds now that it did not hold then."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from kb.errors import DocumentError
from kb.knowledge.carriers import fold_name
from kb.reports.brief import of_incident
from kb.reports.brief.provenance import made_from
from kb.reports.papers.completion import completed
from kb.reports.papers.drafts import of_saved
from kb.reports.papers.wording import Wording
from kb.search.corpus import Corpus

KEYS = (
    "subject", "classification", "not_stated", "precedents", "missing_measures", "earlier_promises", "earlier_questions", "notification", "questions",
    "made_from",
)  # fmt: skip
HELD = """
    SELECT DISTINCT i.id, i.title FROM incidents i JOIN incident_carriers c ON c.incident_id = i.id JOIN carrier_names n ON n.carrier_id = c.carrier_id
    WHERE substr(i.started_at, 1, 10) = ? AND n.folded IN ({names}) AND n.kind = 'own' ORDER BY i.id"""


def opened(data: bytes, name: str) -> dict[str, Any]:
    """A case from the bytes of its file. Raises DocumentError, which says how cases are made."""
    try:
        case = json.loads(data)
    except ValueError as error:
        raise DocumentError(f"{name} is no saved case: it cannot be read as JSON ({error}). Make one with `kb brief ID_OR_FILE -o case.json`.") from None
    absent = [key for key in KEYS if key not in case] if isinstance(case, dict) else list(KEYS)
    if absent:
        raise DocumentError(f"{name} is no saved case: it lacks {', '.join(absent[:3])}. Make one with `kb brief ID_OR_FILE -o case.json`.")
    return dict(case)


def since(connection: sqlite3.Connection, corpus: Corpus, case: Mapping[str, Any]) -> dict[str, Any]:
    """What was added since the case was saved: {"same_database", "database", "precedents", "documents", "now_held"}.

    Precedents are accidents among the nearest now that were not then; documents are those of the accident itself.
    """
    now = made_from(connection)
    told: dict[str, Any] = {
        "database": now["database"], "same_database": now["database"] == case["made_from"].get("database"), "precedents": [], "documents": [], "now_held": [],
    }  # fmt: skip
    if told["same_database"]:
        return told
    limit = max(len(case["precedents"]), 1)
    own = case["subject"].get("id")
    fresh = completed(connection, of_incident(connection, corpus, own, limit=limit) if own else _again(connection, corpus, case, limit))
    before = {entry["id"] for name in ("precedents", "same_episode") for entry in case.get(name, ())} | set((case.get("sources") or {}).get("incidents", ()))
    told["precedents"] = [{"id": p["id"], "title": p["title"]} for p in fresh["precedents"] if p["id"] not in before]
    if own:
        old = {_key(one) for one in _documents(case, own)}
        told["documents"] = [one for one in _documents(fresh, own) if _key(one) not in old] if (case.get("sources") or {}).get("incidents") else []
    else:
        told["now_held"] = _held(connection, case["subject"])
    return told


def notices(told: Mapping[str, Any], case: Mapping[str, Any], lang: str = "ja") -> list[str]:
    """The same in words, a sentence each."""
    say = Wording(lang)
    if told["same_database"]:
        return [say("same_database")]
    found = []
    if told["precedents"]:
        found.append(say("added_precedents", which=say.joined([f"{one['title']}({one['id']})" for one in told["precedents"]])))
    if told["documents"]:
        found.append(say("added_documents", which=say.joined([str(one["title"] or one["publisher"]) for one in told["documents"]])))
    if told["now_held"]:
        found.append(say("now_held", which=say.joined([f"{one['title']}({one['id']})" for one in told["now_held"]])))
    return found or [say("nothing_added", database=case["made_from"].get("database"))]


def _again(connection: sqlite3.Connection, corpus: Corpus, case: Mapping[str, Any], limit: int) -> dict[str, Any]:
    try:
        return of_saved(connection, corpus, case["subject"], limit=limit)
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"The case's subject is damaged ({error!r}): make the case anew from its document.") from error


def _documents(case: Mapping[str, Any], incident_id: str) -> list[Mapping[str, Any]]:
    told = (case.get("sources") or {}).get("incidents", {}).get(incident_id) or {}
    return list(told.get("documents", ()))


def _key(document: Mapping[str, Any]) -> tuple[Any, ...]:
    return document.get("publisher"), document.get("title"), document.get("url")


def _held(connection: sqlite3.Connection, subject: Mapping[str, Any]) -> list[dict[str, str]]:
    names, day = [fold_name(name) for name in subject["carriers"]], (subject.get("started_at") or "")[:10]
    if not names or len(day) < 10:
        return []
    rows = connection.execute(HELD.format(names=", ".join("?" * len(names))), [day, *names])
    return [{"id": identifier, "title": title} for identifier, title in rows]
