"""What the record leaves open of measures and roles, filled in by rule and marked as inferred.

A measure's kind comes from its tags and words, its owner from the company or authority that its words name, and a
company's role from causes that lie with another company alone.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from kb.knowledge.measure_kinds import measure_kind
from kb.knowledge.measure_owners import authority_of, company_of
from kb.store.inferences import infer_affected, infer_measures
from kb.store.writer import Writer

STRUCK_BY = "trigger/upstream-provider"

OPEN_KINDS = "SELECT id, text FROM measures WHERE kind IS NULL {only} ORDER BY id"
KINDS_OF = "SELECT p.measure_id, t.tag_id FROM incident_tags t JOIN passages p ON p.id = t.passage_id WHERE p.measure_id IS NOT NULL"
OPEN_OWNERS = "SELECT id, incident_id, text, owner, carrier_id FROM measures WHERE 1 {only} ORDER BY incident_id, document_id, position"
NAMES = """
    SELECT c.incident_id, c.carrier_id, n.name FROM incident_carriers c JOIN carrier_names n ON n.carrier_id = c.carrier_id
    WHERE n.kind IN ('own', 'brand')"""
TRIGGERS = "SELECT incident_id, tag_id, evidence FROM incident_tags WHERE tag_id LIKE 'trigger/%' {only}"


def complete_measures(writer: Writer, incident_ids: Sequence[str] | None = None) -> None:
    """Fill in kinds, owners and roles of these incidents, or of all."""
    connection = writer.db.conn
    infer_measures(connection, "kind", _kinds(connection, incident_ids))
    carriers, authorities = _owners(connection, incident_ids)
    infer_measures(connection, "carrier_id", carriers)
    infer_measures(connection, "owner", authorities)
    infer_affected(connection, _struck(connection, incident_ids))


def _only(incident_ids: Sequence[str] | None) -> tuple[str, list[str]]:
    if incident_ids is None:
        return "", []
    return f"AND incident_id IN ({', '.join('?' * len(incident_ids))})", list(incident_ids)


def _kinds(connection: sqlite3.Connection, incident_ids: Sequence[str] | None) -> dict[int, str]:
    only, values = _only(incident_ids)
    tags: dict[int, list[str]] = defaultdict(list)
    for measure, tag in connection.execute(KINDS_OF):
        tags[measure].append(tag)
    kinds = {i: measure_kind(text, tags[i]) for i, text in connection.execute(OPEN_KINDS.format(only=only), values)}
    return {i: kind for i, kind in kinds.items() if kind is not None}


def _owners(connection: sqlite3.Connection, incident_ids: Sequence[str] | None) -> tuple[dict[int, int], dict[int, str]]:
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for incident, carrier, name in connection.execute(NAMES):
        names[incident][str(carrier)].append(name)
    carriers: dict[int, int] = {}
    authorities: dict[int, str] = {}
    only, values = _only(incident_ids)
    incident_before, authority_before = None, None
    for measure, incident, text, owner, carrier in connection.execute(OPEN_OWNERS.format(only=only), values).fetchall():
        authority = authority_of(text, authority_before if incident == incident_before else None)
        incident_before, authority_before = incident, owner or authority
        if owner is not None or carrier is not None:
            continue
        if authority is not None:
            authorities[measure] = authority
        elif (company := company_of(text, names[incident])) is not None:
            carriers[measure] = int(company)
        elif len(names[incident]) == 1:
            carriers[measure] = int(next(iter(names[incident])))
    return carriers, authorities


def _struck(connection: sqlite3.Connection, incident_ids: Sequence[str] | None) -> list[str]:
    """Joint accidents whose every trigger is told in the sentence that lays it with another company: nobody in them answers for it."""
    only, values = _only(incident_ids)
    evidence: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for incident, tag, text in connection.execute(TRIGGERS.format(only=only), values):
        evidence[incident][tag].add(text)
    joint = {row[0] for row in connection.execute("SELECT incident_id FROM incident_carriers GROUP BY incident_id HAVING count(*) > 1")}
    return [
        incident
        for incident, tags in sorted(evidence.items())
        if incident in joint and STRUCK_BY in tags and all(texts <= tags[STRUCK_BY] for texts in tags.values())
    ]
