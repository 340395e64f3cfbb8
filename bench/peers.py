"""Search programs that jiko-kb is measured against, each as a function from documents to a ranking function.

All peers get the same documents (id → text) and answer with ids, best first. Wherever a peer has no Japanese analysis of its
own it is also given Sudachi's terms, cut exactly as jiko-kb cuts them, so that the comparison is one of ranking.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from kb.japanese.terms import words
from kb.search.candidates import quoted

Documents = Mapping[str, str]
Rank = Callable[[str, int], list[str]]
Cut = Callable[[str], str]

REFERENCE = "bm25s on Sudachi terms, k1 1.5"  # what ratios refer to: the plainest good Japanese search


def as_it_is(text: str) -> str:
    return text


def document_terms(text: str) -> str:
    return words(text)


def query_terms(text: str) -> str:
    """Terms of a query without light words, which would only cost the peers time and precision."""
    return words(text, query=True)


def fts5(documents: Documents, tokenize: str, cut: Cut, query: Callable[[str], str]) -> Rank:
    """SQLite FTS5 in memory, ranked by its bm25()."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE found USING fts5(text, tokenize='{tokenize}')")
    connection.executemany("INSERT INTO found(rowid, text) VALUES (?, ?)", [(n, cut(text)) for n, text in enumerate(documents.values())])
    ids = list(documents)

    def rank(text: str, limit: int) -> list[str]:
        expression = query(text)
        if not expression:
            return []
        rows = connection.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", [expression, limit])
        return [ids[row[0]] for row in rows]

    return rank


def all_of(text: str) -> str:
    """What Datasette sends for a query as typed: each word between spaces quoted, all of them required."""
    return " ".join(quoted(part) for part in text.split())


def any_of_typed(text: str) -> str:
    return " OR ".join(quoted(part) for part in text.split())


def any_trigram(text: str) -> str:
    pieces = {part[start : start + 3] for part in text.split() for start in range(len(part) - 2)}
    return " OR ".join(quoted(piece) for piece in sorted(pieces))


def any_term(text: str) -> str:
    return " OR ".join(quoted(term) for term in dict.fromkeys(query_terms(text).split()))


def tantivy_terms(documents: Documents, cut: Cut = document_terms) -> Rank:
    """Tantivy (Rust, BM25 with k1 1.2, b 0.75) over Sudachi terms split at spaces."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="blank")
    index = tantivy.Index(builder.build())
    index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(num_threads=1)
    for number, text in enumerate(documents.values()):
        writer.add_document(tantivy.Document(number=number, text=cut(text)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher, ids = index.searcher(), list(documents)

    def rank(text: str, limit: int) -> list[str]:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "text", term)) for term in dict.fromkeys(query_terms(text).split())
        ]
        if not clauses:
            return []
        found = searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return [ids[searcher.doc(address)["number"][0]] for _, address in found]

    return rank


def bm25s_terms(documents: Documents, k1: float, cut: Cut = document_terms) -> Rank:
    """bm25s (numpy, scores computed at indexing time) over Sudachi terms; b is 0.75."""
    import bm25s

    model = bm25s.BM25(k1=k1, b=0.75)
    model.index([cut(text).split() for text in documents.values()], show_progress=False)
    ids = list(documents)

    def rank(text: str, limit: int) -> list[str]:
        known = [term for term in dict.fromkeys(query_terms(text).split()) if term in model.vocab_dict]
        if not known:
            return []
        found, scores = model.retrieve([known], k=min(limit, len(ids)), show_progress=False, n_threads=0)
        return [ids[n] for n, score in zip(found[0], scores[0]) if score > 0]

    return rank


def lancedb_text(documents: Documents, tokenizer: str, folder: Path) -> Rank:
    """LanceDB's full-text index with one of its own tokenizers."""
    import lancedb
    from lancedb.query import MatchQuery

    table = lancedb.connect(folder / tokenizer).create_table("found", [{"id": i, "text": text} for i, text in documents.items()])
    table.create_fts_index("text", base_tokenizer=tokenizer, replace=True)

    def rank(text: str, limit: int) -> list[str]:
        rows = table.search(MatchQuery(text, "text"), query_type="fts").limit(limit).select(["id", "_score"]).to_list()
        return [row["id"] for row in rows]

    return rank


def tfidf(documents: Documents) -> Callable[[str, int], list[str]]:
    """Cosine of tf-idf vectors of Sudachi terms (scikit-learn, sublinear tf); the query is a whole text."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda text: document_terms(text).split(), sublinear_tf=True)
    matrix, ids = vectorizer.fit_transform(documents.values()), list(documents)

    def rank(text: str, limit: int) -> list[str]:
        cosines = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        return [ids[n] for n in np.argsort(-cosines, kind="stable")[:limit]]

    return rank


def lexical_peers(folder: Path) -> dict[str, Callable[[Documents], Rank]]:
    """Name → what builds it; `folder` takes the files of those that need some."""
    return {
        "FTS5 unicode61, as typed (Datasette's default)": partial(fts5, tokenize="unicode61", cut=as_it_is, query=all_of),
        "FTS5 unicode61, OR": partial(fts5, tokenize="unicode61", cut=as_it_is, query=any_of_typed),
        "FTS5 trigram, OR": partial(fts5, tokenize="trigram", cut=as_it_is, query=any_trigram),
        "FTS5 on Sudachi terms, OR": partial(fts5, tokenize="unicode61", cut=document_terms, query=any_term),
        "tantivy on Sudachi terms": tantivy_terms,
        REFERENCE: partial(bm25s_terms, k1=1.5),
        "bm25s on Sudachi terms, k1 0.6": partial(bm25s_terms, k1=0.6),
        "LanceDB FTS, default": partial(lancedb_text, tokenizer="simple", folder=folder),
        "LanceDB FTS, icu": partial(lancedb_text, tokenizer="icu", folder=folder),
    }


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that disappears with the run; nothing of it is named in a report."""
    return tempfile.TemporaryDirectory(prefix="jiko-bench-")


def texts_of_incidents(connection: sqlite3.Connection, fields: Sequence[str] | None = None) -> dict[str, str]:
    """Incident → its whole text as one document (or that of some fields), with carriers and dates so that peers can match those too."""
    parts: dict[str, list[str]] = {}
    for incident_id, field, text in connection.execute("SELECT incident_id, field, text FROM passages WHERE incident_id IS NOT NULL ORDER BY id"):
        if fields is None or field in fields:
            parts.setdefault(incident_id, []).append(text)
    if fields is None:
        for incident_id, name in connection.execute("SELECT incident_id, name FROM incident_carriers ORDER BY incident_id, position"):
            parts[incident_id].append(name)
        for incident_id, started, year in connection.execute("SELECT id, started_at, fiscal_year FROM incidents"):
            parts[incident_id] += [f"{started[:4]}年"] if started else []
            parts[incident_id] += [f"{year}年度"] if year else []
    return {incident_id: "\n".join(texts) for incident_id, texts in sorted(parts.items())}
