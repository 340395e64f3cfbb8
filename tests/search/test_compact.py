"""Passages kept as columns: the same signals as from the stored text, for every incident, whatever is asked."""

from __future__ import annotations

import pytest

from kb.search import candidates, scoring
from kb.search.compact import Columns, CompactPassages
from kb.search.corpus import ONE_SHOT, Corpus

QUERIES = ["輻輳", "コアルータの交換で位置登録が集中し緊急通報がつながらない", "ああああ DNSサーバー ＤＮＳ", "NTT 2015年 3時間以上", "zzqq", "ーー"]


def wanted(connection, corpus: Corpus, text: str) -> scoring.Wanted:
    query = corpus.read(text)
    named = {"word": [t.text for t in query.terms], "bigram": [*query.bigrams, "々々"], "concept": [m.concept_id for m in query.concepts]}
    units = (candidates.frequencies(connection, unit, terms) for unit, terms in named.items())
    words, bigrams, concepts = ({term: scoring.inverse_frequency(corpus.incidents, n) for term, (_, n) in found.items()} for found in units)
    return scoring.Wanted(words, bigrams, concepts)


@pytest.mark.parametrize("text", QUERIES)
def test_signals_are_those_of_the_stored_text(connection, corpus, text: str) -> None:
    asked = wanted(connection, corpus, text)
    compact = CompactPassages(connection, corpus.average_words, corpus.average_bigrams)
    found = dict(compact.signals(asked))
    read = scoring.passages_of(connection, compact.incidents)
    assert list(found) == compact.incidents and len(found) == corpus.incidents
    for incident_id, passages in read.items():
        told = scoring.lexical(passages, asked, corpus.average_words, corpus.average_bigrams)
        assert found[incident_id].values == pytest.approx(told.values, abs=1e-6)
        assert found[incident_id].passages == pytest.approx(told.passages, abs=1e-6)


def test_columns_give_counts_by_passage_and_term() -> None:
    columns = Columns([{"a": 2, "b": 1}, {}, {"b": 3}])
    assert columns.of(["b", "none", "a"]).tolist() == [[1, 0, 2], [0, 0, 0], [3, 0, 0]]


def test_one_search_reads_what_it_needs_and_later_ones_keep_all(connection) -> None:
    corpus = Corpus(connection)
    assert [corpus.compact(connection) is None for _ in range(ONE_SHOT)] == [True] * ONE_SHOT
    assert corpus.compact(connection) is corpus.compact(connection) is not None
