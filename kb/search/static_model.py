"""Static models on disk, and the one that is fitted at build time: latent semantic analysis of the passages.

A term's vector is its inverse document frequency times its row of the truncated singular value decomposition of the
tf-idf matrix, so that the mean over a text's terms is that text's LSA vector. The folder is an ordinary sentence-transformers
model (`StaticEmbedding` + `Normalize`) that takes space-joined Sudachi terms; no torch is needed to write or read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from kb.search.embedding import UNKNOWN, StaticModel

DIMENSION = 256
WEIGHTS = Path(__file__).parent / "weights"  # the model that the package carries
MIN_TEXTS = 2  # a term in one text only relates it to nothing

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.base.modules.normalize.Normalize"},
]
CONFIG: dict[str, object] = {"model_type": "SentenceTransformer", "prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}


def trained_model() -> Path | None:
    """The folder of the model that `kb train` made and the package carries; None when there is none."""
    return next(iter(sorted(WEIGHTS.glob("jiko-static-*"))), None)


def trained_on(folder: Path) -> frozenset[str]:
    """Ids of the incidents that a trained model learned from."""
    return frozenset(json.loads((folder / "incidents.json").read_text(encoding="utf-8")))


def fit(texts: Iterable[str], dimension: int = DIMENSION) -> StaticModel:
    """Fit on texts given as terms joined by spaces; the same input gives the same model, bit for bit, on one machine."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.utils.extmath import randomized_svd

    vectorizer = TfidfVectorizer(analyzer=str.split, min_df=MIN_TEXTS, sublinear_tf=True)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # how scikit-learn says that no term stands in two texts
        return StaticModel("jiko-lsa", {UNKNOWN: 0}, np.zeros((1, 1), dtype=np.float32))
    _, _, components = randomized_svd(matrix, min(dimension, matrix.shape[0] - 1, matrix.shape[1]), n_iter=7, random_state=0)
    vocabulary = {UNKNOWN: 0} | {term: row for row, term in enumerate(vectorizer.get_feature_names_out().tolist(), start=1)}
    weights = np.vstack([np.zeros(len(components)), components.T * vectorizer.idf_[:, None]])
    return StaticModel("jiko-lsa", vocabulary, weights.astype(np.float32))


def save(model: StaticModel, parent: Path, incidents: Sequence[str] = ()) -> Path:
    """Write the model below `parent` in a folder named after its content, and return the folder.

    `incidents` are the ids that a trained model learned from.
    """
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    folder = parent / model.label
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(WordLevel(model.vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file({"embedding.weight": np.ascontiguousarray(model.weights)}, folder / "model.safetensors")
    _write_json(folder / "modules.json", MODULES)
    _write_json(folder / "config_sentence_transformers.json", CONFIG)
    _write_json(folder / "1_Normalize" / "config.json", {})
    _write_json(folder / "incidents.json", list(incidents))
    return folder


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
