"""Why an incident was found: its best passages with the matching parts marked, and what to try when nothing was."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.japanese.terms import terms
from kb.knowledge.lexicon import Lexicon
from kb.search.corpus import Corpus
from kb.search.embedding import passage_vectors
from kb.search.filters import Filters
from kb.search.query import ReadQuery
from kb.search.scoring import Signals

SHOWN = 3  # passages a hit


@dataclass(frozen=True)
class Why:
    """A passage as stored; `marks` are (start, end) offsets into `text`; `through` maps marked words to query words."""

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]
    by: str
    source: int
    passage_id: int
    through: tuple[tuple[str, str], ...] = ()


def why(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: Signals) -> tuple[Why, ...]:
    """The passages that speak most for the incident; the nearest by meaning when no word matches."""
    best = [i for i, score in sorted(signals.passages.items(), key=lambda item: (-item[1], item[0])) if score > 0][:SHOWN]
    by = "keyword"
    if not best:
        by, best = _unworded(connection, corpus, query, incident_id, signals)
    rows = {
        row[0]: row[1:]
        for row in connection.execute(
            f"SELECT id, field, text, document_id FROM passages WHERE id IN ({', '.join('?' * len(best))})", best
        )
    }
    return tuple(_explained(query, corpus, identifier, *rows[identifier], by) for identifier in best)


def _unworded(connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: Signals) -> tuple[str, list[int]]:
    if signals.values.get("semantic", 0) > 0:
        vector = corpus.vectors(connection).embedding.queries([query.text])[0]
        ids, rows = passage_vectors(connection, incident_id)
        return "semantic", [ids[int(np.argmax(rows @ vector))]]
    row = connection.execute(
        "SELECT id FROM passages WHERE incident_id = ? ORDER BY instr(text, ?) = 0, field <> 'title', id LIMIT 1", [incident_id, query.text]
    ).fetchone()
    return ("tag" if signals.values.get("tags", 0) > 0 else "keyword"), [row[0]] if row else []


def _explained(query: ReadQuery, corpus: Corpus, identifier: int, field: str, text: str, document_id: int, by: str) -> Why:
    marks, through = matches(query, text, corpus.lexicon)
    return Why(field, text, marks, by, document_id, identifier, through)


def matches(query: ReadQuery, text: str, lexicon: Lexicon) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[str, str], ...]]:
    """(merged marks, (marked text, words of the query) for parts that match in another form: 経路リーク through "route leak")."""
    wanted = {term.text: query.text[term.start : term.end] for term in query.terms}
    spans = [(t.start, t.end, wanted[t.text]) for t in terms(text) if t.text in wanted]
    concepts = {match.concept_id: match.surface for match in query.concepts}
    spans += [(m.start, m.end, concepts[m.concept_id]) for m in lexicon.find(text) if m.concept_id in concepts]
    through = [(text[s:e], written) for s, e, written in spans if text[s:e].casefold() != written.casefold()]
    return merged((start, end) for start, end, _ in spans), tuple(dict.fromkeys(through))


def merged(spans) -> tuple[tuple[int, int], ...]:
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


def notice(connection: sqlite3.Connection, query: ReadQuery, filters: Filters) -> str:
    """What an empty answer says: how the query was read, words of the index that come near, and what to try."""
    if query.empty and not query.text:
        return "検索語が空です。症状や作業、原因を表す語を入れてください(例: 切り戻し 輻輳、証明書 期限切れ)。"
    read = "、".join(term.text for term in query.terms) or "(語として読み取れませんでした)"
    near = nearest_terms(connection, [term.text for term in query.terms])
    suggestion = f"近い語: {'、'.join(near)}。" if near else ""
    advice = "絞り込み条件を外すか、" if filters else ""
    return (
        f"該当する事故は見つかりませんでした。検索語の読み取り: {read}({query.text[:60]})。{suggestion}"
        f"{advice}語を減らすか、別の言い方(一般的な語、英語、略語)で試してください。"
    )


def nearest_terms(connection: sqlite3.Connection, terms: Sequence[str], limit: int = 5) -> list[str]:
    """Words of the index that are spelt much like the given ones, the likest first."""
    found: list[str] = []
    for term in terms[:5]:
        sql = "SELECT term FROM frequencies WHERE unit = 'word' AND length(term) BETWEEN ? AND ? AND (instr(term, ?) OR instr(term, ?))"
        near = [row[0] for row in connection.execute(sql, [max(len(term) - 2, 1), len(term) + 2, term[:2], term[-2:]])]
        found += difflib.get_close_matches(term, near, n=limit, cutoff=0.6)
    return list(dict.fromkeys(found))[:limit]
