"""Training the shipped embedding: what it learns from, and that a short run learns."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kb.building import training
from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.search.evaluation import load_judgements
from kb.search.static_model import trained_model, trained_on


@pytest.fixture(scope="module")
def material():
    return training.collect(data_directory())


def test_targets_are_distributions_over_all_incidents(material):
    assert len(material.ids) == len(material.records) == len(load_catalogue(data_directory() / "catalogue"))
    for example in material.examples:
        assert example.text and abs(sum(example.target.values()) - 1) < 1e-6


def test_no_judged_test_query_is_learnt(material):
    texts = {example.text for example in material.examples}
    kept_apart = {judgement.query for judgement in load_judgements(data_directory() / "judgements" / "test.jsonl")}
    # A title or a keyword of a record may happen to be a query, too.
    own = {text for record in material.records for line in record.splitlines() for text in [line, *line.split("、")]}
    learnt = (texts & kept_apart) - own
    assert len(learnt) <= 0.05 * len(kept_apart), learnt


def test_no_pair_with_a_test_anchor_is_learnt(material):
    directory = data_directory()
    tested = {judgement.query for judgement in load_judgements(directory / "judgements" / "similar-test.jsonl")}
    incidents = [entry.incident for entry in load_catalogue(directory / "catalogue")]
    index = {incident.id: n for n, incident in enumerate(incidents)}
    learnt = list(training._of_precedents(directory, incidents, index))
    assert learnt and not [example for example in learnt if tested & {material.ids[n] for n in example.target}]


def test_no_wording_comes_close_to_a_test_query():
    """Closeness is the share of character pairs in common (Jaccard); records, titles and names may say what a query says."""
    from sklearn.feature_extraction.text import CountVectorizer

    directory = data_directory()
    lines = [json.loads(line) for path in (directory / "wordings").glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    situations = [json.loads(line) for line in (directory / "judgements" / "situations.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [line["text"] for line in lines] + [text for one in situations for wordings in one["wordings"].values() for text in wordings]
    tests = [directory / "judgements" / name for name in ("test.jsonl", "second-test.jsonl")]
    queries = [judgement.query for path in tests for judgement in load_judgements(path)]
    pairs = CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True, preprocessor=lambda text: "".join(text.lower().split()))
    counted = pairs.fit_transform(texts + queries)
    written, asked = counted[: len(texts)], counted[len(texts) :]
    shared = (written @ asked.T).toarray()
    together = written.sum(axis=1) + asked.sum(axis=1).T - shared
    close = [(texts[i], queries[j]) for i, j in zip(*(shared / np.maximum(together, 1) >= 0.6).nonzero())]
    assert not close, close


def test_the_shipped_model_knows_the_catalogue_and_is_small(material):
    folder = trained_model()
    assert trained_on(folder) <= set(material.ids)  # incidents that came after the training are strange to it
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 12 * 2**20


def test_a_short_run_learns(material, tmp_path, monkeypatch):
    pytest.importorskip("datasets", reason="the extra 'train' is not installed")
    pytest.importorskip("accelerate", reason="the extra 'train' is not installed")
    from kb.search.embedding import StaticModel

    few = training.Material(material.ids[:20], material.records[:20], tuple(e for e in material.examples if max(e.target) < 20)[:400])
    monkeypatch.setattr(training, "collect", lambda *args: few)
    model = StaticModel.read(training.train(tmp_path, epochs=2))
    cosines = model.queries([e.text for e in few.examples[-100:]]) @ model.documents(few.records).T
    right = [row.argmax() == max(e.target, key=e.target.get) for row, e in zip(cosines, few.examples[-100:])]
    assert np.mean(right) > 0.5
