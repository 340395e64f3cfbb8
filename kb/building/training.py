"""Train the default embedding from the project's own material: `kb train`.

The model is a static one (one vector a token, summed and scaled to length 1) over Sudachi terms and character bigrams, which
stand in for unknown words. It learns to put what people say next to the incidents they mean: training queries with their
graded incidents, situations in many words, wordings of incidents and of tags, names and definitions of tags, forms of the
lexicon's concepts, and the records' own sentences. The target of a text is a distribution over all incidents; the loss is cross-entropy against the
softmax of the cosines. Judged test queries are never read.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.errors import EmbeddingError
from kb.knowledge.lexicon import load_lexicon
from kb.knowledge.taxonomy import load_taxonomy
from kb.model import Incident
from kb.search.embedding import UNKNOWN, StaticModel, tokens
from kb.search.evaluation import load_judgements
from kb.search.static_model import WEIGHTS, save, trained_model

DIMENSION = 128
EPOCHS = 8
BATCH = 256
TEMPERATURE = 0.1
TOKEN_DROPOUT = 0.35  # of a text's tokens, so that no single word carries a wording
LEARNING_RATE = 0.01
BIGRAM_SHARE = 0.35  # a bigram's weight at the start against a word's
MIN_BIGRAM_TEXTS = 2
OWN_SHARE = 0.4  # of an anchor's target that stays with the anchor
PRECEDENT_REPEATS = 2  # few anchors are judged: each of their texts counts twice
SEED = 0


@dataclass(frozen=True)
class Example:
    """A text and the incidents that it means, as index → share (shares sum to 1)."""

    text: str
    target: dict[int, float]


@dataclass(frozen=True)
class Material:
    """Records to be found (id and text, in order of id) and the texts that should find them."""

    ids: tuple[str, ...]
    records: tuple[str, ...]
    examples: tuple[Example, ...]


def record_text(incident: Incident) -> str:
    """The causal chain: what an incident's vector is made from."""
    chain = [s.text for s in incident.statements if s.kind in ("cause", "prolonging")]
    return "\n".join([incident.title, "、".join(incident.keywords), *chain])


def collect(directory: Path, excluded: frozenset[str] = frozenset()) -> Material:
    """Everything in `db/` that says what an incident is about, test judgements and the `excluded` training queries (ids) excepted."""
    entries = load_catalogue(directory / "catalogue")
    incidents = [entry.incident for entry in entries]
    index = {entry.id: n for n, entry in enumerate(entries)}
    holders: dict[str, list[int]] = {}
    for n, incident in enumerate(incidents):
        for tag in dict.fromkeys(assignment.tag for assignment in incident.tags):
            holders.setdefault(tag, []).append(n)
    examples = [*_of_queries(directory, index, excluded), *_of_records(incidents), *_of_wordings(directory, index, holders), *_of_tags(directory, holders)]
    examples += [*_of_situations(directory, index), *_of_precedents(directory, incidents, index)]
    return Material(tuple(index), tuple(map(record_text, incidents)), tuple(examples))


def _of_queries(directory: Path, index: dict[str, int], excluded: frozenset[str]) -> Iterator[Example]:
    for judgement in load_judgements(directory / "judgements" / "train.jsonl"):
        if judgement.id in excluded:
            continue
        yield Example(judgement.query, _shares(judgement.relevant, index))


def _of_situations(directory: Path, index: dict[str, int]) -> Iterator[Example]:
    """Many wordings of one kind of failure, symptom or response, all with the same graded incidents."""
    for line in (directory / "judgements" / "situations.jsonl").read_text(encoding="utf-8").splitlines():
        situation = json.loads(line)
        target = _shares(situation["relevant"], index)
        yield from (Example(text, target) for wordings in situation["wordings"].values() for text in wordings)


def _shares(relevant: Mapping[str, int], index: dict[str, int]) -> dict[int, float]:
    """Graded incidents as shares that sum to 1, each in proportion to its gain."""
    total = sum(2**grade - 1 for grade in relevant.values())
    return {index[i]: (2**grade - 1) / total for i, grade in relevant.items()}


def _of_precedents(directory: Path, incidents: Sequence[Incident], index: dict[str, int]) -> Iterator[Example]:
    """The causal chains of judged anchors point to themselves and to their precedents.

    Likeness is mutual: a test anchor that is a precedent here would give its judgement away, and is left out.
    """
    tested = {judgement.query for judgement in load_judgements(directory / "judgements" / "similar-test.jsonl")}
    for judgement in load_judgements(directory / "judgements" / "similar-train.jsonl"):
        relevant = {i: grade for i, grade in judgement.relevant.items() if i not in tested}
        if not relevant:
            continue
        anchor = index[judgement.query]
        target = {i: (1 - OWN_SHARE) * share for i, share in _shares(relevant, index).items()} | {anchor: OWN_SHARE}
        incident = incidents[anchor]
        for text in [record_text(incident), *(s.text for s in incident.statements if s.kind in ("cause", "prolonging"))]:
            yield from [Example(text, target)] * PRECEDENT_REPEATS


def _of_records(incidents: Sequence[Incident]) -> Iterator[Example]:
    for n, incident in enumerate(incidents):
        texts = [incident.title, *incident.keywords, *(m.text for m in incident.measures), *(f"{i.service} {i.symptom or ''}" for i in incident.impacts)]
        texts += [s.text for s in incident.statements if s.kind != "note"]
        yield from (Example(text, {n: 1.0}) for text in dict.fromkeys(texts))


def _of_wordings(directory: Path, index: dict[str, int], holders: dict[str, list[int]]) -> Iterator[Example]:
    for path in sorted((directory / "wordings").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            wording = json.loads(line)
            meant = [index[wording["incident"]]] if "incident" in wording else holders.get(wording["tag"], [])
            if meant:
                yield Example(wording["text"], dict.fromkeys(meant, 1 / len(meant)))


def _of_tags(directory: Path, holders: dict[str, list[int]]) -> Iterator[Example]:
    texts: dict[str, list[str]] = {}
    for tag in load_taxonomy(directory / "taxonomy.yml").tags:
        texts[tag.key] = [tag.label_ja, tag.label_en, tag.definition, *tag.synonyms]
    for concept in load_lexicon(directory / "lexicon.yml").concepts:
        if concept.tag in texts:
            # One spelling of each kind of wording: the others hold the same words.
            texts[concept.tag] += [concept.label_ja, concept.label_en, *(form.text for form in concept.forms if form.kind == "everyday")]
    for key, wordings in texts.items():
        meant = holders.get(key, [])
        yield from (Example(text, dict.fromkeys(meant, 1 / len(meant))) for text in dict.fromkeys(wordings) if meant)


def vocabulary(texts: Sequence[Sequence[str]]) -> tuple[dict[str, int], np.ndarray]:
    """(token → row, starting weight of each row): every word, and bigrams met more than once; weights fall with frequency."""
    frequency = Counter(token for text in texts for token in set(text))
    kept = sorted(t for t, n in frequency.items() if not t.startswith("#") or n >= MIN_BIGRAM_TEXTS)
    rows = {UNKNOWN: 0} | {token: n for n, token in enumerate(kept, start=1)}
    rarity = [math.log(len(texts) / frequency[t]) * (BIGRAM_SHARE if t.startswith("#") else 1.0) for t in kept]
    return rows, np.array([0.0, *rarity], dtype=np.float32) / math.log(len(texts))


def train(destination: Path, directory: Path | None = None, epochs: int = EPOCHS, excluded: frozenset[str] = frozenset()) -> Path:
    """Train and write the model's folder below `destination`; returns it. Takes minutes and needs the library's trainer.

    `excluded` are ids of training queries to leave out, for cross-validation.
    """
    material = collect(directory or data_directory(), excluded)
    cut = [tokens(example.text) for example in material.examples]
    records = [tokens(text) for text in material.records]
    rows, weights = vocabulary([*cut, *records])
    learned = _learn(material, cut, records, rows, weights, epochs)
    return save(StaticModel("jiko-static", rows, learned.astype(np.float16)), destination, incidents=material.ids)


def replace_model(destination: Path | None = None) -> Path:
    """Train into `destination`, or in place of the model that the package carries. Raises EmbeddingError without the trainer."""
    if find_spec("datasets") is None or find_spec("accelerate") is None:
        raise EmbeddingError("Training needs the extra \"train\": run pip install -c constraints.txt -e '.[train]' first.")
    before = trained_model() if destination is None else None
    made = train(destination or WEIGHTS)
    if before is not None and before != made:
        shutil.rmtree(before)
    return made


def _dropped(text: Sequence[str], chance: random.Random) -> list[str]:
    return [token for token in text if chance.random() > TOKEN_DROPOUT] or list(text)


def _learn(
    material: Material, cut: Sequence[Sequence[str]], records: Sequence[Sequence[str]], rows: dict[str, int], weights: np.ndarray, epochs: int
) -> np.ndarray:
    import tempfile

    import torch
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    tokenizer = Tokenizer(WordLevel(rows, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    start = np.random.default_rng(SEED).normal(scale=DIMENSION**-0.5, size=(len(rows), DIMENSION)).astype(np.float32) * weights[:, None]
    tokens_of = StaticEmbedding(tokenizer, embedding_weights=start)
    model = SentenceTransformer(modules=[tokens_of, Normalize()], device="cpu")
    known = [n for n, text in enumerate(cut) if any(token in rows for token in text)]
    order = [n for _ in range(epochs) for n in chance.sample(known, len(known))]
    data = Dataset.from_dict({"text": [" ".join(t for t in _dropped(cut[n], chance) if t in rows) for n in order], "label": order})
    targets = torch.zeros(len(cut), len(records))
    for n, example in enumerate(material.examples):
        for incident, share in example.target.items():
            targets[n, incident] = share
    documents = model.preprocess([" ".join(t for t in text if t in rows) for text in records])

    class OverAllIncidents(torch.nn.Module):
        """Cross-entropy between a text's target and the softmax of its cosines to all records."""

        def __init__(self, model: SentenceTransformer) -> None:
            super().__init__()
            self.model = model

        def forward(self, sentence_features: Sequence[dict[str, torch.Tensor]], labels: torch.Tensor) -> torch.Tensor:
            texts = self.model(sentence_features[0])["sentence_embedding"]
            known = self.model(dict(documents))["sentence_embedding"]
            likelihood = torch.log_softmax(texts @ known.T / TEMPERATURE, dim=1)
            return -(targets[labels] * likelihood).sum(dim=1).mean()

    with tempfile.TemporaryDirectory() as scratch:
        arguments = SentenceTransformerTrainingArguments(
            scratch, num_train_epochs=1, per_device_train_batch_size=BATCH, learning_rate=LEARNING_RATE, weight_decay=0.0, use_cpu=True,
            seed=SEED, save_strategy="no", report_to=[], logging_strategy="no", disable_tqdm=True, lr_scheduler_type="linear",
        )  # fmt: skip
        SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=OverAllIncidents(model)).train()
    learned: np.ndarray = tokens_of.embedding.weight.detach().numpy().copy()
    learned[0] = 0.0
    return learned
