"""Tags for what came in without curated ones: proposed by the tagger, kept with method and confidence."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.errors import NotFoundError
from kb.formats.document import document_from_bytes, read_document
from kb.knowledge.taxonomy import load_taxonomy
from kb.search import drafts
from kb.store.records import incident as stored_incident
from kb.store.writer import Writer
from kb.tagging.evaluation import evaluate_tags
from kb.tagging.tagger import Tagger, assign, load_tagger, propose

_LEARNING = threading.Lock()


def trained_tagger(excluded: str | None = None) -> Tagger:
    """The tagger, taught by our own catalogue; without one incident when that is the one to be judged."""
    with _LEARNING:
        return _trained(data_directory(), excluded)


def warm_up() -> None:
    """Teach the tagger in the background, which takes seconds, so that it is ready when the first document comes."""
    if not _LEARNING.locked() and not _trained.cache_info().currsize:
        threading.Thread(target=trained_tagger, daemon=True).start()


@lru_cache(maxsize=2)
def _trained(directory: Path, excluded: str | None) -> Tagger:
    training = [e.incident for e in load_catalogue(directory / "catalogue") if e.incident.tags and e.incident.id != excluded]
    return load_tagger(directory / "tagging.yml", load_taxonomy(directory / "taxonomy.yml"), training)


def evaluated_tags() -> dict[str, object]:
    """F1 of the tagger per axis, one fiscal year of the catalogue left out at a time; see `kb.tagging.evaluation`."""
    directory = data_directory()
    return evaluate_tags(load_catalogue(directory / "catalogue"), load_taxonomy(directory / "taxonomy.yml"), directory / "tagging.yml")


def untagged(writer: Writer) -> list[str]:
    """Incidents without any tag that some document speaks of at length."""
    sql = """
        SELECT id FROM incidents WHERE id NOT IN (SELECT incident_id FROM incident_tags)
        AND id IN (SELECT incident_id FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE d.kind IN ('annual-report', 'council-minutes', 'company-report', 'guidance'))
        ORDER BY id"""
    return [row[0] for row in writer.db.execute(sql)]


def write_proposals(writer: Writer, incident_ids: Sequence[str]) -> None:
    """Give each incident the tags that the tagger holds likely, tied to the passage that holds the evidence."""
    if not incident_ids:
        return
    tagger = trained_tagger()
    for incident_id in incident_ids:
        passages = writer.db.execute("SELECT id, text FROM passages WHERE incident_id = ? ORDER BY id", [incident_id]).fetchall()
        writer.incident_tags(
            {
                "incident_id": incident_id, "tag_id": tag.tag, "evidence": tag.evidence, "method": tag.method, "confidence": tag.confidence,
                "passage_id": next((i for i, text in passages if tag.evidence in text), None),
            }
            for tag in assign(stored_incident(writer.db.conn, incident_id), tagger)
        )  # fmt: skip


def proposals(connection: sqlite3.Connection | None, source: str, stdin: bytes | None = None) -> list[dict[str, object]]:
    """[{incident, title, proposals: [{tag, evidence, method, confidence, why, taken}]}] for an incident id, a file, or the bytes of `stdin`."""
    if stdin is not None:
        tagger, incidents = trained_tagger(), drafts.read(document_from_bytes(stdin, "stdin")).incidents
    elif connection is not None and connection.execute("SELECT 1 FROM incidents WHERE id = ?", [source]).fetchone():
        tagger, incidents = trained_tagger(excluded=source), (stored_incident(connection, source),)
    elif Path(source).is_file():
        tagger, incidents = trained_tagger(), drafts.read(read_document(Path(source))).incidents
    else:
        raise NotFoundError(f"There is neither an incident nor a file {source!r}: give an id as `kb search` shows it, a file, or - for stdin.")
    return [
        {
            "incident": incident.id,
            "title": incident.title,
            "proposals": [asdict(p) | {"taken": p.confidence >= tagger.threshold(p.tag.partition("/")[0])} for p in propose(incident, tagger)],
        }
        for incident in incidents
    ]
