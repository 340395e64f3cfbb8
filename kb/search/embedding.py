"""Texts to unit vectors, behind one small interface.

`StaticModel` is the default: a `StaticEmbedding` folder in sentence-transformers' format over Sudachi terms, read here with
numpy alone, because importing torch takes seconds. `TransformerModel` is any sentence-transformers model.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.errors import EmbeddingError
from kb.japanese.terms import terms
from kb.japanese.text import bigrams

# A model is recognised by the vector it gives this text: names and files can lie, vectors cannot.
PROBE = "予備系への切替えに失敗し、通信サービスが停止した。"
SAME_MODEL = 0.999  # cosine; the same model on another machine differs by rounding only


INSIDE = "models/"  # what the location of a model in the table `models` begins with

UNKNOWN = "[UNK]"  # its vector is zero: unknown tokens do not turn the sum


def tokens(text: str) -> list[str]:
    """What a static model sees: the terms, and character bigrams (marked "#") that stand in for unknown words."""
    return [term.text for term in terms(text, query=True)] + ["#" + pair for pair in bigrams(text)]


class Embedding(Protocol):
    """Texts → float32 rows of unit length, shape (n, dimension); a text without a known word gives a row of zeros."""

    @property
    def name(self) -> str:
        """The name that is shown and stored."""

    @property
    def dimension(self) -> int:
        """How long a vector is."""

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts to be found."""

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts that ask."""


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Scale rows to length 1; rows of zeros stay zero."""
    matrix = np.asarray(matrix, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: np.ndarray = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
    return scaled


@dataclass(frozen=True, eq=False)
class StaticModel:
    """The mean of its tokens' vectors: `weights` has shape (terms, dimension), `vocabulary` maps a term to its row."""

    name: str
    vocabulary: dict[str, int]
    weights: np.ndarray

    @property
    def dimension(self) -> int:
        """How long a vector is."""
        return int(self.weights.shape[1])

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (texts, dimension)."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, text in enumerate(texts):
            known = self._rows_of(tokens(text))
            if known:
                rows[i] = self.weights[known].mean(axis=0, dtype=np.float32)  # weights in half precision stay so until needed
        return unit_rows(rows)

    queries = documents

    def _rows_of(self, cut: Sequence[str]) -> list[int]:
        """Rows of the known tokens; none when no word is known and most bigrams are not: a pair of letters alone says nothing."""
        known = [token for token in cut if token in self.vocabulary]
        if len(known) * 2 <= len(cut) and all(token.startswith("#") for token in known):
            return []
        return [self.vocabulary[token] for token in known]

    @classmethod
    def read(cls, folder: Path) -> StaticModel:
        """Load a folder that `kb.search.static_model.save` (or sentence-transformers itself) wrote."""
        from safetensors.numpy import load_file

        try:
            tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "model.safetensors")["embedding.weight"]
            return cls(folder.name.rsplit("-", 1)[0], tokenizer["model"]["vocab"], weights)
        except Exception as error:  # safetensors raises its own kinds
            raise EmbeddingError(f"The embedding model in {folder} cannot be read ({error}): run `kb build`, or search with --mode keyword.") from error


    @property
    def label(self) -> str:
        """The name with a digest of the content."""
        digest = hashlib.sha256(self.weights.tobytes() + "\n".join(self.vocabulary).encode()).hexdigest()
        return f"{self.name}-{digest[:12]}"

    def packed(self) -> bytes:
        """The weights as the database keeps them: little-endian half precision, row by row."""
        return np.ascontiguousarray(self.weights, dtype="<f2").tobytes()

    @classmethod
    def stored(cls, connection: sqlite3.Connection, name: str) -> StaticModel:
        """Load the built-in model from the database. Raises EmbeddingError where it is missing or damaged."""
        try:
            row = connection.execute("SELECT id, terms, dimension, vocabulary, length(weights) FROM models WHERE name = ?", [name]).fetchone()
            if row is None:
                raise EmbeddingError(f"The database holds no model {name!r}: run `kb build`, or search with --mode keyword.")
            identifier, terms_held, dimension, words, size = row
            vocabulary = {term: n for n, term in enumerate(json.loads(words))}
            if size != terms_held * dimension * 2 or len(vocabulary) != terms_held:
                raise EmbeddingError(
                    f"The embedding model in the database is damaged ({size} bytes of weights and {len(vocabulary)} terms, where {terms_held} terms of"
                    f" dimension {dimension} need {terms_held * dimension * 2}): run `kb build`, or search with --mode keyword."
                )
            weights = np.empty((terms_held, dimension), dtype="<f2")
            _fill(weights.reshape(-1).view(np.uint8), connection, identifier)
        except (sqlite3.DatabaseError, ValueError) as error:
            raise EmbeddingError(f"The embedding model in the database cannot be read ({error}): run `kb build`, or search with --mode keyword.") from error
        return cls(name, vocabulary, weights)


CHUNK = 1 << 20


def _fill(target: np.ndarray, connection: sqlite3.Connection, identifier: int) -> None:
    """Read the weights of a model into `target` (bytes) piece by piece, so that they are never held twice."""
    if hasattr(connection, "blobopen"):  # from Python 3.11 on
        with connection.blobopen("models", "weights", identifier, readonly=True) as blob:
            for start in range(0, len(target), CHUNK):
                piece = blob.read(CHUNK)
                target[start : start + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
    else:
        target[:] = np.frombuffer(connection.execute("SELECT weights FROM models WHERE id = ?", [identifier]).fetchone()[0], dtype=np.uint8)


class TransformerModel:
    """Any sentence-transformers model, by hub name or folder; its own query and document prompts are applied."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingError(
                f"The model {name!r} is read by sentence-transformers, which is not installed: run `pip install 'jiko-kb[models]'`"
                " (from a checkout `pip install -c constraints.txt -e '.[models]'`), or `kb build` without --model for the built-in one."
            ) from error
        try:
            local = Path(name).exists()
            self._model = SentenceTransformer(name, device="cpu", local_files_only=True if local else False)
        except Exception as error:  # OSError, ValueError, HTTP errors … all mean: no such model
            first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise EmbeddingError(
                f"The model {name!r} cannot be loaded ({first_line}): give a folder in sentence-transformers' format or a model"
                " name that this machine can download, or leave --model out for the built-in one."
            ) from error
        self.name = str(Path(name).absolute()) if local else name
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def documents(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (texts, dimension), with the model's prompt for documents."""
        return self._rows(self._model.encode_document, texts)

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, shape (texts, dimension), with the model's prompt for queries."""
        return self._rows(self._model.encode_query, texts)

    def _rows(self, encode: Callable[..., Any], texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit_rows(encode(list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True))


def facts(embedding: Embedding, weight: float) -> dict[str, str]:
    """What `builds` keeps of the model: enough to find it again, to tell it from another, and what its cosine is worth."""
    probe = embedding.documents([PROBE])[0].astype("<f4").tobytes()
    return {
        "embedding_name": embedding.name,
        "embedding_dimension": str(embedding.dimension),
        "embedding_location": f"{INSIDE}{embedding.label}" if isinstance(embedding, StaticModel) else embedding.name,
        "embedding_weight": repr(weight),
        "embedding_probe": base64.b64encode(probe).decode("ascii"),
    }


def open_embedding(connection: sqlite3.Connection) -> Embedding:
    """The model that the database's vectors were made with: the one inside, or a named one outside.

    Raises EmbeddingError when the model is gone or another.
    """
    stored = dict(connection.execute("SELECT key, value FROM builds WHERE key LIKE 'embedding_%'"))
    if "embedding_location" not in stored:
        raise EmbeddingError("The database holds no vectors: run `kb build`, or search with --mode keyword.")
    location = stored["embedding_location"]
    inside = location.startswith(INSIDE)
    embedding: Embedding = StaticModel.stored(connection, stored["embedding_name"]) if inside else TransformerModel(location)
    expected = np.frombuffer(base64.b64decode(stored["embedding_probe"]), dtype="<f4")
    probe = embedding.documents([PROBE])[0]
    if probe.shape != expected.shape or (expected.any() and float(probe @ expected) < SAME_MODEL):
        raise EmbeddingError(
            f"The model {embedding.name!r} (dimension {embedding.dimension}) is not the one the vectors were made with"
            f" ({stored['embedding_name']!r}, dimension {stored['embedding_dimension']}): run `kb build`, or search with --mode keyword."
        )
    return embedding


def incident_vectors(connection: sqlite3.Connection) -> tuple[list[str], np.ndarray]:
    """All incident vectors: ids (n) and rows of shape (n, dimension), in order of id."""
    return _rows(connection, "SELECT incident_id, vector FROM incident_embeddings ORDER BY incident_id")


def passage_vectors(connection: sqlite3.Connection, incident_id: str) -> tuple[list[int], np.ndarray]:
    """The vectors of one incident's passages: ids (n) and rows of shape (n, dimension), in order of id."""
    sql = "SELECT passage_id, vector FROM embeddings WHERE passage_id IN (SELECT id FROM passages WHERE incident_id = ?) ORDER BY passage_id"
    return _rows(connection, sql, incident_id)


def measure_vectors(connection: sqlite3.Connection, incident_ids: Sequence[str]) -> dict[str, np.ndarray]:
    """Incident → the vectors of its measures, shape (n, dimension); incidents without measures are absent."""
    found: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(incident_ids), 500):
        part = incident_ids[start : start + 500]
        sql = f"""SELECT p.incident_id, e.vector FROM passages p JOIN embeddings e ON e.passage_id = p.id
            WHERE p.field = 'measure' AND p.incident_id IN ({", ".join("?" * len(part))}) ORDER BY p.id"""
        for incident_id, vector in connection.execute(sql, part):
            found.setdefault(incident_id, []).append(np.frombuffer(vector, dtype="<f4"))
    return {incident_id: np.stack(rows) for incident_id, rows in found.items()}


def _rows(connection: sqlite3.Connection, sql: str, *parameters: object) -> tuple[list[Any], np.ndarray]:
    """(key, vector) rows as keys and one matrix, which grows in place: no second copy of all vectors is made."""
    ids: list[Any] = []
    joined = bytearray()
    for identifier, vector in connection.execute(sql, parameters):
        ids.append(identifier)
        joined += vector
    return ids, np.frombuffer(joined, dtype="<f4").reshape(len(ids), -1) if ids else np.zeros((0, 0), dtype=np.float32)
