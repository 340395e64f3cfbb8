"""Why an incident was found: its best passages with the matching parts marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kb.japanese.terms import Term
from kb.knowledge.lexicon import ConceptMatch
from kb.search.corpus import Corpus
from kb.search.embedding import passage_vectors
from kb.search.query import ReadQuery
from kb.search.scoring import Signals

SHOWN = 3  # passages a hit


@dataclass(frozen=True)
class Why:
    """A passage as stored; `marks` are (start, end) offsets into `text`; `through` maps marked words to query words.

    Of a precedent: `tags` are the (tag, Japanese label) pairs that the passage and the anchor's sentence `own` both bear out.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]
    by: str
    source: int
    passage_id: int
    through: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    own: str | None = None


def why(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: Signals) -> tuple[Why, ...]:
    """The passages that speak most for the incident; the nearest by meaning when no word matches."""
    best = [i for i, score in sorted(signals.passages.items(), key=lambda item: (-item[1], item[0])) if score > 0][:SHOWN]
    by = "keyword"
    if not best:
        by, best = _unworded(connection, corpus, query, incident_id, signals)
    sql = f"SELECT id, field, text, document_id FROM passages WHERE id IN ({', '.join('?' * len(best))})"
    rows = {identifier: (field, text, document) for identifier, field, text, document in connection.execute(sql, best)}
    return tuple(_explained(query, corpus, identifier, *rows[identifier], by) for identifier in best)


def _unworded(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: Signals) -> tuple[str, list[int]]:
    if signals.values.get("semantic", 0) > 0:
        vector = corpus.vectors(connection).embedding.queries([query.meant or query.text])[0]
        ids, rows = passage_vectors(connection, incident_id)
        return "semantic", [ids[int(np.argmax(rows @ vector))]]
    row = connection.execute(
        "SELECT id FROM passages WHERE incident_id = ? ORDER BY instr(text, ?) = 0, field <> 'title', id LIMIT 1", [incident_id, query.text]
    ).fetchone()
    return ("tag" if signals.values.get("tags", 0) > 0 else "keyword"), [row[0]] if row else []


def _explained(query: ReadQuery, corpus: Corpus, identifier: int, field: str, text: str, document_id: int, by: str) -> Why:
    marks, through = matches(query, text, *corpus.analysed(text))
    return Why(field, text, marks, by, document_id, identifier, through)


def matches(
    query: ReadQuery, text: str, found_terms: Iterable[Term], found_concepts: Iterable[ConceptMatch]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[str, str], ...]]:
    """(merged marks, (marked text, words of the query) for parts that match in another form: 経路リーク through "route leak")."""
    wanted = {term.text: query.text[term.start : term.end] for term in (*query.heard, *query.terms)}
    spans = [(t.start, t.end, wanted[t.text]) for t in found_terms if t.text in wanted]
    concepts = {match.concept_id: match.surface for match in query.concepts}
    spans += [(m.start, m.end, concepts[m.concept_id]) for m in found_concepts if m.concept_id in concepts]
    through = [(text[s:e], written) for s, e, written in spans if text[s:e].casefold() != written.casefold()]
    return merged((start, end) for start, end, _ in spans), tuple(dict.fromkeys(through))


def merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Overlapping and touching spans joined."""
    joined: list[list[int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return tuple((start, end) for start, end in joined)


def titled(connection: sqlite3.Connection, incident_id: str) -> tuple[Why, ...]:
    """The title alone, for lists that no query made."""
    row = connection.execute("SELECT id, text, document_id FROM passages WHERE incident_id = ? AND field = 'title'", [incident_id]).fetchone()
    return (Why("title", row[1], (), "filter", row[2], row[0]),) if row else ()
