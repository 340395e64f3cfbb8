"""Embeddings: the default one, a real sentence-transformers model made here, and what happens when they differ."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kb.building import build as pipeline
from kb.errors import EmbeddingError
from kb.japanese.terms import words
from kb.search import embedding
from kb.search.corpus import Corpus
from kb.search.embedding import StaticModel, TransformerModel, open_embedding, tokens, unit_rows
from kb.search.ranking import search
from kb.search.static_model import fit, save, trained_model
from kb.store.reader import open_database

TEXTS = ["予備系への切替えに失敗した", "海底ケーブルが切断された", "認証サーバが輻輳した", ""]


@pytest.fixture(scope="module")
def tiny_transformer(tmp_path_factory) -> Path:
    """A two-layer BERT with random weights and a character vocabulary, saved with query and document prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("model")
    characters = sorted(set("".join(TEXTS)) | set("質問文書: 。、" + pipeline_probe()))
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(characters) + 5, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(folder / "bert")
    module = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[module, Pooling(32)], prompts={"query": "質問: ", "document": "文書: "}, device="cpu")
    model.save_pretrained(str(folder / "whole"))
    return folder / "whole"


def pipeline_probe() -> str:
    from kb.search.embedding import PROBE

    return PROBE


def test_the_default_model_needs_no_torch_and_gives_unit_rows():
    model = fit([words(text) for text in TEXTS * 3])
    rows = model.documents(TEXTS)
    assert rows.dtype == np.float32 and rows.shape == (4, model.dimension)
    assert np.allclose(np.linalg.norm(rows[:3], axis=1), 1, atol=1e-5)
    assert not rows[3].any()


def test_sentence_transformers_reads_the_trained_folder_and_agrees():
    from sentence_transformers import SentenceTransformer

    folder = trained_model()
    theirs = SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode([" ".join(tokens(text)) for text in TEXTS[:3]])
    assert np.allclose(theirs, StaticModel.read(folder).documents(TEXTS[:3]), atol=1e-3)  # they compute in half precision


def test_saving_is_by_content(tmp_path):
    model = fit([words(text) for text in TEXTS * 3])
    assert save(model, tmp_path) == save(model, tmp_path)
    read = StaticModel.read(save(model, tmp_path))
    assert np.array_equal(read.weights, model.weights) and read.vocabulary == model.vocabulary


def test_a_real_transformer_builds_searches_and_keeps_its_prompts(tiny_transformer, small_catalogue, tmp_path):
    database = tmp_path / "db" / "jiko.db"
    pipeline.build(database, catalogue=small_catalogue, model=str(tiny_transformer))
    connection = open_database(database)
    facts = dict(connection.execute("SELECT key, value FROM builds WHERE key LIKE 'embedding%'"))
    assert facts["embedding_location"] == str(tiny_transformer) and facts["embedding_dimension"] == "32"
    result = search(connection, Corpus(connection), "予備系への切替えに失敗", mode="semantic")
    assert result.hits
    model = TransformerModel(str(tiny_transformer))
    assert not np.allclose(model.queries(["輻輳"]), model.documents(["輻輳"]), atol=1e-3)


def test_a_model_that_does_not_exist_is_a_clear_error(kb, tmp_path, small_catalogue, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    result = kb("build", "--db", tmp_path / "db" / "jiko.db", "--catalogue", small_catalogue, "--model", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr and "--model" in result.stderr and "Traceback" not in result.stderr


def change(database: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql, values)


def test_the_model_in_the_database_is_the_trained_one_in_half_precision(connection):
    stored, trained = open_embedding(connection), StaticModel.read(trained_model())
    assert stored.weights.dtype == np.dtype("<f2") and np.array_equal(stored.weights, trained.weights)
    assert stored.vocabulary == trained.vocabulary and stored.label == trained_model().name


def test_reading_the_model_holds_its_weights_once(connection):
    size = connection.execute("SELECT length(weights) FROM models").fetchone()[0]
    tracemalloc.start()
    try:
        weights = np.empty(size, dtype=np.uint8)
        embedding._fill(weights, connection, 1)
        assert tracemalloc.get_traced_memory()[1] < size + 3 * embedding.CHUNK
    finally:
        tracemalloc.stop()
    assert weights.tobytes() == connection.execute("SELECT weights FROM models").fetchone()[0]


def test_another_model_at_query_time_is_a_clear_error(own_database):
    other = fit([words(text) for text in TEXTS * 3])
    change(
        own_database, "UPDATE models SET vocabulary = ?, terms = ?, dimension = ?, weights = ?",
        json.dumps(list(other.vocabulary)), len(other.vocabulary), other.dimension, other.packed(),
    )  # fmt: skip
    with pytest.raises(EmbeddingError, match="not the one.*kb build"):
        open_embedding(open_database(own_database))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE models SET weights = substr(weights, 1, 1000)", "UPDATE models SET weights = weights || x'0000'", "UPDATE models SET vocabulary = '[\"a\"]'",
        "UPDATE models SET vocabulary = 'no list'", "UPDATE models SET dimension = dimension + 1", "DELETE FROM models",
    ],
)  # fmt: skip
def test_a_damaged_or_missing_model_stops_the_command_line_but_not_keyword_search(own_database, kb, damage):
    change(own_database, damage)
    result = kb("search", "輻輳", "--db", own_database)
    assert result.exit_code == 1 and "kb build" in result.stderr and "--mode keyword" in result.stderr and len(result.stderr.splitlines()) == 1
    assert kb("search", "輻輳", "--mode", "keyword", "--db", own_database).exit_code == 0


def test_vectors_are_unit_rows_of_every_passage(connection):
    rows = connection.execute("SELECT vector FROM embeddings").fetchall()
    matrix = np.frombuffer(b"".join(row[0] for row in rows), dtype="<f4").reshape(len(rows), -1)
    lengths = np.linalg.norm(matrix, axis=1)
    assert len(rows) == connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    assert ((np.abs(lengths - 1) < 1e-4) | (lengths == 0)).all()


def test_unit_rows_keep_zeros():
    assert np.array_equal(unit_rows(np.array([[3, 4], [0, 0]])), np.array([[0.6, 0.8], [0, 0]], dtype=np.float32))


def test_a_pair_of_letters_alone_says_nothing():
    model = StaticModel("tiny", {"#zz": 1, "故障": 2, "#故障": 3}, np.eye(4, dtype=np.float32))
    nonsense, known_word, known_pair = model.queries(["zzzqq", "zzzqq 故障", "故障"])
    assert not nonsense.any()
    assert known_word.any() and known_pair.any()
