"""What an accident is like, apart from whom it struck: weighted words and concepts of its causal chain, and its tags."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kb.catalogue.place import data_directory
from kb.japanese.terms import terms
from kb.japanese.text import sentences
from kb.knowledge.taxonomy import load_taxonomy
from kb.model import Incident, TagAssignment
from kb.search import candidates, scoring
from kb.search.corpus import Corpus
from kb.search.drafts import draft as draft
from kb.tagging.tagger import Tagger, assign, load_tagger

AXES = ("all", "trigger", "mechanism", "equipment", "measure")

# Which fields speak for which axis. Names, sizes and wording about users mislead: they are left out.
CHAIN = {"title": 1.0, "keyword": 1.0, "cause": 1.0, "prolonging": 0.5}
MEASURES = {"measure": 1.0, "guidance": 0.6, "lesson": 0.3}
PLACES = "region-"  # concepts that say where, not what: two accidents in one region need not be alike


@dataclass(frozen=True)
class Profile:
    """Unit-length tf-idf vectors of words and concepts on the causal chain and on the measures; tags by axis, each with its confidence."""

    words: Mapping[str, float]
    concepts: Mapping[str, float]
    measure_words: Mapping[str, float]
    measure_concepts: Mapping[str, float]
    tags: Mapping[str, Mapping[str, float]]
    text: str  # the causal chain, for an embedding
    measures: tuple[str, ...] = ()  # each measure, for an embedding
    evidence: Mapping[str, str] = field(default_factory=dict)  # tag → the sentence that bears it out, where it was asked for


@dataclass(frozen=True)
class Frequencies:
    """Inverse document frequencies of what occurs in the profiles at hand."""

    words: Mapping[str, float]
    concepts: Mapping[str, float]
    tags: Mapping[str, float]


def unit_vector(counts: Mapping[str, float], idf: Mapping[str, float]) -> dict[str, float]:
    """(1 + log count) × idf, scaled to length 1; unknown terms are left out."""
    weighted = {term: (1 + math.log(count) if count >= 1 else count) * idf[term] for term, count in counts.items() if idf.get(term)}
    length = math.sqrt(sum(value * value for value in weighted.values()))
    return {term: value / length for term, value in weighted.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Dot product of unit vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


def of_incidents(connection: sqlite3.Connection, corpus: Corpus, incident_ids: Sequence[str]) -> dict[str, Profile]:
    """Profiles of stored incidents."""
    passages = scoring.passages_of(connection, incident_ids)
    tags = tags_of(connection, incident_ids)
    idf = frequencies(connection, corpus, [p for found in passages.values() for p in found])
    return {incident_id: _profile(found, tags.get(incident_id, {}), idf) for incident_id, found in passages.items()}


def of_incident(connection: sqlite3.Connection, corpus: Corpus, incident_id: str) -> Profile:
    """Profile of one stored incident, with the evidence of its tags."""
    return with_evidence(connection, of_incidents(connection, corpus, [incident_id])[incident_id], incident_id)


def with_evidence(connection: sqlite3.Connection, one: Profile, incident_id: str) -> Profile:
    """The profile of a stored incident with the evidence of its tags."""
    evidence = connection.execute("SELECT tag_id, evidence FROM incident_tags WHERE incident_id = ? ORDER BY confidence, passage_id DESC", [incident_id])
    return replace(one, evidence=dict(evidence.fetchall()))


def _profile(passages: Sequence[scoring.Passage], tags: Mapping[str, Mapping[str, float]], idf: Frequencies) -> Profile:
    return Profile(
        words=unit_vector(weighted_counts(passages, "words", CHAIN), idf.words),
        concepts=unit_vector(weighted_counts(passages, "concepts", CHAIN), idf.concepts),
        measure_words=unit_vector(weighted_counts(passages, "words", MEASURES), idf.words),
        measure_concepts=unit_vector(weighted_counts(passages, "concepts", MEASURES), idf.concepts),
        tags=tags,
        text="\n".join(p.text for p in passages if p.field in CHAIN),
        measures=tuple(p.text for p in passages if p.field == "measure"),
    )


def weighted_counts(passages: Iterable[scoring.Passage], unit: str, weights: Mapping[str, float]) -> dict[str, float]:
    """How often each word or concept occurs in the fields, each field weighted."""
    counts: dict[str, float] = defaultdict(float)
    for passage in passages:
        if weight := weights.get(passage.field):
            for term in getattr(passage, unit).split():
                counts[term] += weight
    return counts


def tags_of(connection: sqlite3.Connection, incident_ids: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Incident → axis → tag → its confidence, the surest where several sentences bear it out."""
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for start in range(0, len(incident_ids), 500):
        part = incident_ids[start : start + 500]
        sql = f"SELECT incident_id, tag_id, max(confidence) FROM incident_tags WHERE incident_id IN ({', '.join('?' * len(part))}) GROUP BY 1, 2"
        for incident_id, tag, confidence in connection.execute(sql, part):
            found[incident_id][tag.split("/", 1)[0]][tag] = confidence
    return {incident_id: dict(axes) for incident_id, axes in found.items()}


def frequencies(connection: sqlite3.Connection, corpus: Corpus, passages: Iterable[scoring.Passage]) -> Frequencies:
    """Look up the frequencies of all that the passages hold."""
    passages = list(passages)
    words = candidates.frequencies(connection, "word", list(dict.fromkeys(w for p in passages for w in p.words.split())))
    named = dict.fromkeys(c for p in passages for c in p.concepts.split() if not c.startswith(PLACES))
    concepts = candidates.frequencies(connection, "concept", list(named))
    return Frequencies(_idf(words, corpus), _idf(concepts, corpus), corpus.tag_idf(connection))


def _idf(found: Mapping[str, tuple[int, int]], corpus: Corpus) -> dict[str, float]:
    return {term: scoring.inverse_frequency(corpus.incidents, incidents) for term, (_, incidents) in found.items()}


def _passages(told: Iterable[tuple[str, str]], corpus: Corpus) -> list[scoring.Passage]:
    found: list[scoring.Passage] = []
    for number, (name, sentence) in enumerate(told):
        words = " ".join(term.text for term in terms(sentence))
        concepts = " ".join(match.concept_id for match in corpus.lexicon.find(sentence))
        found.append(scoring.Passage(-1 - number, 0, name, sentence, words, concepts))
    return found


@lru_cache(maxsize=1)
def _rules() -> Tagger:
    """The tagger's rules alone: they load in half a second, where learning from the catalogue takes several."""
    return load_tagger(data_directory() / "tagging.yml", load_taxonomy(data_directory() / "taxonomy.yml"), ())


def proposed_tags(incident: Incident) -> tuple[TagAssignment, ...]:
    """The tags that the tagger's rules propose for a record that is not held."""
    return assign(incident, _rules())


def of_record(connection: sqlite3.Connection, corpus: Corpus, incident: Incident, tags: Sequence[TagAssignment]) -> Profile:
    """Profile of a record that is not held, such as one read from a document, with the tags given.

    Its title counts only where nothing else is told: titles of reports (電気通信サービスの停止に関する報告書) are alike whatever happened.
    """
    told: list[tuple[str, str]] = []
    told += [(statement.kind, sentence) for statement in incident.statements for _, sentence in sentences(statement.text)]
    told += [("measure", measure.text) for measure in incident.measures]
    if not any(kind in CHAIN for kind, _ in told):
        told.append(("title", incident.title))
    return _proposed(connection, corpus, _passages(dict.fromkeys(told), corpus), tags)


def _proposed(connection: sqlite3.Connection, corpus: Corpus, passages: Sequence[scoring.Passage], tags: Sequence[TagAssignment]) -> Profile:
    by_axis: dict[str, dict[str, float]] = defaultdict(dict)
    for assignment in tags:
        on_axis = by_axis[assignment.tag.split("/", 1)[0]]
        on_axis[assignment.tag] = max(on_axis.get(assignment.tag, 0.0), assignment.confidence)
    evidence = {one.tag: one.evidence for one in sorted(tags, key=lambda one: one.confidence)}
    return replace(_profile(passages, by_axis, frequencies(connection, corpus, passages)), evidence=evidence)
