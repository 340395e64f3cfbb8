"""Rows of incidents and meetings → passages with words, concepts, frequencies and vectors."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from kb.japanese.terms import reading, words
from kb.japanese.text import bigrams, without_long_marks
from kb.knowledge.lexicon import Lexicon
from kb.search.embedding import Embedding
from kb.search.scoring import field_weight
from kb.store.index_writer import PassageRow

BATCH = 2000

# The first document of ours, rather than of the web, that tells of an incident `{}`: the source of texts that belong to the whole record.
_DOCUMENT = """(SELECT min(s.document_id) FROM incident_sources s JOIN documents d ON d.id = s.document_id AND d.kind <> 'web'
                WHERE s.incident_id = {}) AS document_id"""

WHOLE = ("title", "keyword", "area")  # fields that belong to the whole record and not to one of its documents

# Every text that can be found, in the order in which an incident tells it.
PASSAGE_SOURCES = {
    "title": f"SELECT i.id, {_DOCUMENT.format('i.id')}, 'title', i.title, NULL, NULL, i.id AS incident_id FROM incidents i",
    "keyword": f"""SELECT k.incident_id, {_DOCUMENT.format('k.incident_id')}, 'keyword', group_concat(k.keyword, '、'), NULL, NULL, k.incident_id
                FROM keywords k GROUP BY k.incident_id""",
    "area": f"""SELECT i.id, {_DOCUMENT.format('i.id')}, 'area', i.area, NULL, NULL, i.id AS incident_id
                FROM incidents i WHERE i.area IS NOT NULL""",
    "statement": "SELECT incident_id, document_id, kind, text, 'statement_id', id, incident_id FROM statements",
    "measure": "SELECT incident_id, document_id, 'measure', text, 'measure_id', id, incident_id FROM measures",
    "guidance": "SELECT incident_id, document_id, 'guidance', text, NULL, id, incident_id FROM guidance",
    "impact": """SELECT incident_id, document_id, 'impact', service || coalesce(' ' || symptom, ''), 'impact_id', id, incident_id
                FROM impacts""",
    "exchange": """SELECT e.incident_id, m.document_id, 'exchange', e.text, 'exchange_id', e.id, e.incident_id
                FROM exchanges e JOIN meetings m ON m.id = e.meeting_id""",
    "meeting": """SELECT h.incident_id, m.document_id, 'meeting', m.label || '(' || m.held_on || ') '
                || coalesce((SELECT group_concat(value, '、') FROM json_each(m.items)), ''), NULL, m.id, h.incident_id
                FROM meetings m LEFT JOIN meeting_incidents h ON h.meeting_id = m.id WHERE m.label IS NOT NULL""",
}


def passages(connection: sqlite3.Connection, lexicon: Lexicon, incident_ids: Iterable[str] | None = None) -> Iterator[PassageRow]:
    """Passages of the given incidents (all, and exchanges without an incident, when None)."""
    wanted = None if incident_ids is None else set(incident_ids)
    for sql in PASSAGE_SOURCES.values():
        for incident_id, document_id, field, text, column, owner, _ in connection.execute(sql + " ORDER BY 1, 6").fetchall():
            if wanted is not None and incident_id not in wanted:
                continue
            found = dict.fromkeys(match.concept_id for match in lexicon.find(text))
            yield PassageRow(incident_id, document_id, field, text, words(text), " ".join(found), (column, owner) if column else None)


def frequencies(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int, int]]:
    """(unit, term, passages, incidents) of every word, concept and character bigram, sorted."""
    units: dict[str, Callable[[str, str, str], Iterable[str]]] = {
        "word": lambda text, tokens, concepts: tokens.split(),
        "concept": lambda text, tokens, concepts: concepts.split(),
        "bigram": lambda text, tokens, concepts: bigrams(without_long_marks(text)),
    }
    in_passages: dict[str, Counter[str]] = {unit: Counter() for unit in units}
    in_incidents: dict[str, Counter[str]] = {unit: Counter() for unit in units}
    current: str | None = None
    seen: dict[str, set[str]] = {unit: set() for unit in units}
    rows = connection.execute("SELECT incident_id, text, words, concepts FROM passages ORDER BY incident_id")
    for incident_id, text, tokens, concepts in rows:
        if incident_id != current:
            current, seen = incident_id, {unit: set() for unit in units}
        for unit, cut in units.items():
            terms = set(cut(text, tokens, concepts))
            in_passages[unit].update(terms)
            if incident_id is not None:
                in_incidents[unit].update(terms - seen[unit])
                seen[unit] |= terms
    for unit in sorted(units):
        for term in sorted(in_passages[unit]):
            yield unit, term, in_passages[unit][term], in_incidents[unit][term]


def readings(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """(reading in katakana, word, 1 for a form of the lexicon) of the words that passages hold and of the lexicon's forms."""
    indexed = (row[0] for row in connection.execute("SELECT term FROM frequencies WHERE unit = 'word' ORDER BY term"))
    forms = (row[0] for row in connection.execute("SELECT DISTINCT form FROM concept_forms ORDER BY form"))
    for form, written in ((0, indexed), (1, forms)):
        for word in written:
            sound = spelt_out(word) or reading(word.replace("_", " "))
            if _KATAKANA.fullmatch(sound) and not (len(word) == 1 and word.isascii()):
                yield sound, word, form


def spelt_out(word: str) -> str:
    """The names of the letters of an abbreviation, in katakana: dns → ディーエヌエス; "" for what is no abbreviation."""
    letters = word.casefold()
    return "".join(_LETTERS[letter] for letter in letters) if letters in _LETTERS or (2 <= len(letters) <= 5 and all(map(_LETTERS.get, letters))) else ""


_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")
_LETTERS = dict(zip(
    "abcdefghijklmnopqrstuvwxyz",
    "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット".split(),
))  # fmt: skip


def vectors(
    connection: sqlite3.Connection, embedding: Embedding, progress: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, bytes]]:
    """(passage id, little-endian float32 vector) of every passage that has none yet."""
    rows = connection.execute(
        "SELECT id, text FROM passages WHERE id NOT IN (SELECT passage_id FROM embeddings) ORDER BY id"
    ).fetchall()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        for (identifier, _), vector in zip(batch, embedding.documents([text for _, text in batch])):
            yield identifier, vector.astype("<f4").tobytes()
        progress(min(start + BATCH, len(rows)))


# What an incident's own vector is made from: its causal chain. Names, sizes and wording about users would blur it.
CHAIN_FIELDS = ("title", "keyword", "cause", "prolonging")


def incident_vectors(connection: sqlite3.Connection, embedding: Embedding, incident_ids: Iterable[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """(incident id, little-endian float32 vector of its causal chain) of the given incidents (all when None)."""
    marks = ", ".join("?" * len(CHAIN_FIELDS))
    sql = f"SELECT incident_id, text FROM passages WHERE field IN ({marks}) AND incident_id IS NOT NULL ORDER BY incident_id, id"
    chains: dict[str, list[str]] = {}
    for incident_id, text in connection.execute(sql, CHAIN_FIELDS):
        chains.setdefault(incident_id, []).append(text)
    wanted = sorted(chains if incident_ids is None else set(incident_ids) & set(chains))
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        for incident_id, vector in zip(batch, embedding.documents(["\n".join(chains[i]) for i in batch])):
            yield incident_id, vector.astype("<f4").tobytes()


def averages(connection: sqlite3.Connection) -> dict[str, str]:
    """Mean weighted length of an incident in words and in characters, for BM25's length norm."""
    totals = {"average_words": 0.0, "average_bigrams": 0.0}
    sql = "SELECT field, words, length(text) FROM passages WHERE incident_id IS NOT NULL"
    for field, tokens, characters in connection.execute(sql):
        weight = field_weight(field)
        totals["average_words"] += weight * len(tokens.split())
        totals["average_bigrams"] += weight * characters
    incidents = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    return {name: repr(round(total / max(incidents, 1), 6)) for name, total in totals.items()}
