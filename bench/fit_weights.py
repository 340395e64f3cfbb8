"""What the trained embedding should count: cross-validation on the training queries; writes bench/weights.json.

    python -m bench.fit_weights [--folder FOLDER]     # FOLDER keeps the trained models for the next run

For each fold an embedding is trained without the fold's queries, and the fold's queries are answered with it at each weight.
Wordings of incidents and tags stay in training: they are not queries of the fold, but they were written by the same hands.
The table goes into bench/relevance.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
from collections import defaultdict
from pathlib import Path
from unittest import mock

from bench import jiko, peers, relevance
from kb.building import build as pipeline
from kb.building.training import train
from kb.catalogue.place import data_directory
from kb.search.evaluation import Judgement, load_judgements, measures

HERE = Path(__file__).parent
FOLDS = 4
WEIGHTS = (0, 1, 2, 3, 4, 6)
SEED = 0


def folds(judged: list[Judgement]) -> list[list[Judgement]]:
    """Parts of equal size with each kind spread evenly; the same query in another kind's words may stand in another part."""
    chance = random.Random(SEED)
    by_kind: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judged:
        by_kind[judgement.kind].append(judgement)
    ordered = [judgement for kind in sorted(by_kind) for judgement in chance.sample(by_kind[kind], len(by_kind[kind]))]
    return [ordered[start::FOLDS] for start in range(FOLDS)]


def model_without(fold: list[Judgement], folder: Path) -> Path:
    """The model trained without the fold's queries, or the one that an earlier run left."""
    found = sorted(folder.glob("jiko-static-*"))
    return found[0] if found else train(folder, excluded=frozenset(judgement.id for judgement in fold))


def held_out(fold: list[Judgement], folder: Path) -> dict[str, dict[str, float]]:
    """query id → weight → nDCG@10, with a model that did not see the fold."""
    with mock.patch.object(pipeline, "trained_model", return_value=model_without(fold, folder / "model")):
        built = jiko.built(folder / "database")
    found: dict[str, dict[str, float]] = {judgement.id: {} for judgement in fold}
    for weight in WEIGHTS:
        built.corpus.embedding_weight = float(weight)
        rank = jiko.searching(built, "hybrid" if weight else "keyword")
        for judgement in fold:
            found[judgement.id][str(weight)] = measures(rank(judgement.query, 10), judgement.relevant)["ndcg@10"]
    return found


def fitted(folder: Path) -> dict[str, object]:
    """nDCG@10 by weight, overall and by kind, of queries that the embedding never saw, and the best weight."""
    judged = load_judgements(data_directory() / "judgements" / "train.jsonl")
    found: dict[str, dict[str, float]] = {}
    for number, fold in enumerate(folds(judged)):
        found |= held_out(fold, folder / f"fold-{number}")

    def means(chosen: list[Judgement]) -> dict[str, float]:
        return {str(w): sum(found[j.id][str(w)] for j in chosen) / len(chosen) for w in WEIGHTS}

    overall = means(judged)
    kinds = {kind: means([j for j in judged if j.kind == kind]) for kind in sorted({j.kind for j in judged})}
    best = max(overall, key=lambda weight: overall[weight])
    return {"folds": FOLDS, "queries": len(judged), "date": str(datetime.date.today()), "best": best, "overall": overall, "kinds": kinds}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="keep the models here, and use those of an earlier run")
    given = arguments.parse_args()
    if given.folder:
        answer = fitted(given.folder.absolute())
    else:
        with peers.temporary_folder() as scratch:
            answer = fitted(Path(scratch))
    (HERE / "weights.json").write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    relevance.renew_weights()
    for weight, value in answer["overall"].items():
        print(f"weight {weight}: nDCG@10 {value:.3f}")
    print(f"best weight: {answer['best']}")


if __name__ == "__main__":
    main()
